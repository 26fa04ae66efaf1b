"""Cells that no check lists: where a wrong version may fail that the listed cells cannot see.

Each differs from a listed cell in one parameter: a size at its smallest or larger than any; in
the parameters that a check lets vary, another number of their range, or one listed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.claim import Cell
from verify.growth import AFFORDABLE, Series, is_size

Ranges = Mapping[str, tuple[object, object]]  # parameter -> ends, exact and themselves admissible


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


def extreme_sizes(cells: Mapping[int, Cell], series: Sequence[Series]) -> Iterator[Proposal]:
    """The smallest values of every size, and a larger one of those that are varied anyway."""
    index, base = next(iter(cells.items()))
    known = {s.parameter for s in series}
    alone = [
        Series(name, (size,), (index,))
        for name, size in base.items()
        if is_size(size) and name not in known
    ]
    for s in (*series, *alone):
        small = (size for size in (1, 2) if size not in s.sizes)
        yield from (Proposal(s.cells[0], s.parameter, size) for size in small)
    yield from (Proposal(s.cells[0], s.parameter, AFFORDABLE * s.sizes[-1]) for s in series)


def varied(cells: Mapping[int, Cell], bases: Sequence[int], ranges: Ranges) -> Iterator[Proposal]:
    """Changes of the given listed cells in these parameters, one at a time, each cell once.

    New numbers of the range first, of all bases, then what other cells list.

    >>> cells = {0: {"n": 5, "B": "1"}, 1: {"n": 10, "B": "1"}, 2: {"n": 5, "B": "2"}}
    >>> [(p.base, p.value) for p in varied(cells, [1], {"B": (0, 3)})]
    [(1, '0'), (1, '1/2'), (1, '3'), (1, '2')]
    >>> [(p.base, p.value) for p in varied(cells, [0, 1], {"n": (1, 40)})]
    [(0, 1), (0, 2), (0, 20), (0, 40)]
    """
    seen = [dict(cell) for cell in cells.values()]
    for new in (True, False):
        for base in bases:
            for name in filter(cells[base].__contains__, ranges):
                listed = _listed(cells, name)
                for value in _new(listed, *ranges[name]) if new else listed:
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


def _new(listed: Sequence[Any], low: Any, high: Any) -> list[Any]:
    """The ends of a range; within it half the least positive listed value, twice the greatest."""
    sizes = all(is_size(value) for value in listed)
    numbers = [Fraction(str(value)) for value in (low, high, *listed)]
    least = min((number for number in numbers[2:] if number > 0), default=numbers[1])
    half = Fraction(max(1, least // 2)) if sizes else least / 2
    made = (numbers[0], half, 2 * max(numbers[2:]), numbers[1])
    inside = [number for number in made if numbers[0] <= number <= numbers[1]]
    return [int(number) if sizes else str(number) for number in inside]
