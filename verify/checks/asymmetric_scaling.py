"""Checks of the scaling weights (Proposition A.2) and of the Zipf masses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import sympy

from theory.asymmetric import prop_a2, zipf
from theory.asymmetric.scaling import scaling_power_sum
from theory.claim import Form
from theory.formula import Formula
from theory.notation import alpha
from theory.rigor.balls import ball
from verify.engines import Cover, Derive, Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]


def grid(**values: tuple[object, ...]) -> tuple[dict[str, object], ...]:
    """All combinations of the given values, as cells."""
    return tuple(dict(zip(values, row, strict=True)) for row in product(*values.values()))


def read(cell: Cell) -> dict[str, Fraction]:
    """The numbers of a cell, exactly."""
    return {name: Fraction(str(value)) for name, value in cell.items() if name != "data"}


# Balls cannot order equal numbers: the grid comes close to the equality cases gamma = 0, 1.
GRID = grid(gamma=("1/1000", "1/5", "999/1000"), alpha=("1/2", "7/10"), m=(2, 40, 2000))


def _power_sum(cell: Cell, r: Fraction) -> Side:
    at = read(cell)
    return scaling_power_sum(at["gamma"], at["alpha"], int(at["m"]), r)


def _roots(cell: Cell, form: Formula) -> tuple[Side, Side]:
    at = read(cell)
    return form.ball(**{k: at[k] for k in ("gamma", "m")}), _power_sum(cell, Fraction(1, 2))


def _rational_masses(m: int) -> tuple[Fraction, Fraction]:
    """S_m and Q_m of the masses 1/(j(j+1))."""
    masses = [Fraction(1, j * (j + 1)) for j in range(1, m + 1)]
    return sum(masses, Fraction(0)), sum((mass**2 for mass in masses), Fraction(0))


def _rational_squares(cell: Cell, form: Formula) -> tuple[Side, Side]:
    at, m = read(cell), int(cell["m"])
    total, squares = _rational_masses(m)
    weights = [at["gamma"] / m + (1 - at["gamma"]) / (j * (j + 1)) / total for j in range(1, m + 1)]
    claimed = form.ball(gamma=at["gamma"], m=m, partial_mass=total, partial_squares=squares)
    return claimed, ball(sum((weight**2 for weight in weights), Fraction(0)))


def _bracket(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The side of equation 17 and the power sum, at Zipf masses."""
    at = read(cell)
    gamma, parameter, m, r = at["gamma"], at["alpha"], int(at["m"]), at["r"]
    norm = scaling_power_sum(Fraction(0), parameter, m, r) ** ball(1 / r)
    side = form.ball(gamma=gamma, m=m, exponent=r, mass_norm=norm)
    return side, scaling_power_sum(gamma, parameter, m, r)


