"""What carries over to real inputs: planted sparse teachers on scikit-learn's digits (digits.*).

The inputs are the images' pixels, standardised, constant ones left out; teachers are planted,
so that masks and excess risks are known. Statements about masks on one sample carry over, since
they hold for any inputs. Constants and thresholds that need Gaussian inputs do not.
"""

from __future__ import annotations

from sympy import Rational

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.estimation import EXCESS
from theory.lottery.phase import identifiability
from theory.lottery.spectrum import RHO
from theory.lottery.symbols import kept_total, neurons, noise, samples

SMALL_NOISE = Hypothesis("small noise", "no activation changes on the sample")
NOT_GAUSSIAN = "the law for standard normal inputs, applied to pixels as if they were normal"

CLAIMS = (
    Claim(
        id="lottery.digits.nested",
        title="Digits: conditioning along magnitude pruning",
        location="Abstract, on real inputs",
        statement="Along iterated magnitude pruning down to the planted size the condition number "
        "of the empirical Hessian at the teacher never grows.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.EVERY_DRAW,
        form=1,
        rests_on=("lottery.prune.interlace",),
        mutants=(Mutant("pruning worsens conditioning", -1),),
    ),
    Claim(
        id="lottery.digits.pruning",
        title="Digits: magnitude pruning finds the planted mask and pays",
        location="Figures on real data (recalled): pruning curves",
        statement="For most planted teachers iterated magnitude pruning of a noisy dense fit keeps "
        "three quarters of the planted mask at the planted size, and brings the excess risk below "
        "${formula}$ of the dense fit's.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.PROBABILITY,
        form=Formula(Rational(1, 2)),
        mark=Mark.RECALLED,
        mutants=(Mutant("to a hundredth", Formula(Rational(1, 100))),),
    ),
    Claim(
        id="lottery.digits.excess",
        title="Digits: excess risk on the training inputs, mask fixed before the noise",
        location="Abstract: samples proportional to the number of non-pruned weights",
        statement="For a mask fixed in advance the excess risk on the training inputs is "
        "${formula}$, whatever the inputs.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=EXCESS,
        hypotheses=(SMALL_NOISE,),
        rests_on=("lottery.stat.excess",),
        mutants=(
            Mutant("one mask counts", Formula(EXCESS.expr / neurons)),
            Mutant("quadratic in s", Formula(noise**2 * kept_total**2 / (8 * samples))),
        ),
    ),
    Claim(
        id="lottery.digits.selected_excess",
        title="Digits: excess risk of a mask chosen by magnitude",
        location="The same law, for the mask that magnitude pruning selects",
        statement="The excess risk after magnitude pruning to twenty weights a neuron is "
        "${formula}$ to a half.",
        direction=Direction.RATE,
        quantifier=Quantifier.EVERY_DRAW,
        form=EXCESS,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="excess risk proportional to the kept weights, read for a mask that was "
            "chosen on the same noisy sample",
            witness="the measured risk is two to four times s sigma^2/N: the weights kept beside "
            "the planted ones are those the noise made large",
            repair="fix the mask before the noise is seen (lottery.digits.excess), or count the "
            "weights of the dense fit",
        ),
        toothless="a refuted statement; lottery.digits.excess carries the law",
    ),
    Claim(
        id="lottery.digits.curvature",
        title="Digits: the Gaussian curvature constant",
        location="Theorem 1's curvature, on pixels",
        statement="For two neurons that read one pixel each, with dense masks, the least "
        "eigenvalue of $hat(A)$ is at least ${formula}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.EVERY_DRAW,
        form=Formula(RHO),
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed=NOT_GAUSSIAN,
            witness="standardised pixels are correlated: the least eigenvalue is below 0.02",
            repair="whiten the inputs, or measure the least eigenvalue on the sample",
        ),
        toothless="a refuted statement; lottery.spec.orth carries the constant",
    ),
    Claim(
        id="lottery.digits.identifiability",
        title="Digits: the binomial law of identifiability",
        location="Recovery with few samples, on raw pixels",
        statement="A teacher of one neuron with four positive weights is identifiable from $N = 7$ "
        'random images with probability $PP("Bin"(N, 1\\/2) >= 4)$.',
        direction=Direction.IDENTITY,
        quantifier=Quantifier.PROBABILITY,
        form=identifiability,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed=NOT_GAUSSIAN,
            witness="raw pixels are not negative: a neuron with positive weights is almost always "
            "active, and four images mostly suffice where a Gaussian sample needs seven",
            repair="count the active samples: identifiability needs s independent rows among them",
        ),
        toothless="a refuted statement; lottery.phase.lower carries the law",
    ),
)
