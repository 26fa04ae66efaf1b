"""Activations sigma with sigma' and sigma'', elementwise, in the dtype of the input.

``fill`` writes sigma(z) and sigma'(z) into given buffers (training allocates nothing);
``value``, ``slope`` and ``curvature`` allocate. sigma'(0) of ReLU is 0 here; a flow that rests
on a kink needs a value in [0, 1] chosen by the dynamics, see ``relu_flow``.

The paper on node scaling (arXiv 2302.01002) admits ReLU, or analytic non-polynomial sigma with
|sigma'| <= 1 and bounded sigma''. ``VIOLATORS`` break one of these and serve as controls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import scipy
from numpy.typing import NDArray

from theory.exact import InputError

Array = NDArray[np.floating]
Indices = NDArray[np.integer]
Fill = Callable[[Array, Array, Array], None]

LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """One activation: ``fill(z, value, slope)`` and ``curvature(z)``; ``smooth`` means analytic.

    >>> activation("tanh").slope(np.array([0.0, 400.0]))
    array([1., 0.])
    >>> activation("relu").value(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    name: str
    smooth: bool
    fill: Fill
    curvature: Callable[[Array], Array]

    def value(self, z: Array) -> Array:
        """sigma(z)."""
        return self._both(z)[0]

    def slope(self, z: Array) -> Array:
        """sigma'(z)."""
        return self._both(z)[1]

    def _both(self, z: Array) -> tuple[Array, Array]:
        z = np.asarray(z)
        value, slope = np.empty_like(z), np.empty_like(z)
        self.fill(z, value, slope)
        return value, slope


def _relu(z: Array, value: Array, slope: Array) -> None:
    np.greater(z, 0, out=slope, casting="unsafe")
    np.maximum(z, 0, out=value)


def _tanh(z: Array, value: Array, slope: Array) -> None:
    # 4e/(1+e)^2 with e = exp(-2|z|) keeps relative accuracy where 1 - tanh^2 cancels
    np.abs(z, out=slope)
    slope *= -2
    np.exp(slope, out=slope)
    np.add(slope, 1, out=value)
    slope /= value
    slope /= value
    slope *= 4
    np.tanh(z, out=value)


def _tanh_curvature(z: Array) -> Array:
    value, slope = np.empty_like(z), np.empty_like(z)
    _tanh(z, value, slope)
    return -2 * value * slope


def _sigmoid(z: Array, value: Array, slope: Array) -> None:
    np.negative(z, out=slope)
    scipy.special.expit(slope, out=slope)
    scipy.special.expit(z, out=value)
    slope *= value


def _logistic_density(z: Array) -> Array:
    return scipy.special.expit(z) * scipy.special.expit(-z)


def _sigmoid_curvature(z: Array) -> Array:
    return -_logistic_density(z) * np.tanh(z / 2)


def _softplus(z: Array, value: Array, slope: Array) -> None:
    np.logaddexp(z, 0, out=value, dtype=z.dtype)
    scipy.special.expit(z, out=slope)


def _sin(z: Array, value: Array, slope: Array) -> None:
    np.sin(z, out=value)
    np.cos(z, out=slope)


def _cos(z: Array, value: Array, slope: Array) -> None:
    np.cos(z, out=value)
    np.sin(z, out=slope)
    np.negative(slope, out=slope)


def _sin_shifted(z: Array, value: Array, slope: Array) -> None:
    np.add(z, pi / 4, out=slope)
    np.sin(slope, out=value)
    np.cos(slope, out=slope)


def _erf_scaled(z: Array, value: Array, slope: Array) -> None:
    scipy.special.erf(z, out=value)
    value *= sqrt(pi) / 2
    np.multiply(z, z, out=slope)
    np.negative(slope, out=slope)
    np.exp(slope, out=slope)


def _linear(z: Array, value: Array, slope: Array) -> None:
    value[...] = z
    slope[...] = 1


def _leaky_relu(z: Array, value: Array, slope: Array) -> None:
    np.greater(z, 0, out=slope, casting="unsafe")
    slope *= 1 - LEAK
    slope += LEAK
    np.multiply(z, slope, out=value)


def _normal_density(z: Array) -> Array:
    return np.exp(-z * z / 2) / z.dtype.type(sqrt(2 * pi))


def _gelu(z: Array, value: Array, slope: Array) -> None:
    scipy.special.ndtr(z, out=slope)
    np.multiply(z, slope, out=value)
    slope += z * _normal_density(z)


def _silu(z: Array, value: Array, slope: Array) -> None:
    # sigma' = p + z p (1-p) with p = expit(z)
    scipy.special.expit(z, out=slope)
    np.multiply(z, slope, out=value)
    slope += value * scipy.special.expit(-z)


def _silu_curvature(z: Array) -> Array:
    return _logistic_density(z) * (2 - z * np.tanh(z / 2))


ADMISSIBLE = {
    kind.name: kind
    for kind in (
        Activation("relu", False, _relu, np.zeros_like),
        Activation("tanh", True, _tanh, _tanh_curvature),
        Activation("sigmoid", True, _sigmoid, _sigmoid_curvature),
        Activation("softplus", True, _softplus, _logistic_density),
        Activation("sin", True, _sin, lambda z: -np.sin(z)),
        Activation("cos", True, _cos, lambda z: -np.cos(z)),
        Activation("sin_shifted", True, _sin_shifted, lambda z: -np.sin(z + pi / 4)),
        Activation("erf_scaled", True, _erf_scaled, lambda z: -2 * z * np.exp(-z * z)),
    )
}

VIOLATORS = {
    kind.name: kind
    for kind in (
        Activation("linear", True, _linear, np.zeros_like),
        Activation("leaky_relu", False, _leaky_relu, np.zeros_like),
        Activation("gelu", True, _gelu, lambda z: (2 - z * z) * _normal_density(z)),
        Activation("silu", True, _silu, _silu_curvature),
    )
}

ACTIVATIONS = ADMISSIBLE | VIOLATORS


def activation(name: str) -> Activation:
    """Look an activation up by name.

    Raises InputError for an unknown name.

    >>> activation("erf_scaled").smooth
    True
    """
    if name not in ACTIVATIONS:
        raise InputError(f"activation = {name!r}", ", ".join(ACTIVATIONS), "choose one of these")
    return ACTIVATIONS[name]
