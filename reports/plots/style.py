"""One look for all plots: the report's fonts, few colours, the same bytes for the same data.

matplotlib measures text with STIX, close to the report's font in width; the SVG then names the
report's font, so that labels are set in the same letters as the text around them.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.words import number

INK, GREY, FAINT = "#1f2933", "#7b8794", "#e4e7eb"
THEORY, DATA, UNDECIDED, WRONG = "#9a3324", "#1f5673", "#f0dfb4", "#f3d9d4"
OUTCOME_COLOURS = {
    "HOLDS": DATA, "REFUTED": THEORY, "UNDECIDED": "#8a6414", "NOT_APPLICABLE": GREY,
}  # fmt: skip
WIDTH = 6.3  # inches: the width of the text
TEXT_FONT, MEASURED_FONT = "New Computer Modern", "STIXGeneral"
CODE_FONT = "DejaVu Sans Mono"

_RC: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "boundlab",
    "font.family": [MEASURED_FONT, "DejaVu Sans"],
    "font.size": 8, "axes.linewidth": 0.5, "axes.edgecolor": GREY, "axes.labelcolor": INK,
    "axes.spines.top": False, "axes.spines.right": False, "xtick.color": GREY,
    "ytick.color": GREY, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "xtick.major.width": 0.5, "ytick.major.width": 0.5, "xtick.major.size": 2.5,
    "ytick.major.size": 2.5, "lines.linewidth": 1.0, "hatch.linewidth": 0.4, "text.color": INK,
    "axes.axisbelow": True, "text.parse_math": False, "legend.frameon": False,
    "legend.fontsize": 7.5, "legend.handlelength": 1.6, "path.simplify": True,
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A picture of the report.

    svg: the drawing itself. alt: what a reader who cannot see it should know. claim: id of
    the claim it belongs to; a paper's figure without one stands at the head of its chapter.
    """

    title: str
    caption: str
    svg: str
    alt: str
    claim: str = ""


class Drawing:
    """A canvas of the report's width with one or more axes, written as SVG at the end."""

    def __init__(
        self, height: float, columns: int = 1, left: float = 0.6, below: float = 0.4
    ) -> None:
        self.canvas = Canvas(figsize=(WIDTH, height))
        FigureCanvasSVG(self.canvas)
        bottom, top, right, gap = below / height, 1 - 0.17 / height, 0.12, 0.55
        room = (WIDTH - left - right - gap * (columns - 1)) / columns
        self.axes = [
            self.canvas.add_axes(
                ((left + k * (room + gap)) / WIDTH, bottom, room / WIDTH, top - bottom)
            )
            for k in range(columns)
        ]

    def svg(self) -> str:
        """The SVG text, with the report's font."""
        target = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
        self.canvas.savefig(target, format="svg", transparent=True, metadata=metadata)
        return target.getvalue().replace(MEASURED_FONT, TEXT_FONT)


@contextmanager
def drawing(height: float, columns: int = 1, left: float = 0.6, below: float = 0.4) -> Any:
    """A `Drawing` under the report's style; draw and call `svg()` inside the block.

    All lengths in inches; below: room for ticks and, unless 0.2 or less, a label of the axis.
    """
    with matplotlib.rc_context(_RC):
        yield Drawing(height, columns, left, below)


def log_axis(axes: Axes, which: str, values: Sequence[float]) -> None:
    """Logarithmic axis around positive values with ticks at powers of ten (or 1, 2, 5)."""
    low, high = math.log10(min(values)), math.log10(max(values))
    pad = 0.06 * max(high - low, 0.3)
    low, high = low - pad, high + pad
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    (axes.set_xlim if which == "x" else axes.set_ylim)(10**low, 10**high)
    axis.set_major_locator(FixedLocator(_log_ticks(low, high)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))


def _log_ticks(low: float, high: float) -> list[float]:
    step = max(1, math.ceil((high - low) / 8))
    whole = [10.0**k for k in range(math.ceil(low), math.floor(high) + 1) if k % step == 0]
    if len(whole) >= 3:
        return whole
    many = [f * 10.0**k for k in range(math.floor(low), math.ceil(high) + 1) for f in (1, 2, 5)]
    inside = [value for value in many if low <= math.log10(value) <= high]
    return inside or [10 ** ((low + high) / 2)]


def tick_label(value: float) -> str:
    """A tick in the manner of the text: 0.05, 2000, 10²⁶."""
    if value == 0 or 1e-4 < abs(value) < 1e5:
        return f"{value:g}".replace("-", "−")
    return number(value).removeprefix("1·")


def linear_ticks(axes: Axes, which: str = "xy") -> None:
    """Plain labels on the linear ones among these axes."""
    for axis in (axes.xaxis,) * ("x" in which) + (axes.yaxis,) * ("y" in which):
        if axis.get_scale() == "linear":
            axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))


def spread(values: Iterable[float]) -> bool:
    """Whether positive values span so much that a logarithmic axis shows them better."""
    known = list(values)
    return bool(known) and min(known) > 0 and max(known) / min(known) > 30
