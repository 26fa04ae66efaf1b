"""Upper bounds of the extreme values on all dual regions, in floats but proved.

|P v| <= |v + sum_k z_k g_k| for every z >= 0, g_k the inner normals of the region; float least
squares propose z. Rounding: data and dual point are rounded once, v is a sum of at most n
products, the bound adds at most m + 1 vectors of d coordinates; by Higham (Accuracy and
Stability, section 3.1) the error is at most gamma(n + m + d + 16) times the sum of the absolute
values of the terms, sum_j |p_j| |x_j| + sum_k z_k. That is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import scipy

from theory.dual.arrangement import Arrangement
from theory.exact import Matrix

UNIT_ROUNDOFF = 2.0**-53
LARGEST_FACTOR = 2.0**900  # beyond it a bound counts as infinite
SIGNS = (1, -1)


def unit_normals(cells: Arrangement) -> np.ndarray:
    """Normals of the lines as unit float vectors: lines x d."""
    sizes = [max(map(abs, normal)) for normal in cells.lines.normals]  # may exceed every float
    normals = np.array(
        [[a / top for a in n] for n, top in zip(cells.lines.normals, sizes, strict=True)]
    ).reshape(len(sizes), cells.lines.dimension)
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)


def float_projection(v: np.ndarray, walls: np.ndarray) -> tuple[float, np.ndarray]:
    """|P v| and the multipliers of the walls, in floats (walls: m x d, rows g_j)."""
    if len(walls) == 0 or np.all(walls @ v >= 0):
        return float(np.linalg.norm(v)), np.zeros(len(walls))
    multipliers, distance = scipy.optimize.nnls(walls.T, -v)
    return float(distance), multipliers


def proved_bounds(
    p: Sequence[Fraction], X: Matrix, cells: Arrangement, *, unit: Fraction = Fraction(1)
) -> np.ndarray:
    """Regions x 2: proved upper bounds of the extreme values of eta_p/unit and of -eta_p/unit.

    unit: a positive scale near the values of interest; bounds beyond the floats are infinite.

    >>> from theory.dual.arrangement import regions
    >>> one, zero = Fraction(1), Fraction(0)
    >>> X = ((one, zero), (zero, one))
    >>> bool((proved_bounds((one, one), X, regions(X)).max() - 2**0.5) < 1e-13)
    True
    """
    scale = max((abs(c) for c in p), default=Fraction(0)) or Fraction(1)
    size = max((abs(a) for row in X for a in row), default=Fraction(0)) or Fraction(1)
    rows = np.array([[float(a / size) for a in row] for row in X])
    weights = np.array([float(c / scale) for c in p])
    vectors = (cells.active * weights) @ rows
    normals = unit_normals(cells)
    terms = float(np.abs(weights) @ np.linalg.norm(rows, axis=1))
    steps = len(p) + len(normals) + len(X[0]) + 16
    # Doubled against the rounding of the allowance itself and of the unit below.
    allowance = 2 * steps * UNIT_ROUNDOFF / (1 - steps * UNIT_ROUNDOFF)
    underflow = np.finfo(float).tiny * len(p) * len(X[0])
    bounds = np.empty((len(cells), 2))
    for region, v in enumerate(vectors):
        walls = cells.signs[region][:, None] * normals
        for column, sign in enumerate(SIGNS):
            _, multipliers = float_projection(sign * v, walls)
            length = float(np.linalg.norm(sign * v + multipliers @ walls))
            total = terms + float(multipliers.sum())
            bounds[region, column] = length * (1 + allowance) + allowance * total + underflow
    return bounds * _float_above(scale * size / unit) * (1 + 8 * UNIT_ROUNDOFF)


def _float_above(value: Fraction) -> float:
    """A float at least about as large as a positive fraction (relative error 2^-53)."""
    if value > LARGEST_FACTOR:
        return np.inf
    return max(float(value), 1 / LARGEST_FACTOR)
