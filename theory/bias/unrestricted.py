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
