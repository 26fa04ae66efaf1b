"""Feature learning at the start of training (section 5; Theorems 5.1 and 5.2).

Theorem 5.1: E[dw_jk/dt] = -(lambda_j/sqrt d) sum_i x_ik F(|x_i|/sqrt d) at t = 0, with
F(s) = E[sigma(s z) sigma'(s z)]. The labels cancel (E a_j = 0), and F vanishes for odd sigma.
What carries the labels is the second moment, `relu_second_moment`.

Theorem 5.2: E[dTheta_m(x, x')/dt] = -(sum_j lambda_j^2) (x.x'/d^2) sum_i
{(x.x_i) G(x, x', x_i) + (x'.x_i) G(x', x, x_i)} at t = 0, with
G(x, x', x'') = E[sigma''(z1) sigma'(z2) sigma'(z3) sigma(z3)] and Cov(z) = Gram(x, x', x'')/d.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import isqrt

import sympy
from flint import arb

from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH
from theory.asymmetric.kernel import angle
from theory.asymmetric.scaling import scaling_power_sum, scaling_weight
from theory.exact import Matrix, Vector, dot
from theory.formula import Formula
from theory.rigor.balls import ball, current_precision
from theory.rigor.gaussian_expectation import expectation

_VARIANCE = sym.first_variance
RELU_DRIFT = Formula(sympy.sqrt(_VARIANCE / (2 * sympy.pi)))
SIN_SHIFTED_DRIFT = Formula(sympy.exp(-2 * _VARIANCE) / 2)


def drift(activation: str, variance: Fraction) -> arb | Fraction:
    """F(s) = E[sigma(s z) sigma'(s z)] at s^2 = variance; exactly 0 for odd activations."""
    if activation == "relu":
        return RELU_DRIFT.ball(first_variance=variance)
    if activation == "sin_shifted":
        return SIN_SHIFTED_DRIFT.ball(first_variance=variance)
    if SMOOTH[activation].odd:
        return Fraction(0)
    strip = SMOOTH[activation].strip
    assert strip is not None
    return expectation([strip.value * strip.first], ((variance,),))


def first_update_mean(
    X: Matrix,
    activation: str,
    gamma: Fraction,
    alpha: Fraction | None,
    m: int,
    j: int,
    k: int,
) -> arb | Fraction:
    """E[dw_jk/dt] at t = 0 (Theorem 5.1); j and k count from 1.

    Exactly 0 where it is: for odd activations and where the samples' drifts cancel.
    """
    d, weight = len(X[0]), ball(scaling_weight(gamma, alpha, m, j))
    by_norm: dict[Fraction, Fraction] = {}
    for row in X:
        norm, factor = _common_norm(dot(row, row), by_norm, activation)
        by_norm[norm] = by_norm.get(norm, Fraction(0)) + factor * row[k - 1]
    by_norm = {norm: total for norm, total in by_norm.items() if total}
    if not by_norm or (activation != "relu" and SMOOTH[activation].odd):
        return Fraction(0)
    total = sum(
        (ball(total) * ball(drift(activation, norm / d)) for norm, total in by_norm.items()),
        arb(0),
    )
    return -weight / arb(d).sqrt() * total


def _common_norm(
    norm: Fraction, known: dict[Fraction, Fraction], activation: str
) -> tuple[Fraction, Fraction]:
    """A known squared norm that this one may be counted under, and the factor.

    The ReLU's F(s) is proportional to s, so squared norms whose ratio is a rational square
    share a class; square roots from different classes are linearly independent over the
    rationals, which makes the test for an exact zero complete.
    """
    for other in known:
        root = _rational_root(norm / other) if activation == "relu" else None
        if root is not None:
            return other, root
    return norm, Fraction(1)


def _rational_root(value: Fraction) -> Fraction | None:
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root**2 == value else None


def relu_second_moment(X: Matrix, y: Vector, weight: arb | Fraction) -> arb:
    """E|dw_j/dt|^2 at t = 0 for a ReLU unit of scaling weight lambda_j.

    (lambda/d) sum_ik x_i.x_k {K0_ik (y_i y_k + (1-lambda) J1_ik) + lambda J1_ik} with
    K0 = (pi-theta)/(2 pi), J1 = (|x_i||x_k|/d)(sin theta + (pi-theta) cos theta)/(2 pi).
    """
    d, share = len(X[0]), ball(weight)
    total = arb(0)
    for i, x in enumerate(X):
        for k, z in enumerate(X):
            inner = dot(x, z)
            theta = angle(dot(x, x), inner, dot(z, z))
            orthant = (arb.pi() - theta) / (2 * arb.pi())
            # |x||z| sin theta is the square root of the Gram determinant
            area = ball(dot(x, x) * dot(z, z) - inner**2).sqrt()
            second = (area / (2 * arb.pi()) + orthant * ball(inner)) / d
            total += ball(inner) * (
                orthant * (ball(y[i] * y[k]) + (1 - share) * second) + share * second
            )
    return share / d * total


def gradient_correlation(activation: str, x: Vector, z: Vector, sample: Vector) -> arb | Fraction:
    """G(x, x', x'') of Theorem 5.2 at the working precision.

    tanh, sigmoid and softplus: a certified Gaussian integral in up to three dimensions, at
    about n^3 lattice points with n proportional to the digits: 15 digits take seconds.
    """
    d = len(x)
    points = (x, z, sample)
    covariance = tuple(tuple(dot(u, v) / d for v in points) for u in points)
    return _correlation(activation, covariance, current_precision())


@lru_cache(maxsize=1024)
def _correlation(activation: str, covariance: Matrix, bits: int) -> arb:
    if activation == "sin":
        # sin''(z1) cos(z2) sin(z3) cos(z3) is -(1/2) sin(z1) cos(z2) sin(2 z3): four waves
        waves = (s * _wave(covariance, t, 2 * s) for s in (1, -1) for t in (1, -1))
        return sum(waves, arb(0)) / 8
    if activation == "sin_shifted":
        return -(_wave(covariance, 1, 2) + _wave(covariance, 1, -2)) / 8
    if activation == "erf_scaled":
        return _erf_correlation(covariance)
    strip = SMOOTH[activation].strip
    assert strip is not None
    return expectation([strip.second, strip.first, strip.first * strip.value], covariance)


def _wave(covariance: Matrix, second: int, third: int) -> arb:
    """E cos(z1 + second z2 + third z3) = exp(-Var/2)."""
    weights = (1, second, third)
    variance = sum(
        (a * b * covariance[i][k] for i, a in enumerate(weights) for k, b in enumerate(weights)),
        Fraction(0),
    )
    return ball(-variance / 2).exp()


def _erf_correlation(covariance: Matrix) -> arb:
    """G for (sqrt(pi)/2) erf: -2 det(I+2S)^(-1/2) T_13/sqrt(1 + 2 T_33), T = S (I+2S)^(-1).

    I + 2S is positive definite even where S is singular, and the determinant and T are exact.
    """
    S = sympy.Matrix([[sympy.Rational(e.numerator, e.denominator) for e in r] for r in covariance])
    shifted = sympy.eye(3) + 2 * S
    T = S * shifted.inv()
    determinant, t13, t33 = (
        Fraction(int(e.p), int(e.q)) for e in (shifted.det(), T[0, 2], T[2, 2])
    )
    return -2 * ball(t13) / ball(determinant * (1 + 2 * t33)).sqrt()


def first_kernel_change(
    X: Matrix,
    activation: str,
    gamma: Fraction,
    alpha: Fraction | None,
    m: int,
    i: int,
    k: int,
) -> arb | Fraction:
    """E[dTheta_ik/dt] at t = 0 with the rows of X as training samples (Theorem 5.2).

    i and k count from 1. Exactly 0 for orthogonal samples.
    """
    d, x, z = len(X[0]), X[i - 1], X[k - 1]
    squares = ball(scaling_power_sum(gamma, alpha, m, Fraction(2)))
    if dot(x, z) == 0:
        return Fraction(0)
    total = arb(0)
    for sample in X:
        for u, v in ((x, z), (z, x)):
            if dot(u, sample) != 0:
                total += ball(dot(u, sample)) * ball(gradient_correlation(activation, u, v, sample))
    return -squares * ball(dot(x, z)) / d**2 * total
