"""One sample in one dimension: flows in closed form, where a hypothesis of a theorem fails.

A unit with weight w answers the sample x with a sqrt(lambda) sigma(w x), a = +-1, and its weight
moves with a sqrt(lambda) x sigma'(w x) (y - u). Here n = d = 1, gamma = 1, delta = 1/10. What
happens, and the probability with which it does:

- One ReLU unit, Theta = s^2 while it is active (s the sample's norm or the slope, H1 or H2a fails
  for s > 1), y = -1. Started at w <= 0 (probability 1/2) it never moves: Theta = 0 and the loss
  stays. Started at w > 0 with a = +1 (1/4) it sinks to 0 and dies there: it moves by w, and Theta
  falls from s^2 to 0. kappa = s^2/2 grows with s, so one unit is as wide as the theorem asks.
- One sine unit, Theta = s^2 cos^2(s w), y = 2, which it cannot reach: it climbs to the nearest
  peak of a sin(s w), where Theta = 0, and the loss stays above (2 - 1)^2/2. One tanh unit, y = 2,
  climbs for ever: its movement is unbounded.
- m units with equal weights (H3 fails) at L, L > 0 large: u_0 = S sigma(L) with S = sum a_j/sqrt m,
  which is rarely near 0 (`away_from_zero`). Where sigma' = 0 at L they never move.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.exact import InputError
from theory.rigor.balls import ball

REACH = 8  # a standard normal weight is beyond it with probability 1.3e-15


def relu_kappa(scale: Fraction) -> Fraction:
    """kappa_1 = s^2/2 of the ReLU for a sample (or slope) of size s."""
    return scale**2 / 2


def sine_kappa(scale: Fraction) -> arb:
    """kappa_1 = s^2 E cos^2(s z) = s^2 (1 + exp(-2 s^2))/2."""
    return ball(scale**2) * (1 + ball(-2 * scale**2).exp()) / 2


def sine_moment(scale: Fraction) -> arb:
    """sup over c in (0, 1] of E sin^2(c s z), attained at c = 1."""
    return (1 - ball(-2 * scale**2).exp()) / 2


def beyond(bound: arb) -> arb:
    """P(w > bound) for a standard normal weight."""
    return (bound / arb(2).sqrt()).erfc() / 2


def away_from_lattice(spacing: arb, distance: arb) -> arb:
    """A lower bound of P(w is farther than `distance` from a lattice), w standard normal.

    Within REACH there are at most 2 REACH/spacing + 1 points, each with probability at most
    2 distance/sqrt(2 pi) around it.

    >>> away_from_lattice(arb("0.1"), arb("0.001")) > arb("0.8")
    True
    """
    points = 2 * REACH / spacing + 1
    return 1 - points * 2 * distance / (2 * arb.pi()).sqrt() - (arb(REACH) / arb(2).sqrt()).erfc()


def away_from_zero(m: int, distance: Fraction) -> arb:
    """A lower bound of P(|S| > distance), S = sum of m random signs over sqrt(m), m even.

    S takes distance sqrt(m) + 1 values there at most, each with probability at most
    binom(m, m/2) 2^-m <= sqrt(2/(pi m)).

    >>> away_from_zero(10**6, Fraction(1, 10)) > arb("0.9")
    True
    """
    if m % 2:
        raise InputError(f"m = {m} is odd", "even m")
    return 1 - (ball(distance) * arb(m).sqrt() + 1) * (2 / (arb.pi() * m)).sqrt()


def balanced(m: int, share: Fraction) -> Fraction:
    """A lower bound of P(|share of a_j = -1 minus 1/2| < share): Chebyshev."""
    return 1 - 1 / (4 * m * share**2)


def rational_above(x: arb) -> Fraction:
    """A rational upper bound of a ball, in units of 2^-30.

    >>> rational_above(arb("0.25"))
    Fraction(1, 4)
    """
    scaled = (x * 2**30).upper().ceil().unique_fmpz()
    if scaled is None:
        raise InputError(f"{x} has no rational upper bound", "finite balls")
    return Fraction(int(scaled), 2**30)
