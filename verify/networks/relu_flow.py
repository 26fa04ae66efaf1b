"""Exact gradient flow of one-hidden-layer ReLU networks, for all t >= 0.

Flow of L = 1/2 sum_i (y_i - f(x_i))^2 in the weights. Between two kinks the activation pattern
is constant, the residual solves r' = -Theta r, and all pre-activations are sums of
exponentials in closed form. At a kink a unit crosses, or slides along it (Filippov), or leaves
it. So there is no time step; the only errors are rounding errors, which are not enclosed.

No event is missed: pairs far from their kinks are covered by a bound on their speed
(``flow_watch``), the others by ``ExponentialSums.first_zero``. The flow is complete when
neither leaves an event in (t, infinity): then finitely many pieces cover all times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.flow_piece import Piece
from verify.networks.flow_record import EVENTS, FlowRecord
from verify.networks.flow_units import Units
from verify.networks.flow_watch import Event, Watch
from verify.networks.shallow import ShallowNetwork

ZERO = 1e-12  # size of z that counts as on the kink, relative to the weights at the start
INSPECTIONS = 64  # movement is inspected about this often along the first path bound
CYCLE = 4  # events at one time and pair: more is a cycle, not a coincidence


def relu_gradient_flow(
    network: ShallowNetwork,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    horizon: float = np.inf,
    max_pieces: int = 200_000,
    watch: int = 4096,
) -> FlowRecord:
    """Follow the flow from the network's weights until its tail is closed.

    network      ReLU, one output, no mask; any scale, with or without trained biases
    inputs (n, d), none 0, none a multiple of another;  targets (n,)
    horizon      stop at this time;  max_pieces: stop after so many pieces
    watch        number of pairs followed closely between two full passes

    Raises InputError for another network, an input at 0 or wrong shapes.

    Source: arXiv 2302.01002, eq. (6)-(7); kinks after Filippov.

    >>> from verify.networks.activations import activation
    >>> network = ShallowNetwork(np.array([[1.0]]), np.array([1.0]), activation("relu"))
    >>> record = relu_gradient_flow(network, [[1.0]], [3.0])
    >>> record.reason, record.weights.round(12).tolist(), record.losses.tolist()
    ('tail closed', [[3.0]], [2.0, 0.0])
    """
    y = np.asarray(targets, np.float64)
    features = np.asarray(network.features(inputs), np.float64)
    if network.activation.name != "relu" or network.mask is not None or y.ndim != 1:
        raise InputError("this network has no exact flow here", "ReLU, one output, no mask")
    if y.shape != features.shape[:1]:
        raise InputError(f"targets {y.shape}", f"shape {features.shape[:1]}")
    if not np.linalg.norm(features, axis=1).all():
        raise InputError("an input is 0", "non-zero inputs", "drop it: its output never moves")
    weights = np.asarray(network.weights, np.float64)
    coefficients = np.asarray(network.coefficients, np.float64)
    return _Run(Units(features, weights, coefficients, y), horizon, watch).follow(max_pieces)


class _Run:
    def __init__(self, units: Units, horizon: float, watch: int):
        self.units, self.horizon, self.watch_size = units, horizon, watch
        self.time = self.drift = self.walked = 0.0
        m = len(units.weights)
        self.reached: Array = np.zeros(m)
        self.bound: Array = np.zeros(m)
        self.distance: Array = np.zeros(m)
        self.ends, self.losses = [0.0], [0.5 * float(units.residual @ units.residual)]
        self.eigenvalues: list[tuple[float, float, float]] = []
        self.pinned_counts: list[int] = []
        self.events: list[tuple[float, int, int, int]] = []
        self.simultaneous = 0

    def follow(self, max_pieces: int) -> FlowRecord:
        reason = "" if self.units.leave_initial_kinks() else "degenerate kink"
        self.stride = float(self._piece_now().path(np.inf)[0]) / INSPECTIONS
        self._look_around()
        while not reason:
            reason = self._step(max_pieces)
        return self._record(reason)

    def _piece_now(self) -> Piece:
        self.piece = Piece(self.units.theta(), self.units.residual)
        return self.piece

    def _look_around(self) -> None:
        """A full pass over all pairs: exact weights and residual, movement, a new watch."""
        self._inspect()
        self.drift = max(self.drift, self.units.sync_residual())
        self.units.rebuild()
        path_left = float(self._piece_now().path(np.inf)[0])
        self.watch = Watch(self.units, path_left, self.watch_size)

    def _step(self, max_pieces: int) -> str:
        """Run to the next event or the end of what is watched; the reason to stop, if any."""
        try:
            length, event = self.watch.next_event(self.piece, self.horizon - self.time)
        except ArithmeticError:
            return "unresolved event"
        self._run_for(length)
        if event is None and np.isinf(length):
            return "tail closed"
        if self.time >= self.horizon:
            return "horizon"
        if len(self.pinned_counts) >= max_pieces:
            return "too many pieces"
        if event is None:
            self._look_around()
            return ""
        if self.simultaneous > CYCLE * self.units.active.size or not self._handle(event):
            return "degenerate kink"
        self._piece_now()
        return ""

    # -- moving --------------------------------------------------------------------------

    def _run_for(self, length: float) -> None:
        self.simultaneous = 0 if length > 0 else self.simultaneous + 1
        if length == 0:
            return
        piece, done = self.piece, 0.0
        total = float(piece.path(length)[0])
        before = self.units.residual
        for until in piece.inspection_times(length, total, self.stride):
            self.units.advance(piece.residual(until), piece.integral(until) - piece.integral(done))
            whole = until == length and done == 0
            self.walked += total if whole else float(piece.path(until, since=done)[0])
            if until != length or self.walked >= self.stride:
                self._inspect()
            done = until
        first, last = self._selection_eigenvalues(before, piece.residual(piece.late(length)))
        self.watch.advance(piece.integral(length), total)
        self.time += length
        self.ends.append(self.time)
        self.losses.append(piece.loss(length))
        self.eigenvalues.append((piece.least_eigenvalue, first, last))
        self.pinned_counts.append(self.units.held_count())
        self.units.unique &= not self.units.rests_against_pull()

    def _selection_eigenvalues(self, early: Array, late: Array) -> tuple[float, float]:
        if not self.units.pinned:
            return self.piece.least_eigenvalue, self.piece.least_eigenvalue
        thetas = self.units.selection_thetas(np.array([early, late]))
        first, last = np.linalg.eigvalsh(thetas)[:, 0]
        return float(first), float(last)

    def _inspect(self) -> None:
        """Movement now, and a bound for all times since the last inspection.

        A path of length p between distances a and b from the start stays within (a+b+p)/2.
        """
        self.units.sync()
        now = self.units.displacements()
        path = np.abs(self.units.coefficients) * self.units.operator_norm * self.walked
        self.bound = np.maximum(self.bound, (self.distance + now + path) / 2)
        self.reached = np.maximum(self.reached, now)
        self.distance, self.walked = now, 0.0

    # -- events --------------------------------------------------------------------------

    def _handle(self, event: Event) -> bool:
        """Make the event happen; False if the unit's way on is degenerate."""
        j, i, kind = event.unit, event.sample, event.kind
        if kind == "arrive":
            kind = self._arrive(j, i)
        elif not self.units.release(j, i, upward=kind == "release_up"):
            kind = ""
        if not kind:
            return False
        self.watch.refresh(j, i)
        self.events.append((self.time, j, i, EVENTS.index(kind)))
        return True

    def _arrive(self, j: int, i: int) -> str:
        z = self.units.preactivations(j)
        near = np.abs(z) <= ZERO * self.units.norms * np.abs(self.units.start[j]).max()
        near[i] = True
        if not self.units.enter(j, tuple(map(int, np.flatnonzero(near)))):
            return ""
        return "pin" if i in self.units.pinned_samples(j) else "cross"

    def _record(self, reason: str) -> FlowRecord:
        self._inspect()
        spectrum = np.array(self.eigenvalues).reshape(-1, 3)
        times, *columns = zip(*self.events, strict=True) if self.events else ((), (), (), ())
        numbers, samples, kinds = (np.array(column, np.int64) for column in columns)
        return FlowRecord(
            times=np.array(self.ends),
            losses=np.array(self.losses),
            least_eigenvalues=spectrum[:, 0],
            selection_eigenvalues=spectrum[:, 1:],
            pinned_counts=np.array(self.pinned_counts, np.int64),
            movement_reached=self.reached,
            movement_bound=self.bound,
            event_times=np.array(times, np.float64),
            event_units=numbers,
            event_samples=samples,
            event_kinds=kinds,
            reason=reason,
            unique=bool(self.units.unique),
            drift=self.drift,
            weights=self.units.weights.copy(),
            residual=self.units.residual.copy(),
        )
