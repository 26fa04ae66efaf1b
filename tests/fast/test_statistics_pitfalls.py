"""Every pitfall met while the method was designed stays handled.

Pitfalls about cells outside a theorem's hypotheses, bisection on a constant that enters the
simulation, and pooling over code versions concern the engines and the ledger, not this package.
"""

from __future__ import annotations

import ast
from math import inf, isfinite, isnan, log, sqrt
from pathlib import Path

import numpy as np
import pytest

import verify.statistics
from theory.exact import InputError
from verify.statistics.bets import BETS, log_e_counts
from verify.statistics.levels import certified_levels, log_e_levels
from verify.statistics.matrices import decide_matrix
from verify.statistics.mean_claims import can_hold, decide_mean, detectable_shift
from verify.statistics.means import log_e_at_most, lower_mean_limit, mean_limits
from verify.statistics.models import Average, Bounded, Model, SubGaussian, Variance
from verify.statistics.orderings import below_from
from verify.statistics.plans import Probability, runs_to_hold
from verify.statistics.probability_claims import decide_probability
from verify.statistics.slack import quantile_limits
from verify.statistics.slopes import decide_exponent, replicate_slopes


def test_the_bet_on_never_is_ruined_alone() -> None:
    """One failure ruins the bet c = 1 (log 0 = -inf); the other nine go on."""
    others = BETS[1:]
    expected = sum(((1 - c) + c / 0.05) ** 3 * (1 - c) ** 4 for c in others) / len(BETS)
    assert float(log_e_counts(3, 7, 0.05)) == pytest.approx(log(expected), rel=1e-12)
    # all bets equal to 1: ruin, and no NaN
    assert float(log_e_counts(3, 7, 0.05, bets=(1.0,))) == -inf
    # the same for an observation at the end of a range
    assert isfinite(float(log_e_at_most([0.0, 0.5, 0.5], 0.3, Bounded(0, 1))))
    # and no failure leaves it alive: 0 log 0 = 0
    assert isfinite(float(log_e_counts(5, 5, 0.05, bets=(1.0,))))


@pytest.mark.parametrize(
    "c, relation, outcome",
    [
        (-0.5, "<=", "REFUTED"),
        (-0.5, "==", "REFUTED"),
        (-0.5, ">=", "HOLDS"),
        (1.5, ">=", "REFUTED"),
        (1.5, "==", "REFUTED"),
        (1.5, "<=", "HOLDS"),
    ],
)
@pytest.mark.parametrize("n", [0, 1, 50])
def test_claims_outside_the_certain_range_are_decided_at_once(c, relation, outcome, n) -> None:
    decision = decide_mean(np.full(n, 0.5), c, relation, Bounded(0, 1), 0.0, 1e-6, 1e-6)
    assert decision.outcome == outcome
    assert "range" in decision.note
    assert not isnan(decision.log_e_refute)


def test_claims_at_the_end_of_the_range() -> None:
    """E X <= 0 with X >= 0 says X = 0: zeros are no evidence, anything else refutes."""
    zeros, one_off = np.zeros(9), np.array([0.0, 0.0, 1e-9])
    assert decide_mean(zeros, 0, "<=", Bounded(0), 0, 0.01, 0.01).outcome == "UNDECIDED"
    assert decide_mean(one_off, 0, "<=", Bounded(0), 0, 0.01, 0.01).outcome == "REFUTED"
    assert mean_limits(zeros, Bounded(0, 1), 0.01)[0] == 0.0


def test_lattice_quantiles_are_widened_not_interpolated() -> None:
    sample = np.random.default_rng(3).binomial(100, 0.02, 2000).astype(float)
    low, high = quantile_limits(sample, 0.05, 0.01)
    assert low in sample and high in sample and low <= 5.0 <= high  # the true quantile is 5
    # too few observations: the limits are absent rather than extrapolated
    assert quantile_limits(sample[:2], 0.05, 0.01) == (-inf, inf)


def test_a_mutant_can_be_true_at_the_tested_level() -> None:
    """exp(-t^2) bounds P(Z > t) at delta = .05 but not at small delta: all levels find it."""
    z = np.random.default_rng(5).standard_normal(40_000)
    violations = int(np.sum(z > sqrt(-log(0.05))))
    assert decide_probability(violations, 40_000, 0.05, 0, 1e-3, 1e-3).outcome == "HOLDS"
    levels = np.where(z > 0, np.exp(-(z**2)), 1.0)
    assert log_e_levels(levels) > log(1e3)
    assert 0.001 not in certified_levels(levels, 0, 1e-3)
    true_levels = np.where(z > 0, np.exp(-(z**2) / 2), 1.0)
    assert log_e_levels(true_levels) < 0.0
    assert set(certified_levels(true_levels, 0, 1e-3)) >= {0.5, 0.2, 0.1, 0.05, 0.02}


