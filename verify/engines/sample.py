"""Sample: simulations of finite networks, judged by e-processes.

Guarantees: with independent draws, a true claim is REFUTED with probability at most the
check's share alpha of the run's budget, a claim false by more than its tolerance HOLDS with
probability at most beta, whenever the sampling stops. Mutants are judged on the same sample.
Assumes: the simulator, the generator, and for means the declared model of the law.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from theory.claim import Form
from theory.rigor.balls import ball, working_precision
from verify.check import Check, Job
from verify.engines.common import evidence, fold_cells, mutant_records
from verify.engines.sampled import Sampled, mean_slack, plain, violation_slack
from verify.evidence import AUTOMATIC, CellRecord, Evidence, Outcome, Scope, Strength
from verify.statistics.decision import Decision
from verify.statistics.mean_claims import Relation, decide_mean
from verify.statistics.models import Model
from verify.statistics.plans import Probability, look_schedule
from verify.statistics.probability_claims import decide_probability
from verify.statistics.slack import Slack
from verify.statistics.streams import stream

TARGET_BITS = 64


@dataclass(frozen=True)
class Violations:
    """The claim P(X > target) <= delta, tested with a relative tolerance on delta.

    delta: a number, or a function of the cell.
    """

    delta: float | Callable[[Mapping[str, Any]], float]
    tolerance: float = 0.0

    def at(self, cell: Mapping[str, Any]) -> float:
        """delta at a cell."""
        return float(self.delta(cell)) if callable(self.delta) else float(self.delta)


@dataclass(frozen=True)
class Means:
    """The claim E X (relation) target under a declared model of the law of X.

    tolerance: relative to the claim's target. model: from a cell to the model.
    """

    relation: Relation
    model: Callable[[Mapping[str, Any]], Model]
    tolerance: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Sample(Check):
    """draw: from (cell, rng, size) to `size` independent observations of X.

    target: from (cell, form) to the number X is compared with. test: Violations or Means.
    n_max: most runs a cell. slack_within: go on, up to n_max, until the ends of the slack interval
    differ by at most this factor, for a check that is to tell an exponent; 0 stops when decided.
    """

    draw: Callable[[Mapping[str, Any], np.random.Generator, int], np.ndarray]
    target: Callable[[Mapping[str, Any], Form], Any]
    test: Violations | Means
    cells: tuple[Mapping[str, Any], ...]
    n_max: int = 2000
    slack_within: float = 0.0
    applies: Callable[[Mapping[str, Any]], bool] | None = None


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Draw the runs of one look; the stream is keyed by claim, cell and look."""
    check = job.check
    assert isinstance(check, Sample)
    index, before, after = map(int, key.replace("-", "/").split("/"))
    cell = check.cells[index]
    rng = stream(seed, job.claim.id, dict(cell), "runs", before)
    x = np.asarray(check.draw(cell, rng, after - before), dtype="<f8")
    if x.shape != (after - before,):
        raise ValueError(f"{job.id}: draw returned shape {x.shape}, not ({after - before},)")
    return {"x": base64.b64encode(x.tobytes()).decode()}


@dataclass
class CellState:
    """One cell's sample so far and the first decision of every variant."""

    looks: list[int]
    sample: np.ndarray = field(default_factory=lambda: np.empty(0))
    next_look: int = 0
    asked: bool = False
    stopped: bool = False
    decisions: dict[str, Decision] = field(default_factory=dict)


