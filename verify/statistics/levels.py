"""Claims stated for every level: "for all delta, P(X > B(delta)) <= delta".

With U = B^{-1}(X) the claim says P(U <= d) <= d for every d. The e-values of many levels,
averaged, find it false wherever it is, without choosing a level in advance.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.bets import log_e_counts
from verify.statistics.inputs import Array, Number, open_unit
from verify.statistics.probability_claims import certified_level

LEVELS: tuple[float, ...] = tuple(
    digit / 10**decade for decade in range(1, 5) for digit in (5, 2, 1)
)


def log_e_levels(u: ArrayLike, *, levels: Sequence[float] = LEVELS) -> float:
    """Log e-value against "P(U <= d) <= d for every d".

    u       -> levels B^{-1}(x) at which the observations would just violate, u >= 0, shape (n,).
               Where the bound does not speak, u = 1 (or more): forgetting this makes every
               prefactor look wrong
    levels  -> the d that are averaged, in (0, 1)

    >>> log_e_levels(np.linspace(0.005, 0.995, 100)) < 0 < log_e_levels(np.full(9, 1e-5))
    True

    Raises InputError for negative or NaN u, or levels outside (0, 1).
    """
    each = log_e_counts(*_counts(u, levels), np.asarray(levels, dtype=float))
    return float(np.logaddexp.reduce(each) - log(len(levels)))


def certified_levels(
    u: ArrayLike, tol: Number, beta: Number, *, levels: Sequence[float] = LEVELS
) -> tuple[float, ...]:
    """Levels d at which P(U <= d) <= d (1 + tol) is certified, all together at rate beta.

    The claim for every d is an infinite family and is never certified as a whole; each listed
    level spends the same share of beta.

    >>> certified_levels(np.full(300, 0.9), 0, 0.01)
    (0.5, 0.2, 0.1, 0.05)

    Raises InputError as `log_e_levels` does.
    """
    k, n = _counts(u, levels)
    threshold = log(len(levels) / open_unit(beta, "beta"))
    boundary = np.asarray([1.0 - certified_level(level, tol) for level in levels])
    reached = log_e_counts(n - k, n, boundary) >= threshold
    return tuple(level for level, certain in zip(levels, reached, strict=True) if certain)


def _counts(u: ArrayLike, levels: Sequence[float]) -> tuple[Array, int]:
    for level in levels:
        open_unit(level, "level")
    sample = np.asarray(u, dtype=float)
    if not np.all(sample >= 0.0):
        raise InputError("u is negative or NaN", "u >= 0", "u = 1 where the bound is silent")
    return np.sum(sample[:, None] <= np.asarray(levels), axis=0), len(sample)
