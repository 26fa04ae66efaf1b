"""A check: which engine speaks about which claim, on which inputs. Data, no loops.

Every engine is a module of `verify.engines` with a frozen dataclass that extends `Check`
(its fields are what an author fills in) and two functions:

    work(job, key, seed)   the result of one chunk, plain JSON data; runs in a worker
    State(job)             what is wanted next, given the chunks that are done

A chunk's result depends on nothing but the check, its key and the run's seed.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, Protocol

from theory.claim import Claim, Form, claim
from theory.exact import InputError
from theory.quantity import OWN_PAPERS
from verify.evidence import AUTOMATIC, Evidence
from verify.statistics.budget import Budget

PROFILES = ("quick", "full")
OWN_CHECKS = "verify.checks"
CHECKS_GROUP = "boundlab.checks"  # entry points: any name = package


@dataclass(frozen=True, kw_only=True)
class Check:
    """What every check has.

    claim: id of the claim. part: checks of different parts are conjoined, checks of the same
    part are alternatives of which the strongest speaks. role: "direct"; "step" when the check
    shows that the lemmas imply the statement; "without NAME" when it states the claim where
    the hypothesis of that name fails, to see whether it is needed. profile: "quick" checks run
    always, "full" ones in the full profile only. fails_if: what would make it fail, in words.
    shares: name of the chunks it has in common with other checks; their results depend on this
    name, the key and the seed only. Empty: chunks of its own.
    """

    claim: str
    part: str = ""
    role: str = "direct"
    profile: str = "quick"
    fails_if: str = ""
    assumptions: tuple[str, ...] = ()
    weight: float = 1.0
    shares: str = ""

    @property
    def engine(self) -> ModuleType:
        """The module that interprets this kind of check."""
        return sys.modules[type(self).__module__]

    @property
    def engine_name(self) -> str:
        """Name of the engine, as printed."""
        return type(self).__name__


@dataclass(frozen=True)
class Job:
    """A check with everything an engine needs to know about its claim and its budget."""

    id: str
    check: Check
    claim: Claim
    alpha: float
    beta: float
    profile: str = "quick"

    @property
    def owner(self) -> str:
        """What its chunks are called in the ledger."""
        return self.check.shares or self.id

    def variants(self, *, census: bool = False) -> dict[str, Form]:
        """The claim's form, under "claim", and its mutants' forms, by name.

        census: also the automatic mutants of the formulas in the form; their names start
        with AUTOMATIC.
        """
        forms = self.claim.variants()
        if census:
            from theory.mutate import form_mutations  # brings SymPy, which not every command needs

            forms |= {AUTOMATIC + name: form for name, form in form_mutations(self.claim.form)}
        return forms


class State(Protocol):
    """Progress of one job: engines are sequential, so what is wanted depends on what is done."""

    def wanted(self) -> list[str]:
        """Keys of chunks to run now that were not returned before."""

    def add(self, key: str, result: Mapping[str, Any]) -> None:
        """Take the result of a finished chunk, in any order."""

    def settled(self) -> bool:
        """Whether the claim is decided, and more chunks would only judge its mutants."""

    def evidence(self) -> Evidence:
        """The record, when nothing is wanted any more (or of what is there so far)."""


@cache
def check_packages() -> tuple[str, ...]:
    """Packages whose modules hold CHECKS: ours, then those of other distributions."""
    brought = {point.value for point in entry_points(group=CHECKS_GROUP)}
    return (OWN_CHECKS, *sorted(brought))


def _modules(paper: str | None) -> Iterator[ModuleType]:
    """Modules with checks; of ours, those that are named after another paper are left out."""
    names = {prefix: package.rpartition(".")[2] for prefix, package in OWN_PAPERS.items()}
    others = {name for prefix, name in names.items() if paper not in (None, prefix)}
    for package_name in check_packages():
        package = importlib.import_module(package_name)
        for entry in sorted(entry.name for entry in pkgutil.iter_modules(package.__path__)):
            if package_name != OWN_CHECKS or entry.partition("_")[0] not in others:
                yield importlib.import_module(f"{package_name}.{entry}")


@cache
def all_checks(paper: str | None = None) -> Mapping[str, Check]:
    """Every registered check, or those of one paper, under its id.

    The id is `claim/Engine` (`/2`, `/3`, … when repeated). A module of ours that is named after
    a paper (`bias_tails`) speaks of that paper alone, so the others' need not be imported.
    """
    found: dict[str, Check] = {}
    for module in _modules(paper):
        for check in getattr(module, "CHECKS", ()):
            if paper is not None and not check.claim.startswith(f"{paper}."):
                continue
            base = f"{check.claim}/{check.engine_name}"
            id, count = base, 1
            while id in found:
                count += 1
                id = f"{base}/{count}"
            found[id] = check
    return found


def job(check_id: str, *, profile: str = "quick", budget: Budget | None = None) -> Job:
    """Build the job of one check."""
    checks = all_checks(check_id.partition(".")[0])
    if check_id not in checks:
        raise InputError(f"unknown check {check_id!r}", f"{len(all_checks())} registered checks")
    check = checks[check_id]
    alpha, beta = (budget or Budget()).share(check.weight)
    return Job(check_id, check, claim(check.claim), alpha, beta, profile)


def select(claims: tuple[str, ...] | None, profile: str) -> list[str]:
    """Ids of the checks of these claims (all when None) that belong to the profile."""
    if profile not in PROFILES:
        raise InputError(f"profile = {profile!r}", " or ".join(PROFILES))
    prefixes = {id.partition(".")[0] for id in claims or ()}
    only = prefixes.pop() if len(prefixes) == 1 else None
    return [
        id
        for id, check in all_checks(only).items()
        if (claims is None or check.claim in claims)
        and (profile == "full" or check.profile == "quick")
    ]
