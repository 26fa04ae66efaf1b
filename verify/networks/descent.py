"""Full-batch gradient descent and heavy ball at little more than two matrix products a step.

    W(k+1) = W(k) - step * gradient + momentum * (W(k) - W(k-1))

All buffers are allocated once. Weights are stored by columns: of the layouts of both products
(n x p times p x m, then p x n times n x m) BLAS is fastest at the one without transposes of the
large factors. Coefficients multiply the gradient, (p, m), instead of the slopes, (n, m).
With the extra `compiled` a large ReLU step takes its passes between the products compiled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.fused import WORTH_COMPILING, compiled
from verify.networks.shallow import ShallowNetwork

LOSSES = ("half_sum", "half_mean")


class GradientDescent:
    """Trains a network in place of a copy of its weights; one ``step()`` is one iteration.

    network    the start; never modified
    inputs     (n, d);  targets (n,) or (n, k)
    step       step size > 0;  momentum in [0, 1)
    loss       "half_sum": 1/2 sum_i |f(x_i) - y_i|^2; "half_mean": that divided by n

    Raises InputError for a loss, step, momentum or target outside these ranges.

    >>> from verify.networks.shallow import student_network
    >>> descent = GradientDescent(student_network([[1.0]]), [[1.0]], [3.0], step=0.5)
    >>> [descent.step(), descent.step(), descent.loss()]
    [2.0, 0.5, 0.125]
    """

    def __init__(
        self,
        network: ShallowNetwork,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        step: float,
        momentum: float = 0.0,
        loss: str = "half_sum",
    ) -> None:
        self.weights = np.array(network.weights, order="F")
        self.network = network.with_weights(self.weights)
        self.features = network.features(inputs)
        self.targets = np.asarray(targets, self.weights.dtype)
        self.momentum = momentum
        _check(self, step, loss)
        self.per_sample = 1.0 if loss == "half_sum" else 1.0 / len(self.features)
        self.rate = step * self.per_sample
        shape = (len(self.features), len(self.weights))
        self.slopes = np.empty(shape, self.weights.dtype)
        self.values = np.empty_like(self.slopes)
        self._residual = np.empty_like(self.targets)
        self._weighted = np.empty_like(self.features)
        self._change = np.empty_like(self.weights.T)
        self._velocity = np.zeros_like(self.weights.T) if momentum > 0 else None
        self._unit_rates = (-self.rate * network.coefficients).astype(self.weights.dtype)
        # ReLU overwrites pre-activations by values and values by slopes: fewer bytes to move
        is_relu = network.activation.name == "relu"
        self._preactivations = self.slopes if is_relu else np.empty_like(self.slopes)
        self._active = np.empty(shape, bool)
        fusible = is_relu and self.targets.ndim == 1 and self.slopes.size >= WORTH_COMPILING
        self._passes = compiled() if fusible else None

    def loss(self) -> float:
        """The loss at the present weights."""
        return self._loss_of(self._forward())

    def residual(self) -> Array:
        """f(x_i) - y_i at the present weights, shape of the targets."""
        return self._forward().copy()

    def step(self) -> float:
        """Make one step and return the loss before it."""
        residual = self._forward()
        if residual.ndim == 1:
            np.multiply(self.features, residual[:, None], out=self._weighted)
            np.matmul(self._weighted.T, self.slopes, out=self._change)
            if self._passes is not None and self._moves_freely:
                self._passes.move(self.weights.T, self._change, self._unit_rates)
                return self._loss_of(residual)
            self._change *= self._unit_rates
        else:
            np.matmul(residual, self.network.coefficients.T, out=self.values)
            self.slopes *= self.values
            np.matmul(self.features.T, self.slopes, out=self._change)
            self._change *= -self.rate
        self._move()
        return self._loss_of(residual)

    def _loss_of(self, residual: Array) -> float:
        return 0.5 * self.per_sample * float(np.vdot(residual, residual))

    def _forward(self) -> Array:
        """The residual; leaves sigma' of the pre-activations behind."""
        z = np.matmul(self.features, self.weights.T, out=self._preactivations)
        if self._passes is not None:
            np.negative(self.targets, out=self._residual)
            self._passes.rectify(z, self.network.coefficients, self._residual)
            return self._residual
        if self.network.activation.name == "relu":
            # numpy vectorises these; np.maximum, or a cast inside np.greater, take twice as long
            np.clip(z, 0, np.inf, out=z)
            np.matmul(z, self.network.coefficients, out=self._residual)
            np.greater(z, 0, out=self._active)
            np.copyto(self.slopes, self._active)
        else:
            self.network.activation.fill(z, self.values, self.slopes)
            np.matmul(self.values, self.network.coefficients, out=self._residual)
        self._residual -= self.targets
        return self._residual

    @property
    def _moves_freely(self) -> bool:
        """Whether weights move by the gradient alone, neither masked nor with momentum."""
        return self.network.mask is None and self._velocity is None

    def _move(self) -> None:
        change = self._change
        if self.network.mask is not None:
            change *= self.network.mask.T
        if self._velocity is not None:
            self._velocity *= self.momentum
            self._velocity += change
            change = self._velocity
        self.weights += change.T


def _check(descent: Any, step: float, loss: str) -> None:
    if loss not in LOSSES:
        raise InputError(f"loss = {loss!r}", ", ".join(LOSSES), "choose one of these")
    if not step > 0:
        raise InputError(f"step = {step}", "step > 0")
    if not 0 <= descent.momentum < 1:
        raise InputError(f"momentum = {descent.momentum}", "0 <= momentum < 1")
    expected = descent.features.shape[:1] + descent.network.coefficients.shape[1:]
    if descent.targets.shape != expected:
        raise InputError(f"targets have shape {descent.targets.shape}", f"shape {expected}")
