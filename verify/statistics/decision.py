"""What one statistical check says after a look."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal

OutcomeName = Literal["HOLDS", "REFUTED", "UNDECIDED"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome of a check with the two e-values behind it.

    outcome        "HOLDS", "REFUTED" or "UNDECIDED"
    n              observations used
    log_e_refute   log e-value against "the claim is true"; REFUTED when it reaches log(1/alpha)
    log_e_hold     log e-value against "the claim is false by more than the tolerance";
                   HOLDS when it reaches log(1/beta)
    estimate       frequency or sample mean; NaN without usable data
    low, high      anytime-valid limits of the estimated quantity; low > high says that the sample
                   contradicts the declared model
    note           why data or claim are special; empty otherwise
    """

    outcome: OutcomeName
    n: int
    log_e_refute: float
    log_e_hold: float
    estimate: float
    low: float
    high: float
    note: str = ""


def outcome_of(log_e_refute: float, log_e_hold: float, alpha: float, beta: float) -> OutcomeName:
    """Name the outcome; refutation speaks first, and NaN decides nothing.

    With a positive tolerance both e-values may be large (claim false, but by less than the
    tolerance): then the claim as stated is refuted.

    >>> outcome_of(8.0, 9.0, 1e-3, 1e-3), outcome_of(float("nan"), 0.0, 1e-3, 1e-3)
    ('REFUTED', 'UNDECIDED')
    """
    if log_e_refute >= -log(alpha):
        return "REFUTED"
    if log_e_hold >= -log(beta):
        return "HOLDS"
    return "UNDECIDED"
