"""Gradient descent and flow near the start (section 6): perturbation, rate, width, movement.

H(theta) is the tangent kernel at parameters theta, L = lambda_max(K + J), S = |f(0) - y|, and
nu the greatest share of neurons with |<w_r(0), x_i> - B| <= sqrt(2) R.
"""

from __future__ import annotations

import sympy

from theory.bias.generalization import alignment_symbol
from theory.bias.hypotheses import BALL, START, UNIT, at_least
from theory.bias.kernel import OUTPUT_VARIANCE
from theory.bias.symbols import B, band_share, gram_top, initial_residual, step_size
from theory.bias.tails import HALF_EXPONENTIAL
from theory.bias.training import (
    CONTRACTION,
    CROSS_CHANGE,
    KERNEL_CHANGE,
    MOVEMENT,
    MOVEMENT_FLOW,
    WIDTH_BIAS,
    WIDTH_CONCENTRATION,
    WIDTH_MOVEMENT,
    width_slack,
)
from theory.claim import Claim, Direction, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.gaussian import tail
from theory.notation import kappa, m, n

_LOCATION = "Gradient descent"
_R = sympy.Rational

KEPT = Formula(kappa / 2)
FLOW_RATE = Formula(kappa / 2)
BAND = Formula(kappa / (16 * n))
_SUM = _R(8, 3) / kappa  # eta times the sum of (1 - 3/8 eta kappa)^k


def frobenius(cross: sympy.Expr, pattern: sympy.Expr) -> Formula:
    """Bound of |theta(k) - theta(0)|_F from the two ways in which a step is not linear."""
    return Formula(
        sympy.sqrt(alignment_symbol)
        + initial_residual * (cross * sympy.sqrt(gram_top) * _SUM**2 + pattern * _SUM)
    )


MOVEMENT_FROBENIUS = frobenius(6 * n * band_share, sympy.sqrt(2 * n * band_share))

_EIGENVALUE = Hypothesis("Eigenvalue", "$lambda_min (H(0)) >= 3 kappa_n\\/4$")
_BAND = Hypothesis("Band", "$nu <= kappa_n\\/(16 n)$ with R the movement bound")
_STEP = Hypothesis("Step", "$0 < eta <= 1\\/L$, or $eta <= 1\\/lambda_max (H(theta))$ on the way")
NEAR = (_EIGENVALUE, _BAND, _STEP, UNIT)

_WIDTH = Hypothesis(
    "Width",
    "m is at least each of the three widths",
    width_slack(WIDTH_MOVEMENT, WIDTH_BIAS, WIDTH_CONCENTRATION),
)
_WIDE = Hypothesis("Wide", "$m >= 20000$ on the listed samples", at_least("m", 20_000))

PERTURBATION = (
    Claim(
        id="bias.init.out",
        title="Variance of the outputs at the start",
        location=_LOCATION,
        statement="$EE |f(0)|^2 = n s^2$ and $EE S^2 = |y|^2 + n s^2$ with $s^2 (B) = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        hypotheses=(START, UNIT),
        form=OUTPUT_VARIANCE,
        mutants=(
            Mutant("$e^(-B^2\\/2)\\/2$, its upper bound", HALF_EXPONENTIAL),
            Mutant("$Q(B)$", Formula(tail(B))),
        ),
    ),
    Claim(
        id="bias.pert.kernel",
        title="Change of the tangent kernel within radius R",
        location=_LOCATION,
        statement="If $|v_r - v_r (0)| <= R$ for all r, then $|H(theta) - H(0)|_2 <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BALL, UNIT),
        form=KERNEL_CHANGE,
        mutants=(
            Mutant("$2 n nu$", Formula(2 * n * band_share)),
            Mutant("$3 n nu$", Formula(3 * n * band_share)),
            Mutant("$4 nu sqrt(n)$", Formula(4 * sympy.sqrt(n) * band_share)),
        ),
    ),
    Claim(
        id="bias.pert.cross",
        title="One step of gradient descent is exactly linear in the residual",
        location=_LOCATION,
        statement="With $xi_(r i) in [0, 1]$ the mean slope of the ReLU between both ends of the "
        "step, $r(k+1) = (I - eta M) r(k)$, $M_(i j) = (1 + rho_(i j))/m sum_r xi_(r i) 1_(r j)$; "
        f"inside the ball $|M - H(k)|_2 <= {CROSS_CHANGE.typst()}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(BALL, UNIT),
        form=(CROSS_CHANGE, "mean"),
        mutants=(
            Mutant("slope at the start of the step", (CROSS_CHANGE, "before")),
            Mutant("slope at the end of the step", (CROSS_CHANGE, "after")),
            Mutant("mean of both ends", (CROSS_CHANGE, "halves")),
            Mutant("$3 n nu\\/2$", (Formula(_R(3, 2) * n * band_share), "mean")),
        ),
    ),
)