def test_where_the_bound_is_silent_the_level_is_one() -> None:
    """Forgetting it (u = bound's formula at t <= 0) refutes a true theorem with prefactor 1/2."""
    z = np.random.default_rng(6).standard_normal(3000)
    right = np.where(z > 0, np.exp(-(z**2) / 2) / 2, 1.0)
    wrong = np.exp(-(z**2) / 2) / 2
    assert log_e_levels(right) < 0.0 < log(1e6) < log_e_levels(wrong)


def test_a_wide_range_is_visibly_blind() -> None:
    """Range a thousand times the mean: a factor 1.7 is not seen; the plan says so beforehand,
    and averaging with a variance sees it."""
    x = np.abs(np.random.default_rng(7).normal(1.0, 0.1, 400))
    wide, narrow = Bounded(0, 1000), Variance(0.2)
    assert detectable_shift(wide.sigma, 400, 1e-6) > 100 > 1 > detectable_shift(0.2, 400, 1e-6)
    blind = decide_mean(x, 1.7, "==", wide, 0, 1e-6, 1e-6)
    assert blind.outcome == "UNDECIDED" and blind.high - blind.low > 1.4
    assert decide_mean(x, 1.7, "==", narrow, 0, 1e-6, 1e-6).outcome == "REFUTED"
    both = decide_mean(x, 1.7, "==", Average((wide, narrow)), 0, 1e-6, 1e-6)
    assert both.outcome == "REFUTED"


def nested_errors(rng: np.random.Generator, replicates: int) -> np.ndarray:
    """Errors of running means at widths 64, 128, ..., 4096 of shared neurons: exponent -1/2."""
    sums = np.cumsum(rng.standard_normal((replicates, 4096, 8)), axis=1)
    widths = 2 ** np.arange(6, 13)
    return np.linalg.norm(sums[:, widths - 1] / widths[:, None], axis=2)


def test_exponents_come_from_replicates_not_from_mean_errors() -> None:
    """Shared neurons correlate the widths: regression on mean errors covers the exponent about
    four times in five at nominal 95 %, the interval over replicate slopes as promised."""
    rng, widths = np.random.default_rng(8), 2 ** np.arange(6, 13)
    regression = replicates = 0
    for _ in range(60):
        errors = nested_errors(rng, 6)
        decision = decide_exponent(replicate_slopes(widths, errors), -0.5, 0, 0.05, 0.05)
        replicates += decision.low <= -0.5 <= decision.high
        coefficients, covariance = np.polyfit(
            np.log(widths), np.log(errors.mean(axis=0)), 1, cov="unscaled"
        )
        residual = np.log(errors.mean(axis=0)) - np.polyval(coefficients, np.log(widths))
        error = sqrt(covariance[0, 0] * float(residual @ residual) / 5)
        regression += abs(coefficients[0] + 0.5) <= 2.571 * error  # Student, 5 degrees, 95 %
    assert replicates >= 50  # P(Bin(60, .95) < 50) = 1e-4
    assert regression < replicates


