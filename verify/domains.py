"""The values that a declared symbol may take, read from its domain as printed.

Only constraints that are understood count, so that what is read contains the domain.
"""

from __future__ import annotations

import re
from functools import cache

import sympy
from flint import arb

from theory.formula import BallReader
from theory.notation import declared
from theory.rigor.balls import working_precision

Interval = tuple[arb, arb]  # closed, rounded outwards; an end may be infinite

BITS = 128
_NUMBER = re.compile(r"-?\d+(/\d+)?|sqrt\(\d+\)|pi(/\d+)?")
_ORDER = re.compile(r"(<=|>=|<|>)")
WHOLE: Interval = (arb.neg_inf(), arb.pos_inf())


@cache
def interval(symbol: sympy.Symbol) -> Interval:
    """The ends between which a symbol's domain puts it; the whole line where it says nothing.

    >>> from theory.notation import delta, n
    >>> [[float(end) for end in interval(symbol)] for symbol in (delta, n)]
    [[0.0, 1.0], [1.0, inf]]
    """
    try:
        entry = declared(symbol)
    except KeyError:
        return WHOLE
    values = finite_values(symbol)
    if values:
        return arb(min(values)), arb(max(values))
    return ends(entry.domain, square="^" in entry.typst)


def ends(words: str, *, square: bool = False) -> Interval:
    """The ends that a chain of inequalities gives its first name; what else is named is skipped.

    square: whether a power in that name belongs to the quantity's own name, such as |x|^2;
    otherwise it is one of the quantity, and says nothing here.

    >>> [float(end) for end in ends("integer s >= K >= 1")], ends("b^2 <= 4") == WHOLE
    ([1.0, inf], True)
    """
    first = words.removeprefix("integer ").split(",")[0]
    chain = [part.strip() for part in _ORDER.split(first)]
    terms, orders = chain[::2], chain[1::2]
    if len({order[0] for order in orders}) != 1:  # no chain of one direction
        return WHOLE
    names = [k for k, term in enumerate(terms) if not _NUMBER.fullmatch(term)]
    if not names or ("^" in terms[names[0]] and not square):
        return WHOLE
    low, high = WHOLE
    for k, term in enumerate(terms):
        if _NUMBER.fullmatch(term):
            value = _ball(term)
            if (k < names[0]) == (orders[0][0] == "<"):
                low = low.max(value.lower())
            else:
                high = high.min(value.upper())
    return low, high


@cache
def finite_values(symbol: sympy.Symbol) -> tuple[int, ...]:
    """All values of a symbol whose domain lists them ("0 or 1"), else none.

    >>> from theory.notation import n
    >>> finite_values(n)
    ()
    """
    try:
        words = declared(symbol).domain
    except KeyError:
        return ()
    listed = re.fullmatch(r"-?\d+( or -?\d+)+", words)
    return tuple(map(int, words.split(" or "))) if listed else ()


def _ball(text: str) -> arb:
    with working_precision(BITS):
        return BallReader({}).read(sympy.sympify(text, rational=True))
