"""Enclose: both sides of a statement as balls, at exact inputs.

Guarantees: HOLDS and REFUTED are decided by disjoint or ordered balls (or exact fractions);
an equality counts only when both balls overlap and are narrower than the digits declared.
Assumes: the interval library and the transcription.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from verify.evidence import AUTOMATIC, CellRecord, Evidence, Outcome, Scope, Strength

Side = arb | Fraction | int
RELATIONS = ("<=", "<", ">=", ">", "==")


@dataclass(frozen=True, kw_only=True)
class Enclose(Check):
    """sides: from (cell, form) to (left, right) at the working precision.

    cells: exact parameters. relation: one of RELATIONS. digits: for "==", how many decimal
    digits both balls must share, relative to the larger side (absolute when both are tiny).
    applies: the cells at which the theorem's hypotheses hold (others are NOT_APPLICABLE).
    free: the value that holds for free at a cell; a bound no better is flagged TRIVIAL.
    picture: from a cell to plain data that a figure of the report draws; no part of the verdict.
    """

    sides: Callable[[Mapping[str, Any], Form], tuple[Side, Side]]
    cells: tuple[Mapping[str, Any], ...]
    relation: str = "<="
    digits: int = 20
    start_bits: int = 64
    max_bits: int = 1024
    applies: Callable[[Mapping[str, Any]], bool] | None = None
    free: Callable[[Mapping[str, Any]], Side] | None = None
    picture: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(f"relation {self.relation!r} is not one of {RELATIONS}")


def decide(left: Side, right: Side, relation: str, digits: int) -> tuple[Outcome, str]:
    """Compare two enclosures; returns the outcome and the margin in words.

    >>> decide(Fraction(1), Fraction(1), "<=", 20)[0].value
    'HOLDS'
    >>> with working_precision(100):
    ...     decide(arb(2).sqrt() ** 2, arb(2), "==", 20)
    (<Outcome.HOLDS: 'HOLDS'>, 'equal to 29 digits')
    """
    if relation in (">=", ">"):
        return decide(right, left, "<=" if relation == ">=" else "<", digits)
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        holds = {"==": left == right, "<=": left <= right, "<": left < right}[relation]
        margin = "exact" if relation == "==" else relative_gap(ball(left), ball(right))
        return (Outcome.HOLDS if holds else Outcome.REFUTED), margin
    a, b = ball(left), ball(right)
    if not (a.is_finite() and b.is_finite()):
        return Outcome.UNDECIDED, "not finite"
    if relation == "==":
        return _equality(a, b, digits)
    if (a <= b) if relation == "<=" else (a < b):
        return Outcome.HOLDS, relative_gap(a, b)
    if (a > b) if relation == "<=" else (a >= b):
        return Outcome.REFUTED, relative_gap(a, b)
    return Outcome.UNDECIDED, "balls overlap"


def _equality(a: arb, b: arb, digits: int) -> tuple[Outcome, str]:
    if not a.overlaps(b):
        return Outcome.REFUTED, relative_gap(a, b)
    width = (a.rad() + b.rad()).abs_upper()
    scale = abs(a).max(abs(b)).abs_upper().max(arb(10) ** (-digits))
    if width == 0:
        return Outcome.HOLDS, "equal exactly"
    shared = int(float((-(width / scale).log() / arb(10).log()).lower()))
    outcome = Outcome.HOLDS if shared >= digits else Outcome.UNDECIDED
    return outcome, f"equal to {shared} digits"


def relative_gap(a: arb, b: arb) -> str:
    """(b - a) / max(|a|, |b|) to two digits, as printed with a verdict."""
    scale = abs(a).max(abs(b))
    if not scale > 0:
        return "0"
    return ((b - a) / scale).mid().str(2, radius=False)


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Decide all variants at one cell, raising the precision until decided."""
    check = job.check
    assert isinstance(check, Enclose)
    cell = check.cells[int(key)]
    if check.applies is not None and not check.applies(cell):
        return {"outcomes": {}, "not_applicable": True}
    # One cell is enough to kill: the quick profile takes the automatic mutants there only.
    first = next(i for i, c in enumerate(check.cells) if check.applies is None or check.applies(c))
    census = int(key) == first or job.profile == "full"
    found = each_variant(job, lambda form: _judge(check, cell, form), census=census)
    claimed = found["claim"]
    return {
        "outcomes": {name: judged.outcome for name, judged in found.items()},
        "reasons": {name: _reason(check, claimed, judged) for name, judged in found.items()},
        "figures": {**claimed.figures, **(check.picture(cell) if check.picture else {})},
    }


