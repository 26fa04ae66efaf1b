"""Claims on the concentration of the empirical matrix (conc.*), formulas in `concentration`."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import sympy
from flint import arb
from sympy import Rational, exp, sqrt

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.lottery.angular import active_share, combine
from theory.lottery.concentration import (
    BERNSTEIN_TAIL,
    EDGE,
    GRADIENT_NOISE,
    GRADIENT_VARIANCE,
    frobenius_variance,
)
from theory.lottery.hypotheses import ENOUGH, INPUTS, NOISE, ONE_NEURON
from theory.lottery.network import Problem
from theory.lottery.symbols import distance, kept_total, neurons, samples


def frobenius_without_two(task: Problem) -> arb:
    """The identity with d^2 in place of d(d+2) (dense masks): |x|^2 taken for constant."""
    d = task.dimension
    loss = combine((2 * d, active_share(u, v)) for u in task.teacher for v in task.teacher)
    return frobenius_variance(task) - loss.ball()


def whole_law(r: int, N: int) -> dict[int, Fraction]:
    """K = 1: law of the number of active samples, Bin(N, 1/2)."""
    return {n: Fraction(comb(N, n), 2**N) for n in range(N + 1)}


def half_law(r: int, N: int) -> dict[int, Fraction]:
    """A mutant of it: exactly N/2 active samples."""
    return {N // 2: Fraction(1)}


_DENSE_OR_DISJOINT = Hypothesis("masks", "all weights kept, or pairwise disjoint masks")

CLAIMS = (
    Claim(
        id="lottery.conc.frobenius",
        title="Exact variance of the empirical matrix",
        location="Concentration of the empirical Hessian at the teacher",
        statement="$N EE norm(hat(A) - A)_F^2 = EE norm(g)^4 - norm(A)_F^2$, with $EE norm(g)^4 = "
        "d(d+2) sum_(j,k) (pi - theta_(j k))\\/(2 pi)$ for dense masks and $sum_j r_j (r_j + 2)\\/2"
        " + sum_(j != k) r_j r_k\\/4$ for disjoint ones.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=frobenius_variance,
        hypotheses=(INPUTS, _DENSE_OR_DISJOINT),
        rests_on=("lottery.pop.gn",),
        mutants=(Mutant("d^2 for d(d+2)", frobenius_without_two),),
    ),
    Claim(
        id="lottery.conc.bernstein",
        title="Bernstein bound with explicit constants",
        location="Theorem 1, sample complexity (recalled as $K^4 tilde(r) log q \\/ epsilon^2$)",
        statement="$PP(norm(hat(A) - A) >= 2 t) <= {formula}$ with $t = norm(delta)$; "
        "hence $N >= (32 K^2\\/(epsilon lambda)^2 + 8 K\\/(epsilon lambda)) (s ln 9 + "
        "ln(2\\/delta))$ keeps all but a share $epsilon$ of the least curvature.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=BERNSTEIN_TAIL,
        hypotheses=(INPUTS,),
        rests_on=("lottery.pop.gn",),
        mutants=(
            Mutant(
                "dimension-free",
                Formula(BERNSTEIN_TAIL.expr / 9**kept_total),
            ),
            Mutant(
                "variance 2 K^2 for 4 K^2",
                Formula(
                    2
                    * 9**kept_total
                    * exp(-samples * distance**2 / (4 * neurons**2 + 4 * neurons * distance))
                ),
            ),
        ),
    ),
    Claim(
        id="lottery.conc.samples",
        title="Samples that keep the curvature",
        location="Theorem 1, sample complexity (recalled as $K^4 tilde(r) log q \\/ epsilon^2$)",
        statement="With $N >= (32 K^2\\/(epsilon lambda)^2 + 8 K\\/(epsilon lambda)) (s ln 9 + "
        "ln(2\\/delta))$ samples, $norm(hat(A) - A) <= epsilon lambda$ with probability at least "
        "$1 - delta$, $lambda$ the least eigenvalue of $A$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=Fraction(1),
        hypotheses=(INPUTS, ENOUGH),
        rests_on=("lottery.conc.bernstein",),
        reach="N",
        mutants=(Mutant("a tenth of that deviation", Fraction(1, 10)),),
    ),
    Claim(
        id="lottery.conc.scaling",
        title="The deviation scales with the number of kept weights",
        location="Abstract: samples proportional to the number of non-pruned weights",
        statement="In simulations at the listed sizes (disjoint masks, random teachers) "
        "$norm(hat(A) - A)$ is proportional to $s^(1\\/2) N^(-1\\/2)$, $s = sum_j r_j$; a measured "
        "law, not proved.",
        direction=Direction.RATE,
        quantifier=Quantifier.EXPECTATION,
        form=(Rational(1, 2), Rational(-1, 2)),
        mutants=(
            Mutant("independent of s", (sympy.Integer(0), Rational(-1, 2))),
            Mutant("linear in s", (sympy.Integer(1), Rational(-1, 2))),
            Mutant("1/N", (Rational(1, 2), sympy.Integer(-1))),
        ),
    ),
    Claim(
        id="lottery.conc.blocksum",
        title="Where the factor K^4 comes from: summing block norms",
        location="Proof of the sample complexity (recalled)",
        statement="$norm(M) <= sum_(j,k) norm(M_(j k))$ for a symmetric block matrix, and for "
        "$M = hat(A) - A$ of simulated samples the sum exceeds the norm by a factor of at least "
        "$K$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=(Fraction(1), 1),
        mutants=(
            Mutant("half the sum already bounds the norm", (Fraction(1, 2), 1)),
            Mutant("the sum loses K^2", (Fraction(1), 2)),
        ),
    ),
    Claim(
        id="lottery.conc.rtilde_bounds",
        title="The effective width is at most the average one",
        location="Definition of $tilde(r)$ (recalled)",
        statement="$tilde(r) = (sum_(j,k) (1 + delta_(j k)) sqrt(r_j + r_k))^2 \\/ (8 K^4) <= "
        'r_"ave"$, with equality for equal $r_j$ and full overlap.',
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1),
        mark=Mark.RECALLED,
        mutants=(Mutant("half the average", Fraction(1, 2)),),
    ),
    Claim(
        id="lottery.conc.rtilde_lower",
        title="An eighth of the average as a lower bound",
        location='Definition of $tilde(r)$ (recalled): $r_"ave"\\/8 <= tilde(r)$',
        statement='$tilde(r) >= {formula} r_"ave"$ for all masks.',
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=Formula(Rational(1, 8)),
        mark=Mark.RECALLED,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="r_ave/8 <= r-tilde without a balance assumption; recalled, unconfirmed",
            witness="K = 10 masks of sizes (1000, 1, ..., 1) without overlap: r-tilde/r_ave = "
            "0.0766; the limit (2(K-1) + 2 sqrt 2)^2/(8 K^3) falls like 1/(2K)",
            repair="true for equal sizes: there r-tilde >= r (1 + 1/K)^2/4",
        ),
        toothless="a refuted statement; its witness is exact",
    ),
    Claim(
        id="lottery.conc.wishart_k1",
        title="One neuron: a binomial mixture of Wishart matrices",
        location="Concentration of the empirical Hessian, K = 1",
        statement="For $K = 1$: $N hat(A)$ given $n$ active samples is "
        '$op("Wishart")_r (I, n)$, and $n$ is $op("Bin")(N, 1\\/2)$.',
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=whole_law,
        hypotheses=(INPUTS, ONE_NEURON),
        mutants=(Mutant("exactly N/2 active samples", half_law),),
    ),
    Claim(
        id="lottery.conc.whitened_edge",
        title="How many samples keep half the curvature",
        location="Measured: relative lower curvature",
        statement="For orthonormal teachers with dense masks, simulated at the listed sizes, "
        "$lambda_min (A^(-1\\/2) hat(A) A^(-1\\/2)) = {formula}$ to $0.03$; hence $N approx 11.7 s "
        "\\/ (1 - 2^(-K))$ keeps half the curvature, with no power of $K$. A measured law, not "
        "proved.",
        direction=Direction.RATE,
        quantifier=Quantifier.WIDTH,
        form=EDGE,
        mutants=(
            Mutant(
                "half the effective dimension", Formula(EDGE.expr.subs(kept_total, kept_total / 2))
            ),
            Mutant(
                "K^2 times the effective dimension",
                Formula((1 - sqrt(neurons**2 * kept_total / samples)) ** 2),
            ),
        ),
    ),
    Claim(
        id="lottery.conc.grad",
        title="Variance of a fresh-sample gradient",
        location="Theorem 2 (recalled): fresh samples in every step",
        statement="At fixed $W$: $EE norm(nabla hat(f) - nabla f)^2 <= {formula}$, an equality at "
        "$W = W^*$; so one step contracts in mean once $N > sqrt(3) K (s + K)\\/lambda^2$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EXPECTATION,
        form=GRADIENT_VARIANCE,
        hypotheses=(INPUTS, NOISE),
        mutants=(
            Mutant("noise part without 1/2", Formula(GRADIENT_VARIANCE.expr + GRADIENT_NOISE.expr)),
            Mutant("1/K for 1/K^2", Formula(GRADIENT_VARIANCE.expr * neurons)),
        ),
    ),
)
