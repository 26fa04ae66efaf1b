"""One claim as plain data for the templates: metadata from `theory`, verdict from the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports import words
from reports.legend import SCOPES
from reports.needs_view import growth_view, need_view, reach_view, vacuity_view
from reports.survivors import grouped, name_of
from theory.claim import Claim
from verify.evidence import Strength
from verify.record import Record


def claim_view(
    id: str, record: Record, known: Mapping[str, Claim], used_by: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Everything the page says about one claim, apart from its evidence and figures."""
    verdict = record.verdicts[id]
    claim = known.get(id)
    outcome, strength = verdict["outcome"], verdict["strength"]
    view = {
        "id": id,
        "shown_id": words.breakable(id),
        "label": label(id),
        "outcome": str(outcome),
        "strength": strength,
        "rank": int(Strength[strength]),
        "scope": SCOPES.get(verdict.get("scope", ""), ""),
        "expected": verdict.get("expected", "HOLDS"),
        "as_expected": outcome == verdict.get("expected", "HOLDS"),
        "flags": [str(flag) for flag in verdict.get("flags", ())],
        "margin": words.plain(verdict.get("margin") or ""),
        "caught": words.plain(verdict.get("could_have_caught") or ""),
        "slack": words.slack(verdict.get("slack")),
        "mutants": mutants_view(id, record, "mutants"),
        "census": mutants_view(id, record, "census"),
        "reach": reach_view(verdict),
        "vacuity": vacuity_view(verdict),
        "growth": growth_view(verdict),
        "broken": [link(lemma, record) for lemma in verdict.get("broken_lemmas", ())],
        "used_by": [link(other, record) for other in used_by.get(id, ())],
    }
    return view | metadata_view(claim, record, verdict)


def metadata_view(
    claim: Claim | None, record: Record, verdict: Mapping[str, Any]
) -> dict[str, Any]:
    """What the paper says; a claim that is registered no more is reported as such."""
    if claim is None:
        return {"registered": False, "title": [{"text": "no longer registered"}]}
    return {
        "registered": True,
        "title": words.rich(claim.title),
        "location": words.rich(claim.location),
        "direction": claim.direction.value,
        "quantifier": words.greek(claim.quantifier.value).replace(" - ", " − "),
        "mark": claim.mark.value,
        "statement": {"markup": claim.typeset()},
        "hypotheses": [need_view(hypothesis, verdict) for hypothesis in claim.hypotheses],
        "rests_on": [link(lemma, record) for lemma in claim.rests_on],
        "toothless": words.rich(claim.toothless) if claim.toothless else [],
        "discrepancy": discrepancy_view(claim),
    }


def discrepancy_view(claim: Claim) -> dict[str, Any] | None:
    """The difference to the source, as transcribed here."""
    if claim.discrepancy is None:
        return None
    return {
        "transcribed": words.rich(claim.discrepancy.transcribed),
        "witness": words.rich(claim.discrepancy.witness),
        "repair": words.rich(claim.discrepancy.repair),
    }


def mutants_view(id: str, record: Record, kind: str) -> dict[str, Any]:
    """Killed by name, survivors by reason; kind: "mutants" (by hand) or "census" (automatic)."""
    mutants = record.verdicts[id].get(kind) or {}
    killed = dict.fromkeys(
        mutant.name
        for evidence in record.of(id)
        for mutant in evidence.mutants
        if mutant.killed and mutant.automatic == (kind == "census")
    )
    return {
        "killed": mutants.get("killed", 0),
        "total": mutants.get("total", 0),
        "equal": mutants.get("equal", 0),
        "undefined": mutants.get("undefined", 0),
        "names": [name_of(name) for name in killed],
        "survivors": grouped(mutants.get("survivors", ())),
    }


def label(id: str) -> str:
    """The anchor of a claim inside the document."""
    return f"claim:{id}"


def link(id: str, record: Record) -> dict[str, Any]:
    """A reference to a claim; without a target when the report has no such claim."""
    verdict = record.verdicts.get(id)
    return {
        "id": words.breakable(id),
        "label": label(id) if verdict else None,
        "outcome": str(verdict["outcome"]) if verdict else None,
    }
