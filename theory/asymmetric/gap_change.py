"""Gap G4: bound (d) of Theorem 4.1 against what holds for free.

Two positive semidefinite matrices of norm at most |X|_2^2/d <= n/d differ by at most that. Bound
(d) is below it only if sum_j lambda_j^(3/2) < gamma delta^(5/2)/(2^11 n), which no width achieves
for gamma < 1 in practice: by equation 17 the sum is at least (1-gamma)^(3/2) times
sum_(j<=m) (mass_j/S_m)^(3/2), which decreases in m because mass_j/S_m at m majorises that at m+1.
"""

from __future__ import annotations

import sympy
from sympy import Rational, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import RELU_NTG_CHANGE
from theory.asymmetric.hypotheses import H1, H2A, SCALING
from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import alpha, d, delta, gamma, n

_S32 = sym.weight_sum_three_halves

FREE_CHANGE_FACTOR = Formula(32 * sqrt(2 * n * _S32 / gamma) / delta ** Rational(5, 4))
WEIGHTS_LIMIT = Formula(
    (1 - gamma) ** Rational(3, 2)
    * sympy.zeta(Rational(3, 2) / alpha)
    / sympy.zeta(1 / alpha) ** Rational(3, 2)
)


def change_terms() -> tuple[sympy.Expr, sympy.Expr]:
    """Coefficients of q^2 and q, q = m^(-1/4), in bound (d) at gamma = 1."""
    q = sympy.Symbol("q", positive=True)
    at_one = sympy.expand(RELU_NTG_CHANGE.expr.subs({gamma: 1, _S32: q**2}))
    return at_one.coeff(q, 2), at_one.coeff(q, 1)


_A, _B = change_terms()
THRESHOLD = Formula((sqrt(_B**2 + 4 * _A * n / d) - _B) / (2 * _A))


def root_term() -> sympy.Expr:
    """The second term of bound (d), the one with the square root of sum lambda^(3/2)."""
    (term,) = (t for t in sympy.Add.make_args(RELU_NTG_CHANGE.expr) if t.has(sqrt(_S32)))
    return term


def threshold_defect(form: Formula) -> sympy.Expr:
    """Bound (d) at gamma = 1 and width form^(-4), minus what holds for free, n/d."""
    return _A * form.expr**2 + _B * form.expr - n / d


CLAIMS = (
    Claim(
        id="asym.gap.G4.factor",
        title="Bound (d) against what holds for free",
        location="Theorem 4.1 (d)",
        statement="$norm(Theta_t - Theta_0)_2 <= n\\/d$ holds for free (two positive semidefinite "
        "matrices of norm at most $norm(X)_2^2\\/d$); the second term of (d) alone is at least "
        "$n\\/d dot {formula}$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=FREE_CHANGE_FACTOR,
        hypotheses=(H1, H2A),
        rests_on=("asym.kappa.upper", "asym.thm4_1.d"),
        mutants=(
            Mutant("64 for 32", Formula(2 * FREE_CHANGE_FACTOR.expr)),
            Mutant("n for its root", Formula(FREE_CHANGE_FACTOR.expr * sqrt(n))),
        ),
    ),
    Claim(
        id="asym.gap.G4",
        title="Bound (d) says nothing for gamma below 1",
        location="Theorem 4.1 (d)",
        statement="For Zipf masses, at every width $sum_j lambda_(m,j)^(3\\/2) >= {formula}$. This "
        "exceeds $gamma delta^(5\\/2)\\/(2^11 n)$ for the paper's settings, all $n$ and $delta <= "
        "1\\/10$: (d) is larger than the $n\\/d$ that holds for free.",
        direction=Direction.LOWER,
        quantifier=Quantifier.WIDTH,
        form=WEIGHTS_LIMIT,
        hypotheses=(H1, H2A, SCALING),
        rests_on=("asym.gap.G4.factor", "asym.A2.eq17.lower"),
        mutants=(
            Mutant("1-gamma for its power 3/2", Formula(WEIGHTS_LIMIT.expr / sqrt(1 - gamma))),
            Mutant("zeta not raised", Formula(WEIGHTS_LIMIT.expr * sqrt(sympy.zeta(1 / alpha)))),
        ),
    ),
    Claim(
        id="asym.gap.G4.threshold",
        title="Where bound (d) starts to say something",
        location="Theorem 4.1 (d)",
        statement="At $gamma = 1$, (d) is below $n\\/d$ exactly when $ m^(-1\\/4) < {formula}, $ "
        "on sets A, D and E from $m = 2.6 dot 10^13$, $3.4 dot 10^15$, $2.9 dot 10^15$ on.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=THRESHOLD,
        rests_on=("asym.thm4_1.d",),
        mutants=(
            Mutant("first term left out", Formula(n / d / _B)),
            Mutant("2n/d", Formula((sqrt(_B**2 + 8 * _A * n / d) - _B) / (2 * _A))),
        ),
    ),
)
