"""Enclose: both sides of an inequality at every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from reports.plots.cells import ROWS, axis, name_rows
from reports.plots.style import (
    DATA,
    FAINT,
    THEORY,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
    spread,
)
from reports.words import finite, greek
from verify.evidence import CellRecord, Evidence


class Sides(NamedTuple):
    """One cell with both sides in floating point, for drawing only."""

    record: CellRecord
    left: float
    right: float


def enclosures(evidence: Evidence) -> Figure | None:
    """Both sides cell by cell; None for equalities, whose sides coincide."""
    found = []
    for record in evidence.cells:
        left, right = (finite(record.figures.get(side)) for side in ("left", "right"))
        if left is not None and right is not None:
            found.append(Sides(record, left, right))
    if not found or all(sides.left == sides.right for sides in found):
        return None
    shown = found[:ROWS]
    over = axis([sides.record for sides in shown])
    svg = _curves(shown, over) if over else _dumbbells(shown)
    more = f"; the first {ROWS} of {len(found)} cells" if len(found) > ROWS else ""
    return Figure(
        "Both sides",
        f"blue: left side; red: right side; enclosures are narrower than the marks{more}.",
        svg,
        f"Left and right side of the statement at {len(shown)} cells",
        evidence.claim,
    )


def _dumbbells(shown: Sequence[Sides]) -> str:
    with drawing(0.38 + 0.17 * len(shown), left=2.1, below=0.2) as page:
        axes: Axes = page.axes[0]
        for y, sides in enumerate(shown):
            axes.plot([sides.left, sides.right], [y, y], color=FAINT, linewidth=2)
            axes.plot([sides.left], [y], "o", color=DATA, markersize=3.2)
            axes.plot([sides.right], [y], "D", color=THEORY, markersize=2.8)
        values = [value for sides in shown for value in (sides.left, sides.right)]
        if spread(values):
            log_axis(axes, "x", values)
        name_rows(axes, [sides.record for sides in shown])
        linear_ticks(axes, "x")
        return page.svg()


def _curves(shown: Sequence[Sides], over: tuple[str, list[float]]) -> str:
    name, positions = over
    order = sorted(range(len(positions)), key=positions.__getitem__)
    x = [positions[i] for i in order]
    left, right = [shown[i].left for i in order], [shown[i].right for i in order]
    with drawing(2.0) as page:
        axes: Axes = page.axes[0]
        axes.plot(x, left, "o-", color=DATA, markersize=3)
        axes.plot(x, right, "D-", color=THEORY, markersize=2.6)
        if spread(x):
            log_axis(axes, "x", x)
        if spread(left + right):
            log_axis(axes, "y", left + right)
        axes.set_xlabel(greek(name))
        axes.grid(axis="y", color=FAINT, linewidth=0.4)
        linear_ticks(axes)
        return page.svg()
