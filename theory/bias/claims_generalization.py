"""Complexity and generalisation (section 7): Rademacher terms, main term, vacuity.

T = 2 sqrt(2 Q(B) y^T H_inf^(-1) y / n) is the main term of the generalisation bound.
"""

from __future__ import annotations

import sympy

from theory.bias.generalization import CONFIDENCE, RADEMACHER_FLIP, RADEMACHER_LINEAR
from theory.bias.hypotheses import BALL, BIAS, UNIT
from theory.bias.symbols import B, active_share, ball_radius, band_share, radius
from theory.bias.tails import TAIL
from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.notation import delta, kappa, m, n

_LOCATION = "Generalisation"
_Q, _ROOT2 = tail(B), sympy.sqrt(2)

RADEMACHER_LOWER = Formula(RADEMACHER_LINEAR.expr / _ROOT2)
EXCESS = Formula(2 * RADEMACHER_FLIP.expr + CONFIDENCE.expr)
THROUGH_EIGENVALUE = Formula(2 * sympy.sqrt(2 * _Q / kappa))
THROUGH_EIGENVALUE_RECALLED = Formula(sympy.sqrt(32 * sympy.exp(-(B**2) / 2) / kappa))
CONSTANT_ALIGNMENT = Formula(1 / _Q**2)
LINEAR_ALIGNMENT = Formula(1 / (_Q**2 + density(B) ** 2))
CONSTANT_SAMPLES = Formula(8 / TAIL.expr)


def large_bias_change(g: sympy.Expr) -> sympy.Expr:
    """|T^2/(4 rms(y)^2) - 1| is at most this, g = (n - 1) p(B, r_plus)/Q(B) < 1."""
    return g / (1 - g)


def one_sign(size: int) -> list[int]:
    """A vector that lies in R for all samples."""
    return [1] * size


def difference(size: int) -> list[int]:
    """A vector outside R as soon as p_12 > p_min."""
    return [1, -1] + [0] * (size - 2)


_SAMPLED = Hypothesis("independent", "the samples are independent, of one law")
_LOSS = Hypothesis("loss", "the loss is in $[0, 1]$, 1-Lipschitz and 0 at the label")
_SIGNS = Hypothesis("signs", "labels $plus.minus 1$")
_SOLVED = Hypothesis("solved", "$H^(-1) y$ lies in the region R")
_SPREAD = Hypothesis(
    "distinct",
    "$n >= 2$ pairwise distinct samples",
    meaning="H is singular for two equal samples, and one sample has no $p_min$",
)
_REGULAR = Hypothesis(
    "distinct", "pairwise distinct samples", meaning="H is singular for two equal samples"
)
_SMALL_SHARE = Hypothesis("small share", "$g < 1$")
_NONZERO = Hypothesis("nonzero", "$y != 0$", meaning='the statement divides by $"rms"(y) = 0$')

RADEMACHER = (
    Claim(
        id="bias.rad.linear",
        title="Rademacher complexity of the linearised ball",
        location=_LOCATION,
        statement="With $hat(Q)$ the mean active share at the start and D the radius, the "
        "empirical Rademacher complexity of the linearised networks lies in "
        f"$[{RADEMACHER_LOWER.typst()}, {RADEMACHER_LINEAR.typst()}]$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT,),
        form=(RADEMACHER_LOWER, RADEMACHER_LINEAR),
        mutants=(
            Mutant(
                "$D sqrt(hat(Q)\\/n)$ above",
                (RADEMACHER_LOWER, Formula(ball_radius * sympy.sqrt(active_share / n))),
            ),
            Mutant(
                "a tenth more below",
                (Formula(RADEMACHER_LOWER.expr * sympy.Rational(11, 10)), RADEMACHER_LINEAR),
            ),
            Mutant(
                "2 % less above",
                (RADEMACHER_LOWER, Formula(RADEMACHER_LINEAR.expr * sympy.Rational(49, 50))),
            ),
        ),
    ),
    Claim(
        id="bias.rad.flip",
        title="Rademacher complexity of the ball of networks",
        location=_LOCATION,
        statement="For the networks with $|v_r - v_r (0)| <= R$ and $|theta - theta(0)|_F <= D$ "
        "it is at most ${formula}$: each output differs from the linearised one by at most "
        "$sqrt(2 m) R nu$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BALL, UNIT),
        form=RADEMACHER_FLIP,
        rests_on=("bias.rad.linear",),
        mutants=(
            Mutant(
                "$R$ in place of $sqrt(2) R$",
                Formula(RADEMACHER_LINEAR.expr + radius * sympy.sqrt(m) * band_share),
            ),
            Mutant(
                "without $sqrt(m)$",
                Formula(RADEMACHER_LINEAR.expr + _ROOT2 * radius * band_share),
            ),
        ),
    ),
    Claim(
        id="bias.gen.bound",
        title="Generalisation bound with explicit constants",
        location=_LOCATION + " (shape as recalled; constants derived)",
        statement="For a loss in $[0, 1]$, 1-Lipschitz and 0 at the label, with probability at "
        "least $1 - delta$ for all integers D and all networks of the ball: expected loss "
        "$<= 1/n sum_i |f_i - y_i| + {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(_SAMPLED, _LOSS),
        form=EXCESS,
        rests_on=("bias.rad.flip",),
        mutants=(
            Mutant("complexity once", Formula(RADEMACHER_FLIP.expr + CONFIDENCE.expr)),
            Mutant(
                "no share of delta for each D",
                Formula(2 * RADEMACHER_FLIP.expr + 3 * sympy.sqrt(sympy.log(2 / delta) / (2 * n))),
            ),
            Mutant("no excess at all", Formula(sympy.Integer(0))),
        ),
    ),
)

