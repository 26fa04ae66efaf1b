"""The local least-squares fit of a masked student: the minimiser reached from a start.

The empirical ReLU loss is quadratic while no activation changes, so Newton's method solves a
linear least-squares problem, looks which activations changed, and starts again from there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def half_mean_square(weights: Array, inputs: Array, targets: Array) -> float:
    """1/2 of the mean square of (1/K) sum relu(w_j x) - y."""
    outputs = np.maximum(inputs @ weights.T, 0).mean(axis=1)
    return 0.5 * float(np.mean((outputs - targets) ** 2))


def local_minimiser(
    start: Array,
    inputs: Array,
    targets: Array,
    kept: NDArray[np.bool_],
    *,
    iterations: int = 60,
) -> Array | None:
    """Newton from `start` on the kept weights; a step that does not descend is halved.

    Returns None when the activations still change after `iterations`, or the sample does not
    determine the weights.

    >>> x = np.array([[1.0], [2.0], [-1.0]])
    >>> local_minimiser(np.array([[0.5]]), x, np.array([3.0, 6.0, 0.0]), np.array([[True]]))
    array([[3.]])
    """
    weights, neurons = np.where(kept, start, 0.0), len(start)
    rows, columns = np.nonzero(kept)
    value = half_mean_square(weights, inputs, targets)
    for _ in range(iterations):
        active = inputs @ weights.T > 0
        features = active[:, rows] * inputs[:, columns] / neurons
        normal = features.T @ features
        try:
            solution = np.linalg.solve(normal, features.T @ targets)
        except np.linalg.LinAlgError:
            return None
        proposal = np.zeros_like(weights)
        proposal[rows, columns] = solution
        share = 1.0
        while share > 1e-4:
            trial = weights + share * (proposal - weights)
            lower = half_mean_square(trial, inputs, targets)
            if lower <= value:
                break
            share /= 2
        else:
            return weights  # no descent along the Newton step: a kink is the minimiser
        same = share == 1.0 and np.array_equal(inputs @ trial.T > 0, active)
        weights, value = trial, lower
        if same:
            return weights
    return None
