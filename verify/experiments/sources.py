"""Where the data of an experiment come from, by name: a path, or what the experiment makes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from theory.exact import InputError


@dataclass(frozen=True)
class Source:
    """How an experiment gets its data.

    read: from (path, parameters) to the data. made: what it makes itself when no path is
    given, in words; empty when it needs a path. wants: what a path must be, in words.
    """

    read: Callable[[str, Mapping[str, Any]], Any]
    made: str = ""
    wants: str = ""

    def __call__(self, path: str, parameters: Mapping[str, Any]) -> Any:
        """The data; raises InputError when a path is needed or cannot be read."""
        if not path and not self.made:
            raise InputError("this experiment needs data", self.wants, "give --data PATH")
        return self.read(path, parameters)

    def describe(self, path: str) -> str:
        """What the data are, for the record; never a folder of this machine."""
        return Path(path).name if path else self.made

    def digest(self, path: str) -> str:
        """Changes with the content of the file; empty without one."""
        return _digest(path, Path(path).stat().st_mtime_ns) if path else ""


@lru_cache(maxsize=8)
def _digest(path: str, modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


no_data = Source(lambda path, parameters: None, made="drawn for each seed")
