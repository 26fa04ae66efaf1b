"""A claim: one numbered result of a paper, as data.

Engines in `verify` decide what is known about it; nothing here computes a verdict.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from theory.exact import InputError
from theory.quantity import load_paper, papers

Cell = Mapping[str, Any]
Form = Any  # a Formula, any function, or a constant; what a check expects it says itself


class Direction(StrEnum):
    """Which side of the truth the statement is on."""

    IDENTITY = "identity"
    UPPER = "upper bound"
    LOWER = "lower bound"
    TIGHT = "tight bound"
    RATE = "rate"
    ORDERING = "ordering"
    STRUCTURE = "structure"


class Quantifier(StrEnum):
    """Over what the statement speaks."""

    ALWAYS = "for all admissible parameters"
    EVERY_DRAW = "for every draw"
    PROBABILITY = "with probability at least 1 - delta"
    EXPECTATION = "in expectation"
    WIDTH = "as the width grows"
    TIME = "for all t >= 0"
    EXISTS = "there is an example"


class Mark(StrEnum):
    """Where the formula comes from."""

    SOURCE = "read in the paper's text"
    DERIVED = "derived here from the paper's argument"
    RECALLED = "recalled, unconfirmed against the paper's text"


@dataclass(frozen=True)
class Paper:
    """A bibliography entry: the constant PAPER of a paper's package.

    short: its name in tables. about: one or two sentences for the head of its chapter.
    """

    short: str
    title: str
    authors: str
    reference: str
    url: str = ""
    about: str = ""


@dataclass(frozen=True)
class Hypothesis:
    """A condition of a theorem.

    slack: from a cell to a number that is positive when the condition holds with room,
    zero on its boundary and negative when it fails; None when no cell can violate it.
    meaning: why the statement says nothing where the condition fails (a sum that diverges, an
    object that is not defined), so that it cannot be dropped; empty when it can.
    """

    name: str
    statement: str
    slack: Callable[[Cell], Any] | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Mutant:
    """A wrong version of a claim that its checks should refute.

    form replaces the claim's form. expect: "killed", or why it cannot be
    ("weaker": implied by the claim; "inside the slack": the bound is too loose to see it).
    """

    name: str
    form: Form
    expect: str = "killed"


@dataclass(frozen=True)
class Discrepancy:
    """A difference to the source, as transcribed here, with its witness and a repair."""

    transcribed: str
    witness: str
    repair: str


@dataclass(frozen=True)
class Claim:
    """One numbered result.

    id: `paper.name`. statement: Typst text; `{formula}` stands for the typeset form and
    `$...$` encloses mathematics. form: what the checks evaluate and mutants replace: a
    Formula, or any function or constant when there is no closed form.
    expected: "HOLDS", or "REFUTED" for statements that fail as transcribed.
    toothless: reason why no mutant can exist, if none does.
    reach: the integer parameter of its cells whose least admissible value is asked for (a
    width, a sample size), if its hypotheses carry slacks.
    """

    id: str
    title: str
    location: str
    statement: str
    direction: Direction
    quantifier: Quantifier
    form: Form = None
    hypotheses: tuple[Hypothesis, ...] = ()
    rests_on: tuple[str, ...] = ()
    mutants: tuple[Mutant, ...] = ()
    mark: Mark = Mark.DERIVED
    expected: str = "HOLDS"
    discrepancy: Discrepancy | None = None
    toothless: str = ""
    reach: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)

    @property
    def paper(self) -> str:
        """Prefix of the paper it belongs to."""
        return self.id.split(".", 1)[0]

    def typeset(self) -> str:
        """The statement with its formula typeset."""
        from theory.formula import Formula  # brings SymPy, which not every command needs

        if isinstance(self.form, Formula):
            return self.statement.replace("{formula}", self.form.typst())
        return self.statement

    def variants(self) -> dict[str, Form]:
        """The claim's form under the name "claim", then every mutant's under its own."""
        return {"claim": self.form, **{mutant.name: mutant.form for mutant in self.mutants}}


@cache
def claims(paper: str | None = None) -> tuple[Claim, ...]:
    """All claims, or those of one paper, in the order of their modules."""
    found: dict[str, Claim] = {}
    for prefix in [paper] if paper else papers():
        if prefix not in papers():
            raise InputError(f"unknown paper {prefix!r}", ", ".join(papers()))
        for module in load_paper(prefix):
            for item in getattr(sys.modules[module], "CLAIMS", ()):
                if item.id in found or item.paper != prefix:
                    raise ValueError(f"claim id {item.id} is taken twice or misplaced")
                found[item.id] = item
    return tuple(found.values())


def paper(prefix: str) -> Paper:
    """What its package says about a paper; one that says nothing is named by its prefix."""
    package = importlib.import_module(papers()[prefix]) if prefix in papers() else None
    unknown = Paper(prefix, f"Claims with the prefix {prefix}", "", "")
    return getattr(package, "PAPER", unknown)


def claim(id: str) -> Claim:
    """Look a claim up in its paper; raises InputError with near misses for an unknown id."""
    prefix = id.split(".", 1)[0]
    known = {item.id: item for item in claims(prefix)} if prefix in papers() else {}
    if id not in known:
        known = {item.id: item for item in claims()}
        if id in papers():
            raise InputError(f"{id!r} is a paper", "the id of one claim", f"see `list {id}`")
        inside = [name for name in known if name.startswith(f"{id}.")][:8]
        near = inside or difflib.get_close_matches(id, known, n=3, cutoff=0.4)
        raise InputError(
            f"unknown claim {id!r}",
            f"{len(known)} claims",
            "did you mean " + " or ".join(near) + "?" if near else "list them with `list`",
        )
    return known[id]
