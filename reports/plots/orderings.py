"""Order: how often one arm lies below another, with what both reach on average."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from reports.plots.cells import ROWS
from reports.plots.style import (
    DATA,
    FAINT,
    GREY,
    OUTCOME_COLOURS,
    THEORY,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
    spread,
)
from reports.words import finite, shortened
from verify.evidence import CellRecord, Evidence
from verify.experiments import experiments


class Pair(NamedTuple):
    """Two arms: share of seeds in order with its interval, and both means."""

    record: CellRecord
    share: float
    low: float
    high: float
    below: float | None
    above: float | None


def orderings(evidence: Evidence) -> Figure | None:
    """Shares on the left, means on the right; None when nothing was counted."""
    pairs = [pair for record in evidence.cells if (pair := _pair(record)) is not None][:ROWS]
    if not pairs:
        return None
    with drawing(0.5 + 0.19 * len(pairs), columns=2, left=1.0) as page:
        _shares(page.axes[0], pairs)
        _means(page.axes[1], pairs)
        page.axes[1].set_xlabel(str(pairs[0].record.cell.get("figure", "mean")))
        svg = page.svg()
    arms = arms_of(pairs[0].record)
    caption = (
        "Left: share of seeds in which the first arm lies below the second, with its interval; "
        "red: one half. Right: means over the seeds of the first (blue) and the second arm (red)."
    ) + (f" {arms}." if arms else "")
    alt = f"{len(pairs)} pairs of arms with the share of seeds in order"
    return Figure("Order", caption, svg, alt, evidence.claim)


def _pair(record: CellRecord) -> Pair | None:
    share, low, high = (finite(record.figures.get(name)) for name in ("estimate", "low", "high"))
    if share is None or low is None or high is None:
        return None
    below, above = (finite(record.figures.get(name)) for name in ("below_mean", "above_mean"))
    return Pair(record, share, low, high, below, above)


def arms_of(record: CellRecord) -> str:
    """What the arms of the experiment are, as it declares them; empty when it is not known."""
    known = experiments().get(str(record.cell.get("experiment", "")))
    return "; ".join(f"{arm}: {setting}" for arm, setting in known.arms.items()) if known else ""


def _shares(axes: Axes, pairs: Sequence[Pair]) -> None:
    axes.axvline(0.5, color=THEORY, linewidth=1.0)
    for y, pair in enumerate(pairs):
        colour = OUTCOME_COLOURS[pair.record.outcome]
        axes.plot([pair.low, pair.high], [y, y], color=colour, linewidth=1.4)
        axes.plot([pair.share], [y], "o", color=colour, markersize=3)
        counted = f"{pair.record.figures.get('k', '?')} of {pair.record.figures.get('n', '?')}"
        axes.annotate(counted, (1.04, y), color=GREY, va="center", annotation_clip=False)
    names = [(str(p.record.cell.get("below", "")), str(p.record.cell.get("above", "")))
             for p in pairs]  # fmt: skip
    _rows(axes, [shortened(f"{first} < {second}", 18) for first, second in names])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("share of seeds in order")
    linear_ticks(axes, "x")


def _means(axes: Axes, pairs: Sequence[Pair]) -> None:
    values = [v for pair in pairs for v in (pair.below, pair.above) if v is not None]
    for y, pair in enumerate(pairs):
        if pair.below is not None and pair.above is not None:
            axes.plot([pair.below, pair.above], [y, y], color=FAINT, linewidth=2)
            axes.plot([pair.below], [y], "o", color=DATA, markersize=3.2)
            axes.plot([pair.above], [y], "D", color=THEORY, markersize=2.8)
    if spread(values):
        log_axis(axes, "x", values)
    _rows(axes, [""] * len(pairs))
    linear_ticks(axes, "x")


def _rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=FAINT, linewidth=0.4)
