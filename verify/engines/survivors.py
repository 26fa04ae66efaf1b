"""Wrong versions that an exact check did not refute: a second look, and why.

Each survivor is judged at further listed cells, at extremal ones, and at the size where the
slope of its log slack says that it must fail. A cell that is not listed and refutes it, while
the claim holds there, is the cell to add: it is proposed, and the survivor stays one.

Everything here is decided by the same balls as the check itself; only the size n* is a
prediction, and is called one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from math import inf, isfinite, nextafter
from types import MappingProxyType
from typing import Any

from flint import arb

from theory.claim import Cell, Form
from theory.rigor.balls import ball
from verify.engines.common import Judged
from verify.engines.proposals import Proposal, Ranges, extreme_sizes, varied
from verify.evidence import NO_DIFFERENCE, MutantRecord, Outcome
from verify.growth import Series, affordable, all_series, growth, size_to_run, spread, written
from verify.statistics.slack import Slack

EVALUATIONS = 1200  # of survivors, at all cells together; about a millisecond each
LISTED = 12  # cells of the check that are looked at again
TIGHT = 4  # of them: those at which the claim has the least slack
TRIALS = 8  # sizes that are not listed
VARIED = 16  # cells that are not listed, in the parameters that a check lets vary
BASES = 3  # cells of the check that they are made from
UNREAL = {"not finite": "no finite real value at some cell"}
LARGEST = 1e308  # a greater slack is no double
ROUNDING = 1e-12  # slacks are rounded outwards to neighbouring doubles

Judge = Callable[[Cell, Form], Judged]


def exact_slack(left: Any, right: Any, relation: str) -> tuple[float, float] | None:
    """Claimed bound over truth, rounded outwards: above 1 where the claim holds.

    None when a side is not certainly positive or the quotient is no finite double.

    >>> low, high = exact_slack(1, 3, "<=")
    >>> low <= 3 <= high and high - low < 1e-14
    True
    """
    a, b = ball(left), ball(right)
    if relation in (">=", ">"):
        a, b = b, a
    if relation == "==" or not (a > 0 and b > 0):
        return None
    quotient: arb = b / a
    if not quotient.is_finite():
        return None
    low, high = float(quotient.lower()), float(quotient.upper())
    low, high = nextafter(low, 0.0), nextafter(high, inf)
    return (low, high) if isfinite(high) and low > 0 else None


def says_nothing(left: Any, right: Any, relation: str) -> bool:
    """Whether the side that should be the smaller is at most 0, or below any share of the other.

    >>> says_nothing(-1, 2, "<="), says_nothing(-1, 2, ">="), says_nothing(1, 10**400, "<=")
    (True, False, True)
    """
    a, b = (ball(side) for side in ((right, left) if relation in (">=", ">") else (left, right)))
    return relation != "==" and bool(b >= 0) and bool((a <= 0) | (a * LARGEST < b))


@dataclass
class Seen:
    """What was found of one survivor: its outcomes and slacks by cell."""

    outcomes: list[Outcome] = field(default_factory=list)
    slacks: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    why: str = ""
    proposed: dict[str, Any] | None = None
    predicted: str = ""
    free: int = 0  # cells at which it says nothing

    def add(self, key: str, found: Judged, claimed: Judged) -> None:
        """Keep what a cell says of it, if the claim's slack is known there to compare with."""
        if claimed.figures.get("slack") is not None:
            self.slacks[key] = found.figures.get("slack")
            self.free += bool(found.figures.get("free"))


