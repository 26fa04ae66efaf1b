"""Slope: replicates on logarithmic axes, with the fan of slopes inside the interval."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.plots.cells import labels
from reports.plots.style import DATA, FAINT, GREY, INK, Figure, drawing, linear_ticks
from reports.words import finite, short
from verify.evidence import CellRecord, Evidence

PANELS = 3


def exponents(evidence: Evidence) -> Figure | None:
    """One panel a cell, three at most."""
    shown = [record for record in evidence.cells if _series(record)][:PANELS]
    if not shown:
        return None
    with drawing(1.9, columns=len(shown)) as page:
        for axes, record, label in zip(page.axes, shown, labels(shown, 30), strict=True):
            _panel(axes, record, label)
        page.axes[0].set_ylabel("log error")
        svg = page.svg()
    more = f"; {PANELS} of {len(evidence.cells)} cells" if len(evidence.cells) > PANELS else ""
    caption = f"Grey: replicates; blue: the slopes that the data allow{more}."
    alt = f"Log error against log size for {len(shown)} cells with the interval of slopes"
    return Figure("Power law", caption, svg, alt, evidence.claim)


def _series(record: CellRecord) -> list[list[float]]:
    """The replicates that are complete and finite, as lists of y."""
    x, many = record.figures.get("x") or [], record.figures.get("y") or []
    if not isinstance(x, list) or len(x) < 2 or any(finite(value) is None for value in x):
        return []
    complete = [y for y in many if isinstance(y, list) and len(y) == len(x)]
    return [y for y in complete if all(finite(value) is not None for value in y)]


def _panel(axes: Axes, record: CellRecord, label: str) -> None:
    x, series = record.figures["x"], _series(record)
    for y in series:
        axes.plot(x, y, color=GREY, linewidth=0.5, alpha=0.6)
    middle_x = sum(x) / len(x)
    middle_y = sum(map(sum, series)) / (len(series) * len(x))
    low, high = finite(record.figures.get("low")), finite(record.figures.get("high"))
    if low is not None and high is not None:
        fan = [[middle_y + slope * (at - middle_x) for at in x] for slope in (low, high)]
        axes.fill_between(x, fan[0], fan[1], color=DATA, alpha=0.35, linewidth=0)
        between = f"slope in [{short(low)}, {short(high)}]"
        rising = low + high > 0  # the corner at the right that the lines leave free
        axes.text(0.98, 0.04 if rising else 0.96, between, transform=axes.transAxes, ha="right",
                  va="bottom" if rising else "top", color=DATA)  # fmt: skip
    axes.set_title(label, loc="left", fontsize=8, pad=2, color=INK)
    axes.grid(color=FAINT, linewidth=0.4)
    axes.set_xlabel("log size")
    linear_ticks(axes)
