"""Cover: the boxes on each of which the gap is a positive ball; together they are the proof."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from reports.plots.cells import exact
from reports.plots.style import DATA, THEORY, Figure, drawing, linear_ticks
from reports.words import greek
from verify.evidence import Evidence

Box = list[list[float]]


def covering(evidence: Evidence) -> Figure | None:
    """The covering of a box with one or two parameters; None for more, or if it was not kept."""
    kept = [r.figures.get("covering") for r in evidence.cells]
    boxes: list[Box] = [box for boxes in kept if isinstance(boxes, list) for box in boxes]
    orders = [r.figures.get("parameters") for r in evidence.cells]
    names = next((order for order in orders if isinstance(order, list)), [])
    if not boxes or len(names) not in (1, 2):
        return None
    if len(names) == 1:
        boxes = [[box[0], [0.0, 1.0]] for box in boxes]
    with drawing(2.6 if len(names) == 2 else 0.75) as page:
        axes: Axes = page.axes[0]
        _draw(axes, boxes)
        for record in evidence.cells:
            witness = record.figures.get("witness") or {}
            point = [value for name in names if (value := exact(witness.get(name))) is not None]
            if len(point) == len(names):
                axes.plot(point[:1], point[1:] or [0.5], "x", color=THEORY, markersize=6)
        axes.set_xlabel(greek(names[0]))
        if len(names) == 2:
            axes.set_ylabel(greek(names[1]))
        else:
            axes.set_yticks([])
        linear_ticks(axes)
        svg = page.svg()
    caption = f"The covering: {len(boxes)} boxes, on each of which the gap is certainly positive."
    alt = f"{len(boxes)} boxes that cover the domain of {' and '.join(names)}"
    return Figure("Covering", caption, svg, alt, evidence.claim)


def _draw(axes: Axes, boxes: list[Box]) -> None:
    patches = [Rectangle((a, c), b - a, d - c) for (a, b), (c, d) in (box[:2] for box in boxes)]
    axes.add_collection(
        PatchCollection(patches, facecolor="#e3edf2", edgecolor=DATA, linewidth=0.25)
    )
    axes.set_xlim(min(box[0][0] for box in boxes), max(box[0][1] for box in boxes))
    axes.set_ylim(min(box[1][0] for box in boxes), max(box[1][1] for box in boxes))
