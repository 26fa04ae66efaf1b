"""Lemmas D.2 to D.5: how far the tangent Gram matrix changes when the weights move.

D.2 (ReLU). With Delta = sum_j lambda^(k)_j c_j and probability at least 1 - p, for all W with
|w_j - w_0j| <= c_j at once: |Theta^(k)(W) - Theta^(k)(W_0)|_2 <= (2n/(d p)) Delta +
(4n sqrt(gamma_k)/(d p)) sqrt(Delta).
Chain: |AA^T - BB^T| <= |A-B|^2 + 2 |B| |A-B|; |B| <= sqrt(n gamma_k/d); E|A-B|_F^2 <=
(n/d) Delta, as a ball of radius c_j meets the hyperplane of x_i with probability at most
sqrt(2/pi) c_j <= c_j; Jensen for the square root; Markov at p/2 for k = 1, 2.

D.4 (smooth) is deterministic with Delta = sum_j lambda^(k)_j c_j^2 and |A-B|_F^2 <= (n M^2/d^2)
Delta, because |sigma'(z) - sigma'(z_0)| <= M |w_j - w_0j| |x_i|/sqrt d.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Rational, erf, pi, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import D0, D1, C, M
from theory.asymmetric.hypotheses import GAMMA_POSITIVE, H1, H2A, H2B, H3
from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import d, delta, gamma, kappa, n

_DELTA, _P, _SHARE, _C = sym.displacement, sym.failure, sym.share, sym.radius_bound

FLIP_PROBABILITY = Formula(sqrt(2 / pi) * _C)
FLIP_EXACT = Formula(erf(_C / sqrt(2)))  # the probability itself
RELU_CHANGE = Formula(2 * n / (d * _P) * _DELTA + 4 * n * sqrt(_SHARE) / (d * _P) * sqrt(_DELTA))
SMOOTH_CHANGE = Formula(
    n * M**2 / d**2 * _DELTA + 2 * n * M * sqrt(_SHARE) / d ** Rational(3, 2) * sqrt(_DELTA)
)
RADIUS = Formula(4 / (gamma * kappa) * sqrt(n * sym.weight / d) * sym.residual)
CONDITION = Formula(
    8 * n / (d * delta) * _DELTA + 16 * n * sqrt(gamma) / (d * delta) * sqrt(_DELTA)
)
RELU_RESIDUAL = Formula(n * D0**2 / 2)
SMOOTH_RESIDUAL = Formula(n * D1**2 / 2)


def gram_difference(size: sympy.Expr, distance: sympy.Expr) -> sympy.Expr:
    """Bound of |AA^T - BB^T| from |B| and |A - B|."""
    return distance**2 + 2 * size * distance


def gram_difference_without_two(size: sympy.Expr, distance: sympy.Expr) -> sympy.Expr:
    """Mutant: the factor 2 of the cross term left out."""
    return distance**2 + size * distance


def gram_difference_without_square(size: sympy.Expr, distance: sympy.Expr) -> sympy.Expr:
    """Mutant: the square left out."""
    return 2 * size * distance


def flip_tangent() -> tuple[sympy.Expr, sympy.Expr]:
    """The tangent at 0 of the probability in c, and p'' + c p' (zero: so p'' <= 0, concave)."""
    slope = sympy.diff(FLIP_EXACT.expr, _C)
    return slope.subs(_C, 0) * _C, sympy.simplify(sympy.diff(slope, _C) + _C * slope)


def gram_expansion() -> sympy.Expr:
    """AA^T - BB^T minus ((A-B)(A-B)^T + B (A-B)^T + (A-B) B^T), for matrices: zero."""
    A, At, B, Bt = (sympy.Symbol(name, commutative=False) for name in ("A", "At", "B", "Bt"))
    rest = (A - B) * (At - Bt) + B * (At - Bt) + (A - B) * Bt
    return sympy.expand(A * At - B * Bt - rest)


def gram_witness(form: Any) -> sympy.Expr:
    """Claimed minus true norm for A = (1 + s) B, |B| = b: ((1+s)^2 - 1) b^2."""
    b, s = sympy.symbols("b s", positive=True)
    return form(b, s * b) - ((1 + s) ** 2 - 1) * b**2


def relu_change() -> sympy.Expr:
    """D.2: the mean of the algebraic bound (Jensen), over p/2 (Markov)."""
    mean_square = n / d * _DELTA
    return sympy.expand(gram_difference(sqrt(n * _SHARE / d), sqrt(mean_square)) * 2 / _P)


def smooth_change() -> sympy.Expr:
    """D.4: the algebraic bound itself."""
    distance = sqrt(n * M**2 / d**2 * _DELTA)
    return sympy.expand(gram_difference(sqrt(n * _SHARE / d), distance))


