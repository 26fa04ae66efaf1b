"""Wrong versions of a formula, made by rewriting its tree.

Each mutation changes one constant, exponent, sign or factor: the slips that happen when a
bound is copied by hand. A check that cannot tell a formula from its mutations says little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import sympy

from theory.formula import Formula

Path = tuple[int, ...]
_NO_NUMBERS = (sympy.zoo, sympy.nan, sympy.I)  # what says that a rewriting is no real formula


def _positions(expr: sympy.Expr, path: Path = ()) -> Iterator[tuple[Path, sympy.Expr]]:
    yield path, expr
    if isinstance(expr, sympy.Sum):  # the index and its limits are not mutated
        yield from _positions(expr.args[0], (*path, 0))
        return
    for i, argument in enumerate(expr.args):
        yield from _positions(argument, (*path, i))


def replace_at(expr: sympy.Expr, path: Path, new: sympy.Expr) -> sympy.Expr:
    """The expression with the node at `path` replaced."""
    if not path:
        return new
    arguments = list(expr.args)
    arguments[path[0]] = replace_at(arguments[path[0]], path[1:], new)
    return expr.func(*arguments)


def _rewrites(node: sympy.Expr, base: sympy.Expr | None) -> Iterator[tuple[str, sympy.Expr]]:
    """Rewrites of one node; base: what it is the exponent of, if it is one."""
    is_exponent = base is not None
    if isinstance(node, sympy.Rational) and not node.is_zero:
        if is_exponent:
            yield f"exponent of {base} from {node} to {node + 1}", node + 1
            yield f"exponent of {base} from {node} to {node - 1}", node - 1
        else:
            yield f"constant {node} to {2 * node}", 2 * node
            yield f"constant {node} to {node / 2}", node / 2
    elif isinstance(node, sympy.Symbol) and not is_exponent:
        yield f"{node} to {node}^2", node**2
    elif isinstance(node, sympy.Add):
        for term in node.args:
            yield f"sign of {term}", node - 2 * term
            yield f"term {term} dropped", node - term
    elif isinstance(node, sympy.Mul):
        for factor in node.args:
            if not isinstance(factor, sympy.Rational):
                yield f"factor {factor} dropped", node / factor
    elif isinstance(node, sympy.Function) and len(node.args) == 1:
        yield f"{node.func.__name__} of {node.args[0]} dropped", node.args[0]


def mutations(formula: Formula) -> tuple[tuple[str, Formula], ...]:
    """All single rewrites of a formula, each once, with a name that says what changed.

    >>> from theory.notation import n, delta
    >>> [name for name, _ in mutations(Formula(8 * n / delta))][:3]
    ['factor n dropped', 'factor 1/delta dropped', 'constant 8 to 16']
    """
    found: dict[sympy.Expr, str] = {}
    for path, node in _positions(formula.expr):
        parent = formula.expr
        for step in path[:-1]:
            parent = parent.args[step]
        is_exponent = bool(path) and isinstance(parent, sympy.Pow) and path[-1] == 1
        for name, new in _rewrites(node, parent.base if is_exponent else None):
            mutated = replace_at(formula.expr, path, new)
            if mutated != formula.expr and not mutated.has(*_NO_NUMBERS):
                found.setdefault(mutated, name)
    names = Counter(found.values())
    seen: Counter[str] = Counter()
    result = []
    for mutated, name in found.items():
        seen[name] += 1
        label = f"{name} ({seen[name]})" if names[name] > 1 else name
        result.append((label, Formula(mutated)))
    return tuple(result)


def form_mutations(form: Any) -> tuple[tuple[str, Any], ...]:
    """Single rewrites of a form: a formula, or a tuple or frozen dataclass that holds formulas.

    One formula is rewritten at a time and named by its place; other forms have none.

    >>> from theory.notation import n
    >>> [name for name, _ in form_mutations((Formula(2 * n), "a step", Formula(n)))][-2:]
    ['0: n to n^2', '2: n to n^2']
    """
    if isinstance(form, Formula):
        return mutations(form)
    if isinstance(form, tuple):
        return tuple(
            (f"{place}: {name}", (*form[:place], new, *form[place + 1 :]))
            for place, part in enumerate(form)
            if isinstance(part, Formula)
            for name, new in mutations(part)
        )
    if is_dataclass(form) and not isinstance(form, type):
        return tuple(
            (f"{entry.name}: {name}", replace(form, **{entry.name: new}))
            for entry in fields(form)
            if isinstance(part := getattr(form, entry.name), Formula)
            for name, new in mutations(part)
        )
    return ()
