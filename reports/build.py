"""From a record to a PDF (or HTML): write data and drawings beside the templates, run Typst.

Guarantees: the same record and the same code give the same bytes; nothing outside the package
and the record is read, no network is used.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst

from reports.plots.style import Figure
from reports.report_view import report_view
from reports.typesetting import Fragment, unsettable
from theory.exact import InputError
from verify.record import Record, load, save

TEMPLATES = Path(__file__).parent / "templates"
Format = Literal["pdf", "html"]
FORMATS = {"pdf": "boundlab.pdf", "html": "boundlab.html"}
TIMESTAMP = 0  # the page shows the evidence's digest instead of a date


def build(record: Record, out: Path, *, format: Format = "pdf") -> Path:
    """Write the report of a record and return its path.

    out: the file to write, or a folder, which then gets `boundlab.pdf` (or `.html`).

    Raises InputError for an unknown format or a place that cannot be written.
    """
    if format not in FORMATS:
        raise InputError(f"format {format!r}", " or ".join(FORMATS))
    target = Path(out)
    if not target.suffix:
        target = target / FORMATS[format]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(TEMPLATES, root, dirs_exist_ok=True)
        view = report_view(_as_saved(record, root), _Drawer(root))
        view["unset"] = _replace_unsettable(view)
        data = json.dumps(view, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (root / "report.json").write_text(data, encoding="utf-8")
        written = typst.compile(
            str(root / "report.typ"),
            root=str(root),
            ignore_system_fonts=True,
            timestamp=TIMESTAMP,
            format=format,
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(written)
    except OSError as error:
        raise InputError(
            f"cannot write {target}: {error.strerror}", "a writable path", "give another --out"
        ) from None
    return target


def _as_saved(record: Record, folder: Path) -> Record:
    """The record as its file would say it, so that both give the same report."""
    path = folder / "record.json"
    save(record, path)
    return load(path)


class _Drawer:
    """Stores drawings under numbered names and returns what the page says about them."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "drawings"
        self.folder.mkdir()
        self.count = 0

    def __call__(self, figure: Figure) -> dict[str, str]:
        self.count += 1
        path = self.folder / f"{self.count}.svg"
        path.write_text(figure.svg, encoding="utf-8")
        return {
            "path": f"drawings/{path.name}",
            "title": figure.title,
            "caption": figure.caption,
            "alt": figure.alt,
        }


def _replace_unsettable(view: dict[str, Any]) -> list[dict[str, str]]:
    """Turn fragments that Typst refuses into plain text; return what was replaced, and why."""
    fragments: dict[Fragment, list[dict[str, str]]] = {}
    for segment in _segments(view):
        mode = "math" if "math" in segment else "markup"
        fragments.setdefault((mode, segment[mode]), []).append(segment)
    refused = unsettable(fragments)
    for fragment in refused:
        for segment in fragments[fragment]:
            segment["text"] = segment.pop(fragment[0])
    return [
        {"source": source, "why": why.removeprefix("error: ")}
        for (mode, source), why in refused.items()
    ]


def _segments(node: Any) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        if set(node) in ({"math"}, {"markup"}):
            yield node
        else:
            for value in node.values():
                yield from _segments(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _segments(value)
