"""The papers' experiments: one module each, with `EXPERIMENT` as data and its trial.

`experiment(name)` finds one; `python -m verify experiment NAME` runs it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from theory.exact import InputError
from verify.experiments.experiment import Experiment


@cache
def experiments() -> dict[str, Experiment]:
    """Every experiment by its name."""
    names = sorted(entry.name for entry in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    found = [module.EXPERIMENT for module in modules if hasattr(module, "EXPERIMENT")]
    return {item.name: item for item in found}


def experiment(name: str) -> Experiment:
    """Look an experiment up.

    Raises InputError for an unknown name.
    """
    if name not in experiments():
        raise InputError(f"unknown experiment {name!r}", ", ".join(experiments()))
    return experiments()[name]
