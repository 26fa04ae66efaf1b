"""Statistical error of the masked least-squares estimator (section 8).

y = f*(x) + noise, noise N(0, sigma^2); W-hat is the local minimiser near the teacher. Score
covariance sigma^2 A/K^2 and Hessian A/K^2 give the sandwich sigma^2 H^-1.
"""

from __future__ import annotations

import sympy
from flint import arb
from sympy import Rational, pi, sqrt

from theory.formula import Formula
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
