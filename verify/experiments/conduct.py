"""Run an experiment on the ledger and sum it up as plain data."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.claim import claim
from verify.check import Job
from verify.engines.order import mean_curve
from verify.experiments import experiment
from verify.experiments.experiment import Experiment, Panel
from verify.ledger import Ledger
from verify.run import RunResult
from verify.statistics.budget import Budget


@dataclass(frozen=True)
class Execute:
    """What workers run: trials of one experiment; data: path by the check's id."""

    name: str
    scale: str
    data: Mapping[str, str]

    def __call__(self, id: str, key: str, seed: int, profile: str) -> tuple[dict[str, Any], float]:
        """One trial and its seconds."""
        started = time.perf_counter()
        arm, number = key.rsplit("/", 1)
        found = experiment(self.name)
        curves = found.run_trial(arm, int(number), seed, self.scale, self.data[id])
        return {"curves": curves}, time.perf_counter() - started


def jobs(
    found: Experiment, scale: str, paths: Sequence[str], seeds: int
) -> tuple[dict[str, Job], Execute]:
    """One job an ordering and data set, and what executes them.

    All orderings of the call together spend the error budget of a whole run.
    """
    made, data = {}, {}
    checks = [
        (path, check) for path in paths for check in found.orderings(
            scale=scale, data=path, n_max=seeds
        )
    ]  # fmt: skip
    alpha, beta = Budget(checks=len(checks)).share()
    for path, check in checks:
        id = f"{check.claim}/Order {found.load.describe(path)}"
        made[id] = Job(id, check, claim(check.claim), alpha, beta)
        data[id] = path
    return made, Execute(found.name, scale, data)


def summary(
    found: Experiment,
    *,
    scale: str,
    paths: Sequence[str],
    seeds: int,
    seed: int,
    ledger: Ledger,
    result: RunResult,
) -> dict[str, Any]:
    """Everything a figure or a table of the experiment needs."""
    return {
        "experiment": found.name,
        "title": found.title,
        "scale": scale,
        "parameters": dict(found.parameters(scale)),
        "seed": seed,
        "arms": dict(found.arms),
        "departures": list(found.departures),
        "complete": result.complete,
        "data": [_data_set(found, scale, path, seeds, seed, ledger, result) for path in paths],
    }


def _data_set(
    found: Experiment, scale: str, path: str, seeds: int, seed: int, ledger: Ledger,
    result: RunResult,
) -> dict[str, Any]:  # fmt: skip
    owner, label = found.owner(scale, path), found.load.describe(path)
    trials: dict[str, list[Mapping[str, list[float]]]] = {arm: [] for arm in found.arms}
    seconds = 0.0
    for arm, curves in trials.items():
        for number in range(seeds):
            known = ledger.get(seed, owner, f"{arm}/{number}")
            if known is not None:
                curves.append(known[0]["curves"])
                seconds += known[1]
    return {
        "data": label,
        "seeds": {arm: len(curves) for arm, curves in trials.items()},
        "seconds": seconds,
        "panels": [_panel(panel, trials, scale) for panel in found.panels],
        "orderings": [
            {"claim": record.claim, **cell.cell, "outcome": cell.outcome, **_counts(cell.figures)}
            for record in result.evidence
            for cell in record.cells
            if cell.cell["data"] == label
        ],
    }


def _counts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Without the curves, which stand in the panels."""
    return {name: value for name, value in figures.items() if name != "curves"}


def _panel(
    panel: Panel, trials: Mapping[str, list[Mapping[str, list[float]]]], scale: str
) -> dict[str, Any]:
    curves = {}
    for arm, found in trials.items():
        if found:
            values = np.array([curve[panel.figure] for curve in found])
            curves[arm] = {"x": list(found[0][panel.x]), **mean_curve(values)}
    digitised = {arm: [list(point) for point in points] for arm, points in panel.digitised.items()}
    return {
        "figure": panel.figure,
        "label": panel.label,
        "x_label": panel.x_label,
        "log": panel.log,
        "curves": curves,
        "digitised": digitised if scale == "paper" else {},
    }
