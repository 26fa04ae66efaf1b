"""The passes of a ReLU step over its arrays as single loops, compiled by Numba (extra `compiled`).

Between its two products a step of NumPy moves the n x m pre-activations four times (clip, product
with the coefficients, sign, cast) and the p x m change twice. One loop does each: the slopes come
out the same to the bit, the outputs up to the order of summation.

The loops are plain Python and say what they compute; only `compiled` makes them fast.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from verify.networks.activations import Array

# sums may be reordered and products fused; a NaN stays a NaN
FAST_MATH = {"reassoc", "contract", "nsz"}
WORTH_COMPILING = 50_000  # entries n m: below, the passes are cheaper than loading the compiler


def rectify(z: Array, coefficients: Array, outputs: Array) -> None:
    """Add sum_j c_j relu(z_ij) to the outputs (n,), and turn z (n, m) into its slopes, 0 or 1.

    >>> import numpy as np
    >>> z, outputs = np.array([[2.0, -1.0], [0.0, np.nan]]), np.zeros(2)
    >>> rectify(z, np.array([3.0, 1.0]), outputs)
    >>> z, outputs
    (array([[1., 0.], [0., 0.]]), array([ 6., nan]))
    """
    one, zero = z.dtype.type(1), z.dtype.type(0)
    for i in range(z.shape[0]):
        total = zero
        for j in range(z.shape[1]):
            value = z[i, j]
            # not "if value > 0": the output of a diverged network must not look finite
            total += zero if value <= 0 else coefficients[j] * value
            z[i, j] = one if value > 0 else zero
        outputs[i] += total


def move(weights: Array, change: Array, rates: Array) -> None:
    """Add rates_j change_kj to the weights, both (p, m).

    >>> import numpy as np
    >>> weights = np.zeros((1, 2))
    >>> move(weights, np.array([[1.0, 2.0]]), np.array([3.0, -1.0]))
    >>> weights
    array([[ 3., -2.]])
    """
    for k in range(weights.shape[0]):
        for j in range(weights.shape[1]):
            weights[k, j] += rates[j] * change[k, j]


class Passes(NamedTuple):
    """Both loops, compiled; they take float32 or float64 arrays, all of one type."""

    rectify: Callable[[Array, Array, Array], None]
    move: Callable[[Array, Array, Array], None]


@cache
def compiled() -> Passes | None:
    """The loops through Numba, which keeps them on disk; None where it is not installed."""
    try:
        from numba import njit
    except ImportError:
        return None
    compile_ = njit(cache=True, fastmath=FAST_MATH)
    return Passes(compile_(rectify), compile_(move))
