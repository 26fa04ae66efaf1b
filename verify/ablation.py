"""Which hypotheses a theorem needs: what became of the statement when one was dropped.

A check with role "without NAME" states the claim where the hypothesis of that name fails (or
is weakened), all others kept. Its refutation shows that the hypothesis bears load; that it
finds nothing shows nothing but the budget. Such checks never touch the claim's own status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from theory.claim import Claim, Hypothesis
from verify.evidence import CellRecord, Evidence, Outcome, Strength

WITHOUT = "without "
LOAD_BEARING, NOT_SHOWN, UNTESTED = "load-bearing", "not shown to be needed", "untested"
MEANING = "part of its meaning"  # the statement says nothing without it
TOLD = ("witness", "left", "right", "margin", "proof", "estimate", "low", "high", "n")


def about_hypotheses(record: Evidence) -> bool:
    """Whether this evidence is about the claim without one of its hypotheses."""
    return record.role.startswith(WITHOUT)


def ablation(claim: Claim, evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """One record a hypothesis: its name and statement, status, witness, budget, meaning.

    A violation in floating point alone (below STATISTICAL) is no witness.
    """
    by_role: dict[str, list[Evidence]] = {}
    for record in evidence:
        if record.claim == claim.id:
            by_role.setdefault(record.role, []).append(record)
    return [_need(item, by_role.get(WITHOUT + item.name, [])) for item in claim.hypotheses]


def _need(hypothesis: Hypothesis, evidence: list[Evidence]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": hypothesis.name,
        "statement": hypothesis.statement,
        "status": NOT_SHOWN if evidence else MEANING if hypothesis.meaning else UNTESTED,
        "strength": None,
        "witness": None,
        "because": "",
        "budget": "; ".join(f"{e.engine}: {e.margin}" for e in evidence if e.margin),
        "meaning": hypothesis.meaning,
    }
    violations = [
        e for e in evidence if e.outcome is Outcome.REFUTED and e.strength >= Strength.STATISTICAL
    ]
    if violations:
        strongest = max(violations, key=lambda e: e.strength)
        cells = [cell for cell in strongest.cells if cell.outcome is Outcome.REFUTED]
        record |= {
            "status": LOAD_BEARING,
            "strength": strongest.strength.name,
            "witness": _witness(cells[0]) if cells else None,
            "because": strongest.note,
        }
    return record


def _witness(cell: CellRecord) -> Mapping[str, Any]:
    figures = {name: cell.figures[name] for name in TOLD if cell.figures.get(name) is not None}
    return {"cell": dict(cell.cell), **figures}
