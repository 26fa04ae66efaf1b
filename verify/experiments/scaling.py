"""What the experiments on node scaling share: arms, networks, what is measured while training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np

from verify.experiments.experiment import Curves, Streams
from verify.networks.activations import Array
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork, asymmetric_network
from verify.networks.tangent import tangent_gram

SETTINGS = {"g1": (1.0, None), "s1": (0.5, 0.7), "s2": (0.2, 0.5), "s3": (0.0, 0.4)}
ARMS = {
    name: "γ = 1" if alpha is None else f"γ = {gamma:g}, α = {alpha:g}"
    for name, (gamma, alpha) in SETTINGS.items()
}
MEAN_SQUARE = 2.0  # the mean square has twice the gradient of half the mean square
DEPARTURES = (
    "As in the authors' code, the loss is the mean square (the paper writes half the sum), "
    "weights start as N(0, 2) (the paper: N(0, 1)), arithmetic is float32.",
    "Node weights are those of the paper; the authors' code shifts the Zipf index by one.",
    "Every seed draws its data or its split anew (the source: one fixed data set).",
    "The spectral norm of the change of the tangent Gram matrix is shown; the published axis "
    "shows its square root, and digitised values are squared for comparison.",
)


def scaling_weights(arm: str, m: int) -> Array:
    """lambda_1, ..., lambda_m of an arm, in float64; they sum to 1.

    Source: arXiv 2302.01002, eq. (1) and (4).

    >>> scaling_weights("s3", 3).round(4).tolist()
    [0.8058, 0.1425, 0.0517]
    """
    gamma, alpha = SETTINGS[arm]
    uniform = np.full(m, gamma / m)
    if alpha is None:
        return uniform
    zipf = np.arange(1, m + 1) ** (-1 / alpha)
    return uniform + (1 - gamma) * zipf / zipf.sum()


def points(*rows: tuple[float, float, float, float, float]) -> dict[str, tuple]:
    """Rows (x, g1, s1, s2, s3) of digitised means as points by arm.

    >>> points((0.0, 1.0, 2.0, 3.0, 4.0))["s1"]
    ((0.0, 2.0),)
    """
    return {arm: tuple((row[0], row[k]) for row in rows) for k, arm in enumerate(SETTINGS, 1)}


def start(arm: str, m: int, d: int, streams: Streams, *, outputs: int = 1) -> ShallowNetwork:
    """The network of an arm; weights and signs of one seed are the same for every arm."""
    return asymmetric_network(
        scaling_weights(arm, m),
        d,
        rng=streams("network"),
        outputs=outputs,
        weight_deviation=sqrt(2),
        dtype=np.float32,
    )


def record_steps(steps: int, records: int) -> list[int]:
    """Steps at which a run of `steps` is recorded: 0 and `records` equally spaced ones.

    >>> record_steps(50, 5)
    [0, 10, 20, 30, 40, 50]
    """
    return [round(k * steps / records) for k in range(records + 1)]


def descend(descent: Any, steps: list[int]) -> Iterator[int]:
    """Train, and pause at each of the given steps."""
    done = 0
    for wanted in steps:
        for _ in range(wanted - done):
            descent.step()
        done = wanted
        yield wanted


@dataclass
class Watch:
    """Measures a network in training.

    probe: inputs (q, d) whose tangent Gram matrix is followed; None: it is not.
    """

    start: ShallowNetwork
    probe: Array | None
    curves: Curves = field(default_factory=dict)
    moved: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.probe is not None:
            self.first_gram = self._gram(self.start, self.probe)

    def _gram(self, network: ShallowNetwork, probe: Array) -> Array:
        # of several outputs the first is followed; all share the same Gram matrix here,
        # because their coefficients differ in sign only
        units = network.coefficients
        single = ShallowNetwork(
            network.weights.astype(np.float64),
            (units if units.ndim == 1 else units[:, 0]).astype(np.float64),
            network.activation,
            scale=network.scale,
        )
        return tangent_gram(single, probe)

    def note(self, **values: Any) -> None:
        """Append one point to the curves of these names."""
        for name, value in values.items():
            self.curves.setdefault(name, []).append(float(value))

    def observe(self, step: int, network: ShallowNetwork) -> None:
        """Record the weights' and the Gram matrix' state at a step."""
        self.note(step=step)
        self.moved.append(np.linalg.norm(network.weights - self.start.weights, axis=1))
        if self.probe is not None:
            gram = self._gram(network, self.probe)
            self.note(
                kernel_change=np.linalg.norm(gram - self.first_gram, 2),
                least_eigenvalue=np.linalg.eigvalsh(gram)[0],
            )

    def finish(self) -> Curves:
        """The curves; the weight change is that of the unit that has moved most in the end."""
        unit = int(np.argmax(self.moved[-1]))
        self.curves["weight_change"] = [float(change[unit]) for change in self.moved]
        return self.curves


def mean_square(network: ShallowNetwork, inputs: Array, targets: Array) -> float:
    """Mean over all entries of (f(x_i) - y_i)^2."""
    return float(np.mean((network.outputs(inputs) - targets) ** 2))


@dataclass(frozen=True)
class Split:
    """Training, test and further inputs and targets of one trial."""

    X: Array
    y: Array
    X_test: Array
    y_test: Array
    X_more: Array = field(default_factory=lambda: np.empty((0, 0)))
    y_more: Array = field(default_factory=lambda: np.empty(0))


def train(
    arm: str, parameters: Mapping[str, Any], split: Split, streams: Streams
) -> tuple[ShallowNetwork, Watch]:
    """Train an arm on the mean square and watch it.

    parameters: m, steps, records, step size `rate` of the mean square, `probe`: how many
    training points the tangent Gram matrix is taken on.
    """
    outputs = 1 if split.y.ndim == 1 else split.y.shape[1]
    network = start(arm, parameters["m"], split.X.shape[1], streams, outputs=outputs)
    rate = MEAN_SQUARE * parameters["rate"] / outputs
    descent = GradientDescent(network, split.X, split.y, step=rate, loss="half_mean")
    watch = Watch(network, split.X[: parameters["probe"]])
    for step in descend(descent, record_steps(parameters["steps"], parameters["records"])):
        watch.observe(step, descent.network)
        watch.note(
            train=mean_square(descent.network, split.X, split.y),
            test=mean_square(descent.network, split.X_test, split.y_test),
        )
    return descent.network, watch
