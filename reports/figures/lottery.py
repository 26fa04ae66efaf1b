"""Figures of the chapter on sparse teacher-student recovery: maps, rates, errors, digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from matplotlib.axes import Axes

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
from reports.plots.success_map import over_neurons, success_map
from verify.evidence import CellRecord
from verify.record import Record

DOT = {"marker": "o", "markersize": 3.5, "linestyle": "", "color": DATA}


def figures(record: Record) -> list[Figure]:
    """One figure for each of the paper's, as far as the record holds its evidence."""
    found = [
        success_map(_cells(record, "lottery.fig.phase", "N50")),
        over_neurons(
            _cells(record, "lottery.fig.k", "y"), _cells(record, "lottery.phase.kslope", "estimate")
        ),
        _rates(_cells(record, "lottery.fig.rate", "limit")),
        _nested(_cells(record, "lottery.fig.nested", "rate")),
        _basin(_cells(record, "lottery.phase.basin", "success")),
        _noise(_cells(record, "lottery.fig.noise", "ratio")),
        _excess(
            _cells(record, "lottery.stat.excess", "estimate")
            + _cells(record, "lottery.fig.excess", "estimate")
        ),
        _pruning(
            _cells(record, "lottery.fig.prune", "law"),
            _cells(record, "lottery.prune.breakeven", "low"),
        ),
        _acceleration(_cells(record, "lottery.fig.acc", "constants")),
        _digits(_cells(record, "lottery.digits.nested", "accuracy")),
    ]
    return [figure for figure in found if figure]


def _cells(record: Record, claim: str, needed: str) -> list[CellRecord]:
    return [c for e in record.of(claim) for c in e.cells if needed in c.figures]


def _rates(cells: Sequence[CellRecord]) -> Figure | None:
    """Optimal rate of one neuron over the square root of its kept weights."""
    if not cells:
        return None
    with drawing(2.2) as page:
        axes = page.axes[0]
        root = [r**0.5 for r in cells[0].figures["r"]]
        axes.plot(root, cells[0].figures["limit"], color=THEORY, label="limit √(2r/N)")
        for i, cell in enumerate(cells):
            axes.plot(root, cell.figures["rate"], **DOT, label="" if i else "mean of six samples")
        axes.set_xlabel("square root of the kept weights r")
        axes.set_ylabel("optimal rate")
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left")
        linear_ticks(axes)
        svg = page.svg()
    n = cells[0].cell["N"]
    caption = f"Mean optimal heavy-ball rate of one neuron at N = {n}, and its limit."
    pairs = zip(cells[0].figures["r"], cells[0].figures["rate"], strict=True)
    alt = ", ".join(f"r = {r}: {rate:.3f}" for r, rate in pairs)
    return Figure("Rate over the square root of r", caption, svg, alt, "lottery.fig.rate")


def _over_weights(axes: Axes, runs: Sequence[Mapping[str, Any]], key: str, label: str) -> None:
    for run in runs:
        axes.plot(run["r"], run[key], "-o", color=DATA, markersize=3, linewidth=0.8)
    axes.set_ylim(bottom=0)
    axes.set_title(label, fontsize=8, loc="left", pad=3)
    axes.set_xlabel("kept weights a neuron")
    linear_ticks(axes)


def _nested(cells: Sequence[CellRecord]) -> Figure | None:
    """Optimal rate on a sample over nested masks, one panel a sample size."""
    sizes = sorted({cell.cell["N"] for cell in cells if "N" in cell.cell})
    if not sizes:
        return None
    with drawing(2.0, columns=len(sizes)) as page:
        for axes, n in zip(page.axes, sizes, strict=True):
            runs = [c.figures for c in cells if c.cell.get("N") == n]
            _over_weights(axes, runs, "rate", f"optimal rate, N = {n}")
        svg = page.svg()
    caption = (
        "Optimal heavy-ball rate of the empirical Hessian for nested masks around one teacher of "
        "three weights a neuron, three samples each: smaller is faster."
    )
    alt = "the optimal rate grows with the mask in every run"
    return Figure("Rate under nested masks", caption, svg, alt, "lottery.fig.nested")


