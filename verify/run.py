"""Plan, execute, remember, conclude.

The scheduler asks each check's state what it wants, runs those chunks on an executor, keeps
every finished one in the ledger and hands it to the states that wait for it. The order in which
chunks finish does not matter, so evidence is the same for any number of workers and after any
crash.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from theory.claim import claims
from verify.agenda import Agenda, Chunk
from verify.check import Job, State, job, select
from verify.engines.common import QUARANTINED
from verify.evidence import Evidence, Outcome
from verify.executors import Stopped, killed_worker, open_executor
from verify.ledger import Ledger
from verify.progress import Progress, Stopwatch
from verify.verdict import Verdict, fold

DEFAULT_SEED = 20230203
IN_FLIGHT_PER_WORKER = 3
Execute = Callable[[str, str, int, str], tuple[dict[str, Any], float]]


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
class RunResult:
    """Verdicts with everything a report needs to say how they came about."""

    verdicts: dict[str, Verdict]
    evidence: tuple[Evidence, ...]
    seconds: dict[str, float]
    problems: list[str] = field(default_factory=list)
    complete: bool = True


class Runner:
    """Runs checks to their end, or until stopped.

    claim_ids: whose registered checks to run, default all; or jobs: the jobs themselves, with
    an `execute` that knows them in every worker. seconds: time limit; while there is one,
    checks whose verdict is still open go first, those that cost least so far before others.
    """

    def __init__(
        self,
        claim_ids: Sequence[str] | None = None,
        *,
        jobs: Mapping[str, Job] | None = None,
        seed: int = DEFAULT_SEED,
        profile: str = "quick",
        workers: int = 2,
        cluster: str | None = None,
        ledger: Ledger | None = None,
        seconds: float | None = None,
        watch: Callable[[Progress], None] = lambda progress: None,
        execute: Execute = execute,
    ) -> None:
        self.execute = execute
        self.seed, self.profile, self.workers, self.cluster = seed, profile, workers, cluster
        self.ledger = ledger or Ledger()
        self.deadline = None if seconds is None else time.monotonic() + seconds
        if jobs is None:
            self.claims = tuple(claim.id for claim in claims()) if claim_ids is None else claim_ids
            chosen = select(tuple(self.claims), profile)
            self.jobs: dict[str, Job] = {id: job(id, profile=profile) for id in chosen}
        else:
            self.jobs = dict(jobs)
            self.claims = tuple(dict.fromkeys(task.claim.id for task in self.jobs.values()))
        self.states: dict[str, State] = {
            id: task.check.engine.State(task) for id, task in self.jobs.items()
        }
        self.open = dict.fromkeys(self.jobs, 0)  # chunks asked for and not yet returned
        self.agenda = Agenda(rank=self._rank if seconds else None)
        self.flying: dict[Future, Chunk] = {}
        self.failed: set[Chunk] = set()
        self.decided: set[tuple[str, str, str]] = set()  # parts of claims that need no more
        self.problems: list[str] = []
        self.stopwatch = Stopwatch(self.jobs, self.deadline)
        self.watch = watch

    def run(self) -> RunResult:
        """Run until every check is concluded; Ctrl-C and the time limit stop early.

        What was finished is in the ledger, so the same call resumes.
        """
        complete = True
        executor: Executor | None = None
        for id in self.jobs:
            self._ask(id)
        try:
            while self.agenda or self.flying:
                self._keep_time()
                executor = executor or open_executor(self.workers, self.cluster)
                if not self._step(executor):
                    executor.shutdown(wait=False, cancel_futures=True)
                    executor = None
                    self._isolate(list(self.flying.values()))
        except (KeyboardInterrupt, Stopped) as reason:
            complete = False
            self.problems.append(str(reason) or "stopped by the user")
        finally:
            self._keep_finished()
            if executor is not None:
                executor.shutdown(wait=False, cancel_futures=True)
        # Rewriting the formulas of many survivors takes seconds: a watcher may say so.
        self.watch(self.stopwatch.progress("drawing conclusions", self.agenda.unanswered))
        return self._conclude(complete)

    def _keep_time(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise Stopped("stopped by the time limit")

    def _rank(self, id: str) -> tuple[bool, float]:
        check = self.jobs[id].check
        concluded = (check.claim, check.part, check.role) in self.decided
        return concluded or self.states[id].settled(), self.stopwatch.seconds[id]

    def _keep_finished(self) -> None:
        """Before leaving early: what workers have finished goes to the ledger too."""
        for future, chunk in self.flying.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                result, seconds = future.result()
                self.ledger.put(self.seed, *chunk, result, seconds)

    def _ask(self, id: str) -> None:
        """Queue what a check wants; what the ledger knows is handed over at once."""
        state, owner = self.states[id], self.jobs[id].owner
        answered = True
        while answered and (wanted := state.wanted()):
            answered = False
            for key in wanted:
                chunk = (owner, key)
                if chunk in self.failed:
                    state.add(key, QUARANTINED)
                elif known := self.ledger.get(self.seed, *chunk):
                    self.stopwatch.known(id, chunk, known[1])
                    state.add(key, known[0])
                else:
                    self.open[id] += 1
                    self.agenda.ask(id, chunk)
                    continue
                answered = True
        if self.open[id] == 0:
            self._finish_check(id)

    def _finish_check(self, id: str) -> None:
        if self.deadline is not None:
            check = self.jobs[id].check
            if self.states[id].evidence().outcome in (Outcome.HOLDS, Outcome.REFUTED):
                self.decided.add((check.claim, check.part, check.role))
        self.stopwatch.check_finished()
        self._report(id)

    def _report(self, id: str) -> None:
        self.watch(self.stopwatch.progress(self.jobs[id].claim.id, self.agenda.unanswered))

    def _step(self, executor: Any) -> bool:
        """Fill the workers and take what is finished; False when the pool broke."""
        executor.check()
        self.stopwatch.workers = executor.workers
        limit = executor.workers * IN_FLIGHT_PER_WORKER
        try:
            while self.agenda and len(self.flying) < limit:
                self._submit(executor, self.agenda.next())
            done, _ = wait(self.flying, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    raise error
                chunk = self.flying.pop(future)
                if killed_worker(error):  # a cluster lives on; only this chunk is suspect
                    self._isolate([chunk])
                else:
                    self._finish(chunk, future, error)
        except BrokenProcessPool:
            return False
        return True

    def _submit(self, executor: Executor, chunk: Chunk) -> None:
        try:
            asker = self.agenda.asker(chunk)
            future = executor.submit(self.execute, asker, chunk[1], self.seed, self.profile)
        except BrokenProcessPool:
            self.agenda.put_back(chunk)
            raise
        self.flying[future] = chunk

    def _finish(self, chunk: Chunk, future: Future, error: BaseException | None) -> None:
        if error is not None:
            self._give_up(chunk, f"{type(error).__name__}: {error}")
            return
        result, seconds = future.result()
        self.ledger.put(self.seed, *chunk, result, seconds)
        self.stopwatch.ran(self.agenda.asker(chunk), chunk, seconds)
        self._return(chunk, result)

    def _return(self, chunk: Chunk, result: Mapping[str, Any]) -> None:
        for id in self.agenda.answered(chunk):
            self.open[id] -= 1
            self.states[id].add(chunk[1], result)
            self._report(id)
            self._ask(id)

    def _give_up(self, chunk: Chunk, why: str) -> None:
        """A chunk without a result leaves its checks UNDECIDED and is reported."""
        self.problems.append(f"{chunk[0]} [{chunk[1]}]: {why}")
        self.failed.add(chunk)
        self._return(chunk, QUARANTINED)

    def _isolate(self, suspects: list[Chunk]) -> None:
        """After a worker died: run the suspects one by one; who kills again is quarantined."""
        self.flying = {f: chunk for f, chunk in self.flying.items() if chunk not in suspects}
        executor: Any = None
        try:
            for chunk in suspects:
                executor = executor or open_executor(1, self.cluster)
                asker = self.agenda.asker(chunk)
                future = executor.submit(self.execute, asker, chunk[1], self.seed, self.profile)
                while not wait([future], timeout=1.0).done:
                    self._keep_time()
                    executor.check()
                error = future.exception()
                if killed_worker(error):
                    self._give_up(chunk, "killed its worker twice, quarantined")
                    executor.shutdown(wait=False, cancel_futures=True)
                    executor = None
                else:
                    self._finish(chunk, future, error)
        finally:
            if executor is not None:
                executor.shutdown(wait=False, cancel_futures=True)

    def _conclude(self, complete: bool) -> RunResult:
        evidence = tuple(state.evidence() for state in self.states.values())
        verdicts = fold(claims(), evidence)
        seconds: dict[str, float] = dict.fromkeys(self.claims, 0.0)
        for id, spent in self.stopwatch.seconds.items():
            seconds[self.jobs[id].claim.id] += spent
        selected = {id: verdicts[id] for id in self.claims}
        return RunResult(selected, evidence, seconds, self.problems, complete)
