"""Files that a command writes at its end."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

NO_FILES = ("-", ":memory:")  # standard output; a ledger that keeps nothing


def check_outputs(arguments: argparse.Namespace, *options: str) -> None:
    """Refuse before the work what could not be written after it; raises InputError."""
    from theory.exact import InputError

    for option in options:
        name = getattr(arguments, option)
        if name is not None and name not in NO_FILES and not _writable(Path(name).absolute()):
            raise InputError(
                f"cannot write {name!r}",
                "a file in a folder you may write to",
                f"give another --{option}",
            )


def _writable(path: Path) -> bool:
    if path.exists():
        return not path.is_dir() and os.access(path, os.W_OK)
    there = next(folder for folder in path.parents if folder.exists())
    return there.is_dir() and os.access(there, os.W_OK)
