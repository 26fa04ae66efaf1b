"""What worker processes run in tests of the scheduler; imports nothing, so that they start fast."""

import os
import signal
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SHARED = {"asym.a/Trivial": "both", "asym.b/Trivial": "both"}


def number(id, key, seed):
    """A number that depends on the chunk's owner, its key and the seed only."""
    digest = sha256(f"{SHARED.get(id, id)} {key} {seed}".encode()).digest()
    return {"x": int.from_bytes(digest[:4]) / 2**32}


@dataclass(frozen=True)
class Execute:
    """kill: chunks that kill their process, only once if `once` is a folder for marks.

    pause: seconds a chunk takes.
    """

    kill: tuple[str, ...] = ()
    once: str = ""
    pause: float = 0.0

    def __call__(self, id, key, seed, profile):
        if f"{id} {key}" in self.kill:
            mark = Path(self.once, "killed")
            if not self.once or not mark.exists():
                if self.once:
                    mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.pause)
        return number(id, key, seed), self.pause
