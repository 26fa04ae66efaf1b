"""Certified Gaussian expectations of products of functions of exponentials.

E[f_1(z_1) ... f_q(z_q)] for a centred Gaussian vector z = L t, t standard normal in k <= 3
dimensions, is integrated by the trapezoidal rule with step h on the lattice points of a ball.
Every factor is analytic in the strip |Im z| < pi/rate, with the bound that `Factor` states.
Two errors, both derived here; M is the product of the factors' bounds on their strips.

Step. By Poisson's formula the rule on the whole lattice errs by the sum of the Fourier
transform F^ of the integrand over non-zero points xi of (2 pi/h) Z^k. Shifting the contour of
each coordinate with xi_m != 0 by a in the direction of its sign keeps z_i within the strip
|Im z_i| <= a sum_m |L_im| and gives |F^(xi)| <= M E(1+|t|)^2 prod_{xi_m != 0}
exp(a^2/2 - a |xi_m|), since |phi(t + ia)| = phi(t) exp(a^2/2). The sum over xi is
(1 + eps)^k - 1 with eps = 2 exp(a^2/2)/(exp(2 pi a/h) - 1), and E(1+|t|)^2 <= (1+sqrt k)^2.

Cut. On the real lattice the integrand is at most M (1+|t|)^2 phi(t) <= 12 M (2 pi)^(-k/2)
exp(-9|t|^2/20), because (1+x)^2 exp(-x^2/20) is greatest at x = 4, where it is below 12.
Outside the ball of radius R that is at most 12 M (2 pi)^(-k/2) exp(-2 R^2/5) exp(-|t|^2/20),
and h times the sum of exp(-x^2/20) over a shifted or unshifted lattice is at most
sqrt(20 pi) + h: the cut loses at most 12 M (2 pi)^(-k/2) exp(-2 R^2/5) (sqrt(20 pi) + h)^k.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, floor, isqrt, log, pi, prod, sqrt

from flint import arb

from theory.exact import InputError, Matrix
from theory.rigor.balls import ball, current_precision

SPARE_BITS = 20  # how far the quadrature error stays above the working precision
MOST_POINTS = 50_000_000  # about a minute
_BALL_VOLUME = {1: 2.0, 2: pi, 3: 4 * pi / 3}


@dataclass(frozen=True)
class Factor:
    """A function f(z) = at(exp(rate z)) with a bound on the strip |Im z| <= y < pi/rate.

    |f(z)| <= coefficient (1+y)^growth (1+|Re z|)^growth / cos(rate y/2)^secants.
    parity: 1 for an even, -1 for an odd function, 0 for neither.
    """

    at: Callable[[arb], arb]
    rate: int
    coefficient: Fraction
    secants: int
    growth: int = 0
    parity: int = 0

    def __mul__(self, other: Factor) -> Factor:
        """The product of two functions of the same exponential."""
        if self.rate != other.rate:
            raise ValueError("factors of different exponentials")
        return Factor(
            lambda e: self.at(e) * other.at(e),
            self.rate,
            self.coefficient * other.coefficient,
            self.secants + other.secants,
            self.growth + other.growth,
            self.parity * other.parity,
        )

    def bound(self, y: arb) -> arb:
        """The stated bound at |Im z| <= y, without the power of 1 + |Re z|."""
        cosine = (y * self.rate / 2).cos()
        if not (cosine > 0 and y * self.rate < arb.pi()):
            return arb.nan()
        return ball(self.coefficient) * (1 + y) ** self.growth / cosine**self.secants


def expectation(factors: Sequence[Factor], covariance: Matrix) -> arb:
    """E[f_1(z_1) ... f_q(z_q)] for a centred Gaussian z with the given exact covariance.

    factors: one function a coordinate, growth at most 2 in all. covariance: exact, positive
    semidefinite of rank at most 3, variances at most 1. The error is proved (module head).
    Raises InputError for a covariance outside that range, and when the working precision asks
    for more than MOST_POINTS lattice points.
    """
    rows = square_root(covariance)
    variance = max(covariance[i][i] for i in range(len(rows)))
    growth = sum(factor.growth for factor in factors)
    if growth > 2 or variance > 1:
        raise InputError(f"growth {growth}, variance {variance}", "growth <= 2, variances <= 1")
    rank = len(rows[0])
    if not 1 <= rank <= 3:
        raise InputError(f"covariance of rank {rank}", "rank 1 to 3")
    step, shift, radius = _plan(factors, rows)
    points = _BALL_VOLUME[rank] * float(radius / step) ** rank
    if points > MOST_POINTS:
        raise InputError(
            f"a Gaussian integral in {rank} dimensions to {current_precision()} bits takes "
            f"{points:.1e} points",
            f"at most {MOST_POINTS:.0e}",
            "ask for fewer digits, or use an activation with a closed form",
        )
    reach = [shift * sum((abs(entry) for entry in row), arb(0)) for row in rows]
    size = arb(1)
    for factor, y in zip(factors, reach, strict=True):
        size *= factor.bound(y)
    value = _lattice_sum(factors, rows, step, radius)
    error = size * (_step_error(rank, step, shift) + _cut_error(rank, step, radius))
    return value + arb(0, error.abs_upper()) if error.is_finite() else arb.nan()


def square_root(covariance: Matrix) -> list[list[arb]]:
    """Rows of L with L L^T equal to an exact semidefinite matrix, as many columns as its rank.

    LDL^T in exact arithmetic; a pivot that is exactly zero brings no column, so that
    a singular covariance costs no digits. Raises InputError when the matrix is indefinite.
    """
    rest = [list(row) for row in covariance]
    size = len(rest)
    columns: list[list[arb]] = []
    for j in range(size):
        pivot = rest[j][j]
        if pivot < 0 or (pivot == 0 and any(rest[i][j] for i in range(j, size))):
            raise InputError("the covariance is indefinite", "positive semidefinite matrices")
        if pivot == 0:
            continue
        column = [rest[i][j] / pivot if i >= j else Fraction(0) for i in range(size)]
        root = ball(pivot).sqrt()
        columns.append([ball(entry) * root for entry in column])
        for i in range(j, size):
            for k in range(j, size):
                rest[i][k] -= column[i] * column[k] * pivot
    return [[column[i] for column in columns] for i in range(size)]


def _plan(factors: Sequence[Factor], rows: list[list[arb]]) -> tuple[arb, arb, arb]:
    """Step h, contour shift a and radius R that reach the working precision (no proof here)."""
    bits = current_precision() - SPARE_BITS
    weights = [sum(abs(float(entry)) for entry in row) for row in rows]
    best = (0.0, 0.0, 0.0)
    for i in range(1, 400):
        shift = i / 20
        y = [shift * weight for weight in weights]
        if any(f.rate * v >= 0.99 * pi for f, v in zip(factors, y, strict=True)):
            break
        size = sum(
            log(f.coefficient) + f.growth * log(1 + v) - f.secants * log(cos(f.rate * v / 2))
            for f, v in zip(factors, y, strict=True)
        )
        wanted = bits * log(2) + size + log(50)
        step = 2 * pi * shift / (wanted + shift**2 / 2)  # solves eps = exp(-wanted)
        if step > best[0]:
            best = (step, shift, sqrt(2.5 * (wanted + 3)))
    step, shift, radius = best
    return _rounded_down(step), _rounded_down(shift), _rounded_down(radius)


def _rounded_down(value: float) -> arb:
    return ball(Fraction(floor(value * 4096), 4096))


def _step_error(rank: int, step: arb, shift: arb) -> arb:
    epsilon = 2 * (shift**2 / 2).exp() / ((2 * arb.pi() * shift / step).exp() - 1)
    return (1 + arb(rank).sqrt()) ** 2 * ((1 + epsilon) ** rank - 1)


def _cut_error(rank: int, step: arb, radius: arb) -> arb:
    line = (20 * arb.pi()).sqrt() + step
    return 12 * (line / (2 * arb.pi()).sqrt()) ** rank * (-2 * radius**2 / 5).exp()


def _lattice_sum(factors: Sequence[Factor], rows: list[list[arb]], step: arb, radius: arb) -> arb:
    """The trapezoidal rule on the lattice points of the ball, column by column of L."""
    rank = len(rows[0])
    steps = isqrt(int(float((radius / step) ** 2)) + 1) + 1  # so that steps * step >= radius
    offsets = range(-steps, steps + 1)
    scale = step / (2 * arb.pi()).sqrt()
    weights = [scale * (-((step * n) ** 2) / 2).exp() for n in offsets]
    tables = [
        {
            i: [(factor.rate * row[column] * step * n).exp() for n in offsets]
            for i, (factor, row) in enumerate(zip(factors, rows, strict=True))
            if row[column] != 0
        }
        for column in range(rank)
    ]
    last = [max((c for c in range(rank) if i in tables[c]), default=0) for i in range(len(rows))]

    even = prod(factor.parity for factor in factors) == 1  # t and -t contribute alike

    def level(column: int, exponentials: list[arb], budget: int) -> arb:
        total, reach = arb(0), isqrt(budget)
        half = even and column == 0
        for n in range(0 if half else -reach, reach + 1):
            term, current = weights[steps + n], list(exponentials)
            for i, table in tables[column].items():
                current[i] = current[i] * table[steps + n]
            for i, factor in enumerate(factors):
                if last[i] == column:
                    term = term * factor.at(current[i])
            if column + 1 < rank:
                term = term * level(column + 1, current, budget - n * n)
            total += 2 * term if half and n else term
        return total

    return level(0, [arb(1)] * len(rows), steps**2)
