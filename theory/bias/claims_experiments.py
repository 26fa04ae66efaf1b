"""What trained networks show on random samples of the sphere (section 9).

Samples uniform on the sphere, labels 1 and -1 at random, eta = 1/lambda_max(H(0)), start as in
the paper. The paper's own experiments are not encoded: its figures could not be read.
"""

from __future__ import annotations

from fractions import Fraction

from theory.bias.tails import HALF_EXPONENTIAL, TAIL
from theory.claim import Claim, Direction, Mutant, Quantifier

_LOCATION = "Experiments; derived here on random samples of the sphere"
_HALF = Fraction(1, 2)

# Quantiles of lambda e^(B^2/2) over random data (lower 5 %, upper 95 %), rounded outwards.
SCALED_EIGENVALUE = {
    "10/5/0": (Fraction(8, 100), Fraction(24, 100)),
    "10/5/2": (Fraction(8, 100), Fraction(24, 100)),
    "20/10/0": (Fraction(15, 100), Fraction(25, 100)),
}

CLAIMS = (
    Claim(
        id="bias.exp.sparsity",
        title="Active share along training",
        location=_LOCATION,
        statement="The mean active share starts at $Q(B)$ in expectation, and at $B = 1$ it "
        "ends below its start in most runs; at $B = 2$ too for $m = 20000$ and $n <= 2 d$, while "
        "with $n = 4 d$ it rises as often.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.PROBABILITY,
        form=(TAIL, 1),
        mutants=(
            Mutant("starts at $e^(-B^2\\/2)\\/2$", (HALF_EXPONENTIAL, 1)),
            Mutant("ends below half its start", (TAIL, _HALF)),
        ),
    ),
    Claim(
        id="bias.exp.speed",
        title="Sparser networks take fewer steps",
        location=_LOCATION,
        statement="At $eta = 1\\/lambda_max (H(0))$ the steps to a residual of $10^(-6)$ its start "
        "shrink by the factor 4/5 at least, in most runs, when B grows by 1/2.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.PROBABILITY,
        form=Fraction(4, 5),
        mutants=(Mutant("to a tenth", Fraction(1, 10)), Mutant("to a fifth", Fraction(1, 5))),
    ),
    Claim(
        id="bias.exp.kernel",
        title="Distance of H(0) from its mean",
        location=_LOCATION,
        statement='$|H(0) - H^oo|_"F"$ decreases like $m^(-1\\/2)$.',
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=-_HALF,
        mutants=(Mutant("$m^(-1)$", Fraction(-1)), Mutant("$m^(-1\\/4)$", Fraction(-1, 4))),
    ),
    Claim(
        id="bias.exp.drift",
        title="Sparse networks leave the lazy regime first",
        location=_LOCATION,
        statement="The least eigenvalue of the tangent kernel loses a larger share in training at "
        "$B = 2$ than at $B = 0$, by a factor above c in most runs, $c = 1$.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.PROBABILITY,
        form=1,
        mutants=(Mutant("c = 100", 100),),
    ),
    Claim(
        id="bias.exp.lmin",
        title="Least eigenvalue on random data",
        location=_LOCATION,
        statement="$kappa_n e^(B^2\\/2)$ lies within its tabled 5 % and 95 % quantiles in nine "
        "tenths of all data sets (within a tolerance), and the least eigenvector is outside the "
        "region R in at least 95 %.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.PROBABILITY,
        form=SCALED_EIGENVALUE,
        mutants=(
            Mutant(
                "lower ends doubled", {k: (2 * a, b) for k, (a, b) in SCALED_EIGENVALUE.items()}
            ),
            Mutant("upper ends halved", {k: (a, b / 2) for k, (a, b) in SCALED_EIGENVALUE.items()}),
        ),
    ),
)
