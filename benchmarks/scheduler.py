"""What the scheduler costs a chunk: empty chunks in this process and on two workers.

    python benchmarks/scheduler.py

Writes results/scheduler.json.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from theory.claim import claims
from verify.check import Check, Job
from verify.engines.common import Independent, evidence
from verify.evidence import UNTESTED, Evidence
from verify.ledger import Ledger
from verify.run import Runner

RESULT = Path(__file__).parent / "results" / "scheduler.json"


@dataclass(frozen=True, kw_only=True)
class Empty(Check):
    """`count` chunks without work."""

    count: int


class State(Independent):
    """All chunks at once."""

    def __init__(self, job: Job) -> None:
        assert isinstance(job.check, Empty)
        super().__init__(job, map(str, range(job.check.count)))

    def evidence(self) -> Evidence:
        """Says nothing."""
        return evidence(self.job, UNTESTED)


def nothing(id: str, key: str, seed: int, profile: str) -> tuple[dict[str, Any], float]:
    """The empty chunk."""
    return {"x": 0}, 0.0


def measure(workers: int, count: int) -> dict[str, float]:
    """Microseconds of processor time of this process a chunk, ledger included; MiB at its peak.

    The peak is that of the process so far, so it may only grow from one row to the next.
    """
    claim = claims()[0]
    job = Job("empty/Empty", Empty(claim=claim.id, count=count), claim, 1e-3, 1e-3)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(f"{folder}/ledger.db")
        runner = Runner(jobs={job.id: job}, workers=workers, ledger=ledger, execute=nothing)
        begin = time.process_time()
        runner.run()
        spent = time.process_time() - begin
        ledger.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"microseconds": spent / count * 1e6, "peak MiB": peak}


def main() -> None:
    """Measure, print, write."""
    rows = [
        {"executor": name, "chunks": count, **measure(workers, count)}
        for name, workers in (("in this process", 0), ("two processes", 2))
        for count in (1_000, 10_000, 100_000)
    ]
    for row in rows:
        print(f"{row['executor']}, {row['chunks']} chunks: {row['microseconds']:.0f} us a chunk")
    RESULT.write_text(json.dumps({"rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
