"""Moments for the tensor initialisation (section 9): Hermite coefficients of the activation.

For y = (1/K) sum_j relu(<w_j, x>), the k-th Hermite moment of y is the symmetric tensor
E[y He_k(x)] = (c_k/K) sum_j |w_j| (w_j/|w_j|)^(tensor k), with c_k = E[relu(z) He_k(z)].
"""

from __future__ import annotations

import sympy
from sympy import Rational, exp, oo, pi, sqrt

from theory.claim import Claim, Direction, Discrepancy, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.hypotheses import DISJOINT, INPUTS
from theory.lottery.symbols import neurons

VARIABLE = sympy.Symbol("z", real=True)
_Z = VARIABLE
_DENSITY = exp(-(_Z**2) / 2) / sqrt(2 * pi)


def probabilist_hermite(k: int) -> sympy.Expr:
    """He_k(z): He_0 = 1, He_1 = z, He_k = z He_k-1 - (k-1) He_k-2."""
    before, now = sympy.Integer(0), sympy.Integer(1)
    for i in range(k):
        before, now = now, sympy.expand(_Z * now - i * before)
    return now


def relu_coefficient(k: int) -> sympy.Expr:
    """c_k = E[relu(z) He_k(z)], integrated symbolically.

    >>> [relu_coefficient(k) for k in (1, 2, 3, 4)]
    [1/2, sqrt(2)/(2*sqrt(pi)), 0, -sqrt(2)/(2*sqrt(pi))]
    """
    return sympy.simplify(sympy.integrate(_Z * probabilist_hermite(k) * _DENSITY, (_Z, 0, oo)))


def relu_coefficient_closed(k: int) -> sympy.Expr:
    """1/2 for k = 1; 0 for odd k >= 3; else (-1)^(k/2+1) (k-3)!!/sqrt(2 pi)."""
    if k % 2:
        return Rational(1, 2) if k == 1 else sympy.Integer(0)
    return (-1) ** (k // 2 + 1) * sympy.factorial2(k - 3) / sqrt(2 * pi)


def distilled_moments(slope_left: sympy.Expr, slope_right: sympy.Expr) -> dict[str, sympy.Expr]:
    """alpha_q = E[phi'(z) z^q] and beta_q = E[phi'(z)^2 z^q] for standard normal z.

    slope_left, slope_right: phi'(z) for z < 0 and z > 0, as expressions in `VARIABLE`.
    """

    def mean(left: sympy.Expr, right: sympy.Expr, q: int) -> sympy.Expr:
        below = sympy.integrate(left * _Z**q * _DENSITY, (_Z, -oo, 0))
        above = sympy.integrate(right * _Z**q * _DENSITY, (_Z, 0, oo))
        return sympy.simplify(below + above)

    values = {f"alpha{q}": mean(slope_left, slope_right, q) for q in (0, 1, 2)}
    return values | {f"beta{q}": mean(slope_left**2, slope_right**2, q) for q in (0, 2)}


def rho_branches(moments: dict[str, sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """The three branches whose least value is Zhong's rho.

    >>> rho_branches(distilled_moments(sympy.Integer(0), sympy.Integer(1)))
    ((-2 + pi)/(4*pi), (-2 + pi)/(4*pi), (-2 + pi)/(4*pi))
    """
    a0, a1, a2 = (moments[f"alpha{q}"] for q in (0, 1, 2))
    b0, b2 = moments["beta0"], moments["beta2"]
    branches = (b0 - a0**2 - a1**2, b2 - a1**2 - a2**2, a0 * a2 - a1**2)
    return tuple(sympy.simplify(branch) for branch in branches)


def _third_not_zero(k: int) -> sympy.Expr:
    return 1 / sqrt(2 * pi) if k == 3 else relu_coefficient_closed(k)


def _fourth_positive(k: int) -> sympy.Expr:
    return abs(relu_coefficient_closed(k))


CLAIMS = (
    Claim(
        id="lottery.init.moments",
        title="Hermite moments of a ReLU teacher",
        location="Tensor initialisation, after Zhong et al. 2017",
        statement='$EE[y "He"_k (x)] = c_k \\/ K sum_j norm(w_j^*) (hat(w)_j^*)^(times.o k)$ with '
        "$c_1 = 1\\/2$, $c_2 = 1\\/sqrt(2 pi)$, $c_4 = -1\\/sqrt(2 pi)$, $c_6 = 3\\/sqrt(2 pi)$ "
        "and $c_k = 0$ for odd $k >= 3$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=relu_coefficient_closed,
        hypotheses=(INPUTS,),
        mutants=(
            Mutant("a third moment that does not vanish", _third_not_zero),
            Mutant("sign of the fourth moment", _fourth_positive),
        ),
    ),
    Claim(
        id="lottery.init.third_order",
        title="Signal of the third-order moment tensor",
        location="Tensor initialisation (recalled with the third-order tensor)",
        statement="The third Hermite moment of a ReLU teacher carries signal: $|c_3| > 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.EXPECTATION,
        form=3,
        mark=Mark.RECALLED,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="initialisation by the third-order tensor; recalled, unconfirmed",
            witness="c_3 = E[relu(z) (z^3 - 3 z)] = 0 exactly",
            repair="the fourth-order tensor, contracted once (as in Zhong et al.)",
        ),
        rests_on=("lottery.init.moments",),
        toothless="a refuted statement; lottery.init.moments carries the coefficients",
    ),
    Claim(
        id="lottery.init.disjoint_m1",
        title="Known disjoint masks need no tensor",
        location="Initialisation, masks without overlap",
        statement="For known pairwise disjoint masks $w_j^* = {formula} EE[y x]$ restricted to "
        "$Omega_j$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=Formula(2 * neurons),
        hypotheses=(INPUTS, DISJOINT),
        rests_on=("lottery.init.moments",),
        mutants=(Mutant("K for 2 K", Formula(neurons)),),
    ),
    Claim(
        id="lottery.init.algorithm",
        title="Tensor initialisation by the fourth-order tensor",
        location="Tensor initialisation, after Zhong et al. 2017",
        statement="Power iterations on the whitened empirical moment tensor of order 4 recover an "
        "orthonormal teacher to a median relative error of 0.3 at the listed sample sizes.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EVERY_DRAW,
        form=4,
        rests_on=("lottery.init.moments",),
        mutants=(Mutant("the tensor of order 3", 3),),
    ),
    Claim(
        id="lottery.init.end_to_end",
        title="Against a random start",
        location="Tensor initialisation, end to end",
        statement="At the listed sizes heavy ball recovers an orthonormal teacher from a random "
        "start as often as from the tensor start: the tensor gains at most 0.2 in the share of "
        "successes.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=Rational(1, 5),
        rests_on=("lottery.init.algorithm",),
        mutants=(Mutant("the tensor start loses half of the successes", Rational(-1, 2)),),
    ),
)