def _judge(check: Enclose, cell: Mapping[str, Any], form: Form) -> Judged:
    bits = check.start_bits
    while True:
        with working_precision(bits):
            left, right = check.sides(cell, form)
            outcome, margin = decide(left, right, check.relation, check.digits)
            figures = {"left": _shown(left), "right": _shown(right), "margin": margin, "bits": bits}
            if check.free is not None:
                bound = right if check.relation in ("<=", "<") else left
                figures["trivial"] = bool(ball(bound) >= ball(check.free(cell)))
        if outcome is not Outcome.UNDECIDED or bits >= check.max_bits:
            return Judged(outcome, "", figures)
        bits *= 2


def _reason(check: Enclose, claimed: Judged, mutant: Judged) -> str:
    """Why a mutant is not refuted at this cell, from how far it moved the two sides."""
    if mutant.reason or mutant.outcome is Outcome.REFUTED or not mutant.figures:
        return mutant.reason
    if mutant.outcome is Outcome.UNDECIDED:
        return "balls overlap at the largest precision"
    before, after = _ratio(check, claimed.figures), _ratio(check, mutant.figures)
    if before is None or after is None or check.relation == "==":
        return "no difference at this cell" if before == after else ""
    if after == before:
        return "no difference at this cell"
    if after > before:
        return f"weaker than the claim (by a factor {after / before:.2g})"
    return f"inside the slack (tighter by {before / after:.2g}, slack {before:.2g})"


def _shown(side: Side) -> str:
    return ball(side).str(12, radius=False)


class State(Independent):
    """One chunk a cell."""

    def __init__(self, job: Job) -> None:
        assert isinstance(job.check, Enclose)
        super().__init__(job, map(str, range(len(job.check.cells))))

    def evidence(self) -> Evidence:
        """Fold the cells."""
        check = self.job.check
        assert isinstance(check, Enclose)
        cells: list[CellRecord] = []
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        reasons: dict[str, list[str]] = {}
        for cell, result in zip(check.cells, self.ordered(), strict=True):
            if result.get("not_applicable"):
                cells.append(CellRecord(cell, Outcome.NOT_APPLICABLE))
                continue
            seen = result.get("outcomes", {})
            for name in {**outcomes, **seen}:
                if name in seen or not name.startswith(AUTOMATIC):  # those are not at every cell
                    outcomes.setdefault(name, []).append(seen.get(name, Outcome.UNDECIDED))
            for name, reason in result.get("reasons", {}).items():
                reasons.setdefault(name, []).append(reason)
            cells.append(
                CellRecord(cell, Outcome(outcomes["claim"][-1]), result.get("figures", {}))
            )
        part = fold_cells(outcomes["claim"], Strength.CERTIFIED, Scope.CELLS)
        figures = [record.figures for record in cells if record.figures]
        return evidence(
            self.job,
            part,
            margin=smallest_margin([figure["margin"] for figure in figures]),
            could_have_caught=_caught(check, figures),
            trivial=bool(figures) and all(figure.get("trivial", False) for figure in figures),
            slack=_slack(check, figures),
            cells=tuple(cells),
            mutants=mutant_records(self.job, outcomes, reasons),
        )


def smallest_margin(margins: list[str]) -> str:
    """The margin nearest to failure, among those that are numbers; else the first in words."""
    numbers = [float(margin) for margin in margins if _is_number(margin)]
    if numbers:
        return f"{min(numbers):.2g} relative"
    return min(margins, key=len) if margins else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _ratio(check: Enclose, figure: Mapping[str, Any]) -> float | None:
    """Bound over truth, at least 1 when an inequality between positive sides holds."""
    if not (_is_number(figure["left"]) and _is_number(figure["right"])):  # an infinite ball
        return None
    left, right = float(figure["left"]), float(figure["right"])
    if check.relation in (">=", ">"):
        left, right = right, left
    return right / left if left > 0 and right > 0 else None


def _slack(check: Enclose, figures: list[Mapping[str, Any]]) -> tuple[float, float] | None:
    if check.relation == "==":
        return None
    ratios = [ratio for figure in figures if (ratio := _ratio(check, figure)) is not None]
    return (min(ratios), max(ratios)) if ratios else None


def _caught(check: Enclose, figures: list[Mapping[str, Any]]) -> str:
    if check.relation == "==":
        return f"a relative change of 10^-{check.digits}"
    slack = _slack(check, figures)
    return f"a constant wrong by a factor {slack[0]:.3g}" if slack else "any change of sign"
