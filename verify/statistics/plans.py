"""The plan of a yes/no check and its exact operating characteristic, known before running.

At every look the e-values turn into two integers: REFUTED from `refute_at_least` violations on,
HOLDS up to `hold_at_most`. The law of the outcome then follows by dynamic programming.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf, log
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from theory.exact import InputError
from verify.statistics.bets import BETS, bets_for, log_e_counts
from verify.statistics.inputs import Number, open_unit
from verify.statistics.probability_claims import certified_level

Integers = NDArray[np.int64]
FIRST_LOOK = 20


class OutcomeLaw(NamedTuple):
    """Probabilities of the three outcomes and the expected number of runs."""

    refuted: float
    holds: float
    undecided: float
    expected_n: float


def look_schedule(n_max: int) -> tuple[int, ...]:
    """Sample sizes at which a check looks: 20, then a tenth more, and n_max last.

    Against looking after every run this costs at most 12 % in expected runs.

    >>> look_schedule(30)
    (20, 22, 25, 28, 30)

    Raises InputError unless n_max >= 1.
    """
    if n_max < 1:
        raise InputError(f"n_max = {n_max}", "n_max >= 1", "declare a sample budget")
    looks, n = [], FIRST_LOOK
    while n < n_max:
        looks.append(n)
        n = ceil(1.1 * n)  # the double nearest 1.1: 380 is followed by 419; any schedule is valid
    return (*looks, n_max)


def runs_to_hold(
    delta: Number, tol: Number, beta: Number, *, bets: tuple[float, ...] = BETS
) -> int:
    """Least number of runs after which zero violations certify the claim.

    >>> runs_to_hold(0.05, 0, 0.01)
    124

    Raises InputError for levels or rates outside (0, 1).
    """
    level, threshold = certified_level(delta, tol), -log(open_unit(beta, "beta"))

    def holds(n: int) -> bool:
        return bool(log_e_counts(n, n, 1.0 - level, bets=bets) >= threshold)

    high = 1
    while not holds(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def outcome_law(
    looks: Integers, refute_at_least: Integers, hold_at_most: Integers, p: float
) -> OutcomeLaw:
    """Exact law of a check with these thresholds when the violation probability is p.

    looks            -> increasing sample sizes
    refute_at_least  -> counts from which on it stops REFUTED, one a look
    hold_at_most     -> counts up to which it stops HOLDS, one a look, -1 for never
    p                -> violation probability, 0 <= p <= 1

    >>> law = outcome_law(np.array([1, 2]), np.array([1, 1]), np.array([-1, 0]), 0.5)
    >>> [round(value, 12) for value in law]
    [0.75, 0.25, 0.0, 1.5]
    """
    alive, offset, previous = np.ones(1), 0, 0  # alive[i] = P(not stopped, offset + i violations)
    refuted = holds = expected = 0.0
    for n, upper, lower in zip(
        looks.tolist(), refute_at_least.tolist(), hold_at_most.tolist(), strict=True
    ):
        fresh = n - previous
        expected += fresh * float(alive.sum())
        spread = np.convolve(alive, scipy.stats.binom.pmf(np.arange(fresh + 1), fresh, p))
        last = max(min(upper - offset, len(spread)), 0)
        first = min(max(lower + 1 - offset, 0), last)  # REFUTED speaks first where both may
        holds += float(spread[:first].sum())
        refuted += float(spread[last:].sum())
        alive, offset, previous = spread[first:last], offset + first, n
        if not alive.size:
            break
    return OutcomeLaw(refuted, holds, float(alive.sum()), expected)


@dataclass(frozen=True)
class Probability:
    """Plan for "P(violation) <= delta" with both error rates declared.

    delta  -> claimed level, 0 < delta < 1
    tol    -> relative tolerance: HOLDS certifies delta (1 + tol) < 1
    n_max  -> largest number of runs
    alpha  -> rate of refuting a true claim
    beta   -> rate of passing a claim false by more than the tolerance

    >>> plan = Probability(delta=0.05, n_max=1000, alpha=0.01, beta=0.01)
    >>> round(plan.mdv(), 5), round(plan.resolution(), 5)
    (0.08719, 0.02142)

    Raises InputError when no number of violations could ever say HOLDS, or none REFUTED.
    """

    delta: float
    tol: float = 0.0
    n_max: int = 2000
    alpha: float = 1e-3
    beta: float = 1e-2

    def __post_init__(self) -> None:
        for name in ("delta", "tol", "alpha", "beta"):
            object.__setattr__(self, name, float(getattr(self, name)))
        open_unit(self.alpha, "alpha")
        if self.hold_at_most[-1] < 0:
            need = runs_to_hold(self.delta, self.tol, self.beta, bets=self.bets)
            raise InputError(
                f"n_max = {self.n_max} can never say HOLDS of delta = {self.delta}",
                f"n_max >= {need}",
                "raise n_max, tol or delta",
            )
        if np.all(self.refute_at_least > self.looks):
            raise InputError(
                f"n_max = {self.n_max} can never say REFUTED of delta = {self.delta}",
                "an n_max at which violations alone refute",
                "raise n_max or lower delta",
            )

    @cached_property
    def level(self) -> float:
        """The level delta (1 + tol) that HOLDS certifies."""
        return certified_level(self.delta, self.tol)

    @cached_property
    def bets(self) -> tuple[float, ...]:
        """Bets small enough for n_max on either side."""
        against = bets_for(self.n_max, self.delta, self.alpha)
        return max(against, bets_for(self.n_max, 1.0 - self.level, self.beta), key=len)

    @cached_property
    def looks(self) -> Integers:
        """Sample sizes at which to decide."""
        return np.asarray(look_schedule(self.n_max))

    @cached_property
    def refute_at_least(self) -> Integers:
        """Least count that says REFUTED, one a look; n + 1 when none does."""
        return self._least_count(self.delta, self.alpha)

    @cached_property
    def hold_at_most(self) -> Integers:
        """Largest count that says HOLDS, one a look; -1 when none does."""
        return self.looks - self._least_count(1.0 - self.level, self.beta)

    def _least_count(self, p0: float, error: float) -> Integers:
        """Bisection over counts at all looks at once: the e-value increases in the count."""
        low, high = np.full_like(self.looks, -1), self.looks + 1
        while np.any(high - low > 1):
            middle = np.clip((low + high) // 2, 0, self.looks)
            enough = log_e_counts(middle, self.looks, p0, bets=self.bets) >= -log(error)
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return high

    def outcome_law(self, p: Number) -> OutcomeLaw:
        """Exact law of the verdict when the violation probability is p.

        >>> law = Probability(delta=0.1, n_max=500, alpha=0.01, beta=0.01).outcome_law(0)
        >>> law.holds, law.expected_n
        (1.0, 65.0)

        Raises InputError unless 0 <= p <= 1.
        """
        probability = float(p)
        if not 0.0 <= probability <= 1.0:
            raise InputError(f"p = {p}", "0 <= p <= 1", "give the violation probability")
        return outcome_law(self.looks, self.refute_at_least, self.hold_at_most, probability)

    def mdv(self, power: Number = 0.9) -> float:
        """Minimum detectable violation: the p above delta refuted with this probability.

        inf when even p = 1 is not. Raises InputError for power outside (0, 1).
        """
        wanted = open_unit(power, "power")
        if self.outcome_law(1.0).refuted < wanted:
            return inf
        return _root(lambda p: self.outcome_law(p).refuted - wanted, self.delta, 1.0)

    def resolution(self, power: Number = 0.9) -> float:
        """The largest p below delta (1 + tol) certified with this probability.

        Raises InputError for power outside (0, 1).
        """
        wanted = open_unit(power, "power")
        return _root(lambda p: self.outcome_law(p).holds - wanted, 0.0, self.level)


def _root(gap: Callable[[float], float], low: float, high: float) -> float:
    # Three more digits than a report prints, relative to the bracket.
    return float(scipy.optimize.brentq(gap, low, high, xtol=1e-7 * high, rtol=1e-9))