CONVERGENCE = (
    Claim(
        id="bias.conv.gd",
        title="Linear convergence of gradient descent",
        location=_LOCATION + "; derived, in place of the recalled rate $(1 - eta lambda\\/4)^k$",
        statement=f"For all k: $|f(k) - y| <= ({CONTRACTION.typst()})^k S$, $|v_r (k) - v_r (0)| "
        f"<= R = {MOVEMENT.typst()}$, $lambda_min (H(k)) >= {KEPT.typst()}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=(CONTRACTION, MOVEMENT, KEPT),
        hypotheses=NEAR,
        rests_on=("bias.pert.kernel", "bias.pert.cross"),
        mutants=(
            Mutant(
                "the rate $1 - 9 eta kappa_n\\/8$",
                (Formula(1 - _R(9, 8) * step_size * kappa), MOVEMENT, KEPT),
            ),
            Mutant(
                "the rate $1 - eta kappa_n\\/2$ of H alone",
                (Formula(1 - step_size * kappa / 2), MOVEMENT, KEPT),
            ),
            Mutant("movement over m", (CONTRACTION, Formula(MOVEMENT.expr / sympy.sqrt(m)), KEPT)),
            Mutant("movement of the flow", (CONTRACTION, MOVEMENT_FLOW, KEPT)),
            Mutant("kept: $4 kappa_n\\/3$", (CONTRACTION, MOVEMENT, Formula(4 * kappa / 3))),
        ),
    ),
    Claim(
        id="bias.conv.gf",
        title="Linear convergence of gradient flow",
        location=_LOCATION,
        statement=f"$|f(t) - y| <= e^(-{FLOW_RATE.typst()} t) S$ and $|v_r (t) - v_r (0)| <= R = "
        f"{MOVEMENT_FLOW.typst()}$ for all t.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=(FLOW_RATE, MOVEMENT_FLOW),
        hypotheses=(_EIGENVALUE, _BAND, UNIT),
        rests_on=("bias.pert.kernel",),
        mutants=(
            Mutant("rate $5 kappa_n\\/4$", (Formula(_R(5, 4) * kappa), MOVEMENT_FLOW)),
            Mutant("movement halved", (FLOW_RATE, Formula(MOVEMENT_FLOW.expr / 2))),
        ),
    ),
    Claim(
        id="bias.width.explicit",
        title="Explicit width for the convergence theorem",
        location=_LOCATION + "; the recalled order $n^4 e^(B^2) lambda_0^(-4)$ with its constant",
        statement="The hypothesis on the band holds with probability at least $1 - delta$ if m is "
        f"at least each of ${WIDTH_MOVEMENT.typst()}$, ${WIDTH_BIAS.typst()}$ and "
        f"${WIDTH_CONCENTRATION.typst()}$. The second is never the greatest, as $kappa_n <= 2 "
        "phi(B)\\/B$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        hypotheses=(_WIDTH, START, UNIT),
        reach="m",
        form=(WIDTH_MOVEMENT, WIDTH_BIAS, WIDTH_CONCENTRATION),
        rests_on=("bias.flip", "bias.conv.gd"),
        mutants=(
            Mutant(
                "$n^2$ for $n^3$",
                (Formula(WIDTH_MOVEMENT.expr / n), WIDTH_BIAS, WIDTH_CONCENTRATION),
            ),
            Mutant(
                "$phi(B)^4$: scaling $e^(B^2\\/2)$ less",
                (
                    Formula(WIDTH_MOVEMENT.expr * sympy.exp(-(B**2))),
                    WIDTH_BIAS,
                    WIDTH_CONCENTRATION,
                ),
            ),
            Mutant(
                "24 for 96",
                (WIDTH_MOVEMENT, WIDTH_BIAS, Formula(WIDTH_CONCENTRATION.expr / 4)),
            ),
        ),
    ),
)

