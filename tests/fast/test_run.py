"""The scheduler: the same evidence in any order, after any stop, with any number of workers."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.rigor.balls import ball
from verify import run as run_module
from verify.check import Job
from verify.engines import Enclose, Sample
from verify.engines.sample import Means
from verify.evidence import Outcome
from verify.ledger import Ledger
from verify.run import Runner
from verify.statistics.models import Bounded


def claim(id):
    return Claim(
        id=id,
        title="",
        location="",
        statement="",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=0.5,
        mutants=(Mutant("wrong", 0.3),),
    )


CHECKS = {
    "asym.mean/Sample": Sample(
        claim="asym.mean",
        cells=({"m": 1}, {"m": 2}),
        draw=lambda cell, rng, size: rng.random(size),
        target=lambda cell, form: form,
        test=Means("==", lambda cell: Bounded(0, 1), 0.2),
    ),
    "asym.exact/Enclose": Enclose(
        claim="asym.exact",
        cells=tuple({"k": k} for k in range(5)),
        sides=lambda cell, form: (ball(cell["k"]), ball(cell["k"] + 1)),
    ),
}


@pytest.fixture
def registry(monkeypatch):
    """A registry of two claims in place of the real one."""

    def job(id, *, profile="quick", budget=None):
        check = CHECKS[id]
        return Job(id, check, claim(check.claim), 1e-3, 1e-3, profile)

    known = (claim("asym.mean"), claim("asym.exact"))
    monkeypatch.setattr(run_module, "job", job)
    monkeypatch.setattr(run_module, "claims", lambda: known)
    monkeypatch.setattr(run_module, "select", lambda ids, profile: list(CHECKS))


def evidence(**options):
    return Runner(workers=0, seed=5, **options).run()


def test_claims_hold_and_seconds_are_counted(registry):
    result = evidence()
    assert result.complete and not result.problems
    assert [v.status.outcome for v in result.verdicts.values()] == ["HOLDS", "HOLDS"]
    assert all(seconds > 0 for seconds in result.seconds.values())


def test_a_second_run_redoes_nothing(registry, tmp_path):
    ledger = Ledger(tmp_path / "ledger.db")
    first = evidence(ledger=ledger)
    chunks = ledger.count()
    calls = []
    again = evidence(ledger=ledger, execute=lambda *chunk: calls.append(chunk))
    assert again.evidence == first.evidence and ledger.count() == chunks and not calls


@pytest.mark.parametrize("stop_after", [1, 3, 8])
def test_a_stopped_run_resumes_to_the_same_evidence(registry, tmp_path, stop_after):
    whole = evidence()
    ledger, calls = Ledger(tmp_path / "ledger.db"), []

    def interrupted(*chunk):
        calls.append(chunk)
        if len(calls) > stop_after:
            raise KeyboardInterrupt
        return run_module.execute(*chunk)

    stopped = evidence(ledger=ledger, execute=interrupted)
    assert not stopped.complete and ledger.count() == stop_after
    assert evidence(ledger=ledger).evidence == whole.evidence


def test_the_time_limit_stops_and_says_so(registry):
    result = evidence(seconds=1e-9)
    assert not result.complete and "time limit" in result.problems[0]
    assert all(v.status.outcome is Outcome.UNDECIDED for v in result.verdicts.values())


def test_an_error_in_a_chunk_is_undecided_and_reported_and_not_remembered(registry):
    def failing(id, key, *rest):
        if id == "asym.exact/Enclose" and key == "3":
            raise ArithmeticError("on purpose")
        return run_module.execute(id, key, *rest)

    ledger = Ledger()
    result = evidence(execute=failing, ledger=ledger)
    verdicts = result.verdicts
    assert verdicts["asym.exact"].status.outcome is Outcome.UNDECIDED
    assert verdicts["asym.mean"].status.outcome is Outcome.HOLDS
    assert result.problems == ["asym.exact/Enclose [3]: ArithmeticError: on purpose"]
    assert evidence(ledger=ledger).verdicts["asym.exact"].status.outcome is Outcome.HOLDS


def test_other_seeds_are_other_samples(registry):
    figures = [
        Runner(workers=0, seed=seed).run().evidence[0].cells[0].figures["estimate"]
        for seed in (1, 2)
    ]
    assert figures[0] != figures[1] and np.isclose(figures[0], figures[1], atol=0.2)


def test_a_chunk_that_kills_its_worker_twice_is_quarantined(tmp_path):
    """In processes of its own: the registry below exists in their modules only."""
    (tmp_path / "killer.py").write_text(
        textwrap.dedent("""
        import os, signal
        from verify import run
        def execute(id, key, seed, profile):
            if id.startswith("asym.A2.eq15") and key == "0":
                os.kill(os.getpid(), signal.SIGKILL)
            return run.execute(id, key, seed, profile)
        """)
    )
    (tmp_path / "main.py").write_text(
        textwrap.dedent("""
        import killer
        from verify.run import Runner
        if __name__ == "__main__":
            claims = ("asym.A2.eq15", "asym.lam.sq")
            result = Runner(claims, workers=2, execute=killer.execute).run()
            print(result.problems)
            for id, verdict in result.verdicts.items():
                print(id, verdict.status.outcome)
        """)
    )
    out = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert "killed its worker twice, quarantined" in out.stdout, out.stderr
    assert "asym.A2.eq15 UNDECIDED" in out.stdout and "asym.lam.sq HOLDS" in out.stdout
