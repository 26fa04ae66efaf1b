"""Where a given certificate is extreme, exactly: every region and sign, then the maximum.

All numbers are rational; heights are compared by their squares, so that irrational maxima are
handled as exactly as rational ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.dual.arrangement import regions
from theory.dual.certificate_function import active_vector, project
from theory.exact import Matrix, Vector, dot


@dataclass(frozen=True)
class RegionExtreme:
    """The greatest value of sign * eta_p on one closed region, attained at `point`/|point|.

    point = P(sign * v_A), so the value is |point|. active: samples active inside the region.
    interior: no sample vanishes at the point.
    """

    region: int
    sign: int
    point: Vector
    active: tuple[bool, ...]
    interior: bool

    @property
    def height_squared(self) -> Fraction:
        """Square of the extreme value."""
        return dot(self.point, self.point)


def region_extremes(p: Sequence[Fraction], X: Matrix) -> tuple[RegionExtreme, ...]:
    """The positive extreme value of eta_p and of -eta_p on every closed region, exactly."""
    cells = regions(X)
    found = []
    for region in range(len(cells)):
        active = tuple(bool(on) for on in cells.active[region])
        walls = [
            tuple(Fraction(int(side) * a) for a in normal)
            for side, normal in zip(cells.signs[region], cells.lines.normals, strict=True)
        ]
        v = active_vector(p, X, active)
        for sign in (1, -1):
            point, _ = project([sign * a for a in v], walls)
            if any(point):
                interior = all(dot(wall, point) != 0 for wall in walls)
                found.append(RegionExtreme(region, sign, point, active, interior))
    return tuple(found)


def saturated(p: Sequence[Fraction], X: Matrix) -> tuple[RegionExtreme, ...]:
    """The extremes of all regions where |eta_p| attains its maximum over the sphere."""
    extremes = region_extremes(p, X)
    top = max((extreme.height_squared for extreme in extremes), default=Fraction(0))
    return tuple(extreme for extreme in extremes if extreme.height_squared == top)


def saturated_points(p: Sequence[Fraction], X: Matrix) -> tuple[tuple[int, Vector], ...]:
    """E, the distinct (sign, point) with sign * eta_p maximal at point/|point|.

    >>> from theory.exact import matrix, vector
    >>> len(saturated_points(vector([1, 1], "p"), matrix([[1, -1, 0], [0, 1, -1]], "X")))
    3
    """
    return tuple(dict.fromkeys((extreme.sign, extreme.point) for extreme in saturated(p, X)))


def contents(p: Sequence[Fraction], X: Matrix) -> dict[int, tuple[int, int, bool]]:
    """For each region with saturated points: how many of sign +, of sign -, any in its inside.

    Counted from ALL saturated points that lie in the closed region, not from its own extremes.
    """
    cells = regions(X)
    points = saturated_points(p, X)
    held = {}
    for region in range(len(cells)):
        mine = [
            (sign, [dot(row, point) * (1 if on else -1) for row, on in zip(X, active, strict=True)])
            for sign, point in points
            for active in [cells.active[region]]
        ]
        inside = [(sign, heights) for sign, heights in mine if min(heights, default=0) >= 0]
        if inside:
            plus = sum(sign > 0 for sign, _ in inside)
            interior = any(
                all(h > 0 or not any(row) for h, row in zip(heights, X, strict=True))
                for _, heights in inside
            )
            held[region] = (plus, len(inside) - plus, interior)
    return held


def has_dead_region(X: Matrix) -> bool:
    """Whether some region has no active sample (all non-zero rows in an open half-space)."""
    return any(not active.any() for active in regions(X).active)
