"""Many small students trained side by side by heavy ball: one run a row of the batch.

f(x) = (1/K) sum_j relu(<w_j, x>), loss 1/2 of the mean square, masked weights. A run leaves the
batch when it is near its target or has stopped moving; the rest goes on without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory.exact import InputError

Array = NDArray[np.float64]
LOOK = 25  # steps between two looks at who is done


@dataclass(frozen=True)
class Runs:
    """Result: final weights, steps made, and which runs reached their target."""

    weights: Array
    steps: NDArray[np.int64]
    reached: NDArray[np.bool_]


def residuals(weights: Array, inputs: Array, targets: Array) -> tuple[Array, Array]:
    """(f(x_n) - y_n, activation pattern) of every run: shapes (R, N) and (R, N, K)."""
    z = inputs @ weights.swapaxes(1, 2)
    active = (z > 0).astype(np.float64)
    return (z * active).mean(axis=2) - targets, active


def gradients(weights: Array, inputs: Array, targets: Array) -> Array:
    """Gradient of each run's loss, (R, K, d), masks not applied."""
    residual, active = residuals(weights, inputs, targets)
    scale = residual.shape[1] * weights.shape[1]
    return (active * (residual / scale)[:, :, None]).swapaxes(1, 2) @ inputs


def greatest_curvature(weights: Array, inputs: Array, mask: Array) -> Array:
    """Greatest eigenvalue of each run's Gauss-Newton matrix, (R,)."""
    _, active = residuals(weights, inputs, np.zeros(inputs.shape[:2]))
    features = (active[:, :, :, None] * mask) * inputs[:, :, None, :]
    runs, n, neurons, d = features.shape
    flat = features.reshape(runs, n, neurons * d)
    matrices = flat.swapaxes(1, 2) @ flat / (n * neurons**2)
    return np.asarray(np.linalg.eigvalsh(matrices)[:, -1])


def heavy_ball(
    start: Array,
    inputs: Array,
    targets: Array,
    goal: Array,
    *,
    mask: Array,
    momentum: float = 0.9,
    steps: int = 3000,
    tolerance: float = 1e-3,
    still: float = 1e-10,
) -> Runs:
    """Train every run until it is within `tolerance` of its goal (relative), or `steps` long.

    start, goal   (R, K, d);  inputs (R, N, d);  targets (R, N);  mask (K, d) of 0 and 1
    The step size of a run is 1/L, L the greatest curvature at its start. A run that moves by less
    than `still` (relative) between two looks has stopped.

    Raises InputError when the shapes disagree.

    >>> x = np.array([[[1.0], [2.0]]])
    >>> w = np.array([[[1.0]]])
    >>> run = heavy_ball(1.5 * w, x, x[:, :, 0], w, mask=np.ones((1, 1)))
    >>> bool(run.reached[0]), bool(abs(run.weights[0, 0, 0] - 1) < 1e-3)
    (True, True)
    """
    if start.shape != goal.shape or inputs.shape[:2] != targets.shape:
        raise InputError(
            f"start {start.shape}, goal {goal.shape}, inputs {inputs.shape}", "equal batches"
        )
    weights, velocity = start * mask, np.zeros_like(start)
    curvature = greatest_curvature(weights, inputs, mask)[:, None, None]
    # No active sample: the gradient vanishes, and so may the step.
    rate = np.divide(1.0, curvature, out=np.zeros_like(curvature), where=curvature > 0)
    size = np.linalg.norm(goal, axis=(1, 2))
    result, taken = weights.copy(), np.full(len(start), steps)
    reached = np.zeros(len(start), bool)
    alive = np.arange(len(start))
    for count in range(0, steps, LOOK):
        before = weights.copy()
        for _ in range(LOOK):
            slope = gradients(weights, inputs, targets) * mask
            velocity = momentum * velocity - rate * slope
            weights = weights + velocity
        near = np.linalg.norm(weights - goal[alive], axis=(1, 2)) < tolerance * size[alive]
        moved = np.linalg.norm(weights - before, axis=(1, 2))
        stopped = moved < still * size[alive]
        done = near | stopped
        result[alive] = weights
        reached[alive[near]] = True
        taken[alive[done]] = count + LOOK
        keep = ~done
        if not keep.any():
            break
        alive, weights, velocity = alive[keep], weights[keep], velocity[keep]
        inputs, targets, rate = inputs[keep], targets[keep], rate[keep]
    return Runs(result, taken, reached)
