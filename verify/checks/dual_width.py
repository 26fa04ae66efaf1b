"""Checks of finite networks with weight decay (dual.width in theory.dual.finite)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from theory.dual.known_optima import ClosedForms, identity_value
from theory.dual.problem import problem, total_variation
from theory.rigor.balls import ball
from verify.checks.dual_duality import optimum
from verify.checks.dual_problems import PROBLEMS, drawn
from verify.engines import Derive, Enclose

Cell = Mapping[str, Any]


def _balanced(form: Any) -> list[sympy.Expr]:
    """c (a^2 + b^2) - a b = c (a - b)^2, which is 0 at a = b."""
    a, b = sympy.symbols("a b", positive=True)
    return [form.expr * (a**2 + b**2) - a * b - form.expr * (a - b) ** 2]


def _one_neuron(cell: Cell, form: Any) -> tuple[arb, arb]:
    """X = I with targets of both signs: min J, of two Diracs, beside the best single neuron.

    A neuron of one sign fits only the targets of its sign; the others stay as they are.
    """
    task = problem([[1, 0], [0, 1]], cell["y"], cell["lam"])
    singles = []
    for side in (1, -1):
        fitted = tuple(c if side * c > 0 else Fraction(0) for c in task.y)
        rest = sum((c * c for c in task.y if side * c < 0), Fraction(0))
        alone = identity_value(replace(task, y=fitted), ClosedForms())
        singles.append(alone + ball(rest / (2 * task.n)))
    return optimum(task).optimal_value(), singles[0].min(singles[1])


def _weight_decay(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The balanced network of a certified minimiser: a = |omega| = sqrt of the mass."""
    found = optimum(drawn(cell))
    decay = arb(0)
    for atom in found.measure:
        outer = atom.mass.sqrt()
        inner = [ball(a) / atom.mass * outer for a in atom.u]
        decay += form.ball() * (outer * outer + sum((a * a for a in inner), arb(0)))
    return decay, total_variation(found.measure)


CHECKS = (
    Derive(
        claim="dual.width",
        residual=_balanced,
        fails_if="the inequality is not the square of a difference",
    ),
    Enclose(
        claim="dual.width",
        part="too narrow",
        cells=({"y": [3, -4], "lam": "1/10"}, {"y": [1, -2], "lam": "1/5"}),
        sides=_one_neuron,
        relation="<",
        fails_if="one neuron does as well as the minimiser of two Diracs",
    ),
    Enclose(
        claim="dual.width",
        cells=PROBLEMS[::2],
        sides=_weight_decay,
        relation="==",
        digits=20,
        fails_if="the balanced network's weight decay is not the total variation",
    ),
)
