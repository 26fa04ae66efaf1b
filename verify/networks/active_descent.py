"""Gradient descent for large bias at a cost proportional to the active (unit, sample) pairs.

A pair with <w_j, phi(x_i)> <= -slack |phi(x_i)| stays inactive until w_j has moved by ``slack``.
Only the other pairs, the candidates, are evaluated; when the movement of some unit may exceed
the slack, the candidates are found afresh with one dense product. Skipping is therefore exact.
At B = 2 (2 % active) it costs about as much as dense steps, at B = 3 two to four times less.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork

# a part in 10^5 of every slack covers the rounding of float32 in z and in the movement
SAFE = 1 - 1e-5

# a refresh costs a few steps; one this rarely is nearly free and lets the slack shrink again
REVIEW = 50


class ActiveSetDescent(GradientDescent):
    """``GradientDescent`` for one-output ReLU networks that skips inactive pairs.

    slack      the movement of a unit allowed before candidates are recomputed, > 0; units
               that moved farther get four times their last movement
    Other arguments as in ``GradientDescent``; no momentum and no mask.

    Raises InputError for another activation, several outputs, a mask or slack <= 0.
    """

    def __init__(
        self,
        network: ShallowNetwork,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        step: float,
        loss: str = "half_sum",
        slack: float = 0.1,
    ) -> None:
        super().__init__(network, inputs, targets, step=step, loss=loss)
        if not self._is_relu or network.mask is not None:
            raise InputError("this network has no skippable pairs", "ReLU, one output, no mask")
        if not slack > 0:
            raise InputError(f"slack = {slack}", "slack > 0", "try 0.1")
        # rows of units are gathered here, so they must be contiguous
        self.weights = np.ascontiguousarray(self.weights)
        self.network = network.with_weights(self.weights)
        self.slack = slack
        self._slacks = np.full(len(self.weights), slack)
        self.refreshes = 0
        self._norms = np.linalg.norm(self.features, axis=1)
        # |w_j(k+1) - w_j(k)| <= rate |c_j| |X^T r| <= rate max|c_j| |X|_2 |r|
        self._speed = self.rate * float(
            np.abs(network.coefficients).max() * np.linalg.norm(self.features, 2)
        )
        self._refresh()

    def step(self) -> float:
        """Make one step and return the loss before it."""
        # the indices are in range; mode "raise" would copy through a buffer
        np.take(self.weights, self._units, axis=0, out=self._gathered, mode="clip")
        z = np.matmul(self._gathered, self.features[:, :, None])[:, :, 0]
        pull = self._candidate_coefficients * (z > 0)
        residual = np.vecdot(pull, z) - self.targets
        pull *= residual[:, None]
        pull *= self.rate
        self._gradient.data = pull.ravel()
        self._subtract(self._gradient @ self.features)
        self._allowance -= self._speed * float(np.linalg.norm(residual))
        self._age += 1
        if self._allowance < 0 or self._age >= REVIEW:
            self._check_movement()
        return self._loss_of(residual)

    def _subtract(self, change: Array) -> None:
        if self._rows is None:
            self.weights -= change
        else:
            self.weights[self._rows] -= change

    def _check_movement(self) -> None:
        change = self.weights - self._reference
        moved = np.sqrt(np.einsum("ij,ij->i", change, change))
        self._allowance = float((self._slacks * SAFE - moved).min())
        if self._allowance < 0 or self._age >= REVIEW:
            # few units move far (those active on many samples): only these get more slack
            self._slacks = np.maximum(self.slack, 2 * moved)
            self._refresh()

    def _refresh(self) -> None:
        self.refreshes += 1
        self._age = 0
        self._reference = self.weights.copy()
        self._allowance = self.slack * SAFE
        z = np.matmul(self.features, self.weights.T, out=self.slopes)
        candidate = z > -np.outer(self._norms, self._slacks)
        n, m = candidate.shape
        counts = candidate.sum(axis=1)
        width = max(1, int(counts.max()))
        # one padded row of unit numbers a sample; padding has coefficient 0
        filled = np.arange(width) < counts[:, None]
        self._units = np.zeros((n, width), np.intp)
        self._units[filled] = np.nonzero(candidate)[1]
        self._candidate_coefficients = np.where(
            filled, self.network.coefficients[self._units], 0
        ).astype(self.weights.dtype)
        self._gathered = np.empty((n, width, self.features.shape[1]), self.weights.dtype)
        self._set_gradient(m)

    def _set_gradient(self, m: int) -> None:
        n, width = self._units.shape
        touched, local = np.unique(self._units, return_inverse=True)
        # below half the units a gather and scatter is cheaper than a pass over all weights
        self._rows = touched if 2 * len(touched) < m else None
        rows: Any = local.ravel() if self._rows is not None else self._units.ravel()
        self._gradient = csc_array(
            (np.empty(n * width, self.weights.dtype), rows, np.arange(n + 1) * width),
            shape=(m if self._rows is None else len(touched), n),
        )
