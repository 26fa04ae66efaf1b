"""Literal convexity of the empirical ReLU loss: the exact law of its radius (region.kink_law).

One neuron with r weights, no noise, |w*| = 1. The empirical loss has a concave kink on
{w x_n = 0} for every sample with w* x_n > 0 and is convex before the first of them, so the
radius of the greatest ball around w* on which it is convex is

    R_N = min(1, min over active n of w* x_n / |x_n|),
    P(R_N > t) = (1 - F_r(t)/2)^N,   F_r(t) = I_{t^2}(1/2, (r-1)/2),   0 <= t < 1,

F_r being the law of |u_1| for u uniform on the sphere in R^r.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import acb, arb

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.exact import InputError
from theory.formula import Formula
from theory.lottery.hypotheses import INPUTS, ONE_NEURON
from theory.lottery.phase import EXACT_BITS
from theory.lottery.symbols import kept, samples
from theory.rigor.balls import ball

RADIUS_MEAN_THREE = Formula(2 * (1 - 2 ** (-samples - 1)) / (samples + 1))
"""E R_N for r = 3, where F_3(t) = t."""

RADIUS_MEAN_LIMIT = Formula(
    sympy.sqrt(sympy.pi) * sympy.gamma((kept - 1) / 2) / (sympy.gamma(kept / 2) * samples)
)
"""Leading term of E R_N for large N: 2 / (N F_r'(0))."""


def cosine_share(phi: acb, r: int) -> acb:
    """F_r(sin phi), an entire function of phi; r >= 2.

    The integral of cos^(r-2) from 0 to phi over that to pi/2, by reduction of the exponent.
    """
    sine, cosine = phi.sin(), phi.cos()
    integral, whole = (phi, arb.pi() / 2) if r % 2 == 0 else (sine, arb(1))
    square = cosine**2
    power = cosine if r % 2 == 0 else square
    for exponent in range(2 + r % 2, r - 1, 2):
        integral = (power * sine + (exponent - 1) * integral) / exponent
        whole = whole * (exponent - 1) / exponent
        power *= square
    return integral / whole


def radius_exceeds(r: int, N: int, t: Fraction) -> arb | Fraction:
    """P(R_N > t); r >= 1, 0 <= t < 1.

    >>> radius_exceeds(3, 2, Fraction(1, 2))
    Fraction(9, 16)
    """
    if r == 1:
        return Fraction(1)
    if r == 3:
        return (1 - t / 2) ** N
    return (1 - cosine_share(acb(ball(t).asin()), r).real / 2) ** N


def radius_mean(r: int, N: int) -> arb | Fraction:
    """E R_N: the certified integral of P(R_N > t) over 0 <= t <= 1; r >= 1, N >= 0.

    With t = sin(phi) the integrand is entire, so the adaptive rule meets no branch point.

    >>> radius_mean(3, 50) == Fraction(2, 51) * (1 - Fraction(1, 2**51))
    True
    """
    if r == 1:
        return Fraction(1)
    if r == 3:
        if N > EXACT_BITS:
            return RADIUS_MEAN_THREE.ball(samples=N)
        return Fraction(2, N + 1) * (1 - Fraction(1, 2 ** (N + 1)))
    value = radius_mean_integral(r, N)
    if not value.is_finite():
        raise InputError(f"the integral for r = {r}, N = {N} did not converge", "smaller r or N")
    return value


def radius_mean_integral(r: int, N: int) -> arb:
    """The same for any r >= 2 by the integral, with no special case."""

    def integrand(phi: acb, _: bool) -> acb:
        return (1 - cosine_share(phi, r) / 2) ** N * phi.cos()

    return acb.integral(integrand, 0, arb.pi() / 2).real


def midpoint_excess(radius: Fraction, N: int) -> tuple[Fraction, Fraction]:
    """Midpoint convexity of an empirical loss inside a ball around w* = (1, 0): both sides.

    The sample: x_1 = (1, c) with w* x_1/|x_1| < radius/2, hence a kink inside the ball, and
    N - 1 copies of (-1, 0), which are inactive near w*. Along the vertical line through w* the
    loss is relu(1 + c v)^2-like around its kink at v = -1/c. Returns the loss at the kink and
    the mean of the losses at the same distance on either side; convexity wants left <= right.
    """
    c = Fraction(4) / radius
    kink, reach = -1 / c, 1 / (8 * c)

    def loss(v: Fraction) -> Fraction:
        active = max(1 + c * v, Fraction(0))
        return (active - 1) ** 2 / (2 * N)

    return loss(kink), (loss(kink - reach) + loss(kink + reach)) / 2


def half_for_each(r: int, N: int, t: Fraction) -> arb | Fraction:
    """The law without the half: every sample taken for active."""
    share = ball(t) if r == 3 else cosine_share(acb(ball(t).asin()), r).real
    return (1 - share) ** N


CLAIMS = (
    Claim(
        id="lottery.region.kink_law",
        title="Literal convexity of the empirical loss: exact law of its radius",
        location="Theorem 1's region, read for the empirical ReLU loss",
        statement="For $K = 1$, no noise, $norm(w^*) = 1$, the radius of the greatest ball around "
        "$w^*$ on which $hat(f)$ is convex has $PP(R_N > t) = "
        "(1 - 1\\/2 I_(t^2)(1\\/2, (r-1)\\/2))^N$ for $0 <= t < 1$; its mean "
        "shrinks like $sqrt(2 pi\\/r)\\/N$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=radius_exceeds,
        hypotheses=(INPUTS, ONE_NEURON, Hypothesis("no noise", "labels are the teacher's outputs")),
        mutants=(
            Mutant("every sample active", half_for_each),
            Mutant("a radius that does not depend on N", lambda r, N, t: radius_exceeds(r, 1, t)),
            Mutant("r - 1 for r", lambda r, N, t: radius_exceeds(r - 1, N, t)),
        ),
    ),
    Claim(
        id="lottery.region.literal_convexity",
        title="Convexity of the empirical loss on a fixed ball",
        location="Theorem 1 (recalled): $nabla^2 hat(f) succ.eq 0$ on a ball around $W^*$",
        statement="The empirical ReLU loss is convex on a ball around $W^*$ whose radius does not "
        "depend on the sample.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.EVERY_DRAW,
        form=midpoint_excess,
        mark=Mark.RECALLED,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="the empirical Hessian bounded below on a ball of radius independent of N; "
            "recalled, and meaningful almost everywhere only",
            witness="one sample nearly orthogonal to the teacher puts a concave kink into any "
            "given ball; the exact law of the nearest kink is lottery.region.kink_law, mean about "
            "sqrt(2 pi/r)/N",
            repair="one-point convexity, or convexity at scales well above 1/N, or the population "
            "loss (lottery.region.radius_bound)",
        ),
        toothless="a refuted statement; its witness is exact",
    ),
)
