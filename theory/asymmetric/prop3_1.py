"""Proposition 3.1: the least eigenvalue kappa_n of the mean kernel is positive, with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import arb

from theory.asymmetric import symbols as sym
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import greatest_squared_cosine, kappa, kappa_lower
from theory.asymmetric.hypotheses import H1, H2, H2A, H2B, H3
from theory.asymmetric.kernel import derivative_moment, mean_ntg_entry, scaled_gram
from theory.claim import Claim, Direction, Mark, Mutant, Quantifier
from theory.exact import Matrix, Vector, dot, matrix, rational
from theory.formula import Formula
from theory.notation import d
from theory.rigor.balls import ball

RELU_UPPER = Formula(sym.squared_norm / (2 * d))


def samples(cell: Mapping[str, Any]) -> Matrix:
    """The samples of a cell: a named data set or rows of its own."""
    return DATA_SETS[cell["data"]].X if "data" in cell else matrix(cell["X"], "X")


def least_eigenvalue_of(cell: Mapping[str, Any]) -> arb:
    """kappa_n of the cell's samples and activation."""
    return kappa(samples(cell), cell["activation"])


def rayleigh(entries: Matrix, vector: Vector) -> Fraction:
    """v^T A v/|v|^2, an upper bound of the least eigenvalue of A."""
    image = (dot(row, vector) for row in entries)
    return dot(tuple(image), vector) / dot(vector, vector)


def linear_activation(cell: Mapping[str, Any]) -> Fraction:
    """Mutant: sigma linear and n > d: at the dependence of set B's rows, X X^T/d vanishes."""
    X = DATA_SETS["B"].X
    (a, b), (c, e), (f, g) = X
    return rayleigh(scaled_gram(X), (c * g - e * f, f * b - g * a, a * e - b * c))


def proportional_rows(cell: Mapping[str, Any]) -> Fraction:
    """Mutant: x_2 = x_1/2 is allowed; the ReLU kernel vanishes at (1, -2)."""
    x = samples(cell)[0]
    X = (x, tuple(entry / 2 for entry in x))
    entries = tuple(
        tuple(rational(mean_ntg_entry(X, "relu", i, k)) for k in (1, 2)) for i in (1, 2)
    )
    return rayleigh(entries, (Fraction(1), Fraction(-2)))


def smooth_upper(activation: str, variance: Fraction) -> arb | Fraction:
    """|x|^2/d E sigma'(u)^2 at |x|^2/d = variance."""
    return ball(variance) * ball(derivative_moment(activation, variance, variance, variance))


def smooth_upper_halved(activation: str, variance: Fraction) -> arb | Fraction:
    """Mutant: half of it."""
    return smooth_upper(activation, variance) / 2


def fourth_moment(activation: str, variance: Fraction) -> arb | Fraction:
    """Mutant: E sigma'^4 for E sigma'^2."""
    return ball(variance) * ball(derivative_moment(activation, variance, variance, variance, 2))


def lower_without_half(X: Matrix) -> arb:
    """Mutant: pi d for 2 pi d."""
    return 2 * kappa_lower(X)


def lower_with_one_neighbour(X: Matrix) -> arb:
    """Mutant: the Gershgorin factor n-1 left out, so that k0 = 0."""
    rho = ball(greatest_squared_cosine(X)).sqrt()
    least = ball(min(dot(x, x) for x in X))
    return least / (2 * arb.pi() * len(X[0])) * (arb.pi() / 2 - rho * rho.asin())


def lower_without_norm(X: Matrix) -> arb:
    """Mutant: min |x_i|^2 left out."""
    return kappa_lower(X) / ball(min(dot(x, x) for x in X))


CLAIMS = (
    Claim(
        id="asym.kappa.positive",
        title="The mean kernel is positive definite",
        location="Proposition 3.1",
        statement="Under H1, H2 and H3: $kappa_n = lambda_min (Theta^*) > 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=least_eigenvalue_of,
        hypotheses=(H1, H2, H3),
        rests_on=("asym.ntg.relu", "asym.ntg.smooth"),
        mark=Mark.SOURCE,
        mutants=(
            Mutant("linear activation with n > d", linear_activation),
            Mutant("proportional samples allowed", proportional_rows),
        ),
    ),
    Claim(
        id="asym.kappa.upper",
        title="Least eigenvalue from above, ReLU",
        location="after Proposition 3.1 (a diagonal entry)",
        statement="$kappa_n <= {formula}$ for every sample $x$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=RELU_UPPER,
        hypotheses=(H2A,),
        rests_on=("asym.ntg.relu",),
        mutants=(Mutant("4d for 2d", Formula(sym.squared_norm / (4 * d))),),
    ),
    Claim(
        id="asym.kappa.upper.smooth",
        title="Least eigenvalue from above, smooth activations",
        location="after Proposition 3.1 (a diagonal entry)",
        statement="$kappa_n <= norm(x)^2\\/d dot EE[sigma'(u)^2] <= 1\\/d$, "
        "$u$ of variance $norm(x)^2\\/d$, for every sample $x$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=smooth_upper,
        hypotheses=(H1, H2B),
        rests_on=("asym.ntg.smooth",),
        mutants=(
            Mutant("half of it", smooth_upper_halved),
            Mutant("fourth moment of sigma'", fourth_moment),
        ),
    ),
    Claim(
        id="asym.kappa.lower",
        title="Constructive lower bound of the least eigenvalue, ReLU",
        location="a checkable strengthening of Proposition 3.1",
        statement="$kappa_n >= (min_i norm(x_i)^2)/(2 pi d) sum_(k>=k_0) a_k "
        "(1 - (n-1) rho^(2k+2))$ with $rho$ the greatest $abs(cos)$ of two samples, "
        "$a_k = (2k)! \\/ (4^k k!^2 (2k+1))$ and $k_0$ the first $k$ with a positive summand.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=kappa_lower,
        hypotheses=(
            replace(H1, meaning="for proportional samples $rho = 1$ and no summand is positive"),
            H2A,
        ),
        rests_on=("asym.ntg.relu",),
        mutants=(
            Mutant("pi d for 2 pi d", lower_without_half),
            Mutant("Gershgorin without n-1", lower_with_one_neighbour),
            Mutant("norm left out", lower_without_norm),
        ),
    ),
)
