"""Tensor initialisation of a ReLU student from Hermite moments (after Zhong et al. 2017).

(1) top-K eigenpairs (V, S) of the second moment; (2) the moment tensor of order 3 or 4,
contracted with the whitening map V S^(-1/2); (3) deflated power iterations with restarts;
(4) un-whitening; (5) norms and signs from the first moment.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[Any]


def tensor_start(
    inputs: Array, targets: Array, neurons: int, *, order: int, rng: Generator
) -> Array:
    """Estimate the teacher's K rows from samples; order 4, or 3 (no signal for ReLU).

    inputs (N, d) standard normal, targets (N,), 1 <= neurons <= d.
    """
    n, d = inputs.shape
    first = inputs.T @ targets / n
    second = (inputs * targets[:, None]).T @ inputs / n - targets.mean() * np.eye(d)
    values, vectors = np.linalg.eigh(second)
    basis, spread = vectors[:, -neurons:], np.maximum(values[-neurons:], 1e-12)
    whitened = inputs @ basis / np.sqrt(spread)
    tensor = -_hermite_tensor(whitened, targets, 1 / spread, order)
    found = _power_iterations(tensor, neurons, rng)
    directions = (np.sqrt(spread) * found) @ basis.T
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    inside = basis.T @ directions.T / (2 * neurons)
    sizes = np.linalg.lstsq(inside, basis.T @ first, rcond=None)[0]
    return np.asarray(sizes[:, None] * directions)


def _hermite_tensor(z: Array, y: Array, covariance: Array, order: int) -> Array:
    """Mean of y He_order(z) for z with independent coordinates of the given variances."""
    n, k = z.shape
    c = np.diag(covariance)
    weighted = y[:, None] * z
    if order == 3:
        cube = np.einsum("ni,nj,nk->ijk", weighted, z, z, optimize=True) / n
        mean = weighted.mean(axis=0)
        pairs = np.einsum("i,jk->ijk", mean, c)
        return np.asarray(cube - pairs - pairs.transpose(1, 0, 2) - pairs.transpose(2, 1, 0))
    flat = np.einsum("ni,nj->nij", z, z).reshape(n, k * k)
    fourth = (flat * y[:, None]).T @ flat / n
    square = (weighted.T @ z) / n
    result = fourth.reshape(k, k, k, k)
    for a, b in (
        ("ij", "kl"),
        ("ik", "jl"),
        ("il", "jk"),
        ("jk", "il"),
        ("jl", "ik"),
        ("kl", "ij"),
    ):
        result = result - np.einsum(f"{a},{b}->ijkl", square, c)
    for a, b in (("ij", "kl"), ("ik", "jl"), ("il", "jk")):
        result = result + y.mean() * np.einsum(f"{a},{b}->ijkl", c, c)
    return np.asarray(result)


def _power_iterations(
    tensor: Array, count: int, rng: Generator, *, restarts: int = 10, steps: int = 50
) -> Array:
    """The `count` greatest rank-one parts, each by power iteration, then deflated."""
    k, order = tensor.shape[0], tensor.ndim
    found = []
    for _ in range(count):
        best, best_value = np.eye(k)[0], -np.inf
        for _ in range(restarts):
            q = np.asarray(rng.standard_normal(k))
            q = q / np.linalg.norm(q)
            for _ in range(steps):
                image = _contract(tensor, q, order - 1)
                size = np.linalg.norm(image)
                if size == 0:
                    break
                q = image / size
            value = float(_contract(tensor, q, order))
            if value > best_value:
                best, best_value = q, value
        found.append(best)
        part: Array = best_value * best
        for _ in range(order - 1):
            part = np.multiply.outer(part, best)
        tensor = tensor - part
    return np.array(found)


def _contract(tensor: Array, q: Array, times: int) -> Array:
    for _ in range(times):
        tensor = tensor @ q
    return tensor


def relative_error(found: Array, teacher: Array) -> float:
    """Frobenius distance up to a permutation of the neurons, over the teacher's norm."""
    best = min(
        float(np.linalg.norm(found[list(order)] - teacher))
        for order in permutations(range(len(teacher)))
    )
    return best / float(np.linalg.norm(teacher))