VACUITY = (
    Claim(
        id="bias.gen.lambda_vacuous",
        title="Through the least eigenvalue the bound is never below two",
        location=_LOCATION + "; derived, on sharper eigenvalues as the way to a small bound",
        statement="For labels $plus.minus 1$, $n\\/kappa_n$ in place of $y^T H^(-1) y$ gives the "
        f"main term ${THROUGH_EIGENVALUE.typst()} >= 2$, and with the recalled constant "
        f"${THROUGH_EIGENVALUE_RECALLED.typst()} >= sqrt(32)$, for every data set: no lower "
        "bound of $kappa_n$, however sharp, brings it below 1.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_SIGNS, UNIT, BIAS),
        form=(sympy.Integer(2), sympy.sqrt(32)),
        rests_on=("bias.h.trace", "bias.tail.halfexp"),
        mutants=(
            Mutant("at least 9/4", (sympy.Rational(9, 4), sympy.sqrt(32))),
            Mutant("at least 6 with the recalled constant", (sympy.Integer(2), sympy.Integer(6))),
        ),
    ),
    Claim(
        id="bias.gen.region_gap",
        title="Labels inside the region do not make the restricted bound apply",
        location=_LOCATION + "; on using the restricted eigenvalue for $y^T H^(-1) y$",
        statement="If y lies in the region R, then $y^T H^(-1) y <= |y|^2\\/(Q(B) - p_min)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        expected="REFUTED",
        toothless="A statement that is itself refuted; its repair, bias.gen.region_solved, has "
        "a mutant.",
        discrepancy=Discrepancy(
            transcribed="The restricted eigenvalue bounds $y^T H^(-1) y$ once y is in R.",
            witness="Eight samples in three dimensions, y = (1, -1, 1, 1, 1, 1, 1, 1) in R: at "
            "B = 0 the alignment is 629.4, the bound 30.1.",
            repair="Ask that $H^(-1) y$ is in R; then $z^T H z = z^T y$, $z = H^(-1) y$, gives it.",
        ),
    ),
    Claim(
        id="bias.gen.region_solved",
        title="What the restricted bound needs of the labels",
        location=_LOCATION + "; derived: the repair of bias.gen.region_gap",
        statement="If $H^(-1) y$ lies in the region R, then $y^T H^(-1) y <= |y|^2\\/(Q(B) - "
        "p_min)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_SOLVED, UNIT, _SPREAD),
        form=one_sign,
        rests_on=("bias.lmin.region",),
        mutants=(Mutant("$H^(-1) y = e_1 - e_2$, outside R", difference),),
    ),
    Claim(
        id="bias.gen.poly",
        title="Alignment of constant and linear labels",
        location=_LOCATION + "; derived",
        statement=f"$y^T H^(-1) y <= c^2 {CONSTANT_ALIGNMENT.typst()}$ for $y = c$, and $<= "
        f"|beta|^2 {LINEAR_ALIGNMENT.typst()}$ for $y_i = chevron.l beta, x_i chevron.r$. For $y "
        f"= 1$ the main term is below 1 as soon as $n > {CONSTANT_SAMPLES.typst()}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT, _REGULAR),
        form=(CONSTANT_ALIGNMENT, LINEAR_ALIGNMENT, CONSTANT_SAMPLES),
        mutants=(
            Mutant(
                "half for constants",
                (Formula(CONSTANT_ALIGNMENT.expr / 2), LINEAR_ALIGNMENT, CONSTANT_SAMPLES),
            ),
            Mutant(
                "$phi^2$ twice for linear labels",
                (CONSTANT_ALIGNMENT, Formula(1 / (_Q**2 + 2 * density(B) ** 2)), CONSTANT_SAMPLES),
            ),
            Mutant("4 samples for 8", (CONSTANT_ALIGNMENT, LINEAR_ALIGNMENT, Formula(4 / _Q))),
        ),
    ),
    Claim(
        id="bias.gen.largeB",
        title="At large bias the main term forgets the labels",
        location=_LOCATION + "; derived",
        statement='With $g = (n - 1) p(B, r_+)\\/Q(B) < 1$: $abs(T^2\\/(4 "rms"(y)^2) - 1) <= '
        "g\\/(1 - g)$ for every y, and $g -> 0$ as $B -> oo$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_SMALL_SHARE, UNIT, _NONZERO),
        form=large_bias_change,
        mutants=(
            Mutant("g alone", lambda g: g),
            Mutant("g/2 alone", lambda g: g / 2),
            Mutant("$g\\/(1 + g)$", lambda g: g / (1 + g)),
        ),
    ),
)

CLAIMS = (*RADEMACHER, *VACUITY)
