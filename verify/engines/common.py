"""What the engines share: states made of independent chunks, and the mutants' records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from theory.claim import Form
from verify.check import Job
from verify.evidence import (
    AUTOMATIC,
    NO_DIFFERENCE,
    Evidence,
    MutantRecord,
    Outcome,
    Part,
    Scope,
    Strength,
    conjunction,
)

QUARANTINED = {"quarantined": True}
INSIDE = "true at every cell of this check: weaker than the claim or inside its slack"
BUDGET = "not decided within the budget"


@dataclass(frozen=True)
class Judged:
    """What an engine found for one variant at one cell; `reason` explains a survivor."""

    outcome: Outcome
    reason: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


class Independent:
    """State of an engine whose chunks do not depend on each other."""

    def __init__(self, job: Job, keys: Iterable[str]) -> None:
        self.job = job
        self.keys = tuple(keys)
        self.asked = False
        self.results: dict[str, Mapping[str, Any]] = {}

    def wanted(self) -> list[str]:
        """All keys, once."""
        if self.asked:
            return []
        self.asked = True
        return list(self.keys)

    def add(self, key: str, result: Mapping[str, Any]) -> None:
        """Keep the result."""
        self.results[key] = result

    def settled(self) -> bool:
        """Every chunk belongs to the claim's own verdict."""
        return False

    def ordered(self) -> list[Mapping[str, Any]]:
        """Results in the order of the keys; missing and quarantined ones as QUARANTINED."""
        return [self.results.get(key, QUARANTINED) for key in self.keys]


def fold_cells(
    outcomes: Iterable[str], strength: Strength, scope: Scope, error: float = 0.0
) -> Part:
    """All cells together; each cell's outcome with the engine's strength."""
    return conjunction(Part(Outcome(outcome), strength, scope, error) for outcome in outcomes)


def each_variant(
    job: Job, judge: Callable[[Form], Judged], *, census: bool = False
) -> dict[str, Judged]:
    """Judge the claim and each mutant; a mutant that cannot be evaluated is undecided."""
    found = {}
    for name, form in job.variants(census=census).items():
        try:
            found[name] = judge(form)
        except Exception as error:  # a wrong formula may leave every domain
            if name == "claim":
                raise
            found[name] = Judged(Outcome.UNDECIDED, f"cannot be evaluated: {type(error).__name__}")
    return found


def mutant_records(
    job: Job, outcomes: Mapping[str, Iterable[str]], reasons: Mapping[str, Iterable[str]] = {}
) -> tuple[MutantRecord, ...]:
    """A mutant is killed when any cell refutes it; survivors carry a computed reason."""
    records = []
    for name in (*job.variants(), *(key for key in outcomes if key.startswith(AUTOMATIC))):
        if name == "claim":
            continue
        seen = [Outcome(outcome) for outcome in outcomes.get(name, ())]
        words = {reason.split(" (")[0]: reason for reason in reasons.get(name, ()) if reason}
        known = sorted(words.values(), key=len)  # cells that differ in figures only speak once
        known = [why for why in known if not why.startswith(NO_DIFFERENCE)] or known
        if Outcome.REFUTED in seen:
            records.append(MutantRecord(name, Outcome.REFUTED))
        elif seen and all(outcome is Outcome.HOLDS for outcome in seen):
            records.append(MutantRecord(name, Outcome.HOLDS, "; ".join(known[:2]) or INSIDE))
        else:
            records.append(MutantRecord(name, Outcome.UNDECIDED, "; ".join(known[:2]) or BUDGET))
    return tuple(records)


def evidence(job: Job, part: Part, **fields: Any) -> Evidence:
    """An Evidence record with the job's identity filled in."""
    return Evidence(
        claim=job.claim.id,
        check=job.id,
        engine=job.check.engine_name,
        outcome=part.outcome,
        strength=part.strength,
        scope=part.scope,
        error=part.error,
        part=job.check.part,
        role=job.check.role,
        assumptions=job.check.assumptions,
        note=job.check.fails_if,
        **fields,
    )
