"""Bounds of the least eigenvalue of H_inf that hold on all vectors (sections 4.2 and 4.3).

p(B, rho) = sum over k of c_k(B)^2 rho^k with c_0 = Q(B), c_k = phi(B) He_{k-1}(B)/sqrt(k!), so
H_inf = sum of c_k^2 (K + J) o K^(o k) is a sum of positive semidefinite matrices.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, log, sqrt

import sympy
from flint import arb

from theory.bias.orthant import OrthantProbability
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.samples import (
    correlations,
    greatest_correlation,
    greatest_cosine,
)
from theory.bias.symbols import B, order, rho, separation
from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.exact import InputError, Matrix
from theory.formula import Formula
from theory.gaussian import tail
from theory.notation import n
from theory.rigor.balls import ball, current_precision, working_precision

_SCALE = sympy.exp(-(B**2) / 2)
_THETA = sympy.acos(rho)
_R = sympy.Rational

WORST_CASE = Formula(separation * _SCALE / (100 * n**2))
PAIR_UPPER = Formula(2 * tail(B) - (1 + rho) * OrthantProbability(B, rho))
PAIR_UPPER_CLOSED = Formula(
    _SCALE * (_THETA / sympy.pi + (1 - rho) * (sympy.pi - _THETA) / (2 * sympy.pi))
)
LOG_CLOSED = Formula(
    _R(2, 5) * _SCALE / (2 * sympy.pi * sympy.exp(_R(1, 2)) * sympy.sqrt(order - 1))
)
LOG_EXPLICIT = Formula(
    _R(386, 10000)
    * _SCALE
    * sympy.Min(
        1,
        separation / sympy.sqrt(2 * sympy.log(2 * n - 2)),
        1 / sympy.sqrt(sympy.ceiling(B**2 / 2)),
    )
)

MOST_TERMS = 2_000


def hermite_squares(B: arb, count: int) -> list[arb]:
    """c_0^2, ..., c_(count-1)^2, with c_k^2 = phi(B)^2 h_(k-1)^2/k and h_k = He_k(B)/sqrt(k!).

    The recursion h_(k+1) = (B h_k - sqrt(k) h_(k-1))/sqrt(k+1) is stable, but balls forget the
    cancellation of its terms and grow like exp(B sqrt(k)): that many bits are added.

    >>> len(hermite_squares(arb(1), 3))
    3
    """
    lost = 1.45 * float(B.upper()) * sqrt(count)
    with working_precision(current_precision() + int(lost) + 10):
        square_density = (-B * B).exp() / (2 * arb.pi())
        squares = [tail_ball(B) ** 2]
        before, h = arb(0), arb(1)
        for k in range(1, count):
            squares.append(square_density * h * h / k)
            before, h = h, (B * h - arb(k - 1).sqrt() * before) / arb(k).sqrt()
    return squares


def hermite_tail(B: arb, k: int) -> arb:
    """T_k(B) = sum of c_j^2 over j >= k = Q(B) - (c_0^2 + ... + c_(k-1)^2)."""
    return tail_ball(B) - sum(hermite_squares(B, k), arb(0))


def hermite_lower(rows: Matrix, B: Fraction, terms: int | None = None) -> arb:
    """Hermite-Gershgorin bound: sum of c_k^2 max(0, 2 - max_i sum_(j!=i) (1+rho_ij)|rho_ij|^k).

    terms: how many orders are summed one by one; those left over share the bracket of the
    next order, which only grows with k. Default: until the bracket is nearly 2.
    """
    table = [[ball(entry) for entry in row] for row in correlations(rows)]
    size = len(rows)
    if terms is None:
        terms = _terms(size, greatest_cosine(rows)) if size > 1 else 1
    squares = hermite_squares(ball(B), terms)
    products = [[1 + table[i][k] for k in range(size) if k != i] for i in range(size)]
    factors = [[abs(table[i][k]) for k in range(size) if k != i] for i in range(size)]
    total, rest = arb(0), tail_ball(ball(B))
    for square in squares:
        total += square * _bracket(products)
        rest -= square
        products = [
            [p * f for p, f in zip(row, by, strict=True)]
            for row, by in zip(products, factors, strict=True)
        ]
    return total + rest.max(arb(0)) * _bracket(products)


def _bracket(products: list[list[arb]]) -> arb:
    least = arb(2)
    for row in products:
        least = least.min(2 - sum(row, arb(0)))
    return least.max(arb(0))


def _terms(size: int, cosine: arb) -> int:
    r = min(float(cosine.upper()), 1 - 1e-12)
    return min(MOST_TERMS, max(2, ceil(log(2e-6 / size) / log(r)))) if r > 0 else 2


def log_order(rows: Matrix, B: Fraction, *, one_sided: bool = False) -> int:
    """k* of the explicit bound, or a little more (a larger order only weakens the bound).

    one_sided: use r_plus = max rho_ij in place of r = max |rho_ij|, so that antipodal samples
    are allowed, at the price of k* >= (n-1)/e.
    """
    if len(rows) < 2:
        raise InputError("one sample", "two samples or more")
    r = greatest_correlation(rows).max(arb(0)) if one_sided else greatest_cosine(rows)
    return log_order_from(len(rows), r, B, one_sided=one_sided)


def log_order_from(size: int, r: arb, B: Fraction, *, one_sided: bool = False) -> int:
    """k* of size samples from r, or from an upper bound of it; see `log_order`."""
    if not r < 1:
        raise InputError("two samples coincide or are antipodal", "r < 1", "use bias.lmin.onesided")
    order = max(2, 1 + ceil(B * B / 2))
    if one_sided:
        order = max(order, _ceiling((size - 1) / arb.const_e()))
    if size > 2 and r > 0:
        order = max(order, _ceiling(arb(2 * (size - 1)).log() / -r.log()))
    elif r > 0:
        order = max(order, _ceiling(arb(2).log() / -r.log()))
    return order


def _ceiling(value: arb) -> int:
    whole = value.upper().ceil().unique_fmpz()
    assert whole is not None  # the upper end of a finite ball is exact
    return int(whole)


def log_lower(rows: Matrix, B: Fraction, *, one_sided: bool = False) -> arb:
    """0.4 exp(-B^2/2)/(2 pi sqrt(e (k* - 1))), a lower bound of lambda_min(H_inf)."""
    return LOG_CLOSED.ball(B=B, order=log_order(rows, B, one_sided=one_sided))


def difference_lower(rows: Matrix, B: Fraction, s: Fraction) -> arb:
    """2 (Q - p(B,s) - max_i sum_(j!=i) |p(B,rho_ij) - p(B,s rho_ij)|), for 0 <= s <= 1.

    A lower bound of lambda_min(H_inf), since p(B,K) - p(B,sK) is positive semidefinite and
    lambda_min(H_inf) >= 2 lambda_min(P).
    """
    bias, table = ball(B), correlations(rows)
    worst = arb(0)
    for i, row in enumerate(table):
        total = arb(0)
        for k, entry in enumerate(row):
            if k != i:
                value = ball(entry)
                total += abs(orthant_ball(bias, value) - orthant_ball(bias, ball(s) * value))
        worst = worst.max(total)
    return 2 * (tail_ball(bias) - orthant_ball(bias, ball(s)) - worst)


def pair_upper(rows: Matrix, B: Fraction) -> arb:
    """2Q - (1 + r_plus) p(B, r_plus), an upper bound of lambda_min(H_inf): the closest pair."""
    r = greatest_correlation(rows)
    return PAIR_UPPER.ball(B=B, rho=r)


def gershgorin_one_sided_row(rows: Matrix, B: Fraction) -> arb:
    """Mutant of the Hermite bound: half the row sums are subtracted."""
    return _with_share(rows, B, Fraction(1, 2))


def without_gershgorin(rows: Matrix, B: Fraction) -> arb:
    """Mutant of the Hermite bound: nothing is subtracted, which leaves 2Q."""
    return 2 * tail_ball(ball(B))


def _with_share(rows: Matrix, B: Fraction, share: Fraction) -> arb:
    full, half = hermite_lower(rows, B), without_gershgorin(rows, B)
    return half - ball(share) * (half - full)


def difference_of_kernels(rows: Matrix, B: Fraction, s: Fraction) -> arb:
    """Mutant of the difference bound: 5/2 for 2."""
    return difference_lower(rows, B, s) * 5 / 4


def difference_without_sum(rows: Matrix, B: Fraction, s: Fraction) -> arb:
    """Mutant of the difference bound: the off-diagonal entries are forgotten."""
    bias = ball(B)
    return 2 * (tail_ball(bias) - orthant_ball(bias, ball(s)))


_LOCATION = "least eigenvalue (sections 4.2 and 4.3 of the transcription)"
_READ = "(as transcribed here: the paper's own wording could not be read)"
_SEPARATED = Hypothesis("separation", "$n >= 2$ and $r = max_(i != j) abs(rho_(i j)) < 1$")
_DISTINCT = Hypothesis("distinct", "$n >= 2$ distinct samples of norm 1; antipodes are allowed")
_UNSCALED = sympy.sqrt(2 / sympy.pi) / B

CLAIMS = (
    Claim(
        id="bias.lmin.worst",
        title="The worst-case bound for every bias",
        location=_LOCATION,
        statement="$lambda_min (K compose P) >= {formula}$ for every $B >= 0$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=WORST_CASE,
        hypotheses=(_SEPARATED,),
        mark=Mark.RECALLED,
        expected="REFUTED",
        mutants=(Mutant("without $100 n^2$", Formula(separation * _SCALE)),),
        discrepancy=Discrepancy(
            f"The bound is stated for all $B >= 0$ {_READ}.",
            "Two orthogonal samples at $B = 114$: $Q(B) e^(B^2\\/2) = 0.0034992 < "
            "sqrt(2)\\/400 = 0.0035355$, and $lambda_min (K compose P) <= Q(B)$. It fails once "
            "$B > 100 n^2 \\/ (sqrt(2 pi) delta_X)$.",
            "It holds with room for $B <= 1.9 n^2$, where bias.lmin.log implies it.",
        ),
    ),
    Claim(
        id="bias.lmin.worst.moderate",
        title="The worst-case bound for moderate bias",
        location=_LOCATION,
        statement="$lambda_min (K compose P) >= {formula}$ on the listed data for $B <= 4$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=WORST_CASE,
        hypotheses=(_SEPARATED,),
        rests_on=("bias.lmin.log",),
        mark=Mark.RECALLED,
        mutants=(Mutant("without $100 n^2$", Formula(separation * _SCALE)),),
    ),
    Claim(
        id="bias.lmin.hermite",
        title="Hermite-Gershgorin bound",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= sum_(k>=0) c_k^2 max(0, 2 - max_i sum_(j != i) "
        "(1 + rho_(i j)) abs(rho_(i j))^k)$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=hermite_lower,
        rests_on=("bias.p.hermite",),
        mutants=(
            Mutant("nothing subtracted", without_gershgorin),
            Mutant("half subtracted", gershgorin_one_sided_row),
        ),
    ),
    Claim(
        id="bias.lmin.log",
        title="Unrestricted bound up to a logarithm",
        location=_LOCATION,
        statement="If $(n-1) r^k <= 1\\/2$ then $lambda_min (H^oo) >= T_k (B) = sum_(j>=k) c_j^2 "
        ">= {formula}$ for $k >= 1 + B^2\\/2$; hence $lambda_min (H^oo) >= "
        f"{LOG_EXPLICIT.typst()}$ (last term only for $B > 0$).",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=LOG_CLOSED,
        hypotheses=(_SEPARATED,),
        rests_on=("bias.p.hermite", "bias.h.schur"),
        mutants=(
            Mutant("40 times the bound", Formula(40 * LOG_CLOSED.expr)),
            Mutant("4 times the bound", Formula(4 * LOG_CLOSED.expr)),
        ),
    ),
    Claim(
        id="bias.lmin.onesided",
        title="Unrestricted bound with antipodal samples",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= {formula}$ with $k = max{2, ceil(log(2(n-1))\\/log(1\\/"
        "r_+)), 1 + ceil(B^2\\/2), ceil((n-1)\\/e)}$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=LOG_CLOSED,
        hypotheses=(_DISTINCT,),
        rests_on=("bias.lmin.log",),
        mutants=(Mutant("40 times the bound", Formula(40 * LOG_CLOSED.expr)),),
    ),
    Claim(
        id="bias.lmin.diff",
        title="Bound by a difference of kernels",
        location=_LOCATION,
        statement="$lambda_min (H^oo) >= 2 (Q - p(B, s) - max_i sum_(j != i) abs(p(B, rho_(i j)) - "
        "p(B, s rho_(i j))))$ for $0 <= s <= 1$.",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=difference_lower,
        rests_on=("bias.h.schur",),
        mutants=(
            Mutant("5/2 for 2", difference_of_kernels),
            Mutant("entries forgotten", difference_without_sum),
        ),
    ),
    Claim(
        id="bias.lmin.upper",
        title="Upper bound by the closest pair",
        location=_LOCATION,
        statement="$lambda_min (H^oo) <= {formula}$ at $rho = r_+$, and this is at most "
        f"${PAIR_UPPER_CLOSED.typst()}$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=PAIR_UPPER,
        mutants=(
            Mutant(
                "minus $(2 + rho) p$", Formula(2 * tail(B) - (2 + rho) * OrthantProbability(B, rho))
            ),
            Mutant("$Q$ for $2 Q$", Formula(tail(B) - rho * OrthantProbability(B, rho))),
        ),
    ),
    Claim(
        id="bias.lmin.scaling",
        title="The least eigenvalue without its decay still falls with bias",
        location=_LOCATION,
        statement="$lambda(B) e^(B^2\\/2) <= {formula}$; so it is not constant in $B$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=Formula(_UNSCALED),
        rests_on=("bias.h.trace", "bias.tail.mills"),
        mutants=(Mutant("half of it", Formula(_UNSCALED / 2)),),
    ),
    Claim(
        id="bias.lmin.scaling.constant",
        title="The least eigenvalue decays like exp(-B^2/2)",
        location=_LOCATION,
        statement="$lambda(B) = lambda_0 e^(-B^2\\/2)$ with $lambda_0$ independent of $B$, within "
        "20 % of its value at $B = 0$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1, 5),
        mark=Mark.RECALLED,
        expected="REFUTED",
        mutants=(Mutant("within 5 %", Fraction(1, 20)),),
        discrepancy=Discrepancy(
            f"$lambda_0$ is treated as independent of $B$ {_READ}.",
            "Ten samples in five dimensions: $lambda(B) e^(B^2\\/2)$ falls by more than 20 % "
            "between $B = 0$ and $B = 6$; in general it is at most $sqrt(2\\/pi)\\/B$.",
            "Keep $lambda(B)$ itself in the width; it varies little for $B <= 2$.",
        ),
    ),
)
