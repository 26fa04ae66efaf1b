"""The least penalty at which nothing is learned, enclosed for float data of any size.

From below by the certificate at one direction, found by ascent. From above by the first that
fits of: branch and bound over the sphere (few columns), exact enumeration of the dual regions
(few regions), and the bound (dual.lambda_max)

lambda_max <= max over the signs of |y^+-| |X^+-|_2 / n,

where X^+ and X^- are the rows with positive and negative targets: at a maximum of one sign the
targets of the other sign only lower the sum, and max(t, 0)^2 <= t^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.dual.arrangement import general_position
from theory.dual.lambda_max import lambda_max_squared
from theory.dual.sphere_bound import bound_on_sphere
from theory.exact import InputError
from theory.rigor.spectra import UNIT_ROUNDOFF, squared_norm_upper_float

MOST_COLUMNS = 6
MOST_CELLS = 4000
MOST_REGIONS = 2000
ATTEMPTS = 8
KEPT = 24  # directions that go on climbing
STEPS = 40
LENGTHS = (0.01, 0.1, 0.3, 1.0, 10.0)


@dataclass(frozen=True)
class PenaltyRange:
    """low <= lambda_max <= high, both certified; how: what the upper bound rests on."""

    low: float
    high: float
    how: str


def lambda_max_float(X: np.ndarray, y: np.ndarray) -> PenaltyRange:
    """Enclose lambda_max of float data, taken as exact.

    X: n x d, y: n, finite. Raises InputError for other shapes.

    >>> found = lambda_max_float(np.eye(2), np.array([3.0, 4.0]))  # lambda_max = 5/2
    >>> found.low <= 2.5 <= found.high, found.how
    (True, 'branch and bound on the sphere')
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2 or y.shape != (len(X),) or not np.isfinite(X).all() or not np.isfinite(y).all():
        raise InputError(f"X is {X.shape}, y {y.shape}", "finite n x d and n floats")
    n, d = X.shape
    p = y / n
    low = _height(p, X, _best_direction(p, X, _starts(X, y)))
    if 2 <= d <= MOST_COLUMNS and low > 0:
        found = _on_sphere(p, X, low)
        if found.how:
            return found
        low = found.low
    low = max(low, 0.0)
    if general_position(n, d) <= MOST_REGIONS:
        return PenaltyRange(low, _exact_upper(X, y), "exact enumeration of the dual regions")
    return PenaltyRange(low, _norm_bound(X, y), "norms")


def _on_sphere(p: np.ndarray, X: np.ndarray, low: float) -> PenaltyRange:
    """Branch and bound just above low; a higher point that it meets becomes the new start.

    p = y/n was rounded once, which `bound_on_sphere` and `_height` allow for.
    """
    for _ in range(ATTEMPTS):
        limit = low * (1.001 if X.shape[1] <= 4 else 1.01)
        found = bound_on_sphere(p, X, limit, max_cells=MOST_CELLS)
        if found.proved:
            return PenaltyRange(low, limit, "branch and bound on the sphere")
        if found.witness is None:
            break
        low = max(low, _height(p, X, _best_direction(p, X, found.witness[None, :])))
    return PenaltyRange(low, np.inf, "")


def _exact_upper(X: np.ndarray, y: np.ndarray) -> float:
    rows = tuple(tuple(map(Fraction, row)) for row in X.tolist())
    square = lambda_max_squared(rows, tuple(map(Fraction, y.tolist())))
    high = float(square) ** 0.5
    while Fraction(high) ** 2 < square:
        high = float(np.nextafter(high, np.inf))
    return high


def _norm_bound(X: np.ndarray, y: np.ndarray) -> float:
    n = len(y)
    sides = [(y[side], X[side]) for side in (y > 0, y < 0) if side.any()]
    tops = [float(c @ c) * squared_norm_upper_float(rows) for c, rows in sides]
    # n + 8 roundings: the sum of squares, three products, the root and the quotient
    return max(tops, default=0.0) ** 0.5 / n * (1 + (n + 8) * UNIT_ROUNDOFF)


def _height(p: np.ndarray, X: np.ndarray, w: np.ndarray) -> float:
    """Certified lower bound of |eta_p(w)|/|w| for p = y/n rounded once."""
    n, d = X.shape
    reach = np.abs(p) @ (np.abs(X) @ np.abs(w))
    error = 2 * (n + d + 4) * UNIT_ROUNDOFF * float(reach)
    height = abs(float(np.maximum(X @ w, 0) @ p)) - error
    return height / float(np.linalg.norm(w)) * (1 - (d + 4) * UNIT_ROUNDOFF)


def _starts(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Both sides of the axes, of the samples, of X^T y and of shifted axes."""
    axes = np.eye(X.shape[1])
    lines = np.vstack([axes, X, (y @ X)[None, :], axes + X.mean(axis=0)])
    lengths = np.linalg.norm(lines, axis=1)
    lines = lines[lengths > 0] / lengths[lengths > 0, None]
    return np.vstack([lines, -lines])


def _best_direction(p: np.ndarray, X: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """A direction of large |eta_p|, by ascent; no proof."""
    tops = [_climb(sign * p, X, starts) for sign in (1.0, -1.0)]
    return max(tops, key=lambda w: abs(float(np.maximum(X @ w, 0) @ p)))


def _climb(q: np.ndarray, X: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Ascent of sum_j q_j max(<w, x_j>, 0) along v_A(w), each step the best of some lengths."""
    heights = np.maximum(w @ X.T, 0) @ q
    for _ in range(STEPS):
        chosen = np.argsort(-heights)[:KEPT]
        w, heights = w[chosen], heights[chosen]
        v = ((w @ X.T > 0) * q) @ X
        v /= np.maximum(np.linalg.norm(v, axis=1, keepdims=True), np.finfo(float).tiny)
        origin = w
        for length in LENGTHS:
            moved = origin + length * v
            norms = np.linalg.norm(moved, axis=1, keepdims=True)
            moved /= np.where(norms > 0, norms, 1.0)
            reached = np.maximum(moved @ X.T, 0) @ q
            better = reached > heights
            w = np.where(better[:, None], moved, w)
            heights = np.where(better, reached, heights)
    return w[int(np.argmax(heights))]