class SecondLook:
    """Survivors of one check at more cells.

    cells: those listed at which the check applies, by index. admissible: whether a cell that is
    not listed satisfies the claim's hypotheses, as far as they say. claim: its form. tight: the
    cells by the claim's slack, the least first. vary: ranges in which more cells are made up.
    equality: whether the check compares for equality, so that a survivor agrees with the claim to
    its digits.
    """

    def __init__(
        self,
        judge: Judge,
        claim: Form,
        cells: Mapping[int, Cell],
        admissible: Callable[[Cell], bool],
        forms: Mapping[str, Form],
        tight: Sequence[int] = (),
        vary: Ranges = MappingProxyType({}),
        *,
        equality: bool = False,
    ) -> None:
        self.judge, self.claim, self.admissible = judge, claim, admissible
        self.equality = equality
        self.cells, self.forms, self.tight, self.vary = dict(cells), dict(forms), list(tight), vary
        self.seen = {name: Seen() for name in forms}
        self.alive = list(forms)
        self.claimed: dict[str, tuple[float, float] | None] = {}
        self.left = EVALUATIONS
        order = list(self.cells)
        found = all_series([self.cells[i] for i in order], range(len(order)))
        self.series = [_thinned(s.parameter, s.sizes, [order[k] for k in s.cells]) for s in found]

    def run(self) -> dict[str, MutantRecord]:
        """Listed cells, then the predicted sizes, then cells made up, while any survives."""
        again = self._again()
        for index in again:
            self._try(str(index), self.cells[index])
        for name in list(self.alive):
            self._predicted(name)
        bases = list(dict.fromkeys([*self.tight[:BASES], *again]))[:BASES]
        made_up = chain(
            islice(extreme_sizes(self.cells, self.series), TRIALS),
            islice(varied(self.cells, bases, self.vary), VARIED),
        )
        for proposal in made_up:
            if self.alive:
                self._propose(proposal, self.alive)
        return {name: self._record(name) for name in self.forms}

    def _again(self) -> list[int]:
        """The tightest cells, those of the first series, then what is most unlike them."""
        chosen = self.tight[:TIGHT]
        chosen += [i for s in self.series[:1] for i in s.cells if i not in chosen]
        seen = {entry for index in chosen for entry in _entries(self.cells[index])}
        others = [index for index in self.cells if index not in chosen]
        while others and len(chosen) < LISTED:
            new = {index: len(_entries(self.cells[index]) - seen) for index in others}
            if not any(new.values()):  # every value was seen: begin again
                seen = set()
            # of equals the last, which differs most from the first, where all were judged
            index = max(reversed(others), key=lambda i: new[i])
            chosen.append(index)
            others.remove(index)
            seen |= _entries(self.cells[index])
        return chosen

    def _try(self, key: str, cell: Cell) -> None:
        if not self.alive or self.left < len(self.alive):
            return
        claimed = self._judged(cell, self.claim)
        if claimed.outcome is not Outcome.HOLDS:
            return
        self.claimed[key] = claimed.figures.get("slack")
        self.left -= len(self.alive)
        for name in list(self.alive):
            found, seen = self._judged(cell, self.forms[name]), self.seen[name]
            seen.outcomes.append(found.outcome)
            seen.add(key, found, claimed)
            seen.why = found.reason or seen.why or UNREAL.get(found.figures.get("margin", ""), "")
            if found.outcome is Outcome.REFUTED:
                self.alive.remove(name)

    def _judged(self, cell: Cell, form: Form) -> Judged:
        try:
            return self.judge(cell, form)
        except Exception as error:  # a wrong formula, or a made-up cell, may leave every domain
            return Judged(Outcome.UNDECIDED, f"cannot be evaluated: {type(error).__name__}")

    def _predicted(self, name: str) -> None:
        """The size at which the slope of log slack sends this survivor below 1."""
        for series in self.series:
            slacks = {
                index: Slack(*ends)
                for index in series.cells
                if (ends := self.seen[name].slacks.get(str(index))) is not None
            }
            found = growth(series, slacks, certain=True)
            size = size_to_run(found.slope) if found and found.slope.high < 0 else None
            if size is None or found is None:
                continue
            where = f"{series.parameter} = {written(found.slope.failure_size)}"
            if affordable(series, size):
                self._propose(Proposal(series.cells[0], series.parameter, size), [name])
                if self.seen[name].proposed:
                    return
            self.seen[name].predicted = where

    def _propose(self, proposal: Proposal, names: Sequence[str]) -> None:
        """Judge survivors at a cell that is not listed, if the claim holds there."""
        cell = proposal.cell(self.cells)
        if self.left < len(names) or not self._admitted(cell):
            return
        claimed = self._judged(cell, self.claim)
        if claimed.outcome is not Outcome.HOLDS:
            return
        key = f"{proposal.parameter}={proposal.value}@{proposal.base}"
        self.claimed[key] = claimed.figures.get("slack")
        self.left -= len(names)
        for name in list(names):
            found, seen = self._judged(cell, self.forms[name]), self.seen[name]
            if found.outcome is Outcome.REFUTED:
                seen.proposed = proposal.told(self.cells)
                self.alive.remove(name)
            elif found.outcome is Outcome.HOLDS:  # a made-up cell may leave a wrong one's domain
                seen.outcomes.append(found.outcome)
                seen.add(key, found, claimed)

    def _admitted(self, cell: Cell) -> bool:
        try:
            return self.admissible(cell)
        except Exception:  # a made-up cell may leave the domain of a condition
            return False

    def _record(self, name: str) -> MutantRecord:
        seen = self.seen[name]
        if Outcome.REFUTED in seen.outcomes:
            return MutantRecord(name, Outcome.REFUTED)
        outcome = Outcome.UNDECIDED
        if seen.outcomes and all(found is Outcome.HOLDS for found in seen.outcomes):
            outcome = Outcome.HOLDS
        return MutantRecord(name, outcome, self._reason(seen), seen.proposed)

    def _reason(self, seen: Seen) -> str:
        """In words: where it would fail, else how it compares with the claim wherever tried."""
        if seen.proposed:
            where = ", ".join(f"{key} = {value}" for key, value in seen.proposed.items())
            return f"refuted at a cell that is not listed ({where})"
        tried = f"{len(seen.outcomes)} cells"
        if Outcome.UNDECIDED in seen.outcomes:
            held = sum(found is Outcome.HOLDS for found in seen.outcomes)
            return f"{seen.why or 'balls overlap at the largest precision'}" + (
                f" (elsewhere true, {held} cells)" if held else ""
            )
        if self.equality:
            return f"{NO_DIFFERENCE} at any cell tried ({tried})"
        factors = [
            (mutant[0] / claimed[0], claimed[0])
            for key, mutant in seen.slacks.items()
            if mutant is not None and (claimed := self.claimed[key]) is not None
        ]
        if seen.slacks and len(seen.slacks) < len(seen.outcomes):
            tried = f"{len(seen.slacks)} of {tried}"
        measured = len(factors) + seen.free == len(seen.slacks)
        if seen.free and measured and all(factor > 1 - ROUNDING for factor, _ in factors):
            return f"weaker than the claim at every cell tried (empty at {seen.free}, {tried})"
        if len(factors) < len(seen.slacks) or not factors:
            return f"true at every cell tried, where no factor measures it ({tried})"
        low, slack = min(factors)
        high = max(factor for factor, _ in factors)
        if low > 1 - ROUNDING:
            if high < 1 + ROUNDING:
                return f"{NO_DIFFERENCE} at any cell tried ({tried})"
            factor = f"by a factor {spread(low, high)}, {tried}"
            return f"weaker than the claim at every cell tried ({factor})"
        inside = f"tighter by up to {1 / low:.3g}, slack there {slack:.3g}, {tried}"
        if seen.predicted:
            return f"not refutable below a predicted size ({seen.predicted}; {inside})"
        return f"inside the slack at every cell tried ({inside})"


def _entries(cell: Cell) -> set[tuple[str, str]]:
    return {(name, str(value)) for name, value in cell.items()}


def _thinned(parameter: str, sizes: Sequence[int], cells: Sequence[int]) -> Series:
    """A series by its ends and one size between: what a slope that levels off needs."""
    kept = sorted({0, len(sizes) // 2, len(sizes) - 1})
    return Series(parameter, tuple(sizes[k] for k in kept), tuple(cells[k] for k in kept))
