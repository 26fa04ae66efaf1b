"""Claims on what happens where the conditions of the small-noise results fail (section 3)."""

from __future__ import annotations

from sympy import Rational

from theory.claim import Claim, Direction, Discrepancy, Mutant, Quantifier
from theory.dual.symbols import noise_ratio, penalty
from theory.formula import Formula

TWO_THIRDS, THIRD = Rational(2, 3), Rational(1, 3)
CUBE = 128**THIRD
MASSLESS_LAW = (
    Formula(CUBE * penalty**TWO_THIRDS),
    Formula(CUBE / 2 * penalty**TWO_THIRDS),
    Formula(4**THIRD * penalty**THIRD),
)
SPLIT_LAW = (
    Formula(noise_ratio / (3 + 2 * noise_ratio)),
    Formula((3 + noise_ratio) / (3 + 2 * noise_ratio)),
    Formula(3 + 2 * noise_ratio),
)

CLAIMS = (
    Claim(
        id="dual.rate.interior",
        title="Linear rate from interior locations alone",
        location="Convergence of locations and amplitudes in the abstract",
        statement="If all $w_i$ lie inside dual regions, Diracs and amplitudes converge at a "
        "rate linear in $lambda$ and the noise.",
        direction=Direction.RATE,
        quantifier=Quantifier.ALWAYS,
        form=Formula(penalty),
        expected="REFUTED",
        toothless="A statement that is itself refuted; `dual.stab.cluster` and "
        "`dual.rate.massless` carry the mutants.",
        discrepancy=Discrepancy(
            transcribed="The rate is linear in noise and lam if the locations are in the "
            "interior of a dual region.",
            witness="X = ((1, 1/4, 0), (1, -1/4, 0), (-1/2, 1/4, 1), (-1/2, -1/4, 1)), one Dirac "
            "at (3/5, 0, 4/5), inside its region; |eta_{q_0}| = 1 also at (1, 0, 0) without "
            "mass: the amplitude moves as lam^(2/3).",
            repair="Ask that |eta_{q_0}| = 1 at the Diracs only; then interior locations are not "
            "needed (dual.stab.cluster).",
        ),
    ),
    Claim(
        id="dual.cluster.angle",
        title="The Diracs of a cluster make one angle",
        location="Derived: equality case in the proof of the linear rate",
        statement="All Diracs of a minimiser that come out of one $w_i$ make exactly the same "
        "angle with $w_i$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=0,
        rests_on=("dual.stab.cluster",),
        mutants=(
            Mutant("displacement proportional to the mass", 1),
            Mutant("displacement inverse to the mass", -1),
        ),
    ),
    Claim(
        id="dual.rate.massless",
        title="Slower rates when a massless point is saturated",
        location="Derived; shows that no massless saturation is needed",
        statement="In the example with $eta_(q_0) = 1$ also at $(1, 0, 0)$ and noise "
        "$2 lambda (1, -1, 0, 0)$: a second Dirac of mass $root(3, 128) lambda^(2\\/3)$ at "
        "distance $root(3, 4) lambda^(1\\/3)$ of $(1, 0, 0)$, and the first moves by "
        "$frac(1, 2) root(3, 128) lambda^(2\\/3)$.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXISTS,
        form=MASSLESS_LAW,
        mutants=(
            Mutant(
                "linear in lambda, as for interior locations",
                (Formula(CUBE * penalty), *MASSLESS_LAW[1:]),
            ),
            Mutant("256 for 128", (Formula(2**THIRD * MASSLESS_LAW[0].expr), *MASSLESS_LAW[1:])),
            Mutant(
                "exponent 2/3 of the distance",
                (*MASSLESS_LAW[:2], Formula(4**THIRD * penalty**TWO_THIRDS)),
            ),
            Mutant(
                "the first Dirac moves as much as the mass",
                (MASSLESS_LAW[0], MASSLESS_LAW[0], MASSLESS_LAW[2]),
            ),
        ),
    ),
    Claim(
        id="dual.split",
        title="A Dirac on a flat kink splits",
        location="Derived; shows that the condition at boundaries is needed",
        statement="$X = ((0, 1), (1, -1), (1, 0))$, $mu_0 = delta_(e_1)$, $zeta = alpha lambda "
        "(1, 0, 0)$, $alpha > 0$: two Diracs with masses tending to "
        "$alpha\\/(3 + 2 alpha)$ and $(3 + alpha)\\/(3 + 2 alpha)$, both at angular distance "
        "$(3 + 2 alpha) lambda$; one Dirac for $alpha < 0$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXISTS,
        form=SPLIT_LAW,
        rests_on=("dual.cluster.angle",),
        mutants=(
            Mutant(
                "equal masses", (Formula(Rational(1, 2)), Formula(Rational(1, 2)), SPLIT_LAW[2])
            ),
            Mutant("distance 3 lambda", (*SPLIT_LAW[:2], Formula(Rational(3)))),
        ),
    ),
)
