"""How loose a bound is: the factor by which its constant could be tightened.

The tightest B with P(X > B) <= delta is the (1 - delta) quantile of X, so one sample settles
every mutant "constant times kappa" at once, with no bisection.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.bets import log_e_counts
from verify.statistics.decision import OutcomeName
from verify.statistics.inputs import Number, open_unit, positive


@dataclass(frozen=True, slots=True)
class Slack:
    """Anytime-valid interval of the factor between a bound and the tightest true bound.

    Above 1 the bound is loose by that factor, below 1 it is false.
    """

    low: float
    high: float

    def judge(self, kappa: Number) -> OutcomeName:
        """Judge the mutant "bound times kappa".

        >>> [Slack(1.25, 1.5).judge(kappa) for kappa in (0.5, 0.75, 0.9)]
        ['REFUTED', 'UNDECIDED', 'HOLDS']

        Raises InputError unless 0 < kappa < infinity.
        """
        factor = positive(kappa, "kappa")
        if factor * self.high < 1.0:
            return "REFUTED"
        return "HOLDS" if factor * self.low >= 1.0 else "UNDECIDED"


def slack_ranks(n: int, delta: Number, alpha: Number) -> tuple[int, int]:
    """Ranks (h, l) such that the (1 - delta) quantile lies between the h-th and the (l+1)-th
    largest of n observations, at every n at once with probability 1 - alpha.

    h is the least count refuting "P(X > q) <= delta" at alpha/2 (n + 1 if none does), l the
    largest count refuting "P(X >= q) >= delta" (-1 if none does).

    >>> slack_ranks(1000, 0.05, 0.01)
    (79, 25)

    Raises InputError for delta or alpha outside (0, 1).
    """
    delta, threshold = open_unit(delta, "delta"), np.log(2.0 / open_unit(alpha, "alpha"))
    k = np.arange(n + 1)
    too_many = log_e_counts(k, n, delta) >= threshold  # increasing in k
    too_few = log_e_counts(n - k, n, 1.0 - delta) >= threshold  # decreasing in k
    return n + 1 - int(np.sum(too_many)), int(np.sum(too_few)) - 1


def quantile_limits(x: ArrayLike, delta: Number, alpha: Number) -> tuple[float, float]:
    """Anytime-valid limits of the (1 - delta) quantile from order statistics.

    x  -> observations, shape (n,); no order, no model; ties and lattices are handled by never
          interpolating, so that on a lattice the limits move in steps

    >>> quantile_limits(np.arange(1000), 0.05, 0.01)
    (921.0, 974.0)

    Raises InputError for NaN.
    """
    sample = np.asarray(x, dtype=float)
    if np.any(np.isnan(sample)):
        raise InputError("an observation is NaN", "numbers", "report UNDECIDED")
    at_least, at_most = slack_ranks(len(sample), delta, alpha)
    falling = np.sort(sample)[::-1]
    low = float(falling[at_least - 1]) if at_least <= len(sample) else -inf
    return low, float(falling[at_most]) if at_most >= 0 else inf


def bound_slack(bound: Number, low: float, high: float) -> Slack:
    """Slack of an upper bound on a quantity known to lie in [low, high].

    bound      -> B > 0, not entering the simulation
    low, high  -> from `quantile_limits` (for "P(X > B) <= delta") or `mean_limits` ("E X <= B")

    A limit at or below 0 leaves the factor unbounded on that side.

    >>> bound_slack(3, 1.5, 2)
    Slack(low=1.5, high=2.0)

    Raises InputError unless B > 0 and low <= high.
    """
    value = positive(bound, "bound")
    if not low <= high:
        raise InputError(
            f"limits [{low}, {high}]", "low <= high", "the sample contradicts its model"
        )
    return Slack(value / high if high > 0 else inf, value / low if low > 0 else inf)
