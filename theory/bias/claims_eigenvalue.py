"""Claims about the least eigenvalue on all vectors (sections 4.2 and 4.3 of the transcription)."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb

from theory.bias.hypotheses import BIAS, PAIRS, POSITIVE_BIAS, UNIT, at_most
from theory.bias.orthant import OrthantProbability
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.symbols import B, rho, separation
from theory.bias.unrestricted import (
    LOG_CLOSED,
    LOG_EXPLICIT,
    PAIR_UPPER,
    PAIR_UPPER_CLOSED,
    WORST_CASE,
    difference_lower,
    hermite_lower,
)
from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.exact import Matrix
from theory.formula import Formula
from theory.gaussian import tail
from theory.rigor.balls import ball

_SCALE = sympy.exp(-(B**2) / 2)


def without_gershgorin(rows: Matrix, B: Fraction) -> arb:
    """Mutant of the Hermite bound: nothing is subtracted, which leaves 2Q."""
    return 2 * tail_ball(ball(B))


def half_gershgorin(rows: Matrix, B: Fraction) -> arb:
    """Mutant of the Hermite bound: half as much is subtracted."""
    return (hermite_lower(rows, B) + without_gershgorin(rows, B)) / 2


def difference_with_five_halves(rows: Matrix, B: Fraction, s: Fraction) -> arb:
    """Mutant of the difference bound: 5/2 for 2."""
    return difference_lower(rows, B, s) * 5 / 4


def difference_without_sum(rows: Matrix, B: Fraction, s: Fraction) -> arb:
    """Mutant of the difference bound: the off-diagonal entries are forgotten."""
    bias = ball(B)
    return 2 * (tail_ball(bias) - orthant_ball(bias, ball(s)))


_LOCATION = "least eigenvalue (sections 4.2 and 4.3 of the transcription)"
_READ = "(as transcribed here: the paper's own wording could not be read)"
_ORDER = Hypothesis("order", "$n >= 2$ and $(n-1) r^k <= 1\\/2$, $r = max_(i != j) abs(rho_(i j))$")
_HIGH = Hypothesis("high order", "$k >= 1 + B^2\\/2$ for the closed form")
_DISTINCT = Hypothesis(
    "distinct",
    "$n >= 2$ pairwise distinct samples; antipodes are allowed",
    meaning="for two equal samples $r_+ = 1$, and no k is large enough",
)
_SHRUNK = Hypothesis(
    "shrunk",
    "$0 <= s <= 1$",
    lambda cell: min(Fraction(cell["s"]), 1 - Fraction(cell["s"])),
)
_MODERATE = Hypothesis("moderate", "$B <= 4$", at_most("B", 4))
_UNSCALED = sympy.sqrt(2 / sympy.pi) / B

CLAIMS = (
    Claim(
        id="bias.lmin.worst",
        title="The worst-case bound for every bias",
        location=_LOCATION,
        statement="$lambda_min (K compose P) >= {formula}$ for every $B >= 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=WORST_CASE,
        hypotheses=(UNIT, PAIRS),
        mark=Mark.RECALLED,
        expected="REFUTED",
        mutants=(Mutant("without $100 n^2$", Formula(separation * _SCALE)),),
        discrepancy=Discrepancy(
            f"The bound is stated for all $B >= 0$ {_READ}.",
            "Two orthogonal samples at $B = 114$: $Q(B) e^(B^2\\/2) = 0.0034992 < "
            "sqrt(2)\\/400 = 0.0035355$, and $lambda_min (K compose P) <= Q(B)$. It fails once "
            "$B > 100 n^2 \\/ (sqrt(2 pi) delta_X)$.",
            "It holds with room for $B <= 1.9 n^2$, where bias.lmin.log implies it.",
        ),
    ),
    Claim(
        id="bias.lmin.worst.moderate",
        title="The worst-case bound for moderate bias",
        location=_LOCATION,
        statement="$lambda_min (K compose P) >= {formula}$ on the listed data for $B <= 4$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=WORST_CASE,
        hypotheses=(UNIT, PAIRS, _MODERATE),
        rests_on=("bias.lmin.log",),
        mark=Mark.RECALLED,
        mutants=(Mutant("without $100 n^2$", Formula(separation * _SCALE)),),
    ),
    Claim(
        id="bias.lmin.hermite",
        title="Hermite-Gershgorin bound",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= sum_(k>=0) c_k^2 max(0, 2 - max_i sum_(j != i) "
        "(1 + rho_(i j)) abs(rho_(i j))^k)$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT,),
        form=hermite_lower,
        rests_on=("bias.p.hermite",),
        mutants=(
            Mutant("nothing subtracted", without_gershgorin),
            Mutant("half subtracted", half_gershgorin),
        ),
    ),
    Claim(
        id="bias.lmin.log",
        title="Unrestricted bound up to a logarithm",
        location=_LOCATION,
        statement="If $(n-1) r^k <= 1\\/2$ then $lambda_min (H^oo) >= T_k (B) = sum_(j>=k) c_j^2 "
        ">= {formula}$ for $k >= 1 + B^2\\/2$; hence $lambda_min (H^oo) >= "
        f"{LOG_EXPLICIT.typst()}$ (last term only for $B > 0$).",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=LOG_CLOSED,
        hypotheses=(_ORDER, _HIGH, UNIT),
        rests_on=("bias.p.hermite", "bias.h.schur"),
        mutants=(
            Mutant("40 times the bound", Formula(40 * LOG_CLOSED.expr)),
            Mutant("4 times the bound", Formula(4 * LOG_CLOSED.expr)),
        ),
    ),
    Claim(
        id="bias.lmin.onesided",
        title="Unrestricted bound with antipodal samples",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= {formula}$ with $k = max{2, ceil(log(2(n-1))\\/log(1\\/"
        "r_+)), 1 + ceil(B^2\\/2), ceil((n-1)\\/e)}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=LOG_CLOSED,
        hypotheses=(_DISTINCT, UNIT),
        rests_on=("bias.lmin.log",),
        mutants=(Mutant("40 times the bound", Formula(40 * LOG_CLOSED.expr)),),
    ),
    Claim(
        id="bias.lmin.diff",
        title="Bound by a difference of kernels",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= 2 (Q - p(B, s) - max_i sum_(j != i) abs(p(B, rho_(i j)) - "
        "p(B, s rho_(i j))))$ for $0 <= s <= 1$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT, _SHRUNK),
        form=difference_lower,
        rests_on=("bias.h.schur",),
        mutants=(
            Mutant("5/2 for 2", difference_with_five_halves),
            Mutant("entries forgotten", difference_without_sum),
        ),
    ),
    Claim(
        id="bias.lmin.upper",
        title="Upper bound by the closest pair",
        location=_LOCATION,
        statement="$lambda_min (H^oo) <= {formula}$ at $rho = r_+$, and this is at most "
        f"${PAIR_UPPER_CLOSED.typst()}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT, PAIRS, BIAS),
        form=PAIR_UPPER,
        mutants=(
            Mutant(
                "minus $(2 + rho) p$", Formula(2 * tail(B) - (2 + rho) * OrthantProbability(B, rho))
            ),
            Mutant("$Q$ for $2 Q$", Formula(tail(B) - rho * OrthantProbability(B, rho))),
        ),
    ),
    Claim(
        id="bias.lmin.scaling",
        title="The least eigenvalue without its decay still falls with bias",
        location=_LOCATION,
        statement="$lambda(B) e^(B^2\\/2) <= {formula}$; so it is not constant in $B$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT, POSITIVE_BIAS),
        form=Formula(_UNSCALED),
        rests_on=("bias.h.trace", "bias.tail.mills"),
        mutants=(Mutant("half of it", Formula(_UNSCALED / 2)),),
    ),
    Claim(
        id="bias.lmin.scaling.constant",
        title="The least eigenvalue decays like exp(-B^2/2)",
        location=_LOCATION,
        statement="$lambda(B) = lambda_0 e^(-B^2\\/2)$ with $lambda_0$ independent of $B$, within "
        "20 % of its value at $B = 0$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1, 5),
        mark=Mark.RECALLED,
        expected="REFUTED",
        mutants=(Mutant("within 5 %", Fraction(1, 20)),),
        discrepancy=Discrepancy(
            f"$lambda_0$ is treated as independent of $B$ {_READ}.",
            "Ten samples in five dimensions: $lambda(B) e^(B^2\\/2)$ falls by more than 20 % "
            "between $B = 0$ and $B = 6$; in general it is at most $sqrt(2\\/pi)\\/B$.",
            "Keep $lambda(B)$ itself in the width; it varies little for $B <= 2$.",
        ),
    ),
)
