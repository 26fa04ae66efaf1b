"""Lemma D.1: while the least eigenvalue stays, the loss decays and no unit travels far.

If eig_min(Theta(W_s)) >= kappa'/2 on [0, t] then L(W_t) <= exp(-kappa' t) L(W_0) and
|w_tj - w_0j| <= (2/kappa') sqrt(n lambda_j/d) |y - u_0| (equation 21). Proof: Gronwall for
|y-u|^2' = -2 (y-u)^T Theta (y-u); |dw_j/dt| <= sqrt(lambda_j/d) sum_i |y_i - u_i|.

The witness n = d = m = 1, x = 1 with weight lambda has u' = lambda (y - u), so kappa' = 2 lambda
and both bounds are attained, the second as t -> infinity.
"""

from __future__ import annotations

import sympy
from sympy import exp, oo, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.hypotheses import H1, H2B
from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d, n

_K, _T, _R, _LAM = sym.decay, sym.time, sym.residual, sym.weight

DECAY = Formula(exp(-_K * _T))
MOVEMENT = Formula(2 / _K * sqrt(n * _LAM / d) * _R)


def loss_by_gronwall() -> sympy.Expr:
    """L_t/L_0 from (|y-u|^2)' <= -kappa' |y-u|^2."""
    square = sympy.Function("square")
    equation = sympy.Eq(square(_T).diff(_T), -_K * square(_T))
    return sympy.dsolve(equation, square(_T), ics={square(0): 1}).rhs


def movement_by_integration() -> sympy.Expr:
    """Integral over all times of sqrt(lambda/d) sqrt(n) |y - u_0| exp(-kappa' s/2)."""
    speed = sqrt(_LAM / d) * sqrt(n) * _R * exp(-_K * _T / 2)
    return sympy.integrate(speed, (_T, 0, oo))


def witness_decay(form: Formula) -> sympy.Expr:
    """Claimed minus true L_t/L_0 for one unit and one sample, kappa' = 2 lambda."""
    return form.expr.subs(_K, 2 * _LAM) - exp(-2 * _LAM * _T)


def witness_movement(form: Formula) -> sympy.Expr:
    """Claimed minus true final movement |y - u_0|/sqrt(lambda) for one unit and one sample."""
    return form.expr.subs({_K: 2 * _LAM, n: 1, d: 1}) - _R / sqrt(_LAM)


CLAIMS = (
    Claim(
        id="asym.lemD1.decay",
        title="Decay of the loss while the kernel stays positive",
        location="Lemma D.1",
        statement="If $lambda_min (Theta (W_s)) >= kappa'\\/2$ for $s <= t$, then $L(W_t) <= "
        "{formula} dot L(W_0)$ (smooth activations; for the ReLU see the discrepancy on "
        "sliding).",
        direction=Direction.TIGHT,
        quantifier=Quantifier.TIME,
        form=DECAY,
        hypotheses=(H2B,),
        mutants=(
            Mutant("exp(-2 kappa' t)", Formula(exp(-2 * _K * _T))),
            Mutant("exp(-4 kappa' t)", Formula(exp(-4 * _K * _T))),
        ),
    ),
    Claim(
        id="asym.lemD1.movement",
        title="Movement of a unit while the kernel stays positive",
        location="Lemma D.1, equation 21",
        statement="If $lambda_min (Theta (W_s)) >= kappa'\\/2$ for $s <= t$, then "
        "$norm(w_(t j) - w_(0 j)) <= {formula}$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.TIME,
        form=MOVEMENT,
        hypotheses=(H1, H2B),
        rests_on=("asym.lemD1.decay",),
        mutants=(
            Mutant("1/kappa'", Formula(MOVEMENT.expr / 2)),
            Mutant("lambda for its root", Formula(2 / _K * sqrt(n / d) * _LAM * _R)),
            Mutant("missing sqrt(n)", Formula(2 / _K * sqrt(_LAM / d) * _R)),
        ),
    ),
)
