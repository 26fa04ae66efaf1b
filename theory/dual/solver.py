"""Minimise J in floats: fully corrective Frank-Wolfe over the dual regions.

Each round asks the oracle for the extreme points of the current certificate, refits all
weights (non-negative lasso), merges Diracs of one sign that share a closed region (which
keeps the outputs and lowers the total variation, dual.lift), and polishes by Newton's method
on the faces the oracle named. It stops on the duality gap, so the result carries its own
accuracy; `certificate` turns it into a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from theory.dual.arrangement import regions
from theory.dual.atoms import Atom, merge, without_copies
from theory.dual.lasso import nonnegative_lasso
from theory.dual.oracle import Extreme, Oracle, RegionOracle
from theory.dual.polish import newton
from theory.dual.problem import Problem
from theory.dual.region_bounds import UNIT_ROUNDOFF
from theory.exact import InputError


@dataclass(frozen=True)
class Solution:
    """A measure with its duality gap, in the units of the problem that was given."""

    atoms: tuple[Atom, ...]
    p: np.ndarray
    value: float
    gap: float
    rounds: int

    @property
    def total_variation(self) -> float:
        """Sum of the weights |u|."""
        return float(sum(np.linalg.norm(atom.u) for atom in self.atoms))

    def scaled(self, size: float, height: float) -> Solution:
        """The solution for data size * X and targets height * y (lam * size * height)."""
        return Solution(
            atoms=tuple(replace(atom, u=atom.u * (height / size)) for atom in self.atoms),
            p=self.p * height,
            value=self.value * height**2,
            gap=self.gap * height**2,
            rounds=self.rounds,
        )


def solve(task: Problem, *, tolerance: float = 1e-12, rounds: int = 60) -> Solution:
    """Solve a problem whose dual regions can be enumerated.

    tolerance: relative duality gap asked for; for penalties far below the largest useful one
    the gap that floats can reach is accepted (see `minimise`), and the solution states it.
    Raises InputError when they are too many (see `arrangement.regions`) or when the relative
    duality gap stays above the tolerance.

    >>> from theory.dual.problem import problem
    >>> solution = solve(problem([[3, 4]], [2], 1))
    >>> round(solution.value, 12), len(solution.atoms)
    (0.38, 1)
    """
    unit, size, height = normalised(task)
    rows = np.array([[float(a) for a in row] for row in unit.X])
    oracle = RegionOracle(rows, regions(task.X))
    targets = np.array([float(c) for c in unit.y])
    scaled = minimise(rows, targets, float(unit.lam), oracle, tolerance=tolerance, rounds=rounds)
    return scaled.scaled(float(size), float(height))


def normalised(task: Problem) -> tuple[Problem, Fraction, Fraction]:
    """The problem with greatest entry and greatest target 1, and what they were (size, height).

    Its J is that of `task` over height^2, its measures those of `task` times size/height;
    lambda_max is at most sqrt(d).

    >>> from theory.dual.problem import problem
    >>> normalised(problem([[3, 4]], [2], 1))[0].lam
    Fraction(1, 8)
    """
    one = Fraction(1)
    size = max(abs(a) for row in task.X for a in row) or one
    height = max(abs(c) for c in task.y) or one
    rows = tuple(tuple(a / size for a in row) for row in task.X)
    targets = tuple(c / height for c in task.y)
    return Problem(rows, targets, task.lam / (size * height)), size, height


def minimise(
    rows: np.ndarray,
    targets: np.ndarray,
    lam: float,
    oracle: Oracle,
    *,
    tolerance: float = 1e-12,
    rounds: int = 60,
) -> Solution:
    """Frank-Wolfe rounds until the gap is below tolerance * J; see `solve`.

    rows and targets are scaled to entries of at most 1. Then p is a difference of numbers of
    order 1 that leaves one of order lam: its relative error, and with it the relative gap that
    floats can reach, is of order 1e-15 / lam.
    """
    n = len(targets)
    tolerance = max(tolerance, 1e-14 / lam)
    atoms: list[Atom] = []
    best: Solution | None = None
    for count in range(rounds):
        outputs = sum((atom.evaluation(rows) for atom in atoms), np.zeros(n))
        p = (targets - outputs) / n
        extremes = oracle.extremes(p, lam * (1 - 1e-7))
        value, gap = _value_and_gap(rows, targets, lam, atoms, p, extremes)
        if best is None or gap < best.gap:
            best = Solution(tuple(atoms), p, value, gap, count)
        if gap <= tolerance * value:
            return _identify(rows, targets, lam, oracle, best, extremes)
        fresh = [Atom(e.sign, e.w, e.held, e.active) for e in extremes[: 4 * n + 40]]
        atoms = _refit(rows, targets, lam, without_copies([*fresh, *atoms]))
        atoms = _merge_and_polish(rows, targets, lam, atoms, oracle.normals)
    assert best is not None
    raise InputError(
        f"relative duality gap {best.gap / best.value:.1e} after {rounds} rounds",
        f"a gap of at most {tolerance:g}",
        "raise the tolerance or the number of rounds, or rescale the data",
    )


def _identify(
    rows: np.ndarray,
    targets: np.ndarray,
    lam: float,
    oracle: Oracle,
    solution: Solution,
    extremes: Sequence[Extreme],
) -> Solution:
    """Put the Diracs on the extreme points of the final certificate, with their faces.

    A Dirac that Newton carried to the border of its region has converged there without being
    on the face; the walls that hold the extreme point name the face.
    """
    atoms = [Atom(e.sign, e.w, e.held, e.active) for e in extremes]
    atoms = _refit(rows, targets, lam, atoms)
    atoms = _merge_and_polish(rows, targets, lam, atoms, oracle.normals)
    outputs = sum((atom.evaluation(rows) for atom in atoms), np.zeros(len(targets)))
    p = (targets - outputs) / len(targets)
    found = oracle.extremes(p, lam * (1 - 1e-7))
    value, gap = _value_and_gap(rows, targets, lam, atoms, p, found)
    if gap > max(10 * solution.gap, 1e-13 * value):
        return solution
    return Solution(tuple(atoms), p, value, gap, solution.rounds)


def _value_and_gap(
    rows: np.ndarray,
    targets: np.ndarray,
    lam: float,
    atoms: Sequence[Atom],
    p: np.ndarray,
    extremes: Sequence[Extreme],
) -> tuple[float, float]:
    """J and its distance to D(t p), t as large as |eta| <= lam allows (gap identity).

    A rounding of every output y_j moves eta by up to reach * UNIT_ROUNDOFF, so a smaller relative
    gap than that over lam is not claimed.
    """
    n = len(targets)
    peak = max(lam, extremes[0].value) if extremes else lam
    square = float(p @ p)
    shrink = min(lam / peak, float(p @ targets) / (n * square)) if square > 0 else 1.0
    norm = sum(float(np.linalg.norm(atom.u)) for atom in atoms)
    paired = sum(float(p @ atom.evaluation(rows)) for atom in atoms)
    value = n * square / 2 + lam * norm
    gap = n * (1 - shrink) ** 2 * square / 2 + (lam * norm - shrink * paired)
    reach = float(np.abs(targets) @ np.linalg.norm(rows, axis=1)) / n
    return value, max(gap, value * UNIT_ROUNDOFF * reach / lam)


def _refit(rows: np.ndarray, targets: np.ndarray, lam: float, atoms: Sequence[Atom]) -> list[Atom]:
    """Best weights for fixed directions; Diracs of weight 0 leave."""
    if not atoms:
        return []
    directions = [replace(atom, u=atom.u / np.linalg.norm(atom.u)) for atom in atoms]
    columns = np.array([atom.evaluation(rows) for atom in directions]).T
    weights = nonnegative_lasso(columns, targets, len(targets) * lam)
    return [
        replace(atom, u=weight * atom.u)
        for atom, weight in zip(directions, weights, strict=True)
        if weight > 0
    ]


def _merge_and_polish(
    rows: np.ndarray, targets: np.ndarray, lam: float, atoms: Sequence[Atom], normals: np.ndarray
) -> list[Atom]:
    """The better of two merges: onto the faces that the oracle named, or free of them.

    The faces make the last steps exact; where a face is wrong the free merge, which never
    raises J, keeps the rounds from going in circles.
    """
    plans = [
        newton(rows, targets, lam, merge(rows, atoms, normals, onto_faces=choice), normals)
        for choice in (True, False)
    ]
    return min(plans, key=lambda plan: _objective(rows, targets, lam, plan))


def _objective(rows: np.ndarray, targets: np.ndarray, lam: float, atoms: Sequence[Atom]) -> float:
    misfit = targets - sum((atom.evaluation(rows) for atom in atoms), np.zeros(len(targets)))
    norm = sum(float(np.linalg.norm(atom.u)) for atom in atoms)
    return float(misfit @ misfit) / (2 * len(targets)) + lam * norm
