"""The statistics meet the stored reference values (mpmath, 25 digits, or exact enumeration).

Tolerance 1e-9 relative unless said otherwise: log E sums at most 4000 terms of relative error
2^-52 and roots are found to 1e-12, so 1e-9 leaves three digits; the file promises no more.
"""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, norm

from verify.statistics.bets import BETS, confidence_limits, log_e_counts
from verify.statistics.budget import Budget
from verify.statistics.means import log_e_at_least, log_e_at_most, mean_limits
from verify.statistics.models import Bounded, Model, SubGaussian, Variance
from verify.statistics.orderings import decide_ordering
from verify.statistics.plans import Probability, outcome_law, runs_to_hold
from verify.statistics.slack import bound_slack, quantile_limits, slack_ranks
from verify.statistics.streams import canonical_json, stream, words

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "statistics.json").read_text(encoding="utf-8")
)
PLANS = REFERENCE["plans"]["plans"]


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=0.0)


def plan_of(row: dict) -> Probability:
    return Probability(
        delta=row["delta"],
        tol=row.get("tol", 0.0),
        n_max=row["n_max"],
        alpha=row["alpha"],
        beta=row["beta"],
    )


def test_bets() -> None:
    assert list(BETS) == REFERENCE["ten_bet"]["fractions"]


@pytest.mark.parametrize("row", REFERENCE["ten_bet"]["log_e"], ids=str)
def test_ten_bet_log_e(row: dict) -> None:
    # abs: the empty sample has log E = 0, where relative error says nothing
    expected = pytest.approx(float(row["log_e"]), rel=1e-9, abs=1e-15)
    assert float(log_e_counts(row["k"], row["n"], float(row["p0"]))) == expected


@pytest.mark.parametrize("row", REFERENCE["ten_bet"]["limits"], ids=str)
def test_ten_bet_limits(row: dict) -> None:
    low, high = confidence_limits(row["k"], row["n"], float(row["one_sided_alpha"]))
    assert low == close(float(row["lower"]))
    assert high == close(float(row["upper"]))


@pytest.mark.parametrize("row", REFERENCE["clopper_pearson"], ids=str)
def test_limits_contain_clopper_pearson(row: dict) -> None:
    """At a fixed n the ten bets are one valid one-sided test of a family with monotone
    likelihood ratio; the exact binomial test rejects whenever it does."""
    low, high = confidence_limits(row["k"], row["n"], float(row["one_sided_alpha"]))
    assert low <= float(row["lower"]) and float(row["upper"]) <= high


@pytest.mark.parametrize("row", PLANS, ids=lambda row: f"delta={row['delta']}-{row['n_max']}")
def test_plan(row: dict) -> None:
    plan = plan_of(row)
    assert plan.looks.tolist() == row["looks"]
    assert plan.refute_at_least.tolist() == row["refute_at_least"]
    assert plan.hold_at_most.tolist() == row["hold_at_most"]
    for p, law in row["law"].items():
        assert tuple(plan.outcome_law(p)) == tuple(close(value) for value in law)
    assert plan.mdv() == pytest.approx(row["mdv90"], abs=1e-5)  # as the file states
    assert plan.resolution() == pytest.approx(row["resolution90"], abs=1e-5)


@pytest.mark.parametrize("row", REFERENCE["defaults_capacity_1024"], ids=lambda r: str(r["delta"]))
def test_default_budget(row: dict) -> None:
    assert (row["alpha"], row["beta"]) == Budget().share()
    plan = plan_of(row)
    first = int(plan.looks[np.argmax(plan.hold_at_most >= 0)])
    assert first == row["first_look_that_can_hold"]
    assert plan.mdv() == pytest.approx(row["mdv90"], abs=1e-5)
    assert plan.resolution() == pytest.approx(row["resolution90"], abs=1e-5)
    assert tuple(plan.outcome_law(plan.delta)) == tuple(close(v) for v in row["law_at_delta"])
    assert tuple(plan.outcome_law(2 * plan.delta)) == tuple(close(v) for v in row["law_at_2delta"])


def exact_law(row: dict, p: Fraction) -> tuple[Fraction, Fraction]:
    """The same dynamic programme in rationals, written without arrays."""
    alive, refuted, holds, previous = {0: Fraction(1)}, Fraction(0), Fraction(0), 0
    rows = zip(row["looks"], row["refute_at_least"], row["hold_at_most"], strict=True)
    for n, upper, lower in rows:
        fresh, after = n - previous, {}
        for k, weight in alive.items():
            for j in range(fresh + 1):
                mass = weight * comb(fresh, j) * p**j * (1 - p) ** (fresh - j)
                after[k + j] = after.get(k + j, Fraction(0)) + mass
        refuted += sum(mass for k, mass in after.items() if k >= upper)
        holds += sum(mass for k, mass in after.items() if k <= lower)
        alive, previous = {k: mass for k, mass in after.items() if lower < k < upper}, n
    return refuted, holds


def test_exact_rational_law() -> None:
    row = REFERENCE["plans"]["exact_rational"]
    plan, p = plan_of(row), Fraction(row["p"])
    assert plan.looks.tolist() == row["looks"]
    assert plan.refute_at_least.tolist() == row["refute_at_least"]
    assert plan.hold_at_most.tolist() == row["hold_at_most"]
    law, (refuted, holds) = plan.outcome_law(p), exact_law(row, p)
    # twenty decimals are stored
    assert abs(refuted - Fraction(row["refute"])) <= Fraction(1, 10**20)
    assert abs(holds - Fraction(row["hold"])) <= Fraction(1, 10**20)
    assert (law.refuted, law.holds) == (close(float(refuted)), close(float(holds)))


