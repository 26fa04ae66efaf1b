"""What the engines share: states made of independent chunks, and the mutants' records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from verify.check import Job
from verify.evidence import Evidence, MutantRecord, Outcome, Part, Scope, Strength, conjunction

QUARANTINED = {"quarantined": True}


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

    def ordered(self) -> list[Mapping[str, Any]]:
        """Results in the order of the keys; missing and quarantined ones as QUARANTINED."""
        return [self.results.get(key, QUARANTINED) for key in self.keys]


def fold_cells(
    outcomes: Iterable[str], strength: Strength, scope: Scope, error: float = 0.0
) -> Part:
    """All cells together; each cell's outcome with the engine's strength."""
    return conjunction(Part(Outcome(outcome), strength, scope, error) for outcome in outcomes)


def mutant_records(job: Job, outcomes: Mapping[str, Iterable[str]]) -> tuple[MutantRecord, ...]:
    """A mutant is killed when any cell refutes it; survivors carry a computed reason."""
    records = []
    for name in job.variants():
        if name == "claim":
            continue
        seen = [Outcome(outcome) for outcome in outcomes.get(name, ())]
        if Outcome.REFUTED in seen:
            records.append(MutantRecord(name, Outcome.REFUTED))
        elif seen and all(outcome is Outcome.HOLDS for outcome in seen):
            reason = "true at every cell of this check: weaker than the claim or inside its slack"
            records.append(MutantRecord(name, Outcome.HOLDS, reason))
        else:
            records.append(MutantRecord(name, Outcome.UNDECIDED, "not decided within the budget"))
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
