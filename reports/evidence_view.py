"""One piece of evidence as plain data for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports import words
from reports.legend import SCOPES
from reports.needs_view import settings
from reports.plots.cells import varying
from verify.evidence import CellRecord, Evidence, Outcome

CELL_ROWS, CELL_ROWS_BESIDE_FIGURE, CELL_COLUMNS = 8, 4, 5
FIGURES = {
    "Sample": ("n", "estimate", "low", "high", "target", "delta"),
    "Enclose": ("left", "right", "margin"),
    "Cover": ("boxes", "left", "least", "witness"),
    "Slope": ("estimate", "low", "high"),
    "Search": ("best", "witness"),
    "Derive": ("witness",),
    "Order": ("k", "n", "low", "high"),
}
HEADINGS = {
    "low": "from", "high": "to", "target": "claimed", "delta": "claimed δ", "least": "least gap",
    "best": "best ratio",
}  # fmt: skip


def evidence_view(evidence: Evidence, picture: Mapping[str, str] | None) -> dict[str, Any]:
    """Everything the page says about one check; `picture` is its plot as stored."""
    return {
        "engine": evidence.engine,
        "check": words.breakable(evidence.check),
        "outcome": evidence.outcome.value,
        "strength": evidence.strength.name,
        "rank": int(evidence.strength),
        "scope": SCOPES.get(evidence.scope.name, evidence.scope.name),
        "role": "the lemmas imply it" if evidence.role == "step" else "",
        "part": words.breakable(evidence.part),
        "margin": words.plain(evidence.margin),
        "caught": words.plain(evidence.could_have_caught),
        "slack": words.slack(evidence.slack),
        "error": words.number(evidence.error) if evidence.error else "",
        "trivial": evidence.trivial,
        "assumptions": [words.rich(text) for text in evidence.assumptions],
        "fails_if": words.rich(evidence.note),
        "cells": cells_view(evidence, _rows(evidence.engine, picture is not None)),
        "figure": picture,
    }


def _rows(engine: str, pictured: bool) -> int:
    """How many cells to list: none where the picture carries their figures."""
    if not pictured:
        return CELL_ROWS
    return 0 if engine == "Order" else CELL_ROWS_BESIDE_FIGURE


def cells_view(evidence: Evidence, most: int = CELL_ROWS) -> dict[str, Any] | None:
    """The cells as a table: what did not hold first, at most so many rows.

    What all cells have in common is said once, below.
    """
    informative = [r for r in evidence.cells if r.cell or r.figures]
    if not informative or (evidence.engine == "Derive" and not informative[0].figures):
        return None
    ordered = sorted(informative, key=lambda record: record.outcome is Outcome.HOLDS)
    shown = ordered[:most]
    parameters = varying(informative)
    first = informative[0].cell
    common = {name: first[name] for name in first if name not in parameters}
    if len(informative) == 1:
        parameters, common = list(first), {}
    figures = _figure_names(evidence.engine, shown)
    figures = figures[: max(2, CELL_COLUMNS + 2 - min(len(parameters), CELL_COLUMNS))]
    parameters = parameters[:CELL_COLUMNS]
    return {
        "head": [words.breakable(words.greek(name)) for name in parameters]
        + [HEADINGS.get(name, words.breakable(name)) for name in figures],
        "rows": [
            {"outcome": r.outcome.value, "values": _values(r, parameters, figures)} for r in shown
        ],
        "common": words.breakable(settings(common)),
        "more": len(informative) - len(shown) if shown else 0,
    }


def _figure_names(engine: str, shown: list[CellRecord]) -> list[str]:
    known = ((name, value) for record in shown for name, value in record.figures.items())
    present = list(dict.fromkeys(name for name, value in known if value is not None))
    wanted = FIGURES.get(engine)
    if wanted is not None:
        names = [name for name in wanted if name in present]
        return [name for name in names if name != "target" or "delta" not in names]
    scalars = [name for name in present if any(_scalar(r.figures.get(name)) for r in shown)]
    return scalars[:CELL_COLUMNS]


def _scalar(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _values(record: CellRecord, parameters: list[str], figures: list[str]) -> list[str]:
    def shown(source: Mapping[str, Any], name: str) -> str:
        if name not in source or source[name] in ("", {}):
            return ""
        return words.breakable(
            words.number(
                words.shortened(source[name], 40) if isinstance(source[name], str) else source[name]
            )
        )

    return [shown(record.cell, name) for name in parameters] + [
        shown(record.figures, name) for name in figures
    ]
