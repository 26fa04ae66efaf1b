"""Cells that the checks of the second paper share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from flint import arb

from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue
from theory.claim import Form
from verify.engines import Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
Sides = Callable[[Cell, Form], tuple[Side, Side]]

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


def without(
    claim: str, name: str, cell: Cell, sides: Sides, why: str, relation: str = "<=", **more: Any
) -> Enclose:
    """The claim at one exact cell where the hypothesis of that name fails."""
    return Enclose(
        claim=claim,
        role=f"without {name}",
        sides=sides,
        cells=(cell,),
        relation=relation,
        fails_if=why,
        **more,
    )
