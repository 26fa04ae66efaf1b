"""The paper's figures (recalled) as statistical hypotheses (fig.*), with the pass criteria.

The figures themselves could not be read; each item states what such a figure shows when the
theory is right, in a form that a simulation can contradict.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Rational, sqrt

from theory.claim import Claim, Direction, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.acceleration import ONE_NEURON_RATE
from theory.lottery.conditioning import RATE_CONSTANTS
from theory.lottery.estimation import EXCESS
from theory.lottery.hypotheses import NESTED
from theory.lottery.phase import HALF_POINT
from theory.lottery.spectrum import RHO
from theory.lottery.symbols import kept, kept_total, neurons, noise, samples

CLAIMS = (
    Claim(
        id="lottery.fig.phase",
        title="Success-probability map over samples and kept weights",
        location="Figure (recalled): success rate over $N$ and $r$",
        statement="The sample size of even odds lies between ${formula}$ and 1.25 times that.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.PROBABILITY,
        form=HALF_POINT,
        mark=Mark.RECALLED,
        rests_on=("lottery.phase.lower", "lottery.phase.slope"),
        mutants=(
            Mutant("threshold s", Formula(kept_total)),
            Mutant("threshold K s", Formula(neurons * HALF_POINT.expr)),
        ),
    ),
    Claim(
        id="lottery.fig.k",
        title="Recovery threshold over the number of neurons",
        location="Figure (recalled): sample complexity over $K$",
        statement="$N_50 (1 - 2^(-K))$ grows like $K^1$ at fixed $r$, not like $K^2$ or $K^4$.",
        direction=Direction.RATE,
        quantifier=Quantifier.PROBABILITY,
        form=1,
        mark=Mark.RECALLED,
        rests_on=("lottery.phase.kslope",),
        mutants=(Mutant("K^2", 2), Mutant("K^4", 4)),
    ),
    Claim(
        id="lottery.fig.rate",
        title="Convergence rate over the square root of the kept weights",
        location="Figure (recalled): convergence rate against $sqrt(tilde(r))$",
        statement="For $K = 1$ the mean optimal rate is linear in $sqrt(r)$ with slope "
        "$sqrt(2\\/N)$ to ten per cent; the limit curve is ${formula}$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=ONE_NEURON_RATE,
        mark=Mark.RECALLED,
        rests_on=("lottery.agd.k1_rate_law",),
        mutants=(
            Mutant("slope sqrt(1/N)", Formula(sqrt(kept / samples))),
            Mutant("slope 2 sqrt(2/N)", Formula(2 * ONE_NEURON_RATE.expr)),
        ),
    ),
    Claim(
        id="lottery.fig.nested",
        title="Condition number and rate under nested masks",
        location="Figure (recalled): pruned against unpruned",
        statement="Over random teachers and nested masks neither the condition number nor the "
        "optimal rate ever worsens.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1),
        hypotheses=(NESTED,),
        mark=Mark.RECALLED,
        rests_on=("lottery.prune.interlace", "lottery.prune.rate_monotone"),
        mutants=(Mutant("always better by a fifth", Fraction(6, 5)),),
    ),
    Claim(
        id="lottery.fig.noise",
        title="Error over noise level",
        location="Figure (recalled): error against noise level",
        statement="The root mean square error is the sandwich value times $sigma^1$, to a factor "
        "in $[0.93, 1.12]$, over three decades of $sigma$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=sympy.Integer(1),
        mark=Mark.RECALLED,
        rests_on=("lottery.stat.noise_linear", "lottery.stat.sandwich"),
        mutants=(Mutant("sigma^2", sympy.Integer(2)), Mutant("sqrt(sigma)", Rational(1, 2))),
    ),
    Claim(
        id="lottery.fig.excess",
        title="Test error over the number of kept weights",
        location="Figure (recalled): test error over sparsity",
        statement="For inaccurate masks containing the support the excess risk is ${formula}$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=EXCESS,
        mark=Mark.RECALLED,
        rests_on=("lottery.stat.excess",),
        mutants=(
            Mutant("quadratic in s", Formula(noise**2 * kept_total**2 / (20 * samples))),
            Mutant("square root of s", Formula(noise**2 * sqrt(20 * kept_total) / samples)),
        ),
    ),
    Claim(
        id="lottery.fig.prune",
        title="Test error over the pruning threshold",
        location="Figure (recalled): pruning curves",
        statement="Pruning a true weight of $t$ standard errors lowers the test error at $t = "
        "1\\/2$ and raises it at $t = 2$: break-even at $t = {formula}$.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.EXPECTATION,
        form=Formula(sympy.Integer(1)),
        mark=Mark.RECALLED,
        rests_on=("lottery.prune.breakeven",),
        mutants=(
            Mutant("break-even at a quarter", Formula(Rational(1, 4))),
            Mutant("break-even at four", Formula(sympy.Integer(4))),
        ),
    ),
    Claim(
        id="lottery.fig.acc",
        title="Accelerated against plain descent over the number of neurons",
        location="Figure (recalled): AGD against GD",
        statement='At $K = 10^4$ the constants of $sqrt(K) (1 - nu_"HB")$ and $K (1 - nu_"GD")$ '
        "are their limits to two per cent.",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=RATE_CONSTANTS,
        mark=Mark.RECALLED,
        rests_on=("lottery.spec.kappa_rates",),
        mutants=(
            Mutant(
                "5 % larger",
                tuple(Formula(form.expr * Rational(21, 20)) for form in RATE_CONSTANTS),
            ),
            Mutant("rho for sqrt(rho)", (Formula(4 * RHO), *RATE_CONSTANTS[1:])),
        ),
    ),
    Claim(
        id="lottery.fig.init",
        title="Error of the tensor initialisation over samples",
        location="Figure (recalled): initialisation",
        statement="The error of the tensor initialisation falls like $N^(-1\\/2)$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=Rational(-1, 2),
        mark=Mark.RECALLED,
        rests_on=("lottery.init.algorithm",),
        mutants=(
            Mutant("1/N", sympy.Integer(-1)),
            Mutant("N^(-1/4)", Rational(-1, 4)),
        ),
    ),
)
