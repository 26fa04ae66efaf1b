"""Sparsity and concentration at initialisation (section 5): active neurons, H(0) near H_inf."""

from __future__ import annotations

import sympy

from theory.bias.hypotheses import BALL, BIAS, START, UNIT
from theory.bias.orthant import OrthantProbability
from theory.bias.symbols import B, gram_top, radius, rho
from theory.bias.training import (
    ACTIVE_INIT,
    ACTIVE_TRAINED,
    SHIFTED_TAIL_UPPER,
    WIDTH_KERNEL,
    width_slack,
)
from theory.claim import Claim, Direction, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.notation import delta, kappa, m, n

_LOCATION = "Sparsity and concentration at initialisation"

BIAS_FOUR_FIFTHS = Formula(sympy.sqrt(2 * sympy.log(m) / 5))

_PAIRS = sympy.log(n * (n + 1) / delta)  # n(n+1)/2 entries, two sides each
_P = OrthantProbability(B, rho)


def entry_deviation(probability: sympy.Expr, factor: int = 1) -> sympy.Expr:
    """Bernstein's bound of the share of m neurons about its mean, for all pairs at once."""
    return factor * (sympy.sqrt(2 * probability * _PAIRS / m) + 2 * _PAIRS / (3 * m))


ENTRY = Formula(entry_deviation(_P))
FROBENIUS = Formula(n * entry_deviation(tail(B), 2))
FROBENIUS_CLOSED = Formula(
    2 * n * sympy.exp(-(B**2) / 4) * sympy.sqrt(_PAIRS / m) + 4 * n * _PAIRS / (3 * m)
)
NONE_ACTIVE = Formula((1 - tail(B)) ** m)
NONE_ACTIVE_UPPER = Formula(n * NONE_ACTIVE.expr)

_LOG, _Q = sympy.log(n / delta), tail(B)


def _active(mean: sympy.Expr, log: sympy.Expr = _LOG) -> Formula:
    return Formula(mean + sympy.sqrt(2 * mean * (1 - mean) * log / m) + log / (3 * m))


_WIDTH = Hypothesis("Width", f"$m >= {WIDTH_KERNEL.typst()}$", width_slack(WIDTH_KERNEL))
_REGULAR = Hypothesis(
    "distinct",
    "the samples are pairwise distinct",
    meaning="for two equal samples $kappa_n = 0$, and no width is large enough",
)

