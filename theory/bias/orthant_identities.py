"""Identities of the orthant probability p(B, rho) (section 2 of the transcription).

All of them follow from Plackett's derivative and p(B, 0) = Q(B)^2 (independence).
"""

from __future__ import annotations

from functools import cache

import sympy
from flint import acb, arb

from theory.bias.hypotheses import BIAS, CORRELATION, NOT_OPPOSITE
from theory.bias.kernel import OUTPUT_COVARIANCE
from theory.bias.orthant import pair_density, slope
from theory.bias.orthant_ball import tail_ball
from theory.bias.symbols import B, rho
from theory.bias.unrestricted import hermite_squares
from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.gaussian import density, tail

_THETA = sympy.acos(rho)
POLAR_ANGLE = Formula((sympy.pi - _THETA) / 2)
OWEN_SLOPE = Formula(slope(rho))
PLACKETT = Formula(pair_density(B, rho))
BIAS_DERIVATIVE = Formula(-2 * density(B) * tail(slope(rho) * B))
START = Formula(tail(B) ** 2)
WITHOUT_BIAS = Formula(sympy.Rational(1, 4) + sympy.asin(rho) / (2 * sympy.pi))

_x, _y, _c, _s = sympy.symbols("x y c s", positive=True)


def joint_density(x: sympy.Expr, y: sympy.Expr) -> sympy.Expr:
    """Density of two standard normals of correlation rho."""
    exponent = -(x**2 - 2 * rho * x * y + y**2) / (2 * (1 - rho**2))
    return sympy.exp(exponent) / (2 * sympy.pi * sympy.sqrt(1 - rho**2))


@cache
def heat_equation() -> sympy.Expr:
    """d phi_2/d rho - d^2 phi_2/(dx dy): zero, so dp/drho integrates to phi_2(B, B)."""
    joint = joint_density(_x, _y)
    return sympy.simplify(joint.diff(rho) - joint.diff(_x, _y))


def by_half_angle(expr: sympy.Expr) -> sympy.Expr:
    """An expression in rho with rho = (1-s^2)/(1+s^2), s > 0, which makes its roots rational."""
    changed = expr.subs(rho, (1 - _s**2) / (1 + _s**2))
    changed = changed.replace(
        lambda node: node.is_Pow and node.exp.is_Rational and not node.exp.is_integer,
        lambda node: sympy.factor(node.base) ** node.exp,
    )
    return changed.replace(sympy.exp, lambda exponent: sympy.exp(sympy.cancel(exponent)))


@cache
def bias_derivative_integral() -> sympy.Expr:
    """d/dB of the polar integral after c = cot u: -(B/pi) int_a^oo exp(-B^2 (1+c^2)/2) dc."""
    a = sympy.Symbol("a", positive=True)
    integral = sympy.integrate(sympy.exp(-(B**2) * (1 + _c**2) / 2), (_c, a, sympy.oo))
    return (-B / sympy.pi * integral).rewrite(sympy.erfc).subs(a, slope(rho))


def polar_integral(B: arb, angle: arb) -> arb:
    """(1/pi) int_0^angle exp(-B^2/(2 sin^2 u)) du for B > 0, by quadrature in c = cot u.

    (1/pi) int_(cot angle)^oo exp(-B^2 (1+c^2)/2)/(1+c^2) dc, cut where the rest, at most
    exp(-B^2 (1+C^2)/2)/(B^2 C (1+C^2)), is negligible.
    """
    start, square = 1 / angle.tan(), B * B
    end = (start.abs_upper() + 60 / B.abs_lower()).mid()

    def integrand(c: acb, analytic: bool) -> acb:
        return (-square * (1 + c * c) / 2).exp() / (1 + c * c)

    body = acb.integral(integrand, acb(start), acb(end), abs_tol=arb(0)).real
    rest = (-square * (1 + end * end) / 2).exp() / (square * end * (1 + end * end))
    return (body + rest.union(arb(0))) / arb.pi()


def owens_t(h: arb, a: arb) -> arb:
    """Owen's T(h, a) = (1/2 pi) int_0^a exp(-h^2 (1+x^2)/2)/(1+x^2) dx, by quadrature."""

    def integrand(x: acb, analytic: bool) -> acb:
        return (-(h * h) * (1 + x * x) / 2).exp() / (1 + x * x)

    return acb.integral(integrand, acb(0), acb(a), abs_tol=arb(0)).real / (2 * arb.pi())


def from_independence(B: arb, rho: arb) -> arb:
    """(1/2 pi) int_0^(arcsin rho) exp(-B^2/(1 + sin v)) dv."""

    def integrand(v: acb, analytic: bool) -> acb:
        return (-(B * B) / (1 + v.sin())).exp()

    return acb.integral(integrand, acb(0), acb(rho.asin())).real / (2 * arb.pi())


def squares_of_next_order(B: arb, count: int) -> list[arb]:
    """Mutant: He_k in place of He_(k-1)."""
    squares = hermite_squares(B, count + 1)
    return [squares[0]] + [squares[k + 1] * (k + 1) for k in range(1, count)]


def squares_without_factorial(B: arb, count: int) -> list[arb]:
    """Mutant: 1/(k-1)! in place of 1/k!."""
    squares = hermite_squares(B, count)
    return [squares[0]] + [squares[k] * k for k in range(1, count)]