def test_statistics_never_meet_the_search() -> None:
    """A search for inputs inside a statistical verdict would maximise luck."""
    for path in Path(verify.statistics.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", [])]
            names.append(getattr(node, "module", None) or "")
            assert not any("hypothesis" in name or "search" in name for name in names), path


# --- what is not data decides nothing


@pytest.mark.parametrize("bad", [np.nan, inf, -inf])
@pytest.mark.parametrize("model", [Bounded(0, 1), SubGaussian(1), Variance(1)], ids=str)
def test_non_finite_observations_leave_the_claim_undecided(bad: float, model: Model) -> None:
    x = np.append(np.full(10_000, 0.9), bad)
    decision = decide_mean(x, 0.1, "<=", model, 0, 0.01, 0.01)
    assert decision.outcome == "UNDECIDED" and isnan(decision.estimate)
    assert decision.note == "1 of 10001 observations are not finite"
    with pytest.raises(InputError, match="not finite"):
        log_e_at_most(x, 0.1, model)


def test_non_finite_matrices_leave_the_claim_undecided() -> None:
    batch = np.full((500, 2, 2), 0.9)
    batch[0, 0, 0] = np.nan
    decision = decide_matrix([batch], np.zeros((2, 2)), Bounded(0, 1), 0, 0.01, 0.01)
    assert decision.outcome == "UNDECIDED" and "1 of 2000" in decision.note


def test_nan_in_a_curve_is_not_an_ordering() -> None:
    with pytest.raises(InputError, match="NaN"):
        below_from([[np.nan, 1.0]], [[2.0, 2.0]])
    assert below_from([[np.nan, 1.0]], [[2.0, 2.0]], start=1).tolist() == [True]


def test_nothing_observed_decides_nothing() -> None:
    for decision in (
        decide_probability(0, 0, 0.1, 0, 0.01, 0.01),
        decide_mean([], 0.5, "==", Bounded(0, 1), 0.1, 0.01, 0.01),
    ):
        assert decision.outcome == "UNDECIDED" and isnan(decision.estimate)
        assert (decision.low, decision.high) == (0.0, 1.0)
        assert decision.log_e_refute <= 0.0 and decision.log_e_hold <= 0.0
    assert mean_limits([], Variance(1), 0.01) == (-inf, inf)


# --- what a check cannot say, it says beforehand


def test_plans_that_could_never_hold_are_refused() -> None:
    need = runs_to_hold(0.05, 0, 1e-5)
    with pytest.raises(InputError, match=f"never say HOLDS.*n_max >= {need}"):
        Probability(delta=0.05, n_max=need - 1, alpha=1e-6, beta=1e-5)
    assert Probability(delta=0.05, n_max=need, alpha=1e-6, beta=1e-5).hold_at_most[-1] == 0


def test_plans_that_could_never_refute_are_refused() -> None:
    with pytest.raises(InputError, match="never say REFUTED"):
        Probability(delta=0.9, n_max=40, alpha=1e-6, beta=0.01)


def test_nonnegative_observations_never_certify_an_upper_bound() -> None:
    x = np.full(10_000, 0.01)
    decision = decide_mean(x, 1.0, "<=", Bounded(0), 0.5, 0.01, 0.01)
    assert decision.outcome == "UNDECIDED" and decision.high == inf
    assert not can_hold("<=", Bounded(0), 0.5)
    assert can_hold("<=", Bounded(-inf, 1), 0) and not can_hold(">=", Bounded(-inf, 1), 0)
    assert not can_hold("==", Bounded(0, 1), 0) and can_hold("==", Bounded(0, 1), 0.1)


def test_outliers_put_the_sample_mean_itself_in_doubt() -> None:
    """Catoni's lower limit may exceed a sample mean dragged down by one outlier."""
    x = np.append(np.full(4000, 0.9), -1000.0)
    low, high = mean_limits(x, Variance(1), 0.01)
    assert np.mean(x) < 0.7 < low < 0.9 < high < 1.1


def test_a_sample_that_contradicts_its_model_excludes_every_mean() -> None:
    """A million declared standard deviations away: the limits cross, and a claim is refuted."""
    x = np.append(np.full(400, 0.9), -1e6)
    decision = decide_mean(x, 0.9, "==", Variance(1), 0.1, 0.01, 0.01)
    assert decision.low > decision.high and decision.outcome == "REFUTED"
    assert "contradicts" in decision.note


def test_limits_near_the_end_of_a_range() -> None:
    """One small observation among thousands of zeros: the limit is tiny, positive and exact."""
    x = np.zeros(5000)
    x[0] = 1e-6
    low = lower_mean_limit(x, Bounded(0, 1), 0.01)
    assert 0.0 < low < 1e-10
    assert float(log_e_at_most(x, low, Bounded(0, 1))) == pytest.approx(log(100), rel=1e-9)


def test_reflection_of_a_tiny_count() -> None:
    """One success of very many: the lower limit is far below 1/n, never negative or NaN."""
    decision = decide_probability(1, 50_000, 0.01, 0, 1e-6, 1e-6)
    assert decision.outcome == "HOLDS" and 0.0 < decision.low < 1e-100 < decision.high
    # exp(-7800) is no double: the limit is rounded down to the certain one
    assert decide_probability(1, 10**6, 0.01, 0, 1e-6, 1e-6).low == 0.0
