"""Numbers as decimals, rounded in the direction that keeps a bound a bound."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context
from fractions import Fraction
from math import isfinite

from flint import arb

from theory.rigor.balls import exact_midpoint

DIGITS = 4


def down(value: float | Fraction | arb, digits: int = DIGITS) -> str:
    """At most the value (of a ball: its lower end), in decimals.

    >>> down(0.019999), down(Fraction(2, 3)), down(1e30)
    ('0.01999', '0.6666', '1.000e+30')
    """
    return _rounded(value.lower() if isinstance(value, arb) else value, digits, ROUND_FLOOR)


def up(value: float | Fraction | arb, digits: int = DIGITS) -> str:
    """At least the value (of a ball: its upper end), in decimals.

    >>> up(0.019991), up(Fraction(2, 3)), up(float("inf"))
    ('0.02000', '0.6667', 'inf')
    """
    return _rounded(value.upper() if isinstance(value, arb) else value, digits, ROUND_CEILING)


def near(value: float | Fraction | arb, digits: int = DIGITS) -> str:
    """The value (of a ball: its midpoint) to the nearest decimal.

    >>> near(0.25), near(-1.23456)
    ('0.2500', '-1.235')
    """
    return _rounded(value.mid() if isinstance(value, arb) else value, digits, ROUND_HALF_EVEN)


def _rounded(value: float | Fraction | arb, digits: int, rounding: str) -> str:
    if isinstance(value, arb):
        if not value.is_finite():
            return str(float(value))
        value = exact_midpoint(value)
    elif isinstance(value, float) and not isfinite(value):
        return str(value)
    number = Fraction(value)
    context = Context(prec=digits, rounding=rounding, Emin=-(10**6), Emax=10**6)
    # Numerator and denominator are exact, so the quotient is rounded once, as asked.
    exact = Context(prec=10**6, Emin=-(10**6), Emax=10**6)
    quotient = context.divide(
        exact.create_decimal(number.numerator), exact.create_decimal(number.denominator)
    )
    if quotient == 0:
        return "0"
    exponent = quotient.adjusted()
    if -4 <= exponent < max(digits, 6):
        return f"{quotient:.{max(digits - 1 - exponent, 0)}f}"
    return f"{quotient:.{digits - 1}e}"
