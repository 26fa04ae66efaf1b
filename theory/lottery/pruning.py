"""Claims on pruning: nested masks, one teacher (prune.*)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy import sin, sqrt

from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.estimation import ONE_NEURON_COST, PRUNING_CHANGE, PRUNING_COST
from theory.lottery.hypotheses import INPUTS, NESTED, NOISE, ONE_NEURON
from theory.lottery.symbols import inverse_entry, noise, pruned_angle, pruned_weight, samples

_T2 = pruned_weight**2 * samples / (noise**2 * inverse_entry)


def saliency_inverse(weight: Any, inverse: Any, diagonal: Any) -> Any:
    """w^2/(2 [H^-1]_qq), the optimal-brain-surgeon cost; floats, fractions or balls."""
    return weight**2 / (2 * inverse)


def saliency_diagonal(weight: Any, inverse: Any, diagonal: Any) -> Any:
    """w^2 H_qq/2, the diagonal saliency."""
    return weight**2 * diagonal / 2


CLAIMS = (
    Claim(
        id="lottery.prune.interlace",
        title="Pruning improves both extremes of the spectrum",
        location="Abstract: 'the convex region ... enlarges'",
        statement="At every $W$ supported in $Omega$: $lambda_min (Omega) >= lambda_min (Omega')$, "
        "$lambda_max (Omega) <= lambda_max (Omega')$, hence $kappa(Omega) <= kappa(Omega')$ where "
        "positive; for the population Hessian and for the empirical one on the same sample.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1),
        hypotheses=(NESTED,),
        mutants=(
            Mutant("strict: the least eigenvalue grows by a tenth", Fraction(11, 10)),
            Mutant("it doubles", Fraction(2)),
        ),
    ),
    Claim(
        id="lottery.prune.region_monotone",
        title="The convex region does not shrink under pruning",
        location="Abstract: 'the convex region near a desirable model ... enlarges'",
        statement="With $R_Omega$ the supremum of the radii of balls around $W^*$ inside the mask "
        "subspace on which $nabla^2 f succ.eq 0$: $R_Omega >= R_(Omega')$.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.ALWAYS,
        form=lambda small, large: 1.0,
        hypotheses=(NESTED,),
        rests_on=("lottery.prune.interlace",),
        mutants=(
            Mutant("strict growth like 1/sqrt(r)", lambda small, large: (large / small) ** 0.5),
            Mutant("growth like 1/r", lambda small, large: large / small),
        ),
    ),
    Claim(
        id="lottery.prune.rate_monotone",
        title="The local rate does not worsen under pruning",
        location="Abstract: a pruned network converges faster",
        statement="For every step $eta > 0$ and momentum $beta in [0, 1)$ the asymptotic local "
        "rate $max_lambda r(eta lambda, beta)$ is no worse under $Omega$ than under "
        "$Omega'$.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1),
        hypotheses=(NESTED,),
        rests_on=("lottery.prune.interlace", "lottery.agd.radius"),
        mutants=(
            Mutant("strictly faster by one per cent", Fraction(101, 100)),
            Mutant("faster by a tenth", Fraction(11, 10)),
        ),
    ),
    Claim(
        id="lottery.prune.teacher_change",
        title="Where the monotonicity ends: pruning that changes the teacher",
        location="Abstract, when the mask is not that of the teacher",
        statement="If pruning changes the teacher nothing monotone survives: zeroing a coordinate "
        "of the teacher, and masking it, can make the Hessian singular.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.EXISTS,
        form=1,
        mutants=(Mutant("pruning always improves conditioning", -1),),
    ),
    Claim(
        id="lottery.prune.obs",
        title="Cost of pruning one weight",
        location="Magnitude pruning; optimal brain surgeon",
        statement="Deleting weight $q$ and re-optimising the others costs ${formula}$".replace(
            "{formula}", PRUNING_COST.typst()
        )
        + " in half the mean square, up to a factor "
        "$1 + O(w_q)$.",
        direction=Direction.RATE,
        quantifier=Quantifier.ALWAYS,
        form=saliency_inverse,
        hypotheses=(Hypothesis("small weight", "$w_q -> 0$, all else fixed"),),
        rests_on=("lottery.pop.hess",),
        mutants=(Mutant("diagonal saliency $H_(q q) w_q^2\\/2$", saliency_diagonal),),
    ),
    Claim(
        id="lottery.prune.k1_exact",
        title="Exact cost of pruning one neuron's coordinates",
        location="Magnitude pruning, K = 1",
        statement="For $K = 1$, $norm(w^*) = 1$: deleting coordinates of norm $sin psi$ leaves "
        "half a mean square of ${formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=ONE_NEURON_COST,
        hypotheses=(INPUTS, ONE_NEURON),
        rests_on=("lottery.pop.loss",),
        mutants=(Mutant("sin(psi)^2/4", Formula(sin(pruned_angle) ** 2 / 4)),),
    ),
    Claim(
        id="lottery.prune.breakeven",
        title="When pruning a true weight pays",
        location="Magnitude pruning with noise",
        statement="As $N -> infinity$ at fixed $|w_q| sqrt(N) \\/ sigma$, pruning weight $q$ "
        "changes $N slash sigma^2 EE (hat(y) - y^*)^2$ by ${formula}$: it pays if and only if "
        "$|w_q| < sigma sqrt([H^(-1)]_(q q) \\/ N)$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=PRUNING_CHANGE,
        hypotheses=(NOISE,),
        rests_on=("lottery.prune.obs", "lottery.stat.excess"),
        mutants=(
            Mutant("break-even at sqrt(2) standard errors", Formula(_T2 / 2 - 1)),
            Mutant("break-even at two standard errors", Formula(_T2 / 4 - 1)),
            Mutant("linear in the weight", Formula(sqrt(_T2) - sympy.Integer(1))),
        ),
    ),
)
