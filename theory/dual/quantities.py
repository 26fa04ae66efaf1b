"""The dual.* names of the calculator."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.dual.arrangement import general_position
from theory.dual.counting import count_regions
from theory.dual.dirac_count import dirac_set
from theory.dual.lambda_max import lambda_max_squared
from theory.dual.problem import Problem, problem
from theory.dual.rank import evaluation_rank
from theory.dual.solver import normalised
from theory.dual.training import certified_optimum
from theory.exact import InputError, Matrix, Vector, between, dot, integer, matrix, vector
from theory.quantity import Input, define
from theory.rigor.balls import ball, current_precision

DATA = Input(lambda value: matrix(value, "X"), help='[["1","0"],["3/5","4/5"]]')
TARGETS = Input(lambda value: vector(value, "y"), help='["1","-1/2"]')
PENALTY = Input(lambda value: between(value, "lam", low=0, open_low=True), help="1/10")


def _learns_nothing(task: Problem) -> bool:
    """lam >= lambda_max: the zero measure is the only minimiser (dual.lambda_max)."""
    bound = sum(
        (abs(c) * dot(row, row) for c, row in zip(task.y, task.X, strict=True)), Fraction(0)
    )
    return bound == 0 or task.lam**2 >= lambda_max_squared(task.X, task.y)


@define("dual.regions", X=DATA)
def dual_regions(X: Matrix) -> int:
    """Number of dual regions, the full-dimensional cells of the arrangement of the rows."""
    return count_regions(X)


@define(
    "dual.regions.general_position",
    n=Input(lambda value: integer(value, "n", low=1), help="5"),
    d=Input(lambda value: integer(value, "d", low=1), help="2"),
)
def dual_regions_general_position(n: int, d: int) -> int:
    """Number of dual regions of n rows in general position, 2 sum_{k<d} C(n-1, k)."""
    return general_position(n, d)


@define("dual.rank", X=DATA)
def dual_rank(X: Matrix) -> int:
    """Dimension of the span of the neuron evaluations."""
    return evaluation_rank(X)


@define("dual.lambda_max_squared", X=DATA, y=TARGETS)
def dual_lambda_max_squared(X: Matrix, y: Vector) -> Fraction:
    """Square of the least penalty at which the zero measure is optimal, an exact rational."""
    return lambda_max_squared(X, vector(y, "y", length=len(X)))


@define("dual.lambda_max", X=DATA, y=TARGETS)
def dual_lambda_max(X: Matrix, y: Vector) -> Fraction | arb:
    """The least penalty at which the zero measure is optimal."""
    square = dual_lambda_max_squared(X, y)
    return ball(square).sqrt() if square else Fraction(0)


@define("dual.optimal_value", X=DATA, y=TARGETS, lam=PENALTY)
def dual_optimal_value(X: Matrix, y: Vector, lam: Fraction) -> Fraction | arb:
    """The minimum of J, enclosed between a feasible dual value and a primal one."""
    task = problem(X, y, lam)
    if _learns_nothing(task):
        return dot(task.y, task.y) / (2 * task.n)
    scaled, _, height = normalised(task)
    found = certified_optimum(scaled, bits=current_precision() + 32)
    return found.optimal_value() * ball(height**2)


@define("dual.total_variation", X=DATA, y=TARGETS, lam=PENALTY)
def dual_total_variation(X: Matrix, y: Vector, lam: Fraction) -> Fraction | arb:
    """Total variation of every minimiser."""
    task = problem(X, y, lam)
    if _learns_nothing(task):
        return Fraction(0)
    scaled, size, height = normalised(task)
    # The dual radius is the square root of the gap: twice the digits are needed.
    found = certified_optimum(scaled, bits=2 * current_precision() + 64)
    return found.total_variation() * ball(height / size)


@define("dual.dirac_count", X=DATA, y=TARGETS, lam=PENALTY)
def dual_dirac_count(X: Matrix, y: Vector, lam: Fraction) -> int:
    """Number of Diracs of an extreme minimiser, where that is one number."""
    task = problem(X, y, lam)
    if _learns_nothing(task):
        return 0
    found = dirac_set(certified_optimum(normalised(task)[0], bits=400))
    if found.least == found.most:
        return found.least
    reason = (
        "a saturated point may carry no mass"
        if found.unique
        else "the evaluations at the saturated points are not proved independent"
    )
    raise InputError(
        f"the number of Diracs is not decided ({reason})",
        f"extreme minimisers have between {found.least} and {found.most} Diracs (certified)",
        "dual.optimal_value and dual.total_variation are the same for all minimisers",
    )
