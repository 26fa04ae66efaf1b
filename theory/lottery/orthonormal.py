"""The full spectrum of A for an orthonormal teacher with dense masks (spec.orth).

A commutes with permutations of the neurons, so it splits into blocks. With c = 1/(2 pi) it
acts on a K x d array a (row j belongs to neuron j, the teacher's directions are the first K
axes) by

    (A a)_jl = a_jl/4 + (sum_k a_kl)/4 + c (sum_k a_kk - a_jj if l = j; a_lj if l <= K, l != j).

The blocks below are the action on the ansatz named with each; `apply` is the action itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Rational, pi, sqrt

from theory.formula import Formula
from theory.lottery.spectrum import RHO
from theory.lottery.symbols import neurons as K
from theory.notation import d

C = 1 / (2 * pi)
Level = tuple[Formula, sympy.Expr]


def apply(a: Sequence[Sequence[Any]], c: Any = C) -> list[list[Any]]:
    """A times the array a (K rows of d >= K entries)."""
    k, width = len(a), len(a[0])
    columns = [sum(row[i] for row in a) for i in range(width)]
    trace = sum(a[j][j] for j in range(k))
    quarter = Rational(1, 4)
    return [
        [
            quarter * (a[j][i] + columns[i])
            + c * (trace - a[j][j] if i == j else a[i][j] if i < k else 0)
            for i in range(width)
        ]
        for j in range(k)
    ]


def trivial_block() -> sympy.Matrix:
    """Action on a_jj = x, a_jl = y (l <= K)."""
    return sympy.Matrix([[Rational(1, 2) + (K - 1) * C, (K - 1) / 4], [Rational(1, 4), K / 4 + C]])


def standard_block() -> sympy.Matrix:
    """Action on a_jj = x t_j, a_jl = y t_j + z t_l with sum t = 0."""
    quarter = Rational(1, 4)
    return sympy.Matrix(
        [
            [Rational(1, 2) - C, -quarter, (K - 1) / 4],
            [0, quarter, C],
            [quarter, C - quarter, K / 4],
        ]
    )


def standard_quadratic(mu: sympy.Symbol) -> sympy.Expr:
    """The factor of the standard block's characteristic polynomial beside mu - rho."""
    return mu**2 - (K / 4 + Rational(1, 2)) * mu + (K + 1) / 16 + C / 2 - C**2


def trivial_quadratic(mu: sympy.Symbol) -> sympy.Expr:
    """The characteristic polynomial of the trivial block."""
    half = Rational(1, 2)
    product = (half + (K - 1) * C) * (K / 4 + C) - (K - 1) / 16
    return mu**2 - (half + K / 4 + K * C) * mu + product


def _roots(quadratic: sympy.Expr, mu: sympy.Symbol) -> tuple[Formula, Formula]:
    poly = sympy.Poly(quadratic, mu)
    _, linear, free = poly.all_coeffs()
    root = sqrt(sympy.factor(linear**2 - 4 * free))
    return Formula((-linear + root) / 2), Formula((-linear - root) / 2)


_MU = sympy.Dummy("mu")
STANDARD_GREATER, STANDARD_LESSER = _roots(standard_quadratic(_MU), _MU)
GREATEST, TRIVIAL_LESSER = _roots(trivial_quadratic(_MU), _MU)
LEAST = Formula(RHO)

SPECTRUM: tuple[Level, ...] = (
    (LEAST, K * (K - 1) / 2),
    (Formula(Rational(1, 4) + C), K * (K - 3) / 2),
    (STANDARD_GREATER, K - 1),
    (STANDARD_LESSER, K - 1),
    (GREATEST, sympy.Integer(1)),
    (TRIVIAL_LESSER, sympy.Integer(1)),
    (Formula(Rational(1, 4)), (K - 1) * (d - K)),
    (Formula((K + 1) / 4), d - K),
)
"""Eigenvalues with multiplicities, 2 <= K <= d. At K = 2 the multiplicity -1 of 1/4 + c
cancels the root 1/4 + c of the standard quadratic, and the list stays right."""

CONDITION = Formula(GREATEST.expr / RHO)


def inverse_trace() -> sympy.Expr:
    """tr A^-1 from the spectrum: products and sums of the quadratics' roots, no radicals."""
    mu = sympy.Dummy("mu")
    total = sum(
        multiplicity / level.expr
        for level, multiplicity in SPECTRUM
        if level not in (STANDARD_GREATER, STANDARD_LESSER, GREATEST, TRIVIAL_LESSER)
    )
    for quadratic, multiplicity in ((standard_quadratic, K - 1), (trivial_quadratic, 1)):
        _, linear, free = sympy.Poly(quadratic(mu), mu).all_coeffs()
        total += multiplicity * (-linear) / free
    return total
