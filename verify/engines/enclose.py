"""Enclose: both sides of a statement as balls, at exact inputs.

Guarantees: HOLDS and REFUTED are decided by disjoint or ordered balls (or exact fractions);
an equality counts only when both balls overlap and are narrower than the digits declared.
Assumes: the interval library and the transcription.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb

from theory.claim import Form
from theory.rigor.balls import ball, working_precision
from verify.ablation import WITHOUT
from verify.check import Check, Job
from verify.engines.common import (
    Independent,
    Judged,
    each_variant,
    evidence,
    fold_cells,
    mutant_records,
)
from verify.engines.proposals import Ranges
from verify.engines.survivors import SecondLook, exact_slack, says_nothing
from verify.evidence import (
    AUTOMATIC,
    CellRecord,
    Evidence,
    MutantRecord,
    Outcome,
    Scope,
    Strength,
)
from verify.growth import all_series, growth
from verify.reach import hypotheses_met
from verify.statistics.slack import Slack

Side = arb | Fraction | int
RELATIONS = ("<=", "<", ">=", ">", "==")
REPAIR = "not refuted where the claim is: weaker than the claim"
SURVIVORS = "survivors/"  # then the numbers of variants, and of cells by slack


@dataclass(frozen=True, kw_only=True)
class Enclose(Check):
    """sides: from (cell, form) to (left, right) at the working precision.

    cells: exact parameters. relation: one of RELATIONS. digits: for "==", how many decimal
    digits both balls must share, relative to the larger side (absolute when both are tiny).
    applies: the cells at which the theorem's hypotheses hold (others are NOT_APPLICABLE).
    free: the value that holds for free at a cell; a bound no better is flagged TRIVIAL.
    picture: from a cell to plain data that a figure of the report draws; no part of the verdict.
    vary: parameter -> (low, high), exact: within these ends, which satisfy the hypotheses and are
    cheap to judge, cells that tell the survivors may be made up.
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
    vary: Ranges = field(default_factory=dict)

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
    if key.startswith(SURVIVORS):
        numbers, tight = (_numbers(part) for part in key.removeprefix(SURVIVORS).split("/"))
        return _second_look(job, check, numbers, tight)
    cell = check.cells[int(key)]
    if check.applies is not None and not check.applies(cell):
        return {"outcomes": {}, "not_applicable": True}
    # One cell is enough to kill: the quick profile takes the automatic mutants there only.
    first = next(i for i, c in enumerate(check.cells) if check.applies is None or check.applies(c))
    census = int(key) == first or job.profile == "full"
    found = each_variant(job, lambda form: _judge(check, cell, form), census=census)
    figures = found["claim"].figures
    return {
        "outcomes": {name: judged.outcome for name, judged in found.items()},
        "figures": {**figures, **(check.picture(cell) if check.picture else {})},
    }


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",") if number]


def _second_look(job: Job, check: Enclose, numbers: list[int], tight: list[int]) -> dict[str, Any]:
    """What became of the survivors with these numbers among the variants, at more cells.

    tight: the cells where the claim's slack is known, the least first.
    """
    forms = list(job.variants(census=True).items())
    applies = check.applies or (lambda cell: True)
    look = SecondLook(
        lambda cell, form: _judge(check, cell, form),
        job.claim.form,
        {i: cell for i, cell in enumerate(check.cells) if applies(cell)},
        lambda cell: applies(cell) and hypotheses_met(job.claim, cell) is not False,
        dict(forms[number] for number in numbers),
        tight,
        check.vary,
        equality=check.relation == "==",
    )
    return {"records": {name: asdict(record) for name, record in look.run().items()}}


def _judge(check: Enclose, cell: Mapping[str, Any], form: Form) -> Judged:
    bits = check.start_bits
    while True:
        with working_precision(bits):
            left, right = check.sides(cell, form)
            outcome, margin = decide(left, right, check.relation, check.digits)
            figures = {"left": _shown(left), "right": _shown(right), "margin": margin, "bits": bits}
            slack = exact_slack(left, right, check.relation)
            figures["slack"] = slack and list(slack)  # as JSON gives it back
            if says_nothing(left, right, check.relation):
                figures["free"] = True
            if check.free is not None:
                bound = right if check.relation in ("<=", "<") else left
                figures["trivial"] = bool(ball(bound) >= ball(check.free(cell)))
        if outcome is not Outcome.UNDECIDED or bits >= check.max_bits:
            return Judged(outcome, "", figures)
        bits *= 2


def _shown(side: Side) -> str:
    return ball(side).str(12, radius=False)


