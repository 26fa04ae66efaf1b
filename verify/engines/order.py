"""Order: "curve A lies below curve B" for the arms of an experiment, judged seed by seed.

Guarantees: with independent seeds, a pair that is ordered for more than half of all seeds is
REFUTED with probability at most the check's share alpha of the budget, one that is ordered for
at most half of them HOLDS with probability at most beta, whenever the sampling stops.
Assumes: the trial, the generator, and that arms of one seed share data and initial weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.check import Check, Job
from verify.engines.common import evidence, fold_cells, mutant_records
from verify.evidence import NO_DIFFERENCE, CellRecord, Evidence, Outcome, Scope, Strength
from verify.statistics.decision import Decision
from verify.statistics.orderings import below_from, decide_ordering

Pair = tuple[str, str]
Trial = Callable[[str, int, int], Mapping[str, list[float]]]
GROWTH = 4  # a look every so many seeds once the first did not decide


@dataclass(frozen=True, kw_only=True)
class Order(Check):
    """The claim's form is a tuple of pairs of arms (below, above).

    trial: from (arm, number of the seed, run seed) to its curves by figure. `shares` names the
    trials, which all orderings of an experiment have in common.
    figure: the curve that is compared. x: the curve that holds its horizontal positions, kept for
    the picture; empty for none. since, until: fractions of the curve between which the
    order must hold; 1 is its last point. without: pairs of the form that this check leaves out,
    either way round.
    setting: what was run, for the record. n_max: most seeds.
    """

    trial: Trial
    figure: str
    x: str = ""
    since: float = 1.0
    until: float = 1.0
    without: tuple[Pair, ...] = ()
    setting: Mapping[str, Any]
    n_max: int = 40

    def span(self, curves: np.ndarray) -> np.ndarray:
        """The part of curves (seeds, points) that counts."""
        last = curves.shape[1] - 1
        return curves[:, round(self.since * last) : round(self.until * last) + 1]


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """One trial: one arm on one seed. Its streams are the trial's own."""
    check = job.check
    assert isinstance(check, Order)
    arm, number = key.rsplit("/", 1)
    return {"curves": dict(check.trial(arm, int(number), seed))}


