"""The least penalty at which nothing is learned.

dual.lambda_max: lambda_max = max |eta_y| / n over the sphere; mu = 0 is a minimiser iff
lam >= lambda_max, and then the only one. On every dual region the maximum is the length of a
projection on a rational cone, so lambda_max^2 is rational for rational data.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import fmpq

from theory.dual.arrangement import regions
from theory.dual.certificate_function import (
    active_vector,
    project_on_region,
    to_fmpq,
    to_fraction,
)
from theory.dual.region_bounds import SIGNS, proved_bounds
from theory.exact import InputError, Matrix, Vector, dot


def max_certificate_squared(p: Vector, X: Matrix) -> Fraction:
    """max over the unit sphere of eta_p(w)^2, exactly.

    p: n rationals; X: n x d exact. Raises InputError if there are too many regions.

    Regions are projected exactly in the order of proved float bounds, until the next bound is
    below the best value found.
    """
    cells = regions(X)
    unit = sum(
        (abs(c) * max(map(abs, row)) for c, row in zip(p, X, strict=True)), Fraction(0)
    )  # the values are between 0 and sqrt(d) units
    if unit == 0:
        return Fraction(0)
    scaled = tuple(c / unit for c in p)
    bounds = proved_bounds(p, X, cells, unit=unit)
    best = fmpq(0)
    for place in np.argsort(-bounds, axis=None):
        region, column = divmod(int(place), 2)
        if to_fmpq(Fraction(float(bounds[region, column]))) ** 2 <= best:
            break
        v = active_vector(scaled, X, cells.active[region])
        point = project_on_region(v, cells, region, SIGNS[column])[0]
        best = max(best, sum((a * a for a in point), fmpq(0)))
    return to_fraction(best) * unit**2


@lru_cache(maxsize=256)
def lambda_max_squared(X: Matrix, y: Vector) -> Fraction:
    """lambda_max^2, an exact rational, for any number of dimensions.

    >>> from theory.exact import matrix, vector
    >>> lambda_max_squared(matrix([[1, 0], [0, 1]], "X"), vector([3, 4], "y"))
    Fraction(25, 4)
    """
    return max_certificate_squared(y, X) / len(y) ** 2


def closed_form(X: Matrix, y: Vector) -> Fraction:
    """lambda_max^2 without regions, where a closed form exists (dual.lambda_max).

    n = 1: (|y| |x|)^2. d = 1: the two directions. X = I: max of |y^+|^2, |y^-|^2 over n^2.
    y >= 0: the greatest |sum_{j in A} y_j x_j|^2 / n^2 over ALL subsets A (n <= 20).
    Raises InputError when none applies.

    >>> from theory.exact import matrix, vector
    >>> closed_form(matrix([[1, 0], [0, 1]], "X"), vector([3, -4], "y"))
    Fraction(4, 1)
    """
    n = len(y)
    if n == 1:
        return y[0] ** 2 * dot(X[0], X[0])
    if len(X[0]) == 1:
        sides = ([j for j in range(n) if s * X[j][0] > 0] for s in (1, -1))
        return max(sum((y[j] * X[j][0] for j in side), Fraction(0)) ** 2 for side in sides) / n**2
    if all(X[i][k] == (i == k) for i in range(n) for k in range(len(X[0]))):
        return (
            max(
                sum((c * c for c in y if c > 0), Fraction(0)),
                sum((c * c for c in y if c < 0), Fraction(0)),
            )
            / n**2
        )
    if all(c >= 0 for c in y) and n <= 20:
        return largest_subset_sum(X, y) / n**2
    raise InputError(
        "no closed form of lambda_max is known for these data",
        "n = 1, d = 1, X = I or y >= 0",
        "use lambda_max_squared",
    )


def largest_subset_sum(X: Matrix, y: Vector) -> Fraction:
    """max over all subsets A of |sum_{j in A} y_j x_j|^2; this is (n lambda_max)^2 iff y >= 0.

    For targets of both signs it may exceed it: not every subset is the active set of a region,
    and the maximiser need not lie in its own region.
    """
    best = Fraction(0)
    sums = [tuple(Fraction(0) for _ in X[0])]
    for row, weight in zip(X, y, strict=True):
        sums += [tuple(a + weight * b for a, b in zip(s, row, strict=True)) for s in sums]
    for s in sums:
        best = max(best, dot(s, s))
    return best
