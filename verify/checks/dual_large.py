"""Strong duality where the dual regions are too many: a proof by branch and bound."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb

from theory.dual.local_search import solve_large
from theory.dual.picture import certificate_picture
from theory.dual.problem import Dirac, Problem, dual_value, objective
from theory.dual.solver import Solution
from theory.dual.sphere_bound import SphereBound
from theory.rigor.balls import ball
from verify.engines import Enclose

Cell = Mapping[str, Any]
SIZE = 64  # data are multiples of 1/SIZE, so that floats hold them exactly


@lru_cache(maxsize=4)
def _solved(n: int, seed: int, lam: str) -> tuple[Problem, Solution, SphereBound]:
    """A drawn problem in space, its solution in floats, and the bound of its certificate."""
    rng = np.random.default_rng([n, seed])
    X = np.round(rng.standard_normal((n, 3)) * SIZE) / SIZE
    noise = 0.1 * rng.standard_normal(n)
    y = np.round((np.maximum(X.sum(axis=1), 0) - np.abs(X[:, 0]) + noise) * SIZE) / SIZE
    rows = tuple(tuple(map(Fraction, row)) for row in X.tolist())
    task = Problem(rows, tuple(map(Fraction, y.tolist())), Fraction(lam))
    return task, *solve_large(X, y, float(task.lam))


def _gap(cell: Cell, form: Any) -> tuple[arb, arb]:
    """J at the rational measure, less D at the scaled dual point; 10^-5 J is allowed.

    |eta_p| <= b is proved for the floats p, so p lam/b is feasible exactly. The search proves
    b <= lam (1 + 10^-6), and D falls by at most that share of 2 J.
    """
    task, solution, bound = _solved(cell["n"], cell["seed"], cell["lam"])
    if not bound.proved:
        return arb.nan(), arb(0)
    measure = [Dirac(a.sign, tuple(map(Fraction, a.u.tolist()))) for a in solution.atoms]
    shrink = min(Fraction(1), task.lam / Fraction(bound.bound))
    p = tuple(shrink * Fraction(c) for c in solution.p.tolist())
    value = objective(task, measure)
    return value - ball(dual_value(task, p)), value * arb("1e-5")


def _picture(cell: Cell) -> Mapping[str, Any]:
    task, solution, bound = _solved(cell["n"], cell["seed"], cell["lam"])
    rows = np.array([[float(a) for a in row] for row in task.X])
    diracs = [(atom.sign, atom.u) for atom in solution.atoms]
    return certificate_picture(rows, solution.p, float(task.lam), diracs, bound.covering)


CHECKS = (
    Enclose(
        claim="dual.kkt",
        part="strong duality, many samples",
        cells=({"n": 300, "d": 3, "seed": 1, "lam": "1/8"},),
        sides=_gap,
        picture=_picture,
        relation="<",
        max_bits=64,
        fails_if="the cells of a covering of the sphere do not prove a relative gap of 10^-5",
    ),
)
