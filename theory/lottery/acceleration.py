"""Heavy ball W+ = W - eta grad f + beta (W - W-) on a quadratic (section 7).

On an eigenvalue lambda of the Hessian the error obeys e+ = a e - beta e-, a = 1 + beta -
eta lambda. `mu` and `L` are the extreme eigenvalues, kappa = L/mu.
"""

from __future__ import annotations

import sympy
from sympy import Abs, Matrix, Max, sqrt

from theory.formula import Formula
from theory.lottery.symbols import (
    condition,
    eigenvalue,
    greatest_hessian,
    kept,
    least_hessian,
    momentum,
    rate,
    samples,
    step,
    steps,
)

STEP = Formula(4 / (sqrt(greatest_hessian) + sqrt(least_hessian)) ** 2)
MOMENTUM = Formula(((sqrt(condition) - 1) / (sqrt(condition) + 1)) ** 2)
RATE = Formula((sqrt(condition) - 1) / (sqrt(condition) + 1))
DESCENT_STEP = Formula(2 / (greatest_hessian + least_hessian))
DESCENT_RATE = Formula((condition - 1) / (condition + 1))
PLAIN_MOMENTUM = Formula((1 - 1 / sqrt(condition)) ** 2)
PLAIN_RATE = Formula(1 - 1 / sqrt(condition))
"""With step 1/L and PLAIN_MOMENTUM."""

TRANSIENT = Formula(rate**steps * (1 + (1 + rate) * steps))
"""Largest |e_t| from e_0 = e_-1 = 1 at optimal parameters, reached at lambda = L."""
TRANSIENT_LEAST = Formula(rate**steps * (1 + (1 - rate) * steps))
"""|e_t| at lambda = mu."""

_A = 1 + momentum - step * eigenvalue
_INNER = _A**2 - 4 * momentum
RADIUS = Formula(Max(sqrt(momentum), (Abs(_A) + sqrt(Max(_INNER, 0))) / 2))
"""Spectral radius of [[a, -beta], [1, 0]]: sqrt(beta) while the roots are complex, else the
larger real root, which is then at least sqrt(beta)."""

_SQUARES = _A**2 + momentum**2 + 1
NORM = Formula(sqrt((_SQUARES + sqrt(_SQUARES**2 - 4 * momentum**2)) / 2))
"""2-norm of the same matrix: always above 1."""

ONE_NEURON_RATE = Formula(sqrt(2 * kept / samples))
"""K = 1: the optimal heavy-ball rate when the eigenvalues of A-hat fill (1 -+ a)^2/2."""


def companion(a: sympy.Expr, b: sympy.Expr) -> Matrix:
    """The matrix of one step on (e_t, e_t-1)."""
    return Matrix([[a, -b], [1, 0]])


def transient_at(share: sympy.Expr, q: sympy.Symbol, count: int) -> sympy.Expr:
    """e_count from e_0 = e_-1 = 1 at optimal parameters, a polynomial in q.

    share: position of the eigenvalue, from 0 at mu to 1 at L; a runs from 2q to -2q there,
    because sqrt(eta mu) = 1 - q and sqrt(eta L) = 1 + q.
    """
    a, before, now = 2 * q * (1 - 2 * share), sympy.Integer(1), sympy.Integer(1)
    for _ in range(count):
        before, now = now, sympy.expand(a * now - q**2 * before)
    return now


def transient_closed(sign: int) -> sympy.Expr:
    """Solution of e+ = 2 sign q e - q^2 e- with e_0 = e_-1 = 1 (double root sign*q)."""
    t = steps
    return (sign * rate) ** t * (1 + (1 - sign * rate) * t)
