"""The node scaling: uniform share plus Zipf share (section 2, equations 1 and 4; Prop. A.2).

lambda_{m,j} = gamma/m + (1 - gamma) w_j / S_m with w_j = j^(-1/alpha)/zeta(1/alpha) and
S_m = w_1 + ... + w_m, so that the second part is j^(-1/alpha) over a partial zeta sum.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import sympy
from flint import arb

from theory.asymmetric import symbols as sym
from theory.asymmetric.power_sums import hurwitz_partial_sum, power_sum
from theory.exact import InputError
from theory.formula import Formula
from theory.notation import alpha, gamma, m
from theory.rigor.balls import ball, current_precision

_S = 1 / alpha
_PARTIAL = sympy.zeta(_S) - sympy.zeta(_S, m + 1)

ZIPF_WEIGHT = Formula(sym.unit ** (-_S) / sympy.zeta(_S))
ZIPF_POWER_SUM = Formula(sympy.zeta(sym.exponent * _S) / sympy.zeta(_S) ** sym.exponent)
ZIPF_SQUARES = Formula(sympy.zeta(2 * _S) / sympy.zeta(_S) ** 2)
ZIPF_TAIL = Formula(sympy.zeta(_S, m + 1) / sympy.zeta(_S))
SCALING_WEIGHT = Formula(gamma / m + (1 - gamma) * sym.unit ** (-_S) / _PARTIAL)
SCALING_SQUARES = Formula(
    gamma * (2 - gamma) / m
    + (1 - gamma) ** 2 * (sympy.zeta(2 * _S) - sympy.zeta(2 * _S, m + 1)) / _PARTIAL**2
)


def zipf_weight(alpha: Fraction, j: int) -> arb:
    """Zipf weight of unit j (equation 4): j^(-1/alpha)/zeta(1/alpha)."""
    return ZIPF_WEIGHT.ball(alpha=alpha, unit=j)


def zipf_power_sum(alpha: Fraction, r: Fraction) -> arb:
    """Sum over all units of the r-th powers of the Zipf weights; r > alpha."""
    if r <= alpha:
        raise InputError(f"r = {r} does not exceed alpha = {alpha}", "r > alpha")
    return ZIPF_POWER_SUM.ball(alpha=alpha, exponent=r)


def zipf_tail(alpha: Fraction, m: int) -> arb:
    """Zipf mass beyond the first m units."""
    return ZIPF_TAIL.ball(alpha=alpha, m=m)


def scaling_weight(gamma: Fraction, alpha: Fraction | None, m: int, j: int) -> arb | Fraction:
    """Scaling weight lambda_{m,j} (equation 1).

    gamma in [0, 1]. alpha in (0, 1); it may be None when gamma = 1. 1 <= j <= m.
    """
    if j > m:
        raise InputError(f"j = {j} exceeds the width m = {m}", f"1 <= j <= {m}")
    if gamma == 1:
        return Fraction(1, m)
    s = 1 / zipf_parameter(alpha, gamma)
    return ball(gamma / m) + ball(1 - gamma) * arb(j) ** ball(-s) / hurwitz_partial_sum(s, m)


def scaling_power_sum(gamma: Fraction, alpha: Fraction | None, m: int, r: Fraction) -> arb:
    """Sum over j = 1, ..., m of lambda_{m,j}^r, for any rational r and width.

    >>> from theory.rigor.balls import working_precision
    >>> with working_precision(120):
    ...     scaling_power_sum(Fraction(1, 2), Fraction(7, 10), 2000, Fraction(2)).str(20)
    '[0.038297073343817624617 +/- 1.28e-22]'
    """
    return _scaling_power_sum(gamma, alpha, m, r, current_precision())


@lru_cache(maxsize=4096)
def _scaling_power_sum(
    gamma: Fraction, alpha: Fraction | None, m: int, r: Fraction, bits: int
) -> arb:
    if gamma == 1:
        return arb(m) ** ball(1 - r)
    s = 1 / zipf_parameter(alpha, gamma)
    norm = hurwitz_partial_sum(s, m)
    if gamma == 0:
        return hurwitz_partial_sum(r * s, m) / norm ** ball(r)
    return power_sum(ball(gamma / m), ball(1 - gamma) / norm, s, r, m)


def zipf_parameter(alpha: Fraction | None, gamma: Fraction) -> Fraction:
    """alpha, which only gamma = 1 may leave out."""
    if alpha is None:
        raise InputError(
            f"alpha is missing although gamma = {gamma} < 1", "0 < alpha < 1", "add alpha=..."
        )
    return alpha
