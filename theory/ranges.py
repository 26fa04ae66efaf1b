"""Tight enclosures of an expression of one variable over an interval.

Plain ball arithmetic forgets that numerator and denominator see the same variable. Where the
sign of the derivative is certain, the two ends enclose the range with no loss; where the
expression vanishes at the left end of its domain, a power is divided out.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import sympy
from flint import arb

from theory.formula import BallReader

HIGHEST_ORDER = 4


class Range:
    """Enclosures of an expression of one symbol over balls.

    slope: expression with the sign of the derivative, or a function from a ball to a ball;
        default the derivative itself. A slope without cancellation makes wide boxes decidable.
    zero: left end of the domain. On a box that contains it the expression is divided by
        (x - zero)^k, k the order of its zero there: by Taylor's formula the quotient lies in
        the range of the k-th derivative over k!. Signs to the right of the zero are kept.

    >>> x = sympy.Symbol("x")
    >>> square = Range(x**2 - 2 * x, x)
    >>> square(arb(2).union(arb(3))).contains(arb("3.01"))
    False
    """

    def __init__(
        self,
        expr: sympy.Expr,
        symbol: sympy.Symbol,
        *,
        slope: sympy.Expr | Callable[[arb], arb] | None = None,
        zero: int | None = None,
    ) -> None:
        self.expr, self.symbol, self.zero = expr, symbol, zero
        self._slope = expr.diff(symbol) if slope is None else slope
        self.order = 0 if zero is None else self._order_of_zero()

    def _order_of_zero(self) -> int:
        derivative = self.expr
        for order in range(HIGHEST_ORDER + 1):
            value = derivative.subs(self.symbol, self.zero)
            if not value.is_finite or sympy.simplify(value) != 0:
                return order
            derivative = derivative.diff(self.symbol)
        return 0

    def _at(self, expr: sympy.Expr, x: arb) -> arb:
        return BallReader({self.symbol.name: x}).read(expr)

    def slope(self, x: arb) -> arb:
        """A ball with the sign of the derivative over x."""
        return self._slope(x) if callable(self._slope) else self._at(self._slope, x)

    def __call__(self, x: arb) -> arb:
        """Enclosure over the ball x (of the quotient, where x contains `zero`)."""
        if self.zero is not None and self.order and x.contains(self.zero):
            highest = self.expr.diff(self.symbol, self.order)
            return self._at(highest, x.max(arb(self.zero))) / factorial(self.order)
        if x.rad() == 0:
            return self._at(self.expr, x)
        slope = self.slope(x)
        if slope > 0 or slope < 0:
            return self._at(self.expr, x.lower()).union(self._at(self.expr, x.upper()))
        return self._at(self.expr, x)
