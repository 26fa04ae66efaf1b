"""Theorem 4.1: global convergence for the ReLU, as claims (formulas in `convergence`).

If m >= max(T1, T2, T3) then with probability at least 1 - delta, for all t >= 0, (a) to (d).
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb
from sympy import log, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import (
    D0,
    DECAY_RATE,
    EIGENVALUE_BOUND,
    RELU_MOVEMENT,
    RELU_NTG_CHANGE,
    RELU_WIDTHS,
    C,
    relu_width,
)
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.hypotheses import GAMMA_POSITIVE, H1, H2A, H3
from theory.claim import Cell, Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d, delta, gamma, kappa, n
from theory.rigor.balls import ball


def _width_slack(cell: Cell) -> arb | None:
    """m over max(T1, T2, T3), minus one; delta = 1/10 and C = 1 unless the cell says."""
    if not {"data", "gamma", "m"} <= cell.keys():
        return None
    gamma, delta = Fraction(cell["gamma"]), Fraction(cell.get("delta", "1/10"))
    if gamma == 0:
        return None
    X, labels = DATA_SETS[cell["data"]].X, Fraction(cell.get("C", 1))
    wanted = (relu_width(X, gamma, delta, labels, term) for term in (1, 2, 3))
    first, second, third = (ball(int(cell["m"])) / width - 1 for width in wanted)
    return first.min(second).min(third)


WIDTH = Hypothesis(
    "Width",
    f"$m >= max(T_1, T_2, T_3)$ with $T_1 = {RELU_WIDTHS[1].typst()}$, "
    f"$T_2 = {RELU_WIDTHS[2].typst()}$, $T_3 = {RELU_WIDTHS[3].typst()}$, "
    "$D_0^2 = 2 C^2 + 1\\/d$",
    _width_slack,
)
HYPOTHESES = (H1, H2A, H3, GAMMA_POSITIVE, WIDTH)
_T1, _T2, _T3 = (RELU_WIDTHS[term].expr for term in (1, 2, 3))
_LEMMAS = ("asym.lemD3", "asym.residual", "asym.A2.eq16.upper")


def _width(term: int, title: str, *mutants: Mutant) -> Claim:
    return Claim(
        id=f"asym.thm4_1.T{term}",
        title=title,
        location="Theorem 4.1, condition on the width",
        statement=f"$T_{term} = {{formula}}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=RELU_WIDTHS[term],
        rests_on=_LEMMAS,
        mutants=mutants,
    )


CLAIMS = (
    _width(
        1,
        "Width for a well-conditioned start",
        Mutant("log(2n/delta)", Formula(8 * n * log(2 * n / delta) / (kappa * d))),
        Mutant("log(n/delta)", Formula(8 * n * log(n / delta) / (kappa * d))),
    ),
    _width(
        2,
        "Width for the linear part of the perturbation",
        Mutant("2^15", Formula(_T2 / 2)),
        Mutant("delta^2", Formula(_T2 * delta)),
        Mutant("n^3", Formula(_T2 / n)),
        Mutant("kappa^3", Formula(_T2 * kappa)),
    ),
    _width(
        3,
        "Width for the root part of the perturbation",
        Mutant("2^31", Formula(_T3 / 2)),
        Mutant("delta^4", Formula(_T3 * delta)),
        Mutant("gamma^1", Formula(_T3 * gamma)),
        Mutant("kappa^5", Formula(_T3 * kappa)),
        Mutant("n^5", Formula(_T3 / n)),
        Mutant("d^4", Formula(_T3 * d)),
        Mutant("D_0^2 without 1/d", Formula(_T3 / D0**2 * 2 * C**2)),
    ),
    Claim(
        id="asym.thm4_1.a",
        reach="m",
        title="The tangent Gram matrix stays positive, ReLU",
        location="Theorem 4.1 (a)",
        statement="For all $t >= 0$: $lambda_min (Theta_m (X; W_t)) >= {formula}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.TIME,
        form=EIGENVALUE_BOUND,
        hypotheses=HYPOTHESES,
        rests_on=("asym.propC1", "asym.lemD3", "asym.thm4_1.T1", "asym.thm4_1.T3"),
        mutants=(Mutant("gamma kappa", Formula(gamma * kappa)),),
    ),
    Claim(
        id="asym.thm4_1.b",
        reach="m",
        title="The loss decays exponentially, ReLU",
        location="Theorem 4.1 (b)",
        statement="For all $t >= 0$: $L(W_t) <= e^(-r t) L(W_0)$ with $r = {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=DECAY_RATE,
        hypotheses=HYPOTHESES,
        rests_on=("asym.thm4_1.a", "asym.gap.G2.selection"),
        mutants=(Mutant("rate gamma kappa", Formula(gamma * kappa)),),
    ),
    Claim(
        id="asym.thm4_1.c",
        reach="m",
        title="No unit travels far, ReLU",
        location="Theorem 4.1 (c)",
        statement="For all $t >= 0$ and every unit: $norm(w_(t j) - w_(0 j)) <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=RELU_MOVEMENT,
        hypotheses=HYPOTHESES,
        rests_on=("asym.thm4_1.a", "asym.lemD3.radius", "asym.residual"),
        mutants=(
            Mutant("constant 2", Formula(RELU_MOVEMENT.expr / 2)),
            Mutant("lambda for its root", Formula(RELU_MOVEMENT.expr * sqrt(sym.weight))),
            Mutant("delta for its root", Formula(RELU_MOVEMENT.expr * sqrt(delta))),
        ),
    ),
    Claim(
        id="asym.thm4_1.d",
        reach="m",
        title="Change of the tangent Gram matrix, ReLU",
        location="Theorem 4.1 (d)",
        statement="For all $t >= 0$: $norm(Theta_m (X; W_t) - Theta_m (X; W_0))_2 <= {formula}$ "
        "with $Lambda_(3\\/2) = sum_j lambda_(m,j)^(3\\/2)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=RELU_NTG_CHANGE,
        hypotheses=HYPOTHESES,
        rests_on=("asym.thm4_1.c", "asym.lemD2"),
        mutants=(
            Mutant("half of it", Formula(RELU_NTG_CHANGE.expr / 2)),
            Mutant(
                "sum of squares for the sum of powers 3/2",
                Formula(
                    RELU_NTG_CHANGE.expr.subs(sym.weight_sum_three_halves, sym.weight_sum_squares)
                ),
            ),
        ),
    ),
)
