"""Theorem 4.2: global convergence for smooth activations, as claims.

If m >= max(T1, T2) then with probability at least 1 - delta, for all t >= 0, (a) to (d).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb
from sympy import log, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import (
    D1,
    DECAY_RATE,
    EIGENVALUE_BOUND,
    SMOOTH_MOVEMENT,
    SMOOTH_NTG_CHANGE,
    SMOOTH_WIDTHS,
    C,
    M,
    smooth_width,
)
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.hypotheses import GAMMA_POSITIVE, H1, H2B, H3
from theory.claim import Cell, Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d, delta, gamma, kappa, n
from theory.rigor.balls import ball


def _width_slack(cell: Cell) -> arb | None:
    """m over max(T1, T2), minus one; delta = 1/10 and C = 1 unless the cell says."""
    if not {"data", "activation", "gamma", "m"} <= cell.keys():
        return None
    gamma, delta = Fraction(cell["gamma"]), Fraction(cell.get("delta", "1/10"))
    if gamma == 0:
        return None
    X, labels = DATA_SETS[cell["data"]].X, Fraction(cell.get("C", 1))
    first, second = (
        ball(int(cell["m"])) / smooth_width(X, cell["activation"], gamma, delta, labels, term) - 1
        for term in (1, 2)
    )
    return first.min(second)


WIDTH = Hypothesis(
    "Width",
    f"$m >= max(T_1, T_2)$ with $T_1 = {SMOOTH_WIDTHS[1].typst()}$, "
    f"$T_2 = {SMOOTH_WIDTHS[2].typst()}$, $D_1^2 = 2 (C^2 + C_sigma^2)$",
    _width_slack,
)
HYPOTHESES = (H1, H2B, H3, GAMMA_POSITIVE, WIDTH)
_T2 = SMOOTH_WIDTHS[2].expr
_LEMMAS = ("asym.lemD4", "asym.lemD5", "asym.A2.eq15")


def _conclusion(letter: str, title: str, statement: str, form: Formula, **more: Any) -> Claim:
    return Claim(
        id=f"asym.thm4_2.{letter}",
        reach="m",
        title=title,
        location=f"Theorem 4.2 ({letter})",
        statement=statement,
        quantifier=Quantifier.TIME,
        form=form,
        hypotheses=HYPOTHESES,
        **more,
    )


CLAIMS = (
    Claim(
        id="asym.thm4_2.T1",
        title="Width for a well-conditioned start, smooth",
        location="Theorem 4.2, condition on the width",
        statement="$T_1 = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=SMOOTH_WIDTHS[1],
        rests_on=_LEMMAS,
        mutants=(Mutant("log(4n/delta)", Formula(8 * n * log(4 * n / delta) / (kappa * d))),),
    ),
    Claim(
        id="asym.thm4_2.T2",
        title="Width for the perturbation, smooth",
        location="Theorem 4.2, condition on the width",
        statement="$T_2 = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=SMOOTH_WIDTHS[2],
        rests_on=_LEMMAS,
        mutants=(
            Mutant("2^11", Formula(_T2 / 2)),
            Mutant("delta^2", Formula(_T2 / delta)),
            Mutant("M for M^2", Formula(_T2 / M)),
            Mutant("C_sigma left out", Formula(_T2 / D1**2 * 2 * C**2)),
            Mutant("d^3", Formula(_T2 * d)),
        ),
    ),
    Claim(
        id="asym.thm4_2.quadratic",
        title="The quadratic term of the perturbation never decides",
        location="Theorem 4.2, proof",
        statement="The width that the quadratic term of Lemma D.4 asks for is smaller than $T_2$ "
        "by the factor ${formula} >= 32$, because $kappa_n d <= n$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Formula(32 * n / (kappa * d)),
        rests_on=("asym.kappa.upper.smooth",),
        mutants=(Mutant("16 for 32", Formula(16 * n / (kappa * d))),),
    ),
    _conclusion(
        "a",
        "The tangent Gram matrix stays positive, smooth",
        "For all $t >= 0$: $lambda_min (Theta_m (X; W_t)) >= {formula}$.",
        EIGENVALUE_BOUND,
        direction=Direction.LOWER,
        rests_on=("asym.propC1", "asym.lemD4", "asym.thm4_2.T1", "asym.thm4_2.T2"),
        mutants=(Mutant("2 gamma kappa", Formula(2 * gamma * kappa)),),
    ),
    _conclusion(
        "b",
        "The loss decays exponentially, smooth",
        "For all $t >= 0$: $L(W_t) <= e^(-r t) L(W_0)$ with $r = {formula}$.",
        DECAY_RATE,
        direction=Direction.UPPER,
        rests_on=("asym.thm4_2.a", "asym.lemD1.decay"),
        mutants=(Mutant("rate gamma kappa", Formula(gamma * kappa)),),
    ),
    _conclusion(
        "c",
        "No unit travels far, smooth",
        "For all $t >= 0$ and every unit: $norm(w_(t j) - w_(0 j)) <= {formula}$.",
        SMOOTH_MOVEMENT,
        direction=Direction.UPPER,
        rests_on=("asym.thm4_2.a", "asym.lemD1.movement", "asym.lemD5"),
        mutants=(
            Mutant("constant 2", Formula(SMOOTH_MOVEMENT.expr / 2)),
            Mutant("lambda for its root", Formula(SMOOTH_MOVEMENT.expr * sqrt(sym.weight))),
        ),
    ),
    _conclusion(
        "d",
        "Change of the tangent Gram matrix, smooth",
        "For all $t >= 0$: $norm(Theta_m (X; W_t) - Theta_m (X; W_0))_2 <= {formula}$ with "
        "$Lambda_2 = sum_j lambda_(m,j)^2$.",
        SMOOTH_NTG_CHANGE,
        direction=Direction.UPPER,
        rests_on=("asym.thm4_2.c", "asym.lemD4"),
        mutants=(
            Mutant(
                "sum of powers 3/2 for the sum of squares",
                Formula(
                    SMOOTH_NTG_CHANGE.expr.subs(sym.weight_sum_squares, sym.weight_sum_three_halves)
                ),
            ),
            Mutant("delta^2", Formula(SMOOTH_NTG_CHANGE.expr.subs(delta, delta**2))),
        ),
    ),
)
