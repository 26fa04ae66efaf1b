"""The limiting kernel: its definition, when it is positive definite, trace and large bias."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy
from flint import arb

from theory.bias.hypotheses import BIAS, START, UNIT
from theory.bias.kernel import KERNEL_ENTRY, WEIGHTS_ONLY_ENTRY
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.samples import greatest_correlation
from theory.bias.symbols import B, rho
from theory.claim import Claim, Direction, Mark, Mutant, Quantifier
from theory.exact import Matrix
from theory.formula import Formula
from theory.gaussian import tail
from theory.rigor.balls import ball

INNER_PRODUCT = Formula(1 + rho)  # of the samples (x_i, 1) that the biases make
TWICE_TAIL = Formula(2 * tail(B))


def gradient_inner_product(dimension: int = 3) -> sympy.Expr:
    """Inner product of the gradients of a neuron a (w.x - b) that is active on x and z.

    The coordinates of x and z appear through x.z = rho, and a^2 = 1.
    """
    names = [f"{letter}{i}" for letter in "wxz" for i in range(dimension)]
    symbols = sympy.symbols(names, real=True)
    w, x, z = (symbols[i * dimension : (i + 1) * dimension] for i in range(3))
    a, b = sympy.symbols("a b", real=True)

    def gradient(sample: Sequence[sympy.Symbol]) -> list[sympy.Expr]:
        neuron = a * (sum(u * v for u, v in zip(w, sample, strict=True)) - b)
        return [neuron.diff(parameter) for parameter in (*w, b)]

    product = sum(u * v for u, v in zip(gradient(x), gradient(z), strict=True))
    last = rho - sum(u * v for u, v in zip(x[1:], z[1:], strict=True))
    return sympy.expand(sympy.expand(product).subs(a**2, 1).subs(x[0] * z[0], last))


def quadratic_form_without_bias(
    cosines: Sequence[Sequence[Fraction]], vector: Sequence[int], entry: Formula
) -> Fraction:
    """v^T M v at B = 0, exactly, for correlations where p(0, rho) is rational.

    entry: formula of the kernel's entry; correlations 0, 1/2, 1 and their negatives.
    """
    total = sympy.Integer(0)
    for i, row in enumerate(cosines):
        for k, cosine in enumerate(row):
            value = entry.expr.subs({B: 0, rho: sympy.Rational(cosine)})
            total += vector[i] * vector[k] * value
    number = sympy.Rational(sympy.simplify(total))
    return Fraction(int(number.p), int(number.q))


_COSINES = [Fraction(c, 2) for c in (2, 1, -1, -2, -1, 1)]
HEXAGON = tuple(tuple(_COSINES[(i - k) % 6] for k in range(6)) for i in range(6))


def gershgorin_share(rows: Matrix, B: Fraction) -> arb:
    """(n-1) p(B, r_plus)/Q(B), at least the distance of the spectrum of H_inf/(2Q) from 1."""
    bias = ball(B)
    return (len(rows) - 1) * orthant_ball(bias, greatest_correlation(rows)) / tail_ball(bias)


def half_gershgorin_share(rows: Matrix, B: Fraction) -> arb:
    """Mutant: half of it."""
    return gershgorin_share(rows, B) / 2


def one_entry_share(rows: Matrix, B: Fraction) -> arb:
    """Mutant: without the factor n - 1."""
    return gershgorin_share(rows, B) / (len(rows) - 1)


_LOCATION = "limiting kernel (section 3 of the transcription)"

CLAIMS = (
    Claim(
        id="bias.setup",
        title="Trained biases are one more coordinate",
        location="setup (section 0 of the transcription)",
        statement="With $tilde(x) = (x, 1)$ the network is a bias-free ReLU network: gradients of "
        "a neuron active on $x$ and $z$ have the inner product $chevron.l tilde(x), tilde(z) "
        "chevron.r = {formula}$, and $norm(tilde(x))^2 = 2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=INNER_PRODUCT,
        hypotheses=(UNIT,),
        mutants=(Mutant("without the bias", Formula(rho)),),
    ),
    Claim(
        id="bias.h.def",
        title="The limiting kernel",
        location=_LOCATION,
        statement="$H^oo_(i j) = EE chevron.l tilde(x)_i, tilde(x)_j chevron.r "
        "1{chevron.l w, x_i chevron.r >= B, chevron.l w, x_j chevron.r >= B} = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXPECTATION,
        form=KERNEL_ENTRY,
        hypotheses=(START, UNIT),
        rests_on=("bias.setup",),
        mark=Mark.RECALLED,
        mutants=(Mutant("no bias gradient", WEIGHTS_ONLY_ENTRY),),
    ),
    Claim(
        id="bias.h.pd",
        title="The kernel is positive definite exactly for distinct samples",
        location=_LOCATION,
        statement="For every $B >= 0$: $H^oo$ is positive definite if and only if the samples are "
        "pairwise distinct; antipodal pairs are allowed.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=KERNEL_ENTRY,
        hypotheses=(UNIT,),
        mutants=(Mutant("fixed biases, $K compose P$", WEIGHTS_ONLY_ENTRY),),
    ),
    Claim(
        id="bias.h.schur",
        title="Eigenvalues of the kernel from those of the probabilities",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= 2 lambda_min (P)$ and "
        "$lambda_min (K compose P) >= lambda_min (P)$ (Schur); so no bound obtained through $P$ "
        "needs trained biases.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(2),
        hypotheses=(UNIT,),
        mutants=(Mutant("5/2 for 2", Fraction(5, 2)),),
    ),
    Claim(
        id="bias.h.trace",
        title="Trace of the kernel",
        location=_LOCATION,
        statement="Every diagonal entry of $H^oo$ is $2 Q(B) = {formula}$, so $tr H^oo = 2 n Q(B)$ "
        "and $lambda <= 2 Q(B) <= e^(-B^2\\/2)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=TWICE_TAIL,
        hypotheses=(UNIT, BIAS),
        rests_on=("bias.tail.halfexp",),
        mutants=(Mutant("$Q$ for $2 Q$", Formula(tail(B))),),
    ),
    Claim(
        id="bias.h.largeB",
        title="Large bias makes the kernel a multiple of the identity",
        location=_LOCATION,
        statement="Every eigenvalue of $H^oo\\/(2Q)$ lies within $(n-1) p(B, r_+)\\/Q(B)$ of 1, "
        "$r_+ = max_(i != j) rho_(i j)$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=gershgorin_share,
        hypotheses=(UNIT,),
        mutants=(
            Mutant("half of it", half_gershgorin_share),
            Mutant("without $n - 1$", one_entry_share),
        ),
    ),
)
