"""What holds without a theorem, beside its bound: where a bound says anything at all.

A bound on a probability says nothing from 1 on, a lower bound of a positive number nothing up
to 0. Such values are data here; where bound and free value meet is found in `verify.vacuity`.
A bound that has no free value, or nothing to move, says why.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from theory.claim import Cell, Direction, Form, claim
from theory.exact import rational
from theory.formula import Formula
from theory.notation import table
from theory.quantity import load_paper, papers
from theory.rigor.balls import ball

Ends = tuple[int | str, int | str]  # of a range, exact


@dataclass(frozen=True)
class Vacuity:
    """A claim's bound beside what holds for free.

    claim: its id. free: that value, a Formula or a function of the cell. because: why it holds.
    cell: exact parameters at which the frontier is asked. ranges: parameter -> the ends between
    which its frontier is looked for, integers or fractions, the others as in the cell. bound:
    from (cell, form) to the bound; by default the claim's Formula at the cell's values.
    """

    claim: str
    free: Formula | Callable[[Cell], Any]
    because: str
    cell: Cell
    ranges: Mapping[str, Ends]
    bound: Callable[[Cell, Form], Any] | None = None

    def __post_init__(self) -> None:
        missing = set(self.ranges) - set(self.cell)
        if missing or not self.ranges:
            raise ValueError(f"{self.claim}: ranges of what is no parameter: {sorted(missing)}")

    @property
    def above(self) -> bool:
        """Whether the bound says more where it is above the free value: a lower bound."""
        direction = claim(self.claim).direction
        if direction not in (Direction.UPPER, Direction.LOWER):
            raise ValueError(f"{self.claim} is a {direction}, neither an upper nor a lower bound")
        return direction is Direction.LOWER

    def sides(self, cell: Cell) -> tuple[Any, Any]:
        """The bound and the free value at a cell, as balls at the working precision."""
        form = claim(self.claim).form
        bound = form.ball(**values(form, cell)) if self.bound is None else self.bound(cell, form)
        free = self.free
        known = free.ball(**values(free, cell)) if isinstance(free, Formula) else free(cell)
        return ball(bound), ball(known)


@dataclass(frozen=True)
class NoFrontier:
    """A bound without a frontier: a refuted or an attained one, or one with nothing to move.

    claim: its id. because: why, in words about this claim; Typst markup as in statements.
    Raises ValueError when no reason is given.
    """

    claim: str
    because: str

    def __post_init__(self) -> None:
        if not self.because.strip():
            raise ValueError(f"{self.claim}: no reason why it has no frontier")


def values(form: Formula, cell: Cell) -> dict[str, Any]:
    """The exact values of a formula's symbols at a cell.

    >>> from theory.notation import delta, n
    >>> values(Formula(n / delta), {"n": 3, "delta": "1/2", "data": "A"})
    {'delta': Fraction(1, 2), 'n': Fraction(3, 1)}
    """
    names = [entry.symbol.name for entry in form.symbols]
    return {name: rational(cell[name], name) for name in names}


def typeset(words: str) -> str:
    """Names of declared symbols as their typeset form, between `$`; all else stays.

    >>> import theory.asymmetric.symbols
    >>> typeset("mean_over_size >= 10.5, data = A")
    '$mu\\\\/R$ >= 10.5, data = A'
    """
    forms = {entry.symbol.name: entry.typst for entry in table()}
    return re.sub(
        r"[A-Za-z]\w*",
        lambda word: f"${forms[word[0]]}$" if word[0] in forms else word[0],
        words,
    )


@cache
def vacuities(paper: str | None = None) -> Mapping[str, Vacuity]:
    """The free value of every bound that has one, by claim; from the papers' `VACUITIES`.

    paper: of one prefix only, so that no other paper is imported.
    """
    return _collected("VACUITIES", paper)


@cache
def no_frontiers(paper: str | None = None) -> Mapping[str, NoFrontier]:
    """Why a bound has no frontier, by claim; from the papers' `NO_FRONTIERS`."""
    return _collected("NO_FRONTIERS", paper)


def _collected(constant: str, paper: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for prefix in papers() if paper is None else (paper,):
        for module in load_paper(prefix):
            for item in getattr(sys.modules[module], constant, ()):
                if item.claim in found:
                    raise ValueError(f"{constant} names {item.claim} twice")
                found[item.claim] = item
    return found
