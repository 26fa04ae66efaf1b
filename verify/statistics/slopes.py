"""Rates "error ∝ m^s": an interval of the exponent from one slope a replicate.

Regression on the mean error undercovers when widths share neurons; a t interval over replicate
slopes does not. It is a fixed-sample interval: one look, at a number of replicates declared
before, and approximately normal slopes (an assumption to print).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.decision import OutcomeName
from verify.statistics.inputs import Array, Number, finite, not_negative, open_unit
from verify.statistics.slack_slope import slope_weights


@dataclass(frozen=True, slots=True)
class ExponentDecision:
    """Outcome of a rate claim with the 1 - alpha interval of the exponent."""

    outcome: OutcomeName
    replicates: int
    estimate: float
    low: float
    high: float


def replicate_slopes(sizes: ArrayLike, errors: ArrayLike) -> Array:
    """Least-squares slope of log error against log size, one a replicate.

    sizes   -> positive sizes, shape (K,)
    errors  -> positive errors, shape (R, K)

    >>> replicate_slopes([4, 16, 64], [[8, 4, 2], [1, 1, 1]]).round(12).tolist()
    [-0.5, 0.0]

    Raises InputError for errors that are not positive and finite.
    """
    values = np.asarray(errors, dtype=float)
    if not np.all((values > 0.0) & np.isfinite(values)):
        raise InputError("an error is not positive", "0 < error < infinity", "check the simulation")
    return np.asarray(np.log(values) @ slope_weights(sizes))


def exponent_interval(slopes: ArrayLike, alpha: Number) -> tuple[float, float]:
    """Student's interval of the mean slope with coverage 1 - alpha.

    slopes  -> one slope a replicate, at least two

    >>> low, high = exponent_interval([-0.5, -0.25, -0.75], 0.05)
    >>> round(low, 9), round(high, 9)
    (-1.121034428, 0.121034428)

    Raises InputError for fewer than two slopes, equal slopes, or slopes that are not finite.
    """
    values = np.asarray(slopes, dtype=float)
    if len(values) < 2 or not np.all(np.isfinite(values)):
        raise InputError(f"{len(values)} slopes", "two or more finite slopes", "add replicates")
    mean, spread = float(np.mean(values)), float(np.std(values, ddof=1))
    if spread == 0.0:
        raise InputError("all slopes are equal", "random replicates", "use Derive or Enclose")
    reach = float(scipy.stats.t.isf(open_unit(alpha, "alpha") / 2, len(values) - 1))
    return mean - reach * spread / sqrt(len(values)), mean + reach * spread / sqrt(len(values))


def decide_exponent(
    slopes: ArrayLike,
    exponent: Number,
    allowance: Number,
    alpha: Number,
    beta: Number,
    *,
    relation: Literal["==", "<="] = "==",
) -> ExponentDecision:
    """Judge "the exponent is s" (or at most s) up to an allowance for finite sizes.

    slopes       -> one slope a replicate
    exponent     -> claimed s
    allowance    -> derived bound of the bias at these sizes, >= 0
    alpha, beta  -> REFUTED when the 1 - alpha interval misses s ± allowance, HOLDS when the
                    1 - beta interval lies inside
    relation     -> "==" for "error ∝ m^s", "<=" for "error = O(m^s)"

    >>> decide_exponent([-0.51, -0.49, -0.5, -0.52, -0.48], "-0.5", 0.05, 0.01, 0.01).outcome
    'HOLDS'

    Raises InputError as `exponent_interval` does.
    """
    s, room = finite(exponent, "exponent"), not_negative(allowance, "allowance")
    floor = s - room if relation == "==" else -np.inf
    low, high = exponent_interval(slopes, alpha)
    low_hold, high_hold = exponent_interval(slopes, beta)
    outcome: OutcomeName = "UNDECIDED"
    if low > s + room or high < floor:
        outcome = "REFUTED"
    elif floor <= low_hold and high_hold <= s + room:
        outcome = "HOLDS"
    values = np.asarray(slopes, dtype=float)
    return ExponentDecision(outcome, len(values), float(np.mean(values)), low, high)
