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

from theory.bias.hypotheses import BIAS, PAIRS, UNIT
from theory.bias.orthant import OrthantProbability
from theory.bias.orthant_identities import owens_t
from theory.bias.symbols import B, separation
from theory.bias.tails import LINEAR_LOWER, MILLS_LOWER, TAIL_LOWER
from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.exact import InputError
from theory.formula import Formula
from theory.gaussian import tail
from theory.rigor.balls import ball, certain_sign, current_precision

CORRELATION = 1 - separation**2 / 2  # of the closest pair, up to sign
ANGLE = 2 * sympy.asin(separation / 2)  # arctan(delta sqrt(1-delta^2/4)/(1-delta^2/2))
PAIR_UPPER = sympy.exp(-(B**2) / (1 + CORRELATION)) * (sympy.pi - ANGLE) / (2 * sympy.pi)

REGION = Formula(tail(B) - OrthantProbability(B, CORRELATION))
REGION_LOWER = Formula(ANGLE / (2 * sympy.pi) * sympy.exp(-(B**2) / (1 + CORRELATION)))
REGION_CLOSED = Formula(TAIL_LOWER.expr - PAIR_UPPER)

_CROSSING = Formula(sympy.exp(-(B**2)) / 4)  # PAIR_UPPER at delta = sqrt 2


def region_exact(B: arb, square: arb) -> arb:
    """Lambda(B, delta) = 2 T(B, tan(theta/2)) from square = delta^2 in (0, 2].

    tan(theta/2) = delta/sqrt(4 - delta^2); nothing cancels, however small delta is.
    """
    return 2 * owens_t(B, (square / (4 - square)).sqrt())


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
        # The middle may be the zero itself; then a point beside it decides.
        for eighths in (4, 5):
            middle = (negative + (positive - negative) * eighths / 8).mid()
            sign = certain_sign(function(middle))
            if sign is not None and sign != 0:
                break
        if not sign or middle in (negative, positive):
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


_COMPLEMENT = Formula(
    TAIL_LOWER.expr - sympy.exp(-(B**2) / (1 + CORRELATION)) * ANGLE / (2 * sympy.pi)
)
_LOCATION = "least eigenvalue on a data-dependent region (section 4.1 of the transcription)"

# The farthest pair alone must be that far apart.
SEPARATED = Hypothesis("separation", "some $abs(x_i - x_j) >= delta_X > 0$, $i != j$")
_ACUTE = Hypothesis(
    "separation",
    "$0 < delta_X <= sqrt(2)$",
    lambda cell: 2 - Fraction(cell["delta"]) ** 2 if isinstance(cell["delta"], str) else None,
)

CLAIMS = (
    Claim(
        id="bias.lmin.region",
        title="Restricted least eigenvalue",
        location=_LOCATION,
        statement="If $sum_(i != j) a_i a_j p_(i j) >= p_min sum_(i != j) a_i a_j$, then "
        "$a^top H^oo a >= (Q(B) - p_min) norm(a)^2$, $p_min = min_(i != j) p_(i j)$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=1,
        hypotheses=(UNIT, PAIRS),
        mark=Mark.RECALLED,
        mutants=(Mutant("reversed region", -1), Mutant("no region", 0)),
    ),
    Claim(
        id="bias.lmin.region.explicit",
        title="The exact restricted bound is positive",
        location=_LOCATION,
        statement=f"$Q(B) - p_min >= Lambda(B, delta_X) = {REGION.typst()} = 2 T(B, tan("
        "theta_delta\\/2)) >= {formula} > 0$, $theta_delta = 2 arcsin(delta_X\\/2)$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=REGION_LOWER,
        hypotheses=(SEPARATED, PAIRS),
        rests_on=("bias.p.owen",),
        mutants=(
            Mutant("half the denominator", Formula(2 * REGION_LOWER.expr)),
            Mutant(
                "decay at $delta_X = 0$",
                Formula(ANGLE / (2 * sympy.pi) * sympy.exp(-(B**2) / 2) * 2),
            ),
        ),
    ),
    Claim(
        id="bias.lmin.region.closed",
        title="The closed form of the restricted bound",
        location=_LOCATION,
        statement="$lambda'(B, delta_X) = {formula} <= Lambda(B, delta_X)$, with equality at "
        "$B = 0$; here $2 arcsin(delta_X\\/2) = arctan(delta_X sqrt(1 - delta_X^2\\/4) \\/ "
        "(1 - delta_X^2\\/2))$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=REGION_CLOSED,
        hypotheses=(_ACUTE, BIAS),
        rests_on=("bias.tail.maxlb", "bias.p.upper.paper"),
        mark=Mark.RECALLED,
        mutants=(Mutant("$arctan$ for $pi - arctan$", _COMPLEMENT),),
    ),
    Claim(
        id="bias.lmin.region.vac",
        title="Where the closed form says nothing",
        location=_LOCATION,
        statement="For $1.0416 <= B <= 1.2488$ the closed form $lambda'(B, delta_X)$ is negative "
        "for every $delta_X <= sqrt(2)$; the interval ends at $1.0415121210561723861...$ and "
        "$1.2488458890967065865...$. Outside it, $lambda' > 0$ exactly for "
        "$delta_X > delta^*(B)$, which is positive for every $B > 0$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=-1,
        hypotheses=(_ACUTE,),
        rests_on=("bias.lmin.region.closed",),
        mutants=(Mutant("positive", 1),),
        discrepancy=Discrepancy(
            "The closed form $lambda'$ is offered as a lower bound of the restricted least "
            "eigenvalue (as transcribed here: the paper's own wording could not be read).",
            "At $B = 6\\/5$, $delta_X = 7\\/5$: $lambda' = -0.01226$ while $Lambda = 0.10106$; "
            "no separation helps for $1.04151 < B < 1.24885$.",
            "Use $Lambda = 2 T(B, tan(theta_delta\\/2))$ itself, or its lower bound "
            "$theta_delta\\/(2 pi) e^(-B^2\\/(2 - delta_X^2\\/2))$; both are positive for every "
            "$delta_X > 0$.",
        ),
    ),
)
