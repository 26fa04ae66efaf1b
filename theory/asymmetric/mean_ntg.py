"""The mean tangent kernel in closed form (section 3): claims, and the steps that derive it."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import acb, arb
from sympy import asin, exp, pi, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.hypotheses import H2A, H3
from theory.asymmetric.kernel import (
    ERF_SCALED_MEAN,
    RELU_MEAN,
    SIN_MEAN,
    SIN_SHIFTED_MEAN,
    derivative_moment,
)
from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d
from theory.rigor.balls import ball

_S11, _S12, _S22, _RHO = (
    sym.first_variance,
    sym.inner_product,
    sym.second_variance,
    sym.cosine,
)
_HALF = sympy.Rational(1, 2)

RELU_ENTRY = Formula(_S12 * RELU_MEAN.expr)


def orthant_by_integral(cosine: Fraction) -> arb:
    """P(u > 0, v > 0) for unit Gaussians of this correlation, |cosine| < 1.

    The integral over u in (0, R) of phi(u) Phi(c u), c = cosine/sqrt(1 - cosine^2); the rest
    is between 0 and exp(-R^2/2).
    """
    slope = ball(cosine) / (2 * (1 - ball(cosine) ** 2)).sqrt()
    reach = arb(14)

    def integrand(u: acb, _: bool) -> acb:
        return (-u * u / 2).exp() * (-u * slope).erfc()

    inside = acb.integral(integrand, acb(0), acb(reach)).real / (2 * (2 * arb.pi()).sqrt())
    return inside + (-(reach**2) / 2).exp().union(arb(0))


def mean_cosine(variance: sympy.Expr) -> sympy.Expr:
    """E cos(Z) for a centred Gaussian Z."""
    return exp(-variance / 2)


def sin_mean() -> sympy.Expr:
    """E cos u cos v as half the sum of E cos(u + v) and E cos(u - v)."""
    plus, minus = (mean_cosine(_S11 + _S22 + 2 * sign * _S12) for sign in (1, -1))
    return (plus + minus) / 2


def sin_shifted_mean() -> sympy.Expr:
    """E cos(u + pi/4) cos(v + pi/4): cos(u + v + pi/2) is odd, so E cos(u - v)/2 remains."""
    return mean_cosine(_S11 + _S22 - 2 * _S12) / 2


def erf_scaled_mean() -> sympy.Expr:
    """E exp(-u^2 - v^2) = det(I + 2S)^(-1/2)."""
    S = sympy.Matrix([[_S11, _S12], [_S12, _S22]])
    return 1 / sqrt((sympy.eye(2) + 2 * S).det())


def _smooth(name: str, form: Formula, *mutants: Mutant) -> Claim:
    return Claim(
        id=f"asym.ntg.smooth.{name}",
        title=f"Mean tangent kernel in closed form: {name.replace('_', ' ')}",
        location="Section 3, equation 10 for this activation",
        statement="$Theta^*_(i k) = s_12 dot {formula}$, with $s_11, s_12, s_22$ the entries of "
        "$X X^top\\/d$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=form,
        hypotheses=(H3,),
        mutants=mutants,
    )


def variance_two(activation: str, s11: Fraction, s12: Fraction, s22: Fraction) -> arb | Fraction:
    """Mutant: initial weights of variance 2."""
    return derivative_moment(activation, 2 * s11, 2 * s12, 2 * s22)


def independent(activation: str, s11: Fraction, s12: Fraction, s22: Fraction) -> arb | Fraction:
    """Mutant: the product of the means."""
    return derivative_moment(activation, s11, Fraction(0), s22)


CLAIMS = (
    Claim(
        id="asym.ntg.relu",
        title="Mean tangent kernel of the ReLU",
        location="Section 3, equation 10",
        statement="$Theta^*_(i k) = {formula}$, with $s_12 = x_i dot x_k\\/d$ and $rho$ the "
        "cosine of the angle of $x_i$ and $x_k$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=RELU_ENTRY,
        hypotheses=(H2A, H3),
        mutants=(
            Mutant("(pi - theta)/pi", Formula(2 * RELU_ENTRY.expr)),
            Mutant(
                "arc-cosine kernel of order 1",
                Formula(_S12 * (sqrt(1 - _RHO**2) + (pi / 2 + asin(_RHO)) * _RHO) / (2 * pi)),
            ),
            Mutant("missing 1/d", Formula(d * RELU_ENTRY.expr)),
            Mutant("constant 1/2", Formula(_S12 * (_HALF + asin(_RHO) / (2 * pi)))),
        ),
    ),
    _smooth(
        "sin",
        SIN_MEAN,
        Mutant("sinh for cosh", Formula(exp(-(_S11 + _S22) / 2) * sympy.sinh(_S12))),
    ),
    _smooth(
        "sin_shifted",
        SIN_SHIFTED_MEAN,
        Mutant("cross term once", Formula(exp(-(_S11 + _S22 - _S12) / 2) / 2)),
    ),
    _smooth(
        "erf_scaled",
        ERF_SCALED_MEAN,
        Mutant(
            "variances once",
            Formula(1 / sqrt((1 + _S11) * (1 + _S22) - _S12**2)),
        ),
    ),
    Claim(
        id="asym.ntg.smooth",
        title="Mean tangent kernel of a smooth activation",
        location="Section 3, equation 10",
        statement="$Theta^*_(i k) = s_12 EE[sigma'(u) sigma'(v)]$ for centred Gaussian $(u, v)$ "
        "with covariance $(s_11, s_12; s_12, s_22)$, the entries of $X X^top\\/d$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=derivative_moment,
        hypotheses=(H3,),
        mutants=(
            Mutant("weights of variance 2", variance_two),
            Mutant("u and v independent", independent),
        ),
    ),
)
