"""Checks that the dual solution is a projection (dual.proj in theory.dual.duality)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.symbols import penalty
from theory.exact import dot
from theory.notation import n
from theory.rigor.balls import ball
from verify.checks.dual_duality import optimum
from verify.checks.dual_problems import PROBLEMS, drawn
from verify.engines import Derive, Enclose

Cell = Mapping[str, Any]


def _projection_square(form: Any) -> sympy.Expr:
    """lam <q, y> - n lam^2 |q|^2/2 = |y|^2/(2n) - (coefficient) |y/(n lam) - q|^2."""
    y2, q2, qy = sympy.symbols("y2 q2 qy", positive=True)
    distance = y2 / (n * penalty) ** 2 - 2 * qy / (n * penalty) + q2
    left = penalty * qy - n * penalty**2 * q2 / 2
    return left - y2 / (2 * n) + form[0].expr * distance


def _two_targets(cell: Cell) -> tuple[Certificate, Certificate]:
    """Optima for two targets at one penalty."""
    task = drawn(cell)
    if cell.get("above"):  # lam >= lambda_max for both: q = y/(n lam), an equality
        sizes = (abs(c) * sum(map(abs, row)) for c, row in zip(task.y, task.X, strict=True))
        task = replace(task, lam=1 + sum(sizes, Fraction(0)))
    ends = task.y[0] + Fraction(1, 3), task.y[-1] - Fraction(1, 5)
    other = replace(task, y=(ends[0], *task.y[1:-1], ends[1]))
    return optimum(task), optimum(other)


def _moved(cell: Cell, form: Any) -> tuple[arb, arb]:
    """How far the dual solution moves, and how far it may."""
    first, second = _two_targets(cell)
    task, other = first.task, second.task
    shift = [a - b for a, b in zip(first.p, second.p, strict=True)]
    reach = first.dual_radius() + second.dual_radius()
    moved = (ball(dot(shift, shift)).sqrt() + arb(0, reach.abs_upper())) / ball(task.lam)
    noise = [a - b for a, b in zip(task.y, other.y, strict=True)]
    bound = form[1].ball(n=task.n, penalty=task.lam) * ball(dot(noise, noise)).sqrt()
    return moved, bound


def _lipschitz(cell: Cell, form: Any) -> tuple[arb, arb]:
    """Above lambda_max both sides are equal; the allowance is far below any wrong constant."""
    moved, bound = _moved(cell, form)
    return moved, bound * (1 + arb("1e-9"))


def _firm(cell: Cell, form: Any) -> tuple[arb, arb]:
    first, second = _two_targets(cell)
    task = first.task
    reach = arb(0, (first.dual_radius() + second.dual_radius()).abs_upper())
    lam = ball(task.lam)
    moves = [(ball(a - b) + reach) / lam for a, b in zip(first.p, second.p, strict=True)]
    noise = [ball(a - b) for a, b in zip(task.y, second.task.y, strict=True)]
    paired = sum((a * b for a, b in zip(moves, noise, strict=True)), arb(0))
    bound = form[1].ball(n=task.n, penalty=task.lam) * paired
    return sum((a * a for a in moves), arb(0)), bound * (1 + arb("1e-9"))


CHECKS = (
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
    Enclose(
        claim="dual.proj",
        part="attained",
        cells=tuple({**cell, "above": 1} for cell in PROBLEMS[::3]),
        sides=_moved,
        relation="==",
        max_bits=128,
        fails_if="above lambda_max the dual solution does not move in proportion to the targets",
    ),
    Enclose(
        claim="dual.proj",
        part="firmly",
        cells=(*PROBLEMS[::2], *({**cell, "above": 1} for cell in PROBLEMS[1:6:2])),
        sides=_firm,
        relation="<=",
        max_bits=128,
        fails_if="the motion of the dual solution is longer than its part along the targets'",
    ),
)
