"""Tangent-kernel Gram matrices, activation patterns and flips.

With K_ik = <phi(x_i), phi(x_k)> every tangent kernel here is a Hadamard product K o (S D S^T).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.shallow import ShallowNetwork

# bytes of the block of AND-ed patterns: stays in the second-level cache
BLOCK_BYTES = 1 << 18


def weighted_gram(slopes: ArrayLike, features: ArrayLike, unit_weights: ArrayLike) -> Array:
    """sum_j weight_j diag(s_j) Phi Phi^T diag(s_j), shape (n, n).

    slopes        s_ij, (n, m): sigma' of the pre-activations, or any selection in [0, 1]
    features      Phi, (n, p);  unit_weights (m,) >= 0

    Source: arXiv 2302.01002, eq. (7), with Phi = X / sqrt d and weights lam_j.

    >>> weighted_gram([[1.0, 0.0], [1.0, 1.0]], np.eye(2), [1.0, 3.0])
    array([[1., 0.],
           [0., 4.]])
    """
    slope = np.asarray(slopes)
    phi = np.asarray(features)
    return (phi @ phi.T) * ((slope * np.asarray(unit_weights)) @ slope.T)


def tangent_gram(network: ShallowNetwork, inputs: ArrayLike) -> Array:
    """The tangent-kernel Gram matrix of a one-output network, shape (n, n).

    For node scaling this is Theta_m(X; W) (arXiv 2302.01002, eq. (7)); for trained biases it is
    H(theta)_ij = (1 + <x_i, x_j>) (1/m) #{units active on both} (arXiv 2301.00327).

    Raises InputError for several outputs.
    """
    if network.coefficients.ndim != 1:
        raise InputError("the network has several outputs", "one output", "choose one column")
    features = network.features(inputs)
    return weighted_gram(network.slopes(inputs), features, network.coefficients**2)


def mean_slopes(before: Array, after: Array) -> Array:
    """xi = (relu(after) - relu(before)) / (after - before) in [0, 1], entrywise.

    The mean slope between two pre-activations makes a ReLU step exactly linear. Where both
    agree it is the slope there, with 1{z > 0}.

    >>> mean_slopes(np.array([1.0, -1.0, 2.0]), np.array([3.0, 3.0, 2.0]))
    array([1.  , 0.75, 1.  ])
    """
    change = after - before
    rise = np.maximum(after, 0) - np.maximum(before, 0)
    still = change == 0
    return np.where(still, before > 0, rise / np.where(still, 1, change))


def step_gram(before: Array, after: Array, features: ArrayLike, unit_weights: ArrayLike) -> Array:
    """M with residual(k+1) = (I - step * M) residual(k) for one ReLU step, exactly.

    before, after    pre-activations (n, m) on both sides of the step

    M_ik = K_ik sum_j weight_j xi_ij 1{before_kj > 0}: not symmetric, no Taylor remainder.

    Source: arXiv 2301.00327, the perturbation lemma, made exact with mean slopes.
    """
    phi = np.asarray(features)
    mean = mean_slopes(before, after) * np.asarray(unit_weights)
    return (phi @ phi.T) * (mean @ (before > 0).T)


def flip_counts(before: ArrayLike, after: ArrayLike) -> NDArray[np.int64]:
    """How many units changed between active (z > 0) and inactive, for each sample: (n,).

    >>> flip_counts([[1.0, -1.0]], [[-1.0, -2.0]])
    array([1])
    """
    changed = (np.asarray(before) > 0) != (np.asarray(after) > 0)
    return np.count_nonzero(changed, axis=1).astype(np.int64)


def pattern_gram(patterns: ArrayLike) -> NDArray[np.int64]:
    """Number of units active on both samples, for every pair: exact integers, shape (n, n).

    patterns    (n, m) truth values; packed to bits, so that one word compares 64 units

    >>> pattern_gram([[True, True, False], [False, True, True]])
    array([[2, 1],
           [1, 2]])
    """
    bits = np.packbits(np.asarray(patterns, bool), axis=1)
    n = len(bits)
    padded = np.zeros((n, -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    words = padded.view(np.uint64)
    gram = np.empty((n, n), np.int64)
    rows = max(1, BLOCK_BYTES // max(1, padded.shape[1]))
    for i in range(n):
        for start in range(i, n, rows):
            common = words[start : start + rows] & words[i]
            gram[i, start : start + rows] = np.bitwise_count(common).sum(axis=1, dtype=np.int64)
        gram[i:, i] = gram[i, i:]
    return gram
