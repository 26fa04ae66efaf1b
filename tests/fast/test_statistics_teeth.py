"""Slack, exponents, matrices: what makes a verdict more than a pass."""

from __future__ import annotations

from math import inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from theory.exact import InputError
from verify.statistics.bets import log_e_counts
from verify.statistics.levels import LEVELS, certified_levels, log_e_levels
from verify.statistics.matrices import decide_matrix
from verify.statistics.mean_claims import decide_mean
from verify.statistics.means import mean_limits
from verify.statistics.models import Average, Bounded, SubGaussian, Variance
from verify.statistics.orderings import below_from
from verify.statistics.plans import runs_to_hold
from verify.statistics.slack import Slack, bound_slack, quantile_limits
from verify.statistics.slack_slope import slack_slope
from verify.statistics.slopes import decide_exponent, exponent_interval, replicate_slopes

FAST = settings(deadline=None, max_examples=40)
SIZES = [25, 100, 400, 1600, 6400]


# --- slack


@FAST
@given(
    st.lists(st.integers(1, 12), min_size=30, max_size=400),
    st.sampled_from([0.1, 0.3, 0.5]),
    st.floats(0.3, 3.0),
)
def test_slack_judges_mutants_as_their_own_counts_do(values, delta, kappa) -> None:
    """The interval settles "P(X > kappa B) <= delta" exactly like the e-values of that count."""
    bound, alpha = 4.0, 0.1
    slack = bound_slack(bound, *quantile_limits(values, delta, alpha))
    k, n = int(np.sum(np.asarray(values) > kappa * bound)), len(values)
    if log_e_counts(k, n, delta) >= log(2 / alpha):
        expected = "REFUTED"
    elif log_e_counts(n - k, n, 1 - delta) >= log(2 / alpha):
        expected = "HOLDS"
    else:
        expected = "UNDECIDED"
    if not any(abs(kappa * bound - value) < 1e-9 for value in values):
        assert slack.judge(kappa) == expected


def test_slack_of_an_expectation() -> None:
    x = np.random.default_rng(1).random(4000)
    slack = bound_slack(1.0, *mean_limits(x, Bounded(0, 1), 0.01))
    assert slack.low < 2.0 < slack.high < 2.2
    assert bound_slack(1.0, *mean_limits(x, Bounded(0), 0.01)).low == 0.0


def test_slack_of_a_false_bound_and_of_missing_limits() -> None:
    assert bound_slack(1, 2, 4).judge(1) == "REFUTED"
    assert bound_slack(1, -inf, inf) == Slack(0.0, inf)
    assert bound_slack(1, -2, -1) == Slack(inf, inf)


def test_slope_of_log_slack() -> None:
    """Exact quantiles of a standard normal scaled by n^-1/2, known to five percent."""

    def intervals(exponent: float) -> list[Slack]:
        middles = [2.0 * n**exponent * sqrt(n) for n in SIZES]
        return [Slack(middle / 1.05, middle * 1.05) for middle in middles]

    sharp = slack_slope(SIZES, intervals(-0.5))
    assert sharp.reading == "sharp" and sharp.low < 0.0 < sharp.high
    mutant = slack_slope(SIZES, intervals(-0.6))
    assert mutant.reading == "shrinking" and mutant.estimate == pytest.approx(-0.1)
    assert mutant.failure_size == pytest.approx(2.0**10)  # 2 n^-0.1 = 1
    loose = slack_slope(SIZES, intervals(-0.4))
    assert loose.reading == "loose" and loose.failure_size == inf
    barely = slack_slope([1, 10], [Slack(100.0, 100.0), Slack(99.99, 99.99)])
    assert barely.failure_size == inf or barely.failure_size > 1e300  # beyond any size


@FAST
@given(st.lists(st.tuples(st.floats(0.1, 9), st.floats(1, 2)), min_size=5, max_size=5), st.data())
def test_slope_encloses_every_choice(rows, data) -> None:
    slacks = [Slack(low, low * factor) for low, factor in rows]
    chosen = [data.draw(st.floats(slack.low, slack.high)) for slack in slacks]
    slope = np.polyfit(np.log(SIZES), np.log(chosen), 1)[0]
    result = slack_slope(SIZES, slacks)
    assert result.low - 1e-9 <= slope <= result.high + 1e-9  # polyfit solves to 1e-12
    assert result.low <= result.estimate <= result.high


