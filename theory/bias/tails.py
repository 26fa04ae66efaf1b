"""Gaussian tails and anti-concentration (lemmas on Q(B) and on a strip around B)."""

from __future__ import annotations

from fractions import Fraction

import sympy

from theory.bias.hypotheses import BIAS, POSITIVE_BIAS, at_least, at_most
from theory.bias.symbols import B, half_width, radius
from theory.claim import Cell, Claim, Direction, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.gaussian import density, tail

TAIL = Formula(tail(B))
HALF_EXPONENTIAL = Formula(sympy.exp(-(B**2) / 2) / 2)
MILLS_LOWER = Formula((1 / B - 1 / B**3) * density(B))
MILLS_UPPER = Formula(density(B) / B)
LINEAR_LOWER = Formula(sympy.Rational(1, 2) - B / sympy.sqrt(2 * sympy.pi))
TAIL_LOWER = Formula(sympy.Max(LINEAR_LOWER.expr, MILLS_LOWER.expr))
KOMATSU_LOWER = Formula(2 * density(B) / (B + sympy.sqrt(B**2 + 4)))
KOMATSU_UPPER = Formula(4 * density(B) / (3 * B + sympy.sqrt(B**2 + 8)))

STRIP = Formula(sympy.erf(half_width / sympy.sqrt(2)))
STRIP_LOWER = Formula(2 * half_width / 3)
STRIP_UPPER = Formula(4 * half_width / 5)

FLIP = Formula(tail(B - radius) - tail(B + radius))
FLIP_LOWER = Formula(2 * radius * density(B + radius))
FLIP_UPPER = Formula(2 * radius * density(B) * sympy.exp(B * radius))
FLIP_CONSTANT = Formula(2 * sympy.E / sympy.sqrt(2 * sympy.pi))


def _product_slack(cell: Cell) -> Fraction | None:
    """1 - BR at a point; a box of a covering has no single slack."""
    if not isinstance(cell.get("R"), str):
        return None
    return 1 - Fraction(cell["B"]) * Fraction(cell["R"])


# 3 B + sqrt(B^2 + 8) > 0, which the upper side divides by
_ABOVE_MINUS_ONE = Hypothesis("bias", "$B > -1$", at_least("B", -1))
_NARROW = Hypothesis("narrow", "$0 < t <= 1$", at_most("t", 1))

_LOCATION = "tools: Gaussian tails and anti-concentration"
_HALF = sympy.Rational(1, 2)

