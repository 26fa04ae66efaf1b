"""Progress on stderr, drawn by rich; silent when stderr is no terminal."""

from __future__ import annotations

import sys
from typing import Any


class Watcher:
    """Context manager that turns a runner's progress into a bar."""

    def __enter__(self) -> Any:
        self.bar: Any = None
        if not sys.stderr.isatty():
            return lambda progress: None
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.bar = Progress(
            TextColumn("checks {task.completed:.0f}/{task.total:.0f}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[current]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self.bar.start()
        task = self.bar.add_task("", total=None, current="")
        return lambda p: self.bar.update(
            task, total=p.checks, completed=p.finished_checks,
            current=f"{p.current} ({p.chunks} chunks, {p.resumed} resumed{_ahead(p)})",
        )  # fmt: skip

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _ahead(progress: Any) -> str:
    """What is ahead: chunks asked for at their measured cost, which sequential checks exceed."""
    if progress.remaining is None:
        return ""
    ahead = f"; at least {progress.remaining:.0f} s ahead"
    return ahead if progress.limit is None else f"{ahead}, limit in {progress.limit:.0f} s"


class Status:
    """Context manager that shows what is being worked on, in one line that goes away."""

    def __enter__(self) -> Any:
        self.status: Any = None
        if not sys.stderr.isatty():
            return lambda text: None
        from rich.console import Console

        self.status = Console(stderr=True).status("reading the data")
        self.status.start()
        return lambda text: self.status.update(text)

    def __exit__(self, *exception: object) -> None:
        if self.status is not None:
            self.status.stop()
