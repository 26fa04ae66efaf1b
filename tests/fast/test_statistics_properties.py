"""Facts the verdicts rest on: monotone, symmetric, mirrored, exclusive; limits where they turn.

Allowances 1e-9: sums of at most 2000 logarithms of magnitude 5 round to below 1e-10, roots are
found to 1e-12 of their scale.
"""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.statistics.bets import confidence_limits, log_e_counts
from verify.statistics.mean_claims import Relation, decide_mean
from verify.statistics.means import log_e_at_least, log_e_at_most, mean_limits
from verify.statistics.models import Average, Bounded, Model, SubGaussian, Variance
from verify.statistics.orderings import decide_ordering
from verify.statistics.probability_claims import decide_probability

FAST = settings(deadline=None, max_examples=60)

levels = st.floats(0.01, 0.9)
rates = st.sampled_from([0.1, 0.01, 1e-3, 1e-6])


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(0, 2000))
    return draw(st.integers(0, n)), n


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


@pytest.mark.parametrize("model", [Bounded(0, 1), SubGaussian(0.5), Variance(0.3)], ids=str)
def test_mean_limits_are_where_each_verdict_turns(model: Model) -> None:
    """The side that refutes lies at alpha, the side that certifies at beta; equality at alpha/2.
    At a root of log E found to 1e-12 of its scale, log E is its threshold within 1e-6."""
    x, alpha, beta = np.random.default_rng(2).random(150), 1e-4, 1e-2
    sides = {"<=": (alpha, beta), ">=": (beta, alpha), "==": (alpha / 2, alpha / 2)}
    for relation, (low_rate, high_rate) in sides.items():
        decision = decide_mean(x, 0.5, relation, model, 0.1, alpha, beta)
        at_low = float(log_e_at_most(x, decision.low, model))
        at_high = float(log_e_at_least(x, decision.high, model))
        assert at_low == pytest.approx(-log(low_rate), abs=1e-6)
        assert at_high == pytest.approx(-log(high_rate), abs=1e-6)


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
