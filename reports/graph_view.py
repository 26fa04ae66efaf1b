"""The proof graph as boxes and lines with the claims' computed status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.claim_view import label
from reports.graph import components, layout
from reports.words import shortened
from theory.claim import Claim
from verify.record import Record

CHARACTER = 0.0213  # centimetres: one letter of the label's fixed-width font, at one point
LARGEST, SMALLEST = 6.0, 4.6  # points
UNKNOWN = {"outcome": "UNDECIDED", "strength": "UNTESTED"}


def graph_view(prefix: str, record: Record, known: Mapping[str, Claim]) -> dict[str, Any]:
    """Drawings of the connected parts of one paper's proof graph, and the claims outside it."""
    ids = [id for id in known if id in record.verdicts and known[id].paper == prefix]
    edges = {id: [lemma for lemma in known[id].rests_on if lemma in known] for id in ids}
    groups = components(edges)
    inside = {node for group in groups for node in group}
    return {
        "drawings": [_drawing(group, edges, record, prefix) for group in groups],
        "alone": sum(id not in inside for id in ids),
    }


def proofs(prefix: str, record: Record, known: Mapping[str, Claim]) -> dict[str, int]:
    """How many claims of one paper rest on others, how deep, and what became of their proofs."""
    ids = [id for id in known if id in record.verdicts and known[id].paper == prefix]
    edges = {id: [lemma for lemma in known[id].rests_on if lemma in known] for id in ids}
    depth: dict[str, int] = {}

    def deep(id: str) -> int:
        if id not in depth:
            depth[id] = 1 + max((deep(lemma) for lemma in edges.get(id, ())), default=0)
        return depth[id]

    resting = [id for id in ids if edges[id]]
    via = [record.verdicts[id].get("via", UNKNOWN) for id in resting]
    return {
        "resting": len(resting),
        "lines": sum(map(len, edges.values())),
        "chain": max((deep(id) for id in resting), default=0),
        "whole": sum(part["outcome"] == "HOLDS" for part in via),
        "broken": sum(bool(record.verdicts[id].get("broken_lemmas")) for id in resting),
    }


def _drawing(
    group: list[str], edges: Mapping[str, list[str]], record: Record, prefix: str
) -> dict[str, Any]:
    placed = layout(group, edges)
    longest = max(len(_short(id, prefix)) for id in group)
    room = placed.box_width - 0.25
    font = min(LARGEST, 14 * placed.box_height, max(SMALLEST, room / (longest * CHARACTER)))
    letters = int(room / (font * CHARACTER))
    return {
        "width": placed.width,
        "height": placed.height,
        "box": [placed.box_width, placed.box_height],
        "nodes": [
            {"at": list(placed.positions[id]), "font": font, **_node(id, record, prefix, letters)}
            for id in group
        ],
        "edges": [
            {
                "from": list(placed.positions[lemma]),
                "to": list(placed.positions[id]),
                "broken": lemma in record.verdicts.get(id, {}).get("broken_lemmas", ()),
            }
            for id in group
            for lemma in edges.get(id, ())
        ],
    }


def _node(id: str, record: Record, prefix: str, letters: int) -> dict[str, Any]:
    verdict = record.verdicts.get(id)
    direct = verdict.get("direct", UNKNOWN) if verdict else UNKNOWN
    via = verdict.get("via", UNKNOWN) if verdict else UNKNOWN
    mutants = (verdict or {}).get("mutants") or {}
    return {
        "name": shortened(_short(id, prefix), letters),
        "label": label(id) if verdict else None,
        "border": str(direct["outcome"]) if direct["strength"] != "UNTESTED" else "UNTESTED",
        "fill": str(via["outcome"]) if via["strength"] != "UNTESTED" else "UNTESTED",
        "dashed": any(evidence.assumptions for evidence in record.of(id)),
        "tooth": bool(mutants.get("killed")),
    }


def _short(id: str, prefix: str) -> str:
    return id.removeprefix(f"{prefix}.")
