"""Data sets with exact rational rows on which the paper's statements are tried.

Rows stand for their directions. The clouds are pseudo-random but fixed: residues of
quadratic polynomials, no generator involved.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from theory.bias.samples import distinct_rows, unit_rows
from theory.exact import Matrix


def _rows(text: str) -> Matrix:
    rows = [row.split() for row in text.split(";")]
    return distinct_rows(unit_rows(rows, normalize=True))


def _cloud(n: int, d: int) -> Matrix:
    rows = [
        [
            Fraction((37 * i * i + 11 * k * k * i + 101 * k + 57 * i) % 97 - 48)
            for k in range(1, d + 1)
        ]
        for i in range(1, n + 1)
    ]
    return distinct_rows(unit_rows(rows, normalize=True))


def lattice(side: int, dimension: int, step: Fraction) -> Matrix:
    """The points (step i, 1), i in {0, ..., side-1}^dimension, as directions."""
    return tuple(
        (*(step * i for i in point), Fraction(1))
        for point in product(range(side), repeat=dimension)
    )


DATA_SETS: dict[str, Matrix] = {
    "orthogonal": _rows("1 0; 0 1"),
    "pair": _rows("1 0; 3/5 4/5"),
    "close pair": _rows("1 0; 99/101 20/101"),
    "opposite pair": _rows("1 0; -1 0"),
    "triple": _rows("1 0; 3/5 4/5; -3/5 4/5"),
    "axes": _rows("1 0 0; 0 1 0; 0 0 1"),
    "nearly twins": _rows("1 0 0; 1 1/100 0; 0 0 1"),
    "spread": _rows("1/3 2/3 2/3; 2/3 1/3 2/3; 2/3 2/3 1/3; 2/7 3/7 6/7; -2/3 1/3 2/3"),
    "close": _rows("1 0 0; 99/101 20/101 0; 0 1 0; 0 0 1; 0 3/5 -4/5"),
    "antipodal": _rows("1 0; -1 0; 0 1; 0 -1; 3/5 4/5; -3/5 -4/5"),
    "simplex": _rows("1 1 1; 1 -1 -1; -1 1 -1; -1 -1 1"),
    "region gap": _rows(
        "1 0 0; 1 1/100 0; 0 0 1; 0 1/10 1; 0 -1/10 1; 1/10 0 1; -1/10 0 1; 0 1 0"
    ),
    "nine points": lattice(3, 2, Fraction(1, 10)),
    "eight points": lattice(2, 3, Fraction(1, 10)),
    "cloud 10 in 5": _cloud(10, 5),
    "cloud 20 in 3": _cloud(20, 3),
    "cloud 20 in 20": _cloud(20, 20),
}  # fmt: skip


def data_set(name: str) -> Matrix:
    """A named data set."""
    return DATA_SETS[name]
