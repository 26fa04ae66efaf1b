"""Orderings "curve A lies below curve B": the paired sign test, anytime-valid.

One observation a seed, on common random numbers: data, initial weights and signs are shared by
the two arms. "Below from step s on" is one event a seed, with no multiplicity over steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory.exact import InputError
from verify.statistics.bets import confidence_limits, log_e_counts
from verify.statistics.decision import Decision, outcome_of
from verify.statistics.inputs import Number, open_unit


def below_from(a: ArrayLike, b: ArrayLike, start: int = 0) -> NDArray[np.bool_]:
    """Say for each seed whether curve A lies strictly below curve B from step start on.

    a, b   -> curves of paired seeds, shape (seeds, steps)
    start  -> first step that counts

    >>> below_from([[3, 1, 1], [3, 1, 4]], [[2, 2, 2], [2, 2, 2]], 1).tolist()
    [True, False]

    Raises InputError for NaN, different shapes, or no step left.
    """
    lower, upper = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if lower.shape != upper.shape or lower.ndim != 2 or not 0 <= start < lower.shape[1]:
        raise InputError(
            f"curves of shapes {lower.shape}, {upper.shape}, start {start}",
            "equal shapes (seeds, steps), 0 <= start < steps",
            "pair the seeds",
        )
    if np.any(np.isnan(lower[:, start:])) or np.any(np.isnan(upper[:, start:])):
        raise InputError("a curve contains NaN", "numbers", "report UNDECIDED")
    return np.asarray(np.all(lower[:, start:] < upper[:, start:], axis=1))


def decide_ordering(
    k: int, n: int, alpha: Number, beta: Number, *, quantile: Number = 0.5
) -> Decision:
    """Judge "A is below B for more than this fraction of seeds" from k of n paired seeds.

    k, n      -> seeds with A strictly below B (ties count against), all seeds; 0 <= k <= n
    alpha     -> rate of refuting a true ordering: REFUTED certifies P(A < B) < quantile
    beta      -> rate of passing a false one: HOLDS certifies P(A < B) > quantile
    quantile  -> fraction of seeds, one half for the median seed

    >>> [decide_ordering(n, n, 0.05, 0.01).outcome for n in (5, 8, 9)]
    ['UNDECIDED', 'UNDECIDED', 'HOLDS']

    Raises InputError for impossible counts, rates or quantile.
    """
    fraction = open_unit(quantile, "quantile")
    alpha, beta = open_unit(alpha, "alpha"), open_unit(beta, "beta")
    log_e_hold = float(log_e_counts(k, n, fraction))
    log_e_refute = float(log_e_counts(n - k, n, 1.0 - fraction))
    low, high = confidence_limits(k, n, beta, alpha)
    return Decision(
        outcome=outcome_of(log_e_refute, log_e_hold, alpha, beta),
        n=int(n),
        log_e_refute=log_e_refute,
        log_e_hold=log_e_hold,
        estimate=k / n if n else float("nan"),
        low=low,
        high=high,
    )
