"""Sample: theory, interval of the data and what the sample could not have told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from reports.plots.cells import ROWS, axis, name_rows
from reports.plots.style import (
    FAINT,
    INK,
    OUTCOME_COLOURS,
    THEORY,
    UNDECIDED,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
    spread,
)
from reports.words import finite, greek
from verify.evidence import CellRecord, Evidence


class Row(NamedTuple):
    """One cell: estimate, interval, claimed value, and the end of the undecided zone."""

    record: CellRecord
    estimate: float
    low: float
    high: float
    claimed: float
    undecided: float


def intervals(evidence: Evidence) -> Figure | None:
    """Intervals of all cells beside the claimed values."""
    found = [row for record in evidence.cells if (row := _row(record)) is not None]
    rows = found[:ROWS]
    if not rows:
        return None
    levels = any("delta" in row.record.figures for row in rows)
    unit = "probability of a violation" if levels else "mean"
    over = axis([row.record for row in rows])
    relative = not levels and over is None and all(row.claimed for row in rows)
    if relative:
        rows, unit = [_relative(row) for row in rows], "mean relative to the claimed value"
    svg = _curve(rows, over, unit) if over else _forest(rows, unit)
    zone = "sand: violations this sample would have missed" if levels else ""
    more = f"the first {ROWS} of {len(found)} cells" if len(found) > ROWS else ""
    caption = "; ".join(
        part for part in ("red: claimed", "blue: estimate and interval", zone, more) if part
    )
    alt = f"{len(rows)} intervals of the {unit} beside the claimed values"
    return Figure(unit.capitalize(), caption + ".", svg, alt, evidence.claim)


def _row(record: CellRecord) -> Row | None:
    figures: Mapping[str, Any] = record.figures
    estimate = finite(figures.get("estimate"))
    claimed = finite(figures.get("delta", figures.get("target")))
    if estimate is None or claimed is None:
        return None
    low, high = finite(figures.get("low")), finite(figures.get("high"))
    undecided = finite(figures.get("mdv"))
    return Row(
        record,
        estimate,
        estimate if low is None else low,
        estimate if high is None else high,
        claimed,
        claimed if undecided is None else undecided,
    )


def _relative(row: Row) -> Row:
    low, high = sorted((row.low / row.claimed, row.high / row.claimed))
    return Row(row.record, row.estimate / row.claimed, low, high, 1.0, 1.0)


def _forest(rows: Sequence[Row], unit: str) -> str:
    with drawing(0.55 + 0.17 * len(rows), left=2.1) as page:
        axes: Axes = page.axes[0]
        for y, row in enumerate(rows):
            colour = OUTCOME_COLOURS[row.record.outcome]
            if row.undecided > row.claimed:
                axes.barh(y, row.undecided - row.claimed, left=row.claimed, height=0.8,
                          color=UNDECIDED, linewidth=0)  # fmt: skip
            axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.4)
            axes.plot([row.estimate], [y], "o", color=colour, markersize=3)
            axes.plot([row.claimed] * 2, [y - 0.4, y + 0.4], color=THEORY, linewidth=1.2)
        name_rows(axes, [row.record for row in rows])
        axes.set_xlabel(unit)
        linear_ticks(axes, "x")
        return page.svg()


def _curve(rows: Sequence[Row], over: tuple[str, list[float]], unit: str) -> str:
    name, positions = over
    points = sorted(zip(positions, rows, strict=True), key=lambda point: point[0])
    x, ordered = [p for p, _ in points], [row for _, row in points]
    with drawing(2.0) as page:
        axes: Axes = page.axes[0]
        claimed = [row.claimed for row in ordered]
        if any(row.undecided > row.claimed for row in ordered):
            top = [row.undecided for row in ordered]
            axes.fill_between(x, claimed, top, color=UNDECIDED, linewidth=0)
        axes.plot(x, claimed, color=THEORY)
        for position, row in points:
            colour = OUTCOME_COLOURS[row.record.outcome]
            axes.plot([position] * 2, [row.low, row.high], color=colour, linewidth=1.4)
            axes.plot([position], [row.estimate], "o", color=colour, markersize=3)
        ends = [value for row in ordered for value in (row.low, row.high, row.claimed)]
        if spread(x):
            log_axis(axes, "x", x)
        if spread(ends):
            log_axis(axes, "y", ends)
        axes.set_xlabel(greek(name))
        axes.set_ylabel(unit, color=INK)
        axes.grid(axis="y", color=FAINT, linewidth=0.4)
        linear_ticks(axes)
        return page.svg()
