"""Full-batch gradient descent and heavy ball at the cost of two matrix products a step.

    W(k+1) = W(k) - step * gradient + momentum * (W(k) - W(k-1))

All buffers are allocated once. The backward product is accumulated into the weights (or the
velocity) by BLAS itself, so the gradient is never stored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import get_blas_funcs

from theory.exact import InputError
from verify.networks.activations import Array
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
        self.weights = np.array(network.weights, order="C")
        self.network = network.with_weights(self.weights)
        self.features = network.features(inputs)
        self.targets = np.asarray(targets, self.weights.dtype)
        self.momentum = momentum
        _check(self, step, loss)
        self.per_sample = 1.0 if loss == "half_sum" else 1.0 / len(self.features)
        self.rate = step * self.per_sample
        shape = (len(self.features), len(self.weights))
        self.preactivations = np.empty(shape, self.weights.dtype)
        self.values = np.empty_like(self.preactivations)
        self.slopes = np.empty_like(self.preactivations)
        self._active = np.empty(shape, bool)
        self._weighted = np.empty_like(self.features)
        needs_velocity = momentum > 0 or network.mask is not None
        self._velocity = np.zeros_like(self.weights) if needs_velocity else None
        self._gemm = get_blas_funcs("gemm", (self.weights,))
        self._forward = self._forward_relu if self._is_relu else self._forward_any

    @property
    def _is_relu(self) -> bool:
        return self.network.activation.name == "relu" and self.targets.ndim == 1

    def loss(self) -> float:
        """The loss at the present weights."""
        return self._loss_of(self._forward())

    def residual(self) -> Array:
        """f(x_i) - y_i at the present weights, shape of the targets."""
        return self._forward()

    def step(self) -> float:
        """Make one step and return the loss before it."""
        residual = self._forward()
        if residual.ndim == 1:
            np.multiply(self.features, residual[:, None], out=self._weighted)
            self._descend(self._weighted, self.slopes)
        else:
            np.matmul(residual, self.network.coefficients.T, out=self.values)
            np.multiply(self.values, self.slopes, out=self.slopes)
            self._descend(self.features, self.slopes)
        return self._loss_of(residual)

    def _loss_of(self, residual: Array) -> float:
        return 0.5 * self.per_sample * float(np.vdot(residual, residual))

    def _forward_relu(self) -> Array:
        # leaves c_j 1{z_ij > 0} in slopes: relu(z) is never formed, since relu(z) = z 1{z > 0}
        np.matmul(self.features, self.weights.T, out=self.preactivations)
        np.greater(self.preactivations, 0, out=self._active)
        np.multiply(self._active, self.network.coefficients, out=self.slopes)
        return np.vecdot(self.slopes, self.preactivations) - self.targets

    def _forward_any(self) -> Array:
        np.matmul(self.features, self.weights.T, out=self.preactivations)
        self.network.activation.fill(self.preactivations, self.values, self.slopes)
        residual = self.values @ self.network.coefficients - self.targets
        if residual.ndim == 1:
            self.slopes *= self.network.coefficients
        return residual

    def _descend(self, left: Array, right: Array) -> None:
        # transposes of C-ordered arrays are Fortran-ordered, which is what BLAS overwrites
        target = self.weights if self._velocity is None else self._velocity
        decay = 1.0 if self._velocity is None else self.momentum
        self._gemm(-self.rate, left.T, right.T, beta=decay, c=target.T, trans_b=1, overwrite_c=1)
        if self._velocity is not None:
            if self.network.mask is not None:
                self._velocity *= self.network.mask
            self.weights += self._velocity


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