CLAIMS = (
    Claim(
        id="bias.tail.halfexp",
        title="Exponential upper bound of the Gaussian tail",
        location=_LOCATION,
        statement=f"The tail $Q(B) = P(g > B) = {TAIL.typst()}$ of a standard normal satisfies "
        "$Q(B) <= {formula}$ for $B >= 0$, with equality only at $B = 0$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS,),
        form=HALF_EXPONENTIAL,
        mutants=(Mutant("exponent $-B^2$", Formula(sympy.exp(-(B**2)) / 2)),),
    ),
    Claim(
        id="bias.tail.mills",
        title="Mills bracket of the Gaussian tail",
        location=_LOCATION,
        statement=f"${MILLS_LOWER.typst()} <= Q(B) <= {MILLS_UPPER.typst()}$ for $B > 0$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE_BIAS,),
        form=(MILLS_LOWER, MILLS_UPPER),
        mutants=(
            Mutant("plus $1\\/B^3$", (Formula((1 / B + 1 / B**3) * density(B)), MILLS_UPPER)),
            Mutant("half the upper side", (MILLS_LOWER, Formula(density(B) / (2 * B)))),
        ),
    ),
    Claim(
        id="bias.tail.linear",
        title="Linear lower bound of the Gaussian tail",
        location=_LOCATION,
        statement="$Q(B) >= {formula}$ for $B >= 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS,),
        form=LINEAR_LOWER,
        mutants=(Mutant("slope $1\\/(2 pi)$", Formula(_HALF - B / (2 * sympy.pi))),),
    ),
    Claim(
        id="bias.tail.maxlb",
        title="The better of two lower bounds of the tail",
        location=_LOCATION,
        statement='$Q(B) >= Q_"low"(B) = {formula}$ for $B > 0$, and $Q_"low" >= 0.34126 Q$: '
        "the loss is largest where the two branches meet.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE_BIAS,),
        form=TAIL_LOWER,
        rests_on=("bias.tail.mills", "bias.tail.linear"),
        mutants=(
            Mutant("upper Mills side", Formula(sympy.Max(LINEAR_LOWER.expr, MILLS_UPPER.expr))),
            Mutant("linear bound alone", LINEAR_LOWER),
        ),
    ),
    Claim(
        id="bias.tail.komatsu",
        title="Komatsu's bracket of the Gaussian tail",
        location=_LOCATION + " (classical; sharper than Mills for every B)",
        statement=f"${KOMATSU_LOWER.typst()} <= Q(B) <= {KOMATSU_UPPER.typst()}$ for $B > -1$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_ABOVE_MINUS_ONE,),
        form=(KOMATSU_LOWER, KOMATSU_UPPER),
        mutants=(
            Mutant(
                "$B^2 + 2$ in the lower side",
                (Formula(2 * density(B) / (B + sympy.sqrt(B**2 + 2))), KOMATSU_UPPER),
            ),
            Mutant(
                "$B^2 + 9$ in the upper side",
                (KOMATSU_LOWER, Formula(4 * density(B) / (3 * B + sympy.sqrt(B**2 + 9)))),
            ),
        ),
    ),
    Claim(
        id="bias.tail.halfnormal",
        title="Probability of a strip around zero",
        location=_LOCATION,
        statement=f"${STRIP_LOWER.typst()} <= P(abs(g) <= t) = {STRIP.typst()} "
        f"<= {STRIP_UPPER.typst()}$ for $0 < t <= 1$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_NARROW,),
        form=(STRIP_LOWER, STRIP_UPPER),
        mark=Mark.RECALLED,
        mutants=(
            Mutant("upper side $3t\\/4$", (STRIP_LOWER, Formula(3 * half_width / 4))),
            Mutant("lower side $3t\\/4$", (Formula(3 * half_width / 4), STRIP_UPPER)),
        ),
    ),
    Claim(
        id="bias.flip",
        title="Probability that a neuron lies near its activation boundary",
        location=_LOCATION,
        statement=f"${FLIP_LOWER.typst()} <= P(abs(g - B) <= R) <= {FLIP_UPPER.typst()}$ for "
        "$B, R >= 0$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS,),
        form=(FLIP_LOWER, FLIP_UPPER),
        mutants=(
            Mutant("factor $e^(B R)$ dropped", (FLIP_LOWER, Formula(2 * radius * density(B)))),
            Mutant("density at $B$ below", (Formula(2 * radius * density(B)), FLIP_UPPER)),
            Mutant("one side only", (FLIP_LOWER, Formula(FLIP_UPPER.expr / 2))),
        ),
    ),
    Claim(
        id="bias.flip.rec",
        title="The constant of the flip probability",
        location=_LOCATION + " (the constant c, under R <= 1/B)",
        statement="$P(abs(g - B) <= R) <= c R e^(-B^2\\/2)$ with $c = {formula}$ if $B R <= 1$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=FLIP_CONSTANT,
        hypotheses=(
            Hypothesis(
                "BR",
                "$B R <= 1$",
                _product_slack,
            ),
            BIAS,
        ),
        rests_on=("bias.flip",),
        mark=Mark.RECALLED,
        mutants=(
            Mutant("one-sided constant $1\\/sqrt(2 pi)$", Formula(1 / sympy.sqrt(2 * sympy.pi))),
        ),
    ),
)
