"""What the first units of a trained network teach another one (arXiv 2302.01002, section 6.2)."""

from __future__ import annotations

from dataclasses import replace

from verify.experiments import asym_regression
from verify.experiments.experiment import Panel, Reading

EXPERIMENT = replace(
    asym_regression.EXPERIMENT,
    name="asym.transfer",
    title="Transfer of the first units after regression",
    trials="asym.regression",
    readings=(Reading("asym.exp.transfer", "transfer_test", since=0.0, until=0.0),),
    panels=(Panel("transfer_test", "test error", x="units", x_label="units transferred"),),
    departures=(
        *asym_regression.EXPERIMENT.departures,
        "The network that learns has two hidden layers of 64 units, as in the authors' code "
        "(the paper: one), and starts uniformly in ±1/√inputs.",
    ),
)
