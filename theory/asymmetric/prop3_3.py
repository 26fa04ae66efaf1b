"""Proposition 3.3: how the tangent Gram matrix departs from its mean."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb
from sympy import acos, pi

from theory.asymmetric import symbols as sym
from theory.asymmetric.departure import departure
from theory.asymmetric.hypotheses import H2, H2A, H3, SCALING
from theory.asymmetric.kernel import (
    ERF_SCALED_SQUARES,
    RELU_MEAN,
    SIN_MEAN,
    SIN_SHIFTED_SQUARES,
    SIN_SQUARES,
    mean_ntg,
)
from theory.asymmetric.scaling import ZIPF_SQUARES, ZIPF_TAIL, scaling_power_sum
from theory.claim import Claim, Direction, Mark, Mutant, Quantifier
from theory.exact import Matrix
from theory.formula import Formula
from theory.notation import gamma
from theory.rigor.balls import ball

_THETA = acos(sym.cosine)
RELU_VARIANCE = Formula((pi**2 - _THETA**2) / (4 * pi**2))
SIN_VARIANCE = Formula(SIN_SQUARES.expr - SIN_MEAN.expr**2)
LIMIT_SHARE = Formula((1 - gamma) ** 2 * ZIPF_SQUARES.expr)
PATHWISE = Formula(2 * (1 - gamma) * (1 - sym.partial_mass))


def mean_square_departure(
    X: Matrix, activation: str, gamma: Fraction, alpha: Fraction | None, m: int
) -> arb:
    """E|Theta_m(W_0) - Theta*|_F^2 = C_0(X) sum_j lambda_{m,j}^2."""
    return departure(X, activation) * scaling_power_sum(gamma, alpha, m, Fraction(2))


def without_squares(
    X: Matrix, activation: str, gamma: Fraction, alpha: Fraction | None, m: int
) -> arb:
    """Mutant: sum of the weights, not of their squares."""
    return departure(X, activation)


def second_moment(
    X: Matrix, activation: str, gamma: Fraction, alpha: Fraction | None, m: int
) -> arb:
    """Mutant: the second moment of the entries, E for Var (p for p(1-p))."""
    theta = mean_ntg(X, activation)
    squares = sum((theta[i, k] ** 2 for i in range(len(X)) for k in range(len(X))), arb(0))
    moment = departure(X, activation) + squares
    return moment * scaling_power_sum(gamma, alpha, m, Fraction(2))


def without_dimension(
    X: Matrix, activation: str, gamma: Fraction, alpha: Fraction | None, m: int
) -> arb:
    """Mutant: the factor 1/d^2 of C_0 left out."""
    return mean_square_departure(X, activation, gamma, alpha, m) * len(X[0]) ** 2


def masses_only(X: Matrix, activation: str, gamma: Fraction, alpha: Fraction | None, m: int) -> arb:
    """Mutant: the limit's (1-gamma)^2 V(alpha) at finite width."""
    assert alpha is not None
    return departure(X, activation) * LIMIT_SHARE.ball(gamma=gamma, alpha=alpha)


def limit_gap(gamma: Fraction, alpha: Fraction, m: int) -> arb:
    """How far sum_j lambda_{m,j}^2 may be from (1-gamma)^2 V at width m.

    By the exact identity the difference is gamma (2-gamma)/m plus (1-gamma)^2 (Q_m/S_m^2 - V),
    and V <= Q_m/S_m^2 <= V/S_m^2.
    """
    head = 1 - ZIPF_TAIL.ball(alpha=alpha, m=m)
    rest = LIMIT_SHARE.ball(gamma=gamma, alpha=alpha) * (1 / head**2 - 1)
    return ball(gamma * (2 - gamma) / m) + rest


def relu_variance() -> sympy.Expr:
    """p (1-p) for p = (pi - theta)/(2 pi), the variance of a product of indicators."""
    p = (pi - _THETA) / (2 * pi)
    return p * (1 - p)


def relu_variance_from_kernel() -> sympy.Expr:
    """p (1-p) for the kernel's own p."""
    p = RELU_MEAN.expr.subs(sympy.asin(sym.cosine), pi / 2 - _THETA)
    return p * (1 - p)


def worst_pathwise() -> sympy.Expr:
    """sup over b_j in [-1, 1] of |sum_{j<=m} b_j mass_j/S_m - sum_j b_j mass_j| (1-gamma).

    b_j = 1 up to m and -1 beyond attains it: S_m (1/S_m - 1) + (1 - S_m).
    """
    S = sym.partial_mass
    return (1 - gamma) * (S * (1 / S - 1) + (1 - S))


