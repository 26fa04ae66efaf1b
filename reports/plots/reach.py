"""What a theorem asks for beside where its conclusion is first seen: one row a setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from reports.plots.style import DATA, FAINT, GREY, THEORY, Figure, drawing, log_axis, tick_label
from reports.words import finite, shortened


class Reach(NamedTuple):
    """One setting: the least size at which the conclusion was seen, and the size asked for.

    Either may be None when the evidence does not say.
    """

    setting: str
    seen: float | None
    asked: float | None


def reach_axis(rows: Sequence[Reach], *, size: str, title: str, claim: str = "") -> Figure | None:
    """Both sizes of every setting on one logarithmic axis; None when nothing is known.

    size: what the axis measures, for example "width m".
    """
    known = [row._replace(seen=_positive(row.seen), asked=_positive(row.asked)) for row in rows]
    known = [row for row in known if row.seen or row.asked]
    if not known:
        return None
    with drawing(0.6 + 0.19 * len(known), left=1.7) as page:
        axes: Axes = page.axes[0]
        ends = [end for row in known for end in (row.seen, row.asked) if end]
        room = (max(ends) / min(ends)) ** 0.1 * 3  # for the labels on both sides
        log_axis(axes, "x", [min(ends) / room, max(ends) * room])
        for y, row in enumerate(known):
            _row(axes, y, row)
        axes.set_yticks(range(len(known)), [shortened(row.setting, 28) for row in known])
        axes.set_ylim(len(known) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=FAINT, linewidth=0.4)
        axes.set_xlabel(size)
        svg = page.svg()
    caption = f"Blue: the least {size} at which the conclusion was seen; red: what is asked for."
    alt = f"Asked and seen {size} in {len(known)} settings"
    return Figure(title, caption, svg, alt, claim)


def _row(axes: Axes, y: int, row: Reach) -> None:
    """Both ends with their labels outside, so that they never meet."""
    if row.seen and row.asked:
        axes.plot([row.seen, row.asked], [y, y], color=GREY, linewidth=0.7)
    for end, other, mark, colour in (
        (row.seen, row.asked, "o", DATA), (row.asked, row.seen, "D", THEORY),
    ):  # fmt: skip
        if end:
            axes.plot([end], [y], mark, color=colour, markersize=4)
            first = other is not None and (end < other or (end == other and mark == "o"))
            axes.annotate(tick_label(end), (end, y), (-5 if first else 5, 0), color=colour,
                          ha="right" if first else "left", va="center",
                          textcoords="offset points", fontsize=7)  # fmt: skip


def _positive(value: float | None) -> float | None:
    converted = finite(value)
    return converted if converted is not None and converted > 0 else None
