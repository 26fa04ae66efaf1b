"""The frontier between vacuous and informative: where a bound says more than what holds for free.

One parameter moves between two ends, the others stay at a cell. At every value tried the bound
and the free value are compared as balls; where the comparison changes, bisection in exact
integers or fractions encloses the frontier.

Guarantees: at both ends of a listed interval, and at every grid point in it, the bound is
certainly better than the free value; one step of the bisection farther out it is not, or no ball
decides (an equality, or a value outside the bound's domain).
Assumes: the comparison does not change twice between two neighbouring grid points.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import exp, log
from typing import Any

from theory.exact import rational
from theory.quantity import papers
from theory.rigor.balls import working_precision
from theory.vacuity import Vacuity, no_frontiers, vacuities

GRID = 25  # values tried between the two ends of a range
BITS = (96, 192, 384)
FINE = Fraction(1, 2048)  # relative width at which bisection stops: three digits are printed
TINY = Fraction(1, 10**12)  # absolute width, around a frontier at 0
RATIO = 30  # of the ends of a range: from here on its values are spaced geometrically
EVERYWHERE, NOWHERE = "everywhere", "nowhere"  # start the words of a frontier inside no range

Interval = tuple[Fraction, Fraction]


def frontiers(claim_id: str) -> dict[str, Any] | None:
    """Where the bound of a claim says something, parameter by parameter.

    Under "no_frontier" alone: why it has none. None for a claim without data, such as one that
    is no one-sided bound.
    """
    paper = claim_id.split(".", 1)[0]
    if paper not in papers():
        return None
    if claim_id in no_frontiers(paper):
        return {"no_frontier": no_frontiers(paper)[claim_id].because}
    item = vacuities(paper).get(claim_id)
    if item is None:
        return None
    return {
        "because": item.because,
        "cell": {name: _plain(value) for name, value in item.cell.items()},
        "parameters": [_parameter(item, name) for name in item.ranges],
    }


def _parameter(item: Vacuity, name: str) -> dict[str, Any]:
    low, high = (rational(end) for end in item.ranges[name])
    whole = all(isinstance(end, int) for end in (*item.ranges[name], item.cell[name]))
    found, undecided = informative(item, name, low, high, whole=whole)
    return {
        "name": name,
        "range": [str(low), str(high)],
        "informative": [[str(a), str(b)] for a, b in found],
        "undecided": undecided,
        "words": _words(name, found, (low, high), certain=not undecided),
    }


def informative(
    item: Vacuity, name: str, low: Fraction, high: Fraction, *, whole: bool
) -> tuple[list[Interval], int]:
    """Intervals in which the bound says more, and how many values no ball decided."""
    grid = _grid(low, high, whole=whole)
    said = [(x, says_more(item, name, x)) for x in grid]
    intervals: list[Interval] = []
    start = grid[0] if said[0][1] else None
    for (x, says), (y, next_says) in pairwise(said):
        if bool(says) == bool(next_says):
            continue
        edge = _bisect(item, name, (x, y), whole=whole, at_left=bool(says))
        if start is None:
            start = edge
        else:
            intervals.append((start, edge))
            start = None
    if start is not None:
        intervals.append((start, grid[-1]))
    return intervals, sum(says is None for _, says in said)


def says_more(item: Vacuity, name: str, value: Fraction) -> bool | None:
    """Whether the bound is better than the free value; None when balls do not decide."""
    moved = {**item.cell, name: int(value) if value.denominator == 1 else str(value)}
    for bits in BITS:
        with working_precision(bits):
            bound, free = item.sides(moved)
            if not (bound.is_finite() and free.is_finite()):
                return None
            more, less = (bound, free) if item.above else (free, bound)
            if more > less:
                return True
            if more <= less:
                return False
    return None


def _bisect(item: Vacuity, name: str, ends: Interval, *, whole: bool, at_left: bool) -> Fraction:
    """The last value on the informative side; what no ball decides is not on it."""
    left, right = ends
    while right - left > (max(Fraction(1), left * FINE) if whole else max(abs(left) * FINE, TINY)):
        middle = Fraction((left + right) // 2) if whole else _between(left, right)
        says = bool(says_more(item, name, middle))
        left, right = (middle, right) if says == at_left else (left, middle)
    return left if at_left else right


def is_wide(low: Fraction, high: Fraction) -> bool:
    """Whether a range is walked on the scale of logarithms."""
    return low > 0 and high > RATIO * low


def _between(left: Fraction, right: Fraction) -> Fraction:
    if is_wide(left, right):  # a long way is halved on the scale of logarithms
        return Fraction(exp((log(left) + log(right)) / 2)).limit_denominator(10**15)
    return (left + right) / 2


def _grid(low: Fraction, high: Fraction, *, whole: bool) -> list[Fraction]:
    if is_wide(low, high):
        step = log(high / low) / (GRID - 1)
        inner = [Fraction(float(low) * exp(k * step)) for k in range(1, GRID - 1)]
    else:
        inner = [low + (high - low) * k / (GRID - 1) for k in range(1, GRID - 1)]
    rounded = (Fraction(round(x)) if whole else x.limit_denominator(10**12) for x in inner)
    return sorted({low, high, *(x for x in rounded if low < x < high)})


def _words(name: str, found: list[Interval], ends: Interval, *, certain: bool = True) -> str:
    """As printed: "m >= 3.4e+15", "B <= 0.59 or B >= 2.3", "everywhere", "nowhere".

    certain: whether every value tried was decided.

    >>> _words("m", [(Fraction(64), Fraction(100))], (Fraction(1), Fraction(100)))
    'm >= 64'
    >>> _words("gamma", [(Fraction(0), Fraction(9999, 10000))], (Fraction(0), Fraction(1)))
    'gamma < 1'
    >>> _words("gamma", [(Fraction(1, 10**13), Fraction(1))], (Fraction(0), Fraction(1)))
    'gamma > 0'
    """
    low, high = map(_short, ends)
    if not found:
        return f"{NOWHERE}{'' if certain else ' certainly'} from {name} = {low} to {high}"
    parts = []
    for a, b in found:
        if (a, b) == ends:
            return f"{EVERYWHERE} from {name} = {low} to {high}"
        left, right = _short(a), _short(b)
        if b == ends[1] and 0 < a - ends[0] <= TINY:
            parts.append(f"{name} > {low}")
        elif b == ends[1]:
            parts.append(f"only near {name} = {high}" if left == high else f"{name} >= {left}")
        elif right == high:
            parts.append(f"{name} < {high}")
        else:
            parts.append(f"{name} <= {right}" if a == ends[0] else f"{left} <= {name} <= {right}")
    return " or ".join(parts)


def _short(value: Fraction) -> str:
    return str(value) if value.denominator == 1 and value < 10**6 else f"{float(value):.3g}"


def _plain(value: Any) -> str:
    return _short(Fraction(value)) if isinstance(value, int) else str(value)