def _basin(cells: Sequence[CellRecord]) -> Figure | None:
    """Successful runs and steps over nested masks at a fixed number of samples."""
    if not cells:
        return None
    runs = [cell.figures for cell in cells]
    with drawing(2.0, columns=2) as page:
        _over_weights(page.axes[0], runs, "success", "share of successful runs")
        _over_weights(page.axes[1], runs, "median_steps", "median steps (1500: not reached)")
        svg = page.svg()
    n = cells[0].cell["N"]
    caption = (
        f"Heavy ball from relative distance 1.5 at N = {n}, masks around a teacher of five weights "
        "a neuron: the basin and the speed shrink as the mask grows."
    )
    alt = ", ".join(
        f"r = {r}: {s:.2f}" for r, s in zip(runs[0]["r"], runs[0]["success"], strict=True)
    )
    return Figure("Basin and speed under pruning", caption, svg, alt, "lottery.phase.basin")


def _noise(cells: Sequence[CellRecord]) -> Figure | None:
    """Error in units of the sandwich value over the noise level, with the claimed band."""
    if not cells:
        return None
    levels = [c.figures["sigma"] for c in cells]
    with drawing(1.9) as page:
        axes = page.axes[0]
        axes.axhspan(0.93, 1.12, color=FAINT, linewidth=0)
        axes.axhline(1, color=THEORY)
        axes.plot(levels, [c.figures["ratio"] for c in cells], **DOT)
        log_axis(axes, "x", levels)
        axes.set_ylim(0.85, 1.2)
        axes.set_xlabel("noise σ")
        axes.set_ylabel("error/(σ√(tr H⁻¹/N))")
        linear_ticks(axes, "y")
        svg = page.svg()
    caption = (
        f"Root mean square error of 400 fits at N = {cells[0].cell['N']}, in units of the "
        "sandwich value; the band is the claimed factor from 0.93 to 1.12."
    )
    alt = ", ".join(f"σ = {c.figures['sigma']:g}: {c.figures['ratio']:.3f}" for c in cells)
    return Figure("Error over noise", caption, svg, alt, "lottery.fig.noise")


def _excess(cells: Sequence[CellRecord]) -> Figure | None:
    """Excess risk over the number of kept weights, with intervals."""
    points = {c.figures["target"]: c.figures for c in cells}
    if not points:
        return None
    sizes = sorted(points)
    with drawing(2.2) as page:
        axes = page.axes[0]
        axes.plot([0, *sizes], [0, *sizes], color=THEORY, label="s")
        for s in sizes:
            axes.plot([s, s], [points[s]["low"], points[s]["high"]], color=DATA, linewidth=1.2)
        estimates = [points[s]["estimate"] for s in sizes]
        axes.plot(sizes, estimates, **DOT, label="mean and interval")
        axes.set_xlabel("kept weights s")
        axes.set_ylabel("N · excess risk/σ²")
        axes.legend(loc="upper left")
        linear_ticks(axes)
        svg = page.svg()
    caption = "Excess risk of masked fits whose masks contain the teacher's support: σ²s/N."
    alt = ", ".join(f"s = {s:.0f}: {points[s]['estimate']:.1f}" for s in sizes)
    return Figure("Excess risk over kept weights", caption, svg, alt, "lottery.fig.excess")


