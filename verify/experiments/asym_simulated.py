"""Simulated data of the paper on asymmetrical node scaling (arXiv 2302.01002, Figure 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.experiments.experiment import Curves, Experiment, Panel, Reading, Streams
from verify.experiments.scaling import ARMS, DEPARTURES, Split, points, train
from verify.networks.activations import Array


def sphere_data(n: int, d: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """x uniform on the unit sphere, y = (5/d) sum_k sin(pi x_k) + N(0, noise^2)."""
    X = rng.standard_normal((n, d))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return X, 5 / d * np.sin(np.pi * X).sum(axis=1) + noise * rng.standard_normal(n)


def trial(arm: str, parameters: Mapping[str, Any], data: None, streams: Streams) -> Curves:
    """Train one arm on its seed's data."""
    n, d, rng = parameters["n"], parameters["d"], streams("data")
    split = Split(*sphere_data(n, d, 0.1, rng), *sphere_data(parameters["n_test"], d, 0.1, rng))
    _, watch = train(arm, parameters, split, streams)
    return watch.finish()


SCALES: dict[str, dict[str, Any]] = {
    "small": {
        "n": 30, "n_test": 500, "d": 20, "m": 300,
        "steps": 600, "records": 8, "rate": 1.0, "probe": 30,
    },
    "paper": {
        "n": 100, "n_test": 100, "d": 50, "m": 2000,
        "steps": 50_000, "records": 50, "rate": 1.0, "probe": 100,
    },
}  # fmt: skip

EXPERIMENT = Experiment(
    name="asym.simulated",
    title="Simulated data: training, test error, weights and tangent kernel",
    arms=ARMS,
    scales=SCALES,
    trial=trial,
    readings=(
        Reading("asym.exp.train", "train"),
        Reading("asym.exp.test", "test"),
        Reading("asym.exp.weights", "weight_change"),
        Reading("asym.exp.kernel", "kernel_change"),
        Reading("asym.exp.eigenvalue", "least_eigenvalue", since=0.0),
    ),
    panels=(
        Panel(
            "train",
            "training error",
            log=True,
            digitised=points(
                (1000, 0.0579, 0.0521, 0.0673, 0.0718),
                (6000, 0.00602, 0.00688, 0.0162, 0.0302),
                (50_000, 1.2e-6, 4.3e-6, 1.4e-4, 3.1e-3),
            ),
        ),
        Panel("test", "test error", digitised=points((50_000, 0.0377, 0.0414, 0.0424, 0.0476))),
        Panel(
            "weight_change",
            "largest change of a weight vector",
            digitised=points((1000, 0.248, 2.73, 3.28, 2.79), (50_000, 0.919, 7.42, 11.5, 24.4)),
        ),
        Panel(
            "kernel_change",
            "change of the tangent Gram matrix",
            digitised=points((50_000, 0.0276**2, 0.104**2, 0.179**2, 0.222**2)),
        ),
        Panel(
            "least_eigenvalue",
            "least eigenvalue of the tangent Gram matrix",
            log=True,
            digitised=points(
                (0, 0.00375, 0.00314, 0.00161, 0.000336),
                (50_000, 0.00376, 0.00307, 0.00148, 0.000215),
            ),
        ),
    ),
    departures=DEPARTURES,
)
