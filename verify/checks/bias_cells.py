"""Cells that the checks of the second paper share."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from flint import arb

from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue

Cell = Mapping[str, Any]

TYPICAL = ("triple", "axes", "nearly twins", "spread", "close", "nine points", "cloud 10 in 5")
THREE_BIASES = ("0", "1", "3")


def grid(**values: tuple[object, ...]) -> tuple[dict[str, object], ...]:
    """All combinations of the given values, as cells.

    >>> grid(B=("0", "1"), n=(2,))
    ({'B': '0', 'n': 2}, {'B': '1', 'n': 2})
    """
    return tuple(dict(zip(values, row, strict=True)) for row in product(*values.values()))


def bias_of(cell: Cell) -> Fraction:
    """The bias of a cell, exactly."""
    return Fraction(cell["B"])


def least_of(cell: Cell) -> arb:
    """The least eigenvalue of H_inf at a cell with a data set and a bias."""
    return kernel_least_eigenvalue(data_set(cell["data"]), bias_of(cell))
