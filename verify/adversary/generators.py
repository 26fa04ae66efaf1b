"""Generators of bad inputs: what makes bounds of this field tight, at every scale.

Every generator takes `draw(low, high)`, a source of integers, and returns exact, JSON-able
data. `source(rng)` makes one of a numpy Generator; `verify.adversary.strategies` makes one of
Hypothesis, which then shrinks the integers.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, pi, tan

import numpy as np

from theory.exact import InputError
from verify.adversary.chart import Chart, Row, antipode, written

Draw = Callable[[int, int], int]
FINEST = 20  # separations down to 2^-20: where double precision still sees a relative 1e-9


def source(rng: np.random.Generator) -> Draw:
    """Integers in [low, high] from a numpy Generator."""
    return lambda low, high: int(rng.integers(low, high + 1))


def scale(draw: Draw) -> Fraction:
    """A log-uniform scale in (2^-20, 2): the exponent first, then four bits."""
    return Fraction(draw(16, 31), 16 << draw(0, FINEST))


def _offset(draw: Draw, k: int) -> Row:
    return [Fraction(draw(-64, 64), 64) for _ in range(k)]


def _direction(draw: Draw, k: int) -> Row:
    row = [Fraction(draw(-8, 8), 8) for _ in range(k)]
    return row if any(row) else [Fraction(1), *row[1:]]


def _times(factor: Fraction, row: Row) -> Row:
    return [factor * entry for entry in row]


def scattered(draw: Draw, n: int, k: int) -> list[Row]:
    """Points all over the sphere."""
    return [_times(Fraction(2), _offset(draw, k)) for _ in range(n)]


def cluster(draw: Draw, n: int, k: int) -> list[Row]:
    """One cluster at a log-uniform scale."""
    size = scale(draw)
    return [_times(size, _offset(draw, k)) for _ in range(n)]


def collinear(draw: Draw, n: int, k: int) -> list[Row]:
    """Equally spaced on a great circle, at a log-uniform spacing."""
    step, direction = scale(draw), _direction(draw, k)
    return [_times(step * (i - n // 2), direction) for i in range(n)]


def antipodal(draw: Draw, n: int, k: int) -> list[Row]:
    """Points and almost their antipodes, at a log-uniform distance."""
    size = scale(draw)
    rows: list[Row] = []
    for i in range(n):
        base = rows[-1] if i % 2 else [Fraction(1), *_offset(draw, k - 1)]
        moved = [a + size * b for a, b in zip(base, _direction(draw, k), strict=True)]
        rows.append(antipode(moved) if i % 2 and any(moved) else base)
    return rows


def simplex(draw: Draw, n: int, k: int) -> list[Row]:
    """Vertices of a simplex at a log-uniform scale, in shells when n > k + 1."""
    size, rows = scale(draw), []
    for i in range(n):
        shell, vertex = divmod(i, k + 1)
        corner = [Fraction(vertex == j or -(vertex == k)) for j in range(k)]
        rows.append(_times(size * (shell + 1), corner))
    return rows


def grid(draw: Draw, n: int, k: int) -> list[Row]:
    """A cubic lattice at a log-uniform spacing."""
    step, side = scale(draw), ceil(round(n ** (1 / k), 9))
    return [[step * (i // side**j % side) for j in range(k)] for i in range(n)]


def circle(draw: Draw, n: int, k: int) -> list[Row]:
    """Equally spaced angles, to 1/256, on a circle of log-uniform radius (on S^1 itself: k = 1)."""
    turns = [Fraction(round(256 * tan(pi * (i + 0.5 - n / 2) / n)), 256) for i in range(n)]
    if k == 1:
        return [[turn] for turn in turns]
    radius, zeros = scale(draw), [Fraction(0)] * (k - 2)
    return [
        [radius * 2 * u / (1 + u * u), radius * (1 - u * u) / (1 + u * u), *zeros] for u in turns
    ]


def orthogonal(draw: Draw, n: int, k: int) -> list[Row]:
    """The coordinate axes, exactly or almost, again and again when n > k + 1."""
    size = scale(draw) * draw(0, 1)
    rows = []
    for i in range(n):
        axis = [Fraction(i % (k + 1) == j) for j in range(k)]
        rows.append([a + size * b for a, b in zip(axis, _offset(draw, k), strict=True)])
    return rows


FAMILIES: dict[str, Callable[[Draw, int, int], list[Row]]] = {
    family.__name__: family
    for family in (
        scattered, cluster, collinear, antipodal, simplex, grid, circle, orthogonal,
    )
}  # fmt: skip


def sphere_points(draw: Draw, n: int, dimension: int, *, families: tuple[str, ...] = ()) -> Chart:
    """n distinct points on the unit sphere of R^dimension, in stereographic coordinates.

    families: names in FAMILIES to choose from; all when empty.

    >>> sphere_points(source(np.random.default_rng(1)), 3, 2, families=("collinear",))
    [['-23/32768'], ['0'], ['23/32768']]

    Raises InputError for n < 1, dimension < 2 or an unknown family.
    """
    names = families or tuple(FAMILIES)
    if n < 1 or dimension < 2:
        raise InputError(f"n = {n}, dimension = {dimension}", "n >= 1, dimension >= 2")
    if unknown := set(names) - set(FAMILIES):
        raise InputError(f"unknown family {sorted(unknown)[0]!r}", ", ".join(FAMILIES))
    family = FAMILIES[names[draw(0, len(names) - 1)]]
    return written(_distinct(family(draw, n, dimension - 1)))


def _distinct(rows: list[Row]) -> list[Row]:
    """Move a repeated point by a 64th of its cluster's size until it is a new one."""
    spans = [max(row[0] for row in rows) - min(row[0] for row in rows), Fraction(1)]
    step = next(span for span in spans if span) / 64
    seen: set[tuple[Fraction, ...]] = set()
    for row in rows:
        while tuple(row) in seen:
            row[0] += step
        seen.add(tuple(row))
    return rows


