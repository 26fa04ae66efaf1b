"""E-values against "E X <= c" and "E X >= c" under a declared model, and limits of the mean.

log E is a symmetric function of the sample: workers may deliver in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log

import numpy as np
import scipy
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.bets import BETS
from verify.statistics.inputs import Array, Number, open_unit
from verify.statistics.models import Model

# Positions beyond exp(-600) of the mean's distance from the range's end are that end.
DEEPEST = -600.0


def log_e_at_most(
    x: ArrayLike, c: ArrayLike, model: Model, *, bets: Sequence[float] = BETS
) -> Array:
    """Log e-value against "E X <= c".

    x      -> observations, shape (n, ...)
    c      -> claimed value, broadcast against x[0]: many values of c at once are x[:, None]
    model  -> Bounded, SubGaussian, Variance or Average
    bets   -> fractions of wealth in (0, 1]

    >>> from verify.statistics.models import Bounded
    >>> x = np.array([0.1, 0.9, 0.4, 0, 1, 0.7, 0.3, 0.8, 0.6, 0.2])
    >>> round(float(log_e_at_most(x, 0.2, Bounded(0, 1))), 12)
    3.491976413775

    Raises InputError for observations that are not finite or outside the declared range.
    """
    sample = np.asarray(x, dtype=float)
    if not np.all(np.isfinite(sample)):
        raise InputError("an observation is not finite", "finite observations", "report UNDECIDED")
    wealth = model.log_wealth(sample, np.asarray(c, dtype=float), bets)
    return np.asarray(np.logaddexp.reduce(wealth) - log(len(wealth)))


def log_e_at_least(
    x: ArrayLike, c: ArrayLike, model: Model, *, bets: Sequence[float] = BETS
) -> Array:
    """Log e-value against "E X >= c": the reflection of `log_e_at_most`.

    >>> from verify.statistics.models import Bounded
    >>> x = np.array([0.1, 0.9, 0.4, 0, 1, 0.7, 0.3, 0.8, 0.6, 0.2])
    >>> round(float(log_e_at_least(x, 0.8, Bounded(0, 1))), 12)
    3.491976413775

    Raises InputError as `log_e_at_most` does.
    """
    negated = -np.asarray(x, dtype=float)
    return log_e_at_most(negated, -np.asarray(c, dtype=float), model.reflected(), bets=bets)


def lower_mean_limit(
    x: ArrayLike, model: Model, alpha: Number, *, bets: Sequence[float] = BETS
) -> float:
    """Anytime-valid lower limit of E X: the least c at which "E X <= c" is not refuted.

    >>> from verify.statistics.models import Bounded
    >>> x = [0.1, 0.9, 0.4, 0, 1, 0.7, 0.3, 0.8, 0.6, 0.2]
    >>> round(lower_mean_limit(x, Bounded(0, 1), 0.025), 12)
    0.194624796153

    Raises InputError for alpha outside (0, 1), and as `log_e_at_most` does.
    """
    sample, threshold = np.asarray(x, dtype=float), -log(open_unit(alpha, "alpha"))
    low = float(model.low)
    mean = float(np.mean(sample)) if len(sample) else low
    if len(sample) == 0 or mean <= low or (low == -inf and model.sigma == inf):
        return low

    def position(v: float) -> float:
        return mean + model.sigma * v if low == -inf else low + (mean - low) * exp(v)

    def excess(v: float) -> float:
        return float(log_e_at_most(sample, position(v), model, bets=bets)) - threshold

    right, left = 0.0, -0.125
    while excess(right) >= 0.0:  # only outliers under Variance put the mean itself in doubt
        left, right = right, 2 * right + 1.0
    while excess(left) < 0.0:
        right, left = left, 2 * left
        if low > -inf and left < DEEPEST:
            return low
    return position(float(scipy.optimize.brentq(excess, left, right, xtol=1e-13, rtol=1e-12)))


def mean_limits(
    x: ArrayLike,
    model: Model,
    alpha: Number,
    beta: Number | None = None,
    *,
    bets: Sequence[float] = BETS,
) -> tuple[float, float]:
    """Anytime-valid limits of E X: low misses at rate alpha, high at rate beta.

    x            -> observations, shape (n,)
    alpha, beta  -> one-sided error rates in (0, 1); beta defaults to alpha

    With both at alpha/2 these are exactly the c that "E X == c" would not refute at alpha.

    >>> from verify.statistics.models import Bounded
    >>> low, high = mean_limits([0.2, 0.8, 0.5, 0.5], Bounded(0, 1), 0.025)
    >>> low < 0.5 < high
    True

    Raises InputError as `lower_mean_limit` does.
    """
    beta = alpha if beta is None else beta
    low = lower_mean_limit(x, model, alpha, bets=bets)
    negated = -np.asarray(x, dtype=float)
    return low, -lower_mean_limit(negated, model.reflected(), beta, bets=bets)
