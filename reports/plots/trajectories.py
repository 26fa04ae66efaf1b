"""Follow: what was observed along the trajectories, as far as it is a series of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from reports.plots.style import FAINT, OUTCOME_COLOURS, Figure, drawing, linear_ticks, log_axis
from reports.words import finite
from verify.evidence import CellRecord, Evidence

# What a series may run over, first one first: time, else a size.
CLOCKS = ("times", "time", "t", "steps", "step", "k", "epochs", "epoch", "kept", "N", "r", "K")
PANELS, MAX_POINTS, MAX_LINES = 3, 400, 40


def trajectories(evidence: Evidence) -> Figure | None:
    """Every series of every trajectory over its clock, one panel a quantity."""
    records = [record for record in evidence.cells if _series(record.figures)][:MAX_LINES]
    names = list(dict.fromkeys(name for r in records for name in _series(r.figures)))[:PANELS]
    if not names:
        return None
    clock = _clock(records[0].figures) or "index"
    with drawing(1.8, columns=len(names)) as page:
        for axes, name in zip(page.axes, names, strict=True):
            _panel(axes, name, records)
            axes.set_xlabel(clock)
        svg = page.svg()
    more = f" (the first {MAX_LINES})" if len(records) == MAX_LINES else ""
    caption = f"{', '.join(names)} along {len(records)} trajectories{more}; red: refuted."
    alt = f"{', '.join(names)} over {clock} for {len(records)} trajectories"
    return Figure("Trajectories", caption, svg, alt, evidence.claim)


def _clock(figures: Mapping[str, Any]) -> str | None:
    return next((name for name in CLOCKS if _is_series(figures.get(name))), None)


def _is_series(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 2
        and sum(finite(v) is not None for v in value) > 2
        and not any(isinstance(v, list) for v in value)
    )


def _series(figures: Mapping[str, Any]) -> list[str]:
    clock = _clock(figures)
    length = len(figures[clock]) if clock else None
    return [
        name
        for name, value in figures.items()
        if name != clock and _is_series(value) and (length is None or len(value) == length)
    ]


def _panel(axes: Axes, name: str, records: Sequence[CellRecord]) -> None:
    everything: list[float] = []
    for record in records:
        values = record.figures.get(name)
        if not isinstance(values, list) or not _is_series(values):
            continue
        clock = _clock(record.figures)
        x = record.figures[clock] if clock else list(range(len(values)))
        pairs = [(finite(a), finite(b)) for a, b in zip(x, values, strict=False)]
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        known = known[:: max(1, len(known) // MAX_POINTS)]
        axes.plot(
            [a for a, _ in known],
            [b for _, b in known],
            color=OUTCOME_COLOURS[record.outcome],
            linewidth=0.7,
            alpha=0.8,
        )
        everything += [b for _, b in known]
    if everything and min(everything) > 0 and max(everything) / min(everything) > 100:
        log_axis(axes, "y", everything)
    axes.set_title(name, fontsize=8, loc="left", pad=2)
    axes.grid(axis="y", color=FAINT, linewidth=0.4)
    linear_ticks(axes)
