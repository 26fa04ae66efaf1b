"""The engine's own error rates, measured on claims of known truth, and that an excess shows."""

import json

import pytest

from verify.calibration import calibrate, clopper_pearson, judge, population, row, tally_of
from verify.cli.run_command import calibrated
from verify.ledger import Ledger
from verify.record import load, record, save
from verify.run import RunResult
from verify.statistics.budget import Budget


@pytest.fixture(scope="module")
def quick():
    return calibrate("quick")


def test_the_engine_errs_no_more_than_promised(quick):
    assert quick["inside"] and not quick["exceeding"]
    assert all(item["inside"] for item in quick["rows"])
    promised = next(r for r in quick["rows"] if (r["rates"], r["kind"]) == ("promised", "all"))
    assert (promised["alpha"], promised["beta"]) == Budget().share()
    # The union over the whole population at the promised rates is below 1e-2.
    assert promised["true"]["REFUTED"] == promised["false"]["HOLDS"] == 0


def test_the_engine_is_not_calibrated_by_silence(quick):
    """At inflated rates most true claims hold and most false ones are refuted."""
    for item in quick["rows"]:
        if item["rates"] == "inflated":
            assert item["true"]["HOLDS"] >= sum(item["true"].values()) / 4, item
            assert item["false"]["REFUTED"] >= sum(item["false"].values()) / 2, item


def test_every_kind_has_true_and_false_members(quick):
    kinds = {item["kind"] for item in quick["rows"]}
    assert kinds == {"probability", "ordering", "mean", "exponent", "all"}
    for item in quick["rows"]:
        assert sum(item["true"].values()) and sum(item["false"].values())
    assert len({member.check.claim for member in population()}) == quick["members"]


def test_a_run_measures_it_once_for_each_code(monkeypatch):
    """It travels in the evidence file; interrupted, it is left out."""
    calls = []

    def measure(profile):
        calls.append(profile)
        if profile == "full":
            raise KeyboardInterrupt
        return {"inside": True}

    monkeypatch.setattr("verify.calibration.calibrate", measure)
    ledger = Ledger()
    assert calibrated(ledger, "quick") == calibrated(ledger, "quick") == {"inside": True}
    assert calls == ["quick"] and calibrated(ledger, "full") is None


def test_the_evidence_file_keeps_it(quick, tmp_path):
    result = RunResult({}, (), {})
    save(record(result, seed=1, profile="quick", calibration=quick), tmp_path / "run.json")
    assert load(tmp_path / "run.json").calibration == json.loads(json.dumps(quick))
    save(record(result, seed=1, profile="quick"), tmp_path / "run.json")
    assert load(tmp_path / "run.json").calibration is None


def test_it_is_the_same_every_time():
    member = population()[1]
    assert [judge(member, 0.05, 0.05, k) for k in range(5)] == [
        judge(member, 0.05, 0.05, k) for k in range(5)
    ]


@pytest.mark.parametrize("name", ["p = 1 delta", "off by 1 allowances"])
def test_control_an_engine_with_too_large_rates_is_caught(name):
    """Judged at alpha = 4/5 and reported as 1/20, a claim that is just true gives it away."""
    (member,) = (member for member in population() if member.name == name)
    tally = tally_of(member, 0.8, 0.001, range(40))
    assert not row("inflated", member.kind, tally, 0.05, 0.05)["inside"]


def test_intervals_at_their_ends():
    assert clopper_pearson(0, 0) == (0.0, 1.0)
    assert clopper_pearson(5, 5)[1] == 1.0 and clopper_pearson(0, 5)[0] == 0.0
    low, high = clopper_pearson(3, 10, confidence=0.9)
    assert (low, high) == pytest.approx((0.08726443, 0.60662422), abs=1e-8)


@pytest.mark.deep
def test_the_large_population():
    found = calibrate("full")
    assert found["inside"], found
