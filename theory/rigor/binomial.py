"""Exact binomial tails as balls, through the regularised incomplete beta function."""

from __future__ import annotations

from flint import arb

from theory.rigor.balls import ball


def at_least(count: int, trials: int, probability: arb) -> arb:
    """P(Bin(trials, probability) >= count).

    >>> at_least(2, 2, arb(1) / 2)
    0.250000000000000
    """
    if count <= 0:
        return arb(1)
    if count > trials:
        return arb(0)
    return probability.beta_lower(count, trials - count + 1, regularized=True)


def at_most(count: int, trials: int, probability: arb) -> arb:
    """P(Bin(trials, probability) <= count), without the cancellation of 1 minus the rest.

    >>> at_most(0, 2, arb(1) / 2)
    0.250000000000000
    """
    return at_least(trials - count, trials, 1 - probability)


def share_above(bound: arb, trials: int, probability: arb) -> arb:
    """P(Bin(trials, probability)/trials > bound); NaN when the ball holds an integer count."""
    whole = _floor(ball(trials) * bound)
    return arb.nan() if whole is None else at_least(whole + 1, trials, probability)


def share_below(bound: arb, trials: int, probability: arb) -> arb:
    """P(Bin(trials, probability)/trials < bound); NaN when the ball holds an integer count."""
    whole = _floor(-ball(trials) * bound)
    return arb.nan() if whole is None else at_most(-whole - 1, trials, probability)


def _floor(value: arb) -> int | None:
    whole = value.floor().unique_fmpz()
    return None if whole is None else int(whole)
