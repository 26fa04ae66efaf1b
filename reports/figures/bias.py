"""Figures of the chapter on large initial bias: where the bounds speak, and how loosely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from reports.plots.style import (
    DATA,
    INK,
    THEORY,
    UNDECIDED,
    WRONG,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
)
from verify.record import Record

LOWER = {
    "bias.lmin.hermite": "Hermite-Gershgorin",
    "bias.lmin.diff": "difference of kernels",
    "bias.lmin.log": "up to a logarithm",
    "bias.lmin.onesided": "one-sided",
    "bias.lmin.worst.moderate": "worst case",
}
UPPER = {"bias.lmin.upper": "closest pair (above)"}


def figures(record: Record) -> list[Figure]:
    """The planes of bias and separation and of bias and size, and the bounds beside the truth."""
    found = []
    for claim, key, draw in (
        ("bias.lmin.region.vac", "map", separation_figure),
        ("bias.lmin.worst.moderate", "plane", size_figure),
    ):
        maps = [c.figures[key] for e in record.of(claim) for c in e.cells if key in c.figures]
        found += [draw(picture) for picture in maps[:1]]
    ratios = list(bound_ratios(record))
    return [*found, looseness_figure(ratios)] if ratios else found


def separation_figure(picture: dict[str, Any]) -> Figure:
    """Where the closed form of the restricted bound is negative."""
    low, high = picture["nowhere"]
    with drawing(2.4) as page:
        axes = page.axes[0]
        axes.set_xlim(0, 6)
        axes.set_ylim(0, 2**0.5)
        for side in (True, False):
            points = [
                (b, d)
                for b, d in zip(picture["B"], picture["delta_star"], strict=True)
                if (b < low) == side
            ]
            points = [(0.0, 0.0), *points, (low, 2**0.5)] if side else [(high, 2**0.5), *points]
            x, y = zip(*points, strict=True)
            axes.fill_between(x, y, color=WRONG, linewidth=0)
            axes.plot(x, y, color=THEORY)
        axes.axvspan(low, high, color=UNDECIDED, linewidth=0)
        axes.text((low + high) / 2, 0.3, "no separation helps", rotation=90, ha="center", color=INK)
        axes.text(3.2, 0.25, "closed form negative", color=INK)
        axes.text(3.2, 1.1, "closed form positive", color=INK)
        axes.set_xlabel("bias B")
        axes.set_ylabel("separation δ")
        linear_ticks(axes)
        svg = page.svg()
    caption = (
        "The restricted bound in closed form is negative below the curve δ*(B), and for every "
        f"separation when {low:.5f} < B < {high:.5f}. The exact bound Λ(B, δ) is positive "
        "everywhere in this plane."
    )
    alt = f"δ* rises from 0 at B = 0 to √2 at {low:.3f}, and falls from √2 at {high:.3f}"
    return Figure("Where the closed form says nothing", caption, svg, alt, "bias.lmin.region.vac")


def size_figure(picture: dict[str, Any]) -> Figure:
    """Sample sizes from which the main term of the generalization bound is guaranteed below 1."""
    with drawing(2.4) as page:
        axes = page.axes[0]
        axes.set_xlim(0, 6)
        top = 1e7
        log_axis(axes, "y", [1.0, top])
        axes.set_ylim(1, top)
        axes.fill_between(picture["B"], picture["constant"], 1, color=UNDECIDED, linewidth=0)
        for name, label, colour in (
            ("constant", "constant labels", DATA),
            ("linear", "linear labels, d = 5", INK),
        ):
            axes.plot(picture["B"], picture[name], color=colour, label=label)
        axes.set_xlabel("bias B")
        axes.set_ylabel("sample size n")
        axes.legend(loc="upper left")
        svg = page.svg()
    caption = (
        "Sample sizes from which the main term of the generalization bound is guaranteed to be "
        "below 1, for the easiest labels; below both curves it promises nothing. For random "
        "labels, or through the least eigenvalue alone, it promises nothing anywhere."
    )
    alt = f"constant labels need n above {picture['constant'][0]:.0f} at B = 0"
    return Figure("Bias and sample size", caption, svg, alt)


class Ratio(NamedTuple):
    """A bound over the least eigenvalue at one data set and bias."""

    bound: str
    cell: str
    value: float


def bound_ratios(record: Record) -> Iterator[Ratio]:
    """Bounds of the least eigenvalue over it, from the cells that name a data set."""
    for claim, label in {**LOWER, **UPPER}.items():
        for evidence in record.of(claim):
            if evidence.engine != "Enclose" or evidence.part:
                continue
            for cell in evidence.cells:
                if cell.outcome != "HOLDS" or "data" not in cell.cell:
                    continue
                left, right = float(cell.figures["left"]), float(cell.figures["right"])
                value = right / left if claim in UPPER else left / right
                if value > 0:
                    yield Ratio(label, f"{cell.cell['data']}, B = {cell.cell['B']}", value)


def looseness_figure(ratios: list[Ratio]) -> Figure:
    """Every bound of the least eigenvalue over its true value, cell by cell."""
    labels = list(dict.fromkeys(ratio.bound for ratio in ratios))
    with drawing(0.6 + 0.22 * len(labels), left=1.6) as page:
        axes = page.axes[0]
        log_axis(axes, "x", [ratio.value for ratio in ratios] + [0.5, 2.0])
        axes.axvline(1, color=THEORY)
        for row, label in enumerate(labels):
            values = [ratio.value for ratio in ratios if ratio.bound == label]
            axes.plot(values, [-row] * len(values), "|", color=DATA, markersize=9)
        axes.set_yticks([-row for row in range(len(labels))], labels)
        axes.set_xlabel("bound / least eigenvalue")
        svg = page.svg()
    worst = min(ratios, key=lambda ratio: ratio.value)
    caption = (
        "Every bound of the least eigenvalue over its certified value, one mark for a data set "
        f"and a bias. The loosest: {worst.bound}, {worst.value:.1e} of it at {worst.cell}."
    )
    alt = "; ".join(
        f"{label}: {min(r.value for r in ratios if r.bound == label):.2g} to "
        f"{max(r.value for r in ratios if r.bound == label):.2g}"
        for label in labels
    )
    return Figure("Bounds of the least eigenvalue", caption, svg, alt)
