"""Bounds of the orthant probability, and how it is computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sympy
from flint import arb

from theory.bias.hypotheses import BIAS, CORRELATION, NOT_OPPOSITE, POSITIVE_BIAS, at_most
from theory.bias.orthant import pair_density
from theory.bias.orthant_ball import polar_route
from theory.bias.orthant_float64 import NODES, RELATIVE_ERROR
from theory.bias.symbols import B, rho
from theory.claim import Claim, Direction, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.gaussian import tail

_ANGLE_SHARE = (sympy.pi - sympy.acos(rho)) / (2 * sympy.pi)
UPPER_POLAR = Formula(_ANGLE_SHARE * sympy.exp(-(B**2) / (1 + rho)))
UPPER_DIRECTION = Formula(tail(B * sympy.sqrt(2 / (1 + rho))))

_D = B / (1 + rho)
SAVAGE_UPPER = Formula(pair_density(B, rho) / _D**2)
SAVAGE_CORRECTION = (2 - rho) / ((1 - rho**2) * _D**2)
SAVAGE_LOWER = Formula(SAVAGE_UPPER.expr * (1 - SAVAGE_CORRECTION))


@cache
def savage_moments() -> tuple[sympy.Expr, sympy.Expr]:
    """Integrals of exp(-D(s+t)) and of q(s,t) exp(-D(s+t)) over s, t >= 0.

    p = phi_2(B,B) int int exp(-D(s+t) - q(s,t)) with q the quadratic form of half the inverse
    covariance; 1 - q <= exp(-q) <= 1 brackets it.
    """
    s, t, D = sympy.symbols("s t D", positive=True)
    q = (s**2 - 2 * rho * s * t + t**2) / (2 * (1 - rho**2))

    def moment(power: int) -> sympy.Expr:
        return sympy.integrate(s**power * sympy.exp(-D * s), (s, 0, sympy.oo))

    def integral(polynomial: sympy.Expr) -> sympy.Expr:
        terms = sympy.Poly(polynomial, s, t).terms()
        return sum(c * moment(i) * moment(j) for (i, j), c in terms).subs(D, _D)

    return integral(sympy.Integer(1)), integral(q)


def reciprocal_slope(B: arb, rho: arb) -> arb:
    """Mutant of the polar route: 1/a in place of a, which swaps rho and -rho."""
    return polar_route(B, -rho)


def unscaled_decay(B: arb, rho: arb) -> arb:
    """Mutant of the polar route: exp(-B^2/2) in place of exp(-B^2/(1+rho))."""
    return polar_route(B, rho) * (B * B / (1 + rho) - B * B / 2).exp()


_REPRESENTABLE = Hypothesis("size", "$p > 10^(-300)$", at_most("B", 37))
_BOTH_ROUTES = Hypothesis(
    "both routes",
    "$B > 0$ and $-1 < rho < 1$",
    meaning="the polar route divides by $B^2$ and by $1 + rho$; there p has a closed form",
)

Route = Callable[[arb, arb], arb]
_LOCATION = "orthant probability (section 2 of the transcription)"

CLAIMS = (
    Claim(
        id="bias.p.upper.paper",
        title="Upper bound of the orthant probability by its greatest angle",
        location=_LOCATION,
        statement="$p(B, rho) <= {formula}$, with equality at $B = 0$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS, NOT_OPPOSITE),
        form=UPPER_POLAR,
        rests_on=("bias.p.polar",),
        mark=Mark.RECALLED,
        mutants=(Mutant("decay $e^(-B^2)$", Formula(_ANGLE_SHARE * sympy.exp(-(B**2)))),),
    ),
    Claim(
        id="bias.p.upper.dir",
        title="Upper bound of the orthant probability by the direction of the mean",
        location=_LOCATION,
        statement="$p(B, rho) <= {formula}$ (written with erfc).",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(NOT_OPPOSITE,),
        form=UPPER_DIRECTION,
        mutants=(Mutant("no square root", Formula(tail(B * 2 / (1 + rho)))),),
    ),
    Claim(
        id="bias.p.savage",
        title="Bracket of the orthant probability for large bias",
        location=_LOCATION,
        statement="With $D = B\\/(1+rho)$ and $U = phi_2(B, B; rho)\\/D^2$: "
        "$U (1 - (2-rho)\\/((1-rho^2) D^2)) <= p(B, rho) <= U$ for $B > 0$, $abs(rho) < 1$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE_BIAS, CORRELATION),
        form=(SAVAGE_LOWER, SAVAGE_UPPER),
        mutants=(
            Mutant(
                "a fifth of the correction",
                (Formula(SAVAGE_UPPER.expr * (1 - SAVAGE_CORRECTION / 5)), SAVAGE_UPPER),
            ),
            Mutant("$D = B$", (SAVAGE_LOWER, Formula(SAVAGE_UPPER.expr / (1 + rho) ** 2))),
        ),
    ),
    Claim(
        id="bias.p.alg.float",
        title="The double-precision routine",
        location="this project: theory/bias/orthant_float64.py",
        statement=f"The {NODES}-point rule with a double-double exponent has relative error at "
        f"most ${RELATIVE_ERROR:g}$ wherever $p > 10^(-300)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_REPRESENTABLE,),
        form=NODES,
        mutants=(Mutant("18 nodes", 18), Mutant("20 nodes", 20)),
    ),
    Claim(
        id="bias.p.alg.arb",
        title="The rigorous ball",
        location="this project: theory/bias/orthant_ball.py",
        statement="The polar route and Plackett's route give balls of 35 common digits.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_BOTH_ROUTES,),
        form=polar_route,
        rests_on=("bias.p.polar", "bias.p.dw"),
        mutants=(
            Mutant("$1\\/a$ for $a$", reciprocal_slope),
            Mutant("decay $e^(-B^2\\/2)$", unscaled_decay),
        ),
    ),
)
