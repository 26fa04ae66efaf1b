"""A verdict: the fold of a claim's evidence over its proof graph.

Direct evidence is what checks say of the statement itself; evidence through the proof is the
conjunction of "the lemmas imply it" (checks with role "step") and of what is known of the
lemmas. A refuted lemma breaks the proof, never the theorem. Evidence about the statement
without one of its hypotheses (role "without NAME") is kept beside it and never touches it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from theory.claim import Claim
from theory.mutate import form_mutations
from verify.ablation import ablation, about_hypotheses
from verify.equivalents import EQUAL, UNDEFINED, no_mutant
from verify.evidence import (
    AUTOMATIC,
    NO_DIFFERENCE,
    UNTESTED,
    Evidence,
    Flag,
    MutantRecord,
    Outcome,
    Part,
    Scope,
    Strength,
    best,
    conjunction,
)
from verify.reach import reach
from verify.vacuity import frontiers
from verify.weaker import with_proof


@dataclass(frozen=True)
class Verdict:
    """What is known of one claim, with the evidence behind it."""

    claim: Claim
    status: Part
    direct: Part
    via: Part
    flags: tuple[Flag, ...]
    evidence: tuple[Evidence, ...]
    mutants: tuple[MutantRecord, ...]
    broken_lemmas: tuple[str, ...] = ()
    ablations: tuple[Evidence, ...] = ()

    @property
    def as_expected(self) -> bool:
        """Whether the outcome is the one the claim declares."""
        return self.status.outcome == self.claim.expected

    @property
    def speaking(self) -> Evidence | None:
        """The piece of direct evidence that decided, else the strongest there is."""
        same = [e for e in self.evidence if e.outcome is self.status.outcome]
        pool = [e for e in same if e.strength is self.status.strength] or same or self.evidence
        return pool[0] if pool else None

    @property
    def slack(self) -> tuple[float, float] | None:
        """Smallest and largest factor by which the bound is loose, over its evidence."""
        found = [e.slack for e in self.evidence if e.slack]
        return (min(s[0] for s in found), max(s[1] for s in found)) if found else None

    @property
    def growth(self) -> list[dict[str, Any]]:
        """How the slack changes along cells that differ in one parameter, check by check."""
        return [dict(found) for e in self.evidence for found in e.growth]

    @cached_property
    def reach(self) -> dict[str, Any] | None:
        """What the hypotheses ask for, beside where the conclusion was seen to hold."""
        return reach(self.claim, (*self.evidence, *self.ablations))

    @cached_property
    def vacuity(self) -> dict[str, Any] | None:
        """Where the bound says more than what holds for free, parameter by parameter."""
        return frontiers(self.claim.id)

    def as_json(self) -> dict[str, Any]:
        """One record of `run --json` (its seconds are added by the runner)."""
        speaking = self.speaking
        return {
            "claim": self.claim.id,
            "paper": self.claim.paper,
            "expected": self.claim.expected,
            "outcome": self.status.outcome,
            "strength": self.status.strength.name,
            "scope": self.status.scope.name,
            "flags": list(self.flags),
            "margin": speaking.margin if speaking else "",
            "could_have_caught": speaking.could_have_caught if speaking else "",
            "mutants": _counts([m for m in self.mutants if not m.automatic]),
            "census": _counts([m for m in self.mutants if m.automatic]),
            "slack": list(self.slack) if self.slack else None,
            "growth": self.growth,
            "hypotheses": ablation(self.claim, self.ablations),
            "reach": self.reach,
            "vacuity": self.vacuity,
        }


def _counts(mutants: list[MutantRecord]) -> dict[str, Any]:
    """Killed of all that are wrong versions; beside them what is none, and the survivors."""
    none = {why: sum(m.reason == why for m in mutants) for why in (EQUAL, UNDEFINED)}
    survivors = [
        {"name": m.name, "reason": m.reason}
        | ({"proposed": dict(m.proposed)} if m.proposed else {})
        for m in mutants
        if not m.killed and m.reason not in none
    ]
    killed = sum(m.killed for m in mutants)
    return {
        "killed": killed, "total": killed + len(survivors), "survivors": survivors,
        "equal": none[EQUAL], "undefined": none[UNDEFINED],
    }  # fmt: skip


def fold(claims: Iterable[Claim], evidence: Iterable[Evidence]) -> dict[str, Verdict]:
    """Verdicts of all given claims, lemmas before what rests on them."""
    by_id = {claim.id: claim for claim in claims}
    by_claim: dict[str, list[Evidence]] = {id: [] for id in by_id}
    for record in evidence:
        if record.claim in by_claim:
            by_claim[record.claim].append(record)
    verdicts: dict[str, Verdict] = {}

    def visit(id: str, path: tuple[str, ...]) -> None:
        if id in path:
            raise ValueError(f"the proof graph has a cycle: {' -> '.join((*path, id))}")
        if id in verdicts or id not in by_id:
            return
        for lemma in by_id[id].rests_on:
            visit(lemma, (*path, id))
        verdicts[id] = _verdict(by_id[id], tuple(by_claim[id]), verdicts)

    for id in by_id:
        visit(id, ())
    return {id: verdicts[id] for id in by_id}


def _grouped(evidence: Iterable[Evidence], role: str) -> Part:
    """Best evidence of each part, all parts together."""
    groups: dict[str, list[Part]] = {}
    for record in evidence:
        if record.role == role:
            groups.setdefault(record.part, []).append(record.as_part())
    applicable = [
        group for group in groups.values() if any(p.outcome != "NOT_APPLICABLE" for p in group)
    ]
    if groups and not applicable:
        return Part(Outcome.NOT_APPLICABLE, Strength.UNTESTED, Scope.NONE)
    return conjunction(best(group) for group in applicable)


def _verdict(claim: Claim, records: tuple[Evidence, ...], known: Mapping[str, Verdict]) -> Verdict:
    evidence = tuple(record for record in records if not about_hypotheses(record))
    ablations = tuple(record for record in records if about_hypotheses(record))
    direct = _grouped(evidence, "direct")
    lemmas = {id: known[id] for id in claim.rests_on if id in known}
    step = _grouped(evidence, "step")
    via = conjunction([step, *(lemma.status for lemma in lemmas.values())])
    if via.outcome is Outcome.REFUTED or step is UNTESTED:
        via = UNTESTED  # a broken proof says nothing about the statement
    broken = tuple(id for id, v in lemmas.items() if v.status.outcome is Outcome.REFUTED)
    if direct.outcome is Outcome.NOT_APPLICABLE and via.outcome is not Outcome.HOLDS:
        status = direct
    else:
        status = direct if direct.outcome is Outcome.REFUTED else best([direct, via])
    mutants = _mutants(claim, evidence)
    flags = []
    if any(record.trivial for record in evidence):
        flags.append(Flag.TRIVIAL)
    if status.outcome is Outcome.HOLDS and not any(mutant.killed for mutant in mutants):
        flags.append(Flag.TOOTHLESS)
    if _conflicting(evidence) or (direct.outcome is Outcome.REFUTED and via.outcome == "HOLDS"):
        flags.append(Flag.CONFLICT)
    undecided = any(record.outcome is Outcome.UNDECIDED for record in evidence)
    if status.outcome is not Outcome.UNDECIDED and undecided:
        flags.append(Flag.INCOMPLETE)
    if broken:
        flags.append(Flag.PROOF_BROKEN)
    return Verdict(claim, status, direct, via, tuple(flags), evidence, mutants, broken, ablations)


def _conflicting(evidence: tuple[Evidence, ...]) -> bool:
    seen: dict[tuple[str, str], set[Outcome]] = {}
    for record in evidence:
        seen.setdefault((record.role, record.part), set()).add(record.outcome)
    return any({Outcome.HOLDS, Outcome.REFUTED} <= outcomes for outcomes in seen.values())


def _mutants(claim: Claim, evidence: tuple[Evidence, ...]) -> tuple[MutantRecord, ...]:
    """Each mutant once: killed if any check kills it, else what says most of a survivor.

    What is equal to the claim, or has no value, says so.
    """
    merged: dict[str, MutantRecord] = {}
    for record in sorted(evidence, key=lambda record: -record.strength):  # of equals the strongest
        for mutant in record.mutants:
            known = merged.get(mutant.name)
            if known is None or _telling(mutant) > _telling(known):
                merged[mutant.name] = mutant
    declared = {mutant.name: mutant for mutant in claim.mutants}
    forms: dict[str, Any] = {name: mutant.form for name, mutant in declared.items()}
    if any(not mutant.killed for mutant in merged.values()):
        forms |= {AUTOMATIC + name: form for name, form in form_mutations(claim.form)}
    found = []
    for mutant in merged.values():
        if not mutant.killed:
            expected = declared[mutant.name].expect if mutant.name in declared else "killed"
            why = no_mutant(claim.form, forms.get(mutant.name))
            computed = expected == "killed" or "(" in mutant.reason
            why = why or (mutant.reason if computed else expected)
            mutant = replace(mutant, reason=with_proof(claim, forms.get(mutant.name), why))
        found.append(mutant)
    return tuple(found)


def _telling(mutant: MutantRecord) -> tuple[bool, bool, bool, bool, bool, int]:
    """How much a record says: a kill, a cell, a difference, figures, a decision, many cells."""
    cells = re.search(r"(\d+) cells", mutant.reason)
    return (
        mutant.killed,
        mutant.proposed is not None,
        not mutant.reason.startswith(NO_DIFFERENCE),  # that check does not read what was changed
        "(" in mutant.reason,
        mutant.outcome is Outcome.HOLDS,
        int(cells[1]) if cells else 0,
    )
