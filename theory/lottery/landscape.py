"""Claims on the population landscape (pop.*): loss, gradient, Hessian, one neuron.

In the plane of u and v with polar coordinates, u along the axis and v at angle theta; n is the
unit vector orthogonal to u on v's side. All formulas are those of `population`, split into
their components, so that each can be derived and mutated on its own.
"""

from __future__ import annotations

from sympy import Integer, Rational, cos, pi, sin

from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.hypotheses import INPUTS, ONE_NEURON
from theory.lottery.population import gauss_newton, hessian
from theory.lottery.region import ONE_POINT
from theory.lottery.symbols import angle, first_norm, second_norm

KERNEL = Formula(first_norm * second_norm * (sin(angle) + (pi - angle) * cos(angle)) / (2 * pi))

FIELD = (
    Formula(second_norm * (sin(angle) + (pi - angle) * cos(angle)) / (2 * pi)),
    Formula(second_norm * (pi - angle) * sin(angle) / (2 * pi)),
)
"""Components of G(u, v) along u and along n."""

OVERLAP = (
    Formula((pi - angle + sin(angle)) / (2 * pi)),
    Formula((pi - angle - sin(angle)) / (2 * pi)),
    Formula((pi - angle) / (2 * pi)),
    Formula(1 / (2 * pi * sin(angle))),
)
"""Q(u, v): eigenvalues along the bisectors m and n, across the plane, and the factor of
uv^T + vu^T - cos(theta)(uu^T + vv^T) in its expanded form (unit vectors)."""

JUMP = (
    Formula(Integer(0)),
    Formula(second_norm * sin(angle) / (pi * first_norm)),
    Formula(second_norm * sin(angle) / (2 * pi * first_norm)),
)
"""Eigenvalues of J(u, v) along u, along n, and across the plane."""


CLAIMS = (
    Claim(
        id="lottery.pop.loss",
        title="Population loss in closed form",
        location="Objective of the masked regression; arc-cosine kernel of order one",
        statement="$f(W) = frac(1, 2 K^2) sum_(j,k) [k(w_j, w_k) - 2 k(w_j, w_k^*) + "
        "k(w_j^*, w_k^*)]$ with $k(u, v) = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=KERNEL,
        hypotheses=(INPUTS,),
        mutants=(
            Mutant(
                "theta cos(theta) for (pi - theta) cos(theta)",
                Formula(first_norm * second_norm * (sin(angle) + angle * cos(angle)) / (2 * pi)),
            ),
            Mutant("1/pi for 1/(2 pi)", Formula(2 * KERNEL.expr)),
        ),
    ),
    Claim(
        id="lottery.pop.grad",
        title="Population gradient",
        location="Objective of the masked regression",
        statement="$nabla_(w_j) f = frac(1, K^2) sum_k [G(w_j, w_k) - G(w_j, w_k^*)]$ on the "
        "kept weights, $G(u, v) = frac(1, 2 pi) (norm(v) sin(theta) hat(u) + (pi - theta) v)$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=FIELD,
        hypotheses=(INPUTS,),
        rests_on=("lottery.pop.loss",),
        mutants=(
            Mutant(
                "the term along u dropped",
                (Formula(second_norm * (pi - angle) * cos(angle) / (2 * pi)), FIELD[1]),
            ),
            Mutant(
                "pi - theta to theta", (FIELD[0], Formula(FIELD[1].expr.subs(pi - angle, angle)))
            ),
        ),
    ),
    Claim(
        id="lottery.pop.gn",
        title="Overlap matrix of two half-spaces",
        location="Hessian of the objective; Gauss-Newton blocks",
        statement="$Q(u, v) = EE [1_(u x > 0) 1_(v x > 0) x x^T] = frac(pi - theta, 2 pi) I + "
        "frac(sin theta, 2 pi) (m m^T - n n^T)$ with the unit bisectors $m, n$; also "
        "$m m^T - n n^T = (hat(u) hat(v)^T + hat(v) hat(u)^T - cos theta (hat(u) hat(u)^T + "
        "hat(v) hat(v)^T)) \\/ sin^2 theta$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=OVERLAP,
        hypotheses=(INPUTS,),
        mutants=(
            Mutant("bisectors interchanged", (OVERLAP[1], OVERLAP[0], *OVERLAP[2:])),
            Mutant(
                "sin(theta) for 1/sin(theta) in the expanded form",
                (*OVERLAP[:3], Formula(sin(angle) / (2 * pi))),
            ),
        ),
    ),
    Claim(
        id="lottery.pop.jump",
        title="Jump matrix of the field",
        location="Hessian of the objective",
        statement="$J(u, v) = partial_u G(u, v) = EE [delta(u x) phi(v x) x x^T] = "
        "frac(norm(v) sin theta, 2 pi norm(u)) (I - hat(u) hat(u)^T + n n^T)$, $n$ the unit "
        "component of $v$ orthogonal to $u$; and $partial_v G(u, v) = Q(u, v)$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=JUMP,
        hypotheses=(INPUTS,),
        rests_on=("lottery.pop.grad",),
        mutants=(
            Mutant("n n^T dropped", (JUMP[0], JUMP[2], JUMP[2])),
            Mutant(
                "norm of v dropped",
                tuple(Formula(form.expr / second_norm) for form in JUMP),
            ),
        ),
    ),
    Claim(
        id="lottery.pop.hess",
        title="Population Hessian with its jumps",
        location="Hessian of the objective; Theorem 1 before sampling (recalled)",
        statement="$K^2 nabla^2 f(W)$ has the blocks $Q(w_j, w_k)$ off the diagonal and "
        "$I\\/2 + sum_(l != j) J(w_j, w_l) - sum_l J(w_j, w_l^*)$ on it, rows and columns "
        "restricted to the masks; it is continuous at $W^*$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=hessian,
        hypotheses=(INPUTS,),
        rests_on=("lottery.pop.grad", "lottery.pop.gn", "lottery.pop.jump"),
        mutants=(Mutant("jumps omitted", gauss_newton),),
    ),
    Claim(
        id="lottery.pop.gn_vs_hess",
        title="The mean empirical Hessian is Gauss-Newton, not the population Hessian",
        location="Concentration of the empirical Hessian, Theorem 1 (recalled)",
        statement="Almost everywhere $nabla^2 hat(f)(W) = frac(1, N K^2) sum_n g_n g_n^T "
        "succ.eq 0$, so its mean is the Gauss-Newton matrix; it differs from $nabla^2 f(W)$ by "
        "the jumps whenever $W != W^*$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=gauss_newton,
        hypotheses=(INPUTS,),
        rests_on=("lottery.pop.gn",),
        mutants=(Mutant("identified with the population Hessian", hessian),),
    ),
    Claim(
        id="lottery.pop.k1_onepoint",
        title="One-point convexity of one neuron",
        location="Landscape, K = 1",
        statement="For $K = 1$ and every $w != 0$: $chevron.l nabla f(w), w - w^* chevron.r >= "
        "{formula} norm(w - w^*)^2$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=ONE_POINT,
        hypotheses=(INPUTS, ONE_NEURON),
        rests_on=("lottery.pop.grad", "lottery.pop.gn"),
        mutants=(Mutant("1/2 everywhere", Formula(Rational(1, 2))),),
    ),
)