class State(Independent):
    """One chunk a cell, then one for the wrong versions that no cell refuted."""

    def __init__(self, job: Job) -> None:
        assert isinstance(job.check, Enclose)
        super().__init__(job, map(str, range(len(job.check.cells))))
        self.second: str | None = None  # key of the second look; empty when nothing survived

    def wanted(self) -> list[str]:
        """All cells; when they are there, the survivors of them."""
        if not self.asked:
            return super().wanted()
        if self.second is not None or len(self.results) < len(self.keys):
            return []
        numbers = self._survivors()
        parts = (",".join(map(str, part)) for part in (numbers, self._tightest()))
        self.second = SURVIVORS + "/".join(parts) if numbers else ""
        return [self.second] if numbers else []

    def _tightest(self) -> list[int]:
        """Cells by the claim's slack, as far as it is known, the least first."""
        figures = enumerate(result.get("figures", {}) for result in self.ordered())
        slacks = {index: shown["slack"][0] for index, shown in figures if shown.get("slack")}
        return sorted(slacks, key=lambda index: slacks[index])

    def settled(self) -> bool:
        """The cells decide the claim; the second look is about its mutants."""
        return self.second is not None

    def _outcomes(self) -> dict[str, list[str]]:
        """Outcomes of every variant over the cells at which the theorem applies."""
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        for result in self.ordered():
            if not result.get("not_applicable"):
                seen = result.get("outcomes", {})
                for name in {**outcomes, **seen}:
                    if name in seen or not name.startswith(AUTOMATIC):  # not at every cell
                        found = seen.get(name, Outcome.UNDECIDED)
                        outcomes.setdefault(name, []).append(found)
        return outcomes

    def _survivors(self) -> list[int]:
        """Numbers, among the variants, of what no cell refuted; none unless the claim holds.

        None either where the claim is stated without a hypothesis: mutants are not judged there.
        """
        outcomes = self._outcomes()
        if set(outcomes["claim"]) != {Outcome.HOLDS} or self.job.check.role.startswith(WITHOUT):
            return []
        return [
            number
            for number, name in enumerate(self.job.variants(census=True))
            if name != "claim" and Outcome.REFUTED not in outcomes.get(name, [Outcome.REFUTED])
        ]

    def _mutants(self, outcomes: dict[str, list[str]]) -> tuple[MutantRecord, ...]:
        found = self.results.get(self.second or "", {}).get("records", {})
        looked = {
            name: MutantRecord(name, Outcome(r["outcome"]), r["reason"], r["proposed"])
            for name, r in found.items()
        }
        refuted = Outcome.REFUTED in outcomes["claim"]
        reasons = {name: [REPAIR] for name in outcomes} if refuted else {}
        return tuple(looked.get(m.name, m) for m in mutant_records(self.job, outcomes, reasons))

    def evidence(self) -> Evidence:
        """Fold the cells."""
        check = self.job.check
        assert isinstance(check, Enclose)
        outcomes, ordered = self._outcomes(), self.ordered()
        cells = [
            CellRecord(cell, Outcome.NOT_APPLICABLE)
            if result.get("not_applicable")
            else CellRecord(
                cell,
                Outcome(result.get("outcomes", {}).get("claim", Outcome.UNDECIDED)),
                result.get("figures", {}),
            )
            for cell, result in zip(check.cells, ordered, strict=True)
        ]
        part = fold_cells(outcomes["claim"], Strength.CERTIFIED, Scope.CELLS)
        figures = [record.figures for record in cells if record.figures]
        slacks = {i: Slack(*s) for i, r in enumerate(cells) if (s := r.figures.get("slack"))}
        grown = [growth(s, slacks, certain=True) for s in all_series(check.cells, list(slacks))]
        return evidence(
            self.job,
            part,
            margin=smallest_margin([figure["margin"] for figure in figures]),
            could_have_caught=_caught(check, list(slacks.values())),
            trivial=bool(figures) and all(figure.get("trivial", False) for figure in figures),
            slack=_range(list(slacks.values())),
            growth=tuple(found.as_json(check.cells) for found in grown if found),
            cells=tuple(cells),
            mutants=self._mutants(outcomes),
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


def _range(slacks: list[Slack]) -> tuple[float, float] | None:
    """Least and largest slack over the cells."""
    return (min(s.low for s in slacks), max(s.high for s in slacks)) if slacks else None


def _caught(check: Enclose, slacks: list[Slack]) -> str:
    if check.relation == "==":
        return f"a relative change of 10^-{check.digits}"
    least = min((slack.low for slack in slacks), default=None)
    return "any change of sign" if least is None else f"a constant wrong by a factor {least:.3g}"
