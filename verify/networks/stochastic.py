"""Stochastic gradient descent on the cross-entropy, for networks with one output a class."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.shallow import ShallowNetwork


def softmax(scores: Array) -> Array:
    """Probabilities of the classes, row by row; no overflow.

    >>> softmax(np.array([[1000.0, 1000.0]]))
    array([[0.5, 0.5]])
    """
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


class StochasticDescent:
    """One ``step()`` takes the mean cross-entropy's gradient on the next batch.

    network    the start, never modified;  inputs (n, d);  classes (n,) in 0, ..., k - 1
    step       step size > 0;  batch samples at a time, each epoch in an order drawn by rng

    Raises InputError when classes and outputs disagree or step or batch is out of range.

    >>> from verify.networks.activations import activation
    >>> network = ShallowNetwork(np.eye(2), np.eye(2), activation("relu"))
    >>> rng = np.random.default_rng(0)
    >>> descent = StochasticDescent(network, np.eye(2), [1, 0], step=1.0, batch=2, rng=rng)
    >>> descent.step()
    >>> descent.weights.round(4)
    array([[0.6345, 0.    ],
           [0.    , 0.6345]])
    """

    def __init__(
        self,
        network: ShallowNetwork,
        inputs: ArrayLike,
        classes: ArrayLike,
        *,
        step: float,
        batch: int,
        rng: Generator,
    ) -> None:
        self.weights = np.array(network.weights, order="C")
        self.network = network.with_weights(self.weights)
        self.features = network.features(inputs)
        self.classes = np.asarray(classes, np.intp)
        outputs = network.coefficients.shape[1:]
        if not outputs or self.classes.min() < 0 or self.classes.max() >= outputs[0]:
            raise InputError(f"outputs {outputs}", "one output a class, classes from 0")
        if not step > 0 or not 1 <= batch <= len(self.features):
            raise InputError(f"step = {step}, batch = {batch}", "step > 0, 1 <= batch <= n")
        self.rate, self.batch, self.rng = step, batch, rng
        self.order = np.empty(0, np.intp)

    def step(self) -> None:
        """Make one step; an epoch's last batch may be smaller."""
        if not len(self.order):
            self.order = self.rng.permutation(len(self.features))
        chosen, self.order = self.order[: self.batch], self.order[self.batch :]
        phi = self.features[chosen]
        z = phi @ self.weights.T
        value, slope = np.empty_like(z), np.empty_like(z)
        self.network.activation.fill(z, value, slope)
        error = softmax(value @ self.network.coefficients)
        error[np.arange(len(chosen)), self.classes[chosen]] -= 1
        error *= self.rate / len(chosen)
        slope *= error @ self.network.coefficients.T
        self.weights -= slope.T @ phi


def accuracy(network: ShallowNetwork, inputs: ArrayLike, classes: ArrayLike) -> float:
    """Share of inputs whose largest output is that of their class."""
    return float(np.mean(network.outputs(inputs).argmax(axis=1) == np.asarray(classes)))
