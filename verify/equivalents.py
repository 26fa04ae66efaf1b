"""Wrong versions that are none: equal to the claim everywhere, or without a value anywhere.

Neither can be refuted by any check, so neither says anything about the check's teeth; both are
counted apart from the survivors.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import sympy

from theory.formula import BallReader, Formula
from theory.rigor.balls import ball, working_precision
from verify.domains import finite_values
from verify.engines.derive import BITS, sample_points, vanishes
from verify.evidence import Outcome

EQUAL = "equal to the claim: the difference simplifies to zero"
UNDEFINED = "no statement: no finite real value at any sample point"


def no_mutant(claim: Any, mutant: Any) -> str:
    """EQUAL or UNDEFINED when that is decided of all formulas that were changed, else "".

    >>> from theory.notation import delta, gamma, n
    >>> no_mutant(Formula(sympy.log(n / delta)), Formula(sympy.log(n) - sympy.log(delta)))
    'equal to the claim: the difference simplifies to zero'
    >>> no_mutant(Formula(sympy.sqrt(1 - gamma)), Formula(sympy.sqrt(-1 - gamma)))
    'no statement: no finite real value at any sample point'
    >>> no_mutant(Formula(n), Formula(n**2))
    ''
    >>> from theory.dual.symbols import dead_regions  # 0 or 1
    >>> no_mutant(Formula(n - dead_regions), Formula(n - dead_regions**2))
    'equal to the claim: the difference simplifies to zero'
    """
    changed = [pair for pair in _parts(claim, mutant) if pair[0] != pair[1]]
    if isinstance(claim, Formula) and not changed:
        return EQUAL
    if not changed or not all(isinstance(part, Formula) for pair in changed for part in pair):
        return ""
    said = {_compared(one.expr, other.expr) for one, other in changed}
    return said.pop() if len(said) == 1 else ""


def _parts(claim: Any, mutant: Any) -> list[tuple[Any, Any]]:
    """The parts of two forms side by side; forms of different shapes are one part each."""
    if isinstance(claim, tuple) and isinstance(mutant, tuple) and len(claim) == len(mutant):
        return list(zip(claim, mutant, strict=True))
    if is_dataclass(claim) and type(claim) is type(mutant) and not isinstance(claim, Formula):
        return [(getattr(claim, f.name), getattr(mutant, f.name)) for f in fields(claim)]
    return [(claim, mutant)]


@cache
def _compared(claim: sympy.Expr, mutant: sympy.Expr) -> str:
    finite = [(_finite(claim, point), _finite(mutant, point)) for point in sample_points(claim)]
    if any(one is True for one, _ in finite) and all(other is False for _, other in finite):
        return UNDEFINED
    if all(vanishes(difference)[0] is Outcome.HOLDS for difference in _cases(mutant - claim)):
        return EQUAL
    return ""


def _cases(expr: sympy.Expr) -> list[sympy.Expr]:
    """An expression with every symbol of finitely many values replaced by each of them."""
    cases = [expr]
    for symbol in sorted(expr.free_symbols, key=lambda s: s.name):
        if values := finite_values(symbol):
            cases = [case.subs(symbol, value) for case in cases for value in values]
    return cases


def _finite(expr: sympy.Expr, point: Any) -> bool | None:
    """Whether a value is finite at an exact point; None when there is no ball for it."""
    with working_precision(BITS):
        try:
            return bool(BallReader({k: ball(v) for k, v in point.items()}).read(expr).is_finite())
        except NotImplementedError:
            return None
        except (ValueError, ArithmeticError):  # outside the domain of a special function
            return False
