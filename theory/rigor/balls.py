"""Balls: numbers with a proved error.

FLINT's `arb` keeps a midpoint and a radius; every operation enlarges the radius so that the
exact result stays inside. Its working precision is a global of the library, so this module
is the only one that touches it.

Two manners to keep: `arb("0.1")` is one tenth while `arb(0.1)` is a nearby double, and
`a < b` is True only when it is certain, so its being False proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil, log2

from flint import arb, arb_mat, ctx, fmpq

from theory.exact import InputError, Matrix

Exact = int | Fraction
BITS_PER_DIGIT = log2(10)
MAX_BITS = 32768


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Set FLINT's working precision inside the block and restore it afterwards."""
    before = ctx.prec
    ctx.prec = max(2, int(bits))
    try:
        yield
    finally:
        ctx.prec = before


def current_precision() -> int:
    """Working precision in bits (only to pass on; set it with `working_precision`)."""
    return int(ctx.prec)


def ball(value: Exact | str | arb) -> arb:
    """The ball of an exact number at the working precision.

    >>> ball(Fraction(1, 2))
    0.500000000000000
    >>> ball("1/3").contains(fmpq(1, 3))
    True
    >>> ball(0.5)
    Traceback (most recent call last):
    ...
    theory.exact.InputError: 0.5 is a binary float; allowed: exact numbers and balls
    """
    if isinstance(value, arb):
        return value
    if isinstance(value, float):
        raise InputError(f"{value!r} is a binary float", "exact numbers and balls")
    if isinstance(value, int):
        return arb(value)
    number = Fraction(value) if not isinstance(value, Fraction) else value
    return arb(fmpq(number.numerator, number.denominator))


def ball_matrix(rows: Matrix) -> arb_mat:
    """An exact matrix as a matrix of balls."""
    return arb_mat([[ball(entry) for entry in row] for row in rows])


def accurate_digits(value: arb) -> int:
    """Decimal digits that are certain, relative to the value (0 if none).

    >>> with working_precision(110):
    ...     accurate_digits(arb(2).sqrt()) >= 30
    True
    """
    if value.rad() == 0:
        return 10**6
    if not value.is_finite():
        return 0
    return max(0, int(value.rel_accuracy_bits() / BITS_PER_DIGIT))


def exact_midpoint(value: arb) -> Fraction:
    """The midpoint of a ball as a fraction (exact: midpoints are dyadic)."""
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def certain_sign(value: arb) -> int | None:
    """-1, 0 or 1 when the sign is proved, else None."""
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if value == 0 else None


def enclose(
    compute: Callable[[], arb | Fraction | int], digits: int, *, what: str = "value"
) -> arb | Fraction:
    """Evaluate at rising precision until `digits` decimal digits are certain.

    compute: a function that returns an exact number or a ball at the working precision.
    digits: number of certain significant digits wanted, relative to the value. A value that
        is exactly zero must be returned as an exact 0: a ball around zero never has digits.
    Exact results (Fraction, int, a ball of radius 0) are returned as fractions.
    Raises InputError when the digits stay out of reach.

    >>> enclose(lambda: arb(2).sqrt(), 20).str(20, radius=False)
    '1.4142135623730950488'
    """
    bits = ceil(digits * BITS_PER_DIGIT) + 40
    reached = 0
    while bits <= MAX_BITS:
        with working_precision(bits):
            value = compute()
        if isinstance(value, int | Fraction):
            return Fraction(value)
        if value.is_exact() and value.is_finite():
            return exact_midpoint(value)
        if accurate_digits(value) >= digits:
            return value
        reached = max(reached, accurate_digits(value))
        bits *= 2
    raise InputError(
        f"{digits} digits of {what} are out of reach (certain: {reached})",
        f"digits up to about {reached}",
        "ask for fewer digits",
    )
