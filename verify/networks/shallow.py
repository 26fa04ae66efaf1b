"""One-hidden-layer networks f(x) = sum_j c_j sigma(<w_j, phi(x)>), one form for every paper.

* node scaling (arXiv 2302.01002): phi(x) = x / sqrt(d), c_j = sqrt(lam_j) a_j;
* large bias (arXiv 2301.00327): phi(x) = (x, 1), last weight -b_j, c_j = a_j / sqrt(m);
* sparse student and teacher: phi(x) = x, c_j = 1/K, a 0/1 mask on the weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, DTypeLike

from theory.exact import InputError
from verify.networks.activations import Activation, Array, activation


@dataclass(frozen=True)
class ShallowNetwork:
    """A finite network; only the weights are ever trained.

    weights        (m, p): one row a unit, p = d, or d + 1 with a bias
    coefficients   (m,) for one output, (m, k) for k outputs: fixed
    scale          inputs are divided by it
    bias           append the constant input 1, so that the last weight is -b_j
    mask           (m, p) of 0 and 1, or None: entries at 0 never move

    Raises InputError when the shapes disagree.

    >>> network = ShallowNetwork(np.eye(2), np.array([1.0, -1.0]), activation("relu"))
    >>> network.outputs(np.array([[3.0, 1.0], [-1.0, 2.0]]))
    array([ 2., -2.])
    """

    weights: Array
    coefficients: Array
    activation: Activation
    scale: float = 1.0
    bias: bool = False
    mask: Array | None = None

    def __post_init__(self) -> None:
        if self.weights.ndim != 2 or len(self.coefficients) != len(self.weights):
            raise InputError(
                f"weights {self.weights.shape}, coefficients {self.coefficients.shape}",
                "shapes (m, p) and (m,) or (m, k)",
                "give one row of weights and one coefficient a unit",
            )
        if self.mask is not None and self.mask.shape != self.weights.shape:
            raise InputError(f"mask {self.mask.shape}", f"the shape {self.weights.shape}")

    def features(self, inputs: ArrayLike) -> Array:
        """phi(x) for the rows of ``inputs`` (n, d): shape (n, p), C-contiguous, network dtype."""
        dtype = self.weights.dtype
        features = np.asarray(inputs, dtype) / dtype.type(self.scale)
        if self.bias:
            features = np.column_stack([features, np.ones(len(features), dtype)])
        if features.shape[1:] != self.weights.shape[1:]:
            raise InputError(
                f"inputs give {features.shape[1:]} features",
                f"{self.weights.shape[1]}, the columns of the weights",
            )
        return np.ascontiguousarray(features)

    def preactivations(self, inputs: ArrayLike) -> Array:
        """<w_j, phi(x_i)>, shape (n, m)."""
        return self.features(inputs) @ self.weights.T

    def slopes(self, inputs: ArrayLike) -> Array:
        """sigma'(<w_j, phi(x_i)>), shape (n, m)."""
        return self.activation.slope(self.preactivations(inputs))

    def outputs(self, inputs: ArrayLike) -> Array:
        """f(x_i), shape (n,) or (n, k)."""
        return self.activation.value(self.preactivations(inputs)) @ self.coefficients

    def with_weights(self, weights: Array) -> ShallowNetwork:
        """The same network at other weights."""
        return replace(self, weights=weights)


def random_signs(m: int, *, rng: Generator, outputs: int = 1) -> Array:
    """Independent uniform signs a_j in {-1, +1}: shape (m,), or (m, outputs) for several."""
    signs = rng.choice([-1.0, 1.0], size=(m, outputs))
    return signs[:, 0] if outputs == 1 else signs


def asymmetric_network(
    scaling: ArrayLike,
    d: int,
    *,
    rng: Generator,
    sigma: str = "relu",
    outputs: int = 1,
    weight_deviation: float = 1.0,
    dtype: DTypeLike = np.float64,
) -> ShallowNetwork:
    """f(x) = sum_j sqrt(lam_j) a_j sigma(<w_j, x> / sqrt d), weights N(0, weight_deviation^2).

    scaling = (lam_1, ..., lam_m), lam_j >= 0. The paper has weight_deviation 1.

    Source: arXiv 2302.01002, eq. (1)-(3).
    """
    lam = np.asarray(scaling, np.float64)
    if lam.ndim != 1 or not (lam >= 0).all():
        raise InputError("scaling has a negative or missing entry", "a vector of lam_j >= 0")
    signs = random_signs(len(lam), rng=rng, outputs=outputs)
    coefficients = (np.sqrt(lam) * signs.T).T
    weights = weight_deviation * rng.standard_normal((len(lam), d))
    return ShallowNetwork(
        weights.astype(dtype), coefficients.astype(dtype), activation(sigma), scale=sqrt(d)
    )


def bias_network(
    m: int,
    d: int,
    *,
    bias: float,
    rng: Generator,
    antisymmetric: bool = False,
    dtype: DTypeLike = np.float64,
) -> ShallowNetwork:
    """f(x) = m^(-1/2) sum_j a_j relu(<w_j, x> - b_j), all b_j = ``bias`` at first, trained.

    ``antisymmetric`` duplicates m/2 units with opposite signs, so that f = 0 at first.

    Source: arXiv 2301.00327, section 2.
    """
    if antisymmetric and m % 2:
        raise InputError(f"m = {m}", "even widths for an antisymmetric start", "add a unit")
    independent = m // 2 if antisymmetric else m
    weights = np.empty((independent, d + 1))
    weights[:, :d] = rng.standard_normal((independent, d))
    weights[:, d] = -bias
    signs = random_signs(independent, rng=rng)
    if antisymmetric:
        weights, signs = np.vstack([weights, weights]), np.concatenate([signs, -signs])
    return ShallowNetwork(
        weights.astype(dtype), (signs / sqrt(m)).astype(dtype), activation("relu"), bias=True
    )


def student_network(
    weights: ArrayLike, *, mask: ArrayLike | None = None, dtype: DTypeLike = np.float64
) -> ShallowNetwork:
    """f(x) = (1/K) sum_j relu(<w_j, x>) with weights (K, d) kept zero outside the mask.

    >>> student_network([[2.0, 5.0], [0.0, 4.0]], mask=[[1, 0], [0, 1]]).outputs([[1.0, 1.0]])
    array([3.])
    """
    kept = np.array(weights, dtype)
    zero_one = None if mask is None else np.asarray(mask, dtype)
    if zero_one is not None:
        kept *= zero_one
    units = np.full(len(kept), 1 / len(kept), dtype)
    return ShallowNetwork(kept, units, activation("relu"), mask=zero_one)
