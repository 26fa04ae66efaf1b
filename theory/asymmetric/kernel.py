"""The mean neural tangent Gram matrix Theta* (section 3, equation 10).

Theta*_ik = (x_i.x_k/d) E[sigma'(u) sigma'(v)] for (u, v) centred Gaussian with covariance
(s11, s12; s12, s22) = (x_i.x_i, x_i.x_k; ., x_k.x_k)/d. It depends neither on the width nor
on the node scaling.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import sympy
from flint import arb, arb_mat

from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH
from theory.exact import Matrix, dot, gram
from theory.formula import Formula
from theory.rigor.balls import ball, current_precision
from theory.rigor.gaussian_expectation import expectation

_S11, _S12, _S22 = sym.first_variance, sym.inner_product, sym.second_variance

RELU_MEAN = Formula(sympy.Rational(1, 4) + sympy.asin(sym.cosine) / (2 * sympy.pi))
SIN_MEAN = Formula(sympy.exp(-(_S11 + _S22) / 2) * sympy.cosh(_S12))
SIN_SHIFTED_MEAN = Formula(sympy.exp(-(_S11 + _S22 - 2 * _S12) / 2) / 2)
ERF_SCALED_MEAN = Formula(1 / sympy.sqrt((1 + 2 * _S11) * (1 + 2 * _S22) - 4 * _S12**2))

# E[sigma'(u)^2 sigma'(v)^2], for the departure C_0 of Proposition 3.3
SIN_SQUARES = Formula(
    (
        1
        + sympy.exp(-2 * _S11)
        + sympy.exp(-2 * _S22)
        + sympy.exp(-2 * (_S11 + _S22)) * sympy.cosh(4 * _S12)
    )
    / 4
)
SIN_SHIFTED_SQUARES = Formula((1 + sympy.exp(-2 * (_S11 + _S22)) * sympy.sinh(4 * _S12)) / 4)
ERF_SCALED_SQUARES = Formula(1 / sympy.sqrt((1 + 4 * _S11) * (1 + 4 * _S22) - 16 * _S12**2))

CLOSED_MEANS = {"sin": SIN_MEAN, "sin_shifted": SIN_SHIFTED_MEAN, "erf_scaled": ERF_SCALED_MEAN}
CLOSED_SQUARES = {
    "sin": SIN_SQUARES,
    "sin_shifted": SIN_SHIFTED_SQUARES,
    "erf_scaled": ERF_SCALED_SQUARES,
}


def angle(s11: Fraction, s12: Fraction, s22: Fraction) -> arb:
    """Angle between two vectors, in [0, pi], from their exact Gram entries."""
    return arb.atan2(ball(s11 * s22 - s12**2).sqrt(), ball(s12))


def derivative_moment(
    activation: str, s11: Fraction, s12: Fraction, s22: Fraction, power: int = 1
) -> arb | Fraction:
    """E[sigma'(u)^power sigma'(v)^power] for power 1 or 2, at the working precision.

    activation: a name of `activations.NAMES`. (s11, s12, s22): exact covariance of (u, v),
    positive semidefinite, variances at most 1.
    """
    if s11 > s22:  # one order for both, so that the cache serves either
        s11, s22 = s22, s11
    return _derivative_moment(activation, s11, s12, s22, power, current_precision())


@lru_cache(maxsize=4096)
def _derivative_moment(
    activation: str, s11: Fraction, s12: Fraction, s22: Fraction, power: int, bits: int
) -> arb | Fraction:
    if activation == "relu":  # an indicator is its own square: the orthant probability
        if s12**2 == s11 * s22:
            return Fraction(1, 2) if s12 > 0 else Fraction(0)
        return Fraction(1, 4) if s12 == 0 else (arb.pi() - angle(s11, s12, s22)) / (2 * arb.pi())
    closed = (CLOSED_MEANS if power == 1 else CLOSED_SQUARES).get(activation)
    if closed:
        return closed.ball(first_variance=s11, inner_product=s12, second_variance=s22)
    strip = SMOOTH[activation].strip
    assert strip is not None
    factor = strip.first if power == 1 else strip.first * strip.first
    return expectation([factor, factor], ((s11, s12), (s12, s22)))


def mean_ntg_entry(X: Matrix, activation: str, i: int, k: int) -> arb | Fraction:
    """Entry of Theta*; i, k count from 1. Exactly zero for orthogonal samples.

    >>> mean_ntg_entry(((Fraction(1), Fraction(0)), (Fraction(3, 5), Fraction(4, 5))), "relu", 1, 1)
    Fraction(1, 4)
    """
    d = len(X[0])
    x, z = X[i - 1], X[k - 1]
    s11, s12, s22 = dot(x, x) / d, dot(x, z) / d, dot(z, z) / d
    if s12 == 0:
        return Fraction(0)
    moment = derivative_moment(activation, s11, s12, s22)
    return s12 * moment if isinstance(moment, Fraction) else ball(s12) * moment


def mean_ntg(X: Matrix, activation: str) -> arb_mat:
    """The matrix Theta* in balls at the working precision; X: n rows of d exact entries."""
    n = len(X)
    upper = {
        (i, k): ball(mean_ntg_entry(X, activation, i + 1, k + 1))
        for i in range(n)
        for k in range(i, n)
    }
    return arb_mat([[upper[min(i, k), max(i, k)] for k in range(n)] for i in range(n)])


def scaled_gram(X: Matrix) -> Matrix:
    """Exact covariance X X^T/d of the first layer's preactivations."""
    d = len(X[0])
    return tuple(tuple(entry / d for entry in row) for row in gram(X))
