"""How much of a trained network can be removed (arXiv 2302.01002, section 6.2)."""

from __future__ import annotations

from dataclasses import replace

from verify.experiments import asym_regression
from verify.experiments.experiment import Panel, Reading

EXPERIMENT = replace(
    asym_regression.EXPERIMENT,
    name="asym.pruning",
    title="Pruning of units after regression",
    trials="asym.regression",
    readings=(
        Reading("asym.exp.pruning", "pruned_test"),
        Reading("asym.exp.pruning_light", "pruned_test", since=3 / 19, until=3 / 19),
    ),
    panels=(
        Panel("pruned_train", "training error", x="removed", x_label="share of units removed"),
        Panel("pruned_test", "test error", x="removed", x_label="share of units removed"),
    ),
    departures=(
        *asym_regression.EXPERIMENT.departures,
        "Under γ = 1 all units have the same weight: the last ones are removed first.",
    ),
)
