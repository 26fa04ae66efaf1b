"""One formula, four readings.

A bound is written once, as a SymPy expression over declared symbols. From it come the
typeset statement, the value at any number of digits (mpmath), a rigorous ball (FLINT) and a
vectorised float64 function. A special function SymPy lacks brings its own readings: a
`sympy.Function` subclass with static methods `ball(*balls)`, `mp(*mpfs)`, `float64(*arrays)`
and a `_typst(self, printer)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import methodcaller
from typing import Any

import mpmath
import numpy as np
import scipy
import sympy
from flint import arb, fmpq

from theory.exact import InputError
from theory.notation import Declared, declared
from theory.rigor.balls import Exact, ball
from theory.typeset import typst


@dataclass(frozen=True)
class Formula:
    """A closed form. Equality of formulas is equality of expressions.

    >>> from theory.notation import alpha
    >>> square_sum = Formula(sympy.zeta(2 / alpha) / sympy.zeta(1 / alpha) ** 2)
    >>> mpmath.nstr(square_sum.mp(alpha=Fraction(1, 2), digits=20), 15)
    '0.4'
    >>> square_sum.ball(alpha=Fraction(1, 2)).contains(fmpq(2, 5))
    True
    >>> float(square_sum.float64(alpha=0.5))
    0.4
    """

    expr: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "expr", sympy.sympify(self.expr))
        floats = sorted(map(str, self.expr.atoms(sympy.Float)))
        if floats:
            raise InputError(
                f"the formula {self.expr} contains the float {floats[0]}",
                "integers, fractions and symbols",
                "write sympy.Rational(1, 10) for 0.1",
            )
        for symbol in self.expr.free_symbols:
            declared(symbol)

    @property
    def symbols(self) -> tuple[Declared, ...]:
        """The declared symbols it contains, by name."""
        return tuple(declared(s) for s in sorted(self.expr.free_symbols, key=lambda s: s.name))

    def typst(self) -> str:
        """The typeset reading."""
        return typst(self.expr)

    def ball(self, **values: Exact | arb) -> arb:
        """Rigorous enclosure at the working precision; values are exact numbers or balls."""
        return BallReader({name: ball(value) for name, value in values.items()}).read(self.expr)

    def mp(self, *, digits: int, **values: Any) -> mpmath.mpf:
        """High-precision value without proof; exact values are converted at that precision."""
        with mpmath.workdps(digits + 5):
            arguments = [_to_mp(values[name]) for name in self._names]
            return +mpmath.mpmathify(self._mp_function(*arguments))

    def float64(self, **values: Any) -> np.ndarray:
        """Vectorised double-precision reading; values are numbers or arrays."""
        arguments = [np.asarray(values[name], dtype=np.float64) for name in self._names]
        with np.errstate(over="ignore", under="ignore"):  # inf and 0 are what a double can say
            return self._float_function(*arguments)

    @property
    def _names(self) -> list[str]:
        return [entry.symbol.name for entry in self.symbols]

    def _lambdify(self, modules: list[Any]) -> Any:
        # Dummies, because a symbol such as gamma would hide the function of that name.
        symbols = [entry.symbol for entry in self.symbols]
        return sympy.lambdify(symbols, self.expr, modules, dummify=True)

    @cached_property
    def _mp_function(self) -> Any:
        special = {type(f).__name__: type(f).mp for f in _special_functions(self.expr)}
        return self._lambdify([special | {"zeta": _mp_zeta}, "mpmath"])

    @cached_property
    def _float_function(self) -> Any:
        special = {type(f).__name__: type(f).float64 for f in _special_functions(self.expr)}
        own = {"zeta": scipy.special.zeta, "binomial": scipy.special.binom}
        return self._lambdify([special | own, "scipy", "numpy"])

    def __getstate__(self) -> sympy.Expr:
        return self.expr

    def __setstate__(self, expr: sympy.Expr) -> None:
        object.__setattr__(self, "expr", expr)


def _special_functions(expr: sympy.Expr) -> set[sympy.Function]:
    return {f for f in expr.atoms(sympy.Function) if hasattr(type(f), "ball")}


def _to_mp(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpmathify(value)


def _mp_zeta(s: Any, a: Any = 1) -> Any:
    """Zeta with relative accuracy: mpmath's Hurwitz zeta, about a^(1-s), is only absolutely so."""
    extra = max(0, int(s * mpmath.log(a, 2))) if a > 1 else 0
    with mpmath.workprec(mpmath.mp.prec + extra):
        return mpmath.zeta(s, a)


