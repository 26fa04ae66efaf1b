"""The same evidence on a dask cluster, also when its workers die."""

import os
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster
from trivial_engine import jobs
from trivial_worker import Execute

from theory.exact import InputError
from verify import executors
from verify import run as run_module
from verify.run import Runner

SHARED = Path(__file__).parents[1] / "fast"  # for processes of their own
SUSPECT = "asym.two/Trivial 3"


@pytest.fixture(scope="module")
def cluster():
    """Two processes with one thread each; one that dies is replaced, its chunk not tried again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(SHARED))
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 0}),
            LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                dashboard_address=":0",
                worker_dashboard_address=None,
            ) as local,
        ):
            yield local.scheduler_address


@pytest.fixture(autouse=True)
def registry(cluster, monkeypatch):
    monkeypatch.setattr(run_module, "claims", lambda: [job.claim for job in jobs().values()])
    # an edit of the sources after the workers started would rightly be refused
    with Client(cluster, set_as_default=False) as client:
        code = next(iter(client.run(executors.code_digest).values()))
    monkeypatch.setattr(executors, "code_digest", lambda: code)


def run(**options):
    return Runner(jobs=jobs(), seed=5, **options).run()


def test_the_same_evidence_as_in_one_process(cluster):
    here = run(workers=0, execute=Execute())
    there = run(cluster=cluster, execute=Execute(pause=0.01))
    assert there.evidence == here.evidence and there.complete and not there.problems


def test_a_worker_killed_in_the_middle(cluster, tmp_path):
    here = run(workers=0, execute=Execute())
    there = run(cluster=cluster, execute=Execute(kill=(SUSPECT,), once=str(tmp_path)))
    assert (tmp_path / "killed").exists()
    assert there.evidence == here.evidence and there.complete and not there.problems


def test_a_chunk_that_kills_its_workers_is_quarantined(cluster):
    result = run(cluster=cluster, execute=Execute(kill=(SUSPECT,)))
    assert result.problems == ["asym.two/Trivial [3]: killed its worker twice, quarantined"]
    outcomes = {id: verdict.status.outcome.value for id, verdict in result.verdicts.items()}
    assert outcomes.pop("asym.two") == "UNDECIDED" and set(outcomes.values()) == {"HOLDS"}


def test_a_time_limit_leaves_the_cluster_usable(cluster):
    stopped = run(cluster=cluster, execute=Execute(pause=0.5), seconds=0.7)
    assert not stopped.complete and stopped.problems == ["stopped by the time limit"]
    assert run(cluster=cluster, execute=Execute()).complete


def test_workers_with_other_code_are_refused(cluster, monkeypatch):
    monkeypatch.setattr(executors, "code_digest", lambda: f"of {os.getpid()}")
    with pytest.raises(InputError, match=f"the code of {os.getpid()} of this process"):
        executors.Cluster(cluster)


def test_a_worker_with_other_code_that_joins_later_runs_nothing(cluster, monkeypatch):
    monkeypatch.setattr(executors.Cluster, "_greet", lambda self, address: None)
    monkeypatch.setattr(executors, "code_digest", lambda: "another")
    result = run(cluster=cluster, execute=Execute())
    assert len(result.problems) == 16 and "the run another" in result.problems[0]
    assert {v.status.outcome.value for v in result.verdicts.values()} == {"UNDECIDED"}


def test_a_cluster_without_workers_stops_the_run(monkeypatch):
    monkeypatch.setattr(executors, "LOST", 0.5)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty:
        result = run(cluster=empty.scheduler_address, execute=Execute())
    assert not result.complete and "no workers" in result.problems[0]


def test_an_address_without_a_cluster_is_refused(monkeypatch):
    monkeypatch.setattr(executors, "PATIENCE", 0.3)
    with pytest.raises(InputError, match=r"no cluster at 'tcp://127\.0\.0\.1:9'"):
        executors.Cluster("tcp://127.0.0.1:9")
