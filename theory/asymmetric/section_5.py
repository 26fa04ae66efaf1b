"""Theorems 5.1 and 5.2 as claims: the mean first change of a weight and of the kernel."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from flint import arb
from sympy import Rational, exp, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.features import (
    drift,
    first_kernel_change,
    first_update_mean,
    gradient_correlation,
    relu_second_moment,
)
from theory.asymmetric.hypotheses import H2A, H3, SCALING
from theory.asymmetric.scaling import scaling_power_sum, scaling_weight
from theory.claim import Cell, Claim, Direction, Mark, Mutant, Quantifier
from theory.exact import dot
from theory.formula import Formula
from theory.rigor.balls import ball

_S11, _S12, _S22 = sym.first_variance, sym.inner_product, sym.second_variance


def _scaling(cell: Cell) -> tuple[Fraction, Fraction, int]:
    return Fraction(cell["gamma"]), Fraction(cell["alpha"]), int(cell["m"])


def update_mean(cell: Cell) -> arb | Fraction:
    """E[dw_jk/dt] at the cell's network, unit and coordinate (Theorem 5.1)."""
    X = DATA_SETS[cell["data"]].X
    return first_update_mean(X, cell["activation"], *_scaling(cell), cell["j"], cell["k"])


def update_mean_root(cell: Cell) -> arb:
    """Mutant: sqrt(lambda_j) for lambda_j."""
    return ball(update_mean(cell)) / ball(scaling_weight(*_scaling(cell), cell["j"])).sqrt()


def update_mean_without_dimension(cell: Cell) -> arb:
    """Mutant: the factor 1/sqrt(d) left out."""
    return ball(update_mean(cell)) * arb(len(DATA_SETS[cell["data"]].X[0])).sqrt()


def update_mean_variance_two(cell: Cell) -> arb:
    """Mutant: weights of variance 2, F(sqrt(2) s) for F(s)."""
    X, name = DATA_SETS[cell["data"]].X, cell["activation"]
    d = len(X[0])
    total = sum((ball(x[cell["k"] - 1]) * ball(drift(name, 2 * dot(x, x) / d)) for x in X), arb(0))
    return -ball(scaling_weight(*_scaling(cell), cell["j"])) / arb(d).sqrt() * total


def second_moment(cell: Cell) -> arb:
    """E|dw_j/dt|^2 for a ReLU network."""
    entry = DATA_SETS[cell["data"]]
    return relu_second_moment(entry.X, entry.y, scaling_weight(*_scaling(cell), cell["j"]))


def second_moment_without_labels(cell: Cell) -> arb:
    """Mutant: the labels left out."""
    entry = DATA_SETS[cell["data"]]
    zero = tuple(Fraction(0) for _ in entry.y)
    return relu_second_moment(entry.X, zero, scaling_weight(*_scaling(cell), cell["j"]))


def kernel_change(cell: Cell) -> arb | Fraction:
    """E[dTheta_ik/dt] of the cell's network (Theorem 5.2)."""
    X = DATA_SETS[cell["data"]].X
    return first_kernel_change(X, cell["activation"], *_scaling(cell), cell["i"], cell["k"])


def kernel_change_three_halves(cell: Cell) -> arb:
    """Mutant: sum of lambda^(3/2) for the sum of squares."""
    powers = [ball(scaling_power_sum(*_scaling(cell), r)) for r in (Fraction(3, 2), Fraction(2))]
    return ball(kernel_change(cell)) * powers[0] / powers[1]


def kernel_change_one_term(cell: Cell) -> arb:
    """Mutant: the second of the two terms left out (half, on the diagonal)."""
    X = DATA_SETS[cell["data"]].X
    x, z, d = X[cell["i"] - 1], X[cell["k"] - 1], len(X[0])
    terms = (ball(dot(x, w)) * ball(gradient_correlation(cell["activation"], x, z, w)) for w in X)
    squares = ball(scaling_power_sum(*_scaling(cell), Fraction(2)))
    return -squares * ball(dot(x, z)) / d**2 * sum(terms, arb(0))


def kernel_change_one_d(cell: Cell) -> arb:
    """Mutant: 1/d for 1/d^2."""
    return ball(kernel_change(cell)) * len(DATA_SETS[cell["data"]].X[0])


def signed(form: Any) -> Any:
    """Mutant: the sign."""
    return lambda cell: -ball(form(cell))


def sin_shifted_drift() -> sympy.Expr:
    """E sin(u + pi/4) cos(u + pi/4) = E cos(2u)/2."""
    return exp(-4 * _S11 / 2) / 2


