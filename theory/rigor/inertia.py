"""Certified counts of eigenvalues by Sylvester's law of inertia."""

from __future__ import annotations

from flint import arb, arb_mat


def eigenvalues_below(matrix: arb_mat, bound: arb) -> int | None:
    """Number of eigenvalues of a symmetric ball matrix below `bound`; None if undecided.

    The pivots of an LDL^T factorisation of A - bound I have the signs of its eigenvalues.
    None when a pivot's ball contains zero: bound too near an eigenvalue, or too few bits.

    >>> eigenvalues_below(arb_mat([[2, 1], [1, 2]]), arb(2))
    >>> eigenvalues_below(arb_mat([[2, 1], [1, 2]]), arb("1.5"))
    1
    """
    n = matrix.nrows()
    rows = [[matrix[i, k] - bound if i == k else matrix[i, k] for k in range(n)] for i in range(n)]
    negative = 0
    for j in range(n):
        pivot = rows[j][j]
        if pivot < 0:
            negative += 1
        elif not pivot > 0:
            return None
        for i in range(j + 1, n):
            factor = rows[i][j] / pivot
            for k in range(j + 1, i + 1):
                rows[i][k] -= factor * rows[k][j]
    return negative


def multiplicity(matrix: arb_mat, centre: arb, radius: arb) -> int | None:
    """Number of eigenvalues within `radius` of `centre`, certified; None if undecided.

    >>> multiplicity(arb_mat([[1, 0], [0, 1]]), arb(1), arb("0.001"))
    2
    """
    below, up_to = (eigenvalues_below(matrix, centre + sign * radius) for sign in (-1, 1))
    return None if below is None or up_to is None else up_to - below
