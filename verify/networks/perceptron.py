"""A small ReLU network with every layer trained: what learns from the features of another one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.random import Generator

from verify.networks.activations import Array


class Perceptron:
    """ReLU layers of the given sizes and a linear last one, weights and biases trained.

    sizes    (inputs, hidden, ..., outputs), at least two
    rng      starts weights and biases uniformly in [-1, 1] / sqrt(inputs of the layer)

    >>> network = Perceptron((2, 8, 1), rng=np.random.default_rng(0))
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> y = np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> network.train(X, y, rate=0.3, steps=2000)
    >>> bool(np.abs(network.outputs(X) - y).max() < 0.05)
    True
    """

    def __init__(self, sizes: Sequence[int], *, rng: Generator) -> None:
        self.layers: list[tuple[Array, Array]] = []
        for inputs, outputs in pairwise(sizes):
            bound = 1 / sqrt(inputs)
            weights = rng.uniform(-bound, bound, (inputs, outputs))
            self.layers.append((weights, rng.uniform(-bound, bound, outputs)))

    def outputs(self, inputs: Array) -> Array:
        """f(x_i), shape (n, outputs)."""
        return self._forward(inputs)[-1]

    def _forward(self, inputs: Array) -> list[Array]:
        """What every layer hands on, the inputs first."""
        values = [inputs]
        for number, (weights, bias) in enumerate(self.layers, 1):
            z = values[-1] @ weights + bias
            values.append(np.maximum(z, 0) if number < len(self.layers) else z)
        return values

    def train(self, inputs: Array, targets: Array, *, rate: float, steps: int) -> None:
        """Full-batch gradient descent on the mean over all entries of (f(x_i) - y_i)^2."""
        for _ in range(steps):
            values = self._forward(inputs)
            error = (2 / targets.size) * (values[-1] - targets)
            for k in range(len(self.layers) - 1, -1, -1):
                weights, bias = self.layers[k]
                back = error @ weights.T * (values[k] > 0) if k else error
                weights -= rate * (values[k].T @ error)
                bias -= rate * error.sum(axis=0)
                error = back
