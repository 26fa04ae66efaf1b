"""Gradient flow of networks with smooth activations, by an adaptive eighth-order integrator.

The local error is controlled, not enclosed: halve the tolerances to see what they are worth.
For ReLU use ``relu_flow``: an integrator of high order stalls or lies at kinks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.shallow import ShallowNetwork


@dataclass(frozen=True)
class SmoothFlow:
    """A flow on [0, horizon], readable at any time in between.

    steps        accepted times of the integrator
    """

    network: ShallowNetwork
    inputs: Array
    targets: Array
    steps: Array
    _dense: Callable[[float], Array]

    def at(self, time: float) -> ShallowNetwork:
        """The network at a time in [0, horizon]; raises InputError outside."""
        if not 0 <= time <= self.steps[-1]:
            raise InputError(f"time = {time}", f"0 <= time <= {self.steps[-1]}", "flow longer")
        return self.network.with_weights(self._dense(time).reshape(self.network.weights.shape))

    def residual(self, time: float) -> Array:
        """y - f(x_i) at a time."""
        return self.targets - self.at(time).outputs(self.inputs)

    def loss(self, time: float) -> float:
        """1/2 sum_i (y_i - f(x_i))^2 at a time."""
        return 0.5 * float((self.residual(time) ** 2).sum())


def smooth_gradient_flow(
    network: ShallowNetwork,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    horizon: float,
    relative_tolerance: float = 1e-10,
    absolute_tolerance: float = 1e-12,
) -> SmoothFlow:
    """Integrate dW/dt = -grad L, L = 1/2 sum_i |f(x_i) - y_i|^2, with DOP853.

    Raises InputError for an activation with kinks, and RuntimeError if the integrator stops.

    Source: arXiv 2302.01002, eq. (6).

    >>> from verify.networks.activations import activation
    >>> network = ShallowNetwork(np.array([[1.0]]), np.array([1.0]), activation("linear"))
    >>> flow = smooth_gradient_flow(network, [[1.0]], [3.0], horizon=2.0)
    >>> print(abs(flow.residual(1.5)[0] - 2 * np.exp(-1.5)) < 1e-9)
    True
    """
    if not network.activation.smooth:
        raise InputError(f"{network.activation.name} has kinks", "smooth activations", "relu_flow")
    x, y = np.asarray(inputs, np.float64), np.asarray(targets, np.float64)
    features, coefficients = network.features(x), network.coefficients
    shape = network.weights.shape

    def velocity(_: float, flat: Array) -> Array:
        z = features @ flat.reshape(shape).T
        values, slopes = np.empty_like(z), np.empty_like(z)
        network.activation.fill(z, values, slopes)
        residual = y - values @ coefficients
        pull = (
            np.multiply.outer(residual, coefficients)
            if y.ndim == 1
            else (residual @ coefficients.T)
        )
        change = (pull * slopes).T @ features
        if network.mask is not None:
            change *= network.mask
        return change.ravel()

    solution = scipy.integrate.solve_ivp(
        velocity,
        (0.0, horizon),
        np.asarray(network.weights, np.float64).ravel(),
        method="DOP853",
        rtol=relative_tolerance,
        atol=absolute_tolerance,
        dense_output=True,
    )
    if not solution.success or solution.sol is None:
        raise RuntimeError(f"the integrator stopped at t = {solution.t[-1]}: {solution.message}")
    return SmoothFlow(network, x, y, solution.t, solution.sol)
