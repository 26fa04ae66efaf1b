"""Plans: thresholds agree with decisions, laws with simulation, schedules with their rule."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.exact import InputError
from verify.statistics.bets import bets_for
from verify.statistics.budget import Budget
from verify.statistics.decision import outcome_of
from verify.statistics.mean_claims import decide_mean, detectable_shift
from verify.statistics.models import SubGaussian
from verify.statistics.orderings import below_from, decide_ordering
from verify.statistics.plans import Probability, look_schedule
from verify.statistics.probability_claims import decide_probability

FAST = settings(deadline=None, max_examples=40)


@FAST
@given(st.integers(1, 10**6))
def test_look_schedule(n_max: int) -> None:
    looks = look_schedule(n_max)
    assert looks[0] == min(20, n_max) and looks[-1] == n_max
    for before, after in pairwise(looks[:-1]):
        assert ceil(Fraction(11, 10) * before) <= after <= Fraction(11, 10) * before + 1


PLANS = [
    Probability(delta=0.1, tol=0.0, n_max=200, alpha=0.01, beta=0.01),
    Probability(delta=0.3, tol=0.5, n_max=600, alpha=0.001, beta=0.01),  # overlapping verdicts
    Probability(delta=0.2, tol=0.1, n_max=20_000, alpha=0.001, beta=0.01),  # eleven bets or more
]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_thresholds_are_the_decisions(plan: Probability) -> None:
    """At every look and count: REFUTED from the one threshold on, else HOLDS up to the other."""
    rows = list(zip(plan.looks, plan.refute_at_least, plan.hold_at_most, strict=True))
    for n, upper, lower in rows[:: max(1, len(rows) // 12)]:
        edges = {0, n, upper - 1, upper, lower, lower + 1, (upper + lower) // 2}
        for k in edges & set(range(n + 1)):
            decision = decide_probability(
                k, n, plan.delta, plan.tol, plan.alpha, plan.beta, bets=plan.bets
            )
            expected = "REFUTED" if k >= upper else "HOLDS" if k <= lower else "UNDECIDED"
            assert decision.outcome == expected, (k, n)


def test_more_bets_for_long_plans() -> None:
    assert len(PLANS[0].bets) == 10
    assert bets_for(10_001, 0.001, 0.5)[-1] <= sqrt(-2 * np.log(0.5) * 0.001 / (0.999 * 10_001))
    # a level above one half needs the smaller bets on its HOLDS side
    high = Probability(delta=0.95, n_max=200_000, alpha=0.1, beta=0.1)
    assert len(high.bets) >= len(bets_for(200_000, 0.05, 0.1)) > 10


@pytest.mark.parametrize("plan, p", [(PLANS[0], 0.12), (PLANS[1], 0.38)], ids=str)
def test_law_agrees_with_simulation(plan: Probability, p: float) -> None:
    """4000 simulated checks; 5 standard errors: a fixed seed, wrong with probability 6e-7 once."""
    rng, runs = np.random.default_rng(11), 4000
    k, open_, tally = np.zeros(runs, int), np.ones(runs, bool), np.zeros(3)
    spent = np.zeros(runs)
    rows = zip(plan.looks, plan.refute_at_least, plan.hold_at_most, strict=True)
    for n, upper, lower in rows:
        k += rng.binomial(n - int(spent.max()), p, runs)
        spent[open_] = n
        refuted, holds = open_ & (k >= upper), open_ & (k <= lower) & (k < upper)
        tally[:2] += refuted.sum(), holds.sum()
        open_ &= ~(refuted | holds)
        if not open_.any():
            break
    tally[2] = open_.sum()
    law = plan.outcome_law(p)
    for share, probability in zip(tally / runs, law[:3], strict=True):
        error = sqrt(probability * (1 - probability) / runs)
        assert abs(share - probability) <= 5 * error + 1e-12
    assert abs(spent.mean() - law.expected_n) <= 5 * spent.std() / sqrt(runs)


@pytest.mark.parametrize("plan", PLANS[:2], ids=str)
def test_characteristics_are_the_roots(plan: Probability) -> None:
    for power in (0.5, 0.9):
        # the roots are found to 1e-7 of their bracket; the law's slope is below 1e3 here
        assert plan.outcome_law(plan.mdv(power)).refuted == pytest.approx(power, abs=1e-4)
        assert plan.outcome_law(plan.resolution(power)).holds == pytest.approx(power, abs=1e-4)
    assert plan.resolution() < plan.level and plan.delta < plan.mdv(0.5) < plan.mdv(0.9)


def test_budget_shares_add_up() -> None:
    budget = Budget(checks=8, refute=0.25, hold=0.5)
    shares = [budget.share(weight) for weight in (1, 2, Fraction(1, 2), 4.5)]
    assert sum(alpha for alpha, _ in shares) == 0.25
    assert sum(beta for _, beta in shares) == 0.5


def test_refutation_speaks_first() -> None:
    """Twelve percent of violations refute "at most 10 %" and certify "at most 15 %"."""
    decision = decide_probability(2400, 20_000, 0.1, 0.5, 1e-6, 1e-6)
    assert decision.log_e_hold > 14 and decision.outcome == "REFUTED"
    assert outcome_of(20.0, 20.0, 1e-6, 1e-6) == "REFUTED"


def test_rule_of_thumb_has_its_power() -> None:
    """Gaussian data shifted by the rule are refuted about nine times in ten."""
    rng, n, alpha = np.random.default_rng(12), 400, 1e-3
    shift = detectable_shift(1.0, n, alpha)
    found = sum(
        decide_mean(
            rng.normal(shift, 1, n), 0, "==", SubGaussian(1), 0, alpha, alpha, with_limits=False
        ).outcome
        == "REFUTED"
        for _ in range(200)
    )
    assert found >= 160  # P(Bin(200, .88) < 160) < 1e-3; the document measures .89 to .96


def test_orderings() -> None:
    assert decide_ordering(60, 60, 1e-3, 1e-3).outcome == "HOLDS"
    assert decide_ordering(5, 60, 1e-3, 1e-3).outcome == "REFUTED"
    assert decide_ordering(30, 60, 1e-3, 1e-3).outcome == "UNDECIDED"
    most = decide_ordering(20, 60, 1e-3, 1e-3, quantile=0.9)
    assert most.outcome == "REFUTED" and most.high < 0.9
    # HOLDS and the lower limit go at beta, REFUTED and the upper limit at alpha
    lopsided = decide_ordering(45, 60, 1e-6, 1e-2)
    assert lopsided.low > 0.5 and lopsided.outcome == "HOLDS"
    assert decide_ordering(45, 60, 1e-2, 1e-6).low < 0.5
    assert below_from([[1.0, 1.0]], [[2.0, 1.0]]).tolist() == [False]  # a tie is not below
    strict = decide_ordering(54, 60, 1e-3, 1e-3, quantile=0.9)
    assert strict.outcome == "UNDECIDED" and strict.low < 0.9 < strict.high


REFUSALS = [
    (lambda: look_schedule(0), "n_max"),
    (lambda: Budget(checks=0), "checks"),
    (lambda: Budget(refute=0), "refute"),
    (lambda: Budget().share(0), "weight"),
    (lambda: Budget().share(2000), "weight"),
    (lambda: decide_probability(5, 4, 0.1, 0, 0.01, 0.01), "k = 5"),
    (lambda: decide_probability(-1, 4, 0.1, 0, 0.01, 0.01), "k = -1"),
    (lambda: decide_probability(1, 4, 0.0, 0, 0.01, 0.01), "delta"),
    (lambda: decide_probability(1, 4, 0.5, 1, 0.01, 0.01), "TRIVIAL"),
    (lambda: decide_probability(1, 4, 0.5, -1, 0.01, 0.01), "tol"),
    (lambda: decide_probability(1, 4, 0.5, 0, float("nan"), 0.01), "alpha"),
    (lambda: PLANS[0].outcome_law(1.1), "p = 1.1"),
    (lambda: PLANS[0].mdv(1), "power"),
]


@pytest.mark.parametrize("call, word", REFUSALS, ids=[word for _, word in REFUSALS])
def test_refusals_name_the_value(call, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()