def hermite_sum(squares: list[arb], B: arb, rho: arb) -> arb:
    """Sum of c_k^2 rho^k, with the rest bounded by (Q - sum of c_k^2) |rho|^K."""
    total, rest, power = arb(0), tail_ball(B), arb(1)
    for square in squares:
        total += square * power
        rest -= square
        power *= rho
    return total + arb(0, (rest * abs(power)).abs_upper())


_INNER = Hypothesis("correlation", "$-1 < rho < 1$", CORRELATION.slack)
_LOCATION = "orthant probability (section 2 of the transcription)"

CLAIMS = (
    Claim(
        id="bias.p.plackett",
        title="Derivative of the orthant probability in the correlation",
        location=_LOCATION,
        statement="$(partial p)/(partial rho) (B, rho) = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(CORRELATION,),
        form=PLACKETT,
        mutants=(
            Mutant(
                "exponent $-B^2\\/(1-rho)$",
                Formula(sympy.exp(-(B**2) / (1 - rho)) / (2 * sympy.pi * sympy.sqrt(1 - rho**2))),
            ),
        ),
    ),
    Claim(
        id="bias.p.dB",
        title="Derivative of the orthant probability in the bias",
        location=_LOCATION,
        statement="$(partial p)/(partial B) (B, rho) = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(CORRELATION,),
        form=BIAS_DERIVATIVE,
        rests_on=("bias.p.plackett",),
        mutants=(Mutant("factor 2 missing", Formula(-density(B) * tail(slope(rho) * B))),),
    ),
    Claim(
        id="bias.p.polar",
        title="The orthant probability as an integral over angles",
        location=_LOCATION,
        statement="$p(B, rho) = 1/pi integral_0^Psi e^(-B^2\\/(2 sin^2 u)) dif u$ with "
        "$Psi = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS,),
        form=POLAR_ANGLE,
        rests_on=("bias.p.plackett",),
        mutants=(Mutant("$Psi = theta\\/2$", Formula(_THETA / 2)),),
    ),
    Claim(
        id="bias.p.owen",
        title="The orthant probability by Owen's T",
        location=_LOCATION,
        statement="$p(B, rho) = Q(B) - 2 T(B, a)$ with $a = {formula}$ and "
        "$T(h, a) = 1/(2 pi) integral_0^a e^(-h^2 (1+x^2)\\/2) / (1+x^2) dif x$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(NOT_OPPOSITE,),
        form=OWEN_SLOPE,
        rests_on=("bias.p.plackett",),
        mutants=(Mutant("$1\\/a$", Formula(1 / slope(rho))),),
    ),
    Claim(
        id="bias.p.dw",
        title="The orthant probability from independence",
        location=_LOCATION,
        statement="$p(B, rho) = {formula} + 1/(2 pi) integral_0^(arcsin rho) "
        "e^(-B^2\\/(1 + sin v)) dif v$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=START,
        rests_on=("bias.p.plackett",),
        mutants=(
            Mutant("$Q^2$ omitted", Formula(sympy.Integer(0))),
            Mutant("$Q$ for $Q^2$", Formula(tail(B))),
        ),
    ),
    Claim(
        id="bias.p.hermite",
        title="Hermite expansion of the orthant probability",
        location=_LOCATION,
        statement="$p(B, rho) = sum_(k>=0) c_k^2 rho^k$, $c_0 = Q(B)$, "
        '$c_k^2 = phi(B)^2 "He"_(k-1)(B)^2 \\/ k!$, and $sum_k c_k^2 = Q(B)$.',
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=hermite_squares,
        mutants=(
            Mutant('$"He"_k$ for $"He"_(k-1)$', squares_of_next_order),
            Mutant("$(k-1)!$ for $k!$", squares_without_factorial),
        ),
    ),
    Claim(
        id="bias.p.special",
        title="Known values of the orthant probability",
        location=_LOCATION,
        statement="$p(0, rho) = {formula}$, $p(B, 0) = Q(B)^2$, $p(B, 1) = Q(B)$, $p(B, -1) = 0$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS,),
        form=WITHOUT_BIAS,
        rests_on=("bias.p.plackett",),
        mutants=(
            Mutant("arccos", Formula(sympy.Rational(1, 4) + _THETA / (2 * sympy.pi))),
            Mutant("minus arcsin", Formula(sympy.Rational(1, 2) - WITHOUT_BIAS.expr)),
        ),
    ),
    Claim(
        id="bias.p.mono",
        title="The orthant probability rises with correlation and falls with bias",
        location=_LOCATION,
        statement="$p$ is strictly increasing in $rho$, and for $-1 < rho < 1$ strictly decreasing "
        "in $B$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(_INNER,),
        form=1,
        rests_on=("bias.p.plackett", "bias.p.dB"),
        mutants=(Mutant("reversed", -1),),
    ),
    Claim(
        id="bias.nngp",
        title="Covariance of the outputs at the start",
        location=_LOCATION,
        statement="$EE (g_1 - B)_+ (g_2 - B)_+ = G(rho) = {formula}$; $G' = p$, "
        "$G(-1) = 0$ and $G(1) = (1+B^2) Q(B) - B phi(B)$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BIAS,),
        form=OUTPUT_COVARIANCE,
        rests_on=("bias.p.plackett",),
        mutants=(
            Mutant(
                "middle term halved",
                Formula(OUTPUT_COVARIANCE.expr + B * density(B) * tail(slope(rho) * B)),
            ),
        ),
    ),
)
