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
from theory.dual.examples import (
    EVEN,
    EVEN_THREE,
    RECTANGLE,
    RECTANGLE_DUAL,
    RECTANGLE_POINTS,
    dirac,
)
from theory.dual.picture import certificate_picture
from theory.dual.problem import (
    Dirac,
    Problem,
    forward,
    gap_parts,
    objective,
    problem,
    residual_dual,
)
from theory.dual.symbols import fit, penalty
from theory.dual.training import certified_optimum
from theory.exact import dot
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
FREE = replace(AXES, lam=Fraction(0))  # least squares; every y has an interpolant
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
    "no penalty, interpolant": (FREE, [dirac(1, 3, 4)]),
    "no penalty, one axis": (FREE, [dirac(1, 3, 0)]),
    "above lambda_max": (problem([[3, 4]], [2], 10), []),
}


@lru_cache(maxsize=64)
def _is_minimiser(name: str) -> bool | None:
    """The truth: an exact zero gap proves it, a certified better measure disproves it."""
    task, measure = NAMED[name]
    if task.lam == 0:
        return not any(residual_dual(task, measure))
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


def _picture(cell: Cell) -> Mapping[str, Any]:
    """Circle and sphere of two of the problems, for the report."""
    if cell.get("measure") == "even phase, three Diracs":
        task, measure = NAMED[cell["measure"]]
    elif (cell.get("n"), cell.get("d")) == (14, 3):
        task, measure = drawn(cell), list(optimum(drawn(cell)).measure)
    else:
        return {}
    p = np.array([float(a) for a in residual_dual(task, measure)])
    rows = np.array([[float(a) for a in row] for row in task.X])
    diracs = [(atom.sign, np.array([float(a) for a in atom.u])) for atom in measure]
    return certificate_picture(rows, p, float(task.lam), diracs)


def _strong_duality(cell: Cell, form: Any) -> tuple[arb, arb]:
    found = optimum(drawn(cell))
    return found.gap(), found.upper() * arb("1e-40")


def _shared(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    task, first = NAMED[cell["first"]]
    _, second = NAMED[cell["second"]]
    if not (_is_minimiser(cell["first"]) and _is_minimiser(cell["second"])):
        return Fraction(1), Fraction(0)
    return sum((abs(a) for a in form(task.X, first, second)), Fraction(0)), Fraction(0)


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
        picture=_picture,
        relation="==",
        max_bits=64,
        fails_if="the criterion accepts a measure that is not minimal, or rejects one that is",
    ),
    Enclose(
        claim="dual.kkt",
        part="strong duality",
        cells=PROBLEMS,
        sides=_strong_duality,
        picture=_picture,
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
)
