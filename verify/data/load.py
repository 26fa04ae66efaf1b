"""Read a data set: a CSV file, or one of the sets that scikit-learn ships."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from theory.exact import InputError

BUNDLED = ("breast_cancer", "diabetes", "digits", "iris", "wine")


@dataclass(frozen=True)
class DataSet:
    """X: n x d inputs, y: n targets, both float64 and finite."""

    name: str
    X: np.ndarray
    y: np.ndarray
    columns: tuple[str, ...]
    target: str


def load(source: str, target: str | None = None) -> DataSet:
    """Load a CSV file with a header line, or a bundled set by name.

    target: column of the targets; default the last one. Raises InputError for a missing
    file, ragged rows, text or non-finite cells (with line and column), unknown columns.
    """
    if source in BUNDLED and not Path(source).exists():
        return _bundled(source, target)
    path = Path(source)
    if not path.is_file():
        raise InputError(
            f"no file {source!r}", f"a CSV file or one of {', '.join(BUNDLED)}", "check the path"
        )
    return read_csv(path, target)


def read_csv(path: Path, target: str | None = None) -> DataSet:
    """Read a comma-separated file with one header line; every cell a finite number."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            lines = enumerate(csv.reader(handle), 1)
            rows = [(k, row) for k, row in lines if len(row) > 1 or "".join(row).strip()]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path} cannot be read as CSV: {error}",
            "UTF-8 text with commas",
            "save it as UTF-8 CSV",
        ) from None
    if len(rows) < 3:
        raise InputError(
            f"{path} has {len(rows) - 1} row" if len(rows) == 2 else f"{path} has 0 rows",
            "a header and two rows or more",
            "add rows",
        )
    header = [name.strip() for name in rows[0][1]]
    if all(_number(name) is not None for name in header):
        raise InputError(
            f"{path} starts with numbers {', '.join(header[:3])}",
            "a header line with column names",
            "add one, for instance x1,x2,y",
        )
    if len(header) == 1:
        found = next((mark for mark in ";\t|" if mark in header[0]), None)
        raise InputError(
            f"{path} has one column, {header[0][:40]!r}",
            "two or more columns with commas between them",
            f"replace {found!r} by a comma" if found else "add the target as a column",
        )
    if "" in header:
        raise InputError(
            f"{path} column {header.index('') + 1} has no name",
            "a name for every column",
            "name it, or drop it if it numbers the rows",
        )
    if len(set(header)) != len(header):
        twice = sorted({name for name in header if header.count(name) > 1})
        raise InputError(
            f"{path} has columns of the same name {', '.join(map(repr, twice[:3]))}",
            "different names",
            "rename them in the header line",
        )
    values = np.array([_row(path, number, row, header) for number, row in rows[1:]])
    chosen = header[-1] if target is None else target
    if chosen not in header:
        near = difflib.get_close_matches(chosen, header, n=1)
        raise InputError(
            f"no column {chosen!r} in {path}",
            ", ".join(header[:20]) + ", ..." * (len(header) > 20),
            f"did you mean {near[0]!r}?" if near else "the names stand in the first line",
        )
    k = header.index(chosen)
    columns = tuple(name for name in header if name != chosen)
    return DataSet(path.stem, np.delete(values, k, axis=1), values[:, k], columns, chosen)


def _row(path: Path, number: int, row: list[str], header: list[str]) -> list[float]:
    if len(row) != len(header):
        raise InputError(
            f"{path} line {number} has {len(row)} cells, the header {len(header)}",
            "rows as long as the header",
            "complete or drop that line",
        )
    cells = []
    for name, text in zip(header, row, strict=True):
        value = _number(text)
        if value is None or not np.isfinite(value):
            raise InputError(
                f"{path} line {number}, column {name!r}: {text[:40]!r}",
                "finite numbers",
                "drop the column or encode it as numbers",
            )
        cells.append(value)
    return cells


def _number(text: str) -> float | None:
    try:
        return None if "_" in text else float(text)  # float would read 1_0 as ten
    except ValueError:
        return None


def _bundled(name: str, target: str | None) -> DataSet:
    try:
        from sklearn import datasets
    except ImportError:
        raise InputError(
            f"the set {name!r} comes with scikit-learn, which is not installed",
            "a CSV file, or the extra `data`",
            "pip install 'boundlab[data]'",
        ) from None
    if target is not None:
        raise InputError(f"the set {name!r} has a fixed target", "no --target with bundled sets")
    raw = getattr(datasets, f"load_{name}")()
    X, y = np.asarray(raw.data, dtype=np.float64), np.asarray(raw.target, dtype=np.float64)
    columns = tuple(map(str, getattr(raw, "feature_names", range(X.shape[1]))))
    return DataSet(name, X, y, columns, "target")
