"""Statistical error of the masked least-squares estimator (section 8).

y = f*(x) + noise, noise N(0, sigma^2); W-hat is the local minimiser near the teacher. Score
covariance sigma^2 A/K^2 and Hessian A/K^2 give the sandwich sigma^2 H^-1.
"""

from __future__ import annotations

import sympy
from flint import arb
from sympy import Rational, pi, sqrt

from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.hypotheses import INPUTS, NOISE
from theory.lottery.network import Problem
from theory.lottery.orthonormal import inverse_trace
from theory.lottery.spectrum import teacher_matrix
from theory.lottery.symbols import (
    inverse_entry,
    kept,
    kept_total,
    neurons,
    noise,
    pruned_angle,
    pruned_weight,
    samples,
)

_C = 1 / (2 * pi)
EXCESS = Formula(noise**2 * kept_total / samples)
"""E (y-hat - y*)^2 to first order in 1/N, whatever the overlaps."""

DISJOINT_INVERSE_TRACE = Formula(
    2 * (kept_total - neurons)
    + (neurons - 1) / (Rational(1, 2) - _C)
    + 1 / (Rational(1, 2) + (neurons - 1) * _C)
)
ORTHONORMAL_INVERSE_TRACE = Formula(sympy.together(inverse_trace()))
DISJOINT_ERROR = Formula(noise * neurons * sqrt(2 * kept * neurons / samples))
"""Leading size of |W-hat - W*| for disjoint masks of equal size r."""

STANDARD_ERROR = Formula(noise * sqrt(inverse_entry / samples))
"""se_q of one weight; pruning it pays if and only if |w_q| < se_q."""
BREAK_EVEN = Formula(sympy.Integer(1))
"""|w_q|/se_q at which pruning neither helps nor harms."""
PRUNING_CHANGE = Formula(pruned_weight**2 / (noise**2 * inverse_entry / samples) - 1)
"""Change of N E(y-hat - y*)^2/sigma^2 when weight q is pruned: t^2 - 1, t = |w_q|/se_q."""
PRUNING_COST = Formula(pruned_weight**2 / (2 * inverse_entry))
"""Optimal-brain-surgeon cost in half-MSE, after re-optimising the others."""

_OVERLAP = (sympy.sin(pruned_angle) + (pi - pruned_angle) * sympy.cos(pruned_angle)) / (2 * pi)
ONE_NEURON_COST = Formula((1 - 4 * _OVERLAP**2) / 4)
"""K = 1, |w*| = 1: half-MSE left when coordinates of norm sin(psi) are pruned."""


def inverse_hessian(task: Problem) -> list[list[arb]]:
    """H^-1 at the teacher on the kept weights, in balls."""
    inverse = teacher_matrix(task).inv()
    n = inverse.nrows()
    return [[inverse[i, k] * task.neurons**2 for k in range(n)] for i in range(n)]


def squared_error(task: Problem) -> arb:
    """N E |W-hat - W*|^2 / sigma^2 to first order: K^2 tr A^-1."""
    rows = inverse_hessian(task)
    return sum((rows[i][i] for i in range(len(rows))), arb(0))


def error_without_k(task: Problem) -> arb:
    """A mutant: tr A^-1, the factor K^2 forgotten."""
    return squared_error(task) / task.neurons**2


def error_by_trace(task: Problem) -> arb:
    """A mutant: K^2 tr A."""
    matrix = teacher_matrix(task)
    return sum((matrix[i, i] for i in range(matrix.nrows())), arb(0)) * task.neurons**2


ASYMPTOTIC = Hypothesis("asymptotics", "$N -> infinity$ at a fixed teacher")
START = Hypothesis("near start", "the start is within half the teacher's norm")

CLAIMS = (
    Claim(
        id="lottery.stat.sandwich",
        title="Size of the statistical error",
        location="Theorem 2's noise term, exactly to first order",
        statement="$sqrt(N) (hat(W) - W^*) -> N(0, sigma^2 H^(-1))$; $N \\/ sigma^2 "
        "EE norm(hat(W) - W^*)^2 -> K^2 tr A^(-1)$, in closed form for disjoint and for dense "
        "orthonormal teachers.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=squared_error,
        hypotheses=(INPUTS, NOISE),
        rests_on=("lottery.spec.disjoint", "lottery.spec.orth"),
        mutants=(
            Mutant("without K^2", error_without_k),
            Mutant("trace of A for the trace of its inverse", error_by_trace),
        ),
    ),
    Claim(
        id="lottery.stat.excess",
        title="Excess risk is proportional to the number of kept weights",
        location="Abstract: samples proportional to the number of non-pruned weights",
        statement="$EE (hat(y) - y^*)^2 = {formula} + o(1\\/N)$, whatever the overlaps.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=EXCESS,
        hypotheses=(NOISE,),
        rests_on=("lottery.stat.sandwich",),
        mutants=(
            Mutant("all K d weights count (here 20)", Formula(noise**2 * 20 * neurons / samples)),
            Mutant("the largest mask counts", Formula(EXCESS.expr / neurons)),
        ),
    ),
    Claim(
        id="lottery.stat.noise_linear",
        title="The error is linear in the noise",
        location="Figure (recalled): error against noise level",
        statement="The root mean square of $norm(hat(W) - W^*)$ is proportional to $sigma$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=sympy.Integer(1),
        hypotheses=(ASYMPTOTIC,),
        rests_on=("lottery.stat.sandwich",),
        mutants=(
            Mutant("quadratic", sympy.Integer(2)),
            Mutant("square root", Rational(1, 2)),
        ),
    ),
    Claim(
        id="lottery.stat.floor",
        title="Heavy ball stops at a local minimiser, not always the same",
        location="Theorem 2, limit of the iteration with noise",
        statement="Heavy ball from a start of relative size one half ends within one statistical "
        "error, $sigma sqrt(tr H^(-1) \\/ N)$, of the minimiser reached from $W^*$ (simulated).",
        direction=Direction.UPPER,
        quantifier=Quantifier.EVERY_DRAW,
        form=Rational(1),
        hypotheses=(START,),
        mutants=(Mutant("the same minimiser always", Rational(1, 10**9)),),
    ),
)
