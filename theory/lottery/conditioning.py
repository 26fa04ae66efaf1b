"""Claims on the spectrum of A = K^2 H at the teacher (spec.*)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import sympy
from flint import arb, fmpq, fmpq_mat
from sympy import Rational, pi, sqrt

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.exact import Matrix
from theory.formula import Formula
from theory.lottery.hypotheses import DENSE, DISJOINT, INPUTS, ORTHONORMAL
from theory.lottery.orthonormal import SPECTRUM
from theory.lottery.population import nullity_at_teacher
from theory.lottery.spectrum import (
    DISJOINT_CONDITION,
    GREATEST_BOUND,
    PAIR_GREATEST,
    PAIR_LEAST,
    RHO,
    independent_lower_bound,
    pair_angle,
)
from theory.lottery.symbols import angle, neurons

PAIR = (PAIR_LEAST, PAIR_GREATEST)
RATE_CONSTANTS = tuple(
    Formula(value) for value in (4 * sqrt(RHO), 8 * RHO, 2 * sqrt(pi - 1), 2 * (pi - 1))
)
"""Limits of sqrt(K)(1 - heavy ball), K (1 - descent): orthonormal, then disjoint masks."""

INDEPENDENT = Hypothesis(
    "independence",
    "the teacher's directions are linearly independent",
    meaning="for dependent directions sigma_K = 0: the bound reads 0, which every Gram matrix "
    "obeys",
)
SEVERAL = Hypothesis(
    "several neurons", "$K >= 2$", meaning="one neuron has no pair over which to take the minimum"
)


def least_pair_value(form: Formula, teacher: Matrix) -> arb:
    """min over pairs of form(theta), for a formula of the angle."""
    values = [
        form.ball(angle=pair_angle(u, v)) for i, u in enumerate(teacher) for v in teacher[i + 1 :]
    ]
    least = values[0]
    for value in values[1:]:
        least = least.min(value)
    return least


def nullity(teacher: Matrix) -> int:
    """Nullity of A for dense masks, exactly."""
    width = len(teacher[0])
    return nullity_at_teacher(teacher, [(j, c) for j in range(len(teacher)) for c in range(width)])


def _nullity_by_rank(teacher: Matrix) -> int:
    rows = [[fmpq(x.numerator, x.denominator) for x in map(Fraction, row)] for row in teacher]
    return len(teacher[0]) * (len(teacher) - fmpq_mat(rows).rank())


def _levels(change: Callable[[int, Formula, sympy.Expr], tuple[Formula, sympy.Expr]]) -> tuple:
    return tuple(change(i, form, times) for i, (form, times) in enumerate(SPECTRUM))


CLAIMS = (
    Claim(
        id="lottery.spec.scale",
        title="The spectrum forgets the teacher's norms",
        location="Meaning of the teacher's $kappa$ and $gamma$",
        statement="$A = EE[g g^T]$ at $W^*$ depends on the directions $hat(w)_j^*$ and the masks "
        "only: scaling a neuron by $t > 0$ multiplies every eigenvalue by $t^0$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=0,
        mutants=(
            Mutant("eigenvalues scale like singular values of the raw teacher", 1),
            Mutant("eigenvalues scale like the raw Gram matrix", 2),
        ),
    ),
    Claim(
        id="lottery.spec.pair",
        title="Two neurons",
        location="Curvature at the teacher, K = 2",
        statement="For $K = 2$ and dense masks the extreme eigenvalues of $A$ are $(theta - "
        "sin theta) \\/ (2 pi)$ and $1\\/2 + (pi - theta + sin theta) \\/ (2 pi)$ for every angle: "
        "acute angles hurt (like $theta^3 \\/ (12 pi)$), obtuse ones help.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=PAIR,
        hypotheses=(INPUTS, DENSE),
        rests_on=("lottery.pop.gn",),
        mutants=(
            Mutant("theta^2/(4 pi)", (Formula(angle**2 / (4 * pi)), PAIR_GREATEST)),
            Mutant(
                "theta and pi - theta interchanged",
                tuple(Formula(form.expr.subs(angle, pi - angle)) for form in PAIR),
            ),
        ),
    ),
    Claim(
        id="lottery.spec.disjoint",
        title="Disjoint masks",
        location="Curvature at the teacher, masks without overlap",
        statement="For pairwise disjoint masks the spectrum of $A$ is $1\\/2$ ($s - K$ times), "
        "$1\\/2 - 1\\/(2 pi)$ ($K - 1$ times) and $1\\/2 + (K - 1)\\/(2 pi)$; hence $kappa = "
        "{formula}$, independent of $r$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=DISJOINT_CONDITION,
        hypotheses=(INPUTS, DISJOINT),
        rests_on=("lottery.pop.gn",),
        mutants=(Mutant("pi + K in the numerator", Formula((pi + neurons) / (pi - 1))),),
    ),
    Claim(
        id="lottery.spec.orth",
        title="Full spectrum of an orthonormal teacher",
        location="Curvature at the teacher, orthogonal and dense",
        statement="For orthonormal directions, dense masks and $d >= K >= 2$ the spectrum of $A$ "
        "consists of $rho = 1\\/4 - 1\\/(2 pi)$ ($K(K-1)\\/2$ times), $1\\/4 + 1\\/(2 pi)$ "
        "($K(K-3)\\/2$ times), the roots of two quadratics ($K - 1$ times and once), $1\\/4$ "
        "($(K-1)(d-K)$ times) and $(K+1)\\/4$ ($d - K$ times): the least eigenvalue is $rho$ for "
        "every $K$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=SPECTRUM,
        hypotheses=(INPUTS, DENSE, ORTHONORMAL),
        rests_on=("lottery.pop.gn",),
        mutants=(
            Mutant(
                "multiplicity (K-1)(K-2)/2 of rho",
                _levels(lambda i, f, m: (f, (neurons - 1) * (neurons - 2) / 2 if i == 0 else m)),
            ),
            Mutant(
                "greatest eigenvalue (K+1)/4",
                _levels(lambda i, f, m: (Formula((neurons + 1) / 4) if i == 4 else f, m)),
            ),
        ),
    ),
    Claim(
        id="lottery.spec.rho",
        title="The distilled-activation constant of ReLU",
        location="Constant of Zhong et al. 2017 (recalled)",
        statement="For ReLU all three branches of $rho = min{beta_0 - alpha_0^2 - alpha_1^2, "
        "beta_2 - alpha_1^2 - alpha_2^2, alpha_0 alpha_2 - alpha_1^2}$ equal "
        "${formula} = 0.0908450569...$, and it is the least eigenvalue of an orthonormal teacher.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Formula(RHO),
        hypotheses=(INPUTS,),
        mark=Mark.DERIVED,
        rests_on=("lottery.spec.orth",),
        mutants=(
            Mutant("1/11", Formula(Rational(1, 11))),
            Mutant("0.091", Formula(Rational(91, 1000))),
        ),
    ),
    Claim(
        id="lottery.spec.rho_rounded",
        title="The rounded constant 1/11",
        location="Theorem 1, factor $11 kappa^2 gamma K^2$ (recalled)",
        statement="At $kappa = gamma = 1$ the least eigenvalue of $A$ is at least ${formula}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=Formula(Rational(1, 11)),
        mark=Mark.RECALLED,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="a lower Hessian bound with the constant 1/11 (or 0.091); recalled, not "
            "confirmed against the text",
            witness="any orthonormal teacher: the least eigenvalue is 1/4 - 1/(2 pi) = 0.0908450, "
            "0.07 % below 1/11 = 0.0909090",
            repair="use rho = 1/4 - 1/(2 pi), or round down: 1/12",
        ),
        toothless="a refuted statement; lottery.spec.rho carries the exact constant",
    ),
    Claim(
        id="lottery.spec.zhong_bound",
        title="Lower bound for independent directions",
        location="Curvature in Theorem 1, after Zhong et al. 2017 (recalled)",
        statement="$lambda_min (A) >= rho \\/ (kappa^2 gamma)$ for every mask and every positive "
        "rescaling $D$ of the neurons, with $kappa = sigma_1\\/sigma_K$ and $gamma = "
        "product_i sigma_i \\/ sigma_K^K$ of the rescaled directions.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=independent_lower_bound,
        hypotheses=(INPUTS, INDEPENDENT),
        rests_on=("lottery.spec.orth", "lottery.spec.scale", "lottery.prune.interlace"),
        mutants=(
            Mutant("kappa for kappa^2", partial(independent_lower_bound, kappa_power=1)),
            Mutant("1/11 for rho", partial(independent_lower_bound, constant=Rational(1, 11))),
        ),
    ),
    Claim(
        id="lottery.spec.pair_upper",
        title="Upper bound by the closest pair",
        location="Curvature at the teacher, the bracket's other side",
        statement="For dense masks $lambda_min (A) <= min_(j<k) {formula}$ at the angles "
        "$theta = theta_(j k)$, with equality for $K = 2$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=PAIR_LEAST,
        hypotheses=(INPUTS, DENSE, SEVERAL),
        rests_on=("lottery.spec.pair", "lottery.prune.interlace"),
        mutants=(Mutant("half of it", Formula(PAIR_LEAST.expr / 2)),),
    ),
    Claim(
        id="lottery.spec.upper",
        title="Greatest curvature",
        location="Theorem 1, upper Hessian bound of order $1\\/K$ (recalled)",
        statement="$lambda_max (A) <= {formula}$ for every teacher and mask; equality when all "
        "directions coincide. Hence $lambda_max (H) <= 1\\/(2 K)$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=GREATEST_BOUND,
        hypotheses=(INPUTS,),
        rests_on=("lottery.pop.gn",),
        mutants=(Mutant("K/4", Formula(neurons / 4)),),
    ),
    Claim(
        id="lottery.spec.antipodal",
        title="Distinct directions are not enough",
        location="Necessity of independent directions",
        statement="The nullity of $A$ is exact and combinatorial: ${a, -a, b, -b}$ with dense "
        "masks has nullity $d$ although the directions differ, while ${a, -a}$ has none although "
        "they are dependent.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=nullity,
        hypotheses=(INPUTS, DENSE),
        mutants=(
            Mutant("distinct directions suffice", lambda teacher: 0),
            Mutant("dependence always costs", _nullity_by_rank),
        ),
    ),
    Claim(
        id="lottery.spec.kappa_rates",
        title="Momentum gains a square root in the number of neurons",
        location="Theorem 2, $1 - Theta(1\\/sqrt(K))$ against $1 - Theta(1\\/K)$ (recalled)",
        statement='With optimal parameters $sqrt(K) (1 - nu_"HB") -> 4 sqrt(rho)$ and '
        '$K (1 - nu_"GD") -> 8 rho$ for an orthonormal teacher with dense masks, '
        "$2 sqrt(pi - 1)$ and $2 (pi - 1)$ for disjoint masks.",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=RATE_CONSTANTS,
        hypotheses=(INPUTS,),
        mark=Mark.DERIVED,
        rests_on=("lottery.spec.orth", "lottery.spec.disjoint", "lottery.agd.optimal"),
        mutants=(
            Mutant(
                "2 sqrt(rho) for 4 sqrt(rho)",
                (Formula(2 * sqrt(RHO)), *RATE_CONSTANTS[1:]),
            ),
            Mutant(
                "pi for pi - 1",
                (*RATE_CONSTANTS[:2], Formula(2 * sqrt(pi)), Formula(2 * pi)),
            ),
        ),
    ),
)