def _pruning(cells: Sequence[CellRecord], intervals: Sequence[CellRecord]) -> Figure | None:
    """Change of the risk when a true weight of t standard errors is pruned."""
    if not cells:
        return None
    with drawing(2.2) as page:
        axes = page.axes[0]
        axes.axhline(0, color=GREY, linewidth=0.5)
        for cell in intervals:
            axes.plot(
                [_standard_errors(cell)] * 2, [cell.figures["low"], cell.figures["high"]],
                color=DATA, linewidth=1.2,
            )  # fmt: skip
        laws = [(_standard_errors(c), c.figures["law"]) for c in cells]
        laws += [(_standard_errors(c), c.figures["target"]) for c in intervals]
        axes.plot(
            [t for t, _ in laws], [law for _, law in laws], "_", color=THEORY, markersize=14,
            markeredgewidth=1.4, label="t² − 1",
        )  # fmt: skip
        measured = [(_standard_errors(c), c.figures["change"]) for c in cells]
        measured += [(_standard_errors(c), c.figures["estimate"]) for c in intervals]
        axes.plot([t for t, _ in measured], [v for _, v in measured], **DOT, label="paired fits")
        axes.set_xlabel("size of the pruned weight, t standard errors")
        axes.set_ylabel("N · change of risk/σ²")
        axes.set_xlim(0, 2.3)
        axes.legend(loc="upper left")
        linear_ticks(axes)
        svg = page.svg()
    caption = (
        "Pruning a true weight of t standard errors: a gain below t = 1, a loss above. Bars: "
        "intervals of the sequential test."
    )
    alt = ", ".join(f"t = {t:g}: {v:.2f}" for t, v in measured)
    return Figure("Change of the risk by pruning", caption, svg, alt, "lottery.fig.prune")


def _standard_errors(cell: CellRecord) -> float:
    return float(Fraction(cell.cell["t"]))


def _acceleration(cells: Sequence[CellRecord]) -> Figure | None:
    """sqrt(K)(1 - rate) with momentum and K (1 - rate) without, over K."""
    if not cells:
        return None
    titles = {"momentum": "√K (1 − rate), momentum", "descent": "K (1 − rate), plain descent"}
    with drawing(2.0, columns=2) as page:
        for axes, (method, title) in zip(page.axes, titles.items(), strict=True):
            for cell in (c for c in cells if c.cell["method"] == method):
                figures = cell.figures
                style = "-" if cell.cell["teacher"] == "orthonormal" else "--"
                axes.plot(figures["sizes"], figures["constants"], style, color=DATA,
                          label=cell.cell["teacher"])  # fmt: skip
            log_axis(axes, "x", figures["sizes"])
            axes.set_ylim(bottom=0)
            axes.set_title(title, fontsize=8, loc="left", pad=3)
            axes.set_xlabel("neurons K")
            axes.legend(loc="lower right")
            linear_ticks(axes, "y")
        svg = page.svg()
    caption = (
        "Exact constants of accelerated and plain descent at optimal parameters: both level off, "
        "so momentum gains a square root in the number of neurons."
    )
    alt = "; ".join(f"{c.cell['teacher']}, {c.cell['method']}: {c.figures['constants'][-1]:.3f}"
                    for c in cells)  # fmt: skip
    return Figure("Momentum against plain descent", caption, svg, alt, "lottery.fig.acc")


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
            axes.set_title(label, fontsize=8, loc="left", pad=3)
            axes.set_xlabel("weights a neuron")
        svg = page.svg()
    caption = (
        "Magnitude pruning of a noisy dense fit of planted teachers (six pixels a neuron, dotted) "
        "on scikit-learn's digits: excess risk on fresh images, condition number of the empirical "
        "Hessian at the teacher, share of the planted weights still kept. What carries over to "
        "these inputs: pruning never worsens the condition number, mostly finds the planted mask, "
        "and costs σ²s/N for a mask fixed before the noise. What does not: the curvature constant "
        "of Gaussian inputs, their law of identifiability, and σ²s/N for a mask that the noise "
        "chose."
    )
    first = cells[0].figures
    alt = f"excess risk from {first['excess'][0]:.4f} dense to {first['excess'][-1]:.4f} pruned"
    return Figure("Pruning on digits", caption, svg, alt, "lottery.digits.nested")


def _pruning_panel(axes: Axes, runs: Sequence[Mapping[str, Any]], key: str) -> None:
    for run in runs:
        axes.plot(run["kept"], run[key], "-o", color=DATA, linewidth=0.8, markersize=2, alpha=0.8)
    everything = [value for run in runs for value in run[key]]
    axes.axvline(runs[0]["kept"][-1], color=GREY, linewidth=0.5, linestyle=":")
    if key == "accuracy":
        axes.set_ylim(-0.05, 1.1)
        linear_ticks(axes, "y")
    else:
        log_axis(axes, "y", everything)
    log_axis(axes, "x", [value for run in runs for value in run["kept"]])
