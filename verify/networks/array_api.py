"""The training core and the tangent Gram matrix for any array library, on whatever device.

The same formulas as in ``descent`` and ``tangent``, written in the array API standard: NumPy,
torch, cupy or jax arrays in, arrays of the same kind out. Everything is functional, so that a
compiler such as ``jax.jit`` can take ``descent_step`` whole. Needs the extra `arrays`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from theory.exact import InputError


def namespace(*arrays: Any) -> ModuleType:
    """The array API functions of these arrays' library.

    Raises InputError when array-api-compat is missing.
    """
    try:
        from array_api_compat import array_namespace
    except ImportError:
        raise InputError(
            "array-api-compat is not installed",
            "arrays of other libraries need the extra `arrays`",
            "pip install 'boundlab[arrays]'",
        ) from None
    return array_namespace(*arrays)


def _relu(xp: ModuleType, z: Any) -> tuple[Any, Any]:
    slope = xp.astype(z > 0, z.dtype)
    return z * slope, slope


def _tanh(xp: ModuleType, z: Any) -> tuple[Any, Any]:
    # 4e/(1+e)^2 with e = exp(-2|z|) keeps relative accuracy where 1 - tanh^2 cancels
    e = xp.exp(-2 * xp.abs(z))
    return xp.tanh(z), 4 * e / ((1 + e) * (1 + e))


def _sin(xp: ModuleType, z: Any) -> tuple[Any, Any]:
    return xp.sin(z), xp.cos(z)


ACTIVATIONS = {"relu": _relu, "tanh": _tanh, "sin": _sin}


def _activated(xp: ModuleType, sigma: str, z: Any) -> tuple[Any, Any]:
    """sigma(z) and sigma'(z)."""
    if sigma not in ACTIVATIONS:
        raise InputError(f"activation = {sigma!r}", ", ".join(ACTIVATIONS), "choose one of these")
    return ACTIVATIONS[sigma](xp, z)


def descent_step(
    weights: Any,
    features: Any,
    coefficients: Any,
    targets: Any,
    *,
    rate: float,
    sigma: str = "relu",
) -> tuple[Any, Any]:
    """One step of gradient descent on 1/2 sum_i (f(x_i) - y_i)^2: new weights, old residual.

    weights        W, (m, p);  features Phi, (n, p);  coefficients c, (m,);  targets y, (n,)
    rate           step size; divide by n for half the mean square

    Raises InputError for an unknown activation or without array-api-compat.
    """
    xp = namespace(weights, features, coefficients, targets)
    z = features @ xp.matrix_transpose(weights)
    value, slope = _activated(xp, sigma, z)
    residual = value @ coefficients - targets
    pull = slope * coefficients * xp.expand_dims(residual, axis=1)
    return weights - rate * (xp.matrix_transpose(pull) @ features), residual


def tangent_gram(weights: Any, features: Any, coefficients: Any, *, sigma: str = "relu") -> Any:
    """The tangent Gram matrix Phi Phi^T o (S diag(c^2) S^T), shape (n, n).

    Arguments as in `descent_step`. Source: arXiv 2302.01002, eq. (7).
    """
    xp = namespace(weights, features, coefficients)
    _, slope = _activated(xp, sigma, features @ xp.matrix_transpose(weights))
    kernel = features @ xp.matrix_transpose(features)
    return kernel * ((slope * coefficients**2) @ xp.matrix_transpose(slope))
