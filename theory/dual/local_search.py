"""Extreme points of the certificate when its regions are too many: ascent from many starts.

From a point the search projects on the cone of its region, then tries the neighbours across
the walls that hold it there, until none is higher. Nothing is proved here: a missed maximum
is found out by `sphere_bound`, and its witness becomes one more start.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from theory.dual.oracle import Extreme, distinct
from theory.dual.region_bounds import float_projection
from theory.dual.solver import Solution, minimise
from theory.dual.sphere_bound import SphereBound, bound_on_sphere
from theory.exact import InputError

STARTS = 24
APART = np.cos(0.15)  # starts closer than this usually climb to the same maximum


class LocalSearchOracle:
    """An oracle by ascent from a fixed grid of directions and the points found before."""

    def __init__(self, rows: np.ndarray, *, grid: int = 12) -> None:
        self.rows = rows
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        self.normals = rows / np.where(lengths > 0, lengths, 1.0)
        self.starts = cube_grid(rows.shape[1], grid)

    def add_start(self, w: np.ndarray) -> None:
        """Start from this direction too from now on."""
        self.starts = np.vstack([self.starts, w / np.linalg.norm(w)])

    def extremes(self, p: np.ndarray, threshold: float) -> list[Extreme]:
        """See `oracle.Oracle`; maxima far from every start may be missed."""
        heights = np.maximum(self.starts @ self.rows.T, 0) @ p
        found: list[Extreme] = []
        for sign in (1, -1):
            found += [e for w in self._spread(sign * heights) if (e := self._ascend(p, sign, w))]
        kept = [e for e in distinct(found) if e.value > threshold]
        for extreme in kept:
            self.add_start(extreme.w)
        self.starts = np.unique(np.round(self.starts, 6), axis=0)
        return kept

    def _spread(self, heights: np.ndarray) -> list[np.ndarray]:
        """The highest starts that lie apart from each other."""
        chosen: list[np.ndarray] = []
        for k in np.argsort(-heights):
            w = self.starts[k]
            if heights[k] <= 0 or len(chosen) == STARTS:
                break
            if all(w @ other < APART for other in chosen):
                chosen.append(w)
        return chosen

    def _ascend(self, p: np.ndarray, sign: int, w: np.ndarray) -> Extreme | None:
        best = self._project(p, sign, self.rows @ w > 0)
        while best is not None:
            higher = None
            for line in best.held:
                flipped = best.active.copy()
                flipped[line] = ~flipped[line]
                other = self._project(p, sign, flipped)
                if other is not None and other.value > best.value * (1 + 1e-12):
                    higher = other
                    break
            if higher is None:
                return best
            best = higher
        return best

    def _project(self, p: np.ndarray, sign: int, active: np.ndarray) -> Extreme | None:
        v = sign * ((p * active) @ self.rows)
        walls = np.where(active[:, None], self.normals, -self.normals)
        value, multipliers = float_projection(v, walls)
        if value <= 1e-14:
            return None
        held = tuple(int(k) for k in np.flatnonzero(multipliers > 1e-12 * np.linalg.norm(v)))
        w = v + multipliers @ walls
        return Extreme(value, sign, w / np.linalg.norm(w), held, active)


def cube_grid(d: int, grid: int) -> np.ndarray:
    """Unit vectors on a regular grid of the faces of the cube [-1, 1]^d."""
    ticks = (2 * np.arange(grid) + 1) / grid - 1
    points = [
        np.insert(np.array(inner), axis, side)
        for axis in range(d)
        for side in (1.0, -1.0)
        for inner in product(ticks, repeat=d - 1)
    ]
    stacked = np.array(points)
    return stacked / np.linalg.norm(stacked, axis=1, keepdims=True)


def solve_large(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    *,
    excess: float = 1e-6,
    attempts: int = 8,
    max_cells: int = 200_000,
) -> tuple[Solution, SphereBound]:
    """Solve a problem with too many regions and prove |eta_p| <= lam (1 + excess).

    X: n x d floats, d >= 2; y: n floats; lam > 0; max_cells: see `bound_on_sphere`. The
    proof turns p into the feasible dual point p/(1 + excess), so that J is within
    J - D(p/(1 + excess)) of its minimum.
    Raises InputError when the bound is not reached.
    """
    rows, targets = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    size, height = float(np.max(np.abs(rows))) or 1.0, float(np.max(np.abs(targets))) or 1.0
    oracle = LocalSearchOracle(rows / size)
    for _ in range(attempts):
        scaled = minimise(
            rows / size, targets / height, lam / (size * height), oracle, tolerance=1e-11
        )
        solution = scaled.scaled(size, height)
        found = bound_on_sphere(solution.p, rows, lam * (1 + excess), max_cells=max_cells)
        if found.proved:
            return solution, found
        if found.witness is None:
            break
        oracle.add_start(found.witness)
    raise InputError(
        f"|eta| <= lam (1 + {excess:g}) is not proved",
        "problems whose bound closes within the cells allowed",
        "raise excess",
    )
