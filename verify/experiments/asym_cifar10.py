"""Pretrained features of natural images (arXiv 2302.01002, section 6.4).

The source freezes a ResNet-18 (512 features). Here the features are whatever the file holds;
`verify.experiments.pretrained` makes those of ResNet-18 from images, where torchvision and its
weights can be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verify.experiments.asym_mnist import prune
from verify.experiments.classes import CLASSES, Labelled, prototypes, read_arrays
from verify.experiments.experiment import Curves, Experiment, Panel, Reading, Streams
from verify.experiments.scaling import (
    ARMS,
    DEPARTURES,
    Watch,
    descend,
    points,
    record_steps,
    start,
)
from verify.experiments.sources import Source
from verify.networks.stochastic import StochasticDescent, accuracy


def read(path: str, parameters: Mapping[str, Any]) -> tuple[Labelled, Labelled] | None:
    """Training and test features with their classes; None when trials draw their own."""
    if not path:
        return None
    train = read_arrays(path, "F_train", "y_train")
    test = read_arrays(path, "F_test", "y_test")
    return (train[0].astype(float), train[1]), (test[0].astype(float), test[1])


def parts(data: Any, parameters: Mapping[str, Any], streams: Streams) -> tuple[Labelled, Labelled]:
    """This seed's training and test samples, the features standardised as a whole."""
    rng, n, n_test = streams("data"), parameters["n"], parameters["n_test"]
    if data is None:
        X, y = prototypes((n or 500) + 400, 30, 0.3, rng)
        train, test = (X[:-400], y[:-400]), (X[-400:], y[-400:])
    else:
        train, test = data
    order = rng.permutation(len(train[0]))[:n]
    chosen = train[0][order]
    centre, spread = chosen.mean(axis=0), chosen.std()
    return ((chosen - centre) / spread, train[1][order]), (
        (test[0][:n_test] - centre) / spread,
        test[1][:n_test],
    )


def trial(arm: str, parameters: Mapping[str, Any], data: Any, streams: Streams) -> Curves:
    """Train one arm on the cross-entropy by stochastic gradient descent; prune its units."""
    (X, y), test = parts(data, parameters, streams)
    network = start(arm, parameters["m"], X.shape[1], streams, outputs=CLASSES)
    descent = StochasticDescent(
        network, X, y, step=parameters["rate"], batch=parameters["batch"], rng=streams("batches")
    )
    watch = Watch(network, X[: parameters["probe"]])
    epochs = parameters["epochs"] * -(-len(X) // parameters["batch"])
    for step in descend(descent, record_steps(epochs, parameters["records"])):
        watch.observe(step, descent.network)
        watch.note(
            train_accuracy=accuracy(descent.network, X, y),
            accuracy=accuracy(descent.network, *test),
        )
    prune(descent.network, test, watch)
    return watch.finish()


SCALES: dict[str, dict[str, Any]] = {
    "small": {
        "n": 300, "n_test": 500, "m": 300, "rate": 5.0, "batch": 64, "epochs": 40, "records": 8,
        "probe": 30,
    },
    "paper": {
        "n": None, "n_test": None, "m": 2000, "rate": 5.0, "batch": 64, "epochs": 100,
        "records": 50, "probe": 50,
    },
}  # fmt: skip

EXPERIMENT = Experiment(
    name="asym.cifar10",
    title="Pretrained image features: accuracy, weights and pruning",
    arms=ARMS,
    scales=SCALES,
    trial=trial,
    readings=(
        Reading("asym.exp.accuracy", "accuracy"),
        Reading("asym.exp.weights", "weight_change"),
    ),
    panels=(
        Panel("accuracy", "test accuracy"),
        Panel("weight_change", "largest change of a weight vector"),
        Panel(
            "pruned_accuracy",
            "test accuracy",
            x="removed",
            x_label="share of units removed",
            digitised=points((0.0, 0.862, 0.859, 0.851, 0.829), (0.8, 0.585, 0.658, 0.629, 0.829)),
        ),
    ),
    load=Source(
        read,
        made="noisy copies of ten random points, drawn for each seed",
        wants="an .npz file with F_train, y_train, F_test, y_test",
    ),
    departures=(
        *DEPARTURES[1:3],
        "The features are those of the file, by its name; the source's are ResNet-18's.",
        "Features are fixed for each image and standardised as a whole; the authors' code crops "
        "and flips the training images anew in each epoch.",
    ),
)
