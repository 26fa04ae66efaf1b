"""Claims on uniqueness of the minimiser and on the even phase (section 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mutant, Quantifier
from theory.dual.uniqueness import independent, odd_part, other_direction
from theory.exact import Matrix, Vector


def no_other_direction(columns: Matrix, support: Collection[int]) -> bool:
    """Unique iff no h != 0 has Phi h = 0 and h_i >= 0 off the support."""
    return other_direction(columns, support) is None


def support_independent(columns: Matrix, support: Collection[int]) -> bool:
    """Wrong: the evaluations of the support alone are independent."""
    return independent(tuple(columns[k] for k in support))


def all_independent(columns: Matrix, support: Collection[int]) -> bool:
    """Sufficient, not necessary: the evaluations of all saturated points are independent."""
    return independent(columns)


def signed_balance(sign: int) -> int:
    """Weight of w_k in the balance of shifts: its sign."""
    return sign


def kernel_bound(pairs: int, rank: int) -> int:
    """Claimed lower bound of dim ker Phi."""
    return pairs - rank


@dataclass(frozen=True)
class EvenPhase:
    """odd: from (p, X) to the vector that gives eta(w) - eta(-w). balance: weight of a shift.
    kernel: lower bound of dim ker Phi from the number of pairs and the rank of the w_k."""

    odd: Callable[[Matrix, Vector], Vector] = odd_part
    balance: Callable[[int], int] = signed_balance
    kernel: Callable[[int, int], int] = kernel_bound


def _half(X: Matrix, p: Vector) -> Vector:
    return tuple(a / 2 for a in odd_part(X, p))


CLAIMS = (
    Claim(
        id="dual.unique",
        title="When the minimiser is unique",
        location="Sufficient conditions for uniqueness in the abstract",
        statement="A minimiser with support $I subset E$ is unique iff there is no $h != 0$ with "
        "$Phi h = 0$ and $h_i >= 0$ for $i in.not I$, where $Phi$ has the signed evaluations of "
        "all saturated points as columns. Independent columns of $Phi$ suffice.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=no_other_direction,
        rests_on=("dual.kkt", "dual.representer"),
        mutants=(
            Mutant("independence on the support only", support_independent),
            Mutant("independence of all is necessary", all_independent),
        ),
    ),
    Claim(
        id="dual.even",
        title="The even phase: one network, many minimisers",
        location="Derived; concerns the independence condition of the abstract",
        statement="$eta_p (w) - eta_p (-w) = chevron.l X^T p, w chevron.r$. If $X^T p = 0$, the "
        "saturated points are $K$ pairs $plus.minus w_k$; moving $c_k$ from $-w_k$ to $w_k$ with "
        '$sum_k s_k c_k w_k = 0$ changes neither $K mu$, nor $norm(mu)_"TV"$, nor the network '
        'at any input, and $dim ker Phi >= K - op("rank") {w_k}$.',
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=EvenPhase(),
        rests_on=("dual.kkt",),
        mutants=(
            Mutant("half of X^T p", EvenPhase(odd=_half)),
            Mutant("shifts balanced without their signs", EvenPhase(balance=lambda sign: 1)),
            Mutant("kernel of dimension K", EvenPhase(kernel=lambda pairs, rank: pairs)),
        ),
        discrepancy=Discrepancy(
            transcribed="Uniqueness follows from localisation of the certificate and linear "
            "independence of the neuron evaluations.",
            witness="d = 2, n = 5, lam = 1, rational data, X^T p = 0: minimisers with 3 and with "
            "6 Diracs, J = 708986/5445, one network function. For Gaussian data with n much "
            "larger than d and small lam the independence fails in most draws "
            "(dual.even.generic).",
            repair="The condition is sufficient as stated; what is unique more often is the "
            "network, that is the measure modulo odd measures with vanishing first moment.",
        ),
    ),
    Claim(
        id="dual.even.generic",
        title="The independence condition fails for most small penalties",
        location="Derived; concerns the independence condition of the abstract",
        statement="For Gaussian $X$ and $y$ with $d = 2$, $n = 10$ and $lambda = "
        "lambda_max\\/100$, the evaluations of the saturated points are dependent with "
        "probability at least $1\\/2$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.PROBABILITY,
        form=1,
        hypotheses=(Hypothesis("Gaussian data", "entries independent standard normal"),),
        mutants=(Mutant("kernel of dimension at least 9", 9),),
    ),
)
