"""Handwritten digits, with pruning and transfer (arXiv 2302.01002, section 6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.experiments.classes import CLASSES, Labelled, read_arrays, split_of, take
from verify.experiments.experiment import Curves, Experiment, Panel, Reading, Streams
from verify.experiments.scaling import ARMS, DEPARTURES, Watch, points, train
from verify.experiments.sources import Source
from verify.networks.perceptron import Perceptron
from verify.networks.shallow import ShallowNetwork
from verify.networks.stochastic import accuracy


def read(path: str, parameters: Mapping[str, Any]) -> Labelled | None:
    """Digits with pixels in [0, 1]; None when trials draw their own."""
    if not path:
        return None
    X, y = read_arrays(path, "X", "y")
    return X / 255, y


def trial(arm: str, parameters: Mapping[str, Any], data: Any, streams: Streams) -> Curves:
    """Train one arm on one-hot targets; prune its units; transfer the first ones."""
    parts = take(data, parameters, streams)
    network, watch = train(arm, parameters, split_of(parts), streams)
    watch.note(accuracy=accuracy(network, *parts[1]))
    prune(network, parts[1], watch)
    transfer(network, parts, watch, parameters, streams)
    return watch.finish()


def prune(network: ShallowNetwork, test: Labelled, watch: Watch) -> None:
    """Test accuracy after removing twentieths of the units, those of least lambda first."""
    kept = np.array(network.coefficients)
    values = network.activation.value(network.preactivations(test[0]))
    for twentieth in range(20):
        kept[len(kept) - round(len(kept) * twentieth / 20) :] = 0
        right = (values @ kept).argmax(axis=1) == test[1]
        watch.note(removed=twentieth / 20, pruned_accuracy=right.mean())


def transfer(
    network: ShallowNetwork,
    parts: tuple[Labelled, ...],
    watch: Watch,
    parameters: Mapping[str, Any],
    streams: Streams,
) -> None:
    """Accuracy of a ReLU network that learns from the ten units of largest lambda alone."""
    (X, y), (X_last, y_last) = parts[2:]
    units = ShallowNetwork(
        network.weights[:10], np.eye(10), network.activation, scale=network.scale
    )
    external = Perceptron((10, 128, 128, CLASSES), rng=streams("transfer"))
    external.train(
        units.outputs(X),
        np.eye(CLASSES)[y],
        rate=parameters["transfer_rate"],
        steps=parameters["transfer_steps"],
    )
    found = external.outputs(units.outputs(X_last)).argmax(axis=1)
    watch.note(units=10, transfer_accuracy=np.mean(found == y_last))


SCALES: dict[str, dict[str, Any]] = {
    "small": {
        "n": 100, "n_test": 400, "noise": 0.3, "m": 300, "steps": 400, "records": 8, "rate": 10.0,
        "probe": 30, "transfer_rate": 0.1, "transfer_steps": 50,
    },
    "paper": {
        "n": 5000, "n_test": 5000, "noise": 0.3, "m": 2000, "steps": 200_000, "records": 50,
        "rate": 1.0, "probe": 50, "transfer_rate": 0.1, "transfer_steps": 10_000,
    },
}  # fmt: skip

EXPERIMENT = Experiment(
    name="asym.mnist",
    title="Handwritten digits: training, pruning and transfer",
    arms=ARMS,
    scales=SCALES,
    trial=trial,
    readings=(
        Reading("asym.exp.accuracy", "accuracy"),
        Reading("asym.exp.weights", "weight_change"),
        Reading("asym.exp.kernel", "kernel_change"),
        # the source's own means of g1 and s1 differ by three per cent here
        Reading("asym.exp.eigenvalue", "least_eigenvalue", 0.0, 0.0, without=(("s1", "g1"),)),
    ),
    panels=(
        Panel("train", "training error", log=True),
        Panel("weight_change", "largest change of a weight vector"),
        Panel("kernel_change", "change of the tangent Gram matrix"),
        Panel(
            "pruned_accuracy",
            "test accuracy",
            x="removed",
            x_label="share of units removed",
            digitised=points((0.0, 0.889, 0.884, 0.860, 0.760), (0.8, 0.334, 0.566, 0.536, 0.759)),
        ),
    ),
    load=Source(
        read,
        made="noisy copies of ten random points, drawn for each seed",
        wants="an .npz file with X (n, 28, 28) of 0 to 255 and y (n,) of 0 to 9",
    ),
    departures=(
        *DEPARTURES,
        "At small scale the step size is ten times the source's: a step goes ten times as far.",
        "The network that learns from the first units has 128 and 128 hidden units, as in the "
        "authors' code (the paper: one layer).",
    ),
)
