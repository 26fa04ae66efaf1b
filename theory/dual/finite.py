"""Claims that make the problem finite: regions, ranks, extreme minimisers, the lifted program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

from sympy import E, Integer, Rational

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.dual.arrangement import general_position
from theory.dual.counting import count_regions
from theory.dual.duality import POSITIVE
from theory.dual.lift import distinct_diracs
from theory.dual.lines import hyperplanes
from theory.dual.rank import evaluation_rank
from theory.dual.symbols import span_rank
from theory.exact import Matrix
from theory.formula import Formula
from theory.notation import n


@dataclass(frozen=True)
class RegionCounts:
    """The number of regions: in general position from (n, d), in general from the data."""

    general: Callable[[int, int], int] = general_position
    of: Callable[[Matrix], int] = count_regions


def affine_count(n: int, d: int) -> int:
    """Wrong here: regions of n affine hyperplanes in general position in R^d."""
    return sum(comb(n, k) for k in range(d + 1))


def cover_of_lines(X: Matrix) -> int:
    """Wrong for degenerate data: Cover's number of the distinct hyperplanes."""
    lines = hyperplanes(X)
    return general_position(len(lines.normals), lines.rank)


def directions(X: Matrix) -> int:
    """Wrong rank: the number of distinct directions, +x and -x counted apart."""
    lines = hyperplanes(X)
    seen = set(zip(lines.line_of, lines.orientation, strict=True))
    return len({pair for pair in seen if pair[1] != 0})


def after_pruning(pruned: int, given: int) -> int:
    """Which number of Diracs the bound speaks of: that of an extreme minimiser."""
    return pruned


GENERAL = Hypothesis("at least two samples", "$n >= 2$", lambda cell: int(cell["n"]) - 2)
REGION_BOUND = Formula(2 * span_rank * (E * (n - 1) / span_rank) ** span_rank)

CLAIMS = (
    Claim(
        id="dual.regions.count",
        title="Number of dual regions",
        location="Data-induced hyperplane arrangement of the abstract",
        statement="In general position $abs(cal(R)) = 2 sum_(k=0)^(d-1) binom(n-1, k)$; for any "
        "data $abs(cal(R)(A union H)) = abs(cal(R)(A)) + abs(cal(R)(A^H))$ over the distinct "
        "lines of the data, and $abs(cal(R))$ depends on their matroid only.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=RegionCounts(),
        mark=Mark.RECALLED,
        mutants=(
            Mutant("affine count", RegionCounts(general=affine_count)),
            Mutant("factor 2 missing", RegionCounts(lambda n, d: general_position(n, d) // 2)),
            Mutant("sum to k = d", RegionCounts(lambda n, d: general_position(n, d + 1))),
            Mutant("Cover's number for any data", RegionCounts(of=cover_of_lines)),
        ),
    ),
    Claim(
        id="dual.regions.bound",
        title="Closed bound on the number of dual regions",
        location="Recalled from the literature on convex reformulations",
        statement="$abs(cal(R)) <= {formula}$ for data of rank $r$, $n >= 2$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=REGION_BOUND,
        hypotheses=(GENERAL,),
        mark=Mark.RECALLED,
        rests_on=("dual.regions.count",),
        mutants=(
            Mutant("e missing", Formula(2 * span_rank * ((n - 1) / span_rank) ** span_rank)),
            Mutant(
                "exponent r - 1",
                Formula(2 * span_rank * (E * (n - 1) / span_rank) ** (span_rank - 1)),
                expect="inside the slack",
            ),
        ),
        discrepancy=Discrepancy(
            transcribed="The bound is often quoted without a condition on n.",
            witness="n = 1: it reads 0, and there are 2 regions.",
            repair="Ask for n >= 2.",
        ),
    ),
    Claim(
        id="dual.range",
        title="Dimension of the span of the neuron evaluations",
        location="Derived; needed for the independence condition",
        statement='$dim op("span") {phi(w)} = m + op("rank") {x_j " on two-sided lines"}$, '
        "$m$ the number of distinct lines; a line is two-sided when it carries samples of both "
        "orientations.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=evaluation_rank,
        mutants=(
            Mutant("n for distinct points", lambda X: len({row for row in X if any(row)})),
            Mutant("number of distinct directions", directions),
            Mutant("number of lines", lambda X: len(hyperplanes(X).normals)),
        ),
    ),
    Claim(
        id="dual.representer",
        title="Some minimiser has at most rank-many Diracs",
        location="Finite support of minimisers; representer theorem recalled",
        statement="The minimisers form a polytope ${Sigma s_i a_i delta_(w_i) : a >= 0, "
        "Phi a = y - n p}$ over the saturated points; its vertices have independent columns, "
        'so at most $min(abs(E), op("rank") Phi, n)$ Diracs.',
        direction=Direction.UPPER,
        quantifier=Quantifier.EXISTS,
        hypotheses=(POSITIVE,),
        form=after_pruning,
        rests_on=("dual.kkt", "dual.count"),
        mutants=(Mutant("every minimiser", lambda pruned, given: given),),
    ),
    Claim(
        id="dual.lift",
        title="The finite convex program over the dual regions",
        location="Derived; convex reformulation recalled",
        statement="$min J = min frac(1, 2 n) norm(y - sum_C D_C X (u_C^+ - u_C^-))^2 + lambda "
        "sum_C (norm(u_C^+) + norm(u_C^-))$ over $u_C^plus.minus in C$; adding up the blocks of "
        "one region and sign keeps the outputs and does not raise the norms. The Diracs are the "
        "distinct rays among the blocks, of which there may be fewer than blocks.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=distinct_diracs,
        rests_on=("dual.region", "dual.kkt"),
        mutants=(Mutant("one Dirac a block", lambda blocks: len(blocks)),),
    ),
    Claim(
        id="dual.width",
        title="Finite networks with weight decay",
        location="Derived from positive homogeneity",
        statement="${formula} (a^2 + norm(omega)^2) >= abs(a) norm(omega)$ with equality for "
        "balanced neurons, so weight decay with factor ${formula}$ on $m$ neurons has the "
        "infimum $min J$ iff $m$ is at least the least number of Diracs of a minimiser.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Formula(Rational(1, 2)),
        rests_on=("dual.representer",),
        mutants=(
            Mutant("without the half", Formula(Integer(1))),
            Mutant("a quarter", Formula(Rational(1, 4))),
        ),
    ),
)
