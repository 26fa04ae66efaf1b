"""Heavy ball W+ = W - eta grad f + beta (W - W-) on a quadratic (section 7).

On an eigenvalue lambda of the Hessian the error obeys e+ = a e - beta e-, a = 1 + beta -
eta lambda. `mu` and `L` are the extreme eigenvalues, kappa = L/mu.
"""

from __future__ import annotations

import sympy
from sympy import Abs, Matrix, Max, sqrt

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.hypotheses import ONE_NEURON
from theory.lottery.symbols import (
    condition,
    eigenvalue,
    greatest_hessian,
    kept,
    least_hessian,
    momentum,
    rate,
    samples,
    step,
    steps,
)

STEP = Formula(4 / (sqrt(greatest_hessian) + sqrt(least_hessian)) ** 2)
MOMENTUM = Formula(((sqrt(condition) - 1) / (sqrt(condition) + 1)) ** 2)
RATE = Formula((sqrt(condition) - 1) / (sqrt(condition) + 1))
DESCENT_STEP = Formula(2 / (greatest_hessian + least_hessian))
DESCENT_RATE = Formula((condition - 1) / (condition + 1))
PLAIN_MOMENTUM = Formula((1 - 1 / sqrt(condition)) ** 2)
PLAIN_RATE = Formula(1 - 1 / sqrt(condition))
"""With step 1/L and PLAIN_MOMENTUM."""

TRANSIENT = Formula(rate**steps * (1 + (1 + rate) * steps))
"""Largest |e_t| from e_0 = e_-1 = 1 at optimal parameters, reached at lambda = L."""
TRANSIENT_LEAST = Formula(rate**steps * (1 + (1 - rate) * steps))
"""|e_t| at lambda = mu."""

_A = 1 + momentum - step * eigenvalue
_INNER = _A**2 - 4 * momentum
RADIUS = Formula(Max(sqrt(momentum), (Abs(_A) + sqrt(Max(_INNER, 0))) / 2))
"""Spectral radius of [[a, -beta], [1, 0]]: sqrt(beta) while the roots are complex, else the
larger real root, which is then at least sqrt(beta)."""

_SQUARES = _A**2 + momentum**2 + 1
NORM = Formula(sqrt((_SQUARES + sqrt(_SQUARES**2 - 4 * momentum**2)) / 2))
"""2-norm of the same matrix: always above 1."""

ONE_NEURON_RATE = Formula(sqrt(2 * kept / samples))
"""K = 1: the optimal heavy-ball rate when the eigenvalues of A-hat fill (1 -+ a)^2/2."""


def companion(a: sympy.Expr, b: sympy.Expr) -> Matrix:
    """The matrix of one step on (e_t, e_t-1)."""
    return Matrix([[a, -b], [1, 0]])


def transient_at(share: sympy.Expr, q: sympy.Symbol, count: int) -> sympy.Expr:
    """e_count from e_0 = e_-1 = 1 at optimal parameters, a polynomial in q.

    share: position of the eigenvalue, from 0 at mu to 1 at L; a runs from 2q to -2q there,
    because sqrt(eta mu) = 1 - q and sqrt(eta L) = 1 + q.
    """
    a, before, now = 2 * q * (1 - 2 * share), sympy.Integer(1), sympy.Integer(1)
    for _ in range(count):
        before, now = now, sympy.expand(a * now - q**2 * before)
    return now


def transient_closed(sign: int) -> sympy.Expr:
    """Solution of e+ = 2 sign q e - q^2 e- with e_0 = e_-1 = 1 (double root sign*q)."""
    t = steps
    return (sign * rate) ** t * (1 + (1 - sign * rate) * t)


QUADRATIC = Hypothesis("quadratic", "a quadratic, not just curvatures in $[mu, L]$")
OPTIMAL = (STEP, MOMENTUM, RATE, DESCENT_STEP, DESCENT_RATE, PLAIN_MOMENTUM, PLAIN_RATE)

