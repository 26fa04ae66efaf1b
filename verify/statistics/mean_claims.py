"""Claims "E X <= c", "E X >= c", "E X == c" under a declared model: the decision after a look."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.statistics.bets import BETS
from verify.statistics.decision import Decision, outcome_of
from verify.statistics.inputs import Array, Number, finite, not_negative, open_unit, positive
from verify.statistics.means import log_e_at_least, log_e_at_most, mean_limits
from verify.statistics.models import Model

Relation = Literal["<=", ">=", "=="]


def log_e_relation(
    x: ArrayLike,
    c: ArrayLike,
    relation: Relation,
    model: Model,
    *,
    bets: Sequence[float] = BETS,
) -> Array:
    """Log e-value against "E X relation c"; equality takes the better side, halved.

    Half the larger of two e-values is at most their average, hence an e-value; it reaches
    1/alpha exactly when one side reaches 2/alpha.

    >>> from verify.statistics.models import SubGaussian
    >>> round(float(log_e_relation([1.0, 2.0], 0, "==", SubGaussian(1))), 6)
    0.775573

    Raises InputError for an unknown relation, and as `log_e_at_most` does.
    """
    if relation == "<=":
        return log_e_at_most(x, c, model, bets=bets)
    if relation == ">=":
        return log_e_at_least(x, c, model, bets=bets)
    if relation != "==":
        raise InputError(f"relation {relation!r}", "'<=', '>=', '=='", "state the direction")
    above = log_e_at_most(x, c, model, bets=bets)
    below = log_e_at_least(x, c, model, bets=bets)
    return np.asarray(np.maximum(above, below) - log(2))


def log_e_hold(
    x: ArrayLike,
    c: float,
    relation: Relation,
    model: Model,
    tol: float,
    *,
    bets: Sequence[float] = BETS,
) -> float:
    """Log e-value against "the claim is false by more than tol".

    "E X <= c" is false by more than tol when E X > c + tol. For equality both sides must be
    excluded; a false claim makes one of the two nulls true, so the smaller e-value decides.

    >>> from verify.statistics.models import Bounded
    >>> log_e_hold(np.full(9, 0.5), 0.5, "==", Bounded(0, 1), 0.5)
    inf

    Raises InputError as `log_e_relation` does.
    """
    sides = []
    if relation in ("<=", "=="):
        sides.append(float(log_e_at_least(x, c + tol, model, bets=bets)))
    if relation in (">=", "=="):
        sides.append(float(log_e_at_most(x, c - tol, model, bets=bets)))
    return min(sides)


def can_hold(relation: Relation, model: Model, tol: Number) -> bool:
    """Say whether the model could ever certify the relation.

    An upper bound needs an upper range, a variance or a tail constant; equality needs both sides
    and a positive tolerance.

    >>> from verify.statistics.models import Bounded, Variance
    >>> can_hold("<=", Bounded(0), 0), can_hold("<=", Variance(1), 0)
    (False, True)
    """
    from_above = model.high < inf or model.sigma < inf
    from_below = model.low > -inf or model.sigma < inf
    if relation == "==":
        return from_above and from_below and float(tol) > 0.0
    return from_above if relation == "<=" else from_below


def decide_mean(
    x: ArrayLike,
    claim_value: Number,
    relation: Relation,
    model: Model,
    tol: Number,
    alpha: Number,
    beta: Number,
    *,
    bets: Sequence[float] = BETS,
    with_limits: bool = True,
) -> Decision:
    """Judge "E X relation claim_value" from observations; valid after any number of looks.

    x            -> observations in any order, shape (n,)
    claim_value  -> c, finite; outside the certain range the range alone decides
    relation     -> "<=", ">=" or "=="
    model        -> Bounded, SubGaussian, Variance or Average; the verdict is as good as it is
    tol          -> absolute tolerance in the unit of X: HOLDS certifies c + tol, c - tol, or both
    alpha, beta  -> probability of refuting a true claim; of passing one false by more than tol
    with_limits  -> False leaves the limits at -inf and inf, to judge many mutants cheaply

    The limits miss at rate alpha on the side that refutes and beta on the side that certifies;
    for equality at alpha/2 on either side, so that REFUTED means claim_value outside them.
    Observations that are not finite leave the claim UNDECIDED and are counted in the note.

    >>> from verify.statistics.models import Bounded
    >>> x = np.tile([0.0, 0.25, 0.5, 0.75], 100)
    >>> decide_mean(x, 0.25, "<=", Bounded(0, 1), 0, 1e-3, 1e-2).outcome
    'REFUTED'
    >>> decide_mean(x, 0.375, "==", Bounded(0, 1), 0.1, 1e-3, 1e-2).outcome
    'HOLDS'

    Raises InputError for impossible rates, tolerances, relations, or observations outside the
    declared range.
    """
    sample = np.asarray(x, dtype=float)
    c, tol = finite(claim_value, "claim_value"), not_negative(tol, "tol")
    alpha, beta = open_unit(alpha, "alpha"), open_unit(beta, "beta")
    unusable = int(np.sum(~np.isfinite(sample)))
    if unusable:
        note = f"{unusable} of {len(sample)} observations are not finite"
        return Decision("UNDECIDED", len(sample), 0.0, 0.0, nan, -inf, inf, note)
    refute = float(log_e_relation(sample, c, relation, model, bets=bets))
    hold = log_e_hold(sample, c, relation, model, tol, bets=bets)
    low, high = -inf, inf
    if with_limits:
        rates = {"<=": (alpha, beta), ">=": (beta, alpha), "==": (alpha / 2, alpha / 2)}
        low, high = mean_limits(sample, model, *rates[relation], bets=bets)
    note = "" if model.low <= c <= model.high else "claim outside the certain range of the model"
    if low > high:
        note = "the sample contradicts the model: every mean is excluded"
    return Decision(
        outcome=outcome_of(refute, hold, alpha, beta),
        n=len(sample),
        log_e_refute=refute,
        log_e_hold=hold,
        estimate=float(np.mean(sample)) if len(sample) else nan,
        low=low,
        high=high,
        note=note,
    )


def detectable_shift(sigma: Number, n: int, alpha: Number) -> float:
    """Rule of thumb for the smallest shift of a mean found with probability about 0.9.

    2 sigma sqrt(ln(2/alpha)/n). Measured power .89 to .96 for uniform, Gaussian and exponential
    observations at alpha = 3e-6, n = 4000; no theorem, and optimistic for heavy tails.

    sigma  -> standard deviation, sigma > 0
    n      -> planned number of observations, n >= 1
    alpha  -> error rate in (0, 1)

    >>> round(detectable_shift(1, 4000, 3e-6), 4)
    0.1158

    Raises InputError outside these ranges.
    """
    n = int(positive(n, "n"))
    return 2.0 * positive(sigma, "sigma") * sqrt(log(2.0 / open_unit(alpha, "alpha")) / n)
