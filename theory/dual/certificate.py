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
from flint import arb, fmpq

from theory.dual.arrangement import regions
from theory.dual.certificate_function import active_vector, project_on_region, to_fraction
from theory.dual.problem import Dirac, Problem, dual_value, objective, residual_dual
from theory.dual.region_bounds import SIGNS, proved_bounds
from theory.exact import Vector, dot
from theory.rigor.balls import ball, working_precision

# A region whose extreme value is proved in floats to stay below this part of lam is done; the
# others are projected exactly.
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
            return (self.optimal_value() - self.task.n * length * length / 2) / ball(self.task.lam)


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
    missing = ratio.denominator.bit_length() - ratio.numerator.bit_length()
    shift = 2 * (bits + 32 + max(0, missing))
    return Fraction(isqrt((ratio.numerator << shift) // ratio.denominator), 1 << (shift // 2))


def certified_peak_squared(task: Problem, p: Vector) -> Fraction:
    """A rational upper bound of max eta_p^2 over the sphere.

    Regions proved to stay below lam * CLEARLY_BELOW all count as that; elsewhere the extreme
    value is exact. So the bound is the maximum itself whenever the maximum is near lam.
    """
    quiet = Fraction(CLEARLY_BELOW) ** 2
    return max([quiet, *(loud.height_squared for loud in loud_regions(task, p))]) * task.lam**2


@dataclass(frozen=True)
class LoudRegion:
    """A region and sign whose extreme value is not clearly below lam, projected exactly.

    point = P(sign * v_A) / lam; held = lines with positive multipliers, with these.
    """

    region: int
    sign: int
    point: tuple[fmpq, ...]
    held: dict[int, fmpq]

    @property
    def height_squared(self) -> Fraction:
        """(extreme value / lam)^2."""
        return to_fraction(sum((a * a for a in self.point), fmpq(0)))


def loud_regions(task: Problem, p: Vector) -> list[LoudRegion]:
    """All regions and signs not proved to have |P v_A| <= lam * CLEARLY_BELOW."""
    cells = regions(task.X)
    bounds = proved_bounds(p, task.X, cells, unit=task.lam)
    loud = []
    quiet = CLEARLY_BELOW * (1 - 1e-12)  # below it in spite of all rounding
    for region, column in np.argwhere(bounds > quiet):
        v = active_vector([c / task.lam for c in p], task.X, cells.active[region])
        point, held = project_on_region(v, cells, int(region), SIGNS[column])
        loud.append(LoudRegion(int(region), SIGNS[column], point, held))
    return loud
