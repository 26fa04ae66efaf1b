"""Sum of (a + b j^(-s))^r over j = 1, ..., m, with proof, for any width and exponent.

The sum is direct up to an index J and then one of two things: where b j^(-s) no longer shows
at the working precision, the term count times the hull of the remaining terms; otherwise the
Euler-Maclaurin formula. For the latter put f(x) = (a + b x^(-s))^r with a, b >= 0, s >= 1 and
let z lie within x/(2s) of x > 0. Then

- |arg z^(-s)| <= s arcsin(1/(2s)) <= pi/6, so f is analytic there;
- |z^(-s)| <= x^(-s) (1 - 1/(2s))^(-s) <= 2 x^(-s), and
  Re z^(-s) >= cos(pi/6) (1 + 1/(2s))^(-s) x^(-s) >= x^(-s)/2;

hence |f(z)| <= 2^|r| f(x), and Cauchy gives |f^(2K)(x)| <= (2K)! 2^|r| (2s/x)^(2K) f(x).
The remainder of the formula with K corrections is at most |B_2K|/(2K)! times the integral of
|f^(2K)| over [J, m], so at most |B_2K| 2^|r| (2s/J)^(2K) times the integral of f.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, log

from flint import acb, arb

from theory.exact import InputError
from theory.rigor.balls import ball, current_precision

LARGEST_POWER, MOST_DIRECT = 500, 10**5


def hurwitz_partial_sum(s: Fraction, m: int) -> arb:
    """Sum of j^(-s) over j = 1, ..., m, for any rational s.

    Raises InputError for powers beyond LARGEST_POWER of more than MOST_DIRECT numbers.

    >>> hurwitz_partial_sum(Fraction(1), 4).overlaps(arb(25) / 12)
    True
    """
    if s == 1:
        return arb(m + 1).digamma() + arb.const_euler()
    if s < 0 and m <= MOST_DIRECT:  # two Hurwitz values of a large power nearly cancel
        return sum((_power(arb(j), -s) for j in range(1, m + 1)), arb(0))
    if s < -LARGEST_POWER:
        raise InputError(
            f"the powers j^{-s} for j = 1, ..., {m} are out of reach",
            f"powers up to {LARGEST_POWER}, or m up to {MOST_DIRECT}",
            "choose a smaller |r|",
        )
    return ball(s).zeta() - ball(s).zeta(arb(m + 1))


def power_sum(a: arb, b: arb, s: Fraction, r: Fraction, m: int) -> arb:
    """Sum of (a + b j^(-s))^r over j = 1, ..., m.

    a, b: positive balls. s: rational, at least 1. r: any rational. m: integer, at least 1.
    """
    bits = current_precision()
    smooth_from = ceil(s * bits / 4) + 1
    start = min(smooth_from, _invisible_from(a, b, s, bits), m + 1)
    exponent = ball(-s)
    total = arb(0)
    for j in range(1, start):
        total += _power(a + b * arb(j) ** exponent, r)
    if start > m:
        return total
    if start < smooth_from:
        first, last = (_power(a + b * arb(j) ** exponent, r) for j in (start, m))
        return total + (m - start + 1) * first.union(last)
    return total + _euler_maclaurin(a, b, s, r, start, m)


def _power(base: arb, r: Fraction) -> arb:
    if r.denominator == 1:
        return base ** int(r)
    if r.denominator == 2:
        return base.sqrt() ** int(r.numerator)
    return base ** ball(r)


def _invisible_from(a: arb, b: arb, s: Fraction, bits: int) -> int:
    """An index from which b j^(-s) is below 2^(-bits) a (a choice, not part of the proof)."""
    ratio = float((b / a).log() if b > 0 and a > 0 else arb(0))
    exponent = (ratio + bits * log(2)) / float(s)
    return ceil(2.0**64 if exponent > 44 else 2.718281828459045**exponent) + 1


def _euler_maclaurin(a: arb, b: arb, s: Fraction, r: Fraction, low: int, high: int) -> arb:
    corrections = max(1, int(3 * low / (2 * s)))
    integral = _integral(a, b, s, r, low, high)
    at_low, at_high = (_taylor(a, b, s, r, x, 2 * corrections) for x in (low, high))
    total = integral + (at_low[0] + at_high[0]) / 2
    for k in range(1, corrections + 1):
        # B_2k/(2k)! times the (2k-1)-st derivative, which is (2k-1)! times a coefficient
        total += arb.bernoulli(2 * k) / (2 * k) * (at_high[2 * k - 1] - at_low[2 * k - 1])
    bound = abs(arb.bernoulli(2 * corrections)) * arb(2) ** ball(abs(r))
    bound *= (ball(2 * s) / low) ** (2 * corrections) * integral
    return total + arb(0, bound.abs_upper())


def _taylor(a: arb, b: arb, s: Fraction, r: Fraction, x: int, length: int) -> list[arb]:
    """Taylor coefficients of (a + b z^(-s))^r at z = x."""
    inner = [b * arb(x) ** ball(-s)]
    for k in range(1, length):
        inner.append(inner[-1] * ball(-(s + k - 1) / k) / x)
    inner[0] += a
    outer = [_power(inner[0], r)]
    for k in range(1, length):  # the recurrence for powers of a series
        terms = (ball(i * r - (k - i)) * inner[i] * outer[k - i] for i in range(1, k + 1))
        outer.append(sum(terms, arb(0)) / (k * inner[0]))
    return outer


def _integral(a: arb, b: arb, s: Fraction, r: Fraction, low: int, high: int) -> arb:
    """Integral of (a + b x^(-s))^r over [low, high], in u = log x."""
    if low == high:
        return arb(0)
    slope, power = acb(ball(-s)), acb(ball(r))

    def integrand(u: acb, analytic: bool) -> acb:
        return u.exp() * (a + b * (slope * u).exp()).pow(power, analytic=analytic)

    return acb.integral(integrand, acb(arb(low).log()), acb(arb(high).log())).real
