"""What the theorems say of a data set: one module a paper, `verify.data.<paper>_facts`.

Such a module has `PAPER` (a title) and `facts(prepared, gamma, delta)`, which yields `Fact`s.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import asdict, dataclass
from typing import Any

from theory.exact import InputError, between
from theory.quantity import PAPERS
from verify.data.prepare import Prepared


@dataclass(frozen=True)
class Fact:
    """One number about the data.

    value: as printed. known: how it is known (certified, float64, bound). meaning: one
    sentence for a reader, such as why the bound says nothing here. vacuous: True when the
    theorem says nothing at these data, False when it does, None when the question is moot.
    """

    name: str
    value: str
    known: str
    meaning: str = ""
    vacuous: bool | None = None
    paper: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def facts(prepared: Prepared, paper: str | None, *, gamma: str, delta: str) -> list[Fact]:
    """All facts, or those of one paper."""
    if paper is not None and paper not in PAPERS:
        raise InputError(f"unknown paper {paper!r}", ", ".join(PAPERS))
    share = between(gamma, "gamma", low=0, high=1, open_low=True)
    failure = between(delta, "delta", low=0, high=1, open_low=True, open_high=True)
    package = importlib.import_module("verify.data")
    found = []
    for prefix, folder in PAPERS.items():
        name = f"{folder}_facts"
        if paper not in (None, prefix):
            continue
        if name not in {entry.name for entry in pkgutil.iter_modules(package.__path__)}:
            continue
        module = importlib.import_module(f"verify.data.{name}")
        for fact in module.facts(prepared, gamma=share, delta=failure):
            found.append(Fact(**{**asdict(fact), "paper": module.PAPER}))
    return found
