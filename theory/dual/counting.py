"""How many dual regions: two exact counts besides the enumeration.

Deletion and restriction: |R(A + H)| = |R(A)| + |R(A restricted to H)|. No broken circuit:
|R| is the number of subsets of lines that contain no broken circuit (Whitney; Zaslavsky 1975).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb

from theory.dual.arrangement import general_position, restrict
from theory.dual.lines import IntVector, hyperplanes, independent_columns
from theory.exact import InputError, Matrix

MAX_WORK = 4_000_000


@lru_cache(maxsize=256)
def count_regions(X: Matrix) -> int:
    """Number of dual regions, by deletion and restriction (no enumeration).

    Raises InputError when the recursion would not end in reasonable time.

    >>> from theory.exact import matrix
    >>> count_regions(matrix([[1, 2, 3], [2, 4, 6], [1, 0, 1], [0, 2, 2], [0, 0, 0]], "X"))
    6
    >>> count_regions(matrix([[0, 0]], "X"))
    1
    """
    lines = hyperplanes(X)
    m, rank = len(lines.normals), lines.rank
    if m == rank:  # independent normals: every sign vector occurs
        return 2**m
    if not countable(X):
        raise InputError(
            f"X has up to {general_position(m, rank)} dual regions: too many to count exactly",
            "about a million regions when d >= 3",
            "dual.regions.general_position counts them when the rows are in general position",
        )
    return _count([tuple(normal[k] for k in lines.columns) for normal in lines.normals], rank)


def countable(X: Matrix) -> bool:
    """Whether deletion and restriction ends in reasonable time (some seconds)."""
    lines = hyperplanes(X)
    m, rank = len(lines.normals), lines.rank
    return m == rank or rank <= 2 or comb(m, rank - 1) * (rank - 1) <= MAX_WORK


def _count(normals: Sequence[IntVector], dimension: int) -> int:
    if dimension <= 2 or len(normals) <= 2:
        return {0: 1, 1: 2}.get(len(normals), 2 * len(normals))
    total = 1
    for k, plane in enumerate(normals):
        total += _count(restrict(normals[:k], plane)[0], dimension - 1)
    return total


def count_without_broken_circuit(X: Matrix) -> int:
    """Number of dual regions as the number of line subsets without a broken circuit.

    A broken circuit is a circuit less its smallest line. Exponential in the number of lines:
    a second opinion for small data.

    >>> from theory.exact import matrix
    >>> count_without_broken_circuit(matrix([[1, 0], [0, 1], [1, 1]], "X"))
    6
    """
    normals = hyperplanes(X).normals

    def in_span(chosen: list[int], line: int) -> bool:
        rows = [normals[i] for i in chosen]
        return len(independent_columns([*rows, normals[line]])) == len(rows)

    def extend(chosen: list[int], top: int) -> int:
        # `chosen` is free of broken circuits and all its lines are >= top.
        total = 1
        for line in range(top):
            if not in_span(chosen, line):
                wider = [line, *chosen]
                if not any(in_span(wider, smaller) for smaller in range(line)):
                    total += extend(wider, line)
        return total

    return extend([], len(normals))
