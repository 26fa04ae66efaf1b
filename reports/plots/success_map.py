"""Success maps: recovery over samples and kept weights, thresholds over the neurons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from math import exp

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from reports.plots.style import (
    DATA,
    FAINT,
    GREY,
    THEORY,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
)
from verify.evidence import CellRecord

SUCCESS = LinearSegmentedColormap.from_list("success", ["#ffffff", DATA])
MAPS = 2  # families of masks drawn as maps: those with the most sizes


def _family(cell: CellRecord) -> tuple[int, str]:
    return int(cell.cell["K"]), str(cell.cell["masks"])


def _name(family: tuple[int, str]) -> str:
    return "one neuron" if family[0] == 1 else f"K = {family[0]}, {family[1]} masks"


def success_map(cells: Sequence[CellRecord]) -> Figure | None:
    """Share of recoveries over samples and kept weights, with the identifiability limit."""
    groups = {
        family: sorted(group, key=lambda cell: cell.figures["s"])
        for family, group in groupby(sorted(cells, key=_family), key=_family)
    }
    maps = sorted(groups, key=lambda family: -len(groups[family]))[:MAPS]
    maps = sorted(family for family in maps if len(groups[family]) > 1)
    if not groups:
        return None
    with drawing(2.5, columns=len(maps) + 1) as page:
        for axes, family in zip(page.axes, maps, strict=False):
            _map_panel(axes, groups[family])
            axes.set_title(_name(family), fontsize=8, loc="left", pad=3)
        page.axes[0].set_ylabel("kept weights s")
        _threshold_panel(page.axes[-1], groups)
        svg = page.svg()
    caption = (
        "Left: share of runs that recover the teacher, white (none) to blue (all); dots: the "
        "measured sample size N₅₀ of even odds. Red: the identifiability limit (s − 1)/(1 − 2⁻ᴷ), "
        "to the left of which even odds are impossible. Right: N₅₀ of all families over that "
        "limit; the band reaches up to 1.25 times the limit."
    )
    rows = [
        (c.figures["s"], c.figures["N50"], c.figures["limit"]) for g in groups.values() for c in g
    ]
    alt = "; ".join(f"s = {s}: even odds at {n:.1f}, limit {limit:.1f}" for s, n, limit in rows)
    return Figure("Recovery over samples and kept weights", caption, svg, alt, "lottery.fig.phase")


def _edges(points: Sequence[float]) -> list[float]:
    """Borders of tiles around points: midpoints, and as far beyond the ends."""
    inner = [(a + b) / 2 for a, b in pairwise(points)]
    return [2 * points[0] - inner[0], *inner, 2 * points[-1] - inner[-1]]


def _map_panel(axes: Axes, group: Sequence[CellRecord]) -> None:
    rows = _edges([c.figures["s"] for c in group])
    for cell, low, high in zip(group, rows, rows[1:], strict=False):
        figures = cell.figures
        axes.pcolormesh(
            _edges(figures["N"]), [low, high], [figures["success"]], cmap=SUCCESS, vmin=0, vmax=1,
            edgecolors=FAINT, linewidth=0.3,
        )  # fmt: skip
    limits, n50, sizes = ([c.figures[name] for c in group] for name in ("limit", "N50", "s"))
    axes.plot(limits, sizes, color=THEORY, linewidth=1.3)
    axes.plot(n50, sizes, "o", color="white", markeredgecolor=DATA, markersize=4)
    axes.set_yticks(sizes)
    axes.set_xlabel("samples N")
    linear_ticks(axes)


def _threshold_panel(axes: Axes, groups: Mapping[tuple[int, str], Sequence[CellRecord]]) -> None:
    everything = [c.figures["limit"] for group in groups.values() for c in group]
    ends = [0.8 * min(everything), 1.1 * max(everything)]
    axes.fill_between(ends, ends, [1.25 * x for x in ends], color=FAINT, linewidth=0)
    axes.plot(ends, ends, color=THEORY, linewidth=1.3)
    for marker, (family, group) in zip("os^Dv", sorted(groups.items()), strict=False):
        axes.plot(
            [c.figures["limit"] for c in group], [c.figures["N50"] for c in group],
            marker=marker, markersize=4, linestyle="", color=DATA, markerfacecolor="white",
            label=_name(family),
        )  # fmt: skip
    axes.set_title("N₅₀ over the limit", fontsize=8, loc="left", pad=3)
    axes.set_xlabel("(s − 1)/(1 − 2⁻ᴷ)")
    axes.legend(loc="upper left", handlelength=0.8, fontsize=6.5, borderaxespad=0)
    linear_ticks(axes)


def over_neurons(cells: Sequence[CellRecord], replicates: Sequence[CellRecord]) -> Figure | None:
    """Threshold over the number of neurons, against the powers 1, 2 and 4."""
    if not cells:
        return None
    with drawing(2.2) as page:
        axes = page.axes[0]
        for cell in replicates:
            for y in cell.figures["y"]:
                axes.plot(
                    [exp(v) for v in cell.figures["x"]], [exp(v) for v in y], ".", color=GREY,
                    markersize=2, alpha=0.6,
                )  # fmt: skip
        x, y = ([exp(v) for v in cells[0].figures[name]] for name in ("x", "y"))
        for power, style in ((1, "-"), (2, "--"), (4, ":")):
            axes.plot(
                x, [y[0], y[0] * (x[-1] / x[0]) ** power], style, color=THEORY, linewidth=1,
                label=f"K{'' if power == 1 else '²' if power == 2 else '⁴'}",
            )  # fmt: skip
        axes.plot(x, y, "o", color=DATA, markersize=3.5)
        log_axis(axes, "y", [y[0], 40 * y[0]])
        log_axis(axes, "x", [*x, 5])
        axes.set_xlabel("neurons K")
        axes.set_ylabel("N₅₀ (1 − 2⁻ᴷ)")
        axes.legend(loc="upper left")
        svg = page.svg()
    caption = (
        "Sample size of even odds times 1 − 2⁻ᴷ at eight kept weights a neuron: blue, sixty runs a "
        "size; grey, the replicates behind the slope. Red: the powers of K through the first point."
    )
    alt = ", ".join(f"K = {k:.0f}: {n:.1f}" for k, n in zip(x, y, strict=True))
    return Figure("Threshold over the number of neurons", caption, svg, alt, "lottery.fig.k")
