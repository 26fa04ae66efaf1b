"""All claims: where bounds say something, what their slack says of exponents, what has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from reports import words
from reports.claim_view import link
from reports.needs_view import EVERYWHERE, READINGS, settings
from theory.claim import paper
from verify.record import Record


def frontiers(record: Record, ids: Sequence[str]) -> dict[str, Any]:
    """Bounds that say nothing in part of their parameters, and how many say something always."""
    known = {id: v for id in ids if (v := record.verdicts[id].get("vacuity"))}
    rows, always = [], 0
    for id, found in known.items():
        shown = [p for p in found["parameters"] if not p["words"].startswith(EVERYWHERE)]
        always += not shown
        if shown:
            rows.append(
                {
                    "claim": link(id, record),
                    "because": words.rich(found["because"]),
                    "where": [words.greek(p["words"]).replace("_", " ") for p in shown],
                    "cell": words.breakable(settings(found["cell"]).replace("_", " ")),
                }
            )
    return {"rows": rows, "always": always, "claims": len(known)}


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
