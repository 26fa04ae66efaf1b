"""The least penalty at which nothing is learned.

dual.lambda_max: lambda_max = max |eta_y| / n over the sphere; mu = 0 is a minimiser iff
lam >= lambda_max, and then the only one. On every dual region the maximum is the length of a
projection on a rational cone, so lambda_max^2 is rational for rational data.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import fmpq
from scipy.optimize import nnls

from theory.dual.arrangement import Arrangement, regions
from theory.dual.certificate_function import project_rational, to_fmpq, to_fraction
from theory.exact import InputError, Matrix, Vector, dot

# A float projection errs by a few units in the last place of |v|; regions whose float value
# falls short of the best one by more than this are settled by an exact upper bound instead.
CLOSE = 1e-9


def max_certificate_squared(p: Vector, X: Matrix) -> Fraction:
    """max over the unit sphere of eta_p(w)^2, exactly.

    p: n rationals; X: n x d exact. Raises InputError if there are too many regions.

    Floats only decide the order in which regions are looked at and propose the multipliers z
    of upper bounds |v + sum z_j s_j x_j|^2, each of which is exact and holds for any z >= 0.
    """
    cells = regions(X)
    best = fmpq(0)
    for value, region, sign in _by_float_value(p, X, cells):
        v, walls = _region_cone(p, X, cells, region, sign)
        if value < float(best) * (1 - CLOSE) and _upper_bound(v, walls) <= best:
            continue
        for j, weight in project_rational(v, walls).items():
            v = [a + weight * b for a, b in zip(v, walls[j], strict=True)]
        best = max(best, sum((a * a for a in v), fmpq(0)))
    return to_fraction(best)


@lru_cache(maxsize=256)
def lambda_max_squared(X: Matrix, y: Vector) -> Fraction:
    """lambda_max^2, an exact rational, for any number of dimensions.

    >>> from theory.exact import matrix, vector
    >>> lambda_max_squared(matrix([[1, 0], [0, 1]], "X"), vector([3, 4], "y"))
    Fraction(25, 4)
    """
    return max_certificate_squared(y, X) / len(y) ** 2


def _by_float_value(p: Vector, X: Matrix, cells: Arrangement) -> list[tuple[float, int, int]]:
    """(squared float value, region, sign), greatest first; only those with v_A != 0."""
    scale = max((abs(c) for c in p), default=Fraction(0)) or Fraction(1)
    size = max((abs(a) for row in X for a in row), default=Fraction(0)) or Fraction(1)
    rows = np.array([[float(a / size) for a in row] for row in X])
    weights = np.array([float(c / scale) for c in p])
    vectors = (cells.active * weights) @ rows
    normals = unit_normals(cells)
    unit = float(scale * size)
    found = []
    for region, v in enumerate(vectors):
        walls = cells.signs[region][:, None] * normals
        for sign in (1, -1):
            value = float_projection(sign * v, walls)[0] * unit
            found.append((value * value, region, sign))
    return sorted(found, reverse=True)


def unit_normals(cells: Arrangement) -> np.ndarray:
    """Normals of the lines as unit float vectors: lines x d."""
    normals = np.array([[float(a) for a in normal] for normal in cells.lines.normals])
    normals = normals.reshape(len(cells.lines.normals), cells.lines.dimension)
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)


def float_projection(v: np.ndarray, walls: np.ndarray) -> tuple[float, np.ndarray]:
    """|P v| and the multipliers of the walls, in floats (walls: m x d, rows g_j)."""
    if len(walls) == 0 or np.all(walls @ v >= 0):
        return float(np.linalg.norm(v)), np.zeros(len(walls))
    multipliers, distance = nnls(walls.T, -v)
    return float(distance), multipliers


def _region_cone(
    p: Vector, X: Matrix, cells: Arrangement, region: int, sign: int
) -> tuple[list[fmpq], list[list[fmpq]]]:
    active = cells.active[region]
    v = [
        to_fmpq(sign * sum((p[j] * X[j][k] for j in np.flatnonzero(active)), Fraction(0)))
        for k in range(cells.lines.dimension)
    ]
    walls = [
        [fmpq(int(side) * entry) for entry in normal]
        for side, normal in zip(cells.signs[region], cells.lines.normals, strict=True)
    ]
    return v, walls


def _upper_bound(v: list[fmpq], walls: list[list[fmpq]]) -> fmpq:
    """An exact upper bound of |P v|^2 from multipliers found in floats."""
    scale = max((abs(float(a)) for a in v), default=0.0) or 1.0
    units = np.array([[float(a) for a in wall] for wall in walls])
    _, multipliers = float_projection(np.array([float(a) / scale for a in v]), units)
    for j in np.flatnonzero(multipliers):
        weight = to_fmpq(Fraction(float(multipliers[j]) * scale))
        v = [a + weight * b for a, b in zip(v, walls[j], strict=True)]
    return sum((a * a for a in v), fmpq(0))


def closed_form(X: Matrix, y: Vector) -> Fraction:
    """lambda_max^2 without regions, where a closed form exists (dual.lambda_max).

    n = 1: (|y| |x|)^2. d = 1: the two directions. X = I: max of |y^+|^2, |y^-|^2 over n^2.
    y >= 0: the greatest |sum_{j in A} y_j x_j|^2 / n^2 over ALL subsets A (n <= 20).
    Raises InputError when none applies.

    >>> from theory.exact import matrix, vector
    >>> closed_form(matrix([[1, 0], [0, 1]], "X"), vector([3, -4], "y"))
    Fraction(4, 1)
    """
    n = len(y)
    if n == 1:
        return y[0] ** 2 * dot(X[0], X[0])
    if len(X[0]) == 1:
        sides = ([j for j in range(n) if s * X[j][0] > 0] for s in (1, -1))
        return max(sum((y[j] * X[j][0] for j in side), Fraction(0)) ** 2 for side in sides) / n**2
    if all(X[i][k] == (i == k) for i in range(n) for k in range(len(X[0]))):
        return (
            max(
                sum((c * c for c in y if c > 0), Fraction(0)),
                sum((c * c for c in y if c < 0), Fraction(0)),
            )
            / n**2
        )
    if all(c >= 0 for c in y) and n <= 20:
        return largest_subset_sum(X, y) / n**2
    raise InputError(
        "no closed form of lambda_max is known for these data",
        "n = 1, d = 1, X = I or y >= 0",
        "use lambda_max_squared",
    )


def largest_subset_sum(X: Matrix, y: Vector) -> Fraction:
    """max over all subsets A of |sum_{j in A} y_j x_j|^2; this is (n lambda_max)^2 iff y >= 0.

    For targets of both signs it may exceed it: not every subset is the active set of a region,
    and the maximiser need not lie in its own region.
    """
    best = Fraction(0)
    sums = [tuple(Fraction(0) for _ in X[0])]
    for row, weight in zip(X, y, strict=True):
        sums += [tuple(a + weight * b for a, b in zip(s, row, strict=True)) for s in sums]
    for s in sums:
        best = max(best, dot(s, s))
    return best
