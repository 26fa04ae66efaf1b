"""What the kernel becomes where a hypothesis fails: other norms, a negative bias.

Samples s x_i with |x_i| = 1 are active on a neuron when <w, x_i> >= B/s, so the kernel is
(1 + s^2 rho_ij) p(B/s, rho_ij); at a negative bias p(-B, rho) = 1 - 2 Q(B) + p(B, rho).
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat

from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.samples import Correlation, correlations
from theory.exact import Matrix
from theory.rigor.balls import ball


def orthant_any_bias(B: Fraction, rho: Correlation) -> arb:
    """P(g1 >= B, g2 >= B) for a bias of either sign.

    >>> orthant_any_bias(Fraction(-1), Fraction(1)).overlaps(tail_ball(arb(-1)))
    True
    """
    size = ball(abs(B))
    value = orthant_ball(size, ball(rho))
    return value if B >= 0 else 1 - 2 * tail_ball(size) + value


def scaled_orthant_matrix(rows: Matrix, B: Fraction, norm: Fraction) -> arb_mat:
    """P for the directions of the rows at the given common norm."""
    return arb_mat([[orthant_any_bias(B / norm, rho) for rho in row] for row in correlations(rows)])


def scaled_kernel_matrix(rows: Matrix, B: Fraction, norm: Fraction) -> arb_mat:
    """H_inf for the directions of the rows at the given common norm.

    >>> scaled_kernel_matrix(((Fraction(1), Fraction(0)),), Fraction(0), Fraction(2)).tolist()
    [[2.50000000000000]]
    """
    P, square = scaled_orthant_matrix(rows, B, norm), ball(norm * norm)
    table = correlations(rows)
    size = range(len(rows))
    return arb_mat([[(1 + square * ball(table[i][k])) * P[i, k] for k in size] for i in size])


def opposite_output_covariance(B: Fraction) -> arb:
    """G(-1) = E (g - B)_+ (-g - B)_+ = E (B^2 - g^2) 1{|g| <= |B|} for a negative bias B."""
    size = ball(abs(B))
    density = (-size * size / 2).exp() / (2 * arb.pi()).sqrt()
    return (size * size - 1) * (1 - 2 * tail_ball(size)) + 2 * size * density
