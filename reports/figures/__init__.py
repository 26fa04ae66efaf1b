"""Figures a paper wants beyond the generic ones: one module a paper, named after its prefix.

`reports/figures/<prefix>.py` offers `figures(record) -> list[Figure]`, built from figures of the
record only. See docs/report_figures.md.
"""

from __future__ import annotations

import importlib
import pkgutil

from reports.plots.style import Figure
from verify.record import Record

PAPERS = frozenset(entry.name for entry in pkgutil.iter_modules(__path__))


def paper_figures(prefix: str, record: Record) -> tuple[list[Figure], str]:
    """What the paper's own module draws, and what was wrong if it could not.

    Evidence of another version of the code may lack a figure that the module reads; that costs
    the paper's pictures, not the report.
    """
    if prefix not in PAPERS:
        return [], ""
    module = importlib.import_module(f"{__name__}.{prefix}")
    try:
        return list(module.figures(record)), ""
    except (LookupError, TypeError, ValueError) as error:
        return [], f"figures of {prefix} cannot be drawn: {type(error).__name__}: {error}"
