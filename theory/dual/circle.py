"""Dimension two: the dual regions are arcs, and one sweep finds every extreme value.

The kinks of the certificate are the 2n directions orthogonal to a sample. Between two of them
eta_p(w) = <v, w>; a running sum over the sorted kinks gives all v, and the maximum of an arc
is |v| when v points into the arc. So a round costs n log n once and n afterwards, and the
solver reaches n = 10^5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.dual.oracle import Extreme, distinct
from theory.dual.solver import Solution, minimise

TURN = 2 * np.pi


@dataclass(frozen=True)
class Arcs:
    """The certificate around the circle: eta = <vectors[k], w> for angles starts[k]..ends[k].

    kink_heights[k] is its value at starts[k].
    """

    starts: np.ndarray
    ends: np.ndarray
    vectors: np.ndarray
    kink_heights: np.ndarray


class CircleOracle:
    """Finds the extreme points on the circle; the lines are the samples themselves."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows
        self.lengths = np.hypot(rows[:, 0], rows[:, 1])
        self.used = np.flatnonzero(self.lengths > 0)
        safe = np.where(self.lengths > 0, self.lengths, 1.0)
        self.normals = rows / safe[:, None]
        angles = np.arctan2(rows[self.used, 1], rows[self.used, 0])
        # Sample j is active from its angle less a quarter turn to its angle plus one.
        kinks = np.concatenate([angles - TURN / 4, angles + TURN / 4]) % TURN
        order = np.argsort(kinks, kind="stable")
        self.kinks = kinks[order]
        self.sample = np.concatenate([self.used, self.used])[order]
        self.enters = order < len(self.used)

    def arcs(self, p: np.ndarray) -> Arcs:
        """Sweep the circle once for the dual point p."""
        ends = np.append(self.kinks[1:], self.kinks[0] + TURN)
        change = np.where(self.enters, 1.0, -1.0)[:, None] * (
            p[self.sample, None] * self.rows[self.sample]
        )
        middle = (self.kinks[-1] + self.kinks[0] + TURN) / 2
        last = self.rows @ np.array([np.cos(middle), np.sin(middle)]) > 0
        vectors = (p * last) @ self.rows + np.cumsum(change, axis=0)
        heights = vectors[:, 0] * np.cos(self.kinks) + vectors[:, 1] * np.sin(self.kinks)
        return Arcs(self.kinks, ends, vectors, heights)

    def extremes(self, p: np.ndarray, threshold: float) -> list[Extreme]:
        """The local maxima of |eta_p| above the threshold (see `oracle.Oracle`)."""
        if len(self.used) == 0:
            return []
        arcs = self.arcs(p)
        lengths = np.hypot(arcs.vectors[:, 0], arcs.vectors[:, 1])
        found = []
        for sign in (1, -1):
            angle = np.arctan2(sign * arcs.vectors[:, 1], sign * arcs.vectors[:, 0])
            inside = (angle - arcs.starts) % TURN <= arcs.ends - arcs.starts
            for k in np.flatnonzero(inside & (lengths > threshold)):
                middle = (arcs.starts[k] + arcs.ends[k]) / 2
                found.append(self._extreme(lengths[k], sign, angle[k], (), middle))
            for k in np.flatnonzero(self._kink_maxima(arcs, sign, threshold)):
                middle = (arcs.starts[k] + arcs.ends[k]) / 2
                value, held = sign * arcs.kink_heights[k], (int(self.sample[k]),)
                found.append(self._extreme(value, sign, arcs.starts[k], held, middle))
        return distinct(found)

    @staticmethod
    def _kink_maxima(arcs: Arcs, sign: int, threshold: float) -> np.ndarray:
        """Kinks where sign * eta rises before and falls after."""
        tangent = np.stack([-np.sin(arcs.starts), np.cos(arcs.starts)], axis=1)
        after = sign * np.sum(arcs.vectors * tangent, axis=1)
        before = sign * np.sum(np.roll(arcs.vectors, 1, axis=0) * tangent, axis=1)
        return (sign * arcs.kink_heights > threshold) & (before >= 0) & (after <= 0)

    def _extreme(
        self, value: float, sign: int, angle: float, held: tuple[int, ...], middle: float
    ) -> Extreme:
        w = np.array([np.cos(angle), np.sin(angle)])
        active = self.rows @ np.array([np.cos(middle), np.sin(middle)]) > 0
        return Extreme(float(value), sign, w, held, active)


def solve_circle(
    X: np.ndarray, y: np.ndarray, lam: float, *, tolerance: float = 1e-12, rounds: int = 200
) -> Solution:
    """Solve a two-dimensional problem in floats, without enumerating regions.

    X: n x 2 floats, y: n floats, lam > 0. The duality gap of the result is relative to J and
    measured in floats: prefix sums over n terms make it exact to about n times 1e-16.
    Raises InputError when the gap stays above the tolerance.

    >>> solution = solve_circle(np.array([[1.0, 0], [0, 1], [1, 1]]), np.array([1.0, -1, 2]), 0.1)
    >>> round(solution.value, 12), len(solution.atoms)
    (0.325867311217, 2)
    """
    rows, targets = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    size = float(np.max(np.abs(rows))) or 1.0
    height = float(np.max(np.abs(targets))) or 1.0
    oracle = CircleOracle(rows / size)
    solution = minimise(
        rows / size,
        targets / height,
        lam / (size * height),
        oracle,
        tolerance=tolerance,
        rounds=rounds,
    )
    return solution.scaled(size, height)
