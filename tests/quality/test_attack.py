"""`attack`: fresh batches, a certified witness, Ctrl-C, and claims without a search."""

import json
from fractions import Fraction
from itertools import count

import pytest

from theory.claim import Claim, Direction, Mutant, Quantifier
from verify.adversary.attack import attack
from verify.check import Job
from verify.cli import main
from verify.engines import Search


def item(bound, expected="HOLDS"):
    return Claim(
        id="asym.test",
        title="",
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(bound),
        mutants=(Mutant("never asked for", "no number"),),
        expected=expected,
    )


def search(propose=lambda rng: str(Fraction(int(rng.integers(0, 101)), 100))):
    return Search(
        claim="asym.test",
        propose=propose,
        ratio=lambda candidate, form: float(Fraction(candidate) / form),
        certify=lambda candidate, form: (Fraction(candidate), form),
        tries=50,
    )


def job(bound, check=None, **fields):
    return Job("asym.test/Search", check or search(), item(bound, **fields), 1e-6, 1e-5)


def test_a_true_claim_spends_its_budget():
    result = attack([job(1)], seconds=0.05, seed=1)
    assert result.witness is None and result.stopped == "budget spent"
    assert result.batches >= 1 and result.tried == 50 * result.batches
    assert 0.9 < result.best <= 1 and result.candidates == 0


def test_a_false_claim_is_refuted_with_its_witness():
    result = attack([job("9/10")], seconds=5, seed=1)
    assert Fraction(result.witness) > Fraction(9, 10) and result.proof["bits"] == 64
    assert result.as_json()["stopped"] == "certified counter-example"


def test_batches_are_fresh_and_repeatable():
    seen = []
    job_ = job(2, search(lambda rng: seen.append(rng.random()) or "1"))
    attack([job_], seconds=1e-9, seed=1)
    first = list(seen)
    seen.clear()
    attack([job_], seconds=1e-9, seed=1)
    assert seen == first
    seen.clear()
    for batch in range(job_.check.batches):
        job_.check.engine.work(job_, str(batch), 1)
    assert not set(first) & set(seen)


def test_stopping_by_hand_returns_what_was_reached():
    calls = count(1)

    def interrupted(rng):
        if next(calls) > 120:
            raise KeyboardInterrupt
        return "1/2"

    result = attack([job(1, search(interrupted))], seconds=60, seed=1)
    assert (result.stopped, result.batches, result.best) == ("stopped by the user", 2, 0.5)


@pytest.fixture
def registered(monkeypatch):
    def register(bound, check=None, **fields):
        known = item(bound, **fields)
        monkeypatch.setattr("theory.claim.claim", lambda id: known)
        monkeypatch.setattr("verify.check.claim", lambda id: known)
        check = check or search()
        monkeypatch.setattr(
            "verify.check.all_checks", lambda paper=None: {"asym.test/Search": check}
        )

    return register


def test_the_command_prints_the_witness_and_fails(registered, capsys):
    registered("1/2")
    assert main(["attack", "asym.test", "--budget", "5s", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert Fraction(record["witness"]) > Fraction(1, 2) and record["best"] > 1
    registered("1/2", expected="REFUTED")
    assert main(["attack", "asym.test", "--budget", "5s"]) == 0
    assert "witness" in capsys.readouterr().out


def test_the_command_reports_the_best_ratio(registered, capsys):
    registered(2)
    assert main(["attack", "asym.test", "--budget", "0.1s"]) == 0
    out = capsys.readouterr().out
    assert "best ratio  0.5 " in out and "none (budget spent)" in out


def test_a_claim_without_a_search_names_those_that_have_one(registered, capsys):
    registered(1, Search(**{**vars(search()), "claim": "asym.other"}))
    assert main(["attack", "asym.test"]) == 2
    message = capsys.readouterr().err
    assert "no Search check" in message and "asym.other" in message and message.count("\n") == 1
    registered(1)
    assert main(["attack", "asym.test", "--budget", "soon"]) == 2
