"""Networks at which the perturbation lemmas are nearly attained, and single steps of descent."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from verify.checks.bias_networks import bias_of, network_of, signs, sphere
from verify.networks.activations import activation
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork
from verify.networks.tangent import mean_slopes, step_gram, tangent_gram

Array = np.ndarray
Cell = Mapping[str, Any]
NEAR, FAR, SPREAD = 1e-3, 10.0, 1e-2  # of a neuron's own boundary, of the others; of the samples


def witness(n: int, bias: float, radius: float) -> tuple[ShallowNetwork, Array, Array]:
    """Network, samples and moved weights: every neuron sits just inside one sample's boundary.

    The samples are nearly equal, neuron r is NEAR times sqrt(2) R inside the boundary of sample r
    and FAR inside the others'; each moves by R straight out of its own sample.
    """
    X = np.hstack([np.full((n, 1), sqrt(1 - SPREAD**2)), SPREAD * np.eye(n)])
    inside = np.full((n, n), FAR)
    np.fill_diagonal(inside, NEAR * sqrt(2) * radius)
    weights = np.hstack([np.zeros((n, 1)), (bias + inside) / SPREAD, np.full((n, 1), -bias)])
    network = ShallowNetwork(weights, np.ones(n) / sqrt(n), activation("relu"), bias=True)
    moved = weights - radius * network.features(X) / sqrt(2)
    return network, X, moved


def observe_witness(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Changes of the tangent kernel and of the step matrix between the start and the move."""
    radius = 0.1
    network, X, moved = witness(cell["n"], bias_of(cell["B"]), radius)
    before, after = network.preactivations(X), network.with_weights(moved).preactivations(X)
    start = tangent_gram(network, X)
    change = tangent_gram(network.with_weights(moved), X) - start
    squares = network.coefficients**2
    cross = step_gram(before, after, network.features(X), squares) - start
    return {
        "n": cell["n"],
        "band_share": float((np.abs(before) <= sqrt(2) * radius).mean(axis=1).max()),
        "kernel_change": float(np.linalg.norm(change, 2)),
        "cross_change": float(np.linalg.norm(cross, 2)),
    }


def observe_gradient_step(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Some steps of descent from a Gaussian start: the linear form of each, and its changes.

    errors: greatest |r(k+1) - (I - eta M) r(k)| for M with the mean slope and with other slopes.
    rounding: bound of what rounding adds. Every output is a sum of m products of at most
    |c_j| |phi| |w_j|, every product of d + 1 terms, so its error is at most (m + d + 4) 2^-53
    times the sum of these; four such errors enter (two residuals, the step, the matrix).
    """
    n, d = cell["n"], cell["d"]
    X, y = sphere(n, d, rng), signs(n, rng)
    network = network_of(cell, d, rng)
    start = tangent_gram(network, X)
    step = 1 / float(np.linalg.eigvalsh(start)[-1])
    descent = GradientDescent(network, X, y, step=step)
    features, squares = descent.features, network.coefficients**2
    errors = dict.fromkeys(("mean", "before", "after", "halves"), 0.0)
    first = network.preactivations(X)
    kernel_change = cross_change = radius = 0.0
    for _ in range(cell["steps"]):
        residual, before = descent.residual(), descent.network.preactivations(X)
        here = tangent_gram(descent.network, X)
        descent.step()
        following, after = descent.residual(), descent.network.preactivations(X)
        for name, slopes in _slopes(before, after).items():
            matrix = (features @ features.T) * ((slopes * squares) @ (before > 0).T)
            error = np.abs(following - residual + step * matrix @ residual).max()
            errors[name] = max(errors[name], float(error))
        exact = step_gram(before, after, features, squares)
        cross_change = max(cross_change, float(np.linalg.norm(exact - here, 2)))
        kernel_change = max(
            kernel_change, float(np.linalg.norm(tangent_gram(descent.network, X) - start, 2))
        )
        moved = np.linalg.norm(descent.weights - network.weights, axis=1).max()
        radius = max(radius, float(moved))
    sizes = np.linalg.norm(descent.weights, axis=1) + 2 * radius
    total = float(np.abs(network.coefficients) @ sizes) * sqrt(2)
    return {
        "n": n,
        "band_share": float((np.abs(first) <= sqrt(2) * radius).mean(axis=1).max()),
        "kernel_change": kernel_change,
        "cross_change": cross_change,
        "errors": errors,
        "rounding": 4 * (cell["m"] + d + 4) * 2.0**-53 * total,
    }


def _slopes(before: Array, after: Array) -> dict[str, Array]:
    start, end = (before > 0).astype(float), (after > 0).astype(float)
    return {
        "mean": mean_slopes(before, after),
        "before": start,
        "after": end,
        "halves": (start + end) / 2,
    }