def node_weights(draw: Draw, m: int) -> list[str]:
    """m nonnegative weights that sum to one: equal, a power law, all but on one, sparse, free."""
    power = draw(1, 4)
    kinds: tuple[Callable[[int], Fraction], ...] = (
        lambda j: Fraction(1),
        lambda j: Fraction(1, (j + 1) ** power),
        lambda j: Fraction(1, 64**power) if j else Fraction(1),
        lambda j: Fraction(draw(0, 1)),
        lambda j: Fraction(draw(0, 64)),
    )
    kind = kinds[draw(0, len(kinds) - 1)]
    raw = [kind(j) for j in range(m)]
    if not any(raw):
        raw[0] = Fraction(1)
    return [str(weight / sum(raw)) for weight in raw]


def mask(draw: Draw, m: int) -> list[int]:
    """A 0/1 mask that keeps something: all, one, every other, a prefix, free."""
    cut = draw(0, m - 1)
    kinds: tuple[Callable[[int], int], ...] = (
        lambda j: 1,
        lambda j: int(j == cut),
        lambda j: 1 - j % 2,
        lambda j: int(j <= cut),
        lambda j: draw(0, 1),
    )
    kind = kinds[draw(0, len(kinds) - 1)]
    kept = [kind(j) for j in range(m)]
    return kept if any(kept) else [1, *kept[1:]]


def teacher(draw: Draw, neurons: int, dimension: int) -> dict[str, list]:
    """A shallow teacher: inner weights on the sphere (as a chart), outer weights of either sign.

    >>> sorted(teacher(source(np.random.default_rng(1)), 2, 3))
    ['inner', 'outer']
    """
    inner = sphere_points(draw, neurons, dimension)
    outer = [str(Fraction((-1) ** draw(0, 1) * draw(1, 16), 1 << draw(0, 6))) for _ in inner]
    return {"inner": inner, "outer": outer}
