"""Claims "P(violation) <= delta": the decision after a look."""

from __future__ import annotations

from collections.abc import Sequence

from theory.exact import InputError
from verify.statistics.bets import BETS, confidence_limits, log_e_counts
from verify.statistics.decision import Decision, outcome_of
from verify.statistics.inputs import Number, not_negative, open_unit


def certified_level(delta: Number, tol: Number) -> float:
    """The level delta (1 + tol) that HOLDS certifies.

    >>> certified_level(0.25, 0.5)
    0.375

    Raises InputError when it reaches 1: then every event satisfies the claim.
    """
    level = open_unit(delta, "delta") * (1.0 + not_negative(tol, "tol"))
    if level >= 1.0:
        raise InputError(
            f"delta (1 + tol) = {level}", "delta (1 + tol) < 1", "lower tol, or report TRIVIAL"
        )
    return level


def decide_probability(
    k: int,
    n: int,
    delta: Number,
    tol: Number,
    alpha: Number,
    beta: Number,
    *,
    bets: Sequence[float] = BETS,
) -> Decision:
    """Judge "P(violation) <= delta" from k violations in n independent runs.

    REFUTED when the lower limit at rate alpha exceeds delta; HOLDS when the upper limit at rate
    beta is at most delta (1 + tol). Valid after any number of looks.

    k, n   -> violations and runs, 0 <= k <= n
    delta  -> claimed level, 0 < delta < 1
    tol    -> relative tolerance, tol >= 0, delta (1 + tol) < 1
    alpha  -> probability of refuting a true claim
    beta   -> probability of passing a claim false by more than the tolerance
    bets   -> fractions of wealth, `Probability.bets` for long plans

    >>> decide_probability(0, 258, "0.05", 0, 1e-3, 1e-3).outcome
    'HOLDS'
    >>> decide_probability(20, 100, "0.05", 0, 1e-3, 1e-3).outcome
    'REFUTED'

    Raises InputError for impossible counts, levels or rates. A claim with delta = 0 is refused:
    it is about every draw, and one certified violation refutes it.
    """
    level = certified_level(delta, tol)
    alpha, beta = open_unit(alpha, "alpha"), open_unit(beta, "beta")
    log_e_refute = float(log_e_counts(k, n, float(delta), bets=bets))
    log_e_hold = float(log_e_counts(n - k, n, 1.0 - level, bets=bets))
    low, high = confidence_limits(k, n, alpha, beta, bets=bets)
    return Decision(
        outcome=outcome_of(log_e_refute, log_e_hold, alpha, beta),
        n=int(n),
        log_e_refute=log_e_refute,
        log_e_hold=log_e_hold,
        estimate=k / n if n else float("nan"),
        low=low,
        high=high,
    )
