"""A small CMA-ES: a local optimiser that learns the shape of the ridge it climbs.

N. Hansen, "The CMA evolution strategy: a tutorial" (2016), with its default constants.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt

import numpy as np


def maximise(
    value: Callable[[np.ndarray], float],
    start: np.ndarray,
    *,
    rng: np.random.Generator,
    step: float = 0.3,
    evaluations: int = 1000,
) -> tuple[np.ndarray, float]:
    """Climb from a start; returns the best point met and its value.

    value: NaN counts as -infinity. step: first standard deviation in every coordinate.

    >>> rng = np.random.default_rng(1)
    >>> x, best = maximise(lambda x: -abs(x - 1).sum(), np.zeros(3), rng=rng)
    >>> best > -1e-6
    True
    """
    n = len(start)
    many = 4 + int(3 * log(n))
    weights = log(many / 2 + 0.5) - np.log(np.arange(1, many // 2 + 1))
    weights /= weights.sum()
    mass = 1 / (weights @ weights)
    c_sigma = (mass + 2) / (n + mass + 5)
    damping = 1 + c_sigma + 2 * max(0.0, sqrt((mass - 1) / (n + 1)) - 1)
    c_path = (4 + mass / n) / (n + 4 + 2 * mass / n)
    c_one = 2 / ((n + 1.3) ** 2 + mass)
    c_many = min(1 - c_one, 2 * (mass - 2 + 1 / mass) / ((n + 2) ** 2 + mass))
    length = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))  # E|N(0, I)|
    mean, covariance, sigma = np.array(start, float), np.eye(n), step
    path, path_sigma = np.zeros(n), np.zeros(n)
    best, best_value = mean, _number(value(mean))
    for generation in range(1, (evaluations - 1) // many + 1):
        axes, turned = np.linalg.eigh(covariance)
        root = np.sqrt(np.maximum(axes, 1e-20))
        normal = rng.standard_normal((many, n))
        moves = normal * root @ turned.T
        values = np.array([_number(value(mean + sigma * move)) for move in moves])
        order = np.argsort(-values)
        if values[order[0]] > best_value:
            best, best_value = mean + sigma * moves[order[0]], values[order[0]]
        chosen = moves[order[: len(weights)]]
        drift = weights @ chosen
        mean = mean + sigma * drift
        whitened = turned @ ((turned.T @ drift) / root)
        path_sigma += -c_sigma * path_sigma + sqrt(c_sigma * (2 - c_sigma) * mass) * whitened
        norm = float(np.linalg.norm(path_sigma)) / sqrt(1 - (1 - c_sigma) ** (2 * generation))
        steady = norm < (1.4 + 2 / (n + 1)) * length
        path += -c_path * path + steady * sqrt(c_path * (2 - c_path) * mass) * drift
        spread = chosen.T @ (weights[:, None] * chosen)
        covariance += c_one * (np.outer(path, path) - covariance) + c_many * (spread - covariance)
        sigma *= float(np.exp(c_sigma / damping * (np.linalg.norm(path_sigma) / length - 1)))
        if not 1e-12 < sigma < 1e12:  # nothing left to gain
            break
    return best, float(best_value)


def _number(value: float) -> float:
    return -np.inf if np.isnan(value) else float(value)
