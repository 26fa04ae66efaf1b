"""What values an expression takes over the whole domains of its symbols.

Closed intervals with ends rounded outwards, infinite ends allowed. Each node is enclosed from its
arguments' intervals, so that dependence between arguments is forgotten and the result is only
wider. What is not understood, or may leave its domain, raises Unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce

import sympy
from flint import arb

from theory.formula import BallReader
from theory.rigor.balls import working_precision
from verify.domains import BITS, WHOLE, Interval, interval

INF = arb.pos_inf()


class Unknown(ValueError):
    """No interval is known for an expression."""


@cache
def enclosure(expr: sympy.Expr) -> Interval:
    """An interval that contains every finite real value of an expression.

    >>> from theory.notation import delta, n
    >>> [float(end) for end in enclosure(sympy.log(n / delta))]
    [0.0, inf]
    >>> [float(end) for end in enclosure(1 / (1 + n))]
    [0.0, 0.5]
    """
    with working_precision(BITS):
        low, high = _read(expr)
        if low.is_nan() or high.is_nan():
            raise Unknown(str(expr))
        return low, high


def _read(expr: sympy.Expr) -> Interval:
    if isinstance(expr, sympy.Symbol):
        return interval(expr)
    if expr.is_number:
        return _number(expr)
    if isinstance(expr, sympy.Add):
        return reduce(_sum, map(enclosure, expr.args))
    if isinstance(expr, sympy.Mul):
        return reduce(_product, map(enclosure, expr.args))
    if isinstance(expr, sympy.Pow):
        return _power(enclosure(expr.base), expr.exp)
    if isinstance(expr, sympy.Max | sympy.Min):
        pick = max if isinstance(expr, sympy.Max) else min
        lows, highs = zip(*map(enclosure, expr.args), strict=True)
        return pick(lows), pick(highs)  # the ends are exact, hence ordered
    if isinstance(expr, sympy.Function) and len(expr.args) == 1:
        return _function(expr.func, enclosure(expr.args[0]))
    bounds = getattr(type(expr), "BOUNDS", None)  # of a special function that declares its own
    if bounds is None:
        raise Unknown(str(expr))
    return arb(bounds[0]), arb(bounds[1])


def _number(expr: sympy.Expr) -> Interval:
    try:
        value = BallReader({}).read(expr)
    except (NotImplementedError, ValueError, ArithmeticError) as error:
        raise Unknown(str(expr)) from error
    if not value.is_finite():
        raise Unknown(str(expr))
    return value.lower(), value.upper()


def _sum(x: Interval, y: Interval) -> Interval:
    return (x[0] + y[0]).lower(), (x[1] + y[1]).upper()


def _product(x: Interval, y: Interval) -> Interval:
    # 0 times an infinite end is 0: the values themselves are finite.
    corners = [arb(0) if a == 0 or b == 0 else a * b for a in x for b in y]
    return min(c.lower() for c in corners), max(c.upper() for c in corners)


def _power(x: Interval, exponent: sympy.Expr) -> Interval:
    if exponent.is_Integer:
        size = _whole_power(x, abs(int(exponent)))
        return size if exponent > 0 else _reciprocal(size)
    if not x[0] >= 0:
        raise Unknown("a power of what may be negative")
    logarithm = _function(sympy.log, x)
    return _function(sympy.exp, _product(enclosure(exponent), logarithm))


def _whole_power(x: Interval, exponent: int) -> Interval:
    low, high = (reduce(lambda p, q: p * q, [end] * exponent) for end in x)
    if exponent % 2 or x[0] >= 0:
        return low.lower(), high.upper()
    if x[1] <= 0:
        return high.lower(), low.upper()
    return arb(0), max(low.upper(), high.upper())


def _reciprocal(x: Interval) -> Interval:
    if x[0] >= 0:
        return _inverse(x[1]).lower(), INF if x[0] == 0 else (1 / x[0]).upper()
    if x[1] <= 0:
        return -INF if x[1] == 0 else (1 / x[1]).lower(), _inverse(x[0]).upper()
    return WHOLE


def _inverse(end: arb) -> arb:
    if end == 0:
        raise Unknown("the reciprocal of zero")
    return 1 / end if end.is_finite() else arb(0)


# name: (function of an end, values at -inf and at inf, whether it grows, least and greatest
# argument; None where there is no bound)
_Law = tuple[Callable[[arb], arb], arb, arb, bool, int | None, int | None]


@cache
def _laws() -> dict[type, _Law]:
    quarter = arb.pi() / 2
    return {
        sympy.exp: (arb.exp, arb(0), INF, True, None, None),
        sympy.log: (lambda x: -INF if x == 0 else x.log(), arb.nan(), INF, True, 0, None),
        sympy.asin: (arb.asin, arb.nan(), arb.nan(), True, -1, 1),
        sympy.acos: (arb.acos, arb.nan(), arb.nan(), False, -1, 1),
        sympy.atan: (arb.atan, -quarter, quarter, True, None, None),
        sympy.sinh: (arb.sinh, -INF, INF, True, None, None),
        sympy.tanh: (arb.tanh, arb(-1), arb(1), True, None, None),
        sympy.erf: (arb.erf, arb(-1), arb(1), True, None, None),
        sympy.erfc: (arb.erfc, arb(2), arb(0), False, None, None),
        sympy.zeta: (lambda s: INF if s == 1 else s.zeta(), arb.nan(), arb(1), False, 1, None),
    }


def _function(function: type, x: Interval) -> Interval:
    if function in (sympy.sin, sympy.cos):
        return arb(-1), arb(1)
    if function not in _laws():
        raise Unknown(str(function))
    at, first, last, grows, least, greatest = _laws()[function]
    if (least is not None and not x[0] >= least) or (greatest is not None and not x[1] <= greatest):
        raise Unknown(f"{function} outside its domain")
    ends = [
        (first if end < 0 else last) if not end.is_finite() else at(end)
        for end in (x if grows else x[::-1])
    ]
    return ends[0].lower(), ends[1].upper()
