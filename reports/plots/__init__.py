"""Plots that every engine's evidence gets, from the figures of its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reports.plots.covering import covering
from reports.plots.enclosures import enclosures
from reports.plots.exponents import exponents
from reports.plots.intervals import intervals
from reports.plots.orderings import orderings
from reports.plots.style import Figure
from reports.plots.trajectories import trajectories
from verify.evidence import Evidence

_BY_ENGINE: Mapping[str, Callable[[Evidence], Figure | None]] = {
    "Sample": intervals,
    "Enclose": enclosures,
    "Cover": covering,
    "Slope": exponents,
    "Follow": trajectories,
    "Order": orderings,
}


def plot(evidence: Evidence) -> Figure | None:
    """The picture of one piece of evidence; None when its cells carry nothing to draw."""
    draw = _BY_ENGINE.get(evidence.engine)
    return draw(evidence) if draw else None
