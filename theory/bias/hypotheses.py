"""Conditions that several claims of the paper share, with their slacks.

A cell names what it departs in: "B" (a string), "rho", "delta", "norm" (the common norm of the
samples, 1 when absent), "deviation" (of the start's weights, 1 when absent).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from theory.claim import Cell, Hypothesis

Slack = Callable[[Cell], Fraction | None]


def at_least(name: str, low: str | int, *, default: int | None = None) -> Slack:
    """The cell's entry minus `low`; a box of a covering has no single slack."""
    return _distance(name, lambda value: value - Fraction(low), default)


def at_most(name: str, high: str | int, *, default: int | None = None) -> Slack:
    """`high` minus the cell's entry."""
    return _distance(name, lambda value: Fraction(high) - value, default)


def equal_to(name: str, target: str | int, *, default: int | None = None) -> Slack:
    """Zero where the cell's entry has its value, negative elsewhere."""
    return _distance(name, lambda value: -abs(value - Fraction(target)), default)


def _distance(name: str, measure: Callable[[Fraction], Fraction], default: int | None) -> Slack:
    def slack(cell: Cell) -> Fraction | None:
        value = cell[name] if default is None else cell.get(name, default)
        return measure(Fraction(value)) if isinstance(value, str | int | Fraction) else None

    return slack


BIAS = Hypothesis("bias", "$B >= 0$", at_least("B", 0))
POSITIVE_BIAS = Hypothesis("bias", "$B > 0$", at_least("B", 0))
CORRELATION = Hypothesis(
    "correlation",
    "$-1 < rho < 1$",
    lambda cell: 1 - abs(Fraction(cell["rho"])) if isinstance(cell["rho"], str | int) else None,
    meaning="for $rho = plus.minus 1$ the pair has no joint density, and a is 0 or infinite",
)
NOT_OPPOSITE = Hypothesis(
    "correlation",
    "$-1 < rho <= 1$",
    lambda cell: 1 + Fraction(cell["rho"]) if isinstance(cell["rho"], str | int) else None,
    meaning="for $rho = -1$ the statement divides by $1 + rho = 0$",
)
UNIT = Hypothesis("unit", "samples $x_1, dots, x_n$ of norm 1", equal_to("norm", 1, default=1))
PAIRS = Hypothesis(
    "pairs",
    "$n >= 2$ samples",
    meaning="a single sample has no pairs, over which the extremum is taken",
)
START = Hypothesis(
    "start",
    "weights $w_r (0)$ independent and standard normal, signs $a_r$ independent and uniform",
    equal_to("deviation", 1, default=1),
)
BALL = Hypothesis(
    "ball", "$|v_r - v_r (0)| <= R$ for every neuron r", at_most("reach", 1, default=1)
)
