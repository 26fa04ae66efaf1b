"""The calculator: every number a theorem speaks of has a public name.

A quantity is a function from exact inputs to a ball (or an exact fraction). The function
itself never chooses a precision; it computes at the working precision, and `Quantity`
raises that until the digits asked for are certain.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from math import ceil
from typing import Any

from flint import arb

from theory.exact import InputError, integer
from theory.rigor.balls import BITS_PER_DIGIT, accurate_digits, enclose, working_precision

OWN_PAPERS = {
    "asym": "theory.asymmetric",
    "bias": "theory.bias",
    "lottery": "theory.lottery",
    "dual": "theory.dual",
}
PAPERS_GROUP = "boundlab.papers"  # entry points: prefix = package
REQUIRED = object()
MAX_DIGITS = 2000
EXACT_DIGITS = 10**6  # stands for "all of them"


@dataclass(frozen=True)
class Input:
    """One named input: how it is read from what the user wrote, and its default."""

    read: Callable[[Any], Any]
    default: Any = REQUIRED
    help: str = ""


@dataclass(frozen=True)
class Value:
    """A number with its proof: `value` plus or minus `radius`, `digits` of it certain."""

    quantity: str
    inputs: Mapping[str, Any]
    result: arb | Fraction
    note: str = ""

    @property
    def digits(self) -> int:
        """Certain significant decimal digits; EXACT_DIGITS for an exact value."""
        return EXACT_DIGITS if isinstance(self.result, Fraction) else accurate_digits(self.result)

    @property
    def value(self) -> str:
        """The value in decimals that are certain, or as an exact fraction."""
        if isinstance(self.result, Fraction):
            return str(self.result)
        return self.result.str(max(1, self.digits), radius=False)

    @property
    def radius(self) -> str:
        """Upper bound of the distance from the printed `value` to the true one."""
        if isinstance(self.result, Fraction):
            return "0"
        with working_precision(ceil((self.digits + 20) * BITS_PER_DIGIT)):
            distance = (self.result - arb(self.value)).abs_upper()
            # Printed with three digits, so a hundredth more keeps it an upper bound.
            return "0" if distance == 0 else (distance * arb("1.01")).str(3, radius=False)

    def as_json(self) -> dict[str, Any]:
        """The record that `evaluate --json` prints."""
        record = {
            "quantity": self.quantity,
            "inputs": dict(self.inputs),
            "value": self.value,
            "radius": self.radius,
            "digits": self.digits,
            "exact": isinstance(self.result, Fraction),
        }
        return {**record, "note": self.note} if self.note else record


@dataclass(frozen=True)
class Quantity:
    """A named number of a theorem.

    Calling it with exact inputs returns a `Value` with at least `digits` certain digits.
    """

    name: str
    compute: Callable[..., arb | Fraction | int]
    inputs: Mapping[str, Input]
    summary: str
    remark: Callable[..., str] | None = None

    def read(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Read and check the inputs; raises InputError for unknown or missing names."""
        for name in raw:
            if name not in self.inputs:
                raise InputError(
                    f"{self.name} has no input {name!r}", ", ".join(self.inputs) or "no inputs"
                )
        values = {}
        for name, spec in self.inputs.items():
            if name in raw and raw[name] is not None:
                values[name] = spec.read(raw[name])
            elif spec.default is REQUIRED:
                raise InputError(
                    f"{self.name} needs the input {name!r}",
                    ", ".join(self.inputs),
                    f"add {name}={spec.help or '...'}",
                )
            else:
                values[name] = spec.default
        return values

    def __call__(self, *, digits: int = 15, **raw: Any) -> Value:
        digits = integer(digits, "digits", low=1, high=MAX_DIGITS)
        values = self.read(raw)
        result = enclose(lambda: self.compute(**values), digits, what=self.name)
        note = self.remark(**values) if self.remark else ""
        return Value(quantity=self.name, inputs=raw, result=result, note=note)


_REGISTRY: dict[str, Quantity] = {}


def define(
    name: str, remark: Callable[..., str] | None = None, /, **inputs: Input
) -> Callable[[Callable], Callable]:
    """Register the decorated function as the quantity `name`; its docstring is the summary.

    A paper that has a module `quantities` registers all its names there: the calculator
    imports that module and what it needs, not the whole paper.

    remark: from the inputs to what a reader of the value must know besides it, or "".
    """

    def register(compute: Callable) -> Callable:
        if name in _REGISTRY:
            raise ValueError(f"quantity {name} is defined twice")
        summary = (compute.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
        _REGISTRY[name] = Quantity(name, compute, inputs, summary, remark)
        return compute

    return register


@cache
def papers() -> Mapping[str, str]:
    """The package of every paper under the prefix of its names: ours, then other people's.

    Another distribution brings papers of its own as entry points of the group
    `boundlab.papers`. Raises InputError when one claims a prefix that is taken.
    """
    found = dict(OWN_PAPERS)
    for point in sorted(entry_points(group=PAPERS_GROUP), key=lambda point: point.name):
        if found.setdefault(point.name, point.value) != point.value or "." in point.name:
            raise InputError(
                f"entry point {point.name} = {point.value} of {PAPERS_GROUP}",
                f"a prefix without dots, other than {', '.join(found)}",
                "rename it in the distribution that declares it",
            )
    return found


@cache
def load_paper(prefix: str) -> tuple[str, ...]:
    """Import every module of one paper, so that its quantities and claims are registered."""
    package = importlib.import_module(papers()[prefix])
    found = sorted(entry.name for entry in pkgutil.iter_modules(package.__path__))
    first = [name for name in getattr(package, "READING_ORDER", ()) if name in found]
    names = [f"{package.__name__}.{name}" for name in dict.fromkeys([*first, *found])]
    for name in names:
        importlib.import_module(name)
    return tuple(names)


@cache
def load_quantities(prefix: str) -> None:
    """Import what registers a paper's quantities: its module `quantities`, or all without one."""
    name = f"{papers()[prefix]}.quantities"
    if importlib.util.find_spec(name):
        importlib.import_module(name)
    else:
        load_paper(prefix)


def quantity(name: str) -> Quantity:
    """Look a quantity up by its public name.

    >>> quantity("asym.zipf.power_sum")(alpha="1/2", r=2, digits=30).value[:8]
    '0.400000'

    Raises InputError with near misses for an unknown name.
    """
    prefix = name.split(".", 1)[0]
    if prefix in papers():
        load_quantities(prefix)
    if name not in _REGISTRY:
        known = quantities()
        inside = [other for other in known if other.startswith(f"{name}.")][:8]
        near = inside or difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise InputError(
            f"unknown quantity {name!r}",
            f"{len(known)} names of the calculator",
            "did you mean " + " or ".join(near) + "?"
            if near
            else "list them with `evaluate --list`",
        )
    return _REGISTRY[name]


def quantities(paper: str | None = None) -> tuple[str, ...]:
    """All public names, or those of one paper, sorted; raises InputError for an unknown paper."""
    if paper is not None and paper not in papers():
        raise InputError(f"unknown paper {paper!r}", ", ".join(papers()))
    prefixes = tuple(papers()) if paper is None else (paper,)
    for prefix in prefixes:
        load_quantities(prefix)
    return tuple(sorted(name for name in _REGISTRY if name.split(".", 1)[0] in prefixes))
