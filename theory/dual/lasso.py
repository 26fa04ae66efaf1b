"""The non-negative lasso: min over a >= 0 of |Phi a - z|^2 / 2 + penalty * sum(a).

Active-set method that survives dependent columns: on the columns held it moves along the
kernel of Phi while that lowers the penalty, until a weight vanishes; only then it solves the
normal equations. Its solutions therefore have independent columns: at most rank(Phi) weights.
"""

from __future__ import annotations

import numpy as np

TINY = 1e-12  # relative; columns closer to dependence than this count as dependent


def nonnegative_lasso(columns: np.ndarray, target: np.ndarray, penalty: float) -> np.ndarray:
    """Minimise over non-negative weights; float64, no proof (certificates come later).

    columns: n x K, target: n, penalty >= 0. Returns the K weights.

    >>> nonnegative_lasso(np.eye(2), np.array([3.0, -1.0]), 1.0).tolist()
    [2.0, 0.0]
    """
    norms = np.linalg.norm(columns, axis=0)
    usable = norms > 0
    weights = np.zeros(columns.shape[1])
    if not usable.any():
        return weights
    scaled = columns[:, usable] / norms[usable]
    weights[usable] = _scaled(scaled, target, penalty / norms[usable]) / norms[usable]
    return weights


def _scaled(columns: np.ndarray, target: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """The same with unit columns and one cost a column."""
    n, K = columns.shape
    if n > K:  # an orthogonal reduction keeps the problem and shrinks it
        basis, columns = np.linalg.qr(columns)
        target = basis.T @ target
    weights = np.zeros(K)
    held: list[int] = []
    slack = 1e-13 * (np.linalg.norm(target) + costs.max(initial=0.0))
    for _ in range(20 * (K + 5)):
        slopes = columns.T @ (target - columns @ weights) - costs
        slopes[held] = -np.inf
        entering = int(np.argmax(slopes))
        if not slopes[entering] > slack:
            break
        held.append(entering)
        _settle(columns, target, costs, weights, held)
        if entering not in held:  # rounding: the column left as soon as it came
            break
    return weights


def _settle(
    columns: np.ndarray, target: np.ndarray, costs: np.ndarray, weights: np.ndarray, held: list[int]
) -> None:
    """Minimise over the columns held, dropping weights as they reach zero (in place)."""
    while held:
        block = columns[:, held]
        _, sizes, vectors = np.linalg.svd(block, full_matrices=True)
        rank = int(np.sum(sizes > TINY * sizes[0]))
        drift = vectors[rank:].T @ (vectors[rank:] @ -costs[held])
        if rank < len(held) and np.linalg.norm(drift) <= 1e-14 * np.linalg.norm(costs[held]):
            drift = vectors[-1] if vectors[-1].min() < 0 else -vectors[-1]
        if rank < len(held):
            move, longest = drift, np.inf
        else:
            gradient = costs[held] - block.T @ (target - block @ weights[held])
            row = vectors[:rank]
            move, longest = -row.T @ ((row @ gradient) / sizes[:rank] ** 2), 1.0
        falling = move < 0
        steps = np.full(len(held), np.inf)
        steps[falling] = -weights[held][falling] / move[falling]
        first = int(np.argmin(steps))
        step = min(longest, steps[first])
        if not np.isfinite(step):
            return
        weights[held] = np.maximum(weights[held] + step * move, 0.0)
        if step < longest or longest == np.inf:
            weights[held[first]] = 0.0
            del held[first]
        else:
            return
