"""Six small data sets with exact entries on which the paper's statements are tried."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from theory.exact import InputError, Matrix, Vector, dot, matrix, proportional, vector


@dataclass(frozen=True)
class DataSet:
    """Samples X (rows) and labels y; every label is at most 1 in absolute value."""

    name: str
    X: Matrix
    y: Vector

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.X)

    @property
    def d(self) -> int:
        """Input dimension."""
        return len(self.X[0])


def admissible(value: object) -> Matrix:
    """Read samples that meet hypothesis H1 of the paper (section 2).

    Rows x_i: non-zero, of norm at most 1, no two of them proportional. Raises InputError that
    names the row, or the two rows, in which the hypothesis fails.

    >>> len(admissible([["1", "0"], ["3/5", "4/5"]]))
    2
    >>> admissible([["1", "0"], ["-1/2", "0"]])
    Traceback (most recent call last):
    ...
    theory.exact.InputError: X rows 1 and 2 are proportional: (1, 0) and (-1/2, 0); allowed: \
rows no two of which are proportional; drop one of them
    """
    rows = matrix(value, "X")
    for i, row in enumerate(rows, start=1):
        if not any(row):
            raise InputError(f"X row {i} is zero", "non-zero rows", "drop it")
        if dot(row, row) > 1:
            raise InputError(
                f"X row {i} = {_text(row)} has squared norm {_short(dot(row, row))}",
                "rows of norm at most 1",
                "divide X by its greatest row norm",
            )
    for i, first in enumerate(rows, start=1):
        for k, second in enumerate(rows[i:], start=i + 1):
            if proportional(first, second):
                raise InputError(
                    f"X rows {i} and {k} are proportional: {_text(first)} and {_text(second)}",
                    "rows no two of which are proportional",
                    "drop one of them",
                )
    return rows


def _short(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 30 else f"about {Decimal(value.numerator) / value.denominator:.3g}"


def _text(row: Vector) -> str:
    """A row as an error message shows it: long ones by their beginning."""
    text = "(" + ", ".join(map(str, row)) + ")"
    return text if len(text) <= 60 else text[:57] + "..."


def _data_set(name: str, rows: str, labels: str) -> DataSet:
    X = matrix([row.split() for row in rows.split(";")], "X")
    return DataSet(name, X, vector(labels.split(), "y", length=len(X)))


_TRIPLE = "2/3 2/3 1/3; -2/7 3/7 6/7; 1/9 -8/9 4/9"

DATA_SETS = {
    entry.name: entry
    for entry in (
        _data_set("A", "1 0; 3/5 4/5", "1 -1/2"),
        _data_set("B", "1 0; 3/5 4/5; -5/13 12/13", "1 -1/2 1/3"),
        _data_set("C", f"1 0 0; {_TRIPLE}", "1 -1 1/2 0"),
        _data_set("D", f"1/2 0 0; {_TRIPLE}; 0 3/10 -2/5", "1/2 -1 1 -1/2 1/4"),
        _data_set(
            "E",
            "1 0 0 0; 1/2 1/2 1/2 1/2; 1/2 -1/2 1/2 -1/2; 0 3/5 0 4/5; -1/5 2/5 2/5 4/5;"
            " 4/5 0 -3/5 0",
            "1 -1 1/2 -1/2 1 0",
        ),
        _data_set(
            "F",
            "1 0 0 0 0; 0 3/5 4/5 0 0; 0 0 -4/5 3/5 0; 1/2 1/2 1/2 1/2 0; 0 1/2 -1/2 1/2 -1/2;"
            " 1/5 2/5 0 2/5 4/5; -4/5 0 0 0 3/5; 2/7 -3/7 0 6/7 0",
            "1 -1 1/2 -1/2 1 0 -3/4 1/4",
        ),
    )
}