SEQUENCES = REFERENCE["sequences"]
CAPITALS = [
    ("bounded_up", log_e_at_most, Bounded(0, 1)),
    ("bounded_down_hi1", log_e_at_least, Bounded(0, 1)),
    ("sub_gaussian_sigma_half", log_e_at_most, SubGaussian(0.5)),
    ("catoni_sigma_half", log_e_at_most, Variance(0.5)),
]


@pytest.mark.parametrize("name, log_e, model", CAPITALS, ids=[name for name, *_ in CAPITALS])
def test_capital_at_explicit_sequences(name: str, log_e, model: Model) -> None:
    for row in SEQUENCES[name]:
        assert float(log_e(SEQUENCES["x"], float(row["m"]), model)) == close(float(row["log_e"]))


@pytest.mark.parametrize("row", SEQUENCES["bounded01_limits"], ids=lambda row: row["alpha"])
def test_mean_limits(row: dict) -> None:
    low, high = mean_limits(SEQUENCES["x"], Bounded(0, 1), float(row["alpha"]) / 2)
    assert (low, high) == (close(float(row["low"])), close(float(row["high"])))


@pytest.mark.parametrize("row", REFERENCE["slack"]["ranks"], ids=str)
def test_slack_ranks(row: dict) -> None:
    assert slack_ranks(row["n"], row["delta"], row["alpha"]) == (row["h"], row["l"])


@pytest.mark.parametrize("row", REFERENCE["slack"]["fixed_n_ranks"], ids=str)
def test_slack_ranks_contain_fixed_sample_ranks(row: dict) -> None:
    n = row["n"]
    h, below = slack_ranks(n, row["delta"], row["alpha"])
    assert n - h + 1 <= row["lower_rank_ascending"]
    assert row["upper_rank_ascending"] <= n - below


def test_true_slacks() -> None:
    """Bounds over exact quantiles; a large sample's interval contains them."""
    truth = REFERENCE["slack"]["truth"]
    rng = np.random.default_rng(20240117)
    normals, heads = rng.standard_normal(4000), rng.binomial(100, 0.5, 4000) - 50.0
    gauss = {
        "Gauss exp(-t^2/2) delta=.05": (sqrt(2 * log(20)), 0.05, normals),
        "Gauss exp(-t^2/2)/2 delta=.05": (sqrt(2 * log(10)), 0.05, normals),
        "Gauss exp(-t^2/2) delta=1e-3": (sqrt(2 * log(1000)), 0.001, normals),
    }
    for name, (bound, delta, sample) in gauss.items():
        quantile = float(norm.isf(delta))
        assert bound_slack(bound, quantile, quantile).low == close(truth[name])
        slack = bound_slack(bound, *quantile_limits(sample, delta, 0.01))
        assert slack.low <= truth[name] <= slack.high
    bound = sqrt(100 * log(20) / 2)
    fair = bound_slack(bound, *quantile_limits(heads, 0.05, 0.01))
    name = "Hoeffding n=100 p=1/2 delta=.05"
    assert bound / (binom.isf(0.05, 100, 0.5) - 50) == close(truth[name])
    # on the lattice the truth is an end of the interval: allow the last rounding of a quotient
    assert fair.low <= truth[name] <= fair.high * (1 + 1e-15)


def test_runs_that_certify_without_violation() -> None:
    for text, n in REFERENCE["sample_sizes"]["ten_bet_zero_violations"].items():
        delta, beta = (float(part.split("=")[1]) for part in text.split(","))
        assert runs_to_hold(delta, 0, beta) == n
        assert n >= REFERENCE["sample_sizes"]["zero_violations_certify"][text]


def test_unanimous_seeds() -> None:
    for level, row in REFERENCE["sample_sizes"]["unanimous_seeds_ordering"].items():
        outcomes = [decide_ordering(n, n, 0.5, float(level)).outcome for n in range(25)]
        assert outcomes.index("HOLDS") == row["anytime"] >= row["fixed"]


def test_optional_stopping_inflates_clopper_pearson() -> None:
    """The dynamic programme reproduces the error of a fixed-sample limit looked at often."""
    name = "optional_stopping_clopper_pearson_5pct_p_equals_delta_05"
    for text, rate in REFERENCE[name].items():
        n_max, step = (int(part) for part in text.replace("n_max=", "").split(", look every "))
        looks = np.arange(step, n_max + 1, step)
        least = binom.isf(0.05, looks, 0.05).astype(int) + 1
        never = np.full_like(looks, -1)
        assert outcome_law(looks, least, never, 0.05).refuted == close(rate)


def test_budget_thresholds() -> None:
    thresholds = REFERENCE["multiplicity"]["bonferroni_threshold_log"]
    alpha, beta = Budget(checks=300, refute=1e-3, hold=1e-2).share()
    assert -log(alpha) == close(thresholds["300 checks at 1e-3"])
    assert -log(beta) == close(thresholds["300 checks at 1e-2"])


@pytest.mark.parametrize("row", REFERENCE["streams"], ids=lambda row: row["json"])
def test_streams(row: dict) -> None:
    assert canonical_json(row["key"]) == row["json"]
    assert list(words(*row["key"])) == row["words"]
    generator = stream(row["run_seed"], *row["key"])
    assert generator.bit_generator.random_raw(3).tolist() == row["raw"]
