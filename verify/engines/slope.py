"""Slope: the exponent of a power law, from one slope a replicate.

Guarantees: the t-interval over independent replicate slopes; HOLDS when it lies inside the
claimed exponent plus or minus the allowance, REFUTED when it lies outside. The level of the
interval is the check's share of the run's error budget.
Assumes: replicate slopes are independent and close to normal (each averages many runs).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.claim import Form
from verify.check import Check, Job
from verify.engines.common import Independent, evidence, fold_cells, mutant_records
from verify.evidence import CellRecord, Evidence, Outcome, Scope, Strength
from verify.statistics.slopes import ExponentDecision, decide_exponent
from verify.statistics.streams import stream

NOTHING = ExponentDecision("UNDECIDED", 0, math.nan, math.nan, math.nan)


@dataclass(frozen=True, kw_only=True)
class Slope(Check):
    """replicate: from (cell, rng) to {"x": log sizes, "y": log errors} of one replicate.

    exponent: from a form to the exponent claimed. allowance: how far the finite-size slope
    may lie from the limit, with its reason in `allowance_because`.
    """

    replicate: Callable[[Mapping[str, Any], np.random.Generator], Mapping[str, Any]]
    exponent: Callable[[Form], float]
    cells: tuple[Mapping[str, Any], ...]
    allowance: float
    allowance_because: str
    replicates: int = 12


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """One replicate: sizes, errors and the least-squares slope of their logarithms."""
    check = job.check
    assert isinstance(check, Slope)
    index, number = map(int, key.split("/"))
    cell = check.cells[index]
    points = check.replicate(cell, stream(seed, job.claim.id, dict(cell), "replicate", number))
    x, y = np.asarray(points["x"], float), np.asarray(points["y"], float)
    return {"slope": float(np.polyfit(x, y, 1)[0]), "x": x.tolist(), "y": y.tolist()}


class State(Independent):
    """One chunk a replicate."""

    def __init__(self, job: Job) -> None:
        check = job.check
        assert isinstance(check, Slope)
        super().__init__(
            job, (f"{i}/{k}" for i in range(len(check.cells)) for k in range(check.replicates))
        )

    def evidence(self) -> Evidence:
        """Judge every cell's replicates, for the claim and each mutant."""
        check = self.job.check
        assert isinstance(check, Slope)
        results = self.ordered()
        alpha, beta = self.job.alpha / len(check.cells), self.job.beta / len(check.cells)
        cells, widths = [], []
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        for index, cell in enumerate(check.cells):
            mine = results[index * check.replicates : (index + 1) * check.replicates]
            slopes = [result["slope"] for result in mine if "slope" in result]
            # Lost or undefined replicates, and ones without any spread, decide nothing.
            usable = len(slopes) == check.replicates and bool(np.ptp(slopes) > 0)
            claimed = NOTHING
            for name, form in self.job.variants().items():
                if usable:
                    decision = decide_exponent(
                        slopes, check.exponent(form), check.allowance, alpha, beta
                    )
                    claimed = decision if name == "claim" else claimed
                outcomes[name].append(decision.outcome if usable else Outcome.UNDECIDED)
            widths.append((claimed.high - claimed.low) / 2)
            figures = {
                "low": claimed.low, "high": claimed.high, "estimate": claimed.estimate,
                "x": mine[0].get("x", []), "y": [result.get("y", []) for result in mine],
            }  # fmt: skip
            cells.append(CellRecord(cell, Outcome(outcomes["claim"][-1]), figures))
        part = fold_cells(outcomes["claim"], Strength.STATISTICAL, Scope.CELLS, beta)
        intervals = [f"[{c.figures['low']:.3f}, {c.figures['high']:.3f}]" for c in cells]
        return evidence(
            self.job,
            part,
            margin=f"exponent in {', '.join(intervals)}",
            could_have_caught=f"an exponent off by {max(widths) * 2 + check.allowance:.2g}",
            cells=tuple(cells),
            mutants=mutant_records(self.job, outcomes),
        )
