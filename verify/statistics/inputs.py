"""Refusals shared by the statistics: a number outside its range never enters a verdict."""

from __future__ import annotations

import math
from typing import SupportsFloat

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory.exact import InputError

Array = NDArray[np.float64]
Number = SupportsFloat | str


def open_unit(value: Number, name: str) -> float:
    """Read a number strictly between 0 and 1, such as a level or an error rate.

    >>> from fractions import Fraction
    >>> open_unit(Fraction(1, 20), "delta")
    0.05

    Raises InputError for anything else, NaN included.
    """
    number = float(value)
    if not 0.0 < number < 1.0:
        raise InputError(f"{name} = {value}", "0 < value < 1", f"choose {name} inside the interval")
    return number


def finite(value: Number, name: str) -> float:
    """Read a finite number.

    >>> finite(3, "claim_value")
    3.0

    Raises InputError for NaN and infinities.
    """
    number = float(value)
    if not math.isfinite(number):
        raise InputError(f"{name} = {value}", "a finite number", "evaluate the bound first")
    return number


def not_negative(value: Number, name: str) -> float:
    """Read a finite number that is at least 0, such as a tolerance.

    >>> not_negative(0, "tol")
    0.0

    Raises InputError for anything else, NaN included.
    """
    number = float(value)
    if not (number >= 0.0 and math.isfinite(number)):
        raise InputError(f"{name} = {value}", "0 <= value < infinity", f"declare {name} >= 0")
    return number


def positive(value: Number, name: str) -> float:
    """Read a finite number above 0, such as a standard deviation.

    >>> positive("2.5", "sigma")
    2.5

    Raises InputError for anything else, NaN included.
    """
    number = float(value)
    if not (number > 0.0 and math.isfinite(number)):
        raise InputError(f"{name} = {value}", "0 < value < infinity", f"declare {name} > 0")
    return number


def counts(k: ArrayLike, n: ArrayLike) -> tuple[Array, Array]:
    """Read numbers of successes and trials, whole numbers with 0 <= k <= n, as float arrays.

    >>> counts(3, 20)
    (array(3.), array(20.))

    Raises InputError when a count is negative, not whole, not finite, or when k > n.
    """
    successes, trials = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    whole = (successes == np.floor(successes)) & (trials == np.floor(trials))
    if not np.all(whole & (successes >= 0) & (successes <= trials) & np.isfinite(trials)):
        raise InputError(f"k = {k!r}, n = {n!r}", "whole numbers, 0 <= k <= n", "count again")
    return successes, trials


def within(x: Array, low: float, high: float) -> Array:
    """Return the observations after checking them against their certain range.

    >>> within(np.array([0.0, 0.5]), 0, 1)
    array([0. , 0.5])

    Raises InputError for the first observation outside; NaN is not outside.
    """
    outside = x[(x < low) | (x > high)]
    if outside.size:
        raise InputError(
            f"observation {float(outside.flat[0])!r}",
            f"[{low}, {high}] as declared",
            "correct the declared range, or clip rounding errors in the simulation",
        )
    return x
