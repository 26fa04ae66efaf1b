"""Facts as text of at most WIDTH columns, grouped by paper."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from verify.data.facts import Fact

WIDTH = 100
NAME, CELL = 42, 11
LEGEND = (
    "* vacuous: the theorem says nothing here (a width is vacuous beyond 10^12 neurons).\n"
    "Lower bounds are rounded down, upper bounds up."
)


def lines_of(facts: Sequence[Fact]) -> Iterator[str]:
    """The lines of the report: one heading a paper, a legend at the end."""
    for paper, of_paper in groupby(facts, key=lambda fact: fact.paper):
        yield ""
        yield paper
        for varies, block in groupby(of_paper, key=lambda fact: bool(fact.at)):
            told = list(block)
            yield from _table(told) if varies else _rows(told)
    if facts:
        yield ""
        yield from LEGEND.splitlines()


def _rows(facts: Sequence[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"  {fact.name:<{NAME}} {_marked(fact):<{2 * CELL}} {fact.known}".rstrip()
        yield from _note(fact.meaning)


def _table(facts: Sequence[Fact]) -> Iterator[str]:
    """One line a name, one column a parameter; notes that all cells share follow the line."""
    columns = list(dict.fromkeys(fact.at for fact in facts))
    wide = max(CELL, *(len(at) + 2 for at in columns))
    yield "  " + " " * NAME + " " + "".join(f"{at:<{wide}}" for at in columns).rstrip()
    for name in dict.fromkeys(fact.name for fact in facts):
        cells = {fact.at: fact for fact in facts if fact.name == name}
        texts = (f"{_marked(cells[at]) if at in cells else '-':<{wide}}" for at in columns)
        yield f"  {name:<{NAME}} {''.join(texts)}".rstrip()
        for at, fact in _distinct(cells):
            said = f"{fact.known[:1].upper()}{fact.known[1:]}. {fact.meaning}".strip()
            yield from _note(f"{at}: {said}" if at else said)


def _distinct(cells: dict[str, Fact]) -> Iterator[tuple[str, Fact]]:
    """The facts whose notes differ; ("", fact) when all share one."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for at, fact in cells.items():
        kinds.setdefault((fact.known, fact.meaning), []).append(at)
    for ats in kinds.values():
        yield ("" if len(kinds) == 1 else ", ".join(ats), cells[ats[0]])


def _marked(fact: Fact) -> str:
    return fact.value + "*" * (fact.vacuous is True)


def _note(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
