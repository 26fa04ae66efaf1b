"""Identities "E A == C" between matrices: every entry, and the direction they err in together.

Entrywise e-values find one wrong entry. A discrepancy spread over all entries shows in none of
them, but in the inner product of A with the mean of A - C over earlier batches: that direction
is fixed before the batch is seen, so the product of wealth over batches stays an e-process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, nan

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.bets import BETS
from verify.statistics.decision import OutcomeName, outcome_of
from verify.statistics.inputs import Number, not_negative, open_unit, within
from verify.statistics.means import log_e_at_least, log_e_at_most
from verify.statistics.models import Model


@dataclass(frozen=True, slots=True)
class MatrixDecision:
    """Outcome of a matrix identity and what spoke against it.

    log_e_refute     log of the average of the entrywise and the direction e-value
    log_e_hold       log e-value against "some entry errs by more than the tolerance"
    largest_gap      largest |mean of A - C| over the entries; NaN without usable data
    """

    outcome: OutcomeName
    n: int
    log_e_refute: float
    log_e_hold: float
    log_e_entries: float
    log_e_direction: float
    largest_gap: float
    note: str = ""


def log_e_entries(a: ArrayLike, c: ArrayLike, model: Model) -> float:
    """Log of the mean, over entries and sides, of the e-values against "E A[i, j] == C[i, j]".

    a  -> observations, shape (n, *shape of c), in any order

    >>> from verify.statistics.models import Bounded
    >>> a = np.tile(np.eye(2), (40, 1, 1))
    >>> log_e_entries(a, 0.5 * np.ones((2, 2)), Bounded(0, 1)) > log(1e6)
    True

    Raises InputError as `log_e_at_most` does.
    """
    sides = np.stack([log_e_at_most(a, c, model), log_e_at_least(a, c, model)])
    return float(np.logaddexp.reduce(sides, axis=None) - log(sides.size))


def log_e_direction(
    batches: Sequence[ArrayLike], c: ArrayLike, model: Model, *, bets: Sequence[float] = BETS
) -> float:
    """Log e-value against "E A == C" from the direction of all earlier batches.

    batches  -> observations by look, each of shape (n_i, *shape of c); the order of batches
                matters, the order within one does not

    >>> from verify.statistics.models import Bounded
    >>> batch = np.full((50, 3, 3), 0.75)
    >>> log_e_direction([batch], np.full((3, 3), 0.5), Bounded(0, 1))
    0.0
    >>> log_e_direction([batch, batch], np.full((3, 3), 0.5), Bounded(0, 1)) > 9
    True

    Raises InputError for observations outside the declared range.
    """
    claimed = np.asarray(c, dtype=float)
    total, wealth = np.zeros_like(claimed), np.zeros(1)
    for batch in batches:
        observed = within(np.asarray(batch, dtype=float), model.low, model.high)
        norm = float(np.linalg.norm(total))
        if norm > 0.0 and len(observed):
            direction = total / norm
            x = np.tensordot(observed, direction, axes=claimed.ndim)
            expected = np.asarray(np.sum(claimed * direction))
            projected = model.along(direction)
            x = np.clip(x, projected.low, projected.high)  # rounding of the inner product only
            wealth = wealth + projected.log_wealth(x, expected, bets)
        total = total + np.sum(observed - claimed, axis=0)
    return float(np.logaddexp.reduce(wealth) - log(len(wealth)))


def decide_matrix(
    batches: Sequence[ArrayLike],
    claimed: ArrayLike,
    model: Model,
    tol: Number,
    alpha: Number,
    beta: Number,
) -> MatrixDecision:
    """Judge "E A == C" entry by entry and along the predictable direction.

    batches      -> observations by look, each of shape (n_i, *shape of C)
    claimed      -> C
    model        -> law of every entry
    tol          -> absolute tolerance of every entry; HOLDS certifies |E A - C| <= tol everywhere
    alpha, beta  -> rates of refuting a true identity; of passing one with an entry beyond tol

    >>> from verify.statistics.models import Bounded
    >>> batch = np.tile([[[0.0]], [[1.0]]], (200, 1, 1))
    >>> [decide_matrix([batch], [[c]], Bounded(0, 1), 0.2, 0.01, 0.01).outcome for c in (0.5, 0.7)]
    ['HOLDS', 'REFUTED']

    Raises InputError for impossible rates, shapes, or observations outside the declared range.
    """
    c, room = np.asarray(claimed, dtype=float), not_negative(tol, "tol")
    alpha, beta = open_unit(alpha, "alpha"), open_unit(beta, "beta")
    looks = [np.asarray(batch, dtype=float) for batch in batches]
    if not np.all(np.isfinite(c)) or any(look.shape[1:] != c.shape for look in looks):
        raise InputError(
            f"claimed shape {c.shape}", "finite, the shape of one observation", "match the shapes"
        )
    a = np.concatenate([np.empty((0, *c.shape)), *looks])
    unusable = int(np.sum(~np.isfinite(a)))
    if unusable:
        note = f"{unusable} of {a.size} entries are not finite"
        return MatrixDecision("UNDECIDED", len(a), 0.0, 0.0, 0.0, 0.0, nan, note)
    entries, direction = log_e_entries(a, c, model), log_e_direction(looks, c, model)
    refute = float(np.logaddexp(entries, direction) - log(2))
    above, below = log_e_at_least(a, c + room, model), log_e_at_most(a, c - room, model)
    hold = float(np.min(np.minimum(above, below), initial=inf))
    gap = float(np.max(np.abs(np.mean(a, axis=0) - c))) if len(a) else nan
    outcome = outcome_of(refute, hold, alpha, beta)
    return MatrixDecision(outcome, len(a), refute, hold, entries, direction, gap)
