"""All claims: where bounds say something, what their slack says of exponents, what has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from reports import words
from reports.claim_view import link
from reports.needs_view import READINGS, settings, vacuity_view
from theory.claim import paper
from verify.record import Record

PLACES = ("partly", "always", "without")  # a bound is better, parameter by parameter
SHOWN = 4  # bounds of each paper in the overview


def frontiers(record: Record, ids: Sequence[str], prefixes: Sequence[str]) -> dict[str, Any]:
    """The overview: counts paper by paper, and the bounds that say least often something."""
    papers = [(prefix, paper_frontiers(prefix, record, ids)) for prefix in prefixes]
    counts = [[len(found[place]) for place in PLACES] for _, found in papers]
    return {
        "rows": [
            {"short": paper(prefix).short, "counts": row}
            for (prefix, _), row in zip(papers, counts, strict=True)
        ],
        "claims": sum(map(sum, counts)),
        "papers": [
            {
                "short": paper(prefix).short,
                "label": frontier_label(prefix),
                "rows": [_in_part(row) for row in _by_share(found["partly"])[:SHOWN]],
                "more": max(0, len(found["partly"]) - SHOWN),
            }
            for prefix, found in papers
            if found["partly"]
        ],
    }


def paper_frontiers(prefix: str, record: Record, ids: Sequence[str]) -> dict[str, Any]:
    """All bounds of one paper, in its order: better in part, better at every value, without."""
    found: dict[str, Any] = {place: [] for place in PLACES}
    for id in ids:
        view = vacuity_view(record.verdicts[id])
        if view is not None and id.split(".", 1)[0] == prefix:
            always = all(item["share"] == 1 for item in view["parameters"])
            place = "without" if view["reason"] else "always" if always else "partly"
            found[place].append({"claim": link(id, record), **view})
    return {**found, "label": frontier_label(prefix)}


def frontier_label(prefix: str) -> str:
    """The anchor of a paper's frontiers inside the document."""
    return f"frontiers:{prefix}"


def _in_part(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without the parameters at all values of which its bound says something."""
    return {**row, "parameters": [item for item in row["parameters"] if item["share"] < 1]}


def _by_share(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: min(item["share"] for item in row["parameters"]))


def exponents(record: Record, ids: Sequence[str], prefixes: Sequence[str]) -> dict[str, Any]:
    """How many series of each reading, paper by paper, and the cells that survivors propose."""
    counts: Counter[tuple[str, str]] = Counter()
    proposed = 0
    cells: dict[str, dict[str, Any]] = {}
    for id in ids:
        verdict = record.verdicts[id]
        for item in verdict.get("growth") or ():
            counts[id.split(".", 1)[0], item["reading"]] += 1
        for source in ("mutants", "census"):
            for survivor in (verdict.get(source) or {}).get("survivors", ()):
                if survivor.get("proposed"):
                    proposed += 1
                    cell = words.breakable(settings(survivor["proposed"]))
                    row = cells.setdefault(id, {"claim": link(id, record), "cells": []})
                    row["cells"] = list(dict.fromkeys([*row["cells"], cell]))
    return {
        "readings": [{"name": name, "meaning": READINGS[name]} for name in READINGS],
        "rows": [
            {"short": paper(p).short, "counts": [counts[p, name] for name in READINGS]}
            for p in prefixes
        ],
        "total": sum(counts.values()),
        "proposed": proposed,
        "cells": list(cells.values()),
    }


def without_slack(
    views: Mapping[str, Any], record: Record, bounds: Sequence[str]
) -> list[dict[str, Any]]:
    """Why a claim has no interval of slack, most frequent first."""
    why: Counter[str] = Counter()
    for id, view in views.items():
        if id not in bounds:
            why[_reason(view, {item.engine for item in record.of(id)})] += 1
    return [{"reason": reason, "count": count} for reason, count in why.most_common()]


def _reason(view: Mapping[str, Any], engines: set[str]) -> str:
    direction = view.get("direction", "")
    if "bound" not in direction:
        plural = {"identity": "identities", "structure": "statements of structure"}
        return plural.get(direction, f"{direction}s" if direction else "no longer registered")
    if direction == "tight bound":
        return "tight bounds: nothing to tighten"
    if not engines:
        return "bounds without evidence"
    if engines <= {"Derive"}:
        return "bounds that are derived, not compared with the truth"
    if engines <= {"Derive", "Cover"}:
        return "bounds proved on a box by the sign of a difference"
    if engines & {"Follow", "Slope", "Order"}:
        return "bounds along trajectories, judged by a margin"
    return "bounds with a side that is not positive, or a sample of few values"
