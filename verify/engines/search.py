"""Search: an adversary looks for a counter-example of a deterministic inequality.

A batch proposes candidates, climbs from the best of them (if the check says in which
coordinates), shrinks what violates in floating point and asks balls for a certificate. It
climbs from violations too: the larger a violation, the simpler the rationals that keep it.

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
from theory.rigor.balls import ball, working_precision
from verify.adversary.cma import maximise
from verify.check import Check, Job
from verify.engines.common import Independent, evidence, fold_cells, mutant_records
from verify.engines.enclose import Side, decide
from verify.evidence import (
    AUTOMATIC,
    NO_DIFFERENCE,
    CellRecord,
    Evidence,
    Outcome,
    Scope,
    Strength,
)
from verify.statistics.streams import stream

Coordinates = Callable[[Any], tuple[np.ndarray, Callable[[np.ndarray], Any]]]
Scored = tuple[float, Any]  # a ratio and its candidate
CERTIFICATES = 20  # violations of one batch that are brought to the balls
NEGATIVE = 3  # and candidates with a negative quotient


@dataclass(frozen=True, kw_only=True)
class Search(Check):
    """propose: from an rng to an exact candidate (JSON-able: strings, integers, lists).

    certify: from (candidate, form) to (left, right) of the claim `left <= right` in balls.
    ratio: from (candidate, form) to claimed bound's usage in floats, above 1 when violated; by
    default the quotient of the midpoints of both sides.
    batches: independent chunks; tries: candidates a chunk.
    coordinates: from a candidate to its vector and the way back; with them the best `starts`
    candidates are improved by `evaluations` steps of a CMA-ES each.
    shrink: from (candidate, predicate) to a simpler candidate with the predicate.
    """

    propose: Callable[[np.random.Generator], Any]
    certify: Callable[[Any, Form], tuple[Side, Side]]
    ratio: Callable[[Any, Form], float] | None = None
    batches: int = 4
    tries: int = 200
    coordinates: Coordinates | None = None
    starts: int = 2
    evaluations: int = 300
    shrink: Callable[[Any, Callable[[Any], bool]], Any] | None = None
    start_bits: int = 64
    bits: int = 256

    def used(self, candidate: Any, form: Form) -> float:
        """How much of the bound a candidate uses, in floating point; NaN where undefined."""
        if self.ratio is not None:
            return float(self.ratio(candidate, form))
        with working_precision(self.start_bits):
            left, right = map(ball, self.certify(candidate, form))
            return float((left / right).mid())


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Try one batch of candidates on the claim and its mutants."""
    check = job.check
    assert isinstance(check, Search)
    rng = stream(seed, job.claim.id, "search", int(key))
    candidates = [check.propose(rng) for _ in range(check.tries)]
    found = {}
    # One batch is enough to kill: the automatic mutants are tried there, without the climber.
    for name, form in job.variants(census=key == "0").items():
        climber = None if name.startswith(AUTOMATIC) else stream(seed, job.claim.id, "climb", key)
        try:
            found[name] = attack(check, form, candidates, climber)
        except Exception as error:  # a wrong formula may leave every domain
            if name == "claim":
                raise
            why = f"cannot be evaluated: {type(error).__name__}"
            found[name] = {"outcome": Outcome.UNDECIDED, "reason": why}
    return {"found": found}


def attack(
    check: Search, form: Form, candidates: list[Any], climber: np.random.Generator | None
) -> dict[str, Any]:
    """Judge one variant on one batch; climber: randomness of the local optimiser, if wanted."""
    scored = [(check.used(candidate, form), candidate) for candidate in candidates]
    known = _ranked(scored)
    undefined = len(known) < len(scored)
    if climber is not None and check.coordinates is not None:
        known = _ranked(known + [_climb(check, form, c, climber) for _, c in known[: check.starts]])
    violations = [candidate for ratio, candidate in known if ratio > 1]
    negative = [candidate for ratio, candidate in known if ratio < 0][:NEGATIVE]
    outcome = Outcome.UNDECIDED if undefined or not known else Outcome.HOLDS
    result = {"best": known[0][0] if known else -math.inf, "candidates": len(violations)}
    # A negative quotient says that one side is negative, not which: the balls know.
    for candidate in violations[:CERTIFICATES] + negative:
        decided, proof = _prove(check, form, candidate)
        if decided is Outcome.REFUTED:
            return result | {"outcome": decided, **proof}
        if decided is Outcome.UNDECIDED:
            outcome = Outcome.UNDECIDED  # a float violation alone decides nothing
    if len(violations) > CERTIFICATES:
        outcome = Outcome.UNDECIDED
    return result | {"outcome": outcome, "witness": None}


