"""All bounds on one axis: the factor by which each could be tightened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from reports.plots.style import (
    CODE_FONT,
    DATA,
    FAINT,
    GREY,
    THEORY,
    WRONG,
    Figure,
    drawing,
    log_axis,
)
from reports.words import finite, shortened

LABELLED = 44
CEILING = 1e12  # what lies beyond is drawn as an arrow at the edge


class Bound(NamedTuple):
    """One bound with the interval of its slack; high is None when it is not known."""

    claim: str
    paper: str
    low: float
    high: float | None
    refuted: bool = False


def bound(claim: str, paper: str, interval: object, *, refuted: bool = False) -> Bound | None:
    """A bound from a verdict's slack; None without a positive lower end."""
    if not isinstance(interval, list | tuple) or len(interval) != 2:
        return None
    low, high = finite(interval[0]), finite(interval[1])
    if low is None or low <= 0:
        return None
    high = None if high is None or high > CEILING else max(high, low)
    return Bound(claim, paper, min(low, CEILING), high, refuted)


def slack_axis(bounds: Sequence[Bound]) -> Figure | None:
    """Intervals of slack, loosest last within each paper; ids where there is room for them."""
    if not bounds:
        return None
    papers = list(dict.fromkeys(item.paper for item in bounds))
    rows = sorted(bounds, key=lambda b: (papers.index(b.paper), b.low, b.claim))
    named = len(rows) <= LABELLED
    tall = 0.6 + (0.15 * len(rows) if named else min(3.8, 0.08 * len(rows)))
    with drawing(max(tall, 1.0), left=2.1 if named else 1.0) as page:
        axes: Axes = page.axes[0]
        ends = [end for b in rows for end in (b.low, b.high) if end] + [0.5, 10.0]
        log_axis(axes, "x", ends)
        axes.axvspan(axes.get_xlim()[0], 1, color=WRONG, linewidth=0, alpha=0.6)
        axes.axvline(1, color=THEORY, linewidth=0.8)
        for y, item in enumerate(rows):
            _interval(axes, y, item)
        _name_rows(axes, rows, papers, named)
        axes.set_xlabel("claimed bound over the truth (1 = sharp)")
        svg = page.svg()
    caption = (
        f"{len(rows)} bounds on one axis: claimed over true, from the tightest to the loosest cell "
        "tried, with the interval of a sample. No constant could be tightened by more than the "
        "left end allows; an arrow goes beyond 10¹² or has no known end; left of 1 a bound is "
        "false. Red: refuted."
    )
    return Figure("Slack", caption, svg, f"Slack intervals of {len(rows)} bounds, log axis")


def _interval(axes: Axes, y: int, item: Bound) -> None:
    colour = THEORY if item.refuted else DATA
    if item.high is None:
        axes.plot([item.low, axes.get_xlim()[1]], [y, y], color=colour, linewidth=0.8)
        axes.plot([axes.get_xlim()[1]], [y], ">", color=colour, markersize=3, clip_on=False)
    else:
        axes.plot([item.low, item.high], [y, y], color=colour, linewidth=1.6)
    axes.plot([item.low], [y], "|", color=colour, markersize=4)


def _name_rows(axes: Axes, rows: Sequence[Bound], papers: list[str], named: bool) -> None:
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.4)
    counts = [sum(row.paper == paper for row in rows) for paper in papers]
    starts = [sum(counts[:k]) for k in range(len(papers))]
    for start in starts[1:]:
        axes.axhline(start - 0.5, color=GREY, linewidth=0.4)
    if named:
        axes.set_yticks(range(len(rows)), [shortened(row.claim, 32) for row in rows])
        for label in axes.get_yticklabels():
            label.set_fontfamily(CODE_FONT)
            label.set_fontsize(6)
    else:
        middles = [start + (count - 1) / 2 for start, count in zip(starts, counts, strict=True)]
        axes.set_yticks(middles, papers)
