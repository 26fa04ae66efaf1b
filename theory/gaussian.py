"""The standard normal density and tail as SymPy expressions."""

from __future__ import annotations

import sympy


def density(x: sympy.Expr) -> sympy.Expr:
    """phi(x) = exp(-x^2/2)/sqrt(2 pi).

    >>> density(0)
    sqrt(2)/(2*sqrt(pi))
    """
    return sympy.exp(-(sympy.sympify(x) ** 2) / 2) / sympy.sqrt(2 * sympy.pi)


def tail(x: sympy.Expr) -> sympy.Expr:
    """Q(x) = P(g > x) for a standard normal g, in the form that keeps its digits for large x.

    >>> tail(sympy.Symbol("x"))
    erfc(sqrt(2)*x/2)/2
    """
    return sympy.erfc(sympy.sympify(x) / sympy.sqrt(2)) / 2
