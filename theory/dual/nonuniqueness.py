"""Claims on uniqueness of the minimiser and on the even phase (section 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sympy import Rational

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mutant, Quantifier
from theory.dual.symbols import pair_rank, pairs, span_rank
from theory.dual.uniqueness import independent, odd_part, other_direction
from theory.exact import Matrix, Vector
from theory.formula import Formula


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


FINITE = Hypothesis(
    "penalty",
    "$lambda > 0$",
    meaning="For lambda = 0 the optimal certificate is 0, every w is saturated, and Phi has "
    "infinitely many columns.",
)
KERNEL = Formula(pairs - pair_rank)
VALUE = Rational(708986, 5445)
EVEN_EXAMPLE = (Formula(VALUE), Formula(Rational(24, 5)))  # min J and |mu|_TV of examples.EVEN
EVEN_CERTIFICATE = Hypothesis("even certificate", "$X^T p = 0$")


@dataclass(frozen=True)
class EvenPhase:
    """odd: from (p, X) to the vector that gives eta(w) - eta(-w). balance: weight of a shift.
    kernel: lower bound of dim ker Phi from the number of pairs and the rank of the w_k."""

    odd: Callable[[Matrix, Vector], Vector] = odd_part
    balance: Callable[[int], int] = signed_balance
    kernel: Formula = KERNEL


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
        hypotheses=(FINITE,),
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
        'at any input, and $dim ker Phi >= K - op("rank") {w_k}$, with equality in the example '
        "with five samples.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(EVEN_CERTIFICATE, FINITE),
        form=EvenPhase(),
        rests_on=("dual.kkt",),
        mutants=(
            Mutant("half of X^T p", EvenPhase(odd=_half)),
            Mutant("shifts balanced without their signs", EvenPhase(balance=lambda sign: 1)),
            Mutant("kernel of dimension K", EvenPhase(kernel=Formula(pairs))),
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
        id="dual.even.example",
        title="An even certificate with minimisers of three and of six Diracs",
        location="Derived; exact data in theory.dual.examples.EVEN",
        statement="For five samples in the plane and $lambda = 1$, with $X^T p = 0$: "
        '$min J = 708986\\/5445$ and $norm(mu)_"TV" = 24\\/5$ for every minimiser; one has three '
        "Diracs, one has six, and both are the same network.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXISTS,
        form=EVEN_EXAMPLE,
        rests_on=("dual.even", "dual.gap"),
        mutants=(
            Mutant("value of the other convention", (Formula(2 * VALUE), EVEN_EXAMPLE[1])),
            Mutant("half the total variation", (EVEN_EXAMPLE[0], Formula(Rational(12, 5)))),
        ),
    ),
    Claim(
        id="dual.even.trigger",
        title="Enough saturated pairs make the certificate even",
        location="Derived from the odd part of the certificate",
        statement="If ${formula}$ linearly independent pairs $plus.minus w_k$ are saturated with "
        "equal signs, $r$ the rank of the data, then $X^T p = 0$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=Formula(span_rank),
        rests_on=("dual.even", "dual.span"),
        mutants=(Mutant("one pair less", Formula(span_rank - 1)),),
    ),
    Claim(
        id="dual.even.generic",
        title="The independence condition fails for most small penalties",
        location="Derived; concerns the independence condition of the abstract",
        statement="For Gaussian $X$ and $y$ with $d = 2$, $n = 20$ and $lambda = "
        "lambda_max\\/100$, the evaluations of the saturated points are dependent with "
        "probability at least $9\\/10$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.PROBABILITY,
        form=1,
        hypotheses=(Hypothesis("Gaussian data", "entries independent standard normal"),),
        mutants=(Mutant("kernel of dimension at least 9", 9),),
    ),
)
