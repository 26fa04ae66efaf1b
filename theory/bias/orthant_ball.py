"""The orthant probability p(B, rho) = P(g1 >= B, g2 >= B) as a rigorous ball.

Two routes, both by validated quadrature.

Plackett: p = Q(B)^2 + (1/2 pi) * integral of exp(-B^2/(1 + sin v)) over [0, arcsin rho]. Fast,
and free of cancellation for rho >= 0; for rho < 0 the two terms cancel, and the bits that
costs are added to the working precision.

Polar: with a = sqrt((1-rho)/(1+rho)), polar coordinates and cot u = a + s give

    p = exp(-B^2/(1+rho))/pi * integral over s >= 0 of exp(-B^2 (a s + s^2/2)) / (1 + (a+s)^2).

Nothing cancels here, wherever p is how small. The integral is cut at S; by convexity of
a s + s^2/2 the rest is at most exp(-B^2 (a S + S^2/2)) / (B^2 (a+S) (1 + (a+S)^2)).
"""

from __future__ import annotations

from math import log, log2

from flint import acb, arb

from theory.rigor.balls import current_precision, working_precision

# Beyond either, the polar route is the faster one (measured).
MOST_CANCELLED_BITS = 60
SMALLEST_GAP = 1e-3


def orthant_ball(B: arb, rho: arb) -> arb:
    """Ball that contains p at every point of the ball arguments inside B >= 0, |rho| <= 1.

    p falls with B and rises with rho, so that two corners enclose it on any box. NaN when no
    point of the arguments lies in the domain.

    >>> orthant_ball(arb(0), arb(1) / 2).overlaps(arb(1) / 3)
    True
    """
    low_B, high_B = B.lower().max(arb(0)), B.upper()
    low_rho, high_rho = rho.lower().max(arb(-1)), rho.upper().min(arb(1))
    if not (low_B <= high_B and low_rho <= high_rho):
        return arb.nan()
    lowest = _at_point(high_B, low_rho)
    if low_B == high_B and low_rho == high_rho:
        return lowest
    return lowest.union(_at_point(low_B, high_rho))


def scaled_orthant_ball(B: arb, rho: arb) -> arb:
    """p(B, rho) exp(B^2/(1+rho)), the polar integral over pi; arguments as for `orthant_ball`.

    By its integrand it falls with B and, since a falls with rho, it rises with rho.
    """
    low_B, high_B = B.lower().max(arb(0)), B.upper()
    low_rho, high_rho = rho.lower().max(arb(-1)), rho.upper().min(arb(1))
    if not (low_B <= high_B and low_rho <= high_rho):
        return arb.nan()

    def corner(b: arb, r: arb) -> arb:
        return _at_point(b, r) * (b * b / (1 + r)).exp() if r > -1 else arb(0)

    return corner(high_B, low_rho).union(corner(low_B, high_rho))


def _at_point(B: arb, rho: arb) -> arb:
    """p at exact arguments of the domain."""
    if rho == -1:
        return arb(0)
    if rho == 1:
        return tail_ball(B)
    if rho == 0:
        return tail_ball(B) ** 2
    if B == 0:
        return arb.atan2((1 + rho).sqrt(), (1 - rho).sqrt()) / arb.pi()
    cancelled = _cancelled_bits(float(B), float(1 + rho)) if rho < 0 else 0
    if cancelled > MOST_CANCELLED_BITS:
        return polar_route(B, rho)
    with working_precision(current_precision() + int(cancelled) + 10):
        return plackett_route(B, rho)


def _cancelled_bits(B: float, gap: float) -> float:
    """About log2(Q(B)^2/p) for rho = gap - 1 < 0 (a choice of route, not part of the proof)."""
    if gap < SMALLEST_GAP:
        return float("inf")
    return B * B * (1 / gap - 1) / log(2) - log2(gap) / 2


def tail_ball(B: arb) -> arb:
    """Q(B) = P(g >= B) as a ball."""
    return (B / arb(2).sqrt()).erfc() / 2


def plackett_route(B: arb, rho: arb) -> arb:
    """p by integrating its derivative from rho = 0 (bias.p.dw); -1 < rho <= 1."""
    square = B * B

    def integrand(v: acb, analytic: bool) -> acb:
        return (-square / (1 + v.sin())).exp()

    gained = acb.integral(integrand, acb(0), acb(rho.asin()), abs_tol=arb(0)).real
    return tail_ball(B) ** 2 + gained / (2 * arb.pi())


def polar_route(B: arb, rho: arb) -> arb:
    """p by the scaled polar integral (bias.p.polar); B > 0, -1 < rho <= 1."""
    square, a_square = B * B, (1 - rho) / (1 + rho)
    a = a_square.sqrt()
    # The cut solves B^2 (a S + S^2/2) = depth: the rest is below the working precision.
    depth = current_precision() * arb(2).log() + 5
    reach = 2 * depth / square
    cut = (reach / (a + (a_square + reach).sqrt())).mid()

    def integrand(s: acb, analytic: bool) -> acb:
        return (-(square * (a + s / 2) * s)).exp() / (1 + (a + s) ** 2)

    body = acb.integral(integrand, acb(0), acb(cut), abs_tol=arb(0)).real
    end = a + cut
    rest = (-(square * (a + cut / 2) * cut)).exp() / (square * end * (1 + end**2))
    return (-square / (1 + rho)).exp() / arb.pi() * (body + rest.union(arb(0)))
