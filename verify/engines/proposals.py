"""Cells that no check lists: where a wrong version may fail that the listed cells cannot see.

Each differs from a listed cell in one parameter: a size at its smallest or larger than any, an
exact number below or above all listed ones, or a value that is listed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.claim import Cell
from verify.growth import AFFORDABLE, SHORTEST, is_size


@dataclass(frozen=True)
class Proposal:
    """A cell that is not listed: the listed one it comes from, and what was changed."""

    base: int
    parameter: str
    value: Any

    def cell(self, cells: Mapping[int, Cell]) -> dict[str, Any]:
        """The cell itself."""
        return {**cells[self.base], self.parameter: self.value}

    def told(self, cells: Mapping[int, Cell]) -> dict[str, Any]:
        """What tells it from other cells: the change, and what the listed ones vary anyway."""
        varied = {name for name in cells[self.base] if len(_listed(cells, name)) > 1}
        changed = self.cell(cells)
        return {k: v for k, v in changed.items() if k == self.parameter or k in varied}


def proposals(cells: Mapping[int, Cell], bases: Sequence[int]) -> Iterator[Proposal]:
    """Changes of the given listed cells, one parameter at a time, each cell once.

    Extremes first, of all bases, then what other cells list.

    >>> cells = {0: {"n": 5, "B": "1"}, 1: {"n": 10, "B": "1"}, 2: {"n": 5, "B": "2"}}
    >>> [(p.parameter, p.value) for p in proposals(cells, [0])]
    [('n', 1), ('n', 2), ('B', '1/2'), ('B', '4')]
    >>> [(p.parameter, p.value) for p in proposals(cells, [1])][-1]
    ('B', '2')
    """
    seen = [dict(cell) for cell in cells.values()]
    for values in (_beyond, _listed):
        for base in bases:
            for name in cells[base]:
                for value in values(cells, name):
                    found = Proposal(base, name, value)
                    if found.cell(cells) not in seen:
                        seen.append(found.cell(cells))
                        yield found


def _listed(cells: Mapping[int, Cell], name: str) -> list[Any]:
    """The different values of a parameter, in the order of the cells."""
    found: list[Any] = []
    for cell in cells.values():
        if name in cell and cell[name] not in found:
            found.append(cell[name])
    return found


def _beyond(cells: Mapping[int, Cell], name: str) -> list[Any]:
    """Values outside the listed ones: small sizes, a large one if sizes are varied, numbers."""
    values = _listed(cells, name)
    if all(is_size(value) for value in values):
        return [1, 2, *([AFFORDABLE * max(values)] if len(values) >= SHORTEST else [])]
    numbers = [number for value in values if (number := _number(value)) is not None]
    if len(numbers) < len(values):
        return []
    positive = [number for number in numbers if number > 0]
    low, high = min(positive, default=Fraction(1)) / 2, 2 * max(numbers)
    return [str(low), *([str(high)] if high > 0 else [])]


def _number(value: Any) -> Fraction | None:
    """An exact number that a cell gives as text."""
    try:
        return Fraction(value) if isinstance(value, str) else None
    except ValueError:
        return None
