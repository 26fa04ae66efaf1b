"""Large initial bias: sparsity, speed, kernel and drift (arXiv 2301.00327)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.experiments.experiment import Curves, Experiment, Panel, Reading, Streams
from verify.networks.descent import GradientDescent
from verify.networks.shallow import bias_network
from verify.networks.tangent import tangent_gram

BIASES = {"B0": 0.0, "B1/2": 0.5, "B1": 1.0, "B2": 2.0}


def trial(arm: str, parameters: Mapping[str, Any], data: None, streams: Streams) -> Curves:
    """Train one arm on random signs of points of the unit sphere, step 1 / largest eigenvalue.

    Every arm stops at the target loss; curves are followed at equal shares of its steps.
    """
    n, d, rng = parameters["n"], parameters["d"], streams("data")
    X = rng.standard_normal((n, d))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    y = rng.choice([-1.0, 1.0], n)
    network = bias_network(parameters["m"], d, bias=BIASES[arm], rng=streams("network"))
    first = np.linalg.eigvalsh(tangent_gram(network, X))
    descent = GradientDescent(network, X, y, step=1 / first[-1])
    start = float(np.mean(network.slopes(X)))
    losses = [descent.step()]
    while losses[-1] > parameters["target"] * losses[0] and len(losses) < parameters["most"]:
        losses.append(descent.step())
    last = np.linalg.eigvalsh(tangent_gram(descent.network, X))
    reached = losses[-1] <= parameters["target"] * losses[0]
    padded = np.minimum(np.arange(parameters["shown"]), len(losses) - 1)
    return {
        "step": list(map(float, range(parameters["shown"]))),
        "loss": [losses[k] for k in padded],
        "steps": [float(len(losses)) if reached else float("inf")],
        "active": [start],
        "eigenvalue_kept": [float(last[0] / first[0])],
    }


SCALES: dict[str, dict[str, Any]] = {
    "small": {"n": 10, "d": 10, "m": 2000, "target": 1e-6, "most": 20_000, "shown": 60},
    "paper": {"n": 20, "d": 20, "m": 20_000, "target": 1e-6, "most": 20_000, "shown": 100},
}

EXPERIMENT = Experiment(
    name="bias.sparsity",
    title="Sparsity, speed and drift under a large initial bias",
    arms={name: f"B = {value:g}" for name, value in BIASES.items()},
    scales=SCALES,
    trial=trial,
    readings=(
        Reading("bias.exp.active", "active"),
        Reading("bias.exp.steps", "steps"),
        Reading("bias.exp.kept_eigenvalue", "eigenvalue_kept"),
    ),
    panels=(Panel("loss", "loss", log=True),),
    departures=(
        "The source's figures are on images and deeper networks; these are the settings in "
        "which the theorems speak: points on the sphere, random signs, one hidden layer.",
    ),
)
