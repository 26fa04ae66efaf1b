"""What distinguishes the cells of one check: the axis or the row labels of its plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from reports.plots.style import FAINT, GREY
from reports.words import finite, greek, number, shortened
from verify.evidence import CellRecord

ROWS = 10


def varying(cells: Sequence[CellRecord]) -> list[str]:
    """Names of the parameters that differ between cells, in the order of the first cell."""
    names = dict.fromkeys(name for record in cells for name in record.cell)
    return [name for name in names if len({str(record.cell.get(name)) for record in cells}) > 1]


def axis(cells: Sequence[CellRecord]) -> tuple[str, list[float]] | None:
    """The one numeric parameter that orders the cells, with its values; None if there is none."""
    names = varying(cells)
    if len(names) != 1 or len(cells) < 3:
        return None
    values = [exact(record.cell.get(names[0])) for record in cells]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(set(known)) < len(known):
        return None
    return names[0], known


def exact(value: Any) -> float | None:
    """A cell's parameter as a number: 50, "1/2" and "0.3" are numbers, names are not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.count("/") == 1:
        top, bottom = (finite(part) for part in value.split("/"))
        return top / bottom if top is not None and bottom else None
    return finite(value)


def labels(cells: Sequence[CellRecord], length: int = 34) -> list[str]:
    """Row labels: the parameters that vary, or all of them when none does."""
    return _labels(cells, length, named=True)


def name_rows(axes: Axes, cells: Sequence[CellRecord], length: int = 34) -> None:
    """One row a cell, from the top; when names do not fit, they stand once above the values."""
    named = [len(text) > length for text in _labels(cells, 10 * length, named=True)]
    if any(named):
        header = ", ".join(map(greek, _names(cells)))
        axes.annotate(shortened(header, length), (0, 1), (-4, 3), xycoords="axes fraction",
                      textcoords="offset points", ha="right", color=GREY)  # fmt: skip
    axes.set_yticks(range(len(cells)), _labels(cells, length, named=not any(named)))
    axes.set_ylim(len(cells) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=FAINT, linewidth=0.4)


def _names(cells: Sequence[CellRecord]) -> list[str]:
    return varying(cells) or list(dict.fromkeys(name for r in cells for name in r.cell))


def _labels(cells: Sequence[CellRecord], length: int, *, named: bool) -> list[str]:
    names = _names(cells)
    return [
        shortened(
            ", ".join(
                (f"{greek(n)} = " if named else "") + number(r.cell[n])
                for n in names
                if n in r.cell
            ),
            length,
        )
        for r in cells
    ]
