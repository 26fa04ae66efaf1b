"""Gaps G6, G7 and G11: what the first update says about feature learning, and what it does not.

Theorem 5.1's mean first update never involves the labels and vanishes for odd activations and
for balanced samples. What carries the labels is the mean square: with K0 = Theta*/s and J1 the
kernel of the outputs, E|dw_j/dt|^2 = lambda {y^T Theta* y + (1-lambda) sum Theta* o J1 + lambda
sum (X X^T/d) o J1}. The last sum is not negative (Schur), sum_ik (A o B)_ik = tr(A B) >=
eig_min(A) tr B, and J1_ii = |x_i|^2/(2d), so it is at least SQUARE_LOWER.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb
from sympy import Rational

from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH, preactivation
from theory.asymmetric.features import (
    first_kernel_change,
    first_update_mean,
    relu_second_moment,
)
from theory.asymmetric.gap_assumptions import AT_A_WITNESS
from theory.asymmetric.hypotheses import H1, H2, H2A, H2B, H3, SCALING, as_stated
from theory.claim import Claim, Direction, Discrepancy, Mark, Mutant, Quantifier
from theory.exact import Matrix, Vector, dot, matrix
from theory.formula import Formula
from theory.notation import alpha, d, gamma, kappa
from theory.rigor.balls import ball

_LAM, _Y, _X = sym.weight, sym.label_square, sym.sample_square

# Four corners of a cube: unequal directions, equal lengths, sum zero.
TETRAHEDRON = matrix(
    [
        ["1/2", "1/2", "1/2"],
        ["1/2", "-1/2", "-1/2"],
        ["-1/2", "1/2", "-1/2"],
        ["-1/2", "-1/2", "1/2"],
    ],
    "X",
)
ODD = tuple(entry.expr for entry in SMOOTH.values() if entry.odd)
EVEN = (sympy.cos(preactivation),)
SQUARE_LOWER = Formula(_LAM * kappa * (_Y + (1 - _LAM) * _X / (2 * d)))
FIRST_UNIT = Formula((1 - gamma) / sympy.zeta(1 / alpha) * kappa * _Y)


def product_symmetry(sigma: sympy.Expr) -> sympy.Expr:
    """sigma sigma' at z plus at -z; zero makes F(s) = E[sigma sigma'](s z) vanish."""
    product = sigma * sympy.diff(sigma, preactivation)
    return sympy.simplify(product + product.subs(preactivation, -preactivation))


def mean_update(X: Matrix, activation: str) -> arb | Fraction:
    """Sum over the coordinates of |E[dw_1k/dt]|, gamma = alpha = 1/2 and m = 10."""
    at = (Fraction(1, 2), Fraction(1, 2), 10, 1)
    entries = [first_update_mean(X, activation, *at, k) for k in range(1, len(X[0]) + 1)]
    known = [abs(ball(entry)) for entry in entries if entry != 0]
    return sum(known, arb(0)) if known else Fraction(0)


def mean_change(X: Matrix, i: int, k: int) -> arb | Fraction:
    """|E[dTheta_ik/dt]| for the shifted sine, gamma = alpha = 1/2 and m = 10."""
    change = first_kernel_change(X, "sin_shifted", Fraction(1, 2), Fraction(1, 2), 10, i, k)
    return change if change == 0 else abs(ball(change))


def squares(rows: Matrix | tuple[Vector]) -> Fraction:
    """Sum of the squared entries."""
    return sum((dot(row, row) for row in rows), Fraction(0))


def mean_square(X: Matrix, y: Vector, weight: arb | Fraction) -> arb:
    """E|dw_j/dt|^2 of a ReLU unit (asym.thm5_1.m2)."""
    return relu_second_moment(X, y, weight)


CLAIMS = (
    Claim(
        id="asym.gap.G6",
        title="The mean first update of a weight does not vanish",
        location="Theorem 5.1, consequence",
        statement="For all admissible samples and activations $EE[dif w_(0 j)\\/dif t] != 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.EXPECTATION,
        form=mean_update,
        hypotheses=as_stated(H1, H2, H3, SCALING),
        mark=Mark.SOURCE,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="Theorem 5.1 is followed by the remark that the expected change does not "
            "vanish for gamma < 1, without a condition on activation or samples",
            witness="exactly zero for tanh, sine and error function (odd), for the cosine (even), "
            "and for the ReLU on the corners of a tetrahedron, or three unit vectors at 120 "
            "degrees ($sum_i norm(x_i) x_i = 0$); it never involves the labels",
            repair="use the mean square, which is positive and does (asym.gap.G6.repair)",
        ),
        toothless=AT_A_WITNESS,
    ),
    Claim(
        id="asym.gap.G6.parity",
        title="Odd and even activations have no drift",
        location="Theorem 5.1, consequence",
        statement="$F(s) = EE[sigma(s z) sigma'(s z)] = 0$ for all $s$ when $sigma$ is odd (tanh, "
        "sine, error function) or even (cosine): $sigma sigma'$ is odd.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=(*ODD, *EVEN),
        hypotheses=(H3,),
        mutants=(
            Mutant("softplus", (SMOOTH["softplus"].expr,)),
            Mutant("shifted sine", (SMOOTH["sin_shifted"].expr,)),
        ),
    ),
    Claim(
        id="asym.gap.G6.repair",
        title="The mean square of the first update is positive, ReLU",
        location="Theorem 5.1, repaired consequence",
        statement="$EE norm(dif w_(0 j)\\/dif t)^2 >= {formula}$: of order $lambda_(m,j)$, and "
        "the labels count.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.EXPECTATION,
        form=SQUARE_LOWER,
        hypotheses=(H2A, H3, SCALING),
        rests_on=("asym.thm5_1.m2", "asym.kappa.positive"),
        mutants=(
            Mutant("twice", Formula(2 * SQUARE_LOWER.expr)),
            Mutant("1/d for 1/(2d)", Formula(_LAM * kappa * (_Y + (1 - _LAM) * _X / d))),
            Mutant("root of the weight", Formula(SQUARE_LOWER.expr / sympy.sqrt(_LAM))),
        ),
    ),
    Claim(
        id="asym.thm5_1.order",
        title="How a unit's first update scales with its weight",
        location="Theorems 4.1 (c) and 5.1",
        statement="The root mean square of $norm(dif w_(0 j)\\/dif t)$ is of order "
        "$lambda_(m,j)^(1\\/2)$, the order of bound (c).",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=Rational(1, 2),
        hypotheses=(H2A, H3),
        rests_on=("asym.thm5_1.m2",),
        mutants=(
            Mutant("lambda, as the mean", Rational(1)),
            Mutant("lambda^(1/3)", Rational(1, 3)),
        ),
    ),
    Claim(
        id="asym.gap.G7",
        title="The mean first change of the kernel does not vanish",
        location="Theorem 5.2, consequence",
        statement="For $gamma < 1$ and all samples $x$, $x'$: $EE[dif Theta_m (x, x')\\/dif t] "
        "!= 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.EXPECTATION,
        form=mean_change,
        hypotheses=as_stated(H1, H2B, H3, SCALING),
        mark=Mark.SOURCE,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="Theorem 5.2 is read as: for gamma < 1 the expected change of the kernel "
            "is bounded away from zero",
            witness="samples 2 and 3 of set E are orthogonal: the expected change of their entry "
            "is exactly zero at every width",
            repair="ask for $x dot x' != 0$ and a non-zero sum; like the mean update it does not "
            "involve the labels",
        ),
        toothless=AT_A_WITNESS,
    ),
    Claim(
        id="asym.gap.G11",
        title="Features move for gamma below 1, at the start",
        location='Section 5, "feature learning if and only if gamma < 1"',
        statement="At every width the first unit's update has mean square at least ${formula}$, "
        "which is positive exactly for $gamma < 1$. (Of the total movement the paper gives upper "
        "bounds only, as it says.)",
        direction=Direction.LOWER,
        quantifier=Quantifier.WIDTH,
        form=FIRST_UNIT,
        hypotheses=(H1, H2A, H3, SCALING),
        rests_on=("asym.gap.G6.repair",),
        mutants=(
            Mutant("1 for 1-gamma", Formula(FIRST_UNIT.expr / (1 - gamma))),
            Mutant("normalised by S_1", Formula(FIRST_UNIT.expr * sympy.zeta(1 / alpha) ** 2)),
        ),
    ),
    Claim(
        id="asym.gap.G11.lazy",
        title="Weights stand still at gamma = 1",
        location='Section 5, "feature learning if and only if gamma < 1"',
        statement="At $gamma = 1$ the root mean square of $norm(w_(infinity j) - w_(0 j))$ over "
        "the units, relative to $norm(y - u_0)$, is of order $m^(-1\\/2)$, as bound (c).",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=Rational(-1, 2),
        hypotheses=(H1, H2A, H3),
        rests_on=("asym.thm4_1.c",),
        mutants=(
            Mutant("no decay", Rational(0)),
            Mutant("1/m", Rational(-1)),
            Mutant("m^(-1/4)", Rational(-1, 4)),
        ),
    ),
)
