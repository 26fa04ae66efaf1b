"""What an exact ReLU gradient flow leaves behind, and statements about it for all t.

Between its events the loss is 1/2 sum_k rho_k^2 exp(-2 mu_k t): log L is convex there. So
"L(t) <= L(0) exp(-rate t)" holds on a whole piece as soon as it holds at both of its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.networks.activations import Array

EVENTS = ("cross", "pin", "release_up", "release_down")


@dataclass(frozen=True)
class FlowRecord:
    """Piece k lives on [times[k], times[k+1]]; the last time is inf if the tail is closed.

    times, losses            (pieces + 1,)
    least_eigenvalues        (pieces,) of the matrix of r' = -Theta r, constant on each piece
    selection_eigenvalues    (pieces, 2) of Theta(theta), sigma' replaced by the Filippov
                             selection, at both ends; never below ``least_eigenvalues``
    pinned_counts            (pieces,) pairs kept on their kink
    movement_reached         (m,) largest |w_j(t) - w_j(0)| at the inspected times
    movement_bound           (m,) upper bound of that for every t covered
    event_times, event_units, event_samples, event_kinds      kinds index ``EVENTS``
    covered_until            the flow is known on [0, covered_until]
    reason                   "tail closed", "horizon", "too many pieces", "degenerate kink" or
                             "unresolved event"; only the first covers all t >= 0
    unique                   False if Filippov's flow may not be the only one: a unit starts on
                             a repelling kink (we take sigma'(0) = 0), meets several at once
                             (as at w = 0; we go straight on), or rests on a kink while the
                             pull turns outward (we stay, as small steps do)
    drift                    largest disagreement of the residual carried along and recomputed
    weights, residual        at covered_until (the limit, if the tail is closed)
    """

    times: Array
    losses: Array
    least_eigenvalues: Array
    selection_eigenvalues: Array
    pinned_counts: NDArray[np.int64]
    movement_reached: Array
    movement_bound: Array
    event_times: Array
    event_units: NDArray[np.int64]
    event_samples: NDArray[np.int64]
    event_kinds: NDArray[np.int64]
    reason: str
    unique: bool
    drift: float
    weights: Array
    residual: Array

    @property
    def covered_until(self) -> float:
        """The time up to which the flow is known."""
        return float(self.times[-1])

    @property
    def tail_closed(self) -> bool:
        """Whether the last piece reaches t = infinity."""
        return self.reason == "tail closed"

    def count(self, kind: str) -> int:
        """Number of events of one kind of ``EVENTS``."""
        return int(np.count_nonzero(self.event_kinds == EVENTS.index(kind)))

    def arrays(self) -> dict[str, Any]:
        """The record as a plain dictionary."""
        return dict(vars(self)) | {"covered_until": self.covered_until}


@dataclass(frozen=True)
class ForAllTimes:
    """Smallest slack over the covered times; ``whole`` says whether these are all t >= 0."""

    slack: float
    whole: bool


def exponential_decay(record: FlowRecord, rate: float) -> ForAllTimes:
    """Slack of log L(t) <= log L(0) - rate t over all covered t.

    Checked at piece ends, which decides whole pieces by convexity of log L. On an infinite
    last piece the inequality persists if 2 * least eigenvalue >= rate; otherwise it is
    decided only up to the start of that piece and ``whole`` is False. A positive limit of the
    loss refutes every rate > 0: the slack is then -inf.
    """
    if record.tail_closed and record.losses[-1] > 0 and rate > 0:
        return ForAllTimes(-float(np.inf), True)
    return _decay(record, rate * record.times, 2 * record.least_eigenvalues[-1] >= rate)


def integrated_decay(record: FlowRecord, eigenvalues: Array) -> ForAllTimes:
    """Slack of log L(t) <= log L(0) - 2 integral of a least eigenvalue, one value a piece.

    With ``record.least_eigenvalues`` this is Lemma D.1 (arXiv 2302.01002) with the kink
    velocities of Filippov; on the pieces the right side is linear, so piece ends decide.
    """
    lengths = np.diff(record.times)
    spent = np.where(eigenvalues > 0, eigenvalues, 0.0) * np.where(np.isinf(lengths), 0, lengths)
    exponent = np.concatenate([[0.0], 2 * np.cumsum(spent)])
    persists = eigenvalues[-1] <= record.least_eigenvalues[-1]
    return _decay(record, exponent, bool(persists))


def _decay(record: FlowRecord, exponent: Array, persists: bool) -> ForAllTimes:
    finite = np.isfinite(record.times)
    finite[0] = False
    with np.errstate(divide="ignore"):
        logs = np.log(record.losses)
    slacks = logs[0] - exponent[finite] - logs[finite]
    slack = float(slacks.min()) if finite.any() else 0.0
    return ForAllTimes(slack, record.tail_closed and persists)
