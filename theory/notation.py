"""One notation for four papers.

Every symbol that a formula may contain is declared here or in the paper's own module, once,
with its domain. `sample` is a modest interval inside the domain from which property tests
draw exact values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import sympy


@dataclass(frozen=True)
class Declared:
    """A symbol with its domain, its meaning and what each paper calls it."""

    symbol: sympy.Symbol
    typst: str
    meaning: str
    domain: str
    sample: tuple[Fraction, Fraction]
    integer: bool = False
    unit: str = "1"
    papers: Mapping[str, str] = field(default_factory=dict)


_TABLE: dict[str, Declared] = {}


def declare(
    name: str,
    typst: str,
    meaning: str,
    domain: str,
    sample: tuple[object, object],
    *,
    integer: bool = False,
    unit: str = "1",
    papers: Mapping[str, str] | None = None,
) -> sympy.Symbol:
    """Declare a symbol of the notation and return it.

    domain: in words or inequalities, as printed. sample: exact interval inside the domain.
    The SymPy assumptions (positive, nonnegative, real) follow from the sample interval's
    position relative to zero. papers: prefix -> the paper's own notation.
    """
    low, high = (Fraction(str(end)) for end in sample)
    assumptions = {"integer": True} if integer else {"real": True}
    if low > 0:
        assumptions["positive"] = True
    elif low == 0:
        assumptions["nonnegative"] = True
    symbol = sympy.Symbol(name, **assumptions)
    entry = Declared(symbol, typst, meaning, domain, (low, high), integer, unit, papers or {})
    if name in _TABLE and _TABLE[name] != entry:
        raise ValueError(f"symbol {name} is declared twice, differently")
    _TABLE[name] = entry
    return symbol


def declared(symbol: sympy.Symbol) -> Declared:
    """The table's entry of a symbol; KeyError when it was never declared."""
    entry = _TABLE[symbol.name]
    if entry.symbol != symbol:
        raise KeyError(f"symbol {symbol.name} differs from the declared one in its assumptions")
    return entry


def table() -> tuple[Declared, ...]:
    """All declared symbols, by name."""
    return tuple(_TABLE[name] for name in sorted(_TABLE))


n = declare(
    "n",
    "n",
    "number of samples",
    "integer n >= 1",
    (2, 60),
    integer=True,
    papers={"asym": "n", "bias": "n", "dual": "n", "lottery": "N"},
)
d = declare("d", "d", "input dimension", "integer d >= 1", (1, 40), integer=True)
m = declare(
    "m",
    "m",
    "width: number of hidden units",
    "integer m >= 1",
    (1, 5000),
    integer=True,
    papers={"asym": "m", "bias": "m", "lottery": "K"},
)
delta = declare("delta", "delta", "failure probability", "0 < delta < 1", ("1/100", "9/10"))
kappa = declare(
    "kappa",
    "kappa_n",
    "least eigenvalue of the mean tangent Gram matrix",
    "kappa > 0",
    ("1/1000", "1/2"),
    papers={"asym": "kappa_n", "bias": "lambda"},
)
gamma = declare(
    "gamma",
    "gamma",
    "share of the node scaling that is uniform",
    "0 < gamma <= 1",
    ("1/20", 1),
    papers={"asym": "gamma"},
)
alpha = declare(
    "alpha",
    "alpha",
    "Zipf parameter of the node scaling",
    "0 < alpha < 1",
    ("1/10", "9/10"),
    papers={"asym": "alpha"},
)
