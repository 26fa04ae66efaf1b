"""Where the certificate is extreme: one candidate a dual region and sign, in floats.

The projection on a region's cone is a small non-negative least squares problem; regions with
|v_A| below the threshold are skipped, for |P v_A| <= |v_A|. The walls with positive
multipliers say on which face of the region the extreme point lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

import numpy as np

from theory.dual.arrangement import Arrangement
from theory.dual.region_bounds import float_projection, unit_normals

SAME = 1e-9  # two unit vectors closer than this are one candidate


@dataclass(frozen=True)
class Extreme:
    """sign * eta_p(w) = value at the unit vector w, the greatest on one closed region.

    held: lines that vanish at w because their walls hold it there. active: samples active
    inside the region.
    """

    value: float
    sign: int
    w: np.ndarray
    held: tuple[int, ...]
    active: np.ndarray


class Oracle(Protocol):
    """Finds extreme points of the certificate; `normals` are the unit normals of the lines."""

    normals: np.ndarray

    def extremes(self, p: np.ndarray, threshold: float) -> list[Extreme]:
        """The distinct extreme points of value above the threshold, greatest first."""
        ...


class RegionOracle:
    """The oracle that looks at every region of an enumerated arrangement."""

    def __init__(self, rows: np.ndarray, cells: Arrangement) -> None:
        self.rows = rows
        self.normals = unit_normals(cells)
        self.signs = cells.signs
        self.active = cells.active

    def extremes(self, p: np.ndarray, threshold: float) -> list[Extreme]:
        """See `Oracle`."""
        vectors = (self.active * p) @ self.rows
        heights = self.signs * (vectors @ self.normals.T)
        lengths = np.linalg.norm(vectors, axis=1)
        inside = {1: np.all(heights >= 0, axis=1), -1: np.all(heights <= 0, axis=1)}
        no_walls: tuple[int, ...] = ()
        found = []
        for region in np.flatnonzero(lengths > threshold):
            for sign in (1, -1):
                v = sign * vectors[region]
                if inside[sign][region]:
                    value, held = float(lengths[region]), no_walls
                else:
                    walls = self.signs[region][:, None] * self.normals
                    value, multipliers = float_projection(v, walls)
                    if value <= threshold:
                        continue
                    held = tuple(map(int, np.flatnonzero(multipliers > 1e-12 * lengths[region])))
                    v = v + multipliers @ walls
                w = v / np.linalg.norm(v)
                found.append(Extreme(value, sign, w, held, self.active[region]))
        return distinct(found)


def distinct(found: Sequence[Extreme]) -> list[Extreme]:
    """Drop repeated points (a point on a face is found from every region around it).

    Of the copies the one on the smallest face stays: its walls are known to hold.
    """
    kept: list[Extreme] = []
    for extreme in sorted(found, key=lambda e: (-round(e.value, 9), -len(e.held), -e.value)):
        if not any(_copies(extreme, other) for other in _of_value(kept, extreme.value)):
            kept.append(extreme)
    return sorted(kept, key=lambda e: -e.value)


def _of_value(kept: Sequence[Extreme], value: float) -> Iterator[Extreme]:
    """The last ones kept, as far as their values equal this one up to rounding."""
    return takewhile(lambda other: other.value <= value + 1e-8, reversed(kept))


def _copies(first: Extreme, other: Extreme) -> bool:
    return first.sign == other.sign and bool(np.linalg.norm(first.w - other.w) < SAME)
