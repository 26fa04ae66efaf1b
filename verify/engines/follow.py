"""Follow: trajectories of finite networks, each judged with a margin.

Guarantees: HOLDS means that every listed trajectory keeps a margin above the declared
allowance for its integration error; REFUTED that one misses by more than it.
Assumes: the allowance as derived in the check, and floating point; hence NUMERIC.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.claim import Form
from verify.check import Check, Job
from verify.engines.common import (
    Independent,
    Judged,
    each_variant,
    evidence,
    fold_cells,
    mutant_records,
)
from verify.evidence import NO_DIFFERENCE, CellRecord, Evidence, Outcome, Scope, Strength
from verify.statistics.streams import stream


@dataclass(frozen=True, kw_only=True)
class Follow(Check):
    """observe: from (cell, rng) to the figures of one trajectory (plain numbers and lists).

    margin: from (figures, cell, form) to a number that is positive where the claim holds,
    in relative units; NaN when the trajectory could not be followed. allowance: what the
    margin may be wrong by, with its derivation in `allowance_because`.
    repetitions: independent trajectories a cell.
    """

    observe: Callable[[Mapping[str, Any], np.random.Generator], Mapping[str, Any]]
    margin: Callable[[Mapping[str, Any], Mapping[str, Any], Form], float]
    cells: tuple[Mapping[str, Any], ...]
    allowance: float
    allowance_because: str
    repetitions: int = 3
    could_have_caught: str = ""


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Follow one trajectory; the stream is keyed by claim, cell and repetition."""
    check = job.check
    assert isinstance(check, Follow)
    cell_index, repetition = map(int, key.split("/"))
    cell = check.cells[cell_index]
    rng = stream(seed, job.claim.id, dict(cell), "trajectory", repetition)
    figures = dict(check.observe(cell, rng))
    found = each_variant(
        job,
        lambda form: _judge(float(check.margin(figures, cell, form)), check.allowance),
        census=True,
    )
    return {
        "figures": figures,
        "outcomes": {name: judged.outcome for name, judged in found.items()},
        "margin": found["claim"].figures["margin"],
        "reasons": {name: _reason(found["claim"], judged) for name, judged in found.items()},
    }


def _reason(claimed: Judged, mutant: Judged) -> str:
    """Why a mutant survives this trajectory: its margin beside the claim's."""
    if mutant.reason or mutant.outcome is Outcome.REFUTED:
        return mutant.reason
    before, after = claimed.figures["margin"], mutant.figures["margin"]
    if math.isnan(after):
        return "its margin is not a number"
    margins = f"margin {after:.3g}, the claim's {before:.3g}"
    if mutant.outcome is Outcome.UNDECIDED:
        return f"within the allowance of the integration ({margins})"
    if after == before:
        return f"{NO_DIFFERENCE} along this trajectory"
    words = "weaker than the claim" if after > before else "inside the margin"
    return f"{words} ({margins})"


def _judge(margin: float, allowance: float) -> Judged:
    figures = {"margin": margin}
    if math.isnan(margin) or abs(margin) <= allowance:
        return Judged(Outcome.UNDECIDED, "", figures)
    return Judged(Outcome.HOLDS if margin > 0 else Outcome.REFUTED, "", figures)


class State(Independent):
    """One chunk a trajectory."""

    def __init__(self, job: Job) -> None:
        check = job.check
        assert isinstance(check, Follow)
        super().__init__(
            job, (f"{i}/{k}" for i in range(len(check.cells)) for k in range(check.repetitions))
        )

    def evidence(self) -> Evidence:
        """Fold the trajectories."""
        check = self.job.check
        assert isinstance(check, Follow)
        outcomes: dict[str, list[str]] = {name: [] for name in self.job.variants()}
        reasons: dict[str, list[str]] = {}
        cells, margins = [], []
        for key, result in zip(self.keys, self.ordered(), strict=True):
            seen = result.get("outcomes", {})
            for name in {**outcomes, **seen}:
                outcomes.setdefault(name, []).append(seen.get(name, Outcome.UNDECIDED))
            for name, reason in result.get("reasons", {}).items():
                reasons.setdefault(name, []).append(reason)
            margins.append(result.get("margin", math.nan))
            index, repetition = key.split("/")
            cell = {**check.cells[int(index)], "repetition": int(repetition)}
            cells.append(
                CellRecord(cell, Outcome(outcomes["claim"][-1]), result.get("figures", {}))
            )
        part = fold_cells(outcomes["claim"], Strength.NUMERIC, Scope.CELLS)
        finite = [margin for margin in margins if not math.isnan(margin)]
        return evidence(
            self.job,
            part,
            margin=f"{min(finite):.2g} relative, allowance {check.allowance:.1g}" if finite else "",
            could_have_caught=check.could_have_caught
            or (
                f"a relative violation beyond {min(finite) + check.allowance:.2g}" if finite else ""
            ),
            cells=tuple(cells),
            mutants=mutant_records(self.job, outcomes, reasons),
        )
