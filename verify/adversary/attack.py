"""An attack on one claim: fresh batches of its searches until the budget is spent."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any

from verify.check import Job
from verify.engines.search import Search, work
from verify.executors import Interrupts


@dataclass
class Attack:
    """What an attack has reached so far; `witness` only with a proof."""

    claim: str
    batches: int = 0
    tried: int = 0
    candidates: int = 0  # violations in floating point
    best: float = -math.inf
    witness: Any = None
    proof: dict[str, Any] | None = None
    check: str = ""
    stopped: str = "budget spent"
    checks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data; null for a best ratio that was never defined."""
        return asdict(self) | {"best": self.best if math.isfinite(self.best) else None}

    def take(self, check: str, tries: int, found: dict[str, Any]) -> None:
        """Add a finished batch."""
        self.batches += 1
        self.tried += tries
        self.candidates += found["candidates"]
        if found["best"] > self.best:
            self.best = found["best"]
        if found["witness"] is not None:
            self.witness, self.proof, self.check = found["witness"], found["proof"], check
            self.stopped = "certified counter-example"


def attack(
    jobs: Sequence[Job],
    *,
    seconds: float,
    seed: int,
    watch: Callable[[Attack], None] = lambda attack: None,
) -> Attack:
    """Attack a claim with all its searches in turn, until one is proved or time is up.

    jobs: Search checks of one claim. The batches are fresh: their numbers begin where those
    of a run end, so that two attacks with one seed are the same and none repeats a run.
    Ctrl-C stops and returns what was reached.
    """
    alone = [replace(job, claim=replace(job.claim, mutants=())) for job in jobs]
    result = Attack(alone[0].claim.id, checks=[job.id for job in alone])
    deadline = time.monotonic() + seconds
    interrupts = Interrupts()
    try:
        for batch in count():
            for job in alone:
                check = job.check
                assert isinstance(check, Search)
                found = work(job, str(check.batches + batch), seed)["found"]["claim"]
                interrupts.check()
                result.take(job.id, check.tries, found)
                watch(result)
                if result.witness is not None or time.monotonic() > deadline:
                    return result
    except (KeyboardInterrupt, SystemError) as error:
        if isinstance(error, SystemError) and not interrupts.noted:
            raise
        result.stopped = "stopped by the user"
    finally:
        interrupts.close()
    return result
