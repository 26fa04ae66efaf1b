"""Orderings of curves: decided by seeds that agree, never by ties, NaN or too few seeds."""

from dataclasses import replace

import numpy as np
import pytest

from theory.claim import Claim, Direction, Mutant, Quantifier
from verify.check import Job
from verify.engines import Order
from verify.engines.order import State, unanimous_seeds
from verify.evidence import Outcome, Strength
from verify.run import run_inline
from verify.statistics.streams import stream

CLAIM = Claim(
    id="asym.order",
    title="",
    location="",
    statement="",
    direction=Direction.ORDERING,
    quantifier=Quantifier.PROBABILITY,
    form=(("a", "b"), ("b", "c")),
    mutants=(Mutant("a above b", (("b", "a"), ("b", "c"))),),
)
LEVELS = {"a": 0.0, "b": 1.0, "c": 2.0}


def trial(arm, number, seed):
    """Curves that cross before the middle and are ordered afterwards, on common noise."""
    noise = stream(seed, number).random()
    before, after = -LEVELS[arm], LEVELS[arm]
    return {"x": [before + noise] * 3 + [after + noise] * 3}


def judge(trial=trial, alpha=1e-3, beta=1e-2, claim=CLAIM, **fields):
    fields = {"figure": "x", "setting": {}, "shares": "trials", "n_max": 60} | fields
    check = Order(claim=claim.id, trial=trial, **fields)
    return run_inline(Job("asym.order/Order", check, claim, alpha, beta), 3)


def test_seeds_that_agree_decide_claim_and_mutants_at_the_first_look():
    found = judge()
    assert (found.outcome, found.strength) == (Outcome.HOLDS, Strength.STATISTICAL)
    assert found.mutants[0].killed and 0 < found.error <= 1e-2
    seeds = unanimous_seeds(1e-3 / 2, 1e-2 / 2)
    assert [cell.figures["n"] for cell in found.cells] == [seeds, seeds]
    assert found.margin == f"ordered in {seeds} of {seeds} seeds"


def test_only_the_stated_part_of_the_curves_counts():
    assert judge(since=0.6).outcome is Outcome.HOLDS
    assert judge(since=0.0).outcome is Outcome.REFUTED
    assert judge(since=0.0, until=0.4).outcome is Outcome.REFUTED


def test_a_wrong_order_is_refuted_and_a_tie_is_no_order():
    wrong = replace(CLAIM, form=(("b", "a"),))
    assert judge(claim=wrong).outcome is Outcome.REFUTED
    assert judge(lambda *key: {"x": [1.0]}).outcome is Outcome.REFUTED


@pytest.mark.parametrize("bad", [{"x": [np.nan]}, {"x": [np.inf]}, {"y": [1.0]}])
def test_a_trial_without_a_finite_curve_is_undecided(bad):
    found = judge(lambda arm, k, seed: bad if (arm, k) == ("b", 2) else trial(arm, k, seed))
    assert found.outcome is Outcome.UNDECIDED and not found.mutants[0].killed


def test_mean_curves_are_kept_with_their_positions():
    def placed(arm, number, seed):
        return trial(arm, number, seed) | {"step": [0, 1, 2, 3, 4, 5]}

    assert "curves" not in judge().cells[0].figures
    found = judge(placed, x="step").cells[0].figures
    kept = found["curves"]
    assert kept["x"] == [0, 1, 2, 3, 4, 5] and list(kept["arms"]) == ["a", "b"]
    noise = [stream(3, number).random() for number in range(found["n"])]
    assert kept["arms"]["b"]["mean"] == pytest.approx(
        [np.mean(noise) - 1] * 3 + [np.mean(noise) + 1] * 3
    )
    assert kept["arms"]["b"]["deviation"] == pytest.approx([np.std(noise, ddof=1)] * 6)
    assert kept["arms"]["b"]["mean"][-1] == pytest.approx(found["above_mean"])


def test_too_few_seeds_are_undecided():
    found = judge(n_max=5)
    assert found.outcome is Outcome.UNDECIDED and found.cells[0].figures["n"] == 5
    assert found.cells[0].figures["k"] == 5


def test_a_pair_left_out_is_judged_neither_way():
    asked = []

    def counting(arm, number, seed):
        asked.append(arm)
        return trial(arm, number, seed)

    found = judge(counting, without=(("a", "b"),))
    assert found.outcome is Outcome.HOLDS and len(found.cells) == 1
    assert not found.mutants[0].killed and "a" not in asked
    assert "the one that differs is left out" in found.mutants[0].reason


def test_evidence_of_an_unfinished_look_does_not_count():
    check = Order(claim=CLAIM.id, trial=trial, figure="x", setting={}, shares="t")
    state = State(Job("asym.order/Order", check, CLAIM, 1e-3, 1e-2))
    keys = state.wanted()
    for key in keys[:-1]:
        arm, number = key.split("/")
        state.add(key, {"curves": trial(arm, int(number), 3)})
    assert state.wanted() == [] and not state.settled()
    assert state.evidence().outcome is Outcome.UNDECIDED


def test_a_coin_decides_no_more_often_than_the_declared_rates():
    """P(a < b) = 1/2: the boundary of both nulls. 200 runs; either rate is 0.05 a pair."""
    pair = replace(CLAIM, form=(("a", "b"),), mutants=())
    outcomes = [
        judge(lambda arm, k, seed, r=r: {"x": [stream(r, arm, k).random()]},
              alpha=0.05, beta=0.05, claim=pair, n_max=40).outcome
        for r in range(200)
    ]  # fmt: skip
    # a rate of 0.05 gives 23 or more of 200 with probability 2e-4
    assert outcomes.count(Outcome.HOLDS) < 23 and outcomes.count(Outcome.REFUTED) < 23