@pytest.mark.parametrize("lows", [(0.5, 1, 1, 1, 0.5), (1, 0.25, 1, 1, 0.5), (1, 1, 1, 1, 1)])
def test_rounding_gives_a_slope_no_sign(lows) -> None:
    """Sizes grow by a factor of 4: the logarithms of these slacks have slope 0 exactly."""
    result = slack_slope(SIZES, [Slack(low, low) for low in lows])
    assert result.low <= result.estimate <= result.high and abs(result.estimate) < 1e-15
    assert result.reading == "sharp" and result.failure_size == inf


# --- exponents


def test_exponent_outcomes() -> None:
    rng = np.random.default_rng(2)
    slopes = rng.normal(-0.5, 0.02, 30)
    assert decide_exponent(slopes, "-0.5", 0.05, 0.01, 0.01).outcome == "HOLDS"
    assert decide_exponent(slopes, -0.7, 0.05, 0.01, 0.01).outcome == "REFUTED"
    assert decide_exponent(slopes, -0.5, 0, 0.01, 0.01).outcome == "UNDECIDED"
    assert decide_exponent(slopes, -0.3, 0.05, 0.01, 0.01, relation="<=").outcome == "HOLDS"
    assert decide_exponent(slopes, -0.7, 0.05, 0.01, 0.01, relation="<=").outcome == "REFUTED"


def test_passing_an_exponent_takes_its_own_rate() -> None:
    slopes = [-0.6, -0.4, -0.5, -0.55, -0.45]
    assert decide_exponent(slopes, -0.5, 0.1, 1e-9, 0.05).outcome == "HOLDS"
    assert decide_exponent(slopes, -0.5, 0.1, 1e-9, 1e-3).outcome == "UNDECIDED"


def test_exponent_interval_is_students() -> None:
    slopes = np.random.default_rng(9).normal(-0.5, 0.1, 7)
    expected = ttest_1samp(slopes, 0.0).confidence_interval(0.99)
    assert exponent_interval(slopes, 0.01) == pytest.approx(tuple(expected), rel=1e-12)


def test_exponent_coverage() -> None:
    """Normal slopes: Student's interval is exact, 900 of 1000 within 5 standard errors."""
    rng = np.random.default_rng(3)
    covered = sum(
        low <= -0.5 <= high
        for low, high in (exponent_interval(rng.normal(-0.5, 0.1, 5), 0.1) for _ in range(1000))
    )
    assert abs(covered - 900) <= 5 * sqrt(1000 * 0.9 * 0.1)


def test_replicate_slopes_recover_a_power_law() -> None:
    sizes = np.asarray(SIZES, dtype=float)
    errors = np.outer([1.0, 3.0], sizes**-0.75)
    assert replicate_slopes(sizes, errors) == pytest.approx([-0.75, -0.75], abs=1e-12)


# --- matrices


@pytest.fixture(scope="module")
def kernel_batches() -> list[np.ndarray]:
    """Outer products of sign vectors: E A = I, entries in [-1, 1]."""
    rng = np.random.default_rng(4)
    signs = rng.choice([-1.0, 1.0], size=(2000, 6))
    return np.split(np.einsum("ni,nj->nij", signs, signs), 10)


MATRIX_MODELS = [
    Bounded(-1, 1),
    SubGaussian(1.0),
    Variance(1.0),
    Average((Bounded(-1, 1), Variance(1.0))),
]


@pytest.mark.parametrize("model", MATRIX_MODELS, ids=str)
def test_matrix_identity(kernel_batches, model) -> None:
    identity = np.eye(6)
    assert decide_matrix(kernel_batches, identity, model, 0.3, 0.01, 0.01).outcome == "HOLDS"
    one_entry = identity.copy()
    one_entry[0, 1] += 0.4
    wrong = decide_matrix(kernel_batches, one_entry, model, 0.3, 0.01, 0.01)
    assert wrong.outcome == "REFUTED" and wrong.largest_gap > 0.3
    tight = decide_matrix(kernel_batches, identity, model, 0.01, 0.01, 0.01)
    assert tight.outcome == "UNDECIDED"


def test_direction_finds_what_no_entry_shows() -> None:
    """A small discrepancy in all of 400 independent entries."""
    rng = np.random.default_rng(5)
    batches = [rng.choice([-1.0, 1.0], size=(100, 400), p=[0.49, 0.51]) for _ in range(8)]
    result = decide_matrix(batches, np.zeros(400), SubGaussianRows(), 0.1, 0.01, 0.01)
    assert result.log_e_direction > log(1e3) > 0 > result.log_e_entries


class SubGaussianRows(SubGaussian):
    """Independent sub-Gaussian entries: variances add, so a unit direction keeps sigma."""

    def __init__(self) -> None:
        super().__init__(1.0)

    def along(self, direction: np.ndarray) -> SubGaussian:
        return SubGaussian(float(np.linalg.norm(direction)))


