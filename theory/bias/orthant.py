"""The orthant probability p(B, rho), the special function of this paper, in four readings.

p(B, rho) = P(g1 >= B, g2 >= B) for standard normals of correlation rho: the probability that
one neuron with bias B is active on two samples of norm one with inner product rho.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy

from theory.bias.orthant_ball import orthant_ball
from theory.bias.orthant_float64 import orthant_float64
from theory.gaussian import density, tail


def slope(rho: sympy.Expr) -> sympy.Expr:
    """a = sqrt((1-rho)/(1+rho)), the tangent of half the angle between the samples."""
    return sympy.sqrt((1 - rho) / (1 + rho))


def pair_density(B: sympy.Expr, rho: sympy.Expr) -> sympy.Expr:
    """Joint density of (g1, g2) at (B, B)."""
    return sympy.exp(-(B**2) / (1 + rho)) / (2 * sympy.pi * sympy.sqrt(1 - rho**2))


class OrthantProbability(sympy.Function):
    """p(B, rho) for B >= 0 and -1 <= rho <= 1.

    Known values: p(B, 0) = Q(B)^2, p(B, 1) = Q(B), p(B, -1) = 0, and at B = 0 the share of
    the circle 1/4 + arcsin(rho)/(2 pi). Derivatives: Plackett (1954) in rho, and
    -2 phi(B) Q(a B) in B.

    >>> from theory.bias.symbols import B, rho
    >>> OrthantProbability(0, sympy.Rational(1, 2))
    1/3
    >>> OrthantProbability(B, rho).diff(rho) == pair_density(B, rho)
    True
    """

    nargs = 2
    BOUNDS = (0, 1)  # of its values: a probability

    @classmethod
    def eval(cls, B: sympy.Expr, rho: sympy.Expr) -> sympy.Expr | None:
        """Known values."""
        if rho.is_zero:
            return tail(B) ** 2
        if rho == 1:
            return tail(B)
        if rho == -1 and B.is_nonnegative:
            return sympy.Integer(0)
        if B.is_zero:
            return sympy.Rational(1, 4) + sympy.asin(rho) / (2 * sympy.pi)
        return None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Derivative in B (argument 1) or in rho (argument 2)."""
        B, rho = self.args
        if argindex == 1:
            return -2 * density(B) * tail(slope(rho) * B)
        return pair_density(B, rho)

    ball = staticmethod(orthant_ball)
    float64 = staticmethod(orthant_float64)

    @staticmethod
    def mp(B: Any, rho: Any) -> mpmath.mpf:
        """Value at mpmath's working precision, without proof."""
        B, rho = mpmath.mpf(B), mpmath.mpf(rho)
        if rho == -1:
            return mpmath.mpf(0)
        if B == 0:
            return mpmath.atan2(mpmath.sqrt(1 + rho), mpmath.sqrt(1 - rho)) / mpmath.pi
        a, depth = mpmath.sqrt((1 - rho) / (1 + rho)), (mpmath.mp.prec + 8) * mpmath.log(2)
        cut = 2 * depth / B**2 / (a + mpmath.sqrt(a**2 + 2 * depth / B**2))
        integral = mpmath.quad(
            lambda s: mpmath.exp(-(B**2) * (a + s / 2) * s) / (1 + (a + s) ** 2),
            [0, cut / (1 + cut), cut],
        )
        return mpmath.exp(-(B**2) / (1 + rho)) * integral / mpmath.pi

    def _typst(self, printer: Any) -> str:
        return f"p({', '.join(printer._print(argument) for argument in self.args)})"