CLAIMS = (
    Claim(
        id="lottery.agd.radius",
        title="Spectral radius of heavy ball",
        location="Accelerated gradient descent, Theorem 2",
        statement="The spectral radius of one step at the eigenvalue $lambda$ is ${formula}$: "
        "$sqrt(beta)$ while $(1 - sqrt(beta))^2 <= eta lambda <= (1 + sqrt(beta))^2$, else the "
        "greater root.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=RADIUS,
        mutants=(Mutant("sqrt(beta) everywhere", Formula(sqrt(momentum))),),
    ),
    Claim(
        id="lottery.agd.optimal",
        title="Optimal parameters of heavy ball",
        location="Theorem 2, choice of step and momentum",
        statement="With $eta = 4\\/(sqrt(L) + sqrt(mu))^2$ and $beta = ((sqrt(kappa) - 1)\\/"
        "(sqrt(kappa) + 1))^2$ the rate is $(sqrt(kappa) - 1)\\/(sqrt(kappa) + 1)$, and no other "
        "choice does better; gradient descent reaches $(kappa - 1)\\/(kappa + 1)$; with $eta = "
        "1\\/L$ and $beta = (1 - kappa^(-1\\/2))^2$ the rate is $1 - kappa^(-1\\/2)$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=OPTIMAL,
        hypotheses=(QUADRATIC,),
        rests_on=("lottery.agd.radius",),
        mutants=(
            Mutant(
                "beta = (sqrt(kappa) - 1)/(sqrt(kappa) + 1)",
                (STEP, RATE, RATE, *OPTIMAL[3:]),
            ),
            Mutant("rate squared", (STEP, MOMENTUM, Formula(RATE.expr**2), *OPTIMAL[3:])),
        ),
    ),
    Claim(
        id="lottery.agd.transient",
        title="Exact transient of heavy ball",
        location="Theorem 2, the factor in front of $nu^T$",
        statement="From $e_0 = e_(-1) = 1$ at optimal parameters $|e_t| <= {formula}$ for every "
        "eigenvalue, with equality at $lambda = L$ for every $t$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=TRANSIENT,
        hypotheses=(QUADRATIC,),
        rests_on=("lottery.agd.optimal",),
        mutants=(
            Mutant("without the factor 1 + (1+q) t", Formula(rate**steps)),
            Mutant("1 - q for 1 + q", TRANSIENT_LEAST),
        ),
    ),
    Claim(
        id="lottery.agd.constant_free",
        title="Linear convergence without a constant",
        location="Theorem 2 (recalled): $norm(W^((T)) - W^*) <= nu^T norm(W^((0)) - W^*)$",
        statement="On a quadratic at optimal parameters $|e_T| <= {formula}$ for every $T$ "
        "($t = T$).",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=Formula(rate**steps),
        mark=Mark.RECALLED,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="nu^T times the initial error, without a factor growing in T; recalled",
            witness="kappa = 25: |e_1| = 16/9 against q = 2/3; it fails at T = 1 for every "
            "kappa > 1, and the error exceeds its start whenever q > sqrt(2) - 1",
            repair="the factor 1 + (1 + q) T, necessary and sufficient (lottery.agd.transient)",
        ),
        toothless="a refuted statement; lottery.agd.transient carries the exact factor",
    ),
    Claim(
        id="lottery.agd.norm2",
        title="The 2-norm of a heavy-ball step is never below 1",
        location="A step of Theorem 2's proof (recalled): norms in place of spectral radii",
        statement="$sigma_max$ of one step is ${formula} >= 1$, with equality only where $1 + beta "
        "= eta lambda$: a product of norms proves no contraction.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=NORM,
        mutants=(Mutant("the spectral radius", RADIUS),),
    ),
    Claim(
        id="lottery.agd.local_rate",
        title="Local rates are those of the empirical quadratic",
        location="Theorem 2, without noise",
        statement="Near $W^*$ the noiseless empirical loss is a quadratic with Hessian "
        "$hat(A)\\/K^2$; gradient descent's measured final rate is ${formula}$ at its condition "
        "number.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EVERY_DRAW,
        form=DESCENT_RATE,
        hypotheses=(Hypothesis("local", "the start is in the teacher's cell of activations"),),
        rests_on=("lottery.agd.optimal",),
        mutants=(
            Mutant("the momentum rate", RATE),
            Mutant("1 - 1/kappa", Formula(1 - 1 / condition)),
        ),
    ),
    Claim(
        id="lottery.agd.k1_rate_law",
        title="One neuron: the rate is linear in the square root of the kept weights",
        location="Figure (recalled): convergence rate against $sqrt(tilde(r))$",
        statement="For $K = 1$ the eigenvalues of $hat(A)$ fill $1\\/2 (1 plus.minus a)^2$ and the "
        "optimal rate tends to $a = {formula}$ as $r, N -> infinity$ with $r\\/N$ fixed; gradient "
        "descent's to $2 a\\/(1 + a^2)$.",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=ONE_NEURON_RATE,
        hypotheses=(ONE_NEURON,),
        rests_on=("lottery.agd.optimal", "lottery.conc.wishart_k1"),
        mutants=(
            Mutant("linear in r", Formula(2 * kept / samples)),
            Mutant("sqrt(r/N)", Formula(sqrt(kept / samples))),
        ),
    ),
)
