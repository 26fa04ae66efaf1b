"""The limiting kernel H_inf = (K + J) o P of the network with trained biases.

K_ij = rho_ij is the Gram matrix of the samples, J is all ones, P_ij = p(B, rho_ij); the
gradient in the weights gives K o P, the gradient in the biases gives P.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import arb, arb_mat

from theory.bias.orthant import OrthantProbability, pair_density, slope
from theory.bias.orthant_ball import orthant_ball
from theory.bias.samples import Correlation, correlations
from theory.bias.symbols import B, rho
from theory.exact import Matrix
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.rigor.balls import ball, current_precision
from theory.rigor.spectra import least_eigenvalue

P_ENTRY = Formula(OrthantProbability(B, rho))
KERNEL_ENTRY = Formula((1 + rho) * OrthantProbability(B, rho))
WEIGHTS_ONLY_ENTRY = Formula(rho * OrthantProbability(B, rho))

# E f(0)(x)^2 for one sample, and E f(0)(x) f(0)(z) for correlation rho.
OUTPUT_VARIANCE = Formula((1 + B**2) * tail(B) - B * density(B))
OUTPUT_COVARIANCE = Formula(
    (rho + B**2) * OrthantProbability(B, rho)
    - 2 * B * density(B) * tail(slope(rho) * B)
    + (1 - rho**2) * pair_density(B, rho)
)


def output_covariance(B: Fraction, rho: Fraction) -> arb | Fraction:
    """G(rho) = E (g1-B)+ (g2-B)+; its formula has removable singularities at rho = -1, 1."""
    if rho == -1:
        return Fraction(0)
    if rho == 1:
        return OUTPUT_VARIANCE.ball(B=B)
    return OUTPUT_COVARIANCE.ball(B=B, rho=rho)


def kernel_entry(B: Fraction, rho: Correlation) -> arb | Fraction:
    """H_ij = (1 + rho) p(B, rho); exactly 0 for antipodal samples."""
    if rho == -1:
        return Fraction(0)
    return (1 + ball(rho)) * orthant_ball(ball(B), ball(rho))


def kernel_matrix(rows: Matrix, B: Fraction) -> arb_mat:
    """H_inf in balls at the working precision; rows: directions of the samples."""
    return _matrix(rows, B, "H", current_precision())


def orthant_matrix(rows: Matrix, B: Fraction) -> arb_mat:
    """P = (p(B, rho_ij)) in balls."""
    return _matrix(rows, B, "P", current_precision())


def weights_only_matrix(rows: Matrix, B: Fraction) -> arb_mat:
    """K o P, the kernel when the biases stay fixed, in balls."""
    return _matrix(rows, B, "KP", current_precision())


@lru_cache(maxsize=512)
def _matrix(rows: Matrix, B: Fraction, kind: str, bits: int) -> arb_mat:
    return hadamard_matrix(correlations(rows), B, kind)


def hadamard_matrix(
    table: Sequence[Sequence[Correlation]], B: Fraction, kind: str = "H"
) -> arb_mat:
    """H_inf ("H"), P ("P") or K o P ("KP") from the correlations of the samples.

    >>> orthogonal = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]]
    >>> hadamard_matrix(orthogonal, Fraction(0)).tolist()
    [[1.00000000000000, 0.250000000000000], [0.250000000000000, 1.00000000000000]]
    """
    factor = {"H": lambda rho: 1 + rho, "P": lambda rho: arb(1), "KP": lambda rho: rho}[kind]
    entries: dict[tuple[int, int], arb] = {}
    for i, row in enumerate(table):
        for k in range(i + 1):
            value = ball(row[k])
            entries[i, k] = factor(value) * orthant_ball(ball(B), value)
    size = range(len(table))
    return arb_mat([[entries[max(i, k), min(i, k)] for k in size] for i in size])


def kernel_least_eigenvalue(rows: Matrix, B: Fraction) -> arb:
    """lambda, the least eigenvalue of H_inf, as a ball."""
    return _least_eigenvalue(rows, B, current_precision())


@lru_cache(maxsize=512)
def _least_eigenvalue(rows: Matrix, B: Fraction, bits: int) -> arb:
    return least_eigenvalue(kernel_matrix(rows, B))