def integer_power(base: arb, exponent: int) -> arb:
    """A ball to an integer power, by squaring: FLINT's own power gives up on balls around 0.

    >>> integer_power(arb(0, 1), 2).is_finite()
    True
    """
    if exponent < 0:
        return 1 / integer_power(base, -exponent)
    result = arb(1)
    while exponent:
        if exponent % 2:
            result *= base
        base, exponent = base * base, exponent // 2
    return result


class BallReader:
    """Evaluates an expression tree in ball arithmetic, node by node."""

    def __init__(self, values: Mapping[str, arb]) -> None:
        self.values = values

    def read(self, expr: sympy.Expr) -> arb:
        """The ball of an expression; raises NotImplementedError for an unknown node."""
        if isinstance(expr, sympy.Symbol):
            if expr.name not in self.values:
                raise InputError(
                    f"no value for the symbol {expr.name}", ", ".join(self.values) or "none given"
                )
            return self.values[expr.name]
        if isinstance(expr, sympy.Rational):
            return arb(fmpq(int(expr.p), int(expr.q)))
        if expr in _CONSTANTS:
            return _CONSTANTS[expr]()
        if isinstance(expr, sympy.Pow):
            return self._power(expr.base, expr.exp)
        if isinstance(expr, sympy.Sum):
            return self._sum(expr)
        if hasattr(type(expr), "ball"):
            return type(expr).ball(*map(self.read, expr.args))
        handler = _NODES.get(type(expr).__name__)
        if handler is None:
            raise NotImplementedError(f"no ball for {type(expr).__name__}: {expr}")
        return handler(*map(self.read, expr.args))

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> arb:
        value = self.read(base)
        if isinstance(exponent, sympy.Integer):
            return integer_power(value, int(exponent))
        if isinstance(exponent, sympy.Rational) and exponent.q <= 8:
            root = value.sqrt() if exponent.q == 2 else value.root(int(exponent.q))
            return integer_power(root, int(exponent.p))
        return value ** self.read(exponent)

    def _sum(self, expr: sympy.Sum) -> arb:
        index, low, high = expr.limits[0]
        first, last = (self.read(end).unique_fmpz() for end in (low, high))
        if first is None or last is None:
            return arb.nan()
        total = arb(0)
        for k in range(int(first), int(last) + 1):
            total += BallReader({**self.values, index.name: arb(k)}).read(expr.function)
        return total


def _fold(operation: Any) -> Any:
    def folded(first: arb, *rest: arb) -> arb:
        for value in rest:
            first = operation(first, value)
        return first

    return folded


def _zeta(s: arb, a: arb | None = None) -> arb:
    return s.zeta() if a is None else s.zeta(a)


def _binomial(top: arb, bottom: arb) -> arb:
    k = bottom.unique_fmpz()
    if k is None or k < 0:
        return arb.nan()
    return (top - (int(k) - 1)).rising(int(k)) / arb(int(k)).fac() if k else arb(1)


_CONSTANTS = {
    sympy.pi: arb.pi,
    sympy.E: arb.const_e,
    sympy.EulerGamma: arb.const_euler,
    sympy.oo: arb.pos_inf,
}

_METHODS = (
    "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "erf", "erfc", "gamma", "digamma",
)  # fmt: skip

_NODES: dict[str, Any] = {
    "Add": _fold(lambda a, b: a + b),
    "Mul": _fold(lambda a, b: a * b),
    "Max": _fold(lambda a, b: a.max(b)),
    "Min": _fold(lambda a, b: a.min(b)),
    "Abs": abs,
    "zeta": _zeta,
    "binomial": _binomial,
    "factorial": lambda k: (k + 1).gamma(),
    "loggamma": lambda x: x.lgamma(),
    "ceiling": lambda x: x.ceil(),
    "floor": lambda x: x.floor(),
    **{name: methodcaller(name) for name in _METHODS},
}
