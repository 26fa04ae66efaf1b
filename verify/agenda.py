"""What is still to be run: every chunk once, with the checks that wait for its result.

A chunk is (owner, key). Its owner is the check that asked for it, or the common name of several
checks that read different things from the same trials (`Check.shares`).
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from typing import Any

Chunk = tuple[str, str]


class Agenda:
    """Queue of chunks, first asked first run, unless checks are ranked.

    rank: from a check's id to what is sorted by; lower runs first. It may change while the
    agenda is in use, but only grow. Without it the order of asking decides.

    >>> agenda = Agenda(rank=lambda check: check != "urgent")
    >>> for check, key in (("a", "0"), ("b", "0"), ("urgent", "0")):
    ...     agenda.ask(check, ("shared", "0") if check in "ab" else (check, key))
    >>> agenda.next(), agenda.next(), len(agenda)
    (('urgent', '0'), ('shared', '0'), 0)
    >>> agenda.asker(("shared", "0")), agenda.answered(("shared", "0"))
    ('a', ['a', 'b'])
    """

    def __init__(self, *, rank: Callable[[str], Any] | None = None) -> None:
        self.rank = rank
        self.waiting: dict[Chunk, list[str]] = {}
        self.queues: dict[str, deque[tuple[int, Chunk]]] = {}
        self.heap: list[tuple[Any, int, str]] = []
        self.unanswered: dict[str, int] = {}  # chunks without result, by the check that asked
        self.asked = 0
        self.size = 0

    def __len__(self) -> int:
        return self.size

    def ask(self, check: str, chunk: Chunk) -> None:
        """Queue a chunk for a check; one that is queued or runs already is only waited for."""
        if chunk in self.waiting:
            self.waiting[chunk].append(check)
            return
        self.waiting[chunk] = [check]
        self.unanswered[check] = self.unanswered.get(check, 0) + 1
        self.asked += 1
        self.size += 1
        queue = self.queues.setdefault(check, deque())
        queue.append((self.asked, chunk))
        if len(queue) == 1:
            self._enter(check)

    def _enter(self, check: str) -> None:
        rank = self.rank(check) if self.rank else None
        heapq.heappush(self.heap, (rank, self.queues[check][0][0], check))

    def next(self) -> Chunk:
        """Take the chunk to run next; IndexError when there is none."""
        while True:
            rank, _, check = heapq.heappop(self.heap)
            if self.rank is None or rank == self.rank(check):
                break
            self._enter(check)  # it has become less urgent since it was entered
        queue = self.queues[check]
        _, chunk = queue.popleft()
        self.size -= 1
        if queue:
            self._enter(check)
        return chunk

    def put_back(self, chunk: Chunk) -> None:
        """Return a chunk that could not be started to the front of its check's queue."""
        check = self.asker(chunk)
        queue = self.queues[check]
        queue.appendleft((0, chunk))
        self.size += 1
        if len(queue) == 1:
            self._enter(check)

    def asker(self, chunk: Chunk) -> str:
        """The check that asked for a chunk first: the one through which it is run."""
        return self.waiting[chunk][0]

    def answered(self, chunk: Chunk) -> list[str]:
        """Forget a chunk; the checks that waited for it."""
        checks = self.waiting.pop(chunk)
        self.unanswered[checks[0]] -= 1
        return checks