CLAIMS = (
    Claim(
        id="asym.lemD2.algebra",
        title="Difference of two Gram matrices",
        location="Lemma D.2, proof",
        statement="$norm(A A^top - B B^top) <= norm(A - B)^2 + 2 norm(B) norm(A - B)$, with "
        "equality for $A = (1 + s) B$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        form=gram_difference,
        mutants=(
            Mutant("cross term without 2", gram_difference_without_two),
            Mutant("square left out", gram_difference_without_square),
        ),
    ),
    Claim(
        id="asym.lemD2.flips",
        title="How often a unit's ball meets a sample's hyperplane",
        location="Lemma D.2, proof",
        statement="$P(abs(w_(0 j) dot x_i) <= c norm(x_i)) <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EXPECTATION,
        form=FLIP_PROBABILITY,
        hypotheses=(H3,),
        mutants=(
            Mutant("half of it", Formula(FLIP_PROBABILITY.expr / 2)),
            Mutant("c^2", Formula(sqrt(2 / pi) * _C**2)),
        ),
    ),
    Claim(
        id="asym.lemD2",
        title="Perturbation of the kernel, ReLU",
        location="Lemma D.2, equation 22",
        statement="With $Delta = sum_j lambda^((k))_j c_j$ and probability at least $1 - p$, for "
        "all $W$ with $norm(w_j - w_(0 j)) <= c_j$: $norm(Theta^((k)) (W) - Theta^((k)) (W_0))_2 "
        "<= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=RELU_CHANGE,
        hypotheses=(H1, H2A, H3),
        rests_on=("asym.lemD2.algebra", "asym.lemD2.flips"),
        mutants=(
            Mutant("1/p for 2/p", Formula(RELU_CHANGE.expr / 2)),
            Mutant(
                "no root on the cross term",
                Formula(2 * n / (d * _P) * _DELTA + 4 * n * sqrt(_SHARE) / (d * _P) * _DELTA),
            ),
            Mutant(
                "gamma_k for its root",
                Formula(2 * n / (d * _P) * _DELTA + 4 * n * _SHARE / (d * _P) * sqrt(_DELTA)),
            ),
        ),
    ),
    Claim(
        id="asym.lemD3.radius",
        title="Radius in which the flow stays, ReLU",
        location="Lemma D.3",
        statement="$R'_j = {formula}$ bounds the movement as long as $lambda_min (Theta (W_s)) >= "
        "gamma kappa_n\\/4$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.TIME,
        form=RADIUS,
        hypotheses=(H1, H2A, GAMMA_POSITIVE),
        rests_on=("asym.lemD1.movement", "asym.gap.G2.selection"),
        mutants=(Mutant("2/(gamma kappa)", Formula(RADIUS.expr / 2)),),
    ),
    Claim(
        id="asym.lemD3",
        title="Sufficient condition for convergence, ReLU",
        location="Lemma D.3",
        statement="With $Delta = sum_j lambda^((1))_j c_j$: if ${formula} <= "
        "gamma kappa_n\\/4$ and $R'_j < c_j$ then $lambda_min (Theta (W_t))$ cannot fall from "
        "$gamma kappa_n\\/2$ below $gamma kappa_n\\/4$ (Prop. C.1 and Lemma D.2, each at "
        "$delta\\/4$).",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=CONDITION,
        hypotheses=(H1, H2A, H3, GAMMA_POSITIVE),
        rests_on=("asym.lemD2", "asym.lemD3.radius", "asym.propC1"),
        mutants=(Mutant("delta/2 for delta/4", Formula(CONDITION.expr / 2)),),
    ),
    Claim(
        id="asym.residual",
        title="Mean square of the initial residual, ReLU",
        location="Theorem 4.1, proof",
        statement="$EE norm(y - u_0)^2 <= {formula}$, $D_0^2 = 2 C^2 + 1\\/d$; with labels of size "
        "$C$ and unit samples it is an equality.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EXPECTATION,
        form=RELU_RESIDUAL,
        hypotheses=(H1, H2A, H3),
        mutants=(
            Mutant("labels only", Formula(n * C**2)),
            Mutant("initial output counted half", Formula(n * (C**2 + 1 / (4 * d)))),
        ),
    ),
    Claim(
        id="asym.lemD4",
        title="Perturbation of the kernel, smooth",
        location="Lemma D.4, equation 29",
        statement="With $Delta = sum_j lambda^((k))_j c_j^2$, for every $W$ with $norm(w_j - "
        "w_(0 j)) <= c_j$: $norm(Theta^((k)) (W) - Theta^((k)) (W_0))_2 <= {formula}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EVERY_DRAW,
        form=SMOOTH_CHANGE,
        hypotheses=(H1, H2B),
        rests_on=("asym.lemD2.algebra",),
        mutants=(
            Mutant("d for d^(3/2)", Formula(SMOOTH_CHANGE.expr.subs(_SHARE, d * _SHARE))),
            Mutant(
                "M^2 in the cross term", Formula(SMOOTH_CHANGE.expr.subs(_SHARE, M**2 * _SHARE))
            ),
            Mutant("missing 2", Formula(SMOOTH_CHANGE.expr.subs(_SHARE, _SHARE / 4))),
        ),
    ),
    Claim(
        id="asym.lemD5",
        title="Mean square of the initial residual, smooth",
        location="Lemma D.5, equation 13",
        statement="$EE norm(y - u_0)^2 <= {formula}$, $D_1^2 = 2 (C^2 + C_sigma^2)$ and $C_sigma^2 "
        "= sup_(0 < c <= 1) EE sigma(c z\\/sqrt(d))^2$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.EXPECTATION,
        form=SMOOTH_RESIDUAL,
        hypotheses=(H1, H3),
        mutants=(
            Mutant("labels only", Formula(n * C**2)),
            Mutant("C_sigma^2 counted half", Formula(n * (C**2 + sym.output_moment / 2))),
        ),
    ),
)