def relu_drift() -> sympy.Expr:
    """E relu(s z) 1{z > 0} = s times the integral of z phi(z) over z > 0."""
    z = sympy.Symbol("z", positive=True)
    density = exp(-(z**2) / 2) / sqrt(2 * sympy.pi)
    return sqrt(_S11) * sympy.integrate(z * density, (z, 0, sympy.oo))


SIN_CORRELATION_AT_ONE_POINT = Formula((exp(-8 * _S11) - 1) / 8)


def sin_correlation_at_one_point() -> sympy.Expr:
    """G(x, x, x) for sin: -E sin^2 cos^2 = -E sin(2u)^2/4 = -(1 - E cos 4u)/8."""
    return -(1 - exp(-16 * _S11 / 2)) / 8


CLAIMS = (
    Claim(
        id="asym.thm5_1",
        title="Mean first update of a weight",
        location="Theorem 5.1",
        statement="$EE[dif w_(0 j k)\\/dif t] = -lambda_(m,j)\\/sqrt(d) sum_i x_(i k) F(norm(x_i)"
        "\\/sqrt(d))$ with $F(s) = EE[sigma(s z) sigma'(s z)]$; for the ReLU $F(s) = "
        "s\\/sqrt(2 pi)$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=update_mean,
        hypotheses=(H3,),
        mark=Mark.SOURCE,
        mutants=(
            Mutant("sqrt(lambda_j)", update_mean_root),
            Mutant("sign", signed(update_mean)),
            Mutant("missing 1/sqrt(d)", update_mean_without_dimension),
            Mutant("weights of variance 2", update_mean_variance_two),
        ),
    ),
    Claim(
        id="asym.thm5_1.drift.relu",
        title="Drift of a ReLU unit",
        location="Theorem 5.1",
        statement="For the ReLU, $F = {formula}$ at $s_11 = s^2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=Formula(sqrt(_S11 / (2 * sympy.pi))),
        mutants=(Mutant("1/sqrt(pi)", Formula(sqrt(_S11 / sympy.pi))),),
    ),
    Claim(
        id="asym.thm5_1.drift.sin_shifted",
        title="Drift of a shifted sine unit",
        location="Theorem 5.1",
        statement="For $sigma(z) = sin(z + pi\\/4)$, $F = {formula}$ at $s_11 = s^2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=Formula(exp(-2 * _S11) / 2),
        mutants=(Mutant("variance once", Formula(exp(-_S11) / 2)),),
    ),
    Claim(
        id="asym.thm5_1.m2",
        title="Mean square of the first update, ReLU",
        location="extension of Theorem 5.1",
        statement="$EE norm(dif w_(0 j)\\/dif t)^2 = lambda\\/d sum_(i, k) x_i dot x_k "
        "{K_0 (y_i y_k + (1-lambda) J_1) + lambda J_1}$ with $K_0 = (pi-theta)\\/(2 pi)$, $J_1 = "
        "norm(x_i) norm(x_k) (sin theta + (pi-theta) cos theta)\\/(2 pi d)$, "
        "$lambda = lambda_(m,j)$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=second_moment,
        hypotheses=(H2A, H3, SCALING),
        mutants=(
            Mutant("labels left out", second_moment_without_labels),
            Mutant("doubled", lambda cell: 2 * second_moment(cell)),
        ),
    ),
    Claim(
        id="asym.thm5_2",
        title="Mean first change of the tangent kernel",
        location="Theorem 5.2",
        statement="$EE[dif Theta_m (x, x')\\/dif t] = -(sum_j lambda_(m,j)^2) (x dot x')\\/d^2 "
        "sum_i {(x dot x_i) G(x, x', x_i) + (x' dot x_i) G(x', x, x_i)}$ with $G(x, x', x'') = "
        "EE[sigma''(z_1) sigma'(z_2) sigma'(z_3) sigma(z_3)]$, for $sigma$ with two bounded "
        "derivatives.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=kernel_change,
        hypotheses=(H3,),
        mark=Mark.SOURCE,
        mutants=(
            Mutant("sum of lambda^(3/2)", kernel_change_three_halves),
            Mutant("second term left out", kernel_change_one_term),
            Mutant("1/d for 1/d^2", kernel_change_one_d),
            Mutant("sign", signed(kernel_change)),
        ),
    ),
    Claim(
        id="asym.thm5_2.point",
        title="The correlation of Theorem 5.2 at one point, sine",
        location="Theorem 5.2",
        statement="For the sine, $G(x, x, x) = {formula}$ with $s_11 = norm(x)^2\\/d$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=SIN_CORRELATION_AT_ONE_POINT,
        mutants=(
            Mutant("1/4", Formula((exp(-8 * _S11) - 1) / 4)),
            Mutant("half the variance", Formula(Rational(1, 8) * (exp(-4 * _S11) - 1))),
        ),
    ),
)