def _ranked(scored: list[Scored]) -> list[Scored]:
    """Largest ratio first, undefined ones left out."""
    known = [item for item in scored if not math.isnan(item[0])]
    return sorted(known, key=lambda item: item[0], reverse=True)


def _climb(check: Search, form: Form, candidate: Any, rng: np.random.Generator) -> Scored:
    assert check.coordinates is not None
    start, rebuild = check.coordinates(candidate)
    best, ratio = maximise(
        lambda x: check.used(rebuild(x), form),
        start,
        rng=rng,
        evaluations=check.evaluations,
    )
    return ratio, rebuild(best)


def _prove(check: Search, form: Form, candidate: Any) -> tuple[Outcome, dict[str, Any]]:
    """Balls decide a float violation, first in its simplest version, at rising precision."""
    versions = [candidate]
    if check.shrink is not None:
        simpler = check.shrink(candidate, lambda other: check.used(other, form) > 1)
        versions.insert(0, simpler)
    decided = Outcome.UNDECIDED
    for version in versions:
        bits = check.start_bits
        while True:
            with working_precision(bits):
                left, right = check.certify(version, form)
                decided, margin = decide(left, right, "<=", 0)
                sides = {"left": ball(left).str(12), "right": ball(right).str(12)}
            if decided is not Outcome.UNDECIDED or bits >= check.bits:
                break
            bits *= 2
        if decided is Outcome.REFUTED:
            return decided, {"witness": version, "proof": sides | {"margin": margin, "bits": bits}}
    return decided, {}


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
        reasons: dict[str, list[str]] = {}
        claimed = []
        for result in self.ordered():
            found = result.get("found", {})
            claimed.append(found.get("claim", {}))
            for name in {**outcomes, **found}:
                seen = found.get(name)
                if seen or not name.startswith(AUTOMATIC):  # those are not in every batch
                    outcome = seen["outcome"] if seen else Outcome.UNDECIDED
                    outcomes.setdefault(name, []).append(outcome)
                    reasons.setdefault(name, []).append(_reason(found.get("claim"), seen))
        refuted = Outcome.REFUTED in outcomes["claim"]
        strength = Strength.CERTIFIED if refuted else Strength.SEARCHED
        part = fold_cells(outcomes["claim"], strength, Scope.CELLS)
        best = max((found.get("best", -math.inf) for found in claimed), default=-math.inf)
        proved: dict[str, Any] = next((found for found in claimed if found.get("witness")), {})
        tried = check.batches * check.tries
        figures = {"best": best, "witness": proved.get("witness"), "proof": proved.get("proof")}
        return evidence(
            self.job,
            part,
            margin=f"best ratio {best:.4g} in {tried} candidates",
            could_have_caught=f"a constant tighter by {best:.4g}" if best > 0 else "",
            slack=(1.0, 1 / best) if 0 < best <= 1 else None,
            cells=(CellRecord({"tries": tried}, part.outcome, figures),),
            mutants=mutant_records(self.job, outcomes, reasons),
        )


def _reason(claimed: dict[str, Any] | None, seen: dict[str, Any] | None) -> str:
    """Why a variant survived a batch: its best ratio beside the claim's on the same candidates."""
    if seen is None or claimed is None:
        return ""
    if "reason" in seen:
        return str(seen["reason"])
    if seen["outcome"] != Outcome.HOLDS:
        return "a candidate in floating point that balls do not decide"
    best = f"best ratio {seen['best']:.3g}, the claim's {claimed['best']:.3g}"
    if seen["best"] == claimed["best"]:
        return f"{NO_DIFFERENCE} on the worst candidate ({best})"
    words = "weaker than the claim" if seen["best"] < claimed["best"] else "inside the slack"
    return f"{words} on the worst candidates ({best})"
