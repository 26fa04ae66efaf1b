"""Moments for the tensor initialisation (section 9): Hermite coefficients of the activation.

For y = (1/K) sum_j relu(<w_j, x>), the k-th Hermite moment of y is the symmetric tensor
E[y He_k(x)] = (c_k/K) sum_j |w_j| (w_j/|w_j|)^(tensor k), with c_k = E[relu(z) He_k(z)].
"""

from __future__ import annotations

import sympy
from sympy import Rational, exp, oo, pi, sqrt

VARIABLE = sympy.Symbol("z", real=True)
_Z = VARIABLE
_DENSITY = exp(-(_Z**2) / 2) / sqrt(2 * pi)


def probabilist_hermite(k: int) -> sympy.Expr:
    """He_k(z): He_0 = 1, He_1 = z, He_k = z He_k-1 - (k-1) He_k-2."""
    before, now = sympy.Integer(0), sympy.Integer(1)
    for i in range(k):
        before, now = now, sympy.expand(_Z * now - i * before)
    return now


def relu_coefficient(k: int) -> sympy.Expr:
    """c_k = E[relu(z) He_k(z)], integrated symbolically.

    >>> [relu_coefficient(k) for k in (1, 2, 3, 4)]
    [1/2, sqrt(2)/(2*sqrt(pi)), 0, -sqrt(2)/(2*sqrt(pi))]
    """
    return sympy.simplify(sympy.integrate(_Z * probabilist_hermite(k) * _DENSITY, (_Z, 0, oo)))


def relu_coefficient_closed(k: int) -> sympy.Expr:
    """1/2 for k = 1; 0 for odd k >= 3; else (-1)^(k/2+1) (k-3)!!/sqrt(2 pi)."""
    if k % 2:
        return Rational(1, 2) if k == 1 else sympy.Integer(0)
    return (-1) ** (k // 2 + 1) * sympy.factorial2(k - 3) / sqrt(2 * pi)


def distilled_moments(slope_left: sympy.Expr, slope_right: sympy.Expr) -> dict[str, sympy.Expr]:
    """alpha_q = E[phi'(z) z^q] and beta_q = E[phi'(z)^2 z^q] for standard normal z.

    slope_left, slope_right: phi'(z) for z < 0 and z > 0, as expressions in `VARIABLE`.
    """

    def mean(left: sympy.Expr, right: sympy.Expr, q: int) -> sympy.Expr:
        below = sympy.integrate(left * _Z**q * _DENSITY, (_Z, -oo, 0))
        above = sympy.integrate(right * _Z**q * _DENSITY, (_Z, 0, oo))
        return sympy.simplify(below + above)

    values = {f"alpha{q}": mean(slope_left, slope_right, q) for q in (0, 1, 2)}
    return values | {f"beta{q}": mean(slope_left**2, slope_right**2, q) for q in (0, 2)}


def rho_branches(moments: dict[str, sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """The three branches whose least value is Zhong's rho.

    >>> rho_branches(distilled_moments(sympy.Integer(0), sympy.Integer(1)))
    ((-2 + pi)/(4*pi), (-2 + pi)/(4*pi), (-2 + pi)/(4*pi))
    """
    a0, a1, a2 = (moments[f"alpha{q}"] for q in (0, 1, 2))
    b0, b2 = moments["beta0"], moments["beta2"]
    branches = (b0 - a0**2 - a1**2, b2 - a1**2 - a2**2, a0 * a2 - a1**2)
    return tuple(sympy.simplify(branch) for branch in branches)
