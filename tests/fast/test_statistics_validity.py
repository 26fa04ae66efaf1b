"""E-values are e-values: exact expectations by enumeration, exact error rates of plans.

Allowance 1e-12 on expectations: at most 4096 positive terms, each of relative error below
100 x 2^-53 (logarithms of magnitude up to 50 exponentiated), sum to 1 within 1e-12.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from verify.statistics.bets import BETS, log_e_counts
from verify.statistics.levels import log_e_levels
from verify.statistics.matrices import decide_matrix, log_e_direction
from verify.statistics.mean_claims import log_e_relation
from verify.statistics.means import log_e_at_least, log_e_at_most
from verify.statistics.models import Average, Bounded, Model, SubGaussian, Variance
from verify.statistics.plans import Probability

EXACT = 1e-12
FAST = settings(deadline=None, max_examples=60)

levels = st.floats(0.01, 0.9)
rates = st.sampled_from([0.1, 0.01, 1e-3, 1e-6])


# --- exact expectations


@pytest.mark.parametrize("p0", [0.01, 0.05, 0.5, 0.95])
def test_expectation_of_counts(p0: float) -> None:
    for n in (1, 2, 7, 30):
        k = np.arange(n + 1)
        e = np.exp(log_e_counts(k, n, p0))
        assert binom.pmf(k, n, p0) @ e == pytest.approx(1.0, abs=EXACT)
        assert binom.pmf(k, n, 0.7 * p0) @ e <= 1.0 + EXACT
        assert binom.pmf(k, n, min(1.0, 1.2 * p0)) @ e > 1.0  # and it does bite


Law = tuple[tuple[float, ...], tuple[float, ...]]
SKEW: Law = ((0.0, 0.25, 1.0), (0.5, 0.25, 0.25))  # mean 5/16, variance 0.168 < 0.41^2
SIGN: Law = ((-1.0, 1.0), (0.5, 0.5))
RARE: Law = ((-0.25, 4.0), (16 / 17, 1 / 17))  # mean 0, variance exactly 1


def samples(law: Law, n: int) -> tuple[np.ndarray, np.ndarray]:
    """All samples of size n, shape (n, outcomes), with their probabilities."""
    values, weights = law
    x = np.asarray(list(product(values, repeat=n))).T
    return x, np.prod(np.asarray(list(product(weights, repeat=n))), axis=1)


CASES: list[tuple[Law, float, Model]] = [
    (SKEW, 5 / 16, Bounded(0, 1)),
    (SKEW, 5 / 16, Bounded(0)),
    (SKEW, 5 / 16, Variance(0.41)),
    (SIGN, 0.0, SubGaussian(1)),
    (SIGN, 0.0, Variance(1)),
    (RARE, 0.0, Variance(1)),
    (RARE, 0.0, Bounded(-0.25)),
    (RARE, 0.0, Average((Bounded(-0.25, 4), Variance(1)))),
]


@pytest.mark.parametrize("law, mean, model", CASES, ids=str)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_expectation_for_means(law: Law, mean: float, model: Model, n: int) -> None:
    x, weights = samples(law, n)
    # c beyond the mean is the composite null; far beyond, Catoni's bound holds by monotonicity
    for shift in (0.0, 0.1, 0.5, 3.0):
        assert weights @ np.exp(log_e_at_most(x, mean + shift, model)) <= 1.0 + EXACT
        assert weights @ np.exp(log_e_at_least(x, mean - shift, model)) <= 1.0 + EXACT
    assert weights @ np.exp(log_e_relation(x, mean, "==", model)) <= 1.0 + EXACT


@pytest.mark.parametrize("law, mean, model", CASES, ids=str)
def test_every_bet_is_fair_on_one_observation(law: Law, mean: float, model: Model) -> None:
    """The factors of each bet, hence the wealth at every stopping time, by multiplication."""
    values, weights = law
    wealth = np.exp(model.log_wealth(np.asarray([values]), np.asarray(mean), BETS))
    assert np.all(wealth @ np.asarray(weights) <= 1.0 + EXACT)


def test_false_mean_has_expectation_above_one() -> None:
    x, weights = samples(SKEW, 5)
    for model in (Bounded(0, 1), Bounded(0), Variance(0.41), SubGaussian(0.5)):
        assert weights @ np.exp(log_e_at_most(x, 0.05, model)) > 1.0


def test_expectation_over_all_levels() -> None:
    """U uniform on 1/8, ..., 1 has P(U <= d) <= d for every d."""
    grid = np.arange(1, 9) / 8
    e = [np.exp(log_e_levels(u)) for u in product(grid, repeat=3)]
    assert np.mean(e) <= 1.0 + EXACT
    halved = [np.exp(log_e_levels(u)) for u in product(grid / 10, repeat=3)]
    assert np.mean(halved) > 1.0


def test_expectation_of_matrix_identity() -> None:
    """Two batches of two observations of two fair, dependent entries: 4^4 outcomes."""
    pairs = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    weight = {(0.0, 0.0): 0.4, (1.0, 1.0): 0.4, (0.0, 1.0): 0.1, (1.0, 0.0): 0.1}
    refute = direction = 0.0
    for outcome in product(pairs, repeat=4):
        mass = np.prod([weight[pair] for pair in outcome])
        batches = [np.asarray(outcome[:2]), np.asarray(outcome[2:])]
        decision = decide_matrix(batches, [0.5, 0.5], Bounded(0, 1), 0.1, 0.01, 0.01)
        refute += mass * np.exp(decision.log_e_refute)
        direction += mass * np.exp(decision.log_e_direction)
    assert refute <= 1.0 + EXACT
    assert direction == pytest.approx(1.0, abs=EXACT)  # constant bets on an affine payoff


@pytest.mark.parametrize("model", [SubGaussian(1), Variance(1), Bounded(-1, 1)], ids=str)
def test_expectation_along_a_direction_of_dependent_entries(model: Model) -> None:
    """Four equal fair signs: the inner product with a unit direction reaches 2, not 1."""
    e = [
        np.exp(log_e_direction([np.full((1, 4), a), np.full((1, 4), b)], np.zeros(4), model))
        for a, b in product((-1.0, 1.0), repeat=2)
    ]
    assert np.mean(e) <= 1.0 + EXACT


# --- both error rates, over all stopping, from the exact law


@FAST
@given(delta=levels, tol=st.sampled_from([0.0, 0.05]), alpha=rates, beta=rates)
def test_error_rates_of_plans(delta: float, tol: float, alpha: float, beta: float) -> None:
    plan = Probability(delta=delta, tol=tol, n_max=3000, alpha=alpha, beta=beta)
    for p in (delta, 0.8 * delta, 0.0):
        assert plan.outcome_law(p).refuted <= alpha
    for p in (plan.level, (1 + plan.level) / 2, 1.0):
        assert plan.outcome_law(p).holds <= beta
    for p in (0.0, delta, plan.level, 1.0):
        assert sum(plan.outcome_law(p)[:3]) == pytest.approx(1.0, abs=1e-10)
