"""Exactly singular population matrices, which a ball around zero could never prove.

A matrix of `Angular` numbers is a sum of rational matrices, each times 1, sqrt(q)/pi or
arctan(sqrt(q))/pi. What all of them annihilate is in its kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb, arb_mat, fmpq, fmpq_mat

from theory.lottery.angular import Angular, like_root
from theory.rigor.spectra import least_eigenvalue, positive_definite

Rows = list[list[Angular]]


def pivots(rows: Rows) -> list[int]:
    """Coordinates whose unit vectors span a complement of the common kernel of all parts.

    rows: symmetric, n x n. All n coordinates are pivots when the parts share no kernel.

    >>> half = Angular(Fraction(1, 2))
    >>> pivots([[half, half], [half, half]])
    [0]
    """
    n = len(rows)
    parts: dict[tuple[str, Fraction], list[list[fmpq]]] = {}
    for i, k, name, factor in _rational_entries(rows):
        part = parts.setdefault(name, [[fmpq(0)] * n for _ in range(n)])
        part[i][k] += fmpq(factor.numerator, factor.denominator)
    stacked = [line for part in parts.values() for line in part]
    if not stacked:
        return []
    reduced, rank = fmpq_mat(stacked).rref()
    return [next(k for k in range(n) if reduced[i, k] != 0) for i in range(rank)]


def _rational_entries(rows: Rows) -> Iterator[tuple[int, int, tuple[str, Fraction], Fraction]]:
    """(row, column, which irrational number, its coefficient); like roots share a number."""
    names: dict[Fraction, tuple[Fraction, Fraction]] = {}
    kinds: dict[Fraction, Fraction] = {}
    for i, row in enumerate(rows):
        for k, entry in enumerate(row):
            yield i, k, ("one", Fraction(1)), entry.constant
            for q, factor in entry.roots.items():
                if q not in names:
                    names[q] = like_root(q, kinds)
                    kinds.setdefault(names[q][0], Fraction(1))
                like, ratio = names[q]
                yield i, k, ("root", like), factor * ratio
            for q, factor in entry.arcs.items():
                yield i, k, ("arc", q), factor


def least_or_zero(rows: Rows, matrix: arb_mat) -> arb | Fraction:
    """Least eigenvalue; an exact 0 where the matrix is proved semidefinite and singular.

    matrix: the balls of rows. On a complement of the kernel the quadratic form is that of a
    principal submatrix, so its positive pivots prove the rest.
    """
    least = least_eigenvalue(matrix)
    if not least.contains(0):
        return least
    rest = pivots(rows)
    if len(rest) == len(rows):
        return least
    part = arb_mat([[matrix[i, k] for k in rest] for i in rest])
    return Fraction(0) if not rest or positive_definite(part) else least
