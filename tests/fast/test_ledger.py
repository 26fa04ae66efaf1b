"""The ledger keeps finished chunks, and refuses files that are not its own."""

import sqlite3
import sys
import threading
from contextlib import closing

import pytest

from theory.exact import InputError
from verify.ledger import Ledger


def test_a_chunk_is_kept_once(tmp_path):
    path = tmp_path / "deep" / "ledger.db"
    ledger = Ledger(path)
    ledger.put(1, "claim/Engine", "0", {"x": 0.1 + 0.2}, 1.5)
    ledger.put(1, "claim/Engine", "0", {"x": 7}, 9.0)
    ledger.close()
    again = Ledger(path)
    assert again.get(1, "claim/Engine", "0") == ({"x": 0.1 + 0.2}, 1.5)
    assert again.get(1, "claim/Engine", "1") is None and again.get(2, "claim/Engine", "0") is None


def test_a_foreign_database_is_refused_and_untouched(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    with pytest.raises(InputError, match="another program"):
        Ledger(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(InputError, match="cannot be used"):
        Ledger(path)


def test_other_code_is_never_pooled(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.put(1, "claim/Engine", "0", {"x": 1}, 0.1)
    monkeypatch.setattr("verify.ledger.code_digest", lambda: "another")
    assert ledger.get(1, "claim/Engine", "0") is None


def test_a_ledger_may_be_let_go_in_any_thread():
    """A thread that held the last reference finalises it, without a word (warnings are errors)."""
    unraisable = []
    hook, sys.unraisablehook = sys.unraisablehook, unraisable.append
    try:
        held = [Ledger()]
        thread = threading.Thread(target=held.clear)
        thread.start()
        thread.join()
    finally:
        sys.unraisablehook = hook
    assert not held and not unraisable
