"""Checks of the Gaussian tails and of the flip probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from flint import arb

from theory.bias import tails
from theory.bias.orthant_ball import tail_ball
from theory.bias.symbols import B, half_width, radius
from theory.bias.tails import FLIP, STRIP, TAIL
from theory.claim import Form
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.ranges import Range
from verify.checks.bias_cells import grid
from verify.engines import Cover, Derive, Enclose
from verify.engines.enclose import Side

Balls = Mapping[str, arb]
_U = sympy.Symbol("u", positive=True)  # B = c (u - 1/u) makes Komatsu's roots rational
_T = sympy.Symbol("t", positive=True)


def slope_by_density(gap: sympy.Expr) -> sympy.Expr:
    """Derivative of a gap over the density: rational for bounds of the form density * rational."""
    return sympy.powsimp(sympy.expand(gap.diff(B) / density(B)))


@cache
def _range(gap: sympy.Expr, zero: int | None) -> Range:
    return Range(gap, B, slope=slope_by_density(gap), zero=zero)


def _in_units_of_decay(gap: sympy.Expr, b: arb, zero: int | None = None) -> arb:
    """A gap over the ball b, times exp(B^2/2) at its left end to keep it readable."""
    return _range(gap, zero)(b) * (b.lower() ** 2 / 2).exp()


def _below_tail(at: Balls, form: Formula) -> arb:
    return _in_units_of_decay(TAIL.expr - form.expr, at["B"], 0)


def _above_tail(at: Balls, form: Formula) -> arb:
    return _in_units_of_decay(form.expr - TAIL.expr, at["B"], 0)


def _around_tail(at: Balls, form: tuple[Formula, Formula]) -> arb:
    """The smaller of the two gaps of a bracket on B > 0."""
    lower, upper = (side.expr for side in form)
    b = at["B"]
    return _in_units_of_decay(tail(B) - lower, b).min(_in_units_of_decay(upper - tail(B), b))


def _branches(form: Formula) -> tuple[sympy.Expr, ...]:
    return form.expr.args if isinstance(form.expr, sympy.Max) else (form.expr,)


def below_tail_twice(at: Balls, form: Formula) -> arb:
    """Q minus a maximum is the smaller of the gaps of its branches."""
    gaps = [_in_units_of_decay(TAIL.expr - branch, at["B"]) for branch in _branches(form)]
    return gaps[0] if len(gaps) == 1 else gaps[0].min(gaps[1])


def _worst_share(at: Balls, form: Formula) -> arb:
    """Q_low - 0.34126 Q, the larger branch speaking."""
    least = sympy.Rational("0.34126") * TAIL.expr
    gaps = [_in_units_of_decay(branch - least, at["B"]) for branch in _branches(form)]
    return gaps[0] if len(gaps) == 1 else gaps[0].max(gaps[1])


def _komatsu_gaps(form: tuple[Formula, Formula]) -> tuple[sympy.Expr, sympy.Expr]:
    return TAIL.expr - form[0].expr, form[1].expr - TAIL.expr


# Lower and upper side have sqrt(B^2 + 4 c^2), rational in u for B = c (u - 1/u).
_KOMATSU_SCALES = (sympy.Integer(1), sympy.sqrt(2))


def _rational_slope(gap: sympy.Expr, scale: sympy.Expr) -> sympy.Expr:
    slope = slope_by_density(gap).subs(sympy.sqrt(B**2 + 4 * scale**2), scale * (_U + 1 / _U))
    return sympy.factor(slope.subs(B, scale * (_U - 1 / _U)))


@cache
def _komatsu_range(gap: sympy.Expr, scale: sympy.Expr) -> Range:
    slope = _rational_slope(gap, scale)
    return Range(gap.subs(B, scale * (_U - 1 / _U)), _U, slope=slope)


def _around_komatsu(at: Balls, form: tuple[Formula, Formula]) -> arb:
    u, sides = at["u"], []
    for gap, scale in zip(_komatsu_gaps(form), _KOMATSU_SCALES, strict=True):
        square = int(scale**2) * (u.lower() - 1 / u.lower()) ** 2
        sides.append(_komatsu_range(gap, scale)(u) * (square / 2).exp())
    return sides[0].min(sides[1])


def _komatsu_residuals(form: tuple[Formula, Formula]) -> list[sympy.Expr]:
    """Both gaps decrease to 0: their slopes over the density are manifestly negative."""
    known = (
        -1 / (_U**2 * (_U**2 + 1)),
        -1 / ((_U**2 + 1) * (2 * _U**2 - 1) ** 2),
    )
    return [
        _rational_slope(gap, scale) - slope
        for gap, scale, slope in zip(_komatsu_gaps(form), _KOMATSU_SCALES, known, strict=True)
    ]


@cache
def _strip_range(gap: sympy.Expr) -> Range:
    return Range(gap, half_width, zero=0)


def _around_strip(at: Balls, form: tuple[Formula, Formula]) -> arb:
    lower, upper = (side.expr for side in form)
    t = at["t"]
    return _strip_range(STRIP.expr - lower)(t).min(_strip_range(upper - STRIP.expr)(t))


def _flip_exponents(form: tuple[Formula, Formula]) -> list[sympy.Expr]:
    """Densities on |t| <= R beside those at the ends, as exponents.

    (B+R)^2/2 - (B+t)^2/2 = (R-t)(2B+R+t)/2 >= 0 and BR + Bt + t^2/2 = B(R+t) + t^2/2 >= 0.
    """
    lower, upper = (side.expr / (2 * radius) for side in form)
    here = density(B + _T)
    return [
        here / lower - sympy.exp((radius - _T) * (2 * B + radius + _T) / 2),
        upper / here - sympy.exp(B * (radius + _T) + _T**2 / 2),
    ]


def _flip_sides(index: int) -> Callable[[Mapping[str, Any], Form], tuple[Side, Side]]:
    def sides(cell: Mapping[str, Any], form: tuple[Formula, Formula]) -> tuple[Side, Side]:
        at = {"B": Fraction(cell["B"]), "radius": Fraction(cell["R"])}
        exact, bound = FLIP.ball(**at), form[index].ball(**at)
        return (bound, exact) if index == 0 else (exact, bound)

    return sides


def _flip_share(b: arb, r: arb) -> arb:
    """Ball that bounds P(|g - B| <= R) / (R exp(-B^2/2)) from above; exact at exact points."""
    decay = (b * b / 2).exp()
    if b.rad() == 0 and r.rad() == 0 and r > 0:
        return FLIP.ball(B=b, radius=r) / r * decay
    # The strip's probability is at most its width times the greatest density on it, ...
    nearest = (b - r).max(arb(0))
    by_density = 2 / (2 * arb.pi()).sqrt() * ((b * b - nearest * nearest) / 2).exp()
    if r.contains(0):
        return by_density
    # ... and at most the probability of a strip that contains those of the whole box.
    widest = tail_ball(b.lower() - r.upper()) - tail_ball(b.upper() + r.upper())
    return by_density.upper().min((widest / r * decay).upper())


def _recalled_flip(at: Balls, form: Formula) -> arb:
    b, r = at["B"], at["R"]
    if b * r > 1:  # outside the hypothesis
        return arb(1)
    return form.ball() - _flip_share(b, r)


def _flip_ratio(form: Formula) -> sympy.Expr:
    """The claimed bound over that of bias.flip is e^(1 - BR)."""
    claimed = form.expr * radius * sympy.exp(-(B**2) / 2)
    return claimed / tails.FLIP_UPPER.expr - sympy.exp(1 - B * radius)


FLIP_CELLS = grid(B=("0", "1/2", "1", "2", "4"), R=("1/100", "1/10", "1/2"))

CHECKS = (
    Derive(
        claim="bias.tail.halfexp",
        residual=lambda form: 2 * form.expr * density(_T) / density(B + _T) - sympy.exp(B * _T),
        fails_if="density(B+t) is not exp(-B^2/2) density(t) exp(-Bt), term by term",
    ),
    Cover(
        claim="bias.tail.halfexp",
        gap=_above_tail,
        box={"B": ("0", "40")},
        fails_if="the gap over its power of B is not positive somewhere on [0, 40]",
    ),
    Derive(
        claim="bias.tail.mills",
        residual=lambda form: [
            (TAIL.expr - form[0].expr).diff(B) / density(B) + 3 / B**4,
            (form[1].expr - TAIL.expr).diff(B) / density(B) + 1 / B**2,
        ],
        fails_if="the gaps, which vanish at infinity, do not have the slopes -3 phi/B^4, -phi/B^2",
    ),
    Cover(
        claim="bias.tail.mills",
        gap=_around_tail,
        box={"B": ("1/100", "40")},
        fails_if="a gap is not positive somewhere on [1/100, 40]",
    ),
    Derive(
        claim="bias.tail.linear",
        residual=lambda form: [
            (TAIL.expr - form.expr).diff(B) - density(0) + density(B),
            (TAIL.expr - form.expr).subs(B, 0),
        ],
        fails_if="the gap does not start at 0 with slope phi(0) - phi(B) >= 0",
    ),
    Cover(
        claim="bias.tail.linear",
        gap=_below_tail,
        box={"B": ("0", "40")},
        fails_if="the gap over B^3 is not positive somewhere on [0, 40]",
    ),
    Cover(
        claim="bias.tail.maxlb",
        gap=below_tail_twice,
        box={"B": ("1/100", "40")},
        fails_if="one of the two bounds exceeds Q somewhere on [1/100, 40]",
    ),
    Cover(
        claim="bias.tail.maxlb",
        part="loss",
        gap=_worst_share,
        box={"B": ("1/100", "40")},
        fails_if="the larger bound is below 0.34126 Q somewhere on [1/100, 40]",
    ),
    Derive(
        claim="bias.tail.komatsu",
        residual=_komatsu_residuals,
        fails_if="the gaps, which vanish at infinity, do not fall: their slopes over the density, "
        "with B = c (u - 1/u), are other rational functions of u",
    ),
    Cover(
        claim="bias.tail.komatsu",
        gap=_around_komatsu,
        box={"u": ("3/4", "29")},
        fails_if="a gap is not positive at B = u - 1/u or sqrt(2) (u - 1/u), -0.58 <= B <= 28.9",
    ),
    Cover(
        claim="bias.tail.halfnormal",
        gap=_around_strip,
        box={"t": ("0", "1")},
        fails_if="a gap over t is not positive somewhere on [0, 1]",
    ),
    Derive(
        claim="bias.flip",
        residual=_flip_exponents,
        fails_if="the densities on the strip are not ordered as the squares say",
    ),
    Enclose(
        claim="bias.flip",
        sides=_flip_sides(0),
        cells=FLIP_CELLS,
        fails_if="the strip's probability is below the bound at some (B, R)",
    ),
    Enclose(
        claim="bias.flip",
        sides=_flip_sides(1),
        cells=FLIP_CELLS,
        free=lambda cell: 1,
        fails_if="the strip's probability exceeds the bound at some (B, R)",
    ),
    Derive(
        claim="bias.flip.rec",
        role="step",
        residual=_flip_ratio,
        fails_if="the claimed bound over that of bias.flip is not e^(1-BR)",
    ),
    Cover(
        claim="bias.flip.rec",
        gap=_recalled_flip,
        box={"B": ("0", "4"), "R": ("0", "1")},
        fails_if="the bound is exceeded for some B <= 4, R <= 1 with BR <= 1",
    ),
)