class State:
    """Look by look, until claim and mutants are decided for every pair or n_max is reached."""

    def __init__(self, job: Job) -> None:
        check = job.check
        assert isinstance(check, Order)
        self.job, self.check = job, check
        left_out = {*check.without, *(pair[::-1] for pair in check.without)}
        self.pairs: dict[str, tuple[Pair, ...]] = {
            name: tuple(pair for pair in _form(form) if pair not in left_out)
            for name, form in job.variants().items()
        }
        cells = max(1, len(self.pairs["claim"]))
        self.alpha, self.beta = job.alpha / cells, job.beta / cells
        everyone: Iterable[Pair] = (pair for pairs in self.pairs.values() for pair in pairs)
        self.arms = tuple(dict.fromkeys(arm for pair in everyone for arm in pair))
        self.results: dict[str, list[float] | None] = {}
        self.positions: list[float] = []
        self.seeds = 0  # asked for
        self.judged = 0  # of the looks that are complete

    def wanted(self) -> list[str]:
        """The trials of the next look, when the last one is complete and left a pair open."""
        if self.judged < self.seeds or self._decided(*self.pairs):
            return []
        before, self.seeds = self.seeds, self._next_look()
        return [f"{arm}/{k}" for k in range(before, self.seeds) for arm in self.arms]

    def _next_look(self) -> int:
        if self.seeds:
            return min(self.seeds + GROWTH, self.check.n_max)
        return min(unanimous_seeds(self.alpha, self.beta), self.check.n_max)

    def _decided(self, *names: str) -> bool:
        if self.judged == 0:
            return False
        found = [self.decide(pair) for name in names for pair in self.pairs[name]]
        known = all(decision and decision.outcome != "UNDECIDED" for decision in found)
        return known or self.judged == self.check.n_max or None in found

    def add(self, key: str, result: Mapping[str, Any]) -> None:
        """Keep the curve; its positions are the same in every trial."""
        curves = result.get("curves", {})
        self.results[key] = curves.get(self.check.figure)
        self.positions = curves.get(self.check.x, self.positions)
        if len(self.results) == self.seeds * len(self.arms):
            self.judged = self.seeds

    def settled(self) -> bool:
        """Whether the claim is decided for every pair."""
        return self._decided("claim")

    def curves(self, arm: str) -> np.ndarray | None:
        """The complete looks' curves of an arm, shape (seeds, points); None when one failed."""
        found = [self.results.get(f"{arm}/{k}") for k in range(self.judged)]
        known = [curve for curve in found if curve is not None and np.isfinite(curve).all()]
        return np.array(known) if known and len(known) == len(found) else None

    def decide(self, pair: Pair) -> Decision | None:
        """Judge one pair; None when a trial is missing, failed or not finite."""
        below, above = map(self.curves, pair)
        if below is None or above is None:
            return None
        span = self.check.span
        k = int(np.count_nonzero(below_from(span(below), span(above))))
        return decide_ordering(k, len(below), self.alpha, self.beta)

    def evidence(self) -> Evidence:
        """Fold the pairs."""
        outcomes = {
            name: [decision.outcome if decision else "UNDECIDED" for decision in decisions]
            for name, decisions in (
                (name, [self.decide(pair) for pair in pairs]) for name, pairs in self.pairs.items()
            )
        }
        records = [self._record(pair) for pair in self.pairs["claim"]]
        counts = [c.figures for c in records if c.figures]
        worst = min(counts, key=lambda f: f["k"] / f["n"]) if counts else None
        return evidence(
            self.job,
            fold_cells(outcomes["claim"], Strength.STATISTICAL, Scope.CELLS, self.beta),
            margin=f"ordered in {worst['k']} of {worst['n']} seeds" if worst else "",
            could_have_caught="a pair that is out of order for half of the seeds or more",
            cells=tuple(records),
            mutants=mutant_records(self.job, outcomes, self._same()),
        )

    def _same(self) -> dict[str, list[str]]:
        """Mutants that differ from the claim only in a pair that this check leaves out."""
        why = f"{NO_DIFFERENCE} in the pairs of this check (the one that differs is left out)"
        return {name: [why] for name, pairs in self.pairs.items() if pairs == self.pairs["claim"]}

    def _record(self, pair: Pair) -> CellRecord:
        cell: dict[str, Any] = {"below": pair[0], "above": pair[1], "figure": self.check.figure}
        cell |= {"since": self.check.since, "until": self.check.until, **self.check.setting}
        decision = self.decide(pair)
        if decision is None:
            return CellRecord(cell, Outcome.UNDECIDED)
        curves = {arm: np.asarray(self.curves(arm)) for arm in pair}
        below, above = (self.check.span(curves[arm])[:, -1] for arm in pair)
        figures: dict[str, Any] = {
            "k": round(decision.estimate * decision.n), "n": decision.n,
            "estimate": decision.estimate, "low": decision.low, "high": decision.high,
            "below_mean": float(below.mean()), "above_mean": float(above.mean()), "target": 0.5,
        }  # fmt: skip
        if len(self.positions) > 1:
            means = {arm: mean_curve(found) for arm, found in curves.items()}
            figures["curves"] = {"x": list(self.positions), "arms": means}
        return CellRecord(cell, Outcome(decision.outcome), figures)


def mean_curve(curves: np.ndarray) -> dict[str, list[float]]:
    """Mean and standard deviation over the seeds, point by point; curves: (seeds, points).

    >>> mean_curve(np.array([[1.0, 2.0], [3.0, 2.0]]))["mean"]
    [2.0, 2.0]
    """
    deviation = curves.std(axis=0, ddof=min(1, len(curves) - 1))
    return {"mean": curves.mean(axis=0).tolist(), "deviation": deviation.tolist()}


def _form(form: Any) -> tuple[Pair, ...]:
    return tuple((below, above) for below, above in form)


def unanimous_seeds(alpha: float, beta: float) -> int:
    """Least number of seeds that decides both ways when all agree.

    >>> unanimous_seeds(0.05, 0.01)
    9
    """
    n = 1
    while (
        decide_ordering(n, n, alpha, beta).outcome != "HOLDS"
        or decide_ordering(0, n, alpha, beta).outcome != "REFUTED"
    ):
        n += 1
    return n
