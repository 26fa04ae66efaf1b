"""Proposition A.1 (matrix Chernoff, Tropp 2012) and Proposition C.1 (the kernel at the start).

A.1: for independent positive semidefinite n x n summands of norm at most R and
mu = eig_min(sum of means): P(eig_min(sum) <= (1-eps) mu) <= n (e^-eps/(1-eps)^(1-eps))^(mu/R)
<= n exp(-eps^2 mu/(2R)).

C.1: R = gamma n/(m d), mu = gamma kappa, eps = 1/2.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

import sympy
from flint import arb
from sympy import Rational, exp, log

from theory.asymmetric import derivation
from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import INITIAL_WIDTH
from theory.asymmetric.hypotheses import H1, H2, H3
from theory.claim import Claim, Direction, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d, kappa, n
from theory.rigor.balls import ball

EPSILON = Rational(1, 2)  # the deviation that Proposition C.1 spends
_EPS, _RATIO, _P = sym.deviation, sym.mean_over_size, sym.failure

CHERNOFF = Formula(n * (exp(-_EPS) / (1 - _EPS) ** (1 - _EPS)) ** _RATIO)
CHERNOFF_SIMPLE = Formula(n * exp(-(_EPS**2) * _RATIO / 2))


def binomial_tail(trials: int, success: Fraction, most: int) -> arb:
    """P(Bin(trials, success) <= most): the scalar case, summands Bernoulli, R = 1."""
    p, q = ball(success), ball(1 - success)
    terms = (ball(comb(trials, k)) * p**k * q ** (trials - k) for k in range(most + 1))
    return sum(terms, arb(0))


def exponent_gap_derivatives(simple: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """g(0), g'(0) and g'' - (eps/(1-eps)) for g = exponent of A.1 minus the simple exponent.

    All three vanish for the right constant; then g'' >= 0 and g >= 0 on [0, 1).
    """
    sharp = _EPS + (1 - _EPS) * log(1 - _EPS)
    gap = sharp - simple
    first = sympy.diff(gap, _EPS)
    second = sympy.simplify(sympy.diff(first, _EPS) - _EPS / (1 - _EPS))
    return gap.subs(_EPS, 0), first.subs(_EPS, 0), second


def exponent_of(form: Formula) -> sympy.Expr:
    """What stands at -mu/R in the exponent of a bound n exp(...)."""
    return sympy.expand_log(-log(form.expr / n), force=True) / _RATIO


def chain_width() -> sympy.Expr:
    """Width from n exp(-eps^2 mu/(2R)) = p with the summands of Theta^(1)."""
    return derivation.initial_width(_P)


SUMMANDS = (
    Hypothesis("independent", "the $n times n$ summands $X_j$ are independent"),
    Hypothesis("positive", "every $X_j$ is positive semidefinite"),
    Hypothesis("size", "every $lambda_max (X_j) <= R$; $mu = lambda_min (sum_j EE X_j)$"),
)
CLAIMS = (
    Claim(
        id="asym.propA1",
        title="Matrix Chernoff bound",
        location="Proposition A.1 (Tropp 2012)",
        statement="$P(lambda_min (sum_j X_j) <= (1 - epsilon) mu) <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=CHERNOFF,
        hypotheses=SUMMANDS,
        mark=Mark.SOURCE,
        mutants=(
            Mutant("exponent doubled", Formula(CHERNOFF.expr.subs(_RATIO, 2 * _RATIO))),
            Mutant(
                "denominator (1-eps)^(-(1-eps))",
                Formula(n * (exp(-_EPS) * (1 - _EPS) ** (1 - _EPS)) ** _RATIO),
            ),
        ),
    ),
    Claim(
        id="asym.propA1.simple",
        title="Matrix Chernoff bound, simple form",
        location="Proposition A.1 (Tropp 2012)",
        statement="$P(lambda_min (sum_j X_j) <= (1 - epsilon) mu) <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=CHERNOFF_SIMPLE,
        hypotheses=SUMMANDS,
        rests_on=("asym.propA1",),
        mark=Mark.SOURCE,
        mutants=(
            Mutant("eps^2 mu/R", Formula(n * exp(-(_EPS**2) * _RATIO))),
            Mutant("eps mu/(2R)", Formula(n * exp(-_EPS * _RATIO / 2))),
        ),
    ),
    Claim(
        id="asym.propC1.width",
        title="Width for a well-conditioned start",
        location="Proposition C.1",
        statement="$m >= {formula}$ suffices for $lambda_min (Theta (W_0)) >= gamma kappa_n\\/2$ "
        "with probability at least $1 - p$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=INITIAL_WIDTH,
        hypotheses=(H1, H2, H3),
        rests_on=("asym.propA1.simple", "asym.kappa.positive"),
        mutants=(
            Mutant("log(1/p)", Formula(8 * n * log(1 / _P) / (kappa * d))),
            Mutant("4 for 8", Formula(INITIAL_WIDTH.expr / 2)),
            Mutant("without log", Formula(8 * n**2 / (_P * kappa * d))),
        ),
    ),
    Claim(
        id="asym.propC1",
        title="The tangent Gram matrix at the start",
        location="Proposition C.1",
        statement="At the width of Proposition C.1, with probability at least $1 - p$: "
        "$lambda_min (Theta (W_0)) >= {formula} dot gamma kappa_n$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.PROBABILITY,
        form=Formula(Rational(1, 2)),
        hypotheses=(H1, H2, H3),
        rests_on=("asym.propC1.width",),
        mutants=(Mutant("gamma kappa itself", Formula(sympy.Integer(1))),),
    ),
)
