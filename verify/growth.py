"""How the slack of a bound changes with size: teeth for exponents, and the size to run next.

Cells of one check that differ in a single size (a width, a number of samples: an integer) form a
series. Along it the slope of log slack says whether the bound's exponent is right, and where a
bound that loses slack must fail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, exp, isfinite, log
from typing import Any

from theory.claim import Cell
from verify.statistics.slack import Slack
from verify.statistics.slack_slope import SlackSlope, local_slopes, slack_slope

SHORTEST = 3  # sizes: two of them always lie on a power law
LARGEST = 700.0  # logarithm of a size that still is a finite double
AFFORDABLE = 4  # times the largest listed size: what an exact check is asked to run

Slacks = Mapping[int, Slack]  # by the index of a cell


@dataclass(frozen=True)
class Series:
    """Cells that differ in one size: its values, increasing, and the indices of the cells."""

    parameter: str
    sizes: tuple[int, ...]
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Growth:
    """The slope of log slack along a series, as `SlackSlope` says it."""

    series: Series
    slope: SlackSlope
    certain: bool  # from exact sides; else from simultaneous confidence intervals

    def as_json(self, cells: Sequence[Cell]) -> dict[str, Any]:
        """Plain data for the evidence file; failure_size is None when none is predicted."""
        size = self.slope.failure_size
        first = cells[self.series.cells[0]]
        return {
            "parameter": self.series.parameter,
            "sizes": [str(value) for value in self.series.sizes],
            "cell": {k: v for k, v in first.items() if k != self.series.parameter},
            "low": self.slope.low,
            "estimate": self.slope.estimate,
            "high": self.slope.high,
            "reading": self.slope.reading,
            "failure_size": size if isfinite(size) else None,
            "certain": self.certain,
        }


def all_series(cells: Sequence[Cell], usable: Sequence[int]) -> list[Series]:
    """The longest series of each size among the usable cells, of at least three sizes.

    >>> cells = [{"n": n, "p": p} for p in ("1/2", "1/3") for n in (25, 100, 400)]
    >>> [(s.parameter, s.cells) for s in all_series(cells, range(6))]
    [('n', (0, 1, 2))]
    """
    groups: dict[tuple[str, str], dict[int, int]] = {}
    for index in usable:
        for name, size in cells[index].items():
            if is_size(size):
                rest = str(sorted((k, str(v)) for k, v in cells[index].items() if k != name))
                groups.setdefault((name, rest), {}).setdefault(size, index)
    longest: dict[str, dict[int, int]] = {}
    for (name, _), members in groups.items():
        if len(members) >= SHORTEST and len(members) > len(longest.get(name, ())):
            longest[name] = members
    return [
        Series(name, tuple(sorted(members)), tuple(members[size] for size in sorted(members)))
        for name, members in longest.items()
    ]


def is_size(value: Any) -> bool:
    """Whether a cell's entry is a positive integer (and no flag)."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def growth(series: Series, slacks: Slacks, *, certain: bool) -> Growth | None:
    """The slope along a series; None when a slack is missing, unbounded or not positive."""
    along = [slacks.get(index) for index in series.cells]
    known = [slack for slack in along if slack and slack.low > 0 and isfinite(slack.high)]
    if len(known) < len(along):
        return None
    sizes = [float(size) for size in series.sizes]
    return Growth(series, (local_slopes if certain else slack_slope)(sizes, known), certain)


def size_to_run(slope: SlackSlope, resolution: float = 1.0) -> int | None:
    """The size at which a mutant that loses slack should be refuted; None when it loses none.

    resolution: ratio of the ends of a slack interval, 1 for exact sides. Beyond the predicted
    failure size the slack must fall by that ratio before an interval of this width sees it.
    """
    size = slope.failure_size
    if not isfinite(size) or slope.estimate >= 0:
        return None
    beyond = log(resolution) / -slope.estimate + log(size)
    if beyond > LARGEST:
        return None
    return ceil(exp(beyond))


def affordable(series: Series, size: int, times: int = AFFORDABLE) -> bool:
    """Whether a size is at most so many times the largest listed one."""
    return bool(0 < size <= times * series.sizes[-1])


def spread(low: float, high: float) -> str:
    """Both ends to three digits, or one when they agree.

    >>> spread(1.0, 2.0), spread(2.0, 2.00001)
    ('1 to 2', '2')
    """
    ends = f"{low:.3g}", f"{high:.3g}"
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def written(size: float) -> str:
    """A size as a reader wants it: all digits of an integer of at most six, else two digits.

    >>> written(1024), written(41 * 10**25), written(64.2), written(12345.6)
    ('1024', '4.1e26', '64', '1.2e4')
    """
    if isinstance(size, int) and size < 10**6:
        return str(size)
    return f"{Decimal(size):.2g}".replace("e+", "e")
