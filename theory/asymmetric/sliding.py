"""Gap G2: ReLU units slide along kinks, and Lemma D.1 then needs Filippov's selection.

Where the velocities on both sides of a hyperplane w.x_i = 0 point at it, the unit slides along
it: no classical solution exists, whichever value sigma'(0) is given. Filippov's solution moves
with an effective theta in [0, 1] in its place. For almost every t, z_ij = 0 implies
dz_ij/dt = 0; so du/dt = Theta(theta_t) (y - u) whatever theta is there, and Gronwall applies to
Theta(theta_t).

The witness: n = d = 2, one unit of weight 1 with a = +1, the samples of set A, y = (-1, 1), start
w = (0, sqrt 2). On w.x_1 = 0 the residual is (-1, r), r = (1/5) exp(-8t/25), and theta_1 = 3r/5.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb
from sympy import Matrix, Rational, exp

from theory.asymmetric import symbols as sym
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.gap_assumptions import AT_A_WITNESS
from theory.asymmetric.hypotheses import H1, H2A, as_stated
from theory.asymmetric.kernel import scaled_gram
from theory.asymmetric.lemma_d1 import DECAY, loss_by_gronwall
from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mutant, Quantifier
from theory.rigor.balls import ball

_T = sym.time
START, RATE = Rational(1, 5), Rational(8, 25)
SLIDING_RESIDUAL = Matrix([-1, START * exp(-RATE * _T)])
GRAM = Matrix(
    [[Rational(e.numerator, e.denominator) for e in row] for row in scaled_gram(DATA_SETS["A"].X)]
)
# sigma'(0) = 1 gives Theta = X X^T/2 on the whole path, eigenvalues 1/5 and 4/5
DECAY_CLAIMED = 2 * Fraction(1, 5)
SLIDES = Hypothesis("H2a", H2A.statement + ", with sigma'(0) = 1 where a unit slides")


def filippov() -> sympy.Expr:
    """theta_1 that keeps the velocity tangential: theta_1 (-1) + (3/5) r = 0."""
    return Rational(3, 5) * SLIDING_RESIDUAL[1]


def one() -> sympy.Expr:
    """Mutant: sigma'(0) = 1."""
    return sympy.Integer(1)


def zero() -> sympy.Expr:
    """Mutant: sigma'(0) = 0."""
    return sympy.Integer(0)


def half() -> sympy.Expr:
    """Mutant: sigma'(0) = 1/2."""
    return Rational(1, 2)


def tangent_gram(theta: sympy.Expr) -> sympy.Matrix:
    """Theta with sigma' of the sliding pair replaced by theta (the other pair is active)."""
    slopes = Matrix([theta, 1])
    return GRAM.multiply_elementwise(slopes * slopes.T)


def flow_residual(theta: sympy.Expr) -> list[sympy.Expr]:
    """d(y - u)/dt + Theta(theta)(y - u) along the path: zero when theta is the selection.

    Followed by dz_1/dt times sqrt(2), the velocity off the kink.
    """
    lost = sympy.diff(SLIDING_RESIDUAL, _T) + tangent_gram(theta) * SLIDING_RESIDUAL
    off = theta * SLIDING_RESIDUAL[0] + Rational(3, 5) * SLIDING_RESIDUAL[1]
    return [*lost, off]


def chain_rule_by_cases() -> list[sympy.Expr]:
    """d relu(z)/dt minus theta dz/dt where z > 0, z < 0, and z = 0 (there dz/dt = 0 for almost
    every such t, and relu(z) is 0 as well)."""
    z, theta = sympy.Function("z")(_T), sympy.Symbol("theta")
    speed = z.diff(_T)
    return [z.diff(_T) - 1 * speed, sympy.Integer(0) - 0 * speed, sympy.Integer(0) - theta * 0]


def decay_constant() -> sympy.Expr:
    """c in exp(-c lambda t), from Lemma D.1's Gronwall step with kappa'/2 = lambda."""
    return -sympy.log(loss_by_gronwall()).diff(_T).simplify() / (sym.decay / 2)


def loss_ratio(t: Fraction) -> arb:
    """L_t/L_0 = (1 + r_t^2)/(1 + r_0^2) along the path; its limit is 25/26."""
    start = Fraction(int(START.p), int(START.q)) ** 2
    rate = 2 * Fraction(int(RATE.p), int(RATE.q))
    return (1 + ball(start) * (-ball(rate) * ball(t)).exp()) / ball(1 + start)


CLAIMS = (
    Claim(
        id="asym.gap.G2",
        title="Lemma D.1 taken literally for the ReLU",
        location="Lemma D.1, ReLU case",
        statement="For the ReLU: if $lambda_min (Theta (W_s)) >= kappa'\\/2$ for $s <= t$, then "
        "$L(W_t) <= {formula} dot L(W_0)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=DECAY,
        hypotheses=as_stated(H1, SLIDES),
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="Lemma D.1 for the gradient flow of a ReLU network, with a fixed value of "
            "$sigma'(0)$",
            witness="one unit, samples $(1, 0)$ and $(3\\/5, 4\\/5)$, labels $-1$ and $1$, start "
            "$(0, sqrt(2))$: it slides on $w dot x_1 = 0$ for ever, $L_t >= 25\\/26 thin L_0$, "
            "while $lambda_min (Theta (W_s)) = 1\\/5$ with $sigma'(0) = 1$",
            repair="read $Theta$ with Filippov's selection $theta$ in place of $sigma'$ "
            "(asym.gap.G2.selection); Lemma D.2 counts every $theta$ in $[0, 1]$ already, so "
            "Lemmas D.2, D.3 and Theorem 4.1 survive",
        ),
        toothless=AT_A_WITNESS,
    ),
    Claim(
        id="asym.gap.G2.path",
        title="The sliding path",
        location="witness for Lemma D.1, ReLU case",
        statement="On the witness of asym.gap.G2, $dif u\\/dif t = Theta(theta) (y - u)$ with "
        "$theta_1 = 3\\/25 thin e^(-8 t\\/25)$, which alone keeps the unit on its kink.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.TIME,
        form=filippov,
        mutants=(
            Mutant("sigma'(0) = 1", one),
            Mutant("sigma'(0) = 0", zero),
            Mutant("sigma'(0) = 1/2", half),
        ),
    ),
    Claim(
        id="asym.gap.G2.selection",
        title="Lemma D.1 for the ReLU with Filippov's selection",
        location="Lemma D.1, ReLU case, repaired",
        statement="Along Filippov's flow, for all $t >= 0$: $L(W_t) <= exp(-c integral_0^t "
        "lambda_min (Theta(theta_s)) dif s) L(W_0)$ with $c = 2$; the movement "
        "bound of Lemma D.1 holds as well, as $0 <= theta <= 1$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=2,
        hypotheses=(H1, H2A),
        rests_on=("asym.gap.G2.path",),
        mutants=(Mutant("c = 21/10", Fraction(21, 10)), Mutant("c = 4", 4)),
    ),
)
