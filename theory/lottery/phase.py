"""Local identifiability on a sample, and the law that limits it (section 10).

The teacher is locally identifiable on x_1, ..., x_N when the N x s matrix with rows g(x_n)
has rank s. Almost surely the rank depends only on which neurons each sample activates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

from flint import arb, fmpz_mat

from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.exact import InputError
from theory.formula import Formula
from theory.lottery.symbols import kept_total, neurons
from theory.rigor.balls import ball

Pattern = tuple[int, ...]
HALF_POINT = Formula((kept_total - 1) / (1 - 2**-neurons))
"""Lower bound of the sample size with even odds of identifiability."""

EXACT_BITS = 14000  # Python prints integers of at most 4300 digits; beyond: a ball


def activation_probability(K: int) -> Fraction:
    """1 - 2^-K: some neuron is active, for orthogonal directions."""
    return 1 - Fraction(1, 2**K)


def identifiability(N: int, K: int, s: int) -> Fraction | arb:
    """P(Bin(N, 1 - 2^-K) >= s), exact (phase.lower); N, s >= 0, K >= 1.

    For K = 1 the probability that w* is locally identifiable; for K >= 2 and an orthogonal or
    disjoint teacher an upper bound of it: rows without an active neuron vanish.

    >>> identifiability(19, 1, 10)
    Fraction(1, 2)
    """
    if s == 0 or s > N:
        return Fraction(int(s == 0))
    if K * N <= EXACT_BITS:
        term, below = 1, 0
        for k in range(s):  # term = binom(N, k) (2^K - 1)^k
            below += term
            term = term * (N - k) * (2**K - 1) // (k + 1)
        return 1 - Fraction(below, 2 ** (K * N))
    return ball(activation_probability(K)).beta_lower(arb(s), arb(N - s + 1), regularized=True)


def dense_rank(patterns: Sequence[Pattern], d: int) -> int:
    """Rank for dense masks: min over spans V of patterns of d dim V + #{n: a_n not in V}.

    patterns: which neurons each sample activates, K entries 0 or 1. Matroid union of d copies
    of the patterns' linear matroid.

    >>> dense_rank([(1, 0), (1, 0), (1, 1)], 2)
    3
    """
    kinds = sorted(set(patterns) - {(0,) * len(patterns[0])})
    present = [pattern for pattern in patterns if any(pattern)]
    best = len(present)
    K = len(patterns[0])
    for size in range(1, min(K, len(kinds)) + 1):
        for basis in combinations(kinds, size):
            if fmpz_mat([list(p) for p in basis]).rank() < size:
                continue
            outside = [p for p in kinds if fmpz_mat([list(q) for q in (*basis, p)]).rank() > size]
            cost = d * size + sum(p in outside for p in present)
            best = min(best, cost)
    return best


def disjoint_rank(patterns: Sequence[Pattern], sizes: Sequence[int]) -> int:
    """Rank for disjoint masks: min over S of sum_{j not in S} r_j + #{n: S has an active neuron}.

    The theorem of Koenig and Rado on transversals of the samples.

    >>> disjoint_rank([(1, 0), (1, 1)], (1, 3))
    2
    """
    K = len(sizes)
    if any(len(pattern) != K for pattern in patterns):
        raise InputError("a pattern and the sizes differ in length", f"{K} entries a pattern")
    return min(
        sum(sizes[j] for j in range(K) if j not in chosen)
        + sum(any(pattern[j] for j in chosen) for pattern in patterns)
        for chosen in _subsets(range(K))
    )


def _subsets(items: Iterable[int]) -> Iterable[tuple[int, ...]]:
    pool = list(items)
    return (chosen for size in range(len(pool) + 1) for chosen in combinations(pool, size))


def half_point_lower(K: int, s: int) -> Fraction:
    """(s - 1)/(1 - 2^-K): a sample with even odds of identifiability is at least this large.

    A binomial median is at least s only if its mean N p exceeds s - 1.
    """
    return (s - 1) / activation_probability(K)


def smallest_even_odds(K: int, s: int) -> int:
    """Smallest N with P(Bin(N, 1 - 2^-K) >= s) >= 1/2.

    >>> [smallest_even_odds(1, r) for r in (1, 5, 10)]
    [1, 9, 19]
    """
    N = s
    while not ball(identifiability(N, K, s)) >= ball(Fraction(1, 2)):
        N += 1
    return N


def rank_by_size(patterns: Sequence[Pattern], sizes: Sequence[int]) -> int:
    """A mutant: min(N, s)."""
    return min(len(patterns), sum(sizes))


def rank_of_sample(patterns: Sequence[Pattern], sizes: Sequence[int], *, dense: bool) -> int:
    """Rank of the feature matrix: `dense_rank` (all sizes equal d) or `disjoint_rank`."""
    return dense_rank(patterns, sizes[0]) if dense else disjoint_rank(patterns, sizes)


def all_active(N: int, K: int, s: int) -> Fraction:
    """A mutant: N >= s suffices."""
    return Fraction(int(s <= N))


def half_active(N: int, K: int, s: int) -> Fraction | arb:
    """A mutant: every second row vanishes, whatever K."""
    return identifiability(N, 1, s)


def two_neurons(N: int, K: int, s: int) -> Fraction | arb:
    """A mutant: a quarter of the rows vanishes, whatever K."""
    return identifiability(N, 2, s)


CONTINUOUS = Hypothesis("inputs", "$x$ has a density")
SYMMETRIC = Hypothesis("inputs", "$x$ is standard normal")
SEPARATE = Hypothesis(
    "directions", "orthogonal directions, or disjoint masks: a share $2^(-K)$ of rows vanishes"
)
KINDS = Hypothesis("masks", "all weights kept, or pairwise disjoint masks")
KEPT_SUPPORT = Hypothesis("support kept", "every mask contains the teacher's support")

CLAIMS = (
    Claim(
        id="lottery.phase.rank",
        title="Local identifiability is a matroid rank",
        location="Recovery with few samples",
        statement="Almost surely the $N times s$ matrix with rows $g(x_n)$ has rank $min_V (d dim "
        "V + \\#{n : a_n in.not V})$ over spans $V$ of activation patterns (dense masks), or "
        '$min_S (sum_(j in.not S) r_j + \\#{n : S "has an active neuron"})$ (disjoint masks).',
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EVERY_DRAW,
        form=rank_of_sample,
        hypotheses=(CONTINUOUS, KINDS),
        mutants=(
            Mutant("min(N, s)", lambda patterns, sizes, dense: rank_by_size(patterns, sizes)),
        ),
    ),
    Claim(
        id="lottery.phase.lower",
        title="Samples that recovery cannot do without",
        location="Abstract: samples proportional to the number of non-pruned weights",
        statement='$PP("local identifiability") <= PP("Bin"(N, 1 - 2^(-K)) >= s)$ for orthogonal '
        "or disjoint teachers, with equality for $K = 1$; hence $N_50 >= (s - 1)\\/(1 - 2^(-K))$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=identifiability,
        hypotheses=(SYMMETRIC, SEPARATE),
        rests_on=("lottery.phase.rank",),
        mutants=(
            Mutant("threshold N = s", all_active),
            Mutant("half of the rows vanish for every K", half_active),
            Mutant("a quarter of the rows vanishes for every K", two_neurons),
        ),
    ),
    Claim(
        id="lottery.phase.slope",
        title="Recovery threshold linear in the kept weights",
        location="Figure (recalled): success rate over $N$ and $r$",
        statement="Heavy ball from relative distance 0.3, simulated at the listed sizes: the "
        "sample size $N_50$ of even odds of recovery is proportional to $r$.",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=1,
        rests_on=("lottery.phase.lower",),
        mutants=(Mutant("quadratic", 2), Mutant("independent of r", 0)),
    ),
    Claim(
        id="lottery.phase.kslope",
        title="Recovery threshold linear in the number of neurons",
        location="Theorem 1's factor $K^4$ (recalled)",
        statement="Heavy ball from relative distance 0.3, simulated at the listed sizes: $N_50 "
        "(1 - 2^(-K))$ is proportional to $K$ at fixed $r$.",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=1,
        rests_on=("lottery.phase.lower",),
        mutants=(Mutant("K^2", 2), Mutant("K^4", 4)),
    ),
    Claim(
        id="lottery.phase.basin",
        title="Basin and speed improve with pruning at fixed N",
        location="Abstract: larger convex region and faster convergence",
        statement="At fixed $N$ and start, simulated with masks containing the teacher's support, "
        "the share of successful runs does not fall and the number of steps does not grow under "
        "pruning.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.EVERY_DRAW,
        form=1,
        hypotheses=(KEPT_SUPPORT,),
        rests_on=("lottery.prune.region_monotone", "lottery.prune.rate_monotone"),
        mutants=(Mutant("pruning shrinks the basin and slows", -1),),
    ),
)
