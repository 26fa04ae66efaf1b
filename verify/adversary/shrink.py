"""Local coordinates of a configuration on the sphere, and its reduction to small rationals."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import frexp

import numpy as np

from verify.adversary.chart import Chart, floats, moved_to_origin, written

Rebuild = Callable[[np.ndarray], Chart]
LOCAL_BITS = 12  # rounding to 2^-12 of the separation: small rationals, no visible change
DENOMINATORS = (1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 40, 50, 64, 100, *(1 << k for k in range(7, 41)))
LARGEST = 20  # a cluster is enlarged by up to 2^20


def local_coordinates(chart: Chart) -> tuple[np.ndarray, Rebuild]:
    """Coordinates in units of the separation, with a last one for the logarithm of the unit.

    In them an optimiser moves points relative to each other, however close they are.

    >>> start, rebuild = local_coordinates([["0", "0"], ["1/4", "0"]])
    >>> start.tolist(), rebuild(start)
    ([-0.5, 0.0, 0.5, 0.0, 0.0], [['0', '0'], ['1/4', '0']])
    """
    t = floats(chart)
    centre = t.mean(axis=0)
    distances = [float(np.linalg.norm(a - b)) for a, b in combinations(t, 2)]
    unit = min((d for d in distances if d > 0), default=1.0)
    start = np.append(((t - centre) / unit).ravel(), 0.0)

    def rebuild(x: np.ndarray) -> Chart:
        size = unit * float(np.exp2(np.clip(x[-1], -20, 20)))
        moved = centre + size * x[:-1].reshape(t.shape)
        return _rounded(moved, 1 << max(0, LOCAL_BITS - frexp(size)[1]))

    return start, rebuild


def shrink_chart(chart: Chart, still: Callable[[Chart], bool]) -> Chart:
    """A simpler chart of which `still` is true, if it is of this one.

    In this order: fewer points; the smallest common denominator, with the mean moved to the
    origin and at the scale that allows it; coordinates set to zero. Each step is kept only if
    `still` stays true.
    """
    chart = _fewer_points(chart, still)
    centred = moved_to_origin(chart)
    enlarged = [centred * 2.0**k for k in range(LARGEST, 0, -1)]
    inside = [t for t in enlarged if np.abs(t).max() <= 1]  # in the hemisphere of the origin
    versions = (*inside, centred, floats(chart))
    tried = (_rounded(t, denominator) for denominator in DENOMINATORS for t in versions)
    simpler = next((candidate for candidate in tried if still(candidate)), chart)
    return _zeros(simpler, still)


def _fewer_points(chart: Chart, still: Callable[[Chart], bool]) -> Chart:
    while len(chart) > 2:
        shorter = (chart[:i] + chart[i + 1 :] for i in range(len(chart)))
        found = next((candidate for candidate in shorter if still(candidate)), None)
        if found is None:
            return chart
        chart = found
    return chart


def _rounded(t: np.ndarray, denominator: int) -> Chart:
    numerators = np.rint(t * denominator).tolist()
    return written([[Fraction(int(entry), denominator) for entry in row] for row in numerators])


def _zeros(chart: Chart, still: Callable[[Chart], bool]) -> Chart:
    for i, row in enumerate(chart):
        for j, entry in enumerate(row):
            if entry != "0":
                candidate = [list(other) for other in chart]
                candidate[i][j] = "0"
                if still(candidate):
                    chart = candidate
    return chart