CLAIMS = (
    Claim(
        id="bias.sp.init",
        title="Share of active neurons at the start",
        location=_LOCATION,
        statement="The number of neurons active on one sample is binomial, $(m, Q(B))$; with "
        "probability at least $1 - delta$ its share is at most ${formula}$ for all n samples.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(START, UNIT),
        form=ACTIVE_INIT,
        mutants=(
            Mutant("$e^(-B^2)\\/2$ for $Q$", _active(sympy.exp(-(B**2)) / 2)),
            Mutant("no deviation", Formula(_Q + _LOG / (3 * m))),
            Mutant("half the deviation", Formula((ACTIVE_INIT.expr + _Q) / 2)),
        ),
    ),
    Claim(
        id="bias.sp.width45",
        title="The bias that leaves $m^(4\\/5)$ active neurons",
        location=_LOCATION,
        statement="At $B = {formula}$, $m e^(-B^2\\/2) = m^(4\\/5)$ exactly, so at most half that "
        "many neurons are active in the mean.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=BIAS_FOUR_FIFTHS,
        rests_on=("bias.tail.halfexp",),
        mutants=(
            Mutant("$sqrt(log(m)\\/2)$, for $m^(3\\/4)$", Formula(sympy.sqrt(sympy.log(m) / 2))),
            Mutant("$sqrt(log(m)\\/5)$", Formula(sympy.sqrt(sympy.log(m) / 5))),
        ),
    ),
    Claim(
        id="bias.sp.train",
        title="Share of active neurons while every neuron stays within R of its start",
        location=_LOCATION,
        statement="With probability at least $1 - delta$, at all parameters with $|v_r - v_r (0)| "
        f"<= R$ for all r the active shares are at most ${ACTIVE_TRAINED.typst()}$; and "
        f"$Q(B - sqrt(2) R) <= {SHIFTED_TAIL_UPPER.typst()}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(START, UNIT, BALL, BIAS),
        form=(ACTIVE_TRAINED, SHIFTED_TAIL_UPPER),
        rests_on=("bias.flip",),
        mutants=(
            Mutant("no shift", (ACTIVE_INIT, SHIFTED_TAIL_UPPER)),
            Mutant(
                "shift R in place of $sqrt(2) R$",
                (
                    _active(tail(B - radius)),
                    SHIFTED_TAIL_UPPER,
                ),
            ),
            Mutant(
                "factor $e^(sqrt(2) B R)$ dropped",
                (
                    ACTIVE_TRAINED,
                    Formula(_Q + sympy.sqrt(2) * radius * density(B)),
                ),
            ),
        ),
    ),
    Claim(
        id="bias.conc.entry",
        title="Concentration of the entries of P",
        location=_LOCATION,
        statement="With probability at least $1 - delta$, for all $i <= j$ the share of neurons "
        "active on both samples is within ${formula}$ of $p(B, rho)$, $rho = rho_(i j)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(START, UNIT),
        form=ENTRY,
        mutants=(
            Mutant("half of it", Formula(ENTRY.expr / 2)),
            Mutant("variance $p^2$", Formula(entry_deviation(_P**2))),
            Mutant("no square root term", Formula(2 * _PAIRS / (3 * m))),
        ),
    ),
    Claim(
        id="bias.conc.fro",
        title="Frobenius distance of H(0) from its mean",
        location=_LOCATION
        + " (the paper's form, recalled, has the closed form's first term twice)",
        statement=f'With probability at least $1 - delta$, $|H(0) - H^oo|_"F" <= '
        f"{FROBENIUS.typst()} <= {FROBENIUS_CLOSED.typst()}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(START, UNIT),
        form=(FROBENIUS, FROBENIUS_CLOSED),
        rests_on=("bias.conc.entry", "bias.tail.halfexp"),
        mutants=(
            Mutant("n for 2 n", (Formula(FROBENIUS.expr / 2), FROBENIUS_CLOSED)),
            Mutant(
                "exponent $-B^2\\/2$ in the closed form",
                (FROBENIUS, Formula(FROBENIUS_CLOSED.expr.subs(B, sympy.sqrt(2) * B))),
            ),
        ),
    ),
    Claim(
        id="bias.conc.chernoff",
        title="Width at which H(0) keeps three quarters of the least eigenvalue",
        location=_LOCATION + " (the paper: order n/lambda, recalled)",
        statement="If $m >= {formula}$, then $lambda_min (H(0)) >= 3 kappa_n\\/4$ with probability "
        "at least $1 - delta$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(_WIDTH, START, _REGULAR),
        reach="m",
        form=WIDTH_KERNEL,
        mutants=(
            Mutant("8 for 32 (half the eigenvalue)", Formula(WIDTH_KERNEL.expr / 4)),
            Mutant("26 for 32", Formula(WIDTH_KERNEL.expr * 26 / 32)),
            Mutant("$log(1\\/delta)$", Formula(32 * gram_top / kappa * sympy.log(1 / delta))),
        ),
    ),
    Claim(
        id="bias.conc.need",
        title="Probability that some sample has no active neuron",
        location=_LOCATION + "; derived: the width that every theorem needs",
        statement="Then H(0) is singular; the probability lies in "
        f"$[{NONE_ACTIVE.typst()}, {NONE_ACTIVE_UPPER.typst()}]$. So any theorem with failure "
        "probability $delta$ needs $m >= log(1\\/delta)\\/(-log(1 - Q(B)))$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(START, UNIT),
        form=(NONE_ACTIVE, NONE_ACTIVE_UPPER),
        mark=Mark.DERIVED,
        mutants=(
            Mutant("n times the lower side", (NONE_ACTIVE_UPPER, NONE_ACTIVE_UPPER)),
            Mutant("no union bound above", (NONE_ACTIVE, NONE_ACTIVE)),
            Mutant("Q halved below", (Formula((1 - _Q / 2) ** m), NONE_ACTIVE_UPPER)),
        ),
    ),
)
