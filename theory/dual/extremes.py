"""Claims on the extreme values of the certificate on dual regions, and on the Diracs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mutant, Quantifier
from theory.dual.certificate_function import project
from theory.dual.duality import POSITIVE
from theory.dual.symbols import dead_regions, region_count
from theory.exact import Matrix, Vector, dot
from theory.formula import Formula
from theory.notation import n


def projection_squared(v: Vector, walls: Sequence[Vector]) -> Fraction:
    """Square of the greatest <v, w> over the unit vectors of a cone: |P v|^2."""
    point, _ = project(v, walls)
    return dot(point, point)


def length_squared(v: Vector, walls: Sequence[Vector]) -> Fraction:
    """Wrong: |v|^2, as if v were in the cone."""
    return dot(v, v)


def corrected(plus: int, minus: int, interior: bool) -> bool:
    """At most one point of each sign on a closed region; one in all if one is inside it."""
    return plus <= 1 and minus <= 1 and (not interior or plus + minus <= 1)


def one_of_any_sign(plus: int, minus: int, interior: bool) -> bool:
    """The literal reading: at most one point of {|eta| = lambda} on a region."""
    return plus + minus <= 1


def at_most_one_inside(plus: int, minus: int, interior: bool) -> bool:
    """Too strong as well: a region with a point on its border has none of the other sign."""
    return plus * minus == 0


@dataclass(frozen=True)
class RegionLaw:
    """Value of the maximum on a cone, and how many saturated points a closed region may hold."""

    value: object = projection_squared
    admissible: object = corrected


# |R| less one if a region without active samples exists.
REGIONS_LESS_DEAD = Formula(region_count - dead_regions)
FEASIBLE = Hypothesis("feasible", "$abs(eta) <= lambda$ on the sphere")


def both_orders(sign: int, other: int) -> bool:
    """Which pairs of Diracs a sample must separate: those of one sign."""
    return sign == other


def span_of_data(X: Matrix, active: Sequence[bool]) -> list[Vector]:
    """Rows whose span holds every saturated point: all of them."""
    return list(X)


def span_of_active(X: Matrix, active: Sequence[bool]) -> list[Vector]:
    """Wrong: only the samples active on the region (the ones on its walls are needed too)."""
    return [row for row, on in zip(X, active, strict=True) if on]


CLAIMS = (
    Claim(
        id="dual.region",
        title="Extreme values of the certificate on a dual region",
        location="Dual regions of the abstract",
        statement="On a closed dual region $C$ the certificate is linear, $eta = "
        "chevron.l v, dot chevron.r$; its maximum over $C inter S$, when positive, is "
        "$norm(Pi_C v)$, attained only at $Pi_C v \\/ norm(Pi_C v)$. Hence $C$ holds at most one "
        "point with $eta = lambda$ and at most one with $eta = -lambda$, and only one of both if "
        "one of them lies in the open region.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=RegionLaw(),
        mutants=(
            Mutant("maximum |v|, v in C or not", RegionLaw(value=length_squared)),
            Mutant("one point of either sign", RegionLaw(admissible=one_of_any_sign)),
            Mutant("never both signs", RegionLaw(admissible=at_most_one_inside)),
        ),
    ),
    Claim(
        id="dual.region.literal",
        title="At most one point of maximal modulus per dual region",
        location="Dual regions of the abstract",
        statement="On each dual region $abs(eta)$ attains its maximum $lambda$ at most once.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=one_of_any_sign,
        expected="REFUTED",
        toothless="A statement that is itself refuted has no weaker version to tell it from; "
        "`dual.region`, its repair, has mutants, and this statement is one of them.",
        discrepancy=Discrepancy(
            transcribed="On each dual region the certificate admits at most one extreme value, "
            "read as: |eta| = lam at most once, on closed and on half-open regions.",
            witness="X = ((1, 1/2), (1, -1/2)), p = (1, -1), lam^2 = 4/5: where both samples are "
            "active, eta = +lam at (1, 2)/sqrt(5) and -lam at (1, -2)/sqrt(5). Half-open: X = "
            "((1, 1/4), (1, -1/4), (-1, 1/2), (-1, -1/2)), p = (1, -1, -3/10, 3/10).",
            repair="One per sign on closed regions, one in all when it lies inside (dual.region); "
            "the total bound survives (dual.count).",
        ),
    ),
    Claim(
        id="dual.count",
        title="Bound on the number of Diracs of every minimiser",
        location="Finite support; cardinality by the geometry of the arrangement",
        statement="$abs({abs(eta_p) = lambda}) <= {formula}$, so every minimiser has at most "
        "that many Diracs.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=REGIONS_LESS_DEAD,
        rests_on=("dual.region", "dual.kkt"),
        mutants=(
            Mutant("at most n", Formula(n)),
            Mutant("at most n + 1", Formula(n + 1)),
            Mutant("half the regions", Formula(region_count / 2)),
            Mutant("one less", Formula(region_count - 1 - dead_regions)),
        ),
        discrepancy=Discrepancy(
            transcribed="The cardinality is bounded by a constant that depends on the geometry "
            "of the arrangement (in the summary: on d and n); the constant was not seen.",
            witness="Three unit vectors at 120 degrees with y = (1, 1, 1) attain |R| = 6 with "
            "n = 3; two samples in R^3 attain |R| - 1 = 3 with n = 2.",
            repair="The constant |R| less one if a dead region exists; it cannot be lowered to n "
            "or n + 1, which only extreme minimisers obey (dual.representer).",
        ),
    ),
    Claim(
        id="dual.sep",
        title="Diracs of one sign are separated by a sample",
        location="Derived from the extreme values on regions",
        statement="For two Diracs $w != w'$ of one sign of a minimiser there is a sample with "
        "$chevron.l w, x_j chevron.r chevron.l w', x_j chevron.r < 0$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=both_orders,
        rests_on=("dual.region",),
        mutants=(Mutant("also for opposite signs", lambda sign, other: True),),
    ),
    Claim(
        id="dual.kinksign",
        title="Sign of the dual variable at a kink that carries a Dirac",
        location="Derived: one-sided derivatives of the certificate",
        statement="If $s eta(w) = lambda$ and $Z$ are the samples that vanish at $w$, then "
        "$s sum_(j in Z) p_j bar.v chevron.l delta, x_j chevron.r bar.v <= 0$ for every $delta$; "
        "if they span one line, $s sum_(j in Z) p_j norm(x_j) <= 0$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(FEASIBLE,),
        form=1,
        rests_on=("dual.kkt",),
        mutants=(Mutant("opposite sign", -1),),
    ),
    Claim(
        id="dual.span",
        title="Diracs lie in the span of the data",
        location="Derived from the projection on a region",
        statement="Every $w$ with $abs(eta(w)) = norm(eta)_infinity > 0$ lies in the span of the "
        "$x_j$; data of rank $r$ in $RR^d$ pose the problem of $RR^r$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=span_of_data,
        rests_on=("dual.region",),
        mutants=(Mutant("span of the active samples", span_of_active),),
    ),
)
