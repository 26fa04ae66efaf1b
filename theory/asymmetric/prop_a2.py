"""Proposition A.2: the scaling weights (equations 15 to 17), and their sum of squares.

lambda_{m,j} = gamma/m + (1-gamma) mass_j/S_m with masses that decrease and sum to 1.
"""

from __future__ import annotations

import sympy
from sympy import sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.hypotheses import SCALING
from theory.claim import Claim, Direction, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import alpha, gamma, m

_R = sym.exponent
_MASS, _S, _Q, _N = sym.mass, sym.partial_mass, sym.partial_squares, sym.mass_norm

WEIGHT = Formula(gamma / m + (1 - gamma) * _MASS / _S)
ROOTS_LOWER = Formula(sqrt(gamma * m))
ROOTS_UPPER = Formula(sqrt(m))
POWERS_LOWER = Formula((1 - gamma) ** _R * _N**_R)
POWERS_UPPER = Formula((gamma * m ** (1 / _R - 1) + (1 - gamma) * _N) ** _R)
POWERS_LIMIT = Formula((1 - gamma) ** _R * sympy.zeta(_R / alpha) / sympy.zeta(1 / alpha) ** _R)
SQUARES = Formula(gamma * (2 - gamma) / m + (1 - gamma) ** 2 * _Q / _S**2)


def sum_over_units(expr: sympy.Expr) -> sympy.Expr:
    """Sum over j = 1, ..., m of a quadratic polynomial in the mass of unit j.

    Linearity: a constant counts m times, the masses sum to S_m and their squares to Q_m.

    >>> from theory.asymmetric.symbols import mass
    >>> sum_over_units(mass**2 + 3)
    3*m + partial_squares
    """
    sums = (m, _S, _Q)
    coefficients = sympy.Poly(expr, _MASS).all_coeffs()[::-1]
    return sum((c * total for c, total in zip(coefficients, sums, strict=False)), sympy.S.Zero)


def roots_by_least_weight() -> sympy.Expr:
    """Lower side of equation 16: m times the root of the least weight gamma/m."""
    return m * sqrt(WEIGHT.expr.subs(_MASS, 0))


def roots_by_cauchy_schwarz() -> sympy.Expr:
    """Upper side of equation 16: sqrt(m) times the root of the sum of the weights."""
    return sqrt(m) * sqrt(sympy.simplify(sum_over_units(WEIGHT.expr)))


def powers_by_minkowski() -> sympy.Expr:
    """Upper side of equation 17: the r-norm of the two parts, added and raised to r."""
    uniform = m ** (1 / _R) * gamma / m
    return (uniform + (1 - gamma) * _N) ** _R


CLAIMS = (
    Claim(
        id="asym.A2.eq15",
        title="The scaling weights sum to one",
        location="Proposition A.2, equation 15",
        statement="With $lambda_(m,j) = {formula}$: $sum_(j<=m) lambda_(m,j) = 1$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=WEIGHT,
        hypotheses=(SCALING,),
        mark=Mark.SOURCE,
        mutants=(
            Mutant(
                "normalised by the total mass instead of S_m",
                Formula(gamma / m + (1 - gamma) * _MASS),
            ),
            Mutant("uniform share without 1/m", Formula(gamma + (1 - gamma) * _MASS / _S)),
        ),
    ),
    Claim(
        id="asym.A2.eq16.lower",
        title="Sum of the roots of the weights, from below",
        location="Proposition A.2, equation 16",
        statement="$sum_(j<=m) sqrt(lambda_(m,j)) >= {formula}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=ROOTS_LOWER,
        hypotheses=(SCALING,),
        mutants=(
            Mutant("constant 2", Formula(2 * sqrt(gamma * m))),
            Mutant("gamma^(1/4)", Formula(gamma ** sympy.Rational(1, 4) * sqrt(m))),
        ),
    ),
    Claim(
        id="asym.A2.eq16.upper",
        title="Sum of the roots of the weights, from above",
        location="Proposition A.2, equation 16",
        statement="$sum_(j<=m) sqrt(lambda_(m,j)) <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=ROOTS_UPPER,
        hypotheses=(SCALING,),
        rests_on=("asym.A2.eq15",),
        mutants=(
            Mutant("sqrt(m)/2", Formula(sqrt(m) / 2)),
            Mutant("sqrt(gamma m)", Formula(sqrt(gamma * m))),
        ),
    ),
    Claim(
        id="asym.A2.eq17.lower",
        title="Power sums of the weights, from below",
        location="Proposition A.2, equation 17",
        statement="For $r > 1$: $sum_(j<=m) lambda_(m,j)^r >= {formula}$, "
        "where $N_r = (sum_(j<=m) tilde(lambda)_j^r)^(1/r) \\/ S_m$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=POWERS_LOWER,
        hypotheses=(SCALING,),
        mutants=(
            Mutant("1-gamma to the first power", Formula((1 - gamma) * _N**_R)),
            Mutant("N_r to the first power", Formula((1 - gamma) ** _R * _N)),
        ),
    ),
    Claim(
        id="asym.A2.eq17.upper",
        title="Power sums of the weights, from above",
        location="Proposition A.2, equation 17",
        statement="For $r > 1$: $sum_(j<=m) lambda_(m,j)^r <= {formula}$ (Minkowski).",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=POWERS_UPPER,
        hypotheses=(SCALING,),
        mutants=(
            Mutant("uniform part gamma/m", Formula((gamma / m + (1 - gamma) * _N) ** _R)),
            Mutant("uniform part dropped", POWERS_LOWER),
        ),
    ),
    Claim(
        id="asym.A2.eq17.limit",
        title="Power sums of the weights in the limit",
        location="Proposition A.2, after equation 17",
        statement="For $r > 1$ and Zipf masses, as $m -> oo$: "
        "$sum_(j<=m) lambda_(m,j)^r -> {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.WIDTH,
        form=POWERS_LIMIT,
        hypotheses=(SCALING,),
        rests_on=("asym.A2.eq17.lower", "asym.A2.eq17.upper"),
        mutants=(
            Mutant(
                "1-gamma to the first power",
                Formula((1 - gamma) * POWERS_LIMIT.expr / (1 - gamma) ** _R),
            ),
            Mutant(
                "not normalised by zeta(1/alpha)^r",
                Formula((1 - gamma) ** _R * sympy.zeta(_R / alpha) / sympy.zeta(1 / alpha)),
            ),
        ),
    ),
    Claim(
        id="asym.lam.sq",
        title="Sum of the squared weights",
        location="used for Proposition 3.3; follows from equation 1",
        statement="$sum_(j<=m) lambda_(m,j)^2 = {formula}$, $Q_m = sum_(j<=m) tilde(lambda)_j^2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=SQUARES,
        hypotheses=(SCALING,),
        mutants=(
            Mutant("cross term missing", Formula(gamma**2 / m + (1 - gamma) ** 2 * _Q / _S**2)),
            Mutant(
                "1-gamma to the first power",
                Formula(gamma * (2 - gamma) / m + (1 - gamma) * _Q / _S**2),
            ),
            Mutant(
                "not normalised by S_m",
                Formula(gamma * (2 - gamma) / m + (1 - gamma) ** 2 * _Q),
            ),
        ),
    ),
)