def _limit(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Distance of the power sum to its limit, against the bracket's upper side minus it."""
    at = read(cell)
    exact = prop_a2.POWERS_LIMIT.ball(gamma=at["gamma"], alpha=at["alpha"], exponent=at["r"])
    claimed = form.ball(gamma=at["gamma"], alpha=at["alpha"], exponent=at["r"])
    upper, value = _bracket(cell, prop_a2.POWERS_UPPER)
    return abs(ball(value) - claimed), ball(upper) - exact


def _near_one(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """|V/(s-1)^2 - constant| against 4(s-1): the next coefficient is about -3.77."""
    distance = Fraction(cell["distance"])
    value = zipf.ZIPF_SQUARES.ball(alpha=1 / (1 + distance))
    return abs(value / ball(distance) ** 2 - form.ball()), ball(4 * distance)


def _near_zero(cell: Cell, form: Form) -> tuple[Side, Side]:
    s = Fraction(cell["s"])
    gap = ball(form) - zipf.ZIPF_SQUARES.ball(alpha=1 / s)
    return abs(gap), ball(2) ** ball(1 - s) * ball(1 + 2 / (s - 1))


def _tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    at = read(cell)
    s = ball(1 / at["alpha"])
    head = sum((ball(j) ** (-s) for j in range(1, int(at["m"]) + 1)), ball(0))
    return form.ball(alpha=at["alpha"], m=int(at["m"])), 1 - head / s.zeta()


def _exact_values(form: Formula) -> list[sympy.Expr]:
    return [
        form.expr.subs(alpha, sympy.Rational(parameter)) - sympy.Rational(value)
        for parameter, value in zipf.EXACT_VALUES.items()
    ]


CHECKS = (
    Derive(
        claim="asym.A2.eq15",
        residual=lambda form: prop_a2.sum_over_units(form.expr) - 1,
        fails_if="the weights of equation 1, summed by linearity, do not give one",
    ),
    Derive(
        claim="asym.A2.eq16.lower",
        residual=lambda form: prop_a2.roots_by_least_weight() - form.expr,
        fails_if="m roots of the least weight gamma/m give another bound",
    ),
    Enclose(
        claim="asym.A2.eq16.lower",
        sides=_roots,
        cells=GRID,
        fails_if="the sum of roots at some (gamma, alpha, m) is below the bound",
    ),
    Derive(
        claim="asym.A2.eq16.upper",
        residual=lambda form: prop_a2.roots_by_cauchy_schwarz() - form.expr,
        fails_if="Cauchy-Schwarz with weights of sum one gives another bound",
    ),
    Enclose(
        claim="asym.A2.eq16.upper",
        sides=_roots,
        cells=GRID,
        relation=">=",
        fails_if="the sum of roots at some (gamma, alpha, m) exceeds the bound",
    ),
    Enclose(
        claim="asym.A2.eq17.lower",
        sides=_bracket,
        cells=tuple(cell | {"r": r} for cell in GRID for r in ("3/2", "2", "3")),
        fails_if="a power sum lies below the bound",
    ),
    Derive(
        claim="asym.A2.eq17.upper",
        residual=lambda form: prop_a2.powers_by_minkowski() - form.expr,
        fails_if="the r-norms of the two parts of the scaling add up to something else",
    ),
    Enclose(
        claim="asym.A2.eq17.upper",
        sides=_bracket,
        cells=tuple(cell | {"r": r} for cell in GRID for r in ("3/2", "2", "3")),
        relation=">=",
        fails_if="a power sum exceeds the bound",
    ),
    Enclose(
        claim="asym.A2.eq17.limit",
        sides=_limit,
        cells=grid(
            gamma=("1/5", "1/2"), alpha=("1/2", "7/10"), r=("3/2", "2"), m=(100, 10**4, 10**7)
        ),
        fails_if="a power sum is farther from its limit than equation 17 allows",
    ),
    Derive(
        claim="asym.lam.sq",
        residual=lambda form: (
            prop_a2.sum_over_units(sympy.expand(prop_a2.WEIGHT.expr**2)) - form.expr
        ),
        fails_if="the squared weights, summed by linearity, give another expression",
    ),
    Enclose(
        claim="asym.lam.sq",
        sides=_rational_squares,
        cells=grid(gamma=("0", "1/5", "1/2", "1"), m=(1, 3, 20)),
        relation="==",
        fails_if="the squares of rational weights sum to something else",
    ),
    Enclose(
        claim="asym.zipf.square_sum",
        sides=lambda cell, form: (
            form.ball(alpha=Fraction(cell["alpha"])),
            zipf.direct_square_sum(Fraction(cell["alpha"]), 3000),
        ),
        cells=grid(alpha=("1/10", "1/4", "1/3", "1/2")),
        relation="==",
        digits=6,
        fails_if="3000 terms and integrals for the rest exclude the closed form",
    ),
    Enclose(
        claim="asym.zipf.square_sum",
        sides=lambda cell, form: (
            form.ball(alpha=Fraction(cell["alpha"])),
            zipf.direct_square_sum(Fraction(cell["alpha"]), 600),
        ),
        cells=grid(alpha=tuple(f"{k}/20" for k in range(2, 20))),
        relation="==",
        digits=3,
        max_bits=64,  # the width comes from the 600 terms, not from the precision
        fails_if="600 terms and integrals for the rest exclude the closed form",
    ),
    Enclose(
        claim="asym.zipf.exact",
        sides=lambda cell, form: (
            form.ball(alpha=Fraction(cell["alpha"])),
            Fraction(cell["value"]),
        ),
        cells=tuple(
            {"alpha": str(alpha), "value": str(value)} for alpha, value in zipf.EXACT_VALUES.items()
        ),
        relation="==",
        fails_if="a ball of the closed form excludes the rational value",
    ),
    Derive(
        claim="asym.zipf.exact",
        residual=_exact_values,
        fails_if="an even zeta value (Bernoulli numbers) gives another rational",
    ),
    Cover(
        claim="asym.zipf.monotone",
        gap=lambda at, form: form * zipf.log_derivative(at["alpha"]),
        box={"alpha": ("1/50", "49/50")},
        fails_if="the logarithmic derivative of V is not negative somewhere on [1/50, 49/50]",
    ),
    Enclose(
        claim="asym.zipf.limit.zero",
        sides=_near_zero,
        cells=grid(s=(4, 10, 30, 100)),
        fails_if="V is farther from 1 than the tail of zeta(1/alpha) allows",
    ),
    Enclose(
        claim="asym.zipf.limit.one",
        sides=_near_one,
        cells=grid(distance=("1/100", "1/10000", "1/1000000")),
        fails_if="V/(1/alpha-1)^2 is farther from pi^2/6 than four times 1/alpha-1",
    ),
    Enclose(
        claim="asym.zipf.tail",
        sides=_tail,
        cells=grid(alpha=("1/2", "7/10", "9/10"), m=(1, 10, 300)),
        relation="==",
        fails_if="one minus the first m masses is another number",
    ),
)
