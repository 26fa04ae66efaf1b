"""Samples on the unit sphere and their exact correlations.

Every hypothesis and every number of the paper depends on the samples only through
rho_ij = <x_i, x_j> for rows of norm one. A row of another norm stands for its direction
when the caller says so; its correlations are then square roots of rationals.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from flint import arb

from theory.exact import InputError, Matrix, Vector, dot, matrix
from theory.rigor.balls import ball

Correlation = Fraction | arb


def unit_rows(value: object, *, normalize: bool = False) -> Matrix:
    """Read samples of norm exactly 1, or any non-zero rows when they are to be normalized.

    Raises InputError that names the row and offers a remedy.

    >>> len(unit_rows([["1", "0"], ["3/5", "4/5"]]))
    2
    >>> unit_rows([["1", "0"], ["3", "4"]])
    Traceback (most recent call last):
    ...
    theory.exact.InputError: X row 2 = (3, 4) has squared norm 25; allowed: rows of norm exactly \
1; write it as (3/5, 4/5), or add normalize=yes
    """
    rows = matrix(value, "X")
    for i, row in enumerate(rows, start=1):
        square = dot(row, row)
        if square == 0:
            raise InputError(f"X row {i} is zero", "rows of norm exactly 1", "drop it")
        if square != 1 and not normalize:
            root = rational_root(square)
            remedy = f"write it as {_text([entry / root for entry in row])}, or " if root else ""
            raise InputError(
                f"X row {i} = {_text(row)} has squared norm {square}",
                "rows of norm exactly 1",
                f"{remedy}add normalize=yes",
            )
    return rows


def distinct_rows(rows: Matrix) -> Matrix:
    """The rows, if no two have the same direction; they would make the kernel singular.

    Raises InputError that names the two rows.
    """
    for i, first in enumerate(rows):
        for k, second in enumerate(rows[:i]):
            if correlation(first, second) == 1:
                raise InputError(
                    f"X rows {k + 1} and {i + 1} have the same direction {_text(first)}, "
                    "so the kernel is singular",
                    "distinct rows",
                    "drop one of them",
                )
    return rows


def rational_root(square: Fraction) -> Fraction | None:
    """The square root of a rational, if it is rational.

    >>> rational_root(Fraction(9, 4))
    Fraction(3, 2)
    """
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    return root if root * root == square else None


def correlation(x: Vector, z: Vector) -> Correlation:
    """<x, z>/(|x| |z|): exact when rational, else a ball at the working precision.

    >>> correlation((Fraction(3), Fraction(4)), (Fraction(1), Fraction(0)))
    Fraction(3, 5)
    """
    product, square = dot(x, z), dot(x, x) * dot(z, z)
    root = rational_root(square)
    return product / root if root else ball(product) / ball(square).sqrt()


def correlations(rows: Matrix) -> list[list[Correlation]]:
    """The matrix of all correlations, ones on the diagonal."""
    below = {(i, k): correlation(row, rows[k]) for i, row in enumerate(rows) for k in range(i)}
    return [
        [Fraction(1) if i == k else below[max(i, k), min(i, k)] for k in range(len(rows))]
        for i in range(len(rows))
    ]


def off_diagonal(rows: Matrix) -> list[Correlation]:
    """The correlations of all pairs i < k."""
    table = correlations(rows)
    return [table[i][k] for k in range(len(rows)) for i in range(k)]


def greatest_correlation(rows: Matrix) -> arb:
    """r_plus = max over pairs of rho_ij, as a ball; needs two rows."""
    return _greatest([ball(rho) for rho in off_diagonal(rows)])


def greatest_cosine(rows: Matrix) -> arb:
    """r = max over pairs of |rho_ij| = 1 - delta^2/2, as a ball; needs two rows."""
    return _greatest([abs(ball(rho)) for rho in off_diagonal(rows)])


def separation(rows: Matrix) -> arb:
    """delta = min over pairs of min(|x_i - x_j|, |x_i + x_j|) = sqrt(2 - 2r)."""
    return (2 - 2 * greatest_cosine(rows)).sqrt()


def _greatest(values: list[arb]) -> arb:
    if not values:
        raise InputError("one sample has no pairs", "two samples or more")
    greatest = values[0]
    for value in values[1:]:
        greatest = greatest.max(value)
    return greatest


def _text(row: Vector | list[Fraction]) -> str:
    return "(" + ", ".join(map(str, row)) + ")"
