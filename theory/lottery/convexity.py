"""Claims on the convex region of the population loss (region.*), formulas in `region`."""

from __future__ import annotations

from sympy import Rational, pi, sqrt

from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.hypotheses import INPUTS, NEAR, ONE_NEURON
from theory.lottery.region import LIPSCHITZ, ONE_NEURON_RADIUS, RADIUS
from theory.lottery.symbols import distance, kept, least_curvature, neurons, smallest_norm

TWO_WEIGHTS = Hypothesis("two weights", "$r >= 2$")

CLAIMS = (
    Claim(
        id="lottery.region.lipschitz",
        title="The Hessian is Lipschitz at the teacher",
        location="Local geometry behind Theorem 1; constants are ours",
        statement="If $norm(delta_j) <= w_min\\/2$ for all $j$: $K^2 norm(nabla^2 f(W^* + delta) - "
        "nabla^2 f(W^*)) <= {formula}$, $norm(delta)$ the Frobenius norm.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=LIPSCHITZ,
        hypotheses=(INPUTS, NEAR),
        rests_on=("lottery.pop.hess",),
        mutants=(
            Mutant(
                "constant 0.3",
                Formula(Rational(3, 10) * sqrt(neurons) * distance / smallest_norm),
            ),
        ),
    ),
    Claim(
        id="lottery.region.radius_bound",
        title="A ball on which the population loss is convex",
        location="Theorem 1's region, with explicit constants",
        statement="$nabla^2 f succ 0$ whenever $norm(W - W^*) < {formula}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=RADIUS,
        hypotheses=(INPUTS,),
        rests_on=("lottery.region.lipschitz",),
        mutants=(
            Mutant("three times that", Formula(3 * RADIUS.expr)),
            Mutant("curvature's square root", Formula(sqrt(least_curvature) * 2 * smallest_norm)),
        ),
    ),
    Claim(
        id="lottery.region.k1",
        title="The exact convex region of one neuron",
        location="Theorem 1's region, K = 1",
        statement="For $K = 1$, $norm(w^*) = 1$ the Hessian is not positive semidefinite exactly "
        "where $norm(w) < (2\\/pi) sin theta$; the largest ball around $w^*$ free of such points "
        "has radius ${formula} = 0.7311...$, whatever $r >= 2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=ONE_NEURON_RADIUS,
        hypotheses=(INPUTS, ONE_NEURON, TWO_WEIGHTS),
        rests_on=("lottery.pop.hess",),
        mutants=(
            Mutant("sqrt(1 + 1/pi^2)", Formula(sqrt(1 + 1 / pi**2))),
            Mutant("shrinking like 1/sqrt(r)", Formula(ONE_NEURON_RADIUS.expr * sqrt(2 / kept))),
        ),
    ),
)
