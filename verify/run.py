"""Plan, execute, remember, conclude.

The scheduler asks each check's state what it wants, runs those chunks on an executor, keeps
every finished one in the ledger and hands it to the state. The order in which chunks finish
does not matter, so evidence is the same for any number of workers and after any crash.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from theory.claim import claims
from verify.check import Job, State, job, select
from verify.engines.common import QUARANTINED
from verify.evidence import Evidence
from verify.executors import open_executor
from verify.ledger import Ledger
from verify.verdict import Verdict, fold

DEFAULT_SEED = 20230203
IN_FLIGHT_PER_WORKER = 3
Chunk = tuple[str, str]


def execute(check_id: str, key: str, seed: int, profile: str) -> tuple[dict[str, Any], float]:
    """Run one chunk; the only function that workers are sent."""
    started = time.perf_counter()
    task = job(check_id, profile=profile)
    result = task.check.engine.work(task, key, seed)
    return result, time.perf_counter() - started


def run_inline(task: Job, seed: int = DEFAULT_SEED) -> Evidence:
    """Run one job to its end in this process, without ledger; for tests and notebooks."""
    state = task.check.engine.State(task)
    while keys := state.wanted():
        for key in keys:
            state.add(key, task.check.engine.work(task, key, seed))
    return state.evidence()


@dataclass
class Progress:
    """What a running plan tells whoever watches."""

    checks: int = 0
    finished_checks: int = 0
    chunks: int = 0
    resumed: int = 0
    current: str = ""


@dataclass
class RunResult:
    """Verdicts with everything a report needs to say how they came about."""

    verdicts: dict[str, Verdict]
    evidence: tuple[Evidence, ...]
    seconds: dict[str, float]
    problems: list[str] = field(default_factory=list)
    complete: bool = True


class Runner:
    """Runs checks to their end, or until stopped."""

    def __init__(
        self,
        claim_ids: Sequence[str] | None = None,
        *,
        seed: int = DEFAULT_SEED,
        profile: str = "quick",
        workers: int = 2,
        cluster: str | None = None,
        ledger: Ledger | None = None,
        seconds: float | None = None,
        watch: Callable[[Progress], None] = lambda progress: None,
        execute: Callable[..., tuple[dict[str, Any], float]] = execute,
    ) -> None:
        self.execute = execute
        self.seed, self.profile, self.workers, self.cluster = seed, profile, workers, cluster
        self.ledger = ledger or Ledger()
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.watch = watch
        self.claims = tuple(claim.id for claim in claims()) if claim_ids is None else claim_ids
        check_ids = select(tuple(self.claims), profile)
        self.jobs: dict[str, Job] = {id: job(id, profile=profile) for id in check_ids}
        self.states: dict[str, State] = {
            id: task.check.engine.State(task) for id, task in self.jobs.items()
        }
        self.open = dict.fromkeys(self.jobs, 0)  # chunks asked for and not yet returned
        self.queue: deque[Chunk] = deque()
        self.flying: dict[Future, Chunk] = {}
        self.seconds = dict.fromkeys(self.jobs, 0.0)
        self.problems: list[str] = []
        self.progress = Progress(checks=len(self.jobs))

    def run(self) -> RunResult:
        """Run until every check is concluded; Ctrl-C and the time limit stop early.

        What was finished is in the ledger, so the same call resumes.
        """
        complete = True
        executor: Executor | None = None
        known = {
            id: {k: (r, s) for k, r, s in self.ledger.chunks(self.seed, id)} for id in self.jobs
        }
        for id in self.jobs:
            self._ask(id, known[id])
        try:
            while self.queue or self.flying:
                if self.deadline is not None and time.monotonic() > self.deadline:
                    complete = False
                    self.problems.append("stopped by the time limit")
                    break
                executor = executor or open_executor(self.workers, self.cluster)
                if not self._step(executor):
                    executor.shutdown(wait=False, cancel_futures=True)
                    executor = None
                    self._isolate()
        except KeyboardInterrupt:
            complete = False
            self.problems.append("stopped by the user")
        finally:
            self._keep_finished()
            if executor is not None:
                executor.shutdown(wait=False, cancel_futures=True)
        return self._conclude(complete)

    def _keep_finished(self) -> None:
        """Before leaving early: what workers have finished goes to the ledger too."""
        for future, (id, key) in self.flying.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                result, seconds = future.result()
                self.ledger.put(self.seed, id, key, result, seconds)

    def _ask(
        self, id: str, known: Mapping[str, tuple[Mapping[str, Any], float]] | None = None
    ) -> None:
        """Queue what a check wants; what the ledger knows is handed over at once."""
        state = self.states[id]
        while True:
            new = state.wanted()
            for key in new:
                if known and key in known:
                    result, seconds = known[key]
                    self.seconds[id] += seconds
                    self.progress.resumed += 1
                    state.add(key, result)
                else:
                    self.open[id] += 1
                    self.queue.append((id, key))
            if not new or not known:
                break
        if self.open[id] == 0:
            self.progress.finished_checks += 1
            self.watch(self.progress)

    def _step(self, executor: Executor) -> bool:
        """Fill the workers and take what is finished; False when the pool broke."""
        limit = max(1, self.workers) * IN_FLIGHT_PER_WORKER
        try:
            while self.queue and len(self.flying) < limit:
                id, key = self.queue.popleft()
                try:
                    future = executor.submit(self.execute, id, key, self.seed, self.profile)
                except BrokenProcessPool:
                    self.queue.appendleft((id, key))
                    raise
                self.flying[future] = (id, key)
            done, _ = wait(self.flying, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    raise error
                self._finish(self.flying.pop(future), future, error)
        except BrokenProcessPool:
            return False
        return True

    def _finish(self, chunk: Chunk, future: Future, error: BaseException | None) -> None:
        id, key = chunk
        if error is not None:
            self._give_up(chunk, f"{type(error).__name__}: {error}")
            return
        result, seconds = future.result()
        self.ledger.put(self.seed, id, key, result, seconds)
        self.seconds[id] += seconds
        self.progress.chunks += 1
        self._return(chunk, result)

    def _return(self, chunk: Chunk, result: Mapping[str, Any]) -> None:
        id, key = chunk
        self.open[id] -= 1
        self.states[id].add(key, result)
        self.progress.current = self.jobs[id].claim.id
        self.watch(self.progress)
        self._ask(id)

    def _give_up(self, chunk: Chunk, why: str) -> None:
        """A chunk without a result leaves its check UNDECIDED and is reported."""
        self.problems.append(f"{chunk[0]} [{chunk[1]}]: {why}")
        self._return(chunk, QUARANTINED)

    def _isolate(self) -> None:
        """After a worker died: run the suspects one by one; who kills again is quarantined."""
        suspects = list(self.flying.values())
        self.flying.clear()
        for chunk in suspects:
            executor = open_executor(1)
            future = executor.submit(self.execute, *chunk, self.seed, self.profile)
            try:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    self._give_up(chunk, "killed its worker twice, quarantined")
                else:
                    self._finish(chunk, future, error)
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    def _conclude(self, complete: bool) -> RunResult:
        evidence = tuple(state.evidence() for state in self.states.values())
        verdicts = fold(claims(), evidence)
        seconds: dict[str, float] = dict.fromkeys(self.claims, 0.0)
        for id, spent in self.seconds.items():
            seconds[self.jobs[id].claim.id] += spent
        selected = {id: verdicts[id] for id in self.claims}
        return RunResult(selected, evidence, seconds, self.problems, complete)
