"""E-values are e-values: exact expectations by enumeration, and the facts verdicts rest on.

Allowance 1e-12 on expectations: at most 4096 positive terms, each of relative error below
100 x 2^-53 (logarithms of magnitude up to 50 exponentiated), sum to 1 within 1e-12.
"""

from __future__ import annotations

from itertools import product
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from verify.statistics.bets import BETS, confidence_limits, log_e_counts
from verify.statistics.levels import log_e_levels
from verify.statistics.matrices import decide_matrix
from verify.statistics.mean_claims import Relation, decide_mean, log_e_relation
from verify.statistics.means import log_e_at_least, log_e_at_most, mean_limits
from verify.statistics.models import Average, Bounded, Model, SubGaussian, Variance
from verify.statistics.orderings import decide_ordering
from verify.statistics.plans import Probability
from verify.statistics.probability_claims import decide_probability

EXACT = 1e-12
FAST = settings(deadline=None, max_examples=60)

levels = st.floats(0.01, 0.9)
rates = st.sampled_from([0.1, 0.01, 1e-3, 1e-6])


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(0, 2000))
    return draw(st.integers(0, n)), n


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


# --- monotonicity, symmetry, exclusivity


@FAST
@given(counted(), levels, st.floats(1.001, 1.1))
def test_log_e_decreases_in_p0_and_increases_in_k(
    kn: tuple[int, int], p0: float, factor: float
) -> None:
    k, n = kn
    # allowance: rounding of sums of magnitude n log 128
    slack = 1e-14 * (1 + 10 * n)
    assert log_e_counts(k, n, p0) >= log_e_counts(k, n, p0 * factor) - slack
    if k < n:
        assert log_e_counts(k + 1, n, p0) >= log_e_counts(k, n, p0) - slack


@FAST
@given(counted(), levels, rates, rates)
def test_probability_outcomes(kn: tuple[int, int], delta: float, alpha: float, beta: float) -> None:
    """Without tolerance at most one e-value exceeds 1; outcomes are what the limits say."""
    k, n = kn
    decision = decide_probability(k, n, delta, 0.0, alpha, beta)
    assert min(decision.log_e_refute, decision.log_e_hold) <= 1e-9
    assert 0.0 <= decision.low <= decision.high <= 1.0
    if min(abs(decision.low - delta), abs(decision.high - delta)) > 1e-9:
        expected = (
            "REFUTED" if decision.low > delta else "HOLDS" if decision.high < delta else "UNDECIDED"
        )
        assert decision.outcome == expected


@FAST
@given(counted(), rates)
def test_limits_mirror(kn: tuple[int, int], alpha: float) -> None:
    k, n = kn
    low, high = confidence_limits(k, n, alpha)
    mirrored_low, mirrored_high = confidence_limits(n - k, n, alpha)
    assert (low, high) == (
        pytest.approx(1 - mirrored_high, abs=1e-12),
        pytest.approx(1 - mirrored_low, abs=1e-12),
    )
    assert low <= (k / n if n else 0.5) <= high


unit_samples = st.lists(st.floats(0, 1), min_size=1, max_size=60)
models = st.sampled_from(
    [Bounded(0, 1), SubGaussian(0.5), Variance(0.5), Average((Bounded(0, 1), Variance(0.5)))]
)
relations: st.SearchStrategy[Relation] = st.sampled_from(["<=", ">=", "=="])


@FAST
@given(unit_samples, models, relations, st.floats(0.05, 0.95), st.randoms(use_true_random=False))
def test_decisions_ignore_the_order(x, model, relation, c, random) -> None:
    shuffled = list(x)
    random.shuffle(shuffled)
    first = decide_mean(x, c, relation, model, 0.1, 0.01, 0.01)
    second = decide_mean(shuffled, c, relation, model, 0.1, 0.01, 0.01)
    # the sums differ by rounding only
    assert first.log_e_refute == pytest.approx(second.log_e_refute, rel=1e-9, abs=1e-9)
    assert first.log_e_hold == pytest.approx(second.log_e_hold, rel=1e-9, abs=1e-9)
    assert (first.low, first.high) == pytest.approx((second.low, second.high), abs=1e-9)


@FAST
@given(unit_samples, models, st.floats(0.02, 0.97), st.floats(0.001, 0.02))
def test_mean_log_e_decreases_in_c(x, model, c, step) -> None:
    assert log_e_at_most(x, c + step, model) <= log_e_at_most(x, c, model) + 1e-9


@FAST
@given(unit_samples, models, relations, st.floats(0.05, 0.95), rates)
def test_mean_outcomes(x, model, relation, c, rate) -> None:
    """Equality is refuted exactly outside the limits; one-sided claims likewise."""
    decision = decide_mean(x, c, relation, model, 0.0, rate, rate)
    if relation == "==":
        refuted = not decision.low <= c <= decision.high
    else:
        refuted = decision.low > c if relation == "<=" else decision.high < c
    if min(abs(decision.low - c), abs(decision.high - c)) > 1e-9:
        assert (decision.outcome == "REFUTED") == refuted


@FAST
@given(unit_samples, st.sampled_from([Bounded(0, 1), SubGaussian(0.5)]), st.floats(0.05, 0.95))
def test_opposite_mean_claims_exclude_each_other(x, model, c) -> None:
    """Concave wealth: against a mean that the sample mean respects, no bet gains (Jensen)."""
    assert min(log_e_at_most(x, c, model), log_e_at_least(x, c, model)) <= 1e-9


@FAST
@given(unit_samples, models, rates)
def test_mean_limits_reflect(x, model, rate) -> None:
    low, high = mean_limits(x, model, rate)
    negated = mean_limits([-v for v in x], model.reflected(), rate)
    assert negated == pytest.approx((-high, -low), abs=1e-9)
    assert low <= high


@FAST
@given(counted(), rates)
def test_orderings_mirror(kn: tuple[int, int], rate: float) -> None:
    """Swapping the curves (no ties) swaps the outcomes."""
    k, n = kn
    swapped = {"HOLDS": "REFUTED", "REFUTED": "HOLDS", "UNDECIDED": "UNDECIDED"}
    first, second = decide_ordering(k, n, rate, rate), decide_ordering(n - k, n, rate, rate)
    assert swapped[first.outcome] == second.outcome


def test_average_costs_at_most_log_two() -> None:
    x = np.random.default_rng(1).random(200)
    parts = [Bounded(0, 1), Variance(0.5)]
    best = max(float(log_e_at_most(x, 0.4, model)) for model in parts)
    both = float(log_e_at_most(x, 0.4, Average(tuple(parts))))
    assert best - log(2) - 1e-12 <= both <= best + 1e-12
