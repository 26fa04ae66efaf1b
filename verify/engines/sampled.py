"""Wrong versions that a sample did not refute: why, and the size to run next.

A sample gives an interval of the claim's slack at every cell, and a mutant's bound is the
claim's times a known factor there, so that its slack is known too. Along cells that differ in
one size its slope says whether, and where, the mutant must fail (VERDICTS 8.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, inf, isfinite, log
from typing import Any

import numpy as np

from theory.claim import Cell
from verify.engines.common import BUDGET
from verify.evidence import NO_DIFFERENCE, MutantRecord, Outcome
from verify.growth import Growth, affordable, all_series, growth, size_to_run, written
from verify.statistics.slack import Slack, bound_slack, quantile_limits

AFFORDABLE = 64  # times the largest listed size: what a simulation may be asked to run
ROUNDING = 1e-12  # relative error of a quotient of two targets in double precision


@dataclass(frozen=True)
class Sampled:
    """What the sample says of the claim.

    slacks: by cell, where both ends are known. targets: the claim's, by cell. relation: "<=" when
    the target bounds from above, ">=" from below, "==" for an identity. resolution: by cell, the
    relative shift of the target that the sample can see, for identities.
    """

    cells: Sequence[Cell]
    relation: str
    targets: Mapping[int, float]
    slacks: Mapping[int, Slack] = field(default_factory=dict)
    resolution: Mapping[int, float] = field(default_factory=dict)

    def growths(self) -> list[Growth]:
        """Slope of log slack along every series; the intervals are simultaneous."""
        series = all_series(self.cells, list(self.slacks))
        return [g for s in series if (g := growth(s, self.slacks, certain=False)) is not None]

    def explained(self, record: MutantRecord, targets: Mapping[int, float]) -> MutantRecord:
        """A survivor with its reason, and the cell to run if the slope predicts one."""
        targets = {i: target for i, target in targets.items() if i in self.targets}
        if record.killed or not targets:  # a run that was stopped may not know any yet
            return record
        if not all(map(isfinite, targets.values())):
            return MutantRecord(record.name, record.outcome, "no finite real value at some cell")
        if self.relation == "==":
            return MutantRecord(record.name, record.outcome, self._shift(record, targets))
        factors = self._factors(targets)
        if len(factors) < len(targets):
            return MutantRecord(record.name, record.outcome, self._unmeasured(record, targets))
        low = min(factors, key=lambda index: factors[index])
        count = f"{len(factors)} cell{'s' * (len(factors) > 1)}"
        if factors[low] > 1 - ROUNDING:
            spread = f"{factors[low]:.3g} to {max(factors.values()):.3g}"
            reason = f"weaker than the claim at every cell (by a factor {spread}, {count})"
            if max(factors.values()) < 1 + ROUNDING:
                reason = f"{NO_DIFFERENCE} at any cell ({count})"
            return MutantRecord(record.name, record.outcome, reason)
        slack = self.slacks.get(low)
        room = f", slack there at most {slack.high:.3g}" if slack else ""
        inside = f"tighter by up to {1 / factors[low]:.3g}{room}, {count}"
        return self._predicted(record, factors, inside)

    def _factors(self, targets: Mapping[int, float]) -> dict[int, float]:
        """Mutant's bound over the claim's, below 1 where the mutant is tighter."""
        pairs = {i: (target, self.targets[i]) for i, target in targets.items()}
        return {
            i: (new / old if self.relation == "<=" else old / new)
            for i, (new, old) in pairs.items()
            if new > 0 and old > 0
        }

    def _predicted(
        self, record: MutantRecord, factors: Mapping[int, float], inside: str
    ) -> MutantRecord:
        mine = {
            i: Slack(slack.low * factors[i], slack.high * factors[i])
            for i, slack in self.slacks.items()
            if i in factors
        }
        for series in all_series(self.cells, list(mine)):
            found = growth(series, mine, certain=False)
            if found is None or found.slope.high >= 0:
                continue
            widths = [log(mine[i].high / mine[i].low) for i in series.cells]
            size = size_to_run(found.slope, exp(float(np.mean(widths))))
            where = f"{series.parameter} = {written(found.slope.failure_size)}"
            if size is None or not affordable(series, size, AFFORDABLE):
                reason = f"not refutable below a predicted size ({where}; {inside})"
                return MutantRecord(record.name, record.outcome, reason)
            reason = f"predicted to fail at a cell that is not listed (from {where}; {inside})"
            return MutantRecord(record.name, record.outcome, reason, {series.parameter: size})
        held = record.outcome is Outcome.HOLDS
        words = "inside the slack at every cell" if held else "inside the slack or the noise"
        return MutantRecord(record.name, record.outcome, f"{words} ({inside})")

    def _shift(self, record: MutantRecord, targets: Mapping[int, float]) -> str:
        """An identity: how far the mean was moved, beside what the sample can see."""
        shifts = {
            i: abs(new / self.targets[i] - 1)
            for i, new in targets.items()
            if self.targets[i] and i in self.resolution
        }
        if not shifts:
            return record.reason or BUDGET
        largest = max(shifts, key=lambda index: shifts[index])
        if shifts[largest] < ROUNDING:
            return f"{NO_DIFFERENCE} at any cell ({len(shifts)} cells)"
        seen = f"moved by {shifts[largest]:.2g}, the sample sees {self.resolution[largest]:.2g}"
        words = "inside the tolerance" if record.outcome is Outcome.HOLDS else "inside the noise"
        return f"{words} at every cell ({seen})"

    def _unmeasured(self, record: MutantRecord, targets: Mapping[int, float]) -> str:
        """A target that is not positive measures no factor; say which way it moved."""
        sign = 1 if self.relation == "<=" else -1
        if all(sign * (new - self.targets[i]) >= 0 for i, new in targets.items()):
            return "weaker than the claim at every cell, where no factor measures it"
        return (
            "true at every cell, where no factor measures it"
            if (record.outcome is Outcome.HOLDS)
            else BUDGET
        )


def violation_slack(x: np.ndarray, target: float, delta: float, alpha: float) -> Slack | None:
    """Slack of "P(X > target) <= delta" from order statistics; None without both ends."""
    if not 0 < target < inf or not np.isfinite(x).all() or np.unique(x).size <= 2:
        return None
    low, high = quantile_limits(x, delta, alpha)
    return _finite(target, low, high)


def mean_slack(target: float, relation: str, low: float, high: float) -> Slack | None:
    """Slack of "E X <= target" or ">=" from the confidence sequence of the mean.

    >>> mean_slack(3.0, "<=", 1.0, 2.0), mean_slack(1.0, ">=", 2.0, 4.0)
    (Slack(low=1.5, high=3.0), Slack(low=2.0, high=4.0))
    >>> mean_slack(3.0, "==", 1.0, 2.0) is None
    True
    """
    if relation == "<=":
        return _finite(target, low, high)
    if relation == ">=" and 0 < target < inf and 0 < low <= high < inf:
        return Slack(low / target, high / target)
    return None


def _finite(target: float, low: float, high: float) -> Slack | None:
    if not 0 < target < inf or not 0 < low <= high or not isfinite(high):
        return None
    return bound_slack(target, low, high)


def plain(growths: Sequence[Growth], cells: Sequence[Cell]) -> tuple[Mapping[str, Any], ...]:
    """Growths as data of the evidence."""
    return tuple(found.as_json(cells) for found in growths)
