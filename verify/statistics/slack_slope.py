"""Teeth for exponents of upper bounds: the slope of log slack over sizes.

A bound whose exponent is right keeps a constant slack; one that shrinks too fast loses slack and
must fail at some size, which the slope predicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.inputs import Array
from verify.statistics.slack import Slack

Reading = Literal["shrinking", "sharp", "loose", "levelling"]


@dataclass(frozen=True, slots=True)
class SlackSlope:
    """Slope of log slack against log size: its range over all slacks in their intervals.

    low, high      worst cases; they hold together with the intervals of the slacks
    estimate       middle of the range
    failure_size   size n* at which the line through the middles predicts slack 1: the cell to
                   run next; inf unless the estimated slope is negative and does not level off
    levelling      whether the last local slope is at most half the first, of the same sign
    """

    low: float
    estimate: float
    high: float
    failure_size: float
    levelling: bool = False

    @property
    def reading(self) -> Reading:
        """Shrinking: the bound's exponent is too ambitious, run the cell failure_size. Sharp: a
        constant slack is possible. Loose: true, but a better exponent is. Levelling: the slack
        tends to a constant, as far as these sizes show."""
        if self.levelling:
            return "levelling"
        if self.high < 0.0:
            return "shrinking"
        return "loose" if self.low > 0.0 else "sharp"


def slope_weights(sizes: ArrayLike) -> Array:
    """Weights w with sum w_i y_i the least-squares slope of y against log sizes.

    >>> round(float(slope_weights([1, 10, 100]) @ np.log([5, 50, 500])), 12)
    1.0

    Raises InputError unless there are at least two different sizes, all positive.
    """
    values = np.asarray(sizes, dtype=float)
    if not np.all(values > 0) or not np.all(np.isfinite(values)) or len(np.unique(values)) < 2:
        raise InputError(f"sizes {sizes!r}", "two or more different positive sizes", "add a cell")
    centred = np.log(values) - np.mean(np.log(values))
    return np.asarray(centred / np.sum(centred**2))


def slack_slope(sizes: ArrayLike, slacks: Sequence[Slack]) -> SlackSlope:
    """Range of the slope of log slack, by interval arithmetic over the slack intervals.

    sizes   -> positive sizes, at least two different
    slacks  -> one interval a size; simultaneous at rate alpha when each has rate alpha/len(sizes)

    >>> result = slack_slope([1, 100], [Slack(4, 4), Slack(2, 2)])
    >>> result.reading, round(result.failure_size)
    ('shrinking', 10000)

    Raises InputError when an interval is unbounded or reaches 0, or the lengths differ.
    """
    weights = slope_weights(sizes)
    ends = np.asarray([(slack.low, slack.high) for slack in slacks], dtype=float)
    if ends.shape != (len(weights), 2) or not np.all((ends > 0) & np.isfinite(ends)):
        raise InputError(
            "slack intervals", "one in (0, infinity) for each size", "sample until both ends exist"
        )
    low, high = np.log(ends).T
    middle = (low + high) / 2
    slope = float(weights @ middle)
    # Taking the unfavourable end wherever a weight is positive or negative is attained.
    worst = float(np.where(weights > 0, weights * low, weights * high).sum())
    best = float(np.where(weights > 0, weights * high, weights * low).sum())
    # A sum of n rounded products of logarithms good to one unit errs by at most
    # (n + 2) u sum |w_i y_i| to first order: a sign within that is no sign.
    largest = np.abs(weights) @ np.maximum(np.abs(low), np.abs(high))
    rounding = (len(weights) + 2) * float(np.finfo(float).eps * largest)
    centre = float(np.mean(np.log(np.asarray(sizes, dtype=float))))
    exponent = centre - float(np.mean(middle)) / slope if slope < -rounding else inf
    failure_size = exp(exponent) if exponent < 700.0 else inf
    return SlackSlope(worst - rounding, slope, best + rounding, failure_size)


def local_slopes(sizes: Sequence[float], slacks: Sequence[Slack]) -> SlackSlope:
    """Slopes between neighbouring sizes, for slacks that are known all but exactly.

    Exact slacks that are no power law have no one slope, so low and high are the ends of the
    local ones; the estimate and the failure size are those of the two largest sizes, which see
    farthest.

    sizes   -> positive sizes, increasing, at least two
    slacks  -> one narrow interval a size

    >>> result = local_slopes([1, 10, 100], [Slack(8, 8), Slack(4, 4), Slack(2, 2)])
    >>> result.reading, round(result.failure_size)
    ('shrinking', 1000)
    >>> local_slopes([1, 10, 100], [Slack(8, 8), Slack(4, 4), Slack(3.9, 3.9)]).reading
    'levelling'

    Raises InputError as `slack_slope` does.
    """
    pairs = [slack_slope(sizes[i : i + 2], slacks[i : i + 2]) for i in range(len(slacks) - 1)]
    first, last = (pairs[0], pairs[-1]) if pairs else (slack_slope(sizes, slacks),) * 2
    low, high = min(pair.low for pair in pairs), max(pair.high for pair in pairs)
    same = low > 0 or high < 0
    levelling = same and abs(last.estimate) <= abs(first.estimate) / 2
    return SlackSlope(low, last.estimate, high, inf if levelling else last.failure_size, levelling)
