"""Checks of the gap identity, optimality and the dual solution (theory.dual.duality)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.duality import SCALING_EXPONENTS
from theory.dual.examples import (
    EVEN,
    EVEN_THREE,
    RECTANGLE,
    RECTANGLE_DUAL,
    RECTANGLE_POINTS,
    dirac,
)
from theory.dual.lambda_max import closed_form
from theory.dual.problem import (
    Dirac,
    Problem,
    forward,
    gap_parts,
    objective,
    problem,
    residual_dual,
)
from theory.dual.sphere_bound import bound_on_sphere
from theory.dual.symbols import fit, penalty
from theory.dual.training import certified_optimum
from theory.dual.transformations import TRANSFORMATIONS
from theory.exact import dot, matrix, rational, vector
from theory.notation import n
from theory.rigor.balls import ball
from verify.checks.dual_problems import PROBLEMS, STUDY, drawn
from verify.engines import Derive, Enclose

Cell = Mapping[str, Any]
BITS = 256


def optimum(task: Problem) -> Certificate:
    """The certified optimum at the precision of these checks."""
    return certified_optimum(task, bits=BITS)


# dual.conv: J_c at lam equals 2 n c times J at lam times the factor, for all fits and norms.
def _convention(form: Any) -> sympy.Expr:
    square, norm = sympy.symbols("square norm", positive=True)
    ours = square / (2 * n) + form.expr * penalty * norm
    return fit * square + penalty * norm - 2 * n * fit * ours


# dual.gap, with the sums |r|^2, |p|^2, <p, r> and the integral of eta_p as free symbols.
def _gap_residual(form: Any) -> sympy.Expr:
    r2, p2, pr, paired, norm = sympy.symbols("r2 p2 pr paired norm", positive=True)
    value = r2 / (2 * n) + penalty * norm
    dual = pr + paired - form.expr * p2
    misfit = (r2 - 2 * n * pr + n**2 * p2) / (2 * n)
    return value - dual - misfit - (penalty * norm - paired)


def _random_measure(cell: Cell) -> tuple[Problem, list[Dirac], list[Fraction]]:
    task = drawn(cell)
    rng = np.random.default_rng([cell["seed"], 7])
    measure = [
        Dirac(sign, tuple(Fraction(int(a), 4) for a in rng.integers(-8, 9, task.d)))
        for sign in (1, -1, 1)
    ]
    return task, measure, [Fraction(int(a), 3) for a in rng.integers(-6, 7, task.n)]


def _gap_sides(cell: Cell, form: Any) -> tuple[arb, arb]:
    task, measure, p = _random_measure(cell)
    misfit, slack = gap_parts(task, measure, p)
    dual = ball(dot(p, task.y)) - form.ball(n=task.n) * ball(dot(p, p))
    return objective(task, measure) - dual, ball(misfit) + slack


HALF = Fraction(1, 2)


def _halves(*which: int) -> list[Dirac]:
    return [Dirac(1, tuple(HALF * a for a in RECTANGLE_POINTS[k].u)) for k in which]


FLIPPED = replace(
    RECTANGLE,
    y=tuple(
        4 * p - a
        for p, a in zip(RECTANGLE_DUAL, forward(RECTANGLE.X, RECTANGLE_POINTS[:1]), strict=True)
    ),
)
AXES = problem([[1, 0], [0, 1]], [3, 4], HALF)
NAMED: dict[str, tuple[Problem, list[Dirac]]] = {
    "even phase, three Diracs": (EVEN, list(EVEN_THREE)),
    "even phase, two of them": (EVEN, list(EVEN_THREE[:2])),
    "rectangle, first diagonal": (RECTANGLE, _halves(0, 2)),
    "rectangle, second diagonal": (RECTANGLE, _halves(1, 3)),
    "rectangle, both diagonals": (
        RECTANGLE,
        [Dirac(1, tuple(HALF * HALF * a for a in atom.u)) for atom in RECTANGLE_POINTS],
    ),
    "rectangle, one side": (RECTANGLE, _halves(0, 1)),
    "a negative Dirac where eta is positive": (
        FLIPPED,
        [replace(RECTANGLE_POINTS[0], sign=-1)],
    ),
    "stationary on its support only": (AXES, [dirac(1, 2, 0)]),
    "both axes": (AXES, [dirac(1, "12/5", "16/5")]),
    "one sample": (problem([[3, 4]], [2], 1), [dirac(1, "27/125", "36/125")]),
    "one sample, shrunk": (problem([[3, 4]], [2], 1), [dirac(1, "26/125", "36/125")]),
    "above lambda_max": (problem([[3, 4]], [2], 10), []),
}


@lru_cache(maxsize=64)
def _is_minimiser(name: str) -> bool | None:
    """The truth: an exact zero gap proves it, a certified better measure disproves it."""
    task, measure = NAMED[name]
    best = optimum(task).upper()
    if objective(task, measure) > best:
        return False
    p = residual_dual(task, measure)
    misfit, slack = gap_parts(task, measure, p)
    return True if misfit == 0 and slack.contains(0) and optimum(task).gap() < 1e-40 else None


def _optimality_sides(cell: Cell, form: Any) -> tuple[Any, Any]:
    truth = _is_minimiser(cell["measure"])
    if truth is None:
        return arb.nan(), arb.nan()
    return int(form(*NAMED[cell["measure"]])), int(truth)


def _strong_duality(cell: Cell, form: Any) -> tuple[arb, arb]:
    found = optimum(drawn(cell))
    return found.gap(), found.upper() * arb("1e-40")


def _projection_square(form: Any) -> sympy.Expr:
    """lam <q, y> - n lam^2 |q|^2/2 = |y|^2/(2n) - (coefficient) |y/(n lam) - q|^2."""
    y2, q2, qy = sympy.symbols("y2 q2 qy", positive=True)
    distance = y2 / (n * penalty) ** 2 - 2 * qy / (n * penalty) + q2
    left = penalty * qy - n * penalty**2 * q2 / 2
    return left - y2 / (2 * n) + form[0].expr * distance


def _lipschitz(cell: Cell, form: Any) -> tuple[arb, arb]:
    task = drawn(cell)
    if cell.get("above"):  # lam >= lambda_max for both: q = y/(n lam), an equality
        sizes = (abs(c) * sum(map(abs, row)) for c, row in zip(task.y, task.X, strict=True))
        task = replace(task, lam=1 + sum(sizes, Fraction(0)))
    ends = task.y[0] + Fraction(1, 3), task.y[-1] - Fraction(1, 5)
    other = replace(task, y=(ends[0], *task.y[1:-1], ends[1]))
    first, second = optimum(task), optimum(other)
    shift = [a - b for a, b in zip(first.p, second.p, strict=True)]
    reach = first.dual_radius() + second.dual_radius()
    moved = (ball(dot(shift, shift)).sqrt() + arb(0, reach.abs_upper())) / ball(task.lam)
    noise = [a - b for a, b in zip(task.y, other.y, strict=True)]
    bound = form[1].ball(n=task.n, penalty=task.lam) * ball(dot(noise, noise)).sqrt()
    # Above lambda_max both sides are equal; the allowance is far below any wrong constant.
    return moved, bound * (1 + arb("1e-9"))


def _two_penalties(cell: Cell) -> tuple[Certificate, Certificate, arb]:
    task = drawn(cell)
    larger = replace(task, lam=task.lam * rational(cell.get("ratio", "6/5")))
    return optimum(task), optimum(larger), ball(larger.lam - task.lam)


def _concave_above(cell: Cell, form: Any) -> tuple[arb, arb]:
    first, second, step = _two_penalties(cell)
    slope = ball(form.variation) * first.total_variation()
    return second.optimal_value() - first.optimal_value(), slope * step


def _concave_below(cell: Cell, form: Any) -> tuple[arb, arb]:
    first, second, step = _two_penalties(cell)
    slope = ball(form.variation) * second.total_variation()
    return slope * step, second.optimal_value() - first.optimal_value()


def _convex_in_targets(cell: Cell, form: Any) -> tuple[arb, arb]:
    task = drawn(cell)
    move = [Fraction((-1) ** j, 50) for j in range(task.n)]
    other = replace(task, y=tuple(a + b for a, b in zip(task.y, move, strict=True)))
    first, second = optimum(task), optimum(other)
    slope = ball(form.dual(task.n) * dot(first.p, move))
    slope += arb(0, (first.dual_radius() * ball(dot(move, move)).sqrt()).abs_upper())
    return slope, second.optimal_value() - first.optimal_value()


def _convex_back(cell: Cell, form: Any) -> tuple[arb, arb]:
    return _convex_in_targets({**cell, "seed": cell["seed"] + 100}, form)


def _variation_falls(cell: Cell, form: Any) -> tuple[arb, arb]:
    first, second, _ = _two_penalties(cell)
    return second.total_variation(), first.total_variation()


def _misfit_rises(cell: Cell, form: Any) -> tuple[arb, arb]:
    first, second, _ = _two_penalties(cell)
    return ball(dot(first.p, first.p)).sqrt(), ball(dot(second.p, second.p)).sqrt() + (
        first.dual_radius() + second.dual_radius()
    )


def _threshold(cell: Cell, form: Any) -> tuple[int, int]:
    """Above the claimed value eta_y is bounded (branch and bound); below, something is learned."""
    task = drawn(cell)
    claimed = float(form(task.X, task.y)) ** 0.5
    rows = np.array([[float(a) for a in row] for row in task.X])
    targets = np.array([float(a) for a in task.y])
    above = bound_on_sphere(targets, rows, task.n * claimed * (1 + 1e-6)).proved
    below = replace(task, lam=Fraction(claimed).limit_denominator(10**9) * Fraction(999, 1000))
    learns = optimum(below).upper() < ball(dot(task.y, task.y) / (2 * task.n))
    return int(above) + int(learns), 2


CLOSED = {
    "one sample": ([[3, -4, 1]], [-2]),
    "one dimension": ([[1], [2], [-3], [0]], [1, -5, 2, 7]),
    "identity": ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [3, -4, 5]),
    "targets >= 0": ([[1, 2], [-2, 1], [1, -1], [3, 1]], [1, 2, 0, 1]),
    "no targets": ([[1, 2]], [0]),
}


def _closed(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    X, y = CLOSED[cell["data"]]
    return form(matrix(X, "X"), vector(y, "y")), closed_form(matrix(X, "X"), vector(y, "y"))


def _transformed(cell: Cell, form: Any) -> tuple[arb, arb]:
    c = rational("7/3")
    task = drawn(cell)
    name = cell["transformation"]
    after = optimum(TRANSFORMATIONS[name](task, c)).optimal_value()
    return optimum(task).optimal_value() * ball(c ** form[name]), after


CHECKS = (
    Derive(
        claim="dual.conv",
        residual=_convention,
        fails_if="the two objectives are not proportional for some fit, norm and lambda",
    ),
    Enclose(
        claim="dual.exist",
        cells=(
            {"first": "rectangle, first diagonal", "second": "rectangle, second diagonal"},
            {"first": "rectangle, first diagonal", "second": "rectangle, both diagonals"},
        ),
        sides=lambda cell, form: _shared(cell, form),
        relation="==",
        fails_if="two exact minimisers differ in an output, or one of them has a gap",
    ),
    Enclose(
        claim="dual.exist",
        part="attained",
        cells=PROBLEMS,
        sides=_strong_duality,
        relation="<",
        max_bits=64,
        fails_if="the duality gap of a measure is not proved below 1e-40 relative",
    ),
    Derive(
        claim="dual.gap",
        residual=_gap_residual,
        fails_if="the identity fails for some values of the inner products",
    ),
    Enclose(
        claim="dual.gap",
        cells=PROBLEMS,
        sides=_gap_sides,
        relation="==",
        fails_if="the two sides differ for a random measure and dual point",
    ),
    Enclose(
        claim="dual.kkt",
        part="criterion",
        cells=tuple({"measure": name} for name in NAMED),
        sides=_optimality_sides,
        relation="==",
        max_bits=64,
        fails_if="the criterion accepts a measure that is not minimal, or rejects one that is",
    ),
    Enclose(
        claim="dual.kkt",
        part="strong duality",
        cells=PROBLEMS,
        sides=_strong_duality,
        relation="<",
        max_bits=64,
        fails_if="the duality gap of the best measure is not proved below 1e-40 relative",
    ),
    Enclose(
        claim="dual.kkt",
        part="strong duality",
        profile="full",
        cells=STUDY,
        sides=_strong_duality,
        relation="<",
        max_bits=64,
        fails_if="as above, for 168 drawn problems, degenerate ones among them",
    ),
    Derive(
        claim="dual.proj",
        part="square",
        residual=_projection_square,
        fails_if="completing the square leaves a remainder",
    ),
    Enclose(
        claim="dual.proj",
        part="lipschitz",
        cells=(*PROBLEMS[::2], *({**cell, "above": 1} for cell in PROBLEMS[1:6:2])),
        sides=_lipschitz,
        relation="<=",
        max_bits=128,
        fails_if="two dual solutions are further apart than their targets allow",
    ),
    *(
        Enclose(
            claim="dual.value",
            part=part,
            cells=PROBLEMS,
            sides=sides,
            relation="<=",
            max_bits=128,
            fails_if=f"certified values at two penalties or targets contradict it ({part})",
        )
        for part, sides in {
            "concave, from above": _concave_above,
            "concave, from below": _concave_below,
            "convex": _convex_in_targets,
            "convex, again": _convex_back,
            "variation falls": _variation_falls,
            "misfit rises": _misfit_rises,
        }.items()
    ),
    Enclose(
        claim="dual.lambda_max",
        part="threshold",
        cells=PROBLEMS[::2],
        sides=_threshold,
        relation="==",
        max_bits=64,
        fails_if="branch and bound over the sphere, or the optimum just below, contradict it",
    ),
    Enclose(
        claim="dual.lambda_max",
        part="closed forms",
        cells=tuple({"data": name} for name in CLOSED),
        sides=_closed,
        relation="==",
        fails_if="the general formula differs from a closed form",
    ),
    Enclose(
        claim="dual.edge",
        cells=tuple(
            {**PROBLEMS[k], "transformation": name} for k, name in enumerate(SCALING_EXPONENTS)
        ),
        sides=_transformed,
        relation="==",
        digits=30,
        max_bits=256,
        fails_if="certified optimal values before and after differ beyond 30 digits",
    ),
)


def _shared(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    task, first = NAMED[cell["first"]]
    _, second = NAMED[cell["second"]]
    if not (_is_minimiser(cell["first"]) and _is_minimiser(cell["second"])):
        return Fraction(1), Fraction(0)
    return sum((abs(a) for a in form(task.X, first, second)), Fraction(0)), Fraction(0)
