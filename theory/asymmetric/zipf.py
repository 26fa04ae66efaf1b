"""Zipf masses (equation 4): V(alpha) = sum_j mass_j^2 measures the departure from a kernel.

With s = 1/alpha, d log V/ds = 2 [Q(s) - Q(2s)] for Q = -zeta'/zeta = sum_n Lambda(n) n^(-s),
which decreases: V increases in s and decreases in alpha.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb

from theory.asymmetric.scaling import ZIPF_SQUARES, ZIPF_TAIL
from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import alpha, m
from theory.rigor.balls import ball

_S = 1 / alpha
_MISSING_SQUARE = Formula(sympy.zeta(2 * _S) / sympy.zeta(_S))
# s = alpha itself has no series, and its continuation a pole at alpha = 1/2
_SWAPPED = Formula(sympy.zeta(2 + 2 * alpha) / sympy.zeta(1 + alpha) ** 2)

EXACT_VALUES = {
    Fraction(1, 2): Fraction(2, 5),
    Fraction(1, 4): Fraction(6, 7),
    Fraction(1, 6): Fraction(691, 715),
}
NEAR_ONE = sympy.pi**2 / 6


def log_derivative(parameter: arb) -> arb:
    """d log V/d alpha = -(2/alpha^2) [Q(s) - Q(2s)], s = 1/alpha, for a ball alpha in (0, 1).

    Q(s) - Q(2s) is the sum of log(p) (n^(-s) - n^(-2s)) over the prime powers n = p^k, all
    terms positive. It is cut at 64; the rest lies between 0 and the integral of
    log(x) x^(-s) from 64 on.
    """
    s = 1 / parameter
    total = arb(0)
    for n in range(2, 65):
        factors = sympy.factorint(n)
        if len(factors) == 1:
            (prime,) = factors
            total += arb(prime).log() * (arb(n) ** (-s) - arb(n) ** (-2 * s))
    end = arb(64)
    rest = end ** (1 - s) * ((s - 1) * end.log() + 1) / (s - 1) ** 2
    return -2 / parameter**2 * (total + rest.union(arb(0)))


def direct_square_sum(parameter: Fraction, terms: int) -> arb:
    """V(alpha) from its definition: so many terms, and the rest between two integrals."""
    s = ball(1 / parameter)
    powers = [arb(j) ** (-s) for j in range(1, terms + 1)]

    def rest(exponent: arb) -> arb:
        low, high = arb(terms + 1), arb(terms)
        return (low ** (1 - exponent)).union(high ** (1 - exponent)) / (exponent - 1)

    total = sum(powers, arb(0)) + rest(s)
    squares = sum((power * power for power in powers), arb(0)) + rest(2 * s)
    return squares / total**2


CLAIMS = (
    Claim(
        id="asym.zipf.square_sum",
        title="Sum of the squared Zipf masses",
        location="Section 3, with equation 4",
        statement="$V(alpha) = sum_(j>=1) tilde(lambda)_j^2 = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=ZIPF_SQUARES,
        mutants=(
            Mutant("square missing", _MISSING_SQUARE),
            Mutant("1 + alpha for 1/alpha", _SWAPPED),
        ),
    ),
    Claim(
        id="asym.zipf.exact",
        title="Rational values of V",
        location="consequence of the closed form (Bernoulli numbers)",
        statement="$V(1\\/2) = 2\\/5$, $V(1\\/4) = 6\\/7$, $V(1\\/6) = 691\\/715$, "
        "where $V(alpha) = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=ZIPF_SQUARES,
        mutants=(Mutant("square missing", _MISSING_SQUARE),),
    ),
    Claim(
        id="asym.zipf.monotone",
        title="V decreases",
        location="Section 3, discussion of equation 4",
        statement="$V(alpha)$ is strictly decreasing on $(0, 1)$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=-1,
        mutants=(Mutant("increasing", 1),),
    ),
    Claim(
        id="asym.zipf.limit.zero",
        title="V for alpha near 0",
        location="Section 3, discussion of equation 4",
        statement="$V(alpha) -> 1$ as $alpha -> 0$: with $s = 1\\/alpha$, "
        "$0 <= 1 - V(alpha) <= 2^(1-s) (1 + 2\\/(s-1))$.",
        direction=Direction.RATE,
        quantifier=Quantifier.ALWAYS,
        form=1,
        mutants=(Mutant("limit 1/2", Fraction(1, 2)), Mutant("limit 0", 0)),
    ),
    Claim(
        id="asym.zipf.limit.one",
        title="V for alpha near 1",
        location="Section 3, discussion of equation 4",
        statement="$V(alpha) tilde {formula} (1\\/alpha - 1)^2$ as $alpha -> 1$.",
        direction=Direction.RATE,
        quantifier=Quantifier.ALWAYS,
        form=Formula(NEAR_ONE),
        mutants=(
            Mutant("pi^2/3", Formula(2 * NEAR_ONE)),
            Mutant("1", Formula(sympy.Integer(1))),
        ),
    ),
    Claim(
        id="asym.zipf.tail",
        title="Zipf mass beyond width m",
        location="Section 2, equation 1 (why S_m normalises)",
        statement="$1 - S_m = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=ZIPF_TAIL,
        mutants=(
            Mutant("Hurwitz zeta at m", Formula(sympy.zeta(_S, m) / sympy.zeta(_S))),
            Mutant("not normalised", Formula(sympy.zeta(_S, m + 1))),
            Mutant("first neglected mass only", Formula((m + 1) ** (-_S) / sympy.zeta(_S))),
        ),
    ),
)
