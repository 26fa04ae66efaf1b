"""Full-batch gradient descent and heavy ball at little more than two matrix products a step.

    W(k+1) = W(k) - step * gradient + momentum * (W(k) - W(k-1))

All buffers are allocated once. Weights are stored by columns: of the layouts of both products
(n x p times p x m, then p x n times n x m) BLAS is fastest at the one without transposes of the
large factors. Coefficients multiply the gradient, (p, m), instead of the slopes, (n, m).
With the extra `compiled` a large ReLU step of one output runs in blocks: see ``fused``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.fused import WORTH_COMPILING, FusedStep, compiled
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
        self._slopes = np.empty(shape, self.weights.dtype)
        self.values = np.empty_like(self._slopes)
        self._residual = np.empty_like(self.targets)
        self._weighted = np.empty_like(self.features)
        self._change = np.empty_like(self.weights.T)
        self._velocity = np.zeros_like(self.weights.T) if momentum > 0 else None
        self._unit_rates = (-self.rate * network.coefficients).astype(self.weights.dtype)
        # ReLU overwrites pre-activations by values and values by slopes: fewer bytes to move
        is_relu = network.activation.name == "relu"
        self._preactivations = self._slopes if is_relu else np.empty_like(self._slopes)
        self._active = np.empty(shape, bool)
        self._fused: FusedStep | None = None
        free = network.mask is None and self._velocity is None and self.targets.ndim == 1
        if is_relu and free and self._slopes.size >= WORTH_COMPILING and (passes := compiled()):
            self._fused = FusedStep(
                self.weights.T, self.features, network.coefficients, self._unit_rates, passes
            )

    def loss(self) -> float:
        """The loss at the present weights."""
        return self._loss_of(self._forward())

    def residual(self) -> Array:
        """f(x_i) - y_i at the present weights, shape of the targets."""
        return self._forward().copy()

    def slopes(self) -> Array:
        """sigma' at the last residual evaluated, (n, m), or times its pull for several outputs."""
        return self._slopes if self._fused is None else self._fused.slopes()

    def step(self) -> float:
        """Make one step and return the loss before it."""
        residual = self._forward()
        if self._fused is not None:
            self._fused.backward(residual)
            return self._loss_of(residual)
        if residual.ndim == 1:
            np.multiply(self.features, residual[:, None], out=self._weighted)
            np.matmul(self._weighted.T, self._slopes, out=self._change)
            self._change *= self._unit_rates
        else:
            np.matmul(residual, self.network.coefficients.T, out=self.values)
            self._slopes *= self.values
            np.matmul(self.features.T, self._slopes, out=self._change)
            self._change *= -self.rate
        self._move()
        return self._loss_of(residual)

    def _loss_of(self, residual: Array) -> float:
        return 0.5 * self.per_sample * float(np.vdot(residual, residual))

    def _forward(self) -> Array:
        """The residual; leaves sigma' of the pre-activations behind."""
        if self._fused is not None:
            np.negative(self.targets, out=self._residual)
            self._fused.forward(self._residual)
            return self._residual
        z = np.matmul(self.features, self.weights.T, out=self._preactivations)
        if self.network.activation.name == "relu":
            # numpy vectorises these; np.maximum, or a cast inside np.greater, take twice as long
            np.clip(z, 0, np.inf, out=z)
            np.matmul(z, self.network.coefficients, out=self._residual)
            np.greater(z, 0, out=self._active)
            np.copyto(self._slopes, self._active)
        else:
            self.network.activation.fill(z, self.values, self._slopes)
            np.matmul(self.values, self.network.coefficients, out=self._residual)
        self._residual -= self.targets
        return self._residual

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
