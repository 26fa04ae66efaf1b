"""Search: an adversary looks for a counter-example of a deterministic inequality.

Guarantees: REFUTED only with a certificate (balls at an exact candidate); a violation seen
in floating point is a candidate and nothing more.
Assumes: nothing for REFUTED; SEARCHED means only that this budget found nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.claim import Form
from theory.rigor.balls import working_precision
from verify.check import Check, Job
from verify.engines.common import Independent, evidence, fold_cells, mutant_records
from verify.engines.enclose import Side, decide
from verify.evidence import CellRecord, Evidence, Outcome, Scope, Strength
from verify.statistics.streams import stream


@dataclass(frozen=True, kw_only=True)
class Search(Check):
    """propose: from an rng to an exact candidate (JSON-able: strings, integers, lists).

    ratio: from (candidate, form) to claimed bound's usage in floats, above 1 when violated.
    certify: from (candidate, form) to (left, right) of the claim `left <= right` in balls.
    batches: independent chunks; tries: candidates a chunk.
    """

    propose: Callable[[np.random.Generator], Any]
    ratio: Callable[[Any, Form], float]
    certify: Callable[[Any, Form], tuple[Side, Side]]
    batches: int = 4
    tries: int = 200
    bits: int = 256


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Try one batch of candidates on the claim and its mutants."""
    check = job.check
    assert isinstance(check, Search)
    rng = stream(seed, job.claim.id, "search", int(key))
    candidates = [check.propose(rng) for _ in range(check.tries)]
    found = {}
    for name, form in job.variants().items():
        ratios = [check.ratio(candidate, form) for candidate in candidates]
        known = [ratio if not math.isnan(ratio) else -math.inf for ratio in ratios]
        order = sorted(range(len(known)), key=known.__getitem__, reverse=True)
        outcome, witness = Outcome.HOLDS, None
        for i in order[:3]:
            if known[i] <= 1:
                break
            outcome = Outcome.UNDECIDED  # a float violation alone decides nothing
            with working_precision(check.bits):
                left, right = check.certify(candidates[i], form)
                decided, _ = decide(left, right, "<=", 0)
            if decided is Outcome.REFUTED:
                outcome, witness = decided, candidates[i]
                break
        if any(math.isnan(ratio) for ratio in ratios) and outcome is Outcome.HOLDS:
            outcome = Outcome.UNDECIDED
        best = known[order[0]]
        found[name] = {"outcome": outcome, "best": best, "witness": witness}
    return {"found": found}


class State(Independent):
    """One chunk a batch."""

    def __init__(self, job: Job) -> None:
        assert isinstance(job.check, Search)
        super().__init__(job, map(str, range(job.check.batches)))

    def evidence(self) -> Evidence:
        """The best ratio reached and the first certified counter-example."""
        check = self.job.check
        assert isinstance(check, Search)
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        best, witness = -math.inf, None
        for result in self.ordered():
            for name, seen in outcomes.items():
                found = result.get("found", {}).get(name, {})
                seen.append(found.get("outcome", Outcome.UNDECIDED))
                if name == "claim":
                    best = max(best, found.get("best", -math.inf))
                    witness = witness or found.get("witness")
        refuted = Outcome.REFUTED in outcomes["claim"]
        strength = Strength.CERTIFIED if refuted else Strength.SEARCHED
        part = fold_cells(outcomes["claim"], strength, Scope.CELLS)
        tried = check.batches * check.tries
        return evidence(
            self.job,
            part,
            margin=f"best ratio {best:.4g} in {tried} candidates",
            could_have_caught=f"a constant tighter by {best:.4g}" if best > 0 else "",
            slack=(1.0, 1 / best) if 0 < best <= 1 else None,
            cells=(CellRecord({"tries": tried}, part.outcome, {"best": best, "witness": witness}),),
            mutants=mutant_records(self.job, outcomes),
        )
