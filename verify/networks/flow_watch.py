"""The (unit, sample) pairs that may reach their kink soon, and the functions that say when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.networks.activations import Array, Indices
from verify.networks.exponential_sums import ExponentialSums
from verify.networks.flow_piece import Piece
from verify.networks.flow_units import Units

NEGLIGIBLE = 1e-14  # relative size of a mode that counts as absent from a selection
ROUNDING = 16 * np.finfo(np.float64).eps
EAGER = 4  # the path searched first, in units of the path to the last event


@dataclass(frozen=True)
class Event:
    """Unit ``unit`` reaches the kink of ``sample``, or is released from it."""

    kind: str
    unit: int
    sample: int


class Watch:
    """Watched pairs: side * z = ``value`` >= 0, changing at ``rows @ residual``.

    A pair outside keeps its sign while the path, the integral of |r|, grows by ``allowance``:
    |dz_ij/dt| <= |c_j| |x_i| |X|_2 |r|. An event counts once z or theta is past its limit by
    the rounding of its evaluation, so that rounding alone makes no event.

    Events are dense: most come within a small part of the allowance. So the search looks first
    at the pairs that ``reach``, a few times the path to the last event, can bring to their kink.
    """

    def __init__(self, units: Units, path_left: float, size: int):
        """Watch all pairs that matter if they are few, otherwise about ``size`` of them.

        units must be synced; path_left bounds the path of the present piece to infinity.
        """
        self.flow = units
        z = units.weights @ units.features.T
        speed = np.abs(units.coefficients)[:, None] * units.norms * units.operator_norm
        with np.errstate(divide="ignore", invalid="ignore"):
            margin = np.where(speed > 0, np.abs(z) / speed, np.inf)
        held = units.held()
        margin[held] = 0.0
        # a quarter more, since the pattern and with it the path may still change
        self.allowance = 1.25 * path_left
        size += int(held.sum())
        if np.count_nonzero(margin <= self.allowance) > 4 * size:
            self.allowance = float(np.partition(margin.ravel(), size)[size])
        pairs = np.nonzero(margin <= self.allowance)
        self.reach = self.allowance / EAGER
        self.speed = speed[pairs]
        self.units: Indices = pairs[0]
        self.samples: Indices = pairs[1]
        side = np.where(units.active[pairs], 1.0, -1.0)
        self.value = np.maximum(side * z[pairs], 0.0)
        self.rows = side[:, None] * units.velocity_rows(self.units, self.samples)
        longest = float(np.linalg.norm(units.weights, axis=1).max())
        self.tolerance = ROUNDING * longest * units.norms[self.samples]
        self.free = ~held[pairs]

    def next_event(self, piece: Piece, end: float) -> tuple[float, Event | None]:
        """The first event of the piece up to ``end`` and while the watch holds, with its time.

        Without an event, (time, None): the time up to which there is none.

        Raises ArithmeticError when two events could not be told apart.
        """
        reach = self.reach
        while reach < self.allowance:
            soon = piece.time_at_first_speed(reach)
            if soon >= end:
                break
            time, event = self._search(piece, soon, self.value <= self.speed * reach)
            if event is not None:
                return time, event
            reach *= EAGER**2
        end = min(end, piece.time_of_path(self.allowance))
        return self._search(piece, end, np.ones(len(self.value), bool))

    def _search(
        self, piece: Piece, end: float, chosen: NDArray[np.bool_]
    ) -> tuple[float, Event | None]:
        near = np.flatnonzero(chosen & self.free)
        weights = np.take(self.rows, near, axis=0) @ piece.pulling
        start = self.value[near] + self.tolerance[near]
        time, index = ExponentialSums(start, weights, piece.rates[None]).first_zero(end)
        event = None
        if index >= 0:
            pair = near[index]
            event = Event("arrive", int(self.units[pair]), int(self.samples[pair]))
        number, sample, rows = self.flow.restless_pairs(piece.shift(time))
        if not len(number):
            return time, event
        # c_j r_i < 0 on a pinned pair, so these two are theta |r_i| and (1 - theta) |r_i|
        sign = -np.sign(self.flow.coefficients[number])[:, None]
        share = sign * (rows @ piece.modes)
        limits = np.vstack([share, sign * piece.modes[sample] - share])
        time, index = ExponentialSums(*_slowest_removed(limits, piece.rates)).first_zero(time)
        if index >= 0:
            upward, position = divmod(index, len(number))
            kind = "release_up" if upward else "release_down"
            event = Event(kind, int(number[position]), int(sample[position]))
        return time, event

    def advance(self, integral: Array, path: float) -> None:
        """Move all watched pairs by the integral of the residual."""
        self.value = np.maximum(self.value + self.rows @ integral, 0.0)
        self.allowance = max(self.allowance - path, 0.0)
        self.reach = EAGER * path

    def refresh(self, j: int, i: int) -> None:
        """Bring the pairs of unit j up to date after an event on its sample i."""
        mine = np.flatnonzero(self.units == j)
        samples = self.samples[mine]
        side = np.where(self.flow.active[j, samples], 1.0, -1.0)
        z = np.where(samples == i, 0.0, self.flow.preactivations(j)[samples])
        self.value[mine] = np.maximum(side * z, 0.0)
        self.rows[mine] = side[:, None] * self.flow.velocity_rows(self.units[mine], samples)
        self.free[mine] = ~np.isin(samples, self.flow.pinned_samples(j))


def _slowest_removed(modes: Array, rates: Array) -> tuple[Array, Array, Array]:
    """sum_k modes_k exp(-rate_k t), divided by its slowest exponential that is present.

    The sign is unchanged, and it stays visible when the residual itself has died out. The
    start is raised by the rounding of its evaluation.
    """
    size = np.abs(modes)
    present = size > NEGLIGIBLE * size.sum(axis=1, keepdims=True)
    slowest = np.argmax(present, axis=1)
    kept = np.arange(len(rates)) >= slowest[:, None]
    shifted = np.where(kept, rates - rates[slowest][:, None], 0.0)
    start = (modes * kept).sum(axis=1) + ROUNDING * size.sum(axis=1)
    return start, -modes * shifted, shifted
