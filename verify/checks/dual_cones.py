"""Exact linear algebra of cones, by brute force: a second way for the checks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from theory.dual.uniqueness import kernel
from theory.exact import Vector, dot


def greatest_on_cone(v: Vector, walls: Sequence[Vector]) -> Fraction:
    """max(0, max <v, w>)^2 over unit w in a cone, by trying every face: an independent way.

    The maximiser is the normalised projection of v on the span of some face; among the
    projections that lie in the cone the longest counts.
    """
    best = Fraction(0)
    for size in range(len(v)):
        for held in combinations(range(len(walls)), size):
            rows = tuple(walls[j] for j in held)
            if kernel(rows):
                continue
            point = orthogonal_part(v, rows)
            if all(dot(wall, point) >= 0 for wall in walls):
                best = max(best, dot(point, point))
    return best


def orthogonal_part(v: Vector, rows: Sequence[Vector]) -> Vector:
    """v less its components along the rows (Gram-Schmidt in rationals)."""
    basis: list[Vector] = []
    for row in (*rows, v):
        rest = row
        for axis in basis:
            c = dot(row, axis) / dot(axis, axis)
            rest = tuple(a - c * b for a, b in zip(rest, axis, strict=True))
        basis.append(rest)
    return basis[-1]


def independent_rows(rows: tuple[Vector, ...]) -> tuple[Vector, ...]:
    """The first rows that span what all of them span."""
    kept: tuple[Vector, ...] = ()
    for row in rows:
        if not kernel((*kept, row)):
            kept = (*kept, row)
    return kept