def test_direction_is_blind_without_an_upper_end() -> None:
    """A direction with both signs has no certain end under X >= 0: no bet, no error."""
    rng = np.random.default_rng(6)
    batches = [rng.exponential(size=(50, 4)) for _ in range(3)]
    result = decide_matrix(batches, np.full(4, 1.0), Bounded(0), 0.5, 0.01, 0.01)
    assert result.outcome == "UNDECIDED" and np.isfinite(result.log_e_refute)


def test_average_of_models_combines_what_is_certain() -> None:
    both = Average((Bounded(-inf, 2), Variance(1), Bounded(-3, inf)))
    assert (both.low, both.high, both.sigma) == (-3, 2, 1)
    x = np.random.default_rng(10).uniform(-1, 1, 200)
    low, high = mean_limits(x, Average((Bounded(-inf, 2), Variance(1))), 0.01)
    assert -1 < low < float(np.mean(x)) < high < 1


# --- levels


def test_levels() -> None:
    assert LEVELS[0] == 0.5 and LEVELS[-1] == 1e-4 and len(LEVELS) == 12
    assert log_e_levels([]) == pytest.approx(0.0, abs=1e-12)
    u = np.random.default_rng(7).random(2000)
    assert log_e_levels(u) < log(10) < log(1e6) < log_e_levels(u / 4)


def test_levels_are_the_average_of_their_counts() -> None:
    """By hand on two levels; an observation at a level counts as violating it."""
    u = [0.5, 0.05, 0.1, 0.9]
    each = [log_e_counts(3, 4, 0.5), log_e_counts(2, 4, 0.1)]
    expected = log(np.mean(np.exp(each)))
    assert log_e_levels(u, levels=(0.5, 0.1)) == pytest.approx(expected, rel=1e-12)


def test_certified_levels_share_beta() -> None:
    """Zero violations certify d from the first n with E(n, n; 1 - d) >= 12/beta, not before."""
    beta, d = 0.01, 0.05
    n = runs_to_hold(d, 0, beta / len(LEVELS))
    assert d in certified_levels(np.full(n, 1.0), 0, beta)
    assert d not in certified_levels(np.full(n - 1, 1.0), 0, beta)
    assert n > runs_to_hold(d, 0, beta)


REFUSALS = [
    (lambda: bound_slack(0, 1, 2), "bound = 0"),
    (lambda: bound_slack(1, 2, 1), "low <= high"),
    (lambda: Slack(1, 2).judge(-1), "kappa"),
    (lambda: quantile_limits([1.0, np.nan], 0.1, 0.1), "NaN"),
    (lambda: slack_slope([1, 2], [Slack(0, 1), Slack(1, 2)]), "slack intervals"),
    (lambda: slack_slope([1, 2], [Slack(1, 1)]), "slack intervals"),
    (lambda: slack_slope([2, 2], [Slack(1, 1), Slack(1, 1)]), "sizes"),
    (lambda: replicate_slopes([1, 2], [[0.0, 1.0]]), "not positive"),
    (lambda: exponent_interval([-0.5], 0.1), "1 slopes"),
    (lambda: exponent_interval([-0.5, -0.5], 0.1), "equal"),
    (lambda: log_e_levels([-0.1]), "u = 1"),
    (lambda: log_e_levels([0.1], levels=[0.0]), "level"),
    (lambda: Bounded(1, 1), "low < high"),
    (lambda: Variance(0), "sigma"),
    (lambda: SubGaussian(inf), "sigma"),
    (lambda: Average(()), "models"),
    (lambda: decide_mean([0.5, 1.5], 0.5, "==", Bounded(0, 1), 0, 0.1, 0.1), "1.5"),
    (lambda: decide_mean([0.5], np.nan, "==", Bounded(0, 1), 0, 0.1, 0.1), "claim_value"),
    (lambda: decide_mean([0.5], 0.5, "<", Bounded(0, 1), 0, 0.1, 0.1), "relation"),
    (lambda: decide_matrix([np.ones((2, 3))], np.ones(2), Bounded(0, 1), 0, 0.1, 0.1), "shape"),
    (lambda: decide_matrix([2 * np.ones((2, 3))], np.ones(3), Bounded(0, 1), 0, 0.1, 0.1), "2.0"),
    (lambda: below_from([[1.0]], [[1.0, 2.0]]), "shapes"),
]


@pytest.mark.parametrize(
    "call, word", REFUSALS, ids=[f"{i}-{w}" for i, (_, w) in enumerate(REFUSALS)]
)
def test_refusals_name_the_value(call, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()
