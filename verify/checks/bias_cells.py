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
from theory.formula import Formula
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


def share_of(cell: Cell) -> Fraction:
    """The failure probability of a cell, exactly; delta = 1/20 where none is given."""
    return Fraction(cell.get("delta", "1/20"))


def radius_of(cell: Cell) -> Fraction:
    """How far a neuron may move at a cell, exactly; R = 1/10 where none is given."""
    return Fraction(cell.get("R", "1/10"))


def at_cell(cell: Cell, form: Formula, **more: Any) -> arb:
    """A formula of B, m, n, delta and R at a cell, and of further inputs."""
    known: dict[str, Any] = {"B": bias_of(cell), "delta": share_of(cell), "radius": radius_of(cell)}
    known |= {name: cell[name] for name in ("n", "m") if name in cell} | more
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


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
