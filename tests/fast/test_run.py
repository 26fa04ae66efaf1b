"""The scheduler: the same evidence in any order, after any stop, with any number of workers."""

import time

import numpy as np
import pytest
from trivial_engine import job, jobs
from trivial_worker import Execute

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


def many(count, ledger=None):
    """A run of `count` empty chunks in this process."""
    task = job("many", count=count)
    runner = Runner(
        jobs={task.id: task},
        workers=0,
        ledger=ledger,
        execute=lambda id, key, *rest: ({"x": 0}, 1e-6),
    )
    runner.run()
    return runner


def test_a_hundred_thousand_chunks_cost_little_each_and_leave_nothing_behind(monkeypatch):
    monkeypatch.setattr(run_module, "claims", lambda: [job("many").claim])
    cost = []
    for count in (5_000, 100_000):
        started = time.process_time()
        runner = many(count)
        cost.append((time.process_time() - started) / count)
        assert runner.stopwatch.progress("", {}).chunks == count
    # linear: a queue or a table that grows would make the longer run dearer a chunk
    assert cost[1] < 2 * cost[0] + 20e-6
    agenda = runner.agenda
    left = (agenda.waiting, agenda.heap, runner.flying, runner.failed, runner.stopwatch.shared)
    assert not any(left) and not any(agenda.queues.values())


def test_shared_chunks_run_once_and_resume_once(tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "claims", lambda: [task.claim for task in jobs().values()])
    ledger, calls = Ledger(tmp_path / "ledger.db"), []

    def counting(id, key, *rest):
        calls.append((jobs()[id].owner, key))
        return Execute()(id, key, *rest)

    first = Runner(jobs=jobs(), workers=0, ledger=ledger, execute=counting).run()
    assert len(calls) == len(set(calls)) == 5 + 5 + 6  # two of their own, six shared
    again = Runner(jobs=jobs(), workers=0, ledger=ledger, execute=counting)
    assert again.run().evidence == first.evidence and len(calls) == 16
    assert again.stopwatch.progress("", {}).resumed == 16
    together = sum(first.seconds.values())
    assert together == pytest.approx(0.0)  # Execute() reports no seconds


def test_a_failed_shared_chunk_leaves_all_its_checks_undecided(monkeypatch):
    monkeypatch.setattr(run_module, "claims", lambda: [task.claim for task in jobs().values()])

    def failing(id, key, *rest):
        if jobs()[id].owner == "both" and key == "2":
            raise ArithmeticError("on purpose")
        return Execute()(id, key, *rest)

    result = Runner(jobs=jobs(), workers=0, execute=failing).run()
    assert result.problems == ["both [2]: ArithmeticError: on purpose"]
    outcomes = [verdict.status.outcome.value for verdict in result.verdicts.values()]
    assert outcomes == ["HOLDS", "HOLDS", "UNDECIDED", "UNDECIDED"]


def test_a_limited_run_spends_its_time_on_open_verdicts(registry):
    """The claim of the first check is decided early; its mutants wait for the other claim."""
    order = []

    def noting(id, *rest):
        order.append(id)
        return run_module.execute(id, *rest)

    runner = Runner(workers=0, seed=5, seconds=1000, execute=noting)
    settled = dict.fromkeys(runner.jobs, False)
    for id, state in runner.states.items():
        state.settled = lambda id=id: settled[id]
    settled["asym.mean/Sample"] = True
    runner.run()
    assert order.index("asym.mean/Sample") > order.index("asym.exact/Enclose")
    cells = [k for k, id in enumerate(order) if id == "asym.exact/Enclose"][:5]
    assert max(cells) < order.index("asym.mean/Sample")  # the survivors' second look comes later
