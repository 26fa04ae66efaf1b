"""Least eigenvalue of H_inf for samples in double precision, certified at Cholesky cost.

The samples are the directions of the given float rows, taken as exact. What the float kernel
leaves out is bounded entry by entry, with u = 2^-53 and d columns:

- correlations: |rho^ - rho| <= eps (theory.rigor.correlations);
- since 0 <= dp/drho <= exp(-B^2/(1+rho))/(2 pi sqrt(1-rho^2)), p moves by at most
  exp(-B^2/(1+rho')) / (2 pi) times min(2 eps/sqrt(1-(|rho|+eps)^2), pi sqrt(eps)), where
  rho' = min(1, rho + eps): the second term bounds any increment of arccos over 2 eps;
- the float64 orthant probability is off by a share RELATIVE_ERROR (measured, not proved);
- rounding of B by at most u B moves p by at most u B phi(B); the product costs 3 u of H.

The spectral norm of what is left out is at most the greatest row sum of these bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, pi, sqrt

import numpy as np

from theory.bias.orthant_float64 import RELATIVE_ERROR, SMALLEST_ACCURATE, orthant_float64
from theory.exact import InputError
from theory.rigor.correlations import correlations_float
from theory.rigor.spectra import UNIT_ROUNDOFF, least_eigenvalue_lower_float

ASSUMPTION = (
    f"the float64 orthant probability is accurate to {RELATIVE_ERROR:g} relative (measured)"
)


@dataclass(frozen=True)
class KernelFloat:
    """H_inf in double precision with a bound of what it leaves out.

    matrix: n x n, symmetric. radius: upper bound of the spectral norm of H_inf - matrix.
    correlations: n x n, clipped to [-1, 1], ones on the diagonal.
    """

    matrix: np.ndarray
    radius: float
    correlations: np.ndarray

    @cached_property
    def least_eigenvalue_lower(self) -> float:
        """Certified lower bound of lambda, under ASSUMPTION; at most 0 when nothing is proved."""
        return least_eigenvalue_lower_float(self.matrix, self.radius)

    @property
    def least_eigenvalue(self) -> float:
        """lambda in double precision, without proof."""
        return float(np.linalg.eigvalsh(self.matrix)[0])

    @property
    def separation(self) -> float:
        """delta = sqrt(2 - 2 max |rho_ij|) in double precision."""
        off = self.correlations[~np.eye(len(self.matrix), dtype=bool)]
        return sqrt(max(0.0, 2 - 2 * float(np.abs(off).max())))


def data_spectrum(X: np.ndarray, B: float) -> KernelFloat:
    """H_inf of the directions of the float rows of X, with the bound of what it leaves out.

    X: n x d float64. B >= 0, exact up to one rounding.

    >>> found = data_spectrum(np.array([[1.0, 0.0], [3.0, 4.0], [-3.0, 4.0]]), 1.0)
    >>> 0 < 0.188634139148613 - found.least_eigenvalue_lower < 1e-14
    True
    """
    if not 0 <= B < 1e6:
        raise InputError(f"B = {B} is out of range", "0 <= B < 10^6")
    rho, epsilon = correlations_float(X)
    n = len(rho)
    rows, columns = np.tril_indices(n)
    pairs = rho[rows, columns]
    p = orthant_float64(B, pairs)
    H = np.zeros((n, n))
    H[rows, columns] = (1 + pairs) * p
    missing = np.zeros((n, n))
    missing[rows, columns] = _left_out(B, pairs, p, np.where(rows == columns, 0.0, epsilon))
    H, missing = _symmetric(H), _symmetric(missing)
    radius = float(missing.sum(axis=1).max()) * (1 + 2 * n * UNIT_ROUNDOFF)
    return KernelFloat(H, radius, rho)


def _symmetric(lower: np.ndarray) -> np.ndarray:
    return lower + np.tril(lower, -1).T


def _left_out(B: float, rho: np.ndarray, p: np.ndarray, epsilon: np.ndarray) -> np.ndarray:
    """Entrywise bound of |H - H^| (module head), with 1 % for its own rounding."""
    near = np.minimum(np.abs(rho) + epsilon, 1.0)
    # `where` leaves out what divides by 0 at |rho| = 1
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where(near < 1, 2 * epsilon / np.sqrt(1 - near**2), np.inf)
        decay = np.exp(-(B**2) / np.minimum(2.0, 1 + rho + epsilon))
    moved = decay / (2 * pi) * np.minimum(inner, pi * np.sqrt(epsilon))
    moved += RELATIVE_ERROR * p + SMALLEST_ACCURATE
    moved += UNIT_ROUNDOFF * B * exp(-B * B / 2) / sqrt(2 * pi)
    return 1.01 * ((1 + rho + epsilon) * moved + (epsilon + 6 * UNIT_ROUNDOFF) * p)
