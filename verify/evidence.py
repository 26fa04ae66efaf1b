"""What engines return, and how it combines.

Guarantees: nothing that is not a certain HOLDS or REFUTED is ever counted as either; a
weaker kind of evidence never upgrades a stronger one; a refuted lemma breaks the proof that
uses it, never the theorem.
Assumes: each engine's own statement of what its outcome means (see `Strength`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

NO_DIFFERENCE = "no difference"  # starts reasons of a check that does not see a mutant at all
AUTOMATIC = "automatic: "  # starts the names of mutants made by rewriting a formula


class Outcome(StrEnum):
    """What a check found. NaN, skip, time-out and a wide ball are UNDECIDED."""

    HOLDS = "HOLDS"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Strength(IntEnum):
    """How a thing is known, from weakest to strongest."""

    UNTESTED = 0
    SEARCHED = 1
    NUMERIC = 2
    STATISTICAL = 3
    CERTIFIED = 4
    PROVED = 5

    @property
    def meaning(self) -> str:
        """What it may say."""
        return _MEANING[self]


_MEANING = {
    Strength.UNTESTED: "not tested",
    Strength.SEARCHED: "no counter-example within the stated budget; no error control",
    Strength.NUMERIC: "agreement within a derived allowance in floating point; no enclosure",
    Strength.STATISTICAL: "simulation at the listed cells, both error rates declared",
    Strength.CERTIFIED: "decided by ball arithmetic or exact rationals at the listed inputs "
    "or on the stated box; trusts the interval library and the transcription",
    Strength.PROVED: "the derivation re-done symbolically for all parameters; trusts the "
    "computer algebra system and the transcription",
}


class Scope(IntEnum):
    """Where it is known."""

    NONE = 0
    CELLS = 1
    BOX = 2
    ALL = 3


class Flag(StrEnum):
    """What a reader must see beside an outcome."""

    TRIVIAL = "TRIVIAL"  # the bound is no better than what holds for free
    TOOTHLESS = "TOOTHLESS"  # no mutant was killed
    CONFLICT = "CONFLICT"  # evidence of different kinds disagrees
    INCOMPLETE = "INCOMPLETE"  # a check stayed undecided beside one that decided
    PROOF_BROKEN = "PROOF_BROKEN"  # a lemma it rests on is refuted


@dataclass(frozen=True)
class Part:
    """One piece of evidence reduced to what combination needs."""

    outcome: Outcome
    strength: Strength
    scope: Scope
    error: float = 0.0


@dataclass(frozen=True)
class CellRecord:
    """One cell of a check: its parameters, its outcome and the figures behind it."""

    cell: Mapping[str, Any]
    outcome: Outcome
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MutantRecord:
    """What became of a wrong version: REFUTED is a kill, anything else carries a reason.

    proposed: the parameters of a cell that is not listed and is seen or predicted to refute it.
    """

    name: str
    outcome: Outcome
    reason: str = ""
    proposed: Mapping[str, Any] | None = None

    @property
    def killed(self) -> bool:
        """Whether the check told it from the claim."""
        return self.outcome is Outcome.REFUTED

    @property
    def automatic(self) -> bool:
        """Whether it was made by rewriting the formula, not written by hand."""
        return self.name.startswith(AUTOMATIC)


@dataclass(frozen=True)
class Evidence:
    """The frozen record an engine returns for one check.

    margin: how far the claim was from failing. could_have_caught: the smallest violation
    that would have been refuted. slack: interval [low, high] of the factor by which the
    bound could be tightened. growth: how the slack changes along cells that differ in one
    parameter. error: probability that the outcome is a false HOLDS.
    """

    claim: str
    check: str
    engine: str
    outcome: Outcome
    strength: Strength
    scope: Scope
    part: str = ""
    role: str = "direct"
    error: float = 0.0
    margin: str = ""
    could_have_caught: str = ""
    slack: tuple[float, float] | None = None
    trivial: bool = False
    growth: tuple[Mapping[str, Any], ...] = ()
    cells: tuple[CellRecord, ...] = ()
    mutants: tuple[MutantRecord, ...] = ()
    assumptions: tuple[str, ...] = ()
    note: str = ""

    def as_part(self) -> Part:
        """Reduce to what combination needs."""
        return Part(self.outcome, self.strength, self.scope, self.error)

    def as_json(self) -> dict[str, Any]:
        """Plain data for ledgers and reports; strengths and scopes by name."""
        record = asdict(self)
        record["strength"], record["scope"] = self.strength.name, self.scope.name
        return record

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Evidence:
        """Inverse of `as_json`."""
        data = dict(record)
        data["outcome"] = Outcome(data["outcome"])
        data["strength"] = Strength[data["strength"]]
        data["scope"] = Scope[data["scope"]]
        data["slack"] = tuple(data["slack"]) if data["slack"] else None
        data["cells"] = tuple(
            CellRecord(c["cell"], Outcome(c["outcome"]), c["figures"]) for c in data["cells"]
        )
        data["mutants"] = tuple(
            MutantRecord(m["name"], Outcome(m["outcome"]), m["reason"], m.get("proposed"))
            for m in data["mutants"]
        )
        data["growth"] = tuple(data.get("growth", ()))
        data["assumptions"] = tuple(data["assumptions"])
        return Evidence(**data)


UNTESTED = Part(Outcome.UNDECIDED, Strength.UNTESTED, Scope.NONE)


def conjunction(parts: Iterable[Part]) -> Part:
    """All of them together.

    Any refutation refutes, the strongest speaking; all HOLDS hold with the weakest strength,
    the smallest scope and the sum of the errors; anything else is undecided.

    >>> proved = Part(Outcome.HOLDS, Strength.PROVED, Scope.ALL)
    >>> seen = Part(Outcome.HOLDS, Strength.STATISTICAL, Scope.CELLS, 1e-5)
    >>> conjunction([proved, seen]).strength.name
    'STATISTICAL'
    >>> conjunction([proved, UNTESTED]).outcome.value
    'UNDECIDED'
    """
    parts = [part for part in parts if part.outcome is not Outcome.NOT_APPLICABLE]
    if not parts:
        return UNTESTED
    refuted = [part for part in parts if part.outcome is Outcome.REFUTED]
    if refuted:
        return max(refuted, key=lambda part: (part.strength, part.scope))
    strength, scope = min(p.strength for p in parts), min(p.scope for p in parts)
    holds = all(part.outcome is Outcome.HOLDS for part in parts)
    outcome = Outcome.HOLDS if holds else Outcome.UNDECIDED
    return Part(outcome, strength, scope, sum(part.error for part in parts) if holds else 0.0)


def best(parts: Sequence[Part]) -> Part:
    """The evidence that speaks when several kinds address the same statement.

    A refutation always speaks; else the strongest HOLDS; else undecided.
    """
    refuted = [part for part in parts if part.outcome is Outcome.REFUTED]
    if refuted:
        return max(refuted, key=lambda part: (part.strength, part.scope))
    holding = [part for part in parts if part.outcome is Outcome.HOLDS]
    if holding:
        return max(holding, key=lambda part: (part.strength, part.scope, -part.error))
    return max(parts, key=lambda part: part.strength) if parts else UNTESTED


def finite(data: Any) -> Any:
    """Plain data with null for every NaN and infinity, which JSON does not have."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {str(key): finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return data
