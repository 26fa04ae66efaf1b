"""The calculator's names of this paper."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.exact import InputError, Matrix, between, integer
from theory.lottery.acceleration import RATE
from theory.lottery.kinks import radius_mean
from theory.lottery.network import Mask, Problem, problem, read_mask, read_weights
from theory.lottery.orthonormal import GREATEST
from theory.lottery.phase import identifiability
from theory.lottery.population import gradient, hessian, loss
from theory.lottery.spectrum import DISJOINT_CONDITION, hessian_condition, hessian_extremes
from theory.quantity import Input, define

TEACHER = Input(lambda value: read_weights(value, "teacher"), help='[["3/5","4/5"],["1","0"]]')
STUDENT = Input(lambda value: read_weights(value, "student"), help='[["1/2","1"],["1","0"]]')
AT_STUDENT = Input(STUDENT.read, default=None, help=STUDENT.help)
MASK = Input(read_mask, default=None, help="[[1,1],[1,0]]")
SPECTRAL = {"teacher": TEACHER, "student": AT_STUDENT, "mask": MASK}


def _count(name: str, low: int = 1) -> Input:
    return Input(lambda value: integer(value, name, low=low), help=str(max(low, 2)))


def _index(value: int, name: str, size: int) -> int:
    if value > size:
        raise InputError(f"{name} = {value} is out of range", f"integers from 1 to {size}")
    return value - 1


@define("lottery.loss", teacher=TEACHER, student=STUDENT)
def population_loss(teacher: Matrix, student: Matrix) -> arb | Fraction:
    """Population loss without noise: half the mean square of student minus teacher."""
    return loss(problem(teacher, student)).value()


@define(
    "lottery.gradient",
    teacher=TEACHER,
    student=STUDENT,
    neuron=_count("neuron"),
    coordinate=_count("coordinate"),
)
def population_gradient(
    teacher: Matrix, student: Matrix, neuron: int, coordinate: int
) -> arb | Fraction:
    """Derivative of the population loss along one weight of the student."""
    task = problem(teacher, student)
    place = (
        _index(neuron, "neuron", task.neurons),
        _index(coordinate, "coordinate", task.dimension),
    )
    return gradient(task, *place).value()


@define("lottery.hessian.entry", teacher=TEACHER, row=_count("row"), column=_count("column"))
def hessian_entry(teacher: Matrix, row: int, column: int) -> arb | Fraction:
    """Entry of the population Hessian at the teacher, neuron by neuron."""
    task = problem(teacher)
    size = task.neurons * task.dimension
    return hessian(task)[_index(row, "row", size)][_index(column, "column", size)].value()


def _cut(teacher: Matrix, mask: Mask | None = None, **_: Any) -> str:
    cuts = problem(teacher, None, mask).cuts_teacher
    return "the mask cuts the teacher's support: the teacher is no student" if cuts else ""


def _spectral(teacher: Matrix, student: Matrix | None, mask: Mask | None) -> Problem:
    return problem(teacher, student, mask)


@define("lottery.hessian.min_eigenvalue", _cut, **SPECTRAL)
def hessian_min_eigenvalue(
    teacher: Matrix, student: Matrix | None, mask: Mask | None
) -> arb | Fraction:
    """Least eigenvalue of the population Hessian (jumps included) on the kept weights."""
    return hessian_extremes(_spectral(teacher, student, mask))[0]


@define("lottery.hessian.max_eigenvalue", _cut, **SPECTRAL)
def hessian_max_eigenvalue(teacher: Matrix, student: Matrix | None, mask: Mask | None) -> arb:
    """Greatest eigenvalue of the population Hessian (jumps included) on the kept weights."""
    return hessian_extremes(_spectral(teacher, student, mask))[1]


@define("lottery.hessian.condition", _cut, **SPECTRAL)
def condition_number(teacher: Matrix, student: Matrix | None, mask: Mask | None) -> arb:
    """Condition number of the population Hessian where it is positive definite."""
    return hessian_condition(_spectral(teacher, student, mask))


@define("lottery.disjoint.condition", K=_count("K"))
def disjoint_condition(K: int) -> arb | Fraction:
    """Condition number at a teacher with pairwise disjoint masks: (pi+K-1)/(pi-1)."""
    return Fraction(1) if K == 1 else DISJOINT_CONDITION.ball(neurons=K)


@define("lottery.orthonormal.max_eigenvalue", K=_count("K"))
def orthonormal_max_eigenvalue(K: int) -> arb | Fraction:
    """Greatest eigenvalue of A = K^2 H for an orthonormal teacher with dense masks."""
    return Fraction(1, 2) if K == 1 else GREATEST.ball(neurons=K)


@define("lottery.heavy_ball.rate", kappa=Input(lambda value: between(value, "kappa", low=1)))
def heavy_ball_rate(kappa: Fraction) -> arb | Fraction:
    """Best asymptotic rate of heavy ball at condition number kappa."""
    return Fraction(0) if kappa == 1 else RATE.ball(condition=kappa)


@define("lottery.identifiability", N=_count("N", 0), K=_count("K"), s=_count("s", 0))
def identifiability_probability(N: int, K: int, s: int) -> arb | Fraction:
    """P(Bin(N, 1-2^-K) >= s): local identifiability at K = 1, an upper bound beyond."""
    return identifiability(N, K, s)


@define("lottery.literal_convexity_radius.mean", r=_count("r"), N=_count("N", 0))
def literal_convexity_radius_mean(r: int, N: int) -> arb | Fraction:
    """Mean radius on which the empirical loss of one ReLU neuron is convex, |w*| = 1."""
    return radius_mean(r, N)
