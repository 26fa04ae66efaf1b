"""Proof of |eta_p| <= limit on the whole sphere by branch and bound, without regions.

The sphere is covered by cones over the cells of a cube map, w = t (e + a), a in a small box, e
a signed axis. On a cell most samples are active or inactive throughout. For the others, with
q_j = s p_j (s = +-1 the sign that is bounded):
  q_j < 0: q_j max(t, 0) <= theta q_j t for every theta in [0, 1] (exact at a kink);
  q_j > 0: the chord, max(t, 0) <= kappa (t - lo), kappa >= hi/(hi - lo), lo <= t <= hi.
So s eta_p(w) <= <v, w> on the cone, hence on its unit vectors it is at most |v + sum z_k g_k|
for every z >= 0, g_k the inner normals of the cell (as for dual regions). theta and z are
found by coordinate descent; any values are valid, so only the last evaluation needs care.

Rounding. Inputs are rounded once, each term of v carries at most 8 roundings, and v is a sum of
N = n + 2d terms per coordinate: its error is at most gamma(N + 8) times the sum of the absolute
values of the terms (Higham, Accuracy and Stability, section 3.1). That is added to each bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

UNIT_ROUNDOFF = 2.0**-53
SWEEPS = 60
CHUNK = 2048


@dataclass(frozen=True)
class Covering:
    """Cells of the cube map with the proved bound of |eta_p| on each.

    axes, sides: the signed axis e of a cell. centres (cells x (d-1)), halves: its box.
    bounds: proved upper bounds. A cell is {t (e + a) : |a - centre| <= half}.
    """

    axes: np.ndarray
    sides: np.ndarray
    centres: np.ndarray
    halves: np.ndarray
    bounds: np.ndarray

    def __len__(self) -> int:
        return len(self.axes)


@dataclass(frozen=True)
class SphereBound:
    """The outcome: proved, or a point where the bound is exceeded, or neither (undecided)."""

    limit: float
    proved: bool
    covering: Covering
    witness: np.ndarray | None

    @property
    def bound(self) -> float:
        """The greatest bound of a cell; it bounds max |eta_p| when `proved`."""
        return float(np.max(self.covering.bounds, initial=0.0))


def bound_on_sphere(
    p: np.ndarray, X: np.ndarray, limit: float, *, max_cells: int = 200_000
) -> SphereBound:
    """Try to prove |eta_p(w)| <= limit for all unit w.

    p: n floats; X: n x d floats, d >= 2; both may be exact numbers rounded to nearest, and the
    proof then holds for the exact ones. limit: a float. max_cells: cells looked at before the
    search gives up (then neither `proved` nor `witness` is set).

    >>> found = bound_on_sphere(np.array([1.0, 1.0]), np.eye(2), 1.4143)
    >>> found.proved, found.bound <= 1.4143
    (True, True)
    >>> bound_on_sphere(np.array([1.0, 1.0]), np.eye(2), 1.4142).witness.round(1).tolist()
    [0.7, 0.7]
    """
    p, X = np.asarray(p, dtype=float), np.asarray(X, dtype=float)
    keep = (p != 0) & np.any(X != 0, axis=1)
    p, X = p[keep], X[keep]
    todo, looked = _whole_sphere(X.shape[1]), 0
    done: list[Covering] = []
    while len(todo) and looked < max_cells:
        looked += len(todo)
        bounds, heights = _bounds(p, X, todo)
        if heights.max() > limit * (1 + 1e-9):
            top = int(np.argmax(heights))
            w = _directions(todo)[top]
            return SphereBound(limit, False, _join(done, todo), w / np.linalg.norm(w))
        settled = bounds <= limit
        checked = Covering(todo.axes, todo.sides, todo.centres, todo.halves, bounds)
        done.append(_select(checked, settled))
        todo = _split(_select(checked, ~settled))
    return SphereBound(limit, len(todo) == 0, _join(done, todo), None)


def _whole_sphere(d: int) -> Covering:
    axes, sides = np.repeat(np.arange(d), 2), np.tile([1.0, -1.0], d)
    cells = 2 * d
    return Covering(axes, sides, np.zeros((cells, d - 1)), np.ones(cells), np.full(cells, np.inf))


def _select(cells: Covering, mask: np.ndarray | slice) -> Covering:
    return Covering(
        cells.axes[mask],
        cells.sides[mask],
        cells.centres[mask],
        cells.halves[mask],
        cells.bounds[mask],
    )


def _join(done: list[Covering], todo: Covering) -> Covering:
    parts = [*done, todo]
    return Covering(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("axes", "sides", "centres", "halves", "bounds")
        )
    )


def _split(cells: Covering) -> Covering:
    """Halve every box in all its directions (midpoints stay exact dyadic numbers)."""
    k = cells.centres.shape[1]
    corners = np.array([[1 if i >> b & 1 else -1 for b in range(k)] for i in range(2**k)])
    halves = np.repeat(cells.halves / 2, len(corners))
    shift = np.tile(corners, (len(cells), 1)) * halves[:, None]
    return Covering(
        np.repeat(cells.axes, len(corners)),
        np.repeat(cells.sides, len(corners)),
        np.repeat(cells.centres, len(corners), axis=0) + shift,
        halves,
        np.repeat(cells.bounds, len(corners)),
    )


def _directions(cells: Covering) -> np.ndarray:
    """e + centre for every cell, in the coordinates of the data."""
    count, k = cells.centres.shape
    points = np.empty((count, k + 1))
    for axis in range(k + 1):
        mine = cells.axes == axis
        points[mine] = np.insert(cells.centres[mine], axis, cells.sides[mine], axis=1)
    return points


def _bounds(p: np.ndarray, X: np.ndarray, cells: Covering) -> tuple[np.ndarray, np.ndarray]:
    """Proved bounds of |eta_p| on the cells, and its value at their centres."""
    points = _directions(cells)
    bounds, heights = np.empty(len(cells)), np.empty(len(cells))
    for part in _chunks(len(cells)):
        middle = points[part] @ X.T
        norms = np.linalg.norm(points[part], axis=1)
        heights[part] = np.abs(np.maximum(middle, 0) @ p) / norms
        mine = _select(cells, part)
        bounds[part] = np.maximum(
            _signed_bounds(p, X, mine, points[part], middle),
            _signed_bounds(-p, X, mine, points[part], middle),
        )
    return bounds, heights


def _chunks(count: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, count, CHUNK))


def _signed_bounds(
    q: np.ndarray, X: np.ndarray, cells: Covering, points: np.ndarray, middle: np.ndarray
) -> np.ndarray:
    """Bounds of sum_j q_j max(<w, x_j>, 0) over the unit vectors of each cell."""
    count, (n, d) = len(cells), X.shape
    size = np.abs(X)
    reach = cells.halves[:, None] * (size.sum(axis=1) - size[:, cells.axes].T)
    error = _gamma(d + 8) * (np.abs(points) @ size.T + reach)
    low, high = middle - reach - error, middle + reach + error
    split = (low < 0) & (high > 0)
    chord = np.where(split, high / np.where(split, high - low, 1.0) * (1 + 16 * UNIT_ROUNDOFF), 0)
    rising, falling = split & (q > 0), split & (q < 0)
    fixed = np.where(low >= 0, q, 0.0) + np.where(rising, q * chord, 0.0)
    lift = np.where(rising, -q * chord * low, 0.0)  # multiplies the coordinate along e
    axis = np.zeros((count, d))
    axis[np.arange(count), cells.axes] = cells.sides
    v = fixed @ X + lift.sum(axis=1)[:, None] * axis
    theta, multipliers = _relax(q, X, cells, v, falling)
    weights = fixed + theta * q
    walls = _walls(cells)
    v = weights @ X + lift.sum(axis=1)[:, None] * axis
    v = v + np.einsum("ck,ckd->cd", multipliers, walls)
    absolute = np.abs(weights) @ size + np.abs(lift).sum(axis=1)[:, None] * np.abs(axis)
    absolute += np.einsum("ck,ckd->cd", multipliers, np.abs(walls))
    error = _gamma(n + 2 * d + 8) * absolute + n * np.finfo(float).tiny
    return np.linalg.norm(np.abs(v) + error, axis=1) * (1 + (d + 4) * UNIT_ROUNDOFF)


def _gamma(k: int) -> float:
    """Higham's gamma_k = k u/(1 - k u), doubled against its own rounding."""
    return 2 * k * UNIT_ROUNDOFF / (1 - k * UNIT_ROUNDOFF)


