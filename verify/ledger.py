"""The ledger: finished chunks, never redone. SQLite in WAL mode.

A chunk is keyed by the digest of the source code, the run's seed, its owner (a check, or the
name that several checks share) and its key, so that evidence of different code is never pooled.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from theory.exact import InputError
from theory.quantity import OWN_PAPERS, papers
from verify.check import OWN_CHECKS, check_packages

APPLICATION_ID = 0x626F756E  # "boun"
SCHEMA = """
CREATE TABLE IF NOT EXISTS chunks (
    code TEXT NOT NULL, seed INTEGER NOT NULL, check_id TEXT NOT NULL, key TEXT NOT NULL,
    result TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (code, seed, check_id, key)
) WITHOUT ROWID
"""


@cache
def code_digest() -> str:
    """Digest of the source that evidence depends on: `theory`, `verify`, papers from elsewhere."""
    root = Path(__file__).parent.parent
    brought = {*papers().values(), *check_packages()} - {*OWN_PAPERS.values(), OWN_CHECKS}
    folders = {name: root / name for name in ("theory", "verify")}
    folders |= {name: _folder(name) for name in sorted(brought)}
    digest = hashlib.sha256()
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*.py")):
            where = f"{name}/{path.relative_to(folder)}"
            digest.update(where.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _folder(package: str) -> Path:
    return Path(importlib.import_module(package).__path__[0])


class Ledger:
    """Finished chunks of one database file; `:memory:` keeps nothing.

    Raises InputError when the file is no ledger of boundlab, is damaged or cannot be written.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.path = str(path)
        if self.path != ":memory:":
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        try:
            # One thread uses a ledger; its finaliser may run in any other (dask keeps some).
            self._connection = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
            self._prepare()
        except sqlite3.DatabaseError as error:
            self.__del__()
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> InputError:
        return InputError(
            f"ledger {self.path} cannot be used: {error}",
            "a file written by boundlab, or a new path",
            "choose another path with --ledger",
        )

    def _prepare(self) -> None:
        found = self._connection.execute("PRAGMA application_id").fetchone()[0]
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and found != APPLICATION_ID:
            raise sqlite3.DatabaseError("it belongs to another program")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self._connection.execute(SCHEMA)
        self._connection.commit()

    def put(
        self, seed: int, check_id: str, key: str, result: Mapping[str, Any], seconds: float
    ) -> None:
        """Keep a finished chunk; a second result for the same key is ignored."""
        try:
            self._connection.execute(
                "INSERT OR IGNORE INTO chunks VALUES (?, ?, ?, ?, ?, ?)",
                (code_digest(), seed, check_id, key, json.dumps(result), seconds),
            )
            self._connection.commit()
        except sqlite3.DatabaseError as error:  # a full disk, a damaged page
            raise self._unusable(error) from None

    def get(self, seed: int, check_id: str, key: str) -> tuple[dict[str, Any], float] | None:
        """Result and seconds of a chunk finished under the present code, or None."""
        wanted = (code_digest(), seed, check_id, key)
        try:
            row = self._connection.execute(
                "SELECT result, seconds FROM chunks "
                "WHERE code=? AND seed=? AND check_id=? AND key=?",
                wanted,
            ).fetchone()
            return (json.loads(row[0]), row[1]) if row else None
        except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
            raise self._unusable(error) from None

    def count(self) -> int:
        """Number of finished chunks of all codes and seeds."""
        return int(self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __del__(self) -> None:
        """A ledger that nobody closed, such as one in memory, is closed with its last user."""
        if hasattr(self, "_connection"):
            self.close()