class State:
    """Look by look in every cell, until claim and mutants are decided or n_max is reached."""

    def __init__(self, job: Job) -> None:
        check = job.check
        assert isinstance(check, Sample)
        self.job, self.check = job, check
        self.alpha = job.alpha / len(check.cells)
        self.beta = job.beta / len(check.cells)
        self.applicable = [check.applies is None or check.applies(c) for c in check.cells]
        looks = look_schedule(check.n_max)
        self.cells = [CellState(list(looks), stopped=not ok) for ok in self.applicable]
        self.targets = [
            {name: _target(check, cell, form) for name, form in job.variants().items()}
            if ok
            else {}
            for cell, ok in zip(check.cells, self.applicable, strict=True)
        ]

        if isinstance(check.test, Violations):
            for cell, applies in zip(check.cells, self.applicable, strict=True):
                if applies:
                    self.plan(cell)  # raises for a plan that could never decide

    def plan(self, cell: Mapping[str, Any]) -> Probability:
        """The sequential plan of a cell of a Violations check."""
        test = self.check.test
        assert isinstance(test, Violations)
        return _plan(test.at(cell), test.tolerance, self.check.n_max, self.alpha, self.beta)

    def wanted(self) -> list[str]:
        """The next look of every cell that is neither waiting nor stopped."""
        keys = []
        for index, cell in enumerate(self.cells):
            if cell.asked or cell.stopped:
                continue
            cell.asked = True
            before = len(cell.sample)
            keys.append(f"{index}/{before}-{cell.looks[cell.next_look]}")
        return keys

    def add(self, key: str, result: Mapping[str, Any]) -> None:
        """Extend a cell's sample and decide what is still undecided."""
        index = int(key.split("/")[0])
        cell = self.cells[index]
        cell.asked = False
        if "x" not in result:
            cell.stopped = True
            return
        new = np.frombuffer(base64.b64decode(result["x"]), dtype="<f8")
        cell.sample = np.concatenate([cell.sample, new])
        cell.next_look += 1
        for name, target in self.targets[index].items():
            known = cell.decisions.get(name)
            if known is None or known.outcome == Outcome.UNDECIDED:
                cell.decisions[name] = self._decide(index, cell.sample, target, limits=False)
        decided = all(d.outcome != Outcome.UNDECIDED for d in cell.decisions.values())
        enough = decided and (not self.check.slack_within or self._slack_is_known(index))
        cell.stopped = enough or cell.next_look == len(cell.looks)

    def _slack_is_known(self, index: int) -> bool:
        """Whether the slack interval of a cell is as narrow as the check wants it."""
        claimed = self.cells[index].decisions["claim"]
        low, high = self._figures(index, self.cells[index], claimed).get("slack", (0.0, np.inf))
        return bool(high <= self.check.slack_within * low)

    def settled(self) -> bool:
        """Whether the claim is decided in every cell that is still drawn."""
        return all(
            cell.stopped
            or ("claim" in cell.decisions and cell.decisions["claim"].outcome != Outcome.UNDECIDED)
            for cell in self.cells
        )

    def _decide(self, index: int, x: np.ndarray, target: float, *, limits: bool) -> Decision:
        test, cell = self.check.test, self.check.cells[index]
        if not np.isfinite(target) or not np.isfinite(x).all():
            return Decision("UNDECIDED", len(x), 0.0, 0.0, np.nan, -np.inf, np.inf, "not finite")
        if isinstance(test, Violations):
            plan, k = self.plan(cell), int(np.count_nonzero(x > target))
            return decide_probability(
                k, len(x), plan.delta, plan.tol, plan.alpha, plan.beta, bets=plan.bets
            )
        tolerance = test.tolerance * abs(target)
        return decide_mean(
            x, target, test.relation, test.model(cell), tolerance, self.alpha, self.beta,
            with_limits=limits,
        )  # fmt: skip

    def evidence(self) -> Evidence:
        """Fold the cells."""
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        targets: dict[str, dict[int, float]] = {name: {} for name in outcomes}
        records, caught = [], []
        for index, cell in enumerate(self.check.cells):
            if not self.applicable[index]:
                records.append(CellRecord(cell, Outcome.NOT_APPLICABLE))
                continue
            state = self.cells[index]
            aimed = {**self.targets[index], **self._census(index, state)}
            for name in {**outcomes, **aimed}:
                decision, target = state.decisions.get(name), aimed.get(name)
                if name.startswith(AUTOMATIC) and target is not None:  # on the final sample
                    decision = self._decide(index, state.sample, target, limits=False)
                found = decision.outcome if decision else Outcome.UNDECIDED
                outcomes.setdefault(name, []).append(found)
                if target is not None:
                    targets.setdefault(name, {})[index] = target
            figures = self._figures(index, state, state.decisions.get("claim"))
            records.append(CellRecord(cell, Outcome(outcomes["claim"][-1]), figures))
            caught.append(figures.get("could_have_caught", ""))
        part = fold_cells(outcomes["claim"], Strength.STATISTICAL, Scope.CELLS, self.beta)
        said = self._said(records)
        slacks = said.slacks.values()
        return evidence(
            self.job,
            part,
            margin=_margin(records),
            could_have_caught=next((text for text in caught if text), ""),
            slack=(min(s.low for s in slacks), max(s.high for s in slacks)) if slacks else None,
            growth=plain(said.growths(), self.check.cells),
            cells=tuple(records),
            mutants=tuple(
                said.explained(mutant, targets.get(mutant.name, {}))
                for mutant in mutant_records(self.job, outcomes)
            ),
        )

    def _said(self, records: list[CellRecord]) -> Sampled:
        """What the sample says of the claim, for the reasons of its survivors."""
        test, known = self.check.test, dict(enumerate(record.figures for record in records))
        relation = test.relation if isinstance(test, Means) else "<="
        return Sampled(
            self.check.cells,
            relation,
            {i: figures["target"] for i, figures in known.items() if figures},
            {i: Slack(*figures["slack"]) for i, figures in known.items() if figures.get("slack")},
            {i: figures["sees"] for i, figures in known.items() if "sees" in figures},
        )

    def _census(self, index: int, state: CellState) -> dict[str, float]:
        """Targets of the automatic mutants, judged once on the final sample (a valid stop)."""
        targets = {}
        for name, form in self.job.variants(census=True).items():
            if name.startswith(AUTOMATIC) and len(state.sample):
                try:
                    targets[name] = _target(self.check, self.check.cells[index], form)
                except Exception:  # a wrong formula may leave every domain
                    continue
        return targets

    def _figures(self, index: int, state: CellState, decision: Decision | None) -> dict[str, Any]:
        if decision is None:
            return {}
        cell, x, test = self.check.cells[index], state.sample, self.check.test
        target = self.targets[index]["claim"]
        decision = self._decide(index, x[: decision.n], target, limits=True)
        figures: dict[str, Any] = {
            "n": len(x), "target": target, "estimate": decision.estimate,
            "low": decision.low, "high": decision.high,
        }  # fmt: skip
        if isinstance(test, Violations):
            delta = test.at(cell)
            mdv = _least_detectable(self.plan(cell))
            figures |= {"delta": delta, "mdv": mdv}
            figures["could_have_caught"] = f"a violation probability of {mdv:.3g} (claim {delta:g})"
            slack = violation_slack(x, target, delta, self.alpha)
        else:
            scale = max(abs(target), np.finfo(float).tiny)
            figures["sees"] = (decision.high - decision.low) / 2 / scale
            figures["could_have_caught"] = f"a relative shift of the mean by {figures['sees']:.2g}"
            slack = mean_slack(target, test.relation, decision.low, decision.high)
        return figures | ({"slack": [slack.low, slack.high]} if slack else {})


@cache
def _plan(delta: float, tolerance: float, n_max: int, alpha: float, beta: float) -> Probability:
    return Probability(delta, tolerance, n_max, alpha, beta)


@cache
def _least_detectable(plan: Probability) -> float:
    return plan.mdv()


def _target(check: Sample, cell: Mapping[str, Any], form: Form) -> float:
    with working_precision(TARGET_BITS):
        value = check.target(cell, form)
        return value if isinstance(value, float) else float(ball(value).mid())


def _margin(records: list[CellRecord]) -> str:
    shown = []
    for record in records:
        f = record.figures
        if "delta" in f:
            shown.append(f"p <= {f['high']:.3g} (claim {f['delta']:g}), n = {f['n']}")
        elif "target" in f:
            shown.append(f"mean in [{f['low']:.4g}, {f['high']:.4g}], claim {f['target']:.4g}")
    more = f" and {len(shown) - 1} more cells" if len(shown) > 1 else ""
    return shown[0] + more if shown else ""
