"""Whatever happens to a run, its evidence is the same, byte for byte."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from trivial_engine import jobs
from trivial_worker import Execute

from verify import ledger as ledger_module
from verify import record as record_module
from verify import run as run_module
from verify.agenda import Agenda
from verify.ledger import Ledger
from verify.record import record, save
from verify.run import Runner

SHARED = Path(__file__).parents[1] / "fast"  # for processes of their own
SUSPECT = "asym.two/Trivial 3"


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """Verdicts are folded over the claims of the engine of the tests."""
    monkeypatch.setattr(run_module, "claims", lambda: [job.claim for job in jobs().values()])
    # an edit of the sources during the tests would rightly change the evidence
    for module in (record_module, ledger_module):
        monkeypatch.setattr(module, "code_digest", lambda: "the same code")


def outcome_bytes(folder, *, agenda=None, execute=None, **options):
    """Run all jobs; the bytes of the evidence file and what went wrong."""
    runner = Runner(jobs=jobs(), seed=5, execute=execute or Execute(), **options)
    runner.agenda = agenda or runner.agenda
    result = runner.run()
    save(record(result, seed=5, profile="quick"), folder / "run.json")
    return (folder / "run.json").read_bytes(), result.problems


@pytest.fixture
def undisturbed(tmp_path):
    return outcome_bytes(tmp_path, workers=0)[0]


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers(tmp_path, undisturbed, workers):
    found = outcome_bytes(tmp_path, workers=workers, execute=Execute(pause=0.01))
    assert found == (undisturbed, [])


def test_any_order(tmp_path, undisturbed):
    backwards = Agenda(rank=lambda id: [-ord(letter) for letter in id])
    assert outcome_bytes(tmp_path, workers=0, agenda=backwards) == (undisturbed, [])
    assert outcome_bytes(tmp_path, workers=0, seconds=1000) == (undisturbed, [])


def test_a_worker_killed_in_the_middle(tmp_path, undisturbed):
    killed_once = Execute(kill=(SUSPECT,), once=str(tmp_path))
    assert outcome_bytes(tmp_path, workers=2, execute=killed_once) == (undisturbed, [])
    assert (tmp_path / "killed").exists()


def test_a_chunk_that_kills_twice_is_quarantined(tmp_path):
    ledger = Ledger()
    runner = Runner(jobs=jobs(), workers=2, execute=Execute(kill=(SUSPECT,)), ledger=ledger)
    result = runner.run()
    assert result.problems == ["asym.two/Trivial [3]: killed its worker twice, quarantined"]
    outcomes = {id: verdict.status.outcome.value for id, verdict in result.verdicts.items()}
    assert outcomes.pop("asym.two") == "UNDECIDED" and set(outcomes.values()) == {"HOLDS"}
    assert result.complete and ledger.get(runner.seed, "asym.two/Trivial", "3") is None


MAIN = """
if __name__ == "__main__":  # workers import this file too, and need nothing of it
    from trivial_engine import jobs
    from trivial_worker import Execute
    from verify import ledger, record, run

    ledger.code_digest = record.code_digest = lambda: "the same code"
    run.claims = lambda: [job.claim for job in jobs().values()]
    kept = ledger.Ledger("ledger.db")
    runner = run.Runner(jobs=jobs(), seed=5, workers=2, ledger=kept, execute=Execute(pause=0.1))
    record.save(record.record(runner.run(), seed=5, profile="quick"), "run.json")
    print(runner.stopwatch.progress("", {}).resumed)
"""


def chunks_in(path):
    try:
        with closing(sqlite3.connect(path)) as database:
            return database.execute("SELECT count(*) FROM chunks").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_the_whole_run_killed_and_resumed(tmp_path, undisturbed):
    (tmp_path / "main.py").write_text(MAIN)
    command = {
        "args": [sys.executable, "main.py"],
        "cwd": tmp_path,
        "env": os.environ | {"PYTHONPATH": str(SHARED)},
    }
    (tmp_path / "run.json").unlink()
    with subprocess.Popen(**command, start_new_session=True) as first:
        deadline = time.monotonic() + 60
        while chunks_in(tmp_path / "ledger.db") < 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(first.pid, signal.SIGKILL)
    finished = chunks_in(tmp_path / "ledger.db")
    assert 4 <= finished < 16 and not (tmp_path / "run.json").exists()
    second = subprocess.run(**command, capture_output=True, text=True, timeout=60, check=True)
    assert int(second.stdout) == finished
    assert (tmp_path / "run.json").read_bytes() == undisturbed
