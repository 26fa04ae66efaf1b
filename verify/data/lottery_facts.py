"""What the theorems on sparse teacher-student recovery say of a sample of this size.

They assume Gaussian inputs and a sparse teacher, so only n and d of the data enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from theory.lottery.phase import activation_probability, half_point_lower, identifiability
from theory.rigor.balls import ball, working_precision
from verify.data.decimals import near
from verify.data.facts import Fact
from verify.data.prepare import Prepared

PAPER = "Sparse teacher-student recovery (lottery tickets)"
NEURONS = (1, 2, 3)


def facts(prepared: Prepared, *, gamma: Fraction, delta: Fraction) -> Iterator[Fact]:
    """Kept weights that this many samples can identify, and what noise costs."""
    n, d = prepared.X.shape
    yield Fact(
        "samples N, inputs d",
        f"{n}, {d}",
        "exact",
        "For standard normal inputs and an orthogonal or disjoint teacher of K neurons; of your "
        "data only N and d enter.",
    )
    with working_precision(128):
        for K in NEURONS:
            for fact in _at_size(n, d, K):
                yield Fact(
                    fact.name, fact.value, fact.known, fact.meaning, fact.vacuous, f"K = {K}"
                )


def _at_size(n: int, d: int, K: int) -> Iterator[Fact]:
    most, dense = most_identifiable(n, K), K * d
    yield Fact(
        "kept weights s, at most",
        str(most),
        "exact binomial median",
        "With more, identifiability has probability below 1/2 whatever the algorithm, as "
        "N_50 >= (s-1)/(1-2^-K).",
    )
    yield Fact(
        "weights of the dense student, K d",
        str(dense),
        "exact",
        "More than the samples identify: prune." if dense > most else "Pruning is not forced.",
        dense > most,
    )
    yield Fact(
        "samples that the dense student needs",
        str(max(ceil(half_point_lower(K, dense)), dense)),
        "lower bound, exact",
        "(s-1)/(1-2^-K) with s = K d, and never below s, for even odds of identifiability.",
    )
    yield Fact(
        "excess risk of the dense student/sigma^2",
        near(Fraction(dense, n)) if dense <= most else "none",
        "first order in 1/N",
        "s/N with s = K d: each weight kept costs sigma^2/N of prediction error.",
        dense > most,
    )


def most_identifiable(n: int, K: int) -> int:
    """The largest s with P(Bin(n, 1 - 2^-K) >= s) >= 1/2, 0 if there is none.

    A median of a binomial lies between the integers around its mean n p.

    >>> most_identifiable(19, 1), most_identifiable(20, 1)
    (10, 10)
    """
    s = ceil(n * activation_probability(K)) + 1
    while s > 0 and not ball(identifiability(n, K, s)) >= ball(Fraction(1, 2)):
        s -= 1
    return s
