"""Exact inputs: every number a user hands to a theorem is an integer or a fraction.

A Python float is refused on purpose: 0.1 is not one tenth, and a theorem about the one
says nothing certain about the other. Decimals are written as strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from numbers import Rational

Matrix = tuple[tuple[Fraction, ...], ...]
Vector = tuple[Fraction, ...]


class InputError(ValueError):
    """An input outside its allowed range; the message has value, range and next step."""

    def __init__(self, problem: str, allowed: str, next_step: str = "") -> None:
        message = f"{problem}; allowed: {allowed}"
        super().__init__(f"{message}; {next_step}" if next_step else message)


def rational(value: object, name: str = "value") -> Fraction:
    """Read an exact number.

    >>> rational("0.7")
    Fraction(7, 10)
    >>> rational("-5/13", name="rho")
    Fraction(-5, 13)
    >>> rational(0.7)
    Traceback (most recent call last):
    ...
    theory.exact.InputError: value = 0.7 is a binary float; allowed: integers, fractions and \
decimals; write it as a string, for instance "0.7"

    Raises InputError for floats, non-finite values and text that is no number.
    """
    if isinstance(value, bool):
        raise InputError(f"{name} = {value} is a truth value", "integers, fractions and decimals")
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, float):
        raise InputError(
            f"{name} = {value!r} is a binary float",
            "integers, fractions and decimals",
            f'write it as a string, for instance "{value!r}"',
        )
    numerator, denominator = getattr(value, "p", None), getattr(value, "q", None)
    if numerator is not None and denominator is not None:  # SymPy and FLINT rationals
        return Fraction(int(numerator), int(denominator))
    try:
        return Fraction(str(value).strip())
    except (ValueError, ZeroDivisionError):
        raise InputError(
            f"{name} = {str(value)[:60]!r} is not an exact finite number",
            "integers, fractions and decimals",
            'examples: 3, "7/10", "0.7"',
        ) from None


def integer(value: object, name: str, *, low: int | None = None, high: int | None = None) -> int:
    """Read an integer in [low, high].

    >>> integer("2000", "m", low=1)
    2000
    """
    number = rational(value, name)
    if number.denominator != 1:
        raise InputError(f"{name} = {value} is not an integer", _integers(low, high))
    if (low is not None and number < low) or (high is not None and number > high):
        raise InputError(f"{name} = {value} is out of range", _integers(low, high))
    return int(number)


def _integers(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"integers from {low} to {high}"
    return f"integers from {low}" if low is not None else "integers"


def between(
    value: object,
    name: str,
    *,
    low: object = None,
    high: object = None,
    open_low: bool = False,
    open_high: bool = False,
) -> Fraction:
    """Read an exact number in an interval, open or closed at either end.

    >>> between("1/2", "delta", low=0, high=1, open_low=True, open_high=True)
    Fraction(1, 2)
    """
    number = rational(value, name)
    low = None if low is None else rational(low)
    high = None if high is None else rational(high)
    too_low = low is not None and (number < low or (open_low and number == low))
    too_high = high is not None and (number > high or (open_high and number == high))
    if too_low or too_high:
        left = f"{low} {'<' if open_low else '<='} " if low is not None else ""
        right = f" {'<' if open_high else '<='} {high}" if high is not None else ""
        raise InputError(f"{name} = {value} is out of range", f"{left}{name}{right}")
    return number


def vector(value: object, name: str, *, length: int | None = None) -> Vector:
    """Read a vector of exact numbers.

    >>> vector(["1", "-1/2"], "y", length=2)
    (Fraction(1, 1), Fraction(-1, 2))
    """
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise InputError(
            f"{name} = {str(value)[:60]!r} is not a vector", "a non-empty list of exact numbers"
        )
    entries = tuple(rational(entry, f"{name}[{i}]") for i, entry in enumerate(value, start=1))
    if length is not None and len(entries) != length:
        raise InputError(f"{name} has {len(entries)} entries", f"exactly {length} entries")
    return entries


def matrix(value: object, name: str) -> Matrix:
    """Read a matrix as a list of rows; every row must have the same length.

    >>> matrix([["1", "0"], ["3/5", "4/5"]], "X")[1]
    (Fraction(3, 5), Fraction(4, 5))
    >>> matrix([[1, 0], [1]], "X")
    Traceback (most recent call last):
    ...
    theory.exact.InputError: X row 2 has 1 entries, row 1 has 2; allowed: rows of equal length
    """
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise InputError(
            f"{name} = {str(value)[:60]!r} is not a matrix", "a non-empty list of rows"
        )
    rows = tuple(vector(row, f"{name} row {i}") for i, row in enumerate(value, start=1))
    for i, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{name} row {i} has {len(row)} entries, row 1 has {len(rows[0])}",
                "rows of equal length",
            )
    return rows


def dot(u: Sequence[Fraction], v: Sequence[Fraction]) -> Fraction:
    """Inner product of two exact vectors."""
    return sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))


def gram(rows: Matrix) -> Matrix:
    """Exact Gram matrix of the rows.

    >>> gram(matrix([[1, 0], ["3/5", "4/5"]], "X"))[0][1]
    Fraction(3, 5)
    """
    return tuple(tuple(dot(u, v) for v in rows) for u in rows)


def proportional(u: Sequence[Fraction], v: Sequence[Fraction]) -> bool:
    """Whether one of two non-zero vectors is a real multiple of the other (exactly)."""
    return dot(u, v) ** 2 == dot(u, u) * dot(v, v)
