"""Regression on real data, then pruning and transfer (arXiv 2302.01002, section 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from theory.exact import InputError
from verify.data.load import read_csv
from verify.experiments.experiment import Curves, Experiment, Panel, Reading, Streams
from verify.experiments.scaling import ARMS, DEPARTURES, Split, Watch, train
from verify.experiments.sources import Source
from verify.networks.activations import Array
from verify.networks.perceptron import Perceptron
from verify.networks.shallow import ShallowNetwork

SECOND_TARGETS = ("cooling_load", "Y2")  # of the set on energy, whose first target is used
DRAWN_TEST = 400


def read(path: str, parameters: Mapping[str, Any]) -> tuple[Array, Array] | None:
    """Distinct inputs and targets of a CSV file; None when trials draw their own."""
    if not path:
        return None
    data = read_csv(Path(path))
    if data.target in SECOND_TARGETS:
        data = read_csv(Path(path), data.columns[-1])
    keep = [k for k, name in enumerate(data.columns) if name not in SECOND_TARGETS]
    X, y = data.X[:, keep], data.y
    _, first = np.unique(X, axis=0, return_index=True)
    if len(first) < 20:
        raise InputError(f"{path} has {len(first)} distinct rows", "20 or more")
    first.sort()
    return X[first], y[first]


def friedman(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Friedman's function of ten uniform inputs, five of them idle, with noise of deviation 1.

    Source: J. H. Friedman, Annals of Statistics 19 (1991), eq. (61).
    """
    X = rng.random((n, 10))
    curved = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2
    return X, curved + 10 * X[:, 3] + 5 * X[:, 4] + rng.standard_normal(n)


def split(data: tuple[Array, Array] | None, rows: int | None, streams: Streams) -> Split:
    """Permute; 40 % train, 40 % further, 20 % test; standardise with the training part.

    Data that are drawn here have DRAWN_TEST test points, so that little noise comes from them.
    """
    rng = streams("data")
    if data is None:
        n = rows or 500
        train, more = round(0.4 * n), round(0.8 * n)
        X, y = friedman(more + DRAWN_TEST, rng)
    else:
        order = rng.permutation(len(data[0]))[:rows]
        X, y = data[0][order], data[1][order]
        train, more = round(0.4 * len(X)), round(0.8 * len(X))
    spread = X[:train].std(axis=0)
    X = (X - X[:train].mean(axis=0)) / np.where(spread > 0, spread, 1)
    y = (y - y[:train].mean()) / y[:train].std()
    return Split(X[:train], y[:train], X[more:], y[more:], X[train:more], y[train:more])


def trial(arm: str, parameters: Mapping[str, Any], data: Any, streams: Streams) -> Curves:
    """Train one arm; prune its units; teach another network what its first units see."""
    parts = split(data, parameters["rows"], streams)
    network, watch = train(arm, parameters, parts, streams)
    prune(network, parts, watch)
    transfer(network, parts, watch, parameters, streams)
    return watch.finish()


def prune(network: ShallowNetwork, parts: Split, watch: Watch) -> None:
    """Errors after removing twentieths of the units, those of least lambda first.

    lambda_j decreases in j, so the last units go first; under gamma = 1 the order is arbitrary.
    """
    kept = np.array(network.coefficients)
    m = len(kept)
    units = network.activation.value
    seen, unseen = (units(network.preactivations(X)) for X in (parts.X, parts.X_test))
    for twentieth in range(20):
        kept[m - round(m * twentieth / 20) :] = 0
        watch.note(
            removed=twentieth / 20,
            pruned_train=np.mean((seen @ kept - parts.y) ** 2),
            pruned_test=np.mean((unseen @ kept - parts.y_test) ** 2),
        )


def transfer(
    network: ShallowNetwork, parts: Split, watch: Watch, parameters: Mapping[str, Any],
    streams: Streams,
) -> None:  # fmt: skip
    """Test error of a ReLU network that learns from the units of largest lambda alone.

    It is trained on half of the further data; 64 and 64 hidden units, gradient descent.
    """
    half = len(parts.X_more) // 2
    seen, targets = parts.X_more[:half], parts.y_more[:half, None]
    for size in parameters["transferred"]:
        external = Perceptron((size, 64, 64, 1), rng=streams(f"transfer {size}"))
        units = ShallowNetwork(
            network.weights[:size], np.eye(size), network.activation, scale=network.scale
        )
        rate, steps = parameters["transfer_rate"], parameters["transfer_steps"]
        external.train(units.outputs(seen), targets, rate=rate, steps=steps)
        found = external.outputs(units.outputs(parts.X_test))[:, 0]
        watch.note(units=size, transfer_test=np.mean((found - parts.y_test) ** 2))


SOURCE = Source(
    read,
    made="Friedman's function, drawn for each seed",
    wants="a CSV file with a header line, the target last",
)
SCALES: dict[str, dict[str, Any]] = {
    "small": {
        "rows": 200, "m": 300, "steps": 400, "records": 8, "rate": 1.0, "probe": 30,
        "transferred": (10, 100), "transfer_rate": 0.1, "transfer_steps": 100,
    },
    "paper": {
        "rows": None, "m": 2000, "steps": 100_000, "records": 50, "rate": 1.0, "probe": 50,
        "transferred": tuple(range(10, 101, 10)), "transfer_rate": 0.1, "transfer_steps": 5000,
    },
}  # fmt: skip

EXPERIMENT = Experiment(
    name="asym.regression",
    title="Regression: training, weights and tangent kernel",
    arms=ARMS,
    scales=SCALES,
    trial=trial,
    readings=(
        Reading("asym.exp.train", "train"),
        Reading("asym.exp.weights", "weight_change"),
        Reading("asym.exp.kernel", "kernel_change"),
        Reading("asym.exp.eigenvalue", "least_eigenvalue", since=0.0, until=0.0),
    ),
    panels=(
        Panel("train", "training error", log=True),
        Panel("test", "test error"),
        Panel("weight_change", "largest change of a weight vector"),
        Panel("kernel_change", "change of the tangent Gram matrix"),
        Panel("least_eigenvalue", "least eigenvalue of the tangent Gram matrix", log=True),
    ),
    load=SOURCE,
    departures=(*DEPARTURES, "Rows whose inputs repeat an earlier row are dropped."),
)
