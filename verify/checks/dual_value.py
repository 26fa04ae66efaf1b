"""Checks of the optimal value as a function of penalty, targets and data (theory.dual.duality)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.duality import SCALING_EXPONENTS
from theory.dual.lambda_max import closed_form
from theory.dual.sphere_bound import bound_on_sphere
from theory.dual.transformations import TRANSFORMATIONS
from theory.exact import dot, matrix, rational, vector
from theory.rigor.balls import ball
from verify.checks.dual_duality import optimum
from verify.checks.dual_problems import PROBLEMS, drawn
from verify.engines import Enclose

Cell = Mapping[str, Any]


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
