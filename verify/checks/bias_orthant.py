"""Checks of the orthant probability: identities, bounds, algorithms."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from flint import arb

from theory.bias import orthant_bounds, orthant_identities
from theory.bias.kernel import OUTPUT_VARIANCE
from theory.bias.orthant import OrthantProbability, pair_density
from theory.bias.orthant_ball import orthant_ball, plackett_route, polar_route, tail_ball
from theory.bias.orthant_bounds import Route
from theory.bias.orthant_float64 import RELATIVE_ERROR, orthant_float64
from theory.bias.orthant_identities import BIAS_DERIVATIVE, PLACKETT, by_half_angle
from theory.bias.symbols import B, rho
from theory.claim import Form
from theory.formula import Formula
from theory.gaussian import tail
from theory.rigor.balls import ball
from verify.checks.bias_cells import grid
from verify.engines import Cover, Derive, Enclose
from verify.engines.enclose import Side

Balls = Mapping[str, arb]
Cell = Mapping[str, Any]

POINTS = grid(B=("1/2", "1", "3"), rho=("-9/10", "-3/10", "1/2", "99/100"))
DOUBLES = (
    -1 + 2.0**-53, -1 + 2.0**-40, -1 + 2.0**-12, -0.875, -0.5, 0.0, 0.5, 0.9, 1 - 2.0**-20,
    1 - 2.0**-53, 1.0,
)  # fmt: skip
HERMITE_TERMS = 200


def _balls(cell: Cell) -> tuple[arb, arb]:
    return ball(Fraction(cell["B"])), ball(Fraction(cell["rho"]))


def _polar(cell: Cell, form: Formula) -> tuple[Side, Side]:
    b, r = _balls(cell)
    return orthant_identities.polar_integral(b, form.ball(rho=r)), plackett_route(b, r)


def _owen(cell: Cell, form: Formula) -> tuple[Side, Side]:
    b, r = _balls(cell)
    by_t = tail_ball(b) - 2 * orthant_identities.owens_t(b, form.ball(rho=r))
    return by_t, polar_route(b, r)


def _from_independence(cell: Cell, form: Formula) -> tuple[Side, Side]:
    b, r = _balls(cell)
    gained = orthant_identities.from_independence(b, r)
    return form.ball(**({"B": b} if form.symbols else {})) + gained, polar_route(b, r)


def _hermite(cell: Cell, form: Form) -> tuple[Side, Side]:
    b, r = _balls(cell)
    return orthant_identities.hermite_sum(form(b, HERMITE_TERMS), b, r), orthant_ball(b, r)


def _parseval(cell: Cell, form: Form) -> tuple[Side, Side]:
    """|Q - sum of c_k^2 over k < 2000|; the rest decays like 1/sqrt(k)."""
    b = ball(Fraction(cell["B"]))
    return abs(tail_ball(b) - sum(form(b, 2000), arb(0))), arb(1) / 50


def _increments(cell: Cell, form: int) -> tuple[Side, Side]:
    b, r = _balls(cell)
    here, beyond = polar_route(b, r), polar_route(b, r + arb(1) / 128)
    return form * here, form * beyond


def _signs(form: int) -> bool:
    """Both derivatives have manifest signs, once the roots are rational."""
    rising = form * by_half_angle(PLACKETT.expr)
    c = sympy.Symbol("c", positive=True)
    falling = -form * B / sympy.pi * sympy.exp(-(B**2) * (1 + c**2) / 2)
    return bool(rising.is_positive) and bool(falling.is_negative)


@cache
def _bias_slope(bound: sympy.Expr) -> Formula | None:
    """d/dB (bound - p), if bound = p at B = 0 for every rho."""
    start = bound.subs(B, 0) - OrthantProbability(sympy.Integer(0), rho)
    if sympy.simplify(start.rewrite(sympy.asin)) != 0:
        return None
    return Formula(bound.diff(B) - BIAS_DERIVATIVE.expr)


def _above_orthant(at: Balls, form: Formula) -> arb:
    """bound - p, or near B = 0 its slope, where that is positive; scaled by the decay."""
    b, r = at["B"], at["rho"]
    slope = _bias_slope(form.expr) if b < ball(1) else None
    if slope is not None:
        steepest = slope.ball(B=b.union(arb(0)).max(arb(0)), rho=r)
        if steepest > 0 or b == 0:
            return steepest
    decay = (b.lower().max(arb(0)) ** 2 / (1 + r.upper())).exp()
    return (form.ball(B=b, rho=r) - orthant_ball(b, r)) * decay


def _savage(cell: Cell, form: tuple[Formula, Formula]) -> tuple[Side, Side]:
    """The smaller relative gap of the two sides, beside 0."""
    b, r = _balls(cell)
    lower, upper = (side.ball(B=b, rho=r) for side in form)
    p = orthant_ball(b, r)
    return arb(0), ((p - lower) / p).min((upper - p) / p)


def _savage_residuals(form: tuple[Formula, Formula]) -> list[sympy.Expr]:
    flat, curved = orthant_bounds.savage_moments()
    density = pair_density(B, rho)
    return [form[0].expr - density * (flat - curved), form[1].expr - density * flat]


def _greatest_error(cell: Cell, form: int) -> tuple[Side, Side]:
    """Largest relative error of the float64 rule over DOUBLES at one bias."""
    bias, worst = float(Fraction(cell["B"])), arb(0)
    values = orthant_float64(bias, DOUBLES, nodes=form)
    for r, value in zip(DOUBLES, values, strict=True):
        truth = orthant_ball(arb(bias), arb(r))
        if truth > arb("1e-300"):
            worst = worst.max(abs(arb(float(value)) / truth - 1))
    return worst, arb(str(RELATIVE_ERROR))


def _routes(cell: Cell, form: Route) -> tuple[Side, Side]:
    b, r = _balls(cell)
    return form(b, r), plackett_route(b, r)


def _polar_at_greatest_angle(form: Formula) -> sympy.Expr:
    angle = orthant_identities.POLAR_ANGLE.expr
    return form.expr - angle / sympy.pi * sympy.exp(-(B**2) / (2 * sympy.sin(angle) ** 2))


CHECKS = (
    Derive(
        claim="bias.p.plackett",
        residual=lambda form: [
            orthant_identities.heat_equation(),
            form.expr - orthant_identities.joint_density(B, B),
        ],
        fails_if="d phi_2/d rho is not d^2 phi_2/dx dy, or phi_2(B, B) is another expression",
    ),
    Derive(
        claim="bias.p.dB",
        residual=lambda form: [
            by_half_angle(form.expr - orthant_identities.bias_derivative_integral()),
            by_half_angle(form.expr.diff(rho) - PLACKETT.expr.diff(B)),
        ],
        fails_if="the polar integral has another derivative, or mixed derivatives disagree",
    ),
    Derive(
        claim="bias.p.polar",
        residual=lambda form: [
            form.expr.diff(rho) * sympy.exp(-(B**2) / (2 * sympy.sin(form.expr) ** 2)) / sympy.pi
            - PLACKETT.expr,
            form.expr.subs(rho, -1),
        ],
        fails_if="the integral does not start at 0 for rho = -1 with Plackett's derivative",
    ),
    Enclose(
        claim="bias.p.polar",
        sides=_polar,
        cells=POINTS,
        relation="==",
        max_bits=256,
        fails_if="a certified integral over angles excludes Plackett's route",
    ),
    Derive(
        claim="bias.p.owen",
        residual=lambda form: by_half_angle(
            -sympy.exp(-(B**2) * (1 + form.expr**2) / 2)
            / (1 + form.expr**2)
            * form.expr.diff(rho)
            / sympy.pi
            - PLACKETT.expr
        ),
        fails_if="-2 T(B, a(rho)) does not have Plackett's derivative",
    ),
    Enclose(
        claim="bias.p.owen",
        sides=_owen,
        cells=POINTS,
        relation="==",
        max_bits=256,
        fails_if="a certified integral for Owen's T excludes the polar route",
    ),
    Derive(
        claim="bias.p.dw",
        residual=lambda form: [
            form.expr - tail(B) ** 2,
            sympy.exp(-(B**2) / (1 + rho)) / (2 * sympy.pi * sympy.sqrt(1 - rho**2))
            - PLACKETT.expr,
        ],
        fails_if="the start is not the independent case or the slope is not Plackett's",
    ),
    Enclose(
        claim="bias.p.dw",
        sides=_from_independence,
        cells=POINTS,
        relation="==",
        max_bits=512,
        fails_if="the certified integral from independence excludes the polar route",
    ),
    Enclose(
        claim="bias.p.hermite",
        sides=_hermite,
        cells=grid(B=("0", "1/2", "1", "3"), rho=("-1/2", "3/10", "4/5")),
        relation="==",
        digits=14,
        start_bits=128,
        max_bits=256,
        fails_if="200 terms of the series, with their rest, exclude the orthant probability",
    ),
    Enclose(
        claim="bias.p.hermite",
        part="Parseval",
        sides=_parseval,
        cells=grid(B=("0", "1", "2")),
        start_bits=128,
        max_bits=256,
        fails_if="the squares do not sum to Q",
    ),
    Derive(
        claim="bias.p.special",
        residual=lambda form: [
            form.expr.diff(rho) - pair_density(sympy.Integer(0), rho),
            form.expr.subs(rho, -1),
            form.expr.subs(rho, 1) - tail(0),
            form.expr.subs(rho, 0) - tail(0) ** 2,
        ],
        fails_if="the value at B = 0 has another derivative or another value at -1, 0, 1",
    ),
    Derive(
        claim="bias.p.mono",
        residual=_signs,
        fails_if="Plackett's derivative or the integrand of d/dB has no manifest sign",
    ),
    Enclose(
        claim="bias.p.mono",
        sides=_increments,
        cells=POINTS,
        relation="<",
        fails_if="p does not rise between two correlations",
    ),
    Derive(
        claim="bias.nngp",
        residual=lambda form: [
            by_half_angle(form.expr.diff(rho) - OrthantProbability(B, rho)),
            form.expr.subs(rho, 1) - OUTPUT_VARIANCE.expr,
        ],
        fails_if="G' is not p, or G(1) is not the second moment of one neuron",
    ),
    Derive(
        claim="bias.p.upper.paper",
        role="step",
        residual=_polar_at_greatest_angle,
        fails_if="the bound is not the length of the interval times the greatest integrand",
    ),
    Cover(
        claim="bias.p.upper.paper",
        gap=_above_orthant,
        box={"B": ("0", "4"), "rho": ("-1/2", "99/100")},
        pieces=2,
        fails_if="p exceeds the bound on B <= 4, -1/2 <= rho <= 0.99",
    ),
    Derive(
        claim="bias.p.upper.dir",
        residual=lambda form: by_half_angle(form.expr - tail(2 * B / sympy.sqrt(2 + 2 * rho))),
        fails_if="the mean of both coordinates, normalised by its deviation, has another threshold",
    ),
    Enclose(
        claim="bias.p.upper.dir",
        sides=lambda cell, form: (
            orthant_ball(*_balls(cell)),
            form.ball(B=Fraction(cell["B"]), rho=Fraction(cell["rho"])),
        ),
        cells=POINTS,
        fails_if="p exceeds the bound at some (B, rho)",
    ),
    Derive(
        claim="bias.p.savage",
        residual=_savage_residuals,
        fails_if="the moments of the exponential law give other sides",
    ),
    Enclose(
        claim="bias.p.savage",
        sides=_savage,
        cells=grid(B=("2", "4", "8"), rho=("-4/5", "-1/2", "0", "1/2", "4/5")),
        fails_if="p leaves the bracket at some (B, rho)",
    ),
    Enclose(
        claim="bias.p.alg.float",
        sides=_greatest_error,
        cells=grid(B=("0", "1/4", "1", "2", "4", "8", "20", "37")),
        start_bits=160,
        fails_if="the float64 rule misses a ball by more than its stated error",
    ),
    Enclose(
        claim="bias.p.alg.arb",
        sides=_routes,
        cells=(*POINTS, *grid(B=("8",), rho=("-7/10", "999999/1000000"))),
        relation="==",
        digits=35,
        start_bits=256,
        max_bits=512,
        fails_if="two independent quadratures have no common value, or fewer than 35 digits",
    ),
)
