"""Cover: a strict inequality proved on a whole box by interval branch and bound.

Guarantees: HOLDS means the listed sub-boxes cover the box and the gap is a positive ball on
each; REFUTED means the gap is a negative ball at an exact point. The covering is the
certificate and is kept in the record.
Assumes: the interval library and the transcription.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb

from theory.claim import Form
from theory.rigor.balls import ball, working_precision
from verify.check import Check, Job
from verify.engines.common import (
    Independent,
    Judged,
    each_variant,
    evidence,
    fold_cells,
    mutant_records,
)
from verify.evidence import CellRecord, Evidence, Outcome, Scope, Strength

Box = dict[str, tuple[Fraction, Fraction]]
KEPT_BOXES = 4000


@dataclass(frozen=True, kw_only=True)
class Cover(Check):
    """gap: from (balls by parameter, form) to a ball that is positive where the claim holds.

    box: parameter -> (low, high), exact. pieces: the box is cut into that many slabs along
    its first parameter, one chunk each. A gap that vanishes on the box's edge cannot be
    covered: shrink the box and say so in the claim's scope.
    """

    gap: Callable[[Mapping[str, arb], Form], arb]
    box: Mapping[str, tuple[object, object]]
    pieces: int = 4
    max_boxes: int = 20000
    mutant_boxes: int = 400
    bits: int = 64

    def exact_box(self) -> Box:
        """The box in fractions."""
        return {k: (Fraction(str(a)), Fraction(str(b))) for k, (a, b) in self.box.items()}


def interval(low: Fraction, high: Fraction) -> arb:
    """Smallest ball around [low, high] at the working precision.

    >>> interval(Fraction(0), Fraction(1)).contains(arb(1))
    True
    """
    return ball(low).union(ball(high))


@dataclass
class Covering:
    """Result of branch and bound: the boxes that prove, those left over, a refuting point."""

    proved: list[Box]
    left: int
    witness: dict[str, str] | None
    least: float


def branch_and_bound(
    gap: Callable[[Mapping[str, arb]], arb], box: Box, max_boxes: int, bits: int
) -> Covering:
    """Cover a box, splitting the widest side (relative to the box) first.

    Stops at the first certified counter-example, or when max_boxes were looked at.
    """
    widths = {name: high - low for name, (low, high) in box.items()}
    todo, result, looked = [box], Covering([], 0, None, float("inf")), 0
    while todo and looked < max_boxes:
        current = todo.pop()
        looked += 1
        with working_precision(bits):
            value = gap({name: interval(*ends) for name, ends in current.items()})
            if value.is_finite() and value > 0:
                result.proved.append(current)
                result.least = min(result.least, float(value.lower()))
                continue
            middle = {name: (low + high) / 2 for name, (low, high) in current.items()}
            at_middle = gap({name: ball(point) for name, point in middle.items()})
        if at_middle.is_finite() and at_middle < 0:
            result.witness = {name: str(point) for name, point in middle.items()}
            return result
        name = max(current, key=lambda side: _share(current[side], widths[side]))
        low, high = current[name]
        todo += [current | {name: (middle[name], high)}, current | {name: (low, middle[name])}]
    result.left = len(todo)
    return result


def _share(ends: tuple[Fraction, Fraction], width: Fraction) -> Fraction:
    return (ends[1] - ends[0]) / width if width else Fraction(0)


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Cover one slab for the claim; look for one refuting point for each mutant."""
    check = job.check
    assert isinstance(check, Cover)
    slab = _slab(check, int(key))
    found = each_variant(job, lambda form: _judge(check, slab, form, form is job.claim.form))
    return {
        "outcomes": {name: judged.outcome for name, judged in found.items()},
        "reasons": {name: _reason(found["claim"], judged) for name, judged in found.items()},
        "figures": found["claim"].figures,
    }


def _judge(check: Cover, slab: Box, form: Form, claimed: bool) -> Judged:
    limit = check.max_boxes if claimed else check.mutant_boxes
    found = branch_and_bound(lambda at: check.gap(at, form), slab, limit, check.bits)
    if found.witness is not None:
        return Judged(Outcome.REFUTED, "", _figures(found))
    outcome = Outcome.UNDECIDED if found.left else Outcome.HOLDS
    return Judged(outcome, "", _figures(found))


def _reason(claimed: Judged, mutant: Judged) -> str:
    """Why a mutant is not refuted on a slab: its least gap beside the claim's."""
    if mutant.reason or mutant.outcome is Outcome.REFUTED:
        return mutant.reason
    if mutant.outcome is Outcome.UNDECIDED:
        return f"not decided on the box ({mutant.figures['left']} boxes left)"
    before, after = claimed.figures["least"], mutant.figures["least"]
    words = "inside the gap" if after < before else "weaker than the claim"
    return f"{words} on the whole box (least gap {after:.2g}, the claim's {before:.2g})"


def _slab(check: Cover, index: int) -> Box:
    box = check.exact_box()
    first = next(iter(box))
    low, high = box[first]
    step = (high - low) / check.pieces
    return box | {first: (low + index * step, low + (index + 1) * step)}


def _figures(found: Covering) -> dict[str, Any]:
    kept = found.proved[:KEPT_BOXES] if len(found.proved) <= KEPT_BOXES else []
    return {
        "boxes": len(found.proved),
        "left": found.left,
        "least": found.least,
        "witness": found.witness,
        "parameters": list(found.proved[0]) if found.proved else [],
        "covering": [[[float(a), float(b)] for a, b in box.values()] for box in kept],
    }


class State(Independent):
    """One chunk a slab."""

    def __init__(self, job: Job) -> None:
        assert isinstance(job.check, Cover)
        super().__init__(job, map(str, range(job.check.pieces)))

    def evidence(self) -> Evidence:
        """Fold the slabs."""
        check = self.job.check
        assert isinstance(check, Cover)
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        reasons: dict[str, list[str]] = {}
        cells = []
        for key, result in zip(self.keys, self.ordered(), strict=True):
            for name, found in outcomes.items():
                found.append(result.get("outcomes", {}).get(name, Outcome.UNDECIDED))
            for name, reason in result.get("reasons", {}).items():
                reasons.setdefault(name, []).append(reason)
            slab = {name: [str(a), str(b)] for name, (a, b) in _slab(check, int(key)).items()}
            outcome = Outcome(outcomes["claim"][-1])
            cells.append(CellRecord(slab, outcome, result.get("figures", {})))
        part = fold_cells(outcomes["claim"], Strength.CERTIFIED, Scope.BOX)
        if part.outcome is Outcome.REFUTED:  # one point suffices, and is all that is known
            part = replace(part, scope=Scope.CELLS)
        boxes = sum(record.figures.get("boxes", 0) for record in cells)
        least = min((record.figures.get("least", float("inf")) for record in cells), default=0.0)
        return evidence(
            self.job,
            part,
            margin=f"gap at least {least:.2g} on {boxes} boxes",
            could_have_caught=f"any violation on the box; the gap exceeds {least:.2g} everywhere",
            cells=tuple(cells),
            mutants=mutant_records(self.job, outcomes, reasons),
        )
