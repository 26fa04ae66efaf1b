"""A ReLU step in blocks of units, its passes compiled by Numba: the extra `compiled`.

Between its two products a step of NumPy moves the n x m pre-activations four times (clip, product
with the coefficients, sign, cast) and the p x m change twice. Here one loop does each, on a block
of units that is still in the cache and small enough for BLAS to multiply without packing it. The
slopes come out the same to the bit, the outputs up to the order of summation.

The loops are plain Python and say what they compute; only `compiled` makes them fast.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from verify.networks.activations import Array

# sums may be reordered and products fused; a NaN stays a NaN
FAST_MATH = {"reassoc", "contract", "nsz"}
WORTH_COMPILING = 50_000  # entries n m: below, the passes are cheaper than loading the compiler
SMALL_PRODUCT = 1_000_000  # n p b up to which OpenBLAS multiplies without packing
LANES = 64  # units a block is a multiple of: whole vector registers in every row


def rectify(z: Array, coefficients: Array, outputs: Array) -> None:
    """Add sum_j c_j relu(z_ij) to the outputs (n,), and turn z (n, b) into its slopes, 0 or 1.

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


def move(weights: Array, change: Array, rates: Array, start: int) -> None:
    """Add rates_j change_kj, j < b, to the columns of the weights (p, m) from ``start`` on.

    >>> weights = np.zeros((1, 3))
    >>> move(weights, np.array([[1.0, 2.0]]), np.array([3.0, -1.0]), 1)
    >>> weights
    array([[ 0., 3., -2.]])
    """
    width = change.shape[1]
    for k in range(change.shape[0]):
        row = weights[k][start : start + width]
        for j in range(width):
            row[j] += rates[j] * change[k, j]


class Passes(NamedTuple):
    """Both loops, compiled; they take float32 or float64 arrays, all of one type."""

    rectify: Callable[[Array, Array, Array], None]
    move: Callable[[Array, Array, Array, int], None]


@cache
def compiled() -> Passes | None:
    """The loops through Numba, which keeps them on disk; None where it is not installed."""
    try:
        from numba import njit
    except ImportError:
        return None
    try:
        compile_ = njit(cache=True, fastmath=FAST_MATH)
        return Passes(compile_(rectify), compile_(move))
    except RuntimeError:  # no folder can be written to: compile anew in every process
        compile_ = njit(fastmath=FAST_MATH)
        return Passes(compile_(rectify), compile_(move))


def block_width(n: int, p: int, m: int) -> int:
    """Units a block: as many as a product without packing allows; all where that are too few.

    >>> block_width(100, 50, 2000), block_width(5000, 784, 3000)
    (192, 3000)
    """
    width = SMALL_PRODUCT // (n * p) // LANES * LANES
    return min(width, m) if width else m


class FusedStep:
    """Both halves of a step of a one-output ReLU network, for weights kept by columns.

    columns        (p, m): the transposed weights, C-contiguous; moved in place
    features       (n, p);  coefficients, rates  (m,): the gradient of unit j is taken rates_j times
    """

    def __init__(
        self, columns: Array, features: Array, coefficients: Array, rates: Array, passes: Passes
    ) -> None:
        (p, m), n = columns.shape, len(features)
        width = block_width(n, p, m)
        self._columns, self._features, self._passes = columns, features, passes
        self._transposed = np.ascontiguousarray(features.T)
        self._weighted = np.empty_like(self._transposed)
        self._blocks = [
            (start, columns[:, start:stop], coefficients[start:stop], rates[start:stop],
             np.empty((n, stop - start), columns.dtype), np.empty((p, stop - start), columns.dtype))
            for start in range(0, m, width)
            for stop in [min(start + width, m)]
        ]  # fmt: skip

    def forward(self, outputs: Array) -> None:
        """Add the network's outputs to ``outputs`` (n,), and keep the slopes."""
        for _, columns, coefficients, _, z, _ in self._blocks:
            np.matmul(self._features, columns, out=z)
            self._passes.rectify(z, coefficients, outputs)

    def backward(self, residual: Array) -> None:
        """Move the weights along the gradient at the slopes kept, for this residual (n,)."""
        np.multiply(self._transposed, residual, out=self._weighted)
        for start, _, _, rates, slopes, change in self._blocks:
            np.matmul(self._weighted, slopes, out=change)
            self._passes.move(self._columns, change, rates, start)

    def slopes(self) -> Array:
        """Those kept by ``forward``, (n, m)."""
        return np.hstack([block[4] for block in self._blocks])
