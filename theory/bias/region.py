"""The data-dependent region R: what lies in it, and what it cannot say about the least eigenvalue.

R = {a : a^T M a >= 0}, M_ij = p_ij - p_min off the diagonal and 0 on it.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat

from theory.bias.hypotheses import PAIRS, UNIT, equal_to
from theory.bias.kernel import kernel_entry, orthant_matrix
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.restricted import REGION_CLOSED
from theory.bias.samples import greatest_correlation, off_diagonal
from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.exact import Matrix
from theory.formula import Formula
from theory.rigor.balls import ball


def least_probability(rows: Matrix, B: Fraction) -> arb:
    """p_min, the least orthant probability of two different samples."""
    least = arb(1)
    for rho in off_diagonal(rows):
        least = least.min(orthant_ball(ball(B), ball(rho)))
    return least


def region_matrix(rows: Matrix, B: Fraction) -> arb_mat:
    """M in balls."""
    P, least = orthant_matrix(rows, B), least_probability(rows, B)
    size = range(P.nrows())
    return arb_mat([[P[i, k] - least if i != k else arb(0) for k in size] for i in size])


def quadratic_form(matrix: arb_mat, vector: list[arb]) -> arb:
    """v^T A v."""
    column = arb_mat([[entry] for entry in vector])
    return (column.transpose() * matrix * column)[0, 0]


def restricted_bound(rows: Matrix, B: Fraction) -> arb:
    """lambda_R = Q(B) - p_min."""
    return tail_ball(ball(B)) - least_probability(rows, B)


def missing_criterion(rows: Matrix, B: Fraction) -> arb:
    """(1 + r_plus) p(B, r_plus) - Q(B) - p_min: positive when the minimiser is not in R."""
    r = greatest_correlation(rows)
    gain = (1 + r) * orthant_ball(ball(B), r)
    return gain - tail_ball(ball(B)) - least_probability(rows, B)


def always(rows: Matrix, B: Fraction) -> arb:
    """Mutant: no criterion at all."""
    return arb(1)


def circle_least_eigenvalue(size: int, B: Fraction) -> arb:
    """Least eigenvalue of H_inf for `size` equally spaced points on the circle: a circulant."""
    cosines = [(2 * arb.pi() * i / size).cos() for i in range(size)]
    entries = [ball(kernel_entry(B, cosine)) for cosine in cosines]
    least = arb(size)
    for mode in range(size):
        terms = (entry * cosines[mode * i % size] for i, entry in enumerate(entries))
        least = least.min(sum(terms, arb(0)))
    return least


_LOCATION = "least eigenvalue on a data-dependent region (section 4.1 of the transcription)"
_READ = "(as transcribed here: the paper's own wording could not be read)"

CLAIMS = (
    Claim(
        id="bias.region.full",
        title="When the region is everything",
        location=_LOCATION,
        statement="$R = RR^n$ if and only if all $p_(i j)$, $i != j$, are equal: $M$ has trace 0, "
        "and for $p_(i j) > p_min$ the vector $e_i - e_j$ is not in $R$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=-1,
        mutants=(Mutant("$e_i + e_j$", 1),),
    ),
    Claim(
        id="bias.region.miss",
        title="When the region misses the minimiser",
        location=_LOCATION,
        statement="If $(1 + r_+) p(B, r_+) > Q(B) + p_min$, then $lambda < Q(B) - p_min$, so the "
        "eigenvector of the least eigenvalue is not in $R$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(UNIT, PAIRS),
        form=missing_criterion,
        rests_on=("bias.lmin.region", "bias.lmin.upper"),
        mutants=(Mutant("no criterion", always),),
    ),
    Claim(
        id="bias.lmin.region.notglobal",
        title="The restricted bound read as a bound of the least eigenvalue",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= {formula}$ for all samples of separation $delta_X$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=REGION_CLOSED,
        mark=Mark.RECALLED,
        expected="REFUTED",
        mutants=(Mutant("twice the bound", Formula(2 * REGION_CLOSED.expr)),),
        discrepancy=Discrepancy(
            f"$lambda_min (H^oo) >= lambda'(B, delta_X)$ without the region {_READ}; the paper "
            "speaks of a restricted eigenvalue, so this is a limit of use, not an error.",
            "The nine points $(i\\/10, j\\/10, 1)$, $i, j in {0, 1, 2}$, normalised, at $B = 0$: "
            "$lambda_min (H^oo) = 0.0150449...$, $lambda' = Lambda = 0.0152649...$.",
            "Unrestricted bounds: bias.lmin.hermite, bias.lmin.log, bias.lmin.onesided.",
        ),
    ),
    Claim(
        id="bias.lmin.circle",
        title="Equally spaced points on the circle",
        location=_LOCATION,
        statement="For $n equiv 2$ modulo 4 equally spaced points on the circle and $B = 0$: "
        "$lambda_min (H^oo) = 1\\/n$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=2,
        hypotheses=(
            Hypothesis("residue", "$n equiv 2$ modulo 4", lambda cell: -abs(cell["n"] % 4 - 2)),
            Hypothesis("no bias", "$B = 0$", equal_to("B", 0, default=0)),
        ),
        mutants=(Mutant("$n equiv 0$ modulo 4", 0),),
    ),
)
