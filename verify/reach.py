"""Where a theorem says anything: can its hypotheses be met, and what would they ask for?

Hypotheses carry a slack that is negative when they fail. For a claim that names its parameter
of reach (a width, a sample size) the least value at which all of them hold is found by
bisection in exact integers, beside the least listed one at which the conclusion was seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from theory.claim import Cell, Claim
from theory.rigor.balls import working_precision
from verify.ablation import about_hypotheses
from verify.evidence import Evidence, Outcome
from verify.growth import written

LARGEST = 2**400  # about 10^120: what asks for more is not met at any size
BITS = 128


def hypotheses_met(claim: Claim, cell: Cell) -> bool | None:
    """Whether every hypothesis with a slack holds at a cell; None when the cell cannot say.

    A slack that is a ball counts only when it is certainly not negative.
    """
    slacks = [hypothesis.slack for hypothesis in claim.hypotheses if hypothesis.slack]
    if not slacks:
        return None
    try:
        with working_precision(BITS):
            values = [slack(cell) for slack in slacks]
            return None if None in values else all(bool(value >= 0) for value in values)
    except KeyError:  # a parameter of the slack is none of this cell
        return None


def asks_for(claim: Claim, cell: Cell) -> int | None:
    """The least value of the claim's parameter of reach at which its hypotheses hold.

    The other parameters are the cell's. Found by doubling and bisection: one less fails, and
    if holding is monotone it is the least of all. None when nothing up to 2^400 suffices or
    the cell cannot say.
    """

    def met(size: int) -> bool | None:
        return hypotheses_met(claim, {**cell, claim.reach: size})

    high = 1
    while not (found := met(high)):
        if found is None or high >= LARGEST:
            return None
        high *= 2
    low = high // 2  # fails, or is 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if met(middle) else (middle, high)
    return high


def reach(claim: Claim, evidence: Iterable[Evidence]) -> dict[str, Any] | None:
    """What the hypotheses ask for and where the conclusion was seen; None without slacks.

    met, listed: at how many of the cells tried the hypotheses hold (those that leave one out on
    purpose do not count). With a parameter of reach
    also: asks_for (None: no size suffices) at the cell shown, seen_from: the least listed
    size at which the conclusion was seen to hold, with or without the hypotheses.
    """
    records = [(item, cell) for item in evidence for cell in item.cells]
    known = [(item, met) for item, record in records
             if (met := hypotheses_met(claim, record.cell)) is not None]  # fmt: skip
    if not known:
        return None
    own = [met for item, met in known if not about_hypotheses(item)]
    result: dict[str, Any] = {"met": sum(own), "listed": len(own)}
    if claim.reach:
        sized = [record for _, record in records if claim.reach in record.cell]
        seen = [record for record in sized if record.outcome is Outcome.HOLDS]
        if not sized:
            return result
        chosen = min((record.cell for record in seen or sized), key=lambda c: int(c[claim.reach]))
        least = asks_for(claim, chosen)
        result |= {
            "parameter": claim.reach,
            "cell": {name: value for name, value in chosen.items() if name != claim.reach},
            "asks_for": None if least is None else written(least),
            "seen_from": int(chosen[claim.reach]) if seen else None,
        }
    return result
