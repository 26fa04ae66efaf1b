"""Gradient descent for large bias that skips inactive units, never slower than a dense step.

A unit that is inactive on every sample has a zero gradient: it does not move, and so it stays
inactive for good. The units still alive are kept in an array of their own, which only shrinks,
and are trained there by dense products. Skipping is exact, up to the order of summation.

Skipping single (unit, sample) pairs does not pay: at 2 % active pairs a gathered or a sparse
product costs more than the dense one over the units alive.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork

REVIEW = 50  # steps between two counts of the units alive; a count costs less than one step
WORTH_A_COPY = 0.9  # share of the units left from which a smaller array is not worth its making


class ActiveSetDescent:
    """``GradientDescent`` for one-output ReLU networks at the cost of the units still alive.

    Arguments as in ``GradientDescent``, without momentum. `copies` counts how often the units
    alive were gathered.

    Raises InputError for another activation, several outputs or a mask.

    >>> from verify.networks.activations import activation
    >>> weights = np.array([[1.0], [-1.0]])
    >>> network = ShallowNetwork(weights, np.ones(2), activation("relu"))
    >>> descent = ActiveSetDescent(network, [[1.0]], [3.0], step=0.5)
    >>> [descent.step(), descent.step(), descent.loss()], descent.alive
    ([2.0, 0.5, 0.125], 1)
    """

    def __init__(
        self,
        network: ShallowNetwork,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        step: float,
        loss: str = "half_sum",
    ) -> None:
        several = network.coefficients.ndim != 1
        if network.activation.name != "relu" or several or network.mask is not None:
            raise InputError("this network has no skippable units", "ReLU, one output, no mask")
        self._start, self._inputs, self._targets = network, inputs, targets
        self._step, self._loss = step, loss
        self._weights = np.array(network.weights, order="C")
        self._units = np.arange(len(self._weights))
        self._inner = self._descent(network)
        self._inner.loss()  # fills the patterns of the start
        self._age = self.copies = 0
        self._review()

    def _descent(self, network: ShallowNetwork) -> GradientDescent:
        return GradientDescent(
            network, self._inputs, self._targets, step=self._step, loss=self._loss
        )

    @property
    def alive(self) -> int:
        """Units still trained; all others are inactive on every sample."""
        return len(self._units)

    @property
    def weights(self) -> Array:
        """The present weights (m, p); not to be written to."""
        self._weights[self._units] = self._inner.weights
        return self._weights

    @property
    def network(self) -> ShallowNetwork:
        """The network at the present weights."""
        return self._start.with_weights(self.weights)

    def loss(self) -> float:
        """The loss at the present weights."""
        return self._inner.loss()

    def residual(self) -> Array:
        """f(x_i) - y_i at the present weights, shape (n,)."""
        return self._inner.residual()

    def step(self) -> float:
        """Make one step and return the loss before it."""
        if self._age >= REVIEW:
            self._review()
        self._age += 1
        return self._inner.step()

    def _review(self) -> None:
        """Drop the units that have died, if they are many.

        The patterns are those before the last step: who was inactive on all samples then did not
        move in it.
        """
        self._age = 0
        kept = np.flatnonzero((self._inner.slopes() > 0).any(axis=0))
        if len(kept) >= WORTH_A_COPY * len(self._units):
            return
        weights = self.weights
        # BLAS refuses empty arrays: one dead unit is harmless
        self._units = self._units[kept if len(kept) else [0]]
        self._inner = self._descent(
            replace(
                self._start,
                weights=weights[self._units],
                coefficients=self._start.coefficients[self._units],
            )
        )
        self.copies += 1