BEHAVIOUR = (
    Claim(
        id="bias.step",
        title="The step size at which gradient descent stops being monotone",
        location=_LOCATION + "; derived: the recalled cap $lambda e^(B^2)\\/n^2$ is far below it",
        statement="Wide networks descend monotonically for $eta < c\\/lambda_max (H(0))$ and not "
        "for $eta$ above, $c = 2$ (seen from 5 % below to 10 % above).",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.WIDTH,
        hypotheses=(_WIDE,),
        form=2,
        mutants=(Mutant("c = 1", 1), Mutant("c = 4", 4)),
    ),
    Claim(
        id="bias.move.neuron",
        title="Movement of one neuron",
        location=_LOCATION,
        statement="$|v_r (k) - v_r (0)| <= {formula}$ for all r and k.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=MOVEMENT,
        hypotheses=NEAR,
        rests_on=("bias.pert.kernel", "bias.pert.cross"),
        mutants=(
            Mutant("over m", Formula(MOVEMENT.expr / sympy.sqrt(m))),
            Mutant("an eighth of it", Formula(MOVEMENT.expr / 8)),
        ),
    ),
    Claim(
        id="bias.move.frob",
        title="Movement of all parameters together",
        location=_LOCATION + "; the familiar root of $y^T H^(-1) y$ needs $f(0) = 0$",
        statement="$|theta(k) - theta(0)|_F <= {formula}$, where A is $r_0^T H(0)^(-1) r_0$ and "
        "$r_0 = f(0) - y$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=MOVEMENT_FROBENIUS,
        hypotheses=NEAR,
        rests_on=("bias.pert.kernel", "bias.pert.cross"),
        mutants=(
            Mutant("main term less 2 %", Formula(MOVEMENT_FROBENIUS.expr * _R(49, 50))),
            Mutant(
                "$2 n nu$ for $6 n nu$",
                frobenius(2 * n * band_share, sympy.sqrt(2 * n * band_share)),
            ),
        ),
    ),
    Claim(
        id="bias.fast",
        title="As fast as the dense network",
        location=_LOCATION + '; the abstract\'s "as fast as"',
        statement="At $eta = c kappa_n {formula}\\/n^2$ the contraction $eta kappa_n$ of the "
        "slowest direction is $c lambda_0^2\\/n^2$, $lambda_0 = kappa_n e^(B^2\\/2)$; over $0 <= B "
        "<= 2$ it changes by less than a factor 2 on the listed samples. For orthonormal samples "
        "it falls to a fifth.",
        hypotheses=(Hypothesis("Crowded", "more samples than dimensions"),),
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.EXISTS,
        form=Formula(sympy.exp(B**2)),
        mark=Mark.RECALLED,
        mutants=(
            Mutant("no factor in the step", Formula(sympy.Integer(1))),
            Mutant("$e^(B^2\\/2)$", Formula(sympy.exp(B**2 / 2))),
        ),
    ),
)

CLAIMS = (*PERTURBATION, *CONVERGENCE, *BEHAVIOUR)
