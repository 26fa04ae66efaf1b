"""Figures of an experiment: mean curves of the arms with their spread, beside published means."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from matplotlib.axes import Axes

from reports.plots.style import GREY, WIDTH, drawing, linear_ticks, log_axis

COLOURS = ("#1f5673", "#8a6414", "#9a3324", "#4d7c4f", "#6b4c8a")
ROW, GAP_X, GAP_Y, LEFT = 1.9, 0.75, 0.75, 0.7  # inches


def panels(summary: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The SVG of one data set's panels, two a row; open circles are digitised means."""
    arms = list(summary["arms"])
    shown = [panel for panel in data["panels"] if panel["curves"]]
    rows = max(1, ceil(len(shown) / 2))
    height = rows * (ROW + GAP_Y) + 0.45
    with drawing(height) as made:
        made.axes[0].remove()
        room = (WIDTH - LEFT - GAP_X - 0.15) / 2
        for k, panel in enumerate(shown):
            row, column = divmod(k, 2)
            bottom = height - 0.45 - (row + 1) * (ROW + GAP_Y) + GAP_Y
            axes = made.canvas.add_axes(
                (
                    (LEFT + column * (room + GAP_X)) / WIDTH,
                    bottom / height,
                    room / WIDTH,
                    ROW / height,
                )
            )
            draw_panel(axes, panel, arms)
        _legend(made.canvas, summary, data, height)
        return made.svg()


def draw_panel(axes: Axes, panel: Mapping[str, Any], arms: list[str]) -> None:
    """Mean curves with a band of one standard deviation, and published means as circles."""
    everything: list[float] = []
    for arm, colour in zip(arms, COLOURS, strict=False):
        curve = panel["curves"].get(arm)
        if curve:
            spread = list(zip(curve["mean"], curve["deviation"], strict=True))
            low, high = [m - s for m, s in spread], [m + s for m, s in spread]
            floor = [max(a, m / 10) for a, (m, _) in zip(low, spread, strict=True)]
            low = floor if panel["log"] else low
            axes.fill_between(curve["x"], low, high, color=colour, alpha=0.15, linewidth=0)
            axes.plot(curve["x"], curve["mean"], color=colour)
            everything += [*low, *high]
        for x, y in panel["digitised"].get(arm, ()):
            axes.plot([x], [y], "o", mfc="none", mec=colour, ms=5, mew=0.9)
            everything.append(y)
    positive = [value for value in everything if value > 0]
    if panel["log"] and positive:
        log_axis(axes, "y", positive)
    linear_ticks(axes)
    axes.set_xlabel(panel["x_label"])
    axes.set_title(panel["label"], loc="left", fontsize=8)


def _legend(
    canvas: Any, summary: Mapping[str, Any], data: Mapping[str, Any], height: float
) -> None:
    handles = [
        canvas.axes[0].plot([], [], color=colour, label=text)[0]
        for text, colour in zip(summary["arms"].values(), COLOURS, strict=False)
    ]
    if any(panel["digitised"] for panel in data["panels"]):
        handles += canvas.axes[0].plot([], [], "o", mfc="none", mec=GREY, label="published mean")
    canvas.legend(handles=handles, loc="upper left", ncols=len(handles), bbox_to_anchor=(0.02, 1.0))