def _walls(cells: Covering) -> np.ndarray:
    """Inner normals of the cell cones: cells x 2(d-1) x d (exact: all entries are dyadic)."""
    count, k = cells.centres.shape
    walls = np.zeros((count, 2 * k, k + 1))
    index = np.arange(count)
    for b in range(k):
        coordinate = b + (b >= cells.axes)
        for place, sign in ((2 * b, 1.0), (2 * b + 1, -1.0)):
            # sign * (w_b - (centre - sign half) * w_0) >= 0, with w_0 the coordinate along e.
            edge = cells.centres[:, b] - sign * cells.halves
            walls[index, place, coordinate] = sign
            walls[index, place, cells.axes] = -sign * edge * cells.sides
    return walls


def _relax(
    q: np.ndarray, X: np.ndarray, cells: Covering, v: np.ndarray, falling: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Choose theta in [0, 1] and z >= 0 so that |v| is small: projected coordinate descent."""
    walls = _walls(cells)
    width = int(falling.sum(axis=1).max(initial=0))
    order = np.argsort(~falling, axis=1, kind="stable")[:, :width]
    chosen = np.take_along_axis(falling, order, axis=1)
    moves = np.where(chosen[:, :, None], (q[:, None] * X)[order], 0.0)
    columns = np.concatenate([moves, walls], axis=1)
    squares = np.maximum(np.einsum("ckd,ckd->ck", columns, columns), 1e-300)
    top = np.concatenate([chosen.astype(float), np.full(walls.shape[:2], np.inf)], axis=1)
    start = np.concatenate([chosen * 0.5, np.zeros(walls.shape[:2])], axis=1)
    residual = v + np.einsum("ck,ckd->cd", start, columns)
    for _ in range(SWEEPS):
        for k in range(columns.shape[1]):
            slope = np.einsum("cd,cd->c", residual, columns[:, k]) / squares[:, k]
            moved = np.clip(start[:, k] - slope, 0.0, top[:, k])
            residual += (moved - start[:, k])[:, None] * columns[:, k]
            start[:, k] = moved
    theta = np.zeros((len(cells), len(q)))
    np.put_along_axis(theta, order, start[:, :width] * chosen, axis=1)
    return theta, start[:, width:]
