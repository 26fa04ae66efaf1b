"""Figures a paper wants beyond the generic ones: one module a paper, named after its prefix.

`reports/figures/<prefix>.py` offers `figures(record) -> list[Figure]`, built from figures of the
record only. See docs/report_figures.md.
"""

from __future__ import annotations

import importlib
import pkgutil

from reports.plots.style import Figure
from verify.record import Record


def paper_figures(prefix: str, record: Record) -> list[Figure]:
    """What the paper's own module draws; nothing when there is no such module."""
    if prefix not in {entry.name for entry in pkgutil.iter_modules(__path__)}:
        return []
    module = importlib.import_module(f"{__name__}.{prefix}")
    return list(module.figures(record))
