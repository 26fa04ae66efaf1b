"""Gaps G3, G5, G10 and G12: what the widths of Theorem 4.1 ask for.

Everything rests on kappa_n <= 1/(2d) for the ReLU (asym.kappa.upper): with kappa = 1/(2d(1+e)),
gamma = 1/(1+g) and e, g >= 0, a ratio of two bounds becomes a polynomial in e and g, and one
with non-negative coefficients is at least its constant.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import sympy
from sympy import Integer, log, pi, sqrt

from theory.asymmetric import derivation
from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import D0, RELU_WIDTHS
from theory.asymmetric.gap_assumptions import AT_A_WITNESS
from theory.asymmetric.hypotheses import GAMMA_POSITIVE, H1, H2, H2A, H3, as_stated
from theory.asymmetric.initialisation import CHERNOFF, EPSILON
from theory.claim import Claim, Direction, Discrepancy, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d, delta, gamma, kappa, n

_T1, _T2, _T3 = (RELU_WIDTHS[term].expr for term in (1, 2, 3))
_TWO = Integer(2)
_e, _g = sympy.symbols("e g", nonnegative=True)

OVER_T2 = Formula(_TWO**18 * n**2 / delta**2)
OVER_T1 = Formula(_TWO**29 * (2 * n) ** 5 / (delta**5 * log(4 * n / delta)))
LINEAR_WIDTH = Formula(_TWO**15 / pi * n**6 * D0**2 / (kappa**4 * d**3 * gamma**2 * delta**3))
LINEAR_GAIN = Formula(_TWO**17 * pi / (kappa * d * delta) ** 2)
SHARP_INITIAL_WIDTH = Formula(
    2 / (1 - log(2)) * sym.squared_operator_norm * log(n / sym.failure) / (kappa * d)
)
LEAST_T1 = Formula(16 * n * log(4 * n / delta))

# n of each experiment; the regression sets train on 40 % of 1030, 768, 1503 and 9568 rows
EXPERIMENTS = {
    "simulated": 100, "concrete": 412, "energy": 307, "airfoil": 601, "plant": 3827,
    "MNIST": 5000, "CIFAR-10": 50_000,
}  # fmt: skip
EXPERIMENT_WIDTH = 2000


def _at(quotient: sympy.Expr) -> sympy.Expr:
    return quotient.subs({kappa: 1 / (2 * d * (1 + _e)), gamma: 1 / (1 + _g)})


def defect_at_the_edge(quotient: sympy.Expr) -> sympy.Expr:
    """A ratio of two bounds at kappa = 1/(2d), gamma = 1 and C = 0, minus one."""
    return _at(quotient).subs({_e: 0, _g: 0, sym.label_bound: 0}) - 1


def negative_parts(quotient: sympy.Expr) -> list[sympy.Expr]:
    """|c| - c for the coefficients c, in e, g and C, of the ratio's numerator less its denominator.

    All zero prove that the ratio is at least one, as long as its denominator is positive: it is 1
    or, in wrong versions, a power of 1 + g. Other denominators have a negative part of their own.
    """
    over = sympy.fraction(sympy.together(sympy.simplify(_at(quotient))))
    variables = (_e, _g, sym.label_bound)
    numerator, denominator = (sympy.Poly(sympy.expand(part), *variables) for part in over)
    coefficients = (*(numerator - denominator).coeffs(), *denominator.coeffs())
    return [sympy.Abs(c) - c for c in coefficients]


def width_ratio(term: int) -> sympy.Expr:
    """T3 over T1 or T2."""
    return _T3 / {1: _T1, 2: _T2}[term]


@cache
def linear_width() -> sympy.Expr:
    """The entrywise route: the entries change by (2 n^2/d) sqrt(2/pi) sum_j lambda^(1)_j c_j.

    |sum_ik| of the change is at most (1/d) sum_ik |x_i.x_k| sum_j lambda_j (1_ij + 1_ik), whose
    mean is at most the above with P(flip) <= sqrt(2/pi) c_j; Markov at delta/4; sum_j
    lambda^(1)_j c_j <= K/sqrt(m); solved for gamma kappa/4.
    """
    mass = sqrt(2 / pi) * derivation.relu_steps().K
    root_of_m = 2 * n**2 / d * mass / (delta / 4) / (gamma * kappa / 4)
    return sympy.simplify(root_of_m**2)


@cache
def sharp_width() -> sympy.Expr:
    """Prop. C.1 from the first form of Prop. A.1, with R = gamma |X|_2^2/(m d)."""
    per_ratio = sympy.expand_log(-log(CHERNOFF.expr / n), force=True) / sym.mean_over_size
    exponent = sympy.simplify(per_ratio.subs(sym.deviation, EPSILON))
    return log(n / sym.failure) / (exponent * kappa * d / sym.squared_operator_norm)


_EXPERIMENTS = Discrepancy(
    transcribed="experiments with $m = 2000$ illustrate the convergence theorem",
    witness="$T_1 >= 16 n log(4n\\/delta)$ for all data, at least 9754 for the simulated setting "
    "($n = 100$, any $delta <= 9\\/10$), while $m = 2000$; $gamma = 0$ and inputs longer than 1 "
    "occur as well",
    repair="read the experiments as evidence beyond the theorem's hypotheses",
)

CLAIMS = (
    Claim(
        id="asym.gap.G3.T2",
        title="The second width term is redundant",
        location="Theorem 4.1, condition on the width",
        statement="$T_3\\/T_2 >= {formula} > 1$ for all data, because $kappa_n <= 1\\/(2d)$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=OVER_T2,
        hypotheses=(H1, H2A),
        rests_on=("asym.kappa.upper", "asym.thm4_1.T2", "asym.thm4_1.T3"),
        mutants=(
            Mutant("2^19", Formula(2 * OVER_T2.expr)),
            Mutant("delta^3", Formula(OVER_T2.expr / delta)),
        ),
    ),
    Claim(
        id="asym.gap.G3.T1",
        title="The first width term is redundant",
        location="Theorem 4.1, condition on the width",
        statement="$T_3\\/T_1 >= {formula}$ for all data, which exceeds 1 as $log x < x$: the "
        "maximum of the three terms is always $T_3$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=OVER_T1,
        hypotheses=(H1, H2A),
        rests_on=("asym.kappa.upper", "asym.thm4_1.T1", "asym.thm4_1.T3"),
        mutants=(
            Mutant("2^30", Formula(2 * OVER_T1.expr)),
            Mutant("n for 2n", Formula(_TWO**29 * n**6 / (delta**5 * log(4 * n / delta)))),
        ),
    ),
    Claim(
        id="asym.gap.G5",
        title="A width without the square root",
        location="Theorem 4.1, condition on the width; Lemma D.2",
        statement="Bounding the entries of $Theta - Theta_0$ directly, $m >= {formula}$ (and "
        "$T_1$) suffices for (a) to (c).",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=LINEAR_WIDTH,
        hypotheses=(H1, H2A, H3, GAMMA_POSITIVE),
        rests_on=("asym.lemD2.flips", "asym.lemD3.radius", "asym.residual", "asym.A2.eq16.upper"),
        mutants=(
            Mutant("2^14", Formula(LINEAR_WIDTH.expr / 2)),
            Mutant("delta^2", Formula(LINEAR_WIDTH.expr * delta)),
            Mutant("sqrt(2/pi) rounded up to 1", Formula(LINEAR_WIDTH.expr * pi / 2)),
        ),
    ),
    Claim(
        id="asym.gap.G5.gain",
        title="What the square root costs",
        location="Theorem 4.1, condition on the width",
        statement="$T_3$ is larger than the width of asym.gap.G5 by the factor ${formula}$, at "
        "least $2^19 pi\\/delta^2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=LINEAR_GAIN,
        hypotheses=(H1, H2A),
        rests_on=("asym.gap.G5", "asym.thm4_1.T3", "asym.kappa.upper"),
        mutants=(Mutant("2^16", Formula(LINEAR_GAIN.expr / 2)),),
    ),
    Claim(
        id="asym.gap.G10",
        title="Sharper width for a well-conditioned start",
        location="Proposition C.1",
        statement="$m >= {formula}$ suffices in Proposition C.1: the constant $2\\/(1 - log 2) = "
        "6.518$ for 8, and $norm(X)_2^2$ for $n$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=SHARP_INITIAL_WIDTH,
        hypotheses=(
            replace(
                H1,
                meaning="for proportional samples $kappa_n = 0$ and no width suffices (the norms "
                "play no part)",
            ),
            H2,
            H3,
        ),
        rests_on=("asym.propA1", "asym.kappa.positive"),
        mutants=(
            Mutant("1/(1 - log 2)", Formula(SHARP_INITIAL_WIDTH.expr / 2)),
            Mutant("8", Formula(SHARP_INITIAL_WIDTH.expr * 4 * (1 - log(2)))),
        ),
    ),
    Claim(
        id="asym.gap.G12.least",
        title="What the first width term asks for at least",
        location="Theorem 4.1, condition on the width",
        statement="$T_1 >= {formula}$ for all data.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=LEAST_T1,
        hypotheses=(H1, H2A),
        rests_on=("asym.kappa.upper", "asym.thm4_1.T1"),
        mutants=(Mutant("32", Formula(2 * LEAST_T1.expr)),),
    ),
    Claim(
        id="asym.gap.G12",
        title="The experiments' width against the theorem's",
        location="Section 6 (experiments)",
        statement="The width $m = 2000$ of the experiments meets the condition of Theorem 4.1, in "
        "particular $2000 >= T_1 >= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=LEAST_T1,
        hypotheses=as_stated(H1, H2A),
        expected="REFUTED",
        discrepancy=_EXPERIMENTS,
        toothless=AT_A_WITNESS,
    ),
)
