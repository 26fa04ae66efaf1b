"""What the theorems say of a data set: one module a paper, `verify.data.<paper>_facts`.

Such a module has `PAPER` (a title) and `facts(prepared, gamma, delta)`, which yields `Fact`s.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from theory.exact import InputError, between
from theory.quantity import OWN_PAPERS
from verify.data.prepare import Prepared
from verify.executors import one_blas_thread

# So many neurons, with a few float64 weights each, fill the disks of a large machine.
REACHABLE = 10**12


@dataclass(frozen=True)
class Fact:
    """One number about the data.

    value: as printed, rounded in the direction that keeps a bound a bound. at: the parameter
    at which it is taken ("B = 1/2"), if the same fact is told at several. known: how it is
    known (certified lower bound, float64, exact). meaning: one sentence for a reader, such as
    why the bound says nothing here. vacuous: True when the theorem says nothing at these data,
    or at no width below REACHABLE; False when it does; None when the question is moot.
    """

    name: str
    value: str
    known: str
    meaning: str = ""
    vacuous: bool | None = None
    at: str = ""
    paper: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def _silent(fact: Fact) -> None:
    """The default watcher."""


def facts(
    prepared: Prepared,
    paper: str | None,
    *,
    gamma: str,
    delta: str,
    watch: Callable[[Fact], None] = _silent,
) -> list[Fact]:
    """All facts, or those of one paper; `watch` sees each as it is found."""
    if paper is not None and paper not in OWN_PAPERS:
        raise InputError(f"unknown paper {paper!r}", ", ".join(OWN_PAPERS))
    share = between(gamma, "gamma", low=0, high=1, open_low=True)
    failure = between(delta, "delta", low=0, high=1, open_low=True, open_high=True)
    found = []
    # Two threads that fight for one core make LAPACK slower tenfold.
    with one_blas_thread():
        for module in _modules(paper):
            for fact in module.facts(prepared, gamma=share, delta=failure):
                found.append(replace(fact, paper=module.PAPER))
                watch(found[-1])
    return found


def _modules(paper: str | None) -> list[Any]:
    """The modules `<paper>_facts` that exist, in the order of the papers."""
    package = importlib.import_module("verify.data")
    present = {entry.name for entry in pkgutil.iter_modules(package.__path__)}
    folders = {prefix: name.removeprefix("theory.") for prefix, name in OWN_PAPERS.items()}
    names = [f"{folder}_facts" for prefix, folder in folders.items() if paper in (None, prefix)]
    return [importlib.import_module(f"verify.data.{name}") for name in names if name in present]
