"""Dual regions: the full-dimensional cells of the central arrangement {w : <w, x_j> = 0}.

Enumeration is exact and needs no linear programming: adding a
hyperplane H splits exactly the cells that meet H, and those are in bijection with the cells
of the restriction of the arrangement to H (dual.md, dual.regions.count).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, cmp_to_key, lru_cache
from math import comb, gcd

import numpy as np

from theory.dual.lines import IntVector, Lines, hyperplanes, primitive
from theory.exact import InputError, Matrix

MAX_REGIONS = 20_000
Cell = tuple[int, IntVector]  # bit i set: positive side of line i; an interior integer point


@dataclass(frozen=True)
class Arrangement:
    """All dual regions of a data set, each with an exact interior point."""

    lines: Lines
    cells: tuple[Cell, ...]

    def __len__(self) -> int:
        return len(self.cells)

    def witness(self, region: int) -> IntVector:
        """An integer point in the interior of a region."""
        point = [0] * self.lines.dimension
        for column, entry in zip(self.lines.columns, self.cells[region][1], strict=True):
            point[column] = entry
        if not self.lines.columns:
            point[0] = 1  # no hyperplane at all: every point is interior
        return tuple(point)

    @cached_property
    def signs(self) -> np.ndarray:
        """Side of every region on every line: regions x lines, entries -1 and +1 (int8)."""
        m = len(self.lines.normals)
        bits = [[mask >> i & 1 for i in range(m)] for mask, _ in self.cells]
        return 2 * np.array(bits, dtype=np.int8).reshape(len(self.cells), m) - 1

    @cached_property
    def active(self) -> np.ndarray:
        """Whether sample j is active on a region: regions x n, bool (zero rows: False)."""
        orientation = np.array(self.lines.orientation, dtype=np.int8)
        padded = np.hstack([self.signs, np.zeros((len(self.cells), 1), dtype=np.int8)])
        return padded[:, list(self.lines.line_of)] * orientation > 0


def restrict(normals: Sequence[IntVector], plane: IntVector) -> tuple[list[IntVector], list, list]:
    """Restrict hyperplanes to another one, `plane`, different from all of them.

    Returns the distinct restricted normals (in the coordinates of `basis`), for every
    hyperplane the pair (restricted line, orientation), and the basis of `plane`.
    """
    pivot = next(k for k, entry in enumerate(plane) if entry)
    others = [k for k in range(len(plane)) if k != pivot]
    found: dict[IntVector, int] = {}
    place = []
    for normal in normals:
        # Basis vector k of the plane is plane[pivot] e_k - plane[k] e_pivot.
        image = [plane[pivot] * normal[k] - plane[k] * normal[pivot] for k in others]
        line, sign = primitive(image)
        place.append((found.setdefault(line, len(found)), sign))
    basis = [
        tuple(plane[pivot] if i == k else -plane[k] if i == pivot else 0 for i in range(len(plane)))
        for k in others
    ]
    return list(found), place, basis


def _sectors(normals: Sequence[IntVector]) -> list[Cell]:
    """Cells of at least two distinct lines through the origin of the plane, in angular order."""
    rays = sort_by_angle([(-b, a) for a, b in normals] + [(b, -a) for a, b in normals])
    cells: list[Cell] = []
    for first, second in zip(rays, rays[1:] + rays[:1], strict=True):
        point = (first[0] + second[0], first[1] + second[1])
        mask = sum(1 << i for i, (a, b) in enumerate(normals) if a * point[0] + b * point[1] > 0)
        cells.append((mask, point))
    return cells


def sort_by_angle(rays: Sequence[IntVector]) -> list[IntVector]:
    """Sort plane integer vectors counter-clockwise from the positive first axis, exactly."""

    def half(ray: IntVector) -> int:
        return 0 if ray[1] > 0 or (ray[1] == 0 and ray[0] > 0) else 1

    def compare(u: IntVector, v: IntVector) -> int:
        cross = u[0] * v[1] - u[1] * v[0]
        return half(u) - half(v) or (-1 if cross > 0 else 1 if cross < 0 else 0)

    return sorted(rays, key=cmp_to_key(compare))


def _cells(normals: Sequence[IntVector], dimension: int) -> list[Cell]:
    """All cells of distinct central hyperplanes; the origin stands for "no hyperplane yet"."""
    if dimension == 2 and len(normals) >= 2:
        return _sectors(normals)
    cells: list[Cell] = [(0, (0,) * dimension)]
    for k, plane in enumerate(normals):
        cut = _cut_cells(normals[:k], plane)
        grown: list[Cell] = []
        for mask, point in cells:
            if mask in cut:
                above, below = _push_off(cut[mask], normals[:k], plane)
                grown += [(mask | 1 << k, above), (mask, below)]
            else:
                positive = sum(a * b for a, b in zip(point, plane, strict=True)) > 0
                grown.append((mask | positive << k, point))
        cells = grown
    return cells


def _cut_cells(normals: Sequence[IntVector], plane: IntVector) -> dict[int, IntVector]:
    """The cells that meet `plane`: their masks, each with a point on the plane inside."""
    if len(plane) == 1:
        return {0: (0,)}
    restricted, place, basis = restrict(normals, plane)
    found = {}
    for mask, inner in _cells(restricted, len(plane) - 1):
        lifted = sum(
            1 << i for i, (line, sign) in enumerate(place) if (mask >> line & 1) == (sign > 0)
        )
        point = tuple(
            sum(c * vector[i] for c, vector in zip(inner, basis, strict=True))
            for i in range(len(plane))
        )
        divisor = gcd(*point) or 1
        found[lifted] = tuple(entry // divisor for entry in point)
    return found


def _push_off(
    point: IntVector, normals: Sequence[IntVector], plane: IntVector
) -> tuple[IntVector, IntVector]:
    """Move a point of `plane` to either side without crossing another hyperplane."""
    stretch = 0
    for normal in normals:
        height = abs(sum(a * b for a, b in zip(normal, point, strict=True)))
        slope = abs(sum(a * b for a, b in zip(normal, plane, strict=True)))
        stretch = max(stretch, slope // height + 1)
    moved = []
    for sign in (1, -1):
        shifted = [stretch * a + sign * b for a, b in zip(point, plane, strict=True)]
        divisor = gcd(*shifted)
        moved.append(tuple(entry // divisor for entry in shifted))
    return moved[0], moved[1]


@lru_cache(maxsize=64)
def regions(X: Matrix, *, limit: int = MAX_REGIONS) -> Arrangement:
    """Enumerate the dual regions of the data exactly.

    X: n x d exact matrix. limit: largest number of regions that is enumerated.
    Raises InputError with the number to be expected when there are more.

    >>> from theory.exact import matrix
    >>> arrangement = regions(matrix([[1, 0], [0, 1], [1, 1]], "X"))
    >>> len(arrangement), arrangement.witness(0)
    (6, (1, 1))
    """
    lines = hyperplanes(X)
    m, rank = len(lines.normals), lines.rank
    if general_position(m, rank) > limit:
        _refuse_more_than(limit, X, general_position(m, rank))
    reduced = [tuple(normal[k] for k in lines.columns) for normal in lines.normals]
    # Dropping columns keeps the sides but may lose primitivity, which nothing below needs.
    return Arrangement(lines, tuple(_cells(reduced, rank)))


def _refuse_more_than(limit: int, X: Matrix, bound: int) -> None:
    from theory.dual.counting import count_regions, countable

    expected = count_regions(X) if countable(X) else bound
    if expected > limit:
        raise InputError(
            f"X has {'' if countable(X) else 'up to '}{expected} dual regions",
            f"at most {limit} regions for an enumeration",
            "use fewer rows; without enumeration: theory.dual.circle (rank 2), "
            "theory.dual.sphere_bound (a bound from a given dual point)",
        )


def general_position(n: int, d: int) -> int:
    """Number of regions of n hyperplanes through 0 in R^d in general position.

    2 sum_{k<d} C(n-1, k) for n >= 1, d >= 1; without hyperplanes 1 (Schlaefli; Cover 1965).

    >>> general_position(5, 2), general_position(3, 5)
    (10, 8)
    """
    if n == 0:
        return 1
    return 2 * sum(comb(n - 1, k) for k in range(d))
