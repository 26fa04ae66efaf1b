"""The e-process for yes/no data: a mixture of constant bets, and its confidence limits.

Betting the fraction c of the wealth against "P(success) <= p0" multiplies it by 1 - c + c/p0
after a success and by 1 - c after a failure; its mean is 1 - c + c p/p0 <= 1 whenever p <= p0.
The average over the bets is therefore a nonnegative supermartingale with start 1, and by
Ville's inequality it ever reaches 1/alpha with probability at most alpha (Ville 1939,
"Etude critique de la notion de collectif"; Shafer 2021, JRSS A 184, "Testing by betting").
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import scipy
from numpy.typing import ArrayLike

from verify.statistics.inputs import Array, Number, counts, open_unit

# 7/8 and 3/4 are there for certification: without them it costs a third more samples when the
# violation probability is a fifth of the claimed one. The fraction 1 bets on "never fails".
BETS: tuple[float, ...] = (1.0, 7 / 8, 3 / 4, *(0.5**j for j in range(1, 8)))

# Up to this many trials the smallest bet, 1/128, is small enough for the gaps worth finding.
TEN_BETS_SUFFICE = 10_000


def bets_for(n_max: int, p0: Number, alpha: Number) -> tuple[float, ...]:
    """Ten bets, with further halvings when more than 10^4 trials are planned.

    The smallest detectable excess over p0 after n trials is about sqrt(2 ln(1/alpha) p0(1-p0)/n);
    the bet that finds it fastest is sqrt(2 ln(1/alpha) p0/((1-p0) n)), so halvings are appended
    until one is at most that.

    n_max  -> planned number of trials
    p0     -> boundary of the null hypothesis, 0 < p0 < 1
    alpha  -> error rate, 0 < alpha < 1

    >>> len(bets_for(10_000, 0.05, 1e-6)), len(bets_for(1_000_000, 0.05, 1e-6))
    (10, 13)

    Raises InputError when p0 or alpha leave the open unit interval.
    """
    p0, alpha = open_unit(p0, "p0"), open_unit(alpha, "alpha")
    bets = list(BETS)
    if n_max > TEN_BETS_SUFFICE:
        wanted = sqrt(-2.0 * log(alpha) * p0 / ((1.0 - p0) * n_max))
        while bets[-1] > wanted:
            bets.append(bets[-1] / 2)
    return tuple(bets)


def log_e_counts(
    k: ArrayLike, n: ArrayLike, p0: ArrayLike, *, bets: Sequence[float] = BETS
) -> Array:
    """Log e-value of k successes in n trials against "P(success) <= p0".

    k, n   -> whole numbers, 0 <= k <= n; arrays broadcast
    p0     -> 0 < p0 <= 1
    bets   -> fractions of wealth in (0, 1]

    >>> round(float(log_e_counts(10, 100, 0.05)), 12)
    0.692751087907
    >>> log_e_counts([5, 9], [5, 9], [0.05, 0.5]).round(4).tolist()
    [13.2811, 4.6116]

    Raises InputError for impossible counts or p0.
    """
    successes, trials = counts(k, n)
    boundary = np.asarray(p0, dtype=float)
    if not np.all((boundary > 0.0) & (boundary <= 1.0)):
        open_unit(float(boundary[~((boundary > 0) & (boundary <= 1))].flat[0]), "p0")
    return _log_e(successes, trials, np.log(boundary), bets)


def _log_e(k: ArrayLike, n: ArrayLike, log_p0: ArrayLike, bets: Sequence[float]) -> Array:
    """The mixture with p0 given by its logarithm, so that tiny limits do not overflow."""
    k, n, log_p0 = np.asarray(k), np.asarray(n), np.asarray(log_p0)
    c = np.reshape(np.asarray(bets, dtype=float), (-1,) + (1,) * max(k.ndim, n.ndim, log_p0.ndim))
    with np.errstate(divide="ignore"):
        log_lost = np.log1p(-c)  # -inf for c = 1: that bet is ruined by one failure
    after_success = np.logaddexp(log_lost, np.log(c) - log_p0)
    # 0 log 0 = 0: no failure, no ruin
    wealth = k * after_success + scipy.special.xlog1py(n - k, -c)
    return np.asarray(np.logaddexp.reduce(wealth) - log(len(bets)))


def lower_limit(k: int, n: int, alpha: Number, *, bets: Sequence[float] = BETS) -> float:
    """Largest p0 such that every smaller boundary is refuted at level alpha; 0 when none is.

    The log e-value decreases in p0, hence one root: "lower_limit > delta" is the event that
    "P(success) <= delta" is refuted.

    >>> round(lower_limit(10, 100, 0.025), 12)
    0.029215073542

    Raises InputError for impossible counts or alpha.
    """
    counts(k, n)
    threshold = -log(open_unit(alpha, "alpha"))
    if k == 0:
        return 0.0
    # Bet c alone brings the mixture to the threshold at or above this log p0: a sure bracket.
    usable = np.asarray([c for c in bets if c < 1.0 or k == n], dtype=float)
    needed = threshold + log(len(bets)) - scipy.special.xlog1py(n - k, -usable)
    bracket = float(np.max(np.log(usable) - needed / k)) - 1e-6
    root = scipy.optimize.brentq(
        lambda log_p0: float(_log_e(k, n, log_p0, bets)) - threshold, bracket, 0.0, xtol=1e-13
    )
    return float(np.exp(root))


def confidence_limits(
    k: int,
    n: int,
    alpha: Number,
    beta: Number | None = None,
    *,
    bets: Sequence[float] = BETS,
) -> tuple[float, float]:
    """Anytime-valid limits of a success probability: low misses at rate alpha, high at beta.

    k, n         -> successes and trials, 0 <= k <= n
    alpha, beta  -> one-sided error rates in (0, 1); beta defaults to alpha

    >>> low, high = confidence_limits(47, 500, 0.025)
    >>> round(low, 12), round(high, 12)
    (0.05600814551, 0.146503429133)

    Raises InputError for impossible counts or error rates.
    """
    beta = alpha if beta is None else beta
    return lower_limit(k, n, alpha, bets=bets), 1.0 - lower_limit(n - k, n, beta, bets=bets)
