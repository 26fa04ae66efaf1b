"""Gaps G1, G8 and G9: what the hypotheses on activations, norms and samples do and do not say."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb, arb_mat
from sympy import Rational, asin, pi, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.eigenvalue import kappa
from theory.asymmetric.hypotheses import H1, H2A, H3, as_stated
from theory.asymmetric.kernel import mean_ntg, scaled_gram
from theory.asymmetric.lemma_d2 import FLIP_PROBABILITY, flip_tangent
from theory.asymmetric.prop3_1 import rayleigh
from theory.claim import Claim, Direction, Discrepancy, Mark, Mutant, Quantifier
from theory.exact import Matrix
from theory.formula import Formula
from theory.rigor.balls import ball, ball_matrix
from theory.rigor.spectra import least_eigenvalue

_LEAK, _RHO, _C, _NORM = sym.leak, sym.cosine, sym.radius_bound, sym.squared_norm
_ORTHANT = Rational(1, 4) + asin(_RHO) / (2 * pi)

LEAKY_MEAN = Formula(_LEAK + (1 - _LEAK) ** 2 * _ORTHANT)
SHORT_FLIPS = Formula(sqrt(2 / pi) * sqrt(_NORM) * _C)
AT_A_WITNESS = "the statement itself fails at an exact witness"


def linear_kernel_at_dependence(X: Matrix) -> Fraction:
    """v^T Theta* v/|v|^2 for sigma(z) = z, v a linear dependence of the n > d rows of X.

    Theta* = X X^T/d, so this is exactly zero, and kappa_n is at most that.
    """
    columns = sympy.Matrix([[sympy.Rational(e.numerator, e.denominator) for e in r] for r in X]).T
    vector = tuple(Fraction(int(e.p), int(e.q)) for e in columns.nullspace()[0])
    return rayleigh(scaled_gram(X), vector)


def leaky_mean_by_cases() -> sympy.Expr:
    """E[sigma'(u) sigma'(v)] for the slopes 1 and a: both positive or both negative with the
    orthant probability each, of different signs otherwise."""
    return _ORTHANT * 1 + _ORTHANT * _LEAK**2 + (1 - 2 * _ORTHANT) * _LEAK


def leaky_kappa(X: Matrix, leak: Fraction) -> arb:
    """Least eigenvalue of a X X^T/d + (1-a)^2 Theta*_ReLU."""
    linear, share = ball_matrix(scaled_gram(X)), ball((1 - leak) ** 2)
    return least_eigenvalue(linear * ball(leak) + mean_ntg(X, "relu") * share)


def flips_of_short_sample() -> sympy.Expr:
    """|x|^2 times the tangent at 0 of P(|w.x| <= c), a concave function of c/|x|."""
    tangent, _ = flip_tangent()
    return _NORM * tangent.subs(_C, _C / sqrt(_NORM))


def with_antipodes(X: Matrix) -> Matrix:
    """The rows of X, then their negatives."""
    return X + tuple(tuple(-entry for entry in row) for row in X)


def antipodal_kappa(X: Matrix) -> arb:
    """kappa_2n of x_1, ..., x_n, -x_1, ..., -x_n for the ReLU: eig_min(X X^T)/(2d).

    With s = X X^T/d and P the orthant probability, the kernel is s_ik (P(x_i, x_k) +
    P(x_i, -x_k)) = s_ik/2 on the vectors e_i - e_-i and s_ik (P(x_i, x_k) - P(x_i, -x_k)) =
    s_ik arcsin(rho_ik)/pi on e_i + e_-i. The second is no smaller: eig_min(A o B) >= eig_min(A)
    min B_ii (Schur) with A = s and B = arcsin(rho), whose diagonal is pi/2.
    """
    return least_eigenvalue(ball_matrix(scaled_gram(X))) / 2


def antipodal_even_part(X: Matrix) -> arb:
    """Mutant: s arcsin(rho)/pi = 2 Theta* - s/2 alone, as P = 1/4 + arcsin(rho)/(2 pi)."""
    half = ball_matrix(scaled_gram(X)) / 2
    return least_eigenvalue(mean_ntg(X, "relu") * 2 - half)


def antipodal_doubled(X: Matrix) -> arb:
    """Mutant: X X^T/d for X X^T/(2d)."""
    return 2 * antipodal_kappa(X)


def antipodal_as_one(X: Matrix) -> arb:
    """Mutant: the antipodes change nothing."""
    return kappa(X)


def no_positive_part(X: Matrix) -> arb:
    """G9 as transcribed: proportional samples leave nothing of kappa_n."""
    return arb(0)


def matrix_of(X: Matrix) -> arb_mat:
    """Theta* of the ReLU for any rows, proportional ones included."""
    return mean_ntg(X, "relu")


CLAIMS = (
    Claim(
        id="asym.gap.G1",
        title="The linear activation among the admissible ones",
        location="Section 2, examples after the assumption on activations; Proposition 3.1",
        statement="The linear activation meets the assumption, so $kappa_n > 0$ for it.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=linear_kernel_at_dependence,
        hypotheses=as_stated(H1, H3),
        mark=Mark.SOURCE,
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="leaky ReLU and linear activations are named among those that satisfy "
            "the assumption (ReLU, or analytic and not a polynomial)",
            witness="for the linear activation $Theta^* = X X^top\\/d$ has rank at most $d$, so "
            "$kappa_n = 0$ exactly as soon as $n > d$ (sets B to F); the leaky ReLU is neither "
            "the ReLU nor analytic",
            repair="strike the linear activation; for the leaky ReLU see asym.gap.G1.leaky",
        ),
        toothless=AT_A_WITNESS,
    ),
    Claim(
        id="asym.gap.G1.leaky",
        title="The leaky ReLU is no worse than the ReLU",
        location="Proposition 3.1, extended",
        statement="For $sigma(z) = max(z, a z)$, $0 <= a < 1$: $EE[sigma'(u) sigma'(v)] = "
        '{formula}$, so $Theta^* = a X X^top\\/d + (1-a)^2 Theta^*_"ReLU"$ and $kappa_n >= '
        '(1-a)^2 kappa_n^"ReLU" > 0$ under H1 and H3.',
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=LEAKY_MEAN,
        hypotheses=(H1, H3),
        rests_on=("asym.ntg.relu", "asym.kappa.positive"),
        mutants=(
            Mutant("1-a for (1-a)^2", Formula(_LEAK + (1 - _LEAK) * _ORTHANT)),
            Mutant("a^2 for a", Formula(_LEAK**2 + (1 - _LEAK) ** 2 * _ORTHANT)),
        ),
    ),
    Claim(
        id="asym.gap.G8",
        title="Flips of a sample shorter than one",
        location="Lemma D.2, proof",
        statement="For $norm(x_i) <= 1$: $P(abs(w_(0 j) dot x_i) <= c) <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EXPECTATION,
        form=FLIP_PROBABILITY,
        hypotheses=as_stated(H3),
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="$norm(x_i) <= 1$ is used inside the event, and then the standard normal "
            "density; read literally, $w_0 dot x_i$ would be standard normal",
            witness="$norm(x) = 1\\/10$, $c = 1\\/10$: the probability is $0.68$, the bound $0.08$",
            repair="the factor $norm(x_i)^2$ that the Frobenius norm carries rescues the step "
            "(asym.gap.G8.repair); or state the event as $abs(w_0 dot x_i) <= c norm(x_i)$ "
            "(asym.lemD2.flips)",
        ),
        toothless=AT_A_WITNESS,
    ),
    Claim(
        id="asym.gap.G8.repair",
        title="Flips weighted by the squared norm",
        location="Lemma D.2, proof",
        statement="$norm(x)^2 P(abs(w_(0 j) dot x) <= c) <= {formula}$, at most "
        "$sqrt(2\\/pi) thin c$ for $norm(x) <= 1$: what the proof needs.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EXPECTATION,
        form=SHORT_FLIPS,
        hypotheses=(H3,),
        rests_on=("asym.lemD2.flips",),
        mutants=(
            Mutant("half of it", Formula(SHORT_FLIPS.expr / 2)),
            Mutant("squared norm for the norm", Formula(sqrt(2 / pi) * _NORM * _C)),
        ),
    ),
    Claim(
        id="asym.gap.G9",
        title="Samples of opposite directions",
        location="Section 2, assumption on the data",
        statement="For the ReLU, $kappa_n <= 0$ as soon as $x_i = c x_k$ for some $i != k$ and "
        "some real $c$: the assumption is necessary.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=no_positive_part,
        hypotheses=as_stated(H2A, H3),
        expected="REFUTED",
        discrepancy=Discrepancy(
            transcribed="the assumption excludes $x_i = c x_k$ for all real $c$, read here as a "
            "necessary condition as well (the paper claims only that it suffices)",
            witness="set A with its antipodes, four samples in $d = 2$: $kappa_4 = 1\\/10$",
            repair="for the ReLU, exclude $c > 0$ only; antipodes are harmless exactly while the "
            "samples that have them are linearly independent (asym.gap.G9.antipodal)",
        ),
        toothless=AT_A_WITNESS,
    ),
    Claim(
        id="asym.gap.G9.antipodal",
        title="Least eigenvalue of samples with their antipodes, ReLU",
        location="sharpens the assumption on the data",
        statement="For any $x_1, ..., x_n, -x_1, ..., -x_n$, none zero: $kappa_(2n) = "
        "lambda_min (X X^top)\\/(2d)$; it is zero exactly when the $x_i$ are linearly dependent.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=antipodal_kappa,
        hypotheses=(H2A,),
        rests_on=("asym.ntg.relu",),
        mutants=(
            Mutant("the even part instead", antipodal_even_part),
            Mutant("X X^T/d", antipodal_doubled),
            Mutant("kappa_n of the samples alone", antipodal_as_one),
        ),
    ),
)
