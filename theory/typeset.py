"""SymPy to Typst mathematics.

A node it does not know raises: a guess would print a false statement.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.printer import Printer

from theory.notation import declared

_CALLS = {
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "erf": 'op("erf")',
    "erfc": 'op("erfc")',
    "gamma": "Gamma",
    "zeta": "zeta",
    "Max": "max",
    "Min": "min",
}


class TypstPrinter(Printer):
    """Prints expressions as Typst mathematics; special functions bring `_typst`."""

    printmethod = "_typst"

    def emptyPrinter(self, expr: Any) -> str:
        raise NotImplementedError(
            f"no Typst form for {type(expr).__name__}: {expr}; add _print_{type(expr).__name__}"
        )

    def _print_Symbol(self, expr: sympy.Symbol) -> str:
        return declared(expr).typst

    def _print_Dummy(self, expr: sympy.Dummy) -> str:
        return expr.name

    def _print_Integer(self, expr: sympy.Integer) -> str:
        """Powers of two from 1024 on as such: the constants of these proofs are doublings."""
        p = int(expr)
        return f"2^({p.bit_length() - 1})" if p >= 1024 and p & (p - 1) == 0 else str(p)

    _print_int = _print_One = _print_Zero = _print_NegativeOne = lambda self, expr: str(int(expr))

    def _print_Rational(self, expr: sympy.Rational) -> str:
        sign = "-" if expr.p < 0 else ""
        return f"{sign}{abs(expr.p)}/{expr.q}"

    _print_Half = _print_Rational

    def _print_Pi(self, expr: Any) -> str:
        return "pi"

    def _print_Exp1(self, expr: Any) -> str:
        return "e"

    def _print_Infinity(self, expr: Any) -> str:
        return "oo"

    def _print_Add(self, expr: sympy.Add) -> str:
        """Terms with a plus first: 1 - x, not -x + 1."""
        text = ""
        for term in sorted(expr.as_ordered_terms(), key=lambda t: t.could_extract_minus_sign()):
            negative = term.could_extract_minus_sign()
            body = self._factor(-term if negative else term, PRECEDENCE["Add"])
            text += (" - " if negative else " + ") + body
        return text[3:] if text.startswith(" + ") else "-" + text[3:]

    def _print_Mul(self, expr: sympy.Mul) -> str:
        if expr.could_extract_minus_sign():
            return "-" + self._factor(-expr, PRECEDENCE["Mul"])
        numerator: list[str] = []
        denominator: list[str] = []
        for factor in expr.as_ordered_factors():
            if isinstance(factor, sympy.Rational):
                if factor.p != 1:
                    numerator.insert(0, self._print(sympy.Integer(factor.p)))
                if factor.q != 1:
                    denominator.insert(0, self._print(sympy.Integer(factor.q)))
            elif isinstance(factor, sympy.Pow) and factor.exp.could_extract_minus_sign():
                denominator.append(self._factor(1 / factor, PRECEDENCE["Mul"]))
            else:
                numerator.append(self._factor(factor, PRECEDENCE["Mul"]))
        top = " ".join(numerator) or "1"
        return f"frac({top}, {' '.join(denominator)})" if denominator else top

    def _print_Pow(self, expr: sympy.Pow) -> str:
        base, exponent = expr.base, expr.exp
        if exponent.could_extract_minus_sign():
            return f"frac(1, {self._print(1 / expr)})"
        if exponent == sympy.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        body = self._factor(base, PRECEDENCE["Pow"])
        if isinstance(base, sympy.Pow | sympy.Function) or body.startswith("2^"):
            body = f"({self._print(base)})"
        return f"{body}^({self._print(exponent)})"

    def _print_exp(self, expr: sympy.exp) -> str:
        return f"e^({self._print(expr.args[0])})"

    def _print_Abs(self, expr: sympy.Abs) -> str:
        return f"abs({self._print(expr.args[0])})"

    def _print_ceiling(self, expr: Any) -> str:
        return f"ceil({self._print(expr.args[0])})"

    def _print_floor(self, expr: Any) -> str:
        return f"floor({self._print(expr.args[0])})"

    def _print_binomial(self, expr: Any) -> str:
        return f"binom({self._print(expr.args[0])}, {self._print(expr.args[1])})"

    def _print_factorial(self, expr: Any) -> str:
        return f"{self._factor(expr.args[0], PRECEDENCE['Pow'])}!"

    def _print_Sum(self, expr: sympy.Sum) -> str:
        index, low, high = expr.limits[0]
        body = self._factor(expr.function, PRECEDENCE["Mul"])
        return f"sum_({self._print(index)}={self._print(low)})^({self._print(high)}) {body}"

    def _print_Function(self, expr: sympy.Function) -> str:
        name = type(expr).__name__
        if name not in _CALLS:
            return self.emptyPrinter(expr)
        return f"{_CALLS[name]}({', '.join(self._print(argument) for argument in expr.args)})"

    _print_Max = _print_Min = _print_Function

    def _factor(self, expr: sympy.Expr, level: int) -> str:
        text = self._print(expr)
        loose = precedence(expr) < level and not isinstance(expr, sympy.Rational)
        return f"({text})" if loose else text


def typst(expr: sympy.Expr) -> str:
    """Typst mathematics of an expression whose symbols are declared.

    >>> from theory.notation import delta, kappa, n
    >>> typst(8 * n * sympy.log(n / delta) / kappa)
    'frac(8 n log(frac(n, delta)), kappa_n)'

    Raises NotImplementedError for a node without a Typst form.
    """
    return TypstPrinter().doprint(sympy.sympify(expr))
