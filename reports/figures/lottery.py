"""Figures of the chapter on sparse teacher-student recovery: phase map, rates, digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

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
from verify.record import Record

SUCCESS = LinearSegmentedColormap.from_list("success", ["#ffffff", DATA])
PANELS = 3


def figures(record: Record) -> list[Figure]:
    """The success-probability map, the rate of one neuron, and pruning on digits."""
    found = [
        _phase_map(_cells(record, "lottery.fig.phase", "N50")),
        _rates(_cells(record, "lottery.fig.rate", "limit")),
        _digits(_cells(record, "lottery.digits.pruning", "accuracy")),
    ]
    return [figure for figure in found if figure]


def _cells(record: Record, claim: str, needed: str) -> list[CellRecord]:
    return [c for e in record.of(claim) for c in e.cells if needed in c.figures]


def _family(cell: CellRecord) -> tuple[int, str]:
    return int(cell.cell["K"]), str(cell.cell["masks"])


def _phase_map(cells: Sequence[CellRecord]) -> Figure | None:
    """Share of recoveries over samples and kept weights, with the identifiability limit."""
    groups = [
        (family, sorted(group, key=lambda cell: cell.figures["s"]))
        for family, group in groupby(sorted(cells, key=_family), key=_family)
    ]
    groups = sorted(groups, key=lambda item: -len(item[1]))[:PANELS]
    if not groups:
        return None
    with drawing(2.4, columns=len(groups)) as page:
        for axes, ((neurons, masks), group) in zip(page.axes, sorted(groups), strict=True):
            _map_panel(axes, group)
            name = "one neuron" if neurons == 1 else f"K = {neurons}, {masks} masks"
            axes.set_title(name, fontsize=8, loc="left", pad=2)
            axes.set_xlabel("samples N")
        page.axes[0].set_ylabel("kept weights s")
        svg = page.svg()
    caption = (
        "Share of runs that recover the teacher, white (none) to blue (all). Red line: the "
        "identifiability limit (s − 1)/(1 − 2⁻ᴷ), below which even odds are impossible; crosses: "
        "the measured sample size of even odds."
    )
    rows = [(c.figures["s"], c.figures["N50"], c.figures["limit"]) for _, g in groups for c in g]
    alt = "; ".join(f"s = {s}: even odds at {n:.1f}, limit {limit:.1f}" for s, n, limit in rows)
    return Figure("Recovery over samples and kept weights", caption, svg, alt, "lottery.fig.phase")


def _map_panel(axes: Axes, group: Sequence[CellRecord]) -> None:
    for cell in group:
        figures = cell.figures
        axes.scatter(
            figures["N"], [figures["s"]] * len(figures["N"]), c=figures["success"], cmap=SUCCESS,
            vmin=0, vmax=1, s=70, marker="s", edgecolors=FAINT, linewidths=0.4,
        )  # fmt: skip
    limits, sizes = ([c.figures[name] for c in group] for name in ("limit", "s"))
    axes.plot(limits, sizes, color=THEORY, marker="." if len(group) == 1 else "")
    axes.plot([c.figures["N50"] for c in group], sizes, "x", color=DATA, markersize=5)
    axes.margins(0.12)
    linear_ticks(axes)


def _rates(cells: Sequence[CellRecord]) -> Figure | None:
    """Optimal rate of one neuron over the square root of its kept weights."""
    if not cells:
        return None
    with drawing(2.2) as page:
        axes = page.axes[0]
        for cell in cells:
            root = [r**0.5 for r in cell.figures["r"]]
            axes.plot(root, cell.figures["rate"], "o", color=DATA, markersize=3.5)
        axes.plot(root, cells[0].figures["limit"], color=THEORY)
        axes.set_xlabel("square root of the kept weights r")
        axes.set_ylabel("optimal rate")
        linear_ticks(axes)
        svg = page.svg()
    n = cells[0].cell["N"]
    caption = f"Mean optimal rate of one neuron at N = {n} (dots) and its limit √(2r/N) (red)."
    pairs = zip(cells[0].figures["r"], cells[0].figures["rate"], strict=True)
    alt = ", ".join(f"r = {r}: {rate:.3f}" for r, rate in pairs)
    return Figure("Rate over the square root of r", caption, svg, alt, "lottery.fig.rate")


def _digits(cells: Sequence[CellRecord]) -> Figure | None:
    """Excess risk, condition number and mask accuracy along magnitude pruning."""
    if not cells:
        return None
    names = {
        "excess": "excess risk", "condition": "condition number", "accuracy": "mask accuracy",
    }  # fmt: skip
    with drawing(2.1, columns=len(names)) as page:
        for axes, (key, label) in zip(page.axes, names.items(), strict=True):
            _pruning_panel(axes, [cell.figures for cell in cells], key)
            axes.set_title(label, fontsize=8, loc="left", pad=2)
            axes.set_xlabel("weights a neuron")
        svg = page.svg()
    caption = (
        "Magnitude pruning of a noisy dense fit of planted teachers (six pixels a neuron) on "
        "scikit-learn's digits: excess risk on fresh images, condition number of the empirical "
        "Hessian at the teacher, share of the planted weights still kept."
    )
    first = cells[0].figures
    alt = f"excess risk from {first['excess'][0]:.4f} dense to {first['excess'][-1]:.4f} pruned"
    return Figure("Pruning on digits", caption, svg, alt, "lottery.digits.pruning")


def _pruning_panel(axes: Axes, runs: Sequence[Mapping[str, Any]], key: str) -> None:
    for run in runs:
        axes.plot(run["kept"], run[key], color=DATA, linewidth=0.8, alpha=0.8)
    everything = [value for run in runs for value in run[key]]
    axes.axvline(runs[0]["kept"][-1], color=GREY, linewidth=0.5, linestyle=":")
    if key == "accuracy":
        axes.set_ylim(-0.05, 1.1)
        linear_ticks(axes, "y")
    else:
        log_axis(axes, "y", everything)
    log_axis(axes, "x", [value for run in runs for value in run["kept"]])
