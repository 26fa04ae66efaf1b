"""How far a run is, and what it cost so far."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from verify.agenda import Chunk

REFRESH = 0.25  # seconds between two estimates: a run of many tiny chunks shall not pay for them


@dataclass(frozen=True)
class Progress:
    """What a running plan tells whoever watches.

    remaining: seconds for the chunks asked for so far at their measured cost. Sequential checks
    may ask for more, so it is a lower estimate; None before anything was measured. limit:
    seconds until the time limit, if there is one.
    """

    checks: int = 0
    finished_checks: int = 0
    chunks: int = 0
    resumed: int = 0
    current: str = ""
    remaining: float | None = None
    limit: float | None = None


class Stopwatch:
    """Seconds by check, and the estimate made of them."""

    def __init__(self, checks: Iterable[str], deadline: float | None) -> None:
        self.seconds = dict.fromkeys(checks, 0.0)
        self.runs = dict.fromkeys(self.seconds, 0)
        self.deadline = deadline
        self.workers = 1
        self.shared: set[Chunk] = set()  # shared chunks already counted
        self._progress = Progress(checks=len(self.seconds))
        self._estimated = 0.0

    def known(self, check: str, chunk: Chunk, seconds: float) -> None:
        """A chunk of the ledger; one that ran in this run for another check is not resumed."""
        if chunk not in self.shared:
            self._count(check, chunk, seconds)
            self._progress = replace(self._progress, resumed=self._progress.resumed + 1)

    def ran(self, check: str, chunk: Chunk, seconds: float) -> None:
        """A chunk that has just been run."""
        self._count(check, chunk, seconds)
        self._progress = replace(self._progress, chunks=self._progress.chunks + 1)

    def _count(self, check: str, chunk: Chunk, seconds: float) -> None:
        if chunk[0] != check:
            self.shared.add(chunk)
        self.seconds[check] += seconds
        self.runs[check] += 1

    def check_finished(self) -> None:
        """A check that wants nothing more."""
        finished = self._progress.finished_checks + 1
        self._progress = replace(self._progress, finished_checks=finished)

    def progress(self, current: str, waiting: Mapping[str, int]) -> Progress:
        """The state of things; `waiting` counts the chunks each check has asked for."""
        now = time.monotonic()
        if now - self._estimated > REFRESH:
            self._estimated = now
            limit = None if self.deadline is None else max(0.0, self.deadline - now)
            self._progress = replace(
                self._progress, remaining=self._remaining(waiting), limit=limit
            )
        self._progress = replace(self._progress, current=current)
        return self._progress

    def _remaining(self, waiting: Mapping[str, int]) -> float | None:
        runs = sum(self.runs.values())
        if not runs:
            return None
        mean = sum(self.seconds.values()) / runs
        total = 0.0
        for check, chunks in waiting.items():
            measured = self.runs[check]
            total += chunks * (self.seconds[check] / measured if measured else mean)
        return total / self.workers
