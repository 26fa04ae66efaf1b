"""Order: how often one arm lies below another, beside the mean curves of the arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from reports.plots.cells import ROWS
from reports.plots.panels import COLOURS, draw_panel
from reports.plots.style import (
    DATA,
    FAINT,
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
from verify.experiments.experiment import Panel

Curves = dict[str, dict[str, list[float]]]


class Pair(NamedTuple):
    """Two arms: share of seeds in order with its interval, and both means."""

    record: CellRecord
    share: float
    low: float
    high: float
    below: float | None
    above: float | None


def orderings(evidence: Evidence) -> Figure | None:
    """Shares on the left, curves or final means on the right; None when nothing was counted."""
    pairs = [pair for record in evidence.cells if (pair := _pair(record)) is not None][:ROWS]
    if not pairs:
        return None
    panel = panel_of(pairs[0].record)
    curves = _curves_of(pairs)
    height = 0.5 + 0.19 * len(pairs)
    with drawing(max(height, 1.9) if curves else height, columns=2, left=1.35) as page:
        _shares(page.axes[0], pairs)
        if curves:
            said = _draw_curves(page.axes[1], pairs[0].record, curves, panel)
        else:
            _means(page.axes[1], pairs)
            page.axes[1].set_xlabel(str(pairs[0].record.cell.get("figure", "mean")))
            said = "means over the seeds of the first (blue) and the second arm (red)"
        svg = page.svg()
    arms = arms_of(pairs[0].record)
    caption = (
        "Left: share of seeds in which the first arm lies below the second, with its interval; "
        f"red: one half. Right: {said}."
    ) + (f" {arms}." if arms else "")
    alt = f"{len(pairs)} pairs of arms with the share of seeds in order"
    return Figure("Order", caption, svg, alt, evidence.claim)


def panel_of(record: CellRecord) -> Panel | None:
    """How the experiment draws this figure, with what was read off the published one."""
    known = experiments().get(str(record.cell.get("experiment", "")))
    figure = record.cell.get("figure")
    return next((p for p in known.panels if p.figure == figure), None) if known else None


def _curves_of(pairs: Sequence[Pair]) -> Curves:
    """Mean, deviation and positions by arm, in the experiment's order, so that colours agree."""
    found: Curves = {}
    for pair in pairs:
        curves = pair.record.figures.get("curves") or {"arms": {}}
        for arm, curve in curves["arms"].items():
            found.setdefault(arm, {"x": curves["x"], **curve})
    known = experiments().get(str(pairs[0].record.cell.get("experiment", "")))
    order = list(known.arms) if known else list(found)
    return {arm: found[arm] for arm in order if arm in found}


def _draw_curves(axes: Axes, record: CellRecord, curves: Curves, panel: Panel | None) -> str:
    """The arms' mean curves, published means beside them at the paper's scale; what was drawn."""
    known = panel.digitised if panel and record.cell.get("scale") == "paper" else {}
    published = {arm: known.get(arm, ()) for arm in curves}
    shown = {
        "log": bool(panel and panel.log),
        "label": panel.label if panel else str(record.cell.get("figure", "")),
        "x_label": panel.x_label if panel else "",
        "curves": curves,
        "digitised": published,
    }
    draw_panel(axes, shown, list(curves))
    for arm, colour in zip(curves, COLOURS, strict=False):
        axes.plot([], [], color=colour, label=arm)
    axes.legend(loc="best", fontsize=6.5, frameon=False, handlelength=1.2, labelspacing=0.2)
    circles = "; circles: published means" if any(published.values()) else ""
    return f"mean over the seeds, and one standard deviation around it{circles}"


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
    _rows(axes, [_name(pair.record) for pair in pairs])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("share of seeds in order")
    linear_ticks(axes, "x")


def _name(record: CellRecord) -> str:
    """The pair and in how many seeds it is ordered."""
    pair = f"{record.cell.get('below', '')} < {record.cell.get('above', '')}"
    return (
        f"{shortened(pair, 18)}: {record.figures.get('k', '?')} of {record.figures.get('n', '?')}"
    )


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
