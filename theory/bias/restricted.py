"""Least eigenvalue over the data-dependent region (section 4.1 of the transcription).

On R = {a : sum over i != j of a_i a_j p_ij >= p_min * sum over i != j of a_i a_j},
p_min = min over i != j of p_ij, the quadratic form of H_inf is at least (Q(B) - p_min)|a|^2,
and with separation delta at least Lambda(B, delta) |a|^2. The paper's closed form replaces
the tail by a lower bound and the orthant probability by an upper one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy
from flint import arb

from theory.bias.orthant import OrthantProbability
from theory.bias.symbols import B, separation
from theory.bias.tails import LINEAR_LOWER, MILLS_LOWER, TAIL_LOWER
from theory.exact import InputError
from theory.formula import Formula
from theory.gaussian import tail
from theory.rigor.balls import ball, certain_sign, current_precision

_RHO = 1 - separation**2 / 2
ANGLE = 2 * sympy.asin(separation / 2)  # arctan(delta sqrt(1-delta^2/4)/(1-delta^2/2))
PAIR_UPPER = sympy.exp(-(B**2) / (1 + _RHO)) * (sympy.pi - ANGLE) / (2 * sympy.pi)

REGION = Formula(tail(B) - OrthantProbability(B, _RHO))
REGION_LOWER = Formula(ANGLE / (2 * sympy.pi) * sympy.exp(-(B**2) / (1 + _RHO)))
REGION_CLOSED = Formula(TAIL_LOWER.expr - PAIR_UPPER)

_CROSSING = Formula(sympy.exp(-(B**2)) / 4)  # PAIR_UPPER at delta = sqrt 2


def region_closed(B: arb, square: arb) -> arb:
    """lambda'(B, delta) as a ball, from square = delta^2 in [0, 2]; also at B = 0."""
    lower = LINEAR_LOWER.ball(B=B) if B == 0 else TAIL_LOWER.ball(B=B)
    root = square.max(arb(0)).sqrt()
    angle = 2 * (root / 2).asin()
    return lower - (-B * B / (2 - square / 2)).exp() * (arb.pi() - angle) / (2 * arb.pi())


def vacuous_below(B: Fraction) -> arb | Fraction:
    """delta*(B): the closed form lambda' is positive exactly for delta > delta*(B).

    Raises InputError where there is none: lambda' < 0 for every delta <= sqrt 2.
    """
    if B == 0:
        return Fraction(0)
    bias = ball(B)
    at_end = certain_sign(region_closed(bias, arb(2)))
    if at_end is None:
        return arb.nan()
    if at_end < 0:
        raise InputError(
            f"B = {B}: lambda' is negative for every delta <= sqrt(2), so there is no delta*",
            "0 <= B < 1.04151... and B > 1.24884...",
            "use bias.lmin.region, which is positive for every delta > 0",
        )
    return sign_change(lambda square: region_closed(bias, square), arb(0), arb(2)).sqrt()


def sign_change(function: Callable[[arb], arb], negative: arb, positive: arb) -> arb:
    """Ball around the zero of an increasing or decreasing function, by bisection.

    The function is negative at one given end and positive at the other; every kept end has a
    certain sign, so the ball is a proof. It stops at the working precision.
    """
    width = arb(2) ** (-current_precision())
    while not abs(positive - negative) < width * abs(positive):
        middle = ((negative + positive) / 2).mid()
        sign = certain_sign(function(middle))
        if sign is None or middle in (negative, positive):
            break
        negative, positive = (middle, positive) if sign < 0 else (negative, middle)
    return negative.union(positive)


def vacuous_interval() -> tuple[arb, arb]:
    """The two biases between which lambda' is negative for every delta <= sqrt 2.

    They are the zeros of Q_low(B) - exp(-B^2)/4, one on each branch of Q_low.
    """

    def gap(lower: Formula) -> Callable[[arb], arb]:
        return lambda bias: lower.ball(B=bias) - _CROSSING.ball(B=bias)

    return (
        sign_change(gap(LINEAR_LOWER), ball("11/10"), arb(1)),
        sign_change(gap(MILLS_LOWER), ball("6/5"), ball("13/10")),
    )