def squares_by_waves() -> dict[str, sympy.Expr]:
    """E sigma'(u)^2 sigma'(v)^2 from cos^2 = (1 + cos 2u)/2 and its like."""
    s11, s12, s22 = sym.first_variance, sym.inner_product, sym.second_variance
    wave = {t: sympy.exp(-2 * (s11 + s22 + 2 * t * s12)) for t in (1, -1)}
    singles = sympy.exp(-2 * s11) + sympy.exp(-2 * s22)
    S = sympy.Matrix([[s11, s12], [s12, s22]])
    return {
        "sin": (1 + singles + (wave[1] + wave[-1]) / 2) / 4,
        # (1 - sin 2u)(1 - sin 2v)/4, the single sines have mean zero
        "sin_shifted": (1 + (wave[-1] - wave[1]) / 2) / 4,
        "erf_scaled": 1 / sympy.sqrt((sympy.eye(2) + 4 * S).det()),
    }


SQUARES = {
    "sin": SIN_SQUARES,
    "sin_shifted": SIN_SHIFTED_SQUARES,
    "erf_scaled": ERF_SCALED_SQUARES,
}

CLAIMS = (
    Claim(
        id="asym.prop3_3.departure",
        title="Variance of a product of ReLU derivatives",
        location="Proposition 3.3, the constant C_0(X)",
        statement="$C_0 (X) = sum_(i, k) s_(i k)^2 v(rho_(i k))$ with $s_(i k) = x_i dot x_k\\/d$ "
        "and $v(rho) = {formula}$ for the ReLU.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=RELU_VARIANCE,
        hypotheses=(H2A, H3),
        rests_on=("asym.ntg.relu",),
        mutants=(
            Mutant("theta^2/(4 pi^2)", Formula(_THETA**2 / (4 * pi**2))),
            Mutant("p for p(1-p)", Formula((pi - _THETA) / (2 * pi))),
        ),
    ),
    Claim(
        id="asym.prop3_3.departure.smooth",
        title="Second moments of products of smooth derivatives",
        location="Proposition 3.3, the constant C_0(X)",
        statement="$EE[cos^2 u cos^2 v] = {formula}$, and its like for the other activations with "
        "closed forms.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=SIN_SQUARES,
        hypotheses=(H3,),
        mutants=(Mutant("fourth part of the mean square", Formula(SIN_MEAN.expr**2)),),
    ),
    Claim(
        id="asym.prop3_3.identity",
        title="Departure from the mean kernel at every width",
        location="Proposition 3.3, its finite-width form",
        statement="$EE norm(Theta_m (X; W_0) - Theta^*)_F^2 = C_0 (X) sum_(j<=m) "
        "lambda_(m,j)^2$ for every $m$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=mean_square_departure,
        hypotheses=(H3, SCALING),
        mutants=(
            Mutant("sum of lambda, not of its square", without_squares),
            Mutant("p for p(1-p)", second_moment),
            Mutant("missing 1/d^2", without_dimension),
            Mutant("the limit's value at finite width", masses_only),
        ),
    ),
    Claim(
        id="asym.prop3_3.limit",
        title="Departure of the limiting kernel",
        location="Proposition 3.3, equation 12",
        statement="$EE norm(Theta_oo - Theta^*)_F^2 = C_0 (X) dot {formula}$ for Zipf masses.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.WIDTH,
        form=LIMIT_SHARE,
        hypotheses=(H3, SCALING),
        rests_on=("asym.prop3_3.identity", "asym.lam.sq", "asym.prop3_3.pathwise"),
        mark=Mark.SOURCE,
        mutants=(Mutant("1-gamma to the first power", Formula((1 - gamma) * ZIPF_SQUARES.expr)),),
    ),
    Claim(
        id="asym.prop3_3.pathwise",
        title="The Zipf part approaches its limit on every path",
        location="Proposition 3.3, proof",
        statement="$abs(Theta^((2))_m - Theta^((2))_oo)_(i k) <= {formula} dot abs(s_(i k))$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.EVERY_DRAW,
        form=PATHWISE,
        hypotheses=(H2, SCALING),
        mutants=(
            Mutant("without the factor 2", Formula((1 - gamma) * (1 - sym.partial_mass))),
            Mutant("without 1-gamma", Formula(2 * (1 - sym.partial_mass))),
        ),
    ),
)
