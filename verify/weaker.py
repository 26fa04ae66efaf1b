"""Whether one formula is at least another for all values of its symbols, proved.

Both expressions are taken apart side by side: equal terms and factors cancel, monotone functions
and powers pass the question on to their arguments, and what is left is decided by enclosures over
the symbols' whole domains. Every rule is a theorem, so that True is a proof; False says nothing.
The order is that of the values wherever both expressions have a finite real one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import sympy

from theory.claim import Claim, Direction, Form
from theory.formula import Formula
from theory.rigor.balls import working_precision
from verify.domains import BITS
from verify.enclosures import Unknown, enclosure
from verify.evidence import NO_DIFFERENCE

PROVED = "weaker than the claim for all parameters: proved"
_REPAIRED = "not refuted where the claim is"
_MEASURED = ("weaker than the claim", _REPAIRED, NO_DIFFERENCE)
STEPS = 400  # comparisons tried for one pair of expressions
MATCHED = 4  # terms or factors on either side that are matched with each other

_GROWING = (sympy.exp, sympy.log, sympy.asin, sympy.atan, sympy.sinh, sympy.tanh, sympy.erf)
_FALLING = (sympy.acos, sympy.erfc)
_BELOW_ANY = (sympy.log,)  # f(x) <= x wherever f is defined
_BELOW = (sympy.sin, sympy.tanh, sympy.atan)  # f(x) <= x for x >= 0
_ABOVE_ANY = (sympy.exp,)  # f(x) >= x
_ABOVE = (sympy.asin, sympy.sinh)  # f(x) >= x for x >= 0


def proved_weaker(claim: Claim, mutant: Form) -> bool:
    """Whether a mutant of a bound claims less than it for all parameters.

    Only of claims whose form is one formula that bounds from one side.
    """
    if not isinstance(claim.form, Formula) or not isinstance(mutant, Formula):
        return False
    if claim.direction is Direction.UPPER:
        return at_least(mutant.expr, claim.form.expr)
    if claim.direction is Direction.LOWER:
        return at_least(claim.form.expr, mutant.expr)
    return False


def with_proof(claim: Claim, mutant: Form, reason: str) -> str:
    """A survivor's reason, as what holds for all parameters where that is proved.

    What was measured stays beside it. A reason that speaks of something else is kept: a bound that
    is tighter at some cell, has no value, or is compared with something that measures no factor.
    """
    if not reason.startswith(_MEASURED) or not proved_weaker(claim, mutant):
        return reason
    if reason.startswith(_REPAIRED):
        return f"{PROVED}, and {_REPAIRED}"
    figures = reason[reason.index("(") + 1 : -1] if reason.endswith(")") else ""
    return f"{PROVED} ({figures})" if figures else PROVED


@cache
def at_least(a: sympy.Expr, b: sympy.Expr) -> bool:
    """Whether a >= b is proved wherever both have a value.

    >>> from theory.notation import delta, n
    >>> at_least(sympy.log(n / delta**2), sympy.log(n / delta))
    True
    >>> at_least(n**2 - 1, n)  # false for n = 1
    False
    """
    with working_precision(BITS):
        return _Proof().at_least(a, b)


class _Proof:
    """One attempt; a comparison that is still open counts as not proved, so that it ends."""

    def __init__(self) -> None:
        self.known: dict[tuple[sympy.Expr, sympy.Expr], bool] = {}
        self.left = STEPS

    def at_least(self, a: sympy.Expr, b: sympy.Expr) -> bool:
        if a == b:
            return True
        if (a, b) not in self.known:
            self.known[a, b] = False
            if self.left > 0:
                self.left -= 1
                self.known[a, b] = any(rule(self, a, b) for rule in _RULES)
        return self.known[a, b]

    def nonnegative(self, a: sympy.Expr) -> bool:
        """a >= 0 by its enclosure, as a product or power of what is, or as a sum whose positive
        part is at least the other."""
        if _low(a, 0):
            return True
        if isinstance(a, sympy.Mul):
            return all(map(self.nonnegative, a.args))
        if isinstance(a, sympy.Pow):
            return self.nonnegative(a.base)
        terms = sympy.Add.make_args(a)
        minus = [term for term in terms if term.could_extract_minus_sign()]
        if not minus or len(minus) == len(terms):
            return False
        rest = sympy.Add(*(term for term in terms if term not in minus))
        return self.at_least(rest, -sympy.Add(*minus))

    def matched(
        self,
        larger: Sequence[sympy.Expr],
        smaller: Sequence[sympy.Expr],
        neutral: int,
    ) -> bool:
        """Each of the smaller below one of the larger, or below the neutral element; the larger
        ones that are left at least that element."""
        if len(larger) > MATCHED or len(smaller) > MATCHED:
            return False
        if not smaller:
            one = sympy.Integer(neutral)
            return all(self.at_least(a, one) for a in larger)
        first, rest = smaller[0], smaller[1:]
        if self.at_least(sympy.Integer(neutral), first) and self.matched(larger, rest, neutral):
            return True
        return any(
            self.at_least(a, first) and self.matched([*larger[:k], *larger[k + 1 :]], rest, neutral)
            for k, a in enumerate(larger)
        )


def _low(a: sympy.Expr, bound: int) -> bool:
    try:
        return bool(enclosure(a)[0] >= bound)
    except Unknown:
        return False


def _by_enclosure(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    try:
        return bool(enclosure(a)[0] >= enclosure(b)[1])
    except Unknown:
        return False


def _by_difference(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    return _low(a - b, 0)


def _by_terms(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """Sums without what they share, term by term."""
    mine, other = sympy.Add.make_args(a), sympy.Add.make_args(b)
    if len(mine) + len(other) < 3:
        return False
    larger = [term for term in mine if term not in other and term != 0]
    smaller = [term for term in other if term not in mine and term != 0]
    return proof.matched(larger, smaller, 0)


def _by_opposites(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """Negative multiples: -x >= -y if y >= x."""
    opposite = a.could_extract_minus_sign() and b.could_extract_minus_sign()
    return opposite and not a.is_number and proof.at_least(-b, -a)


def _by_common_factor(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """c x >= c y for c >= 0 and x >= y, or c <= 0 and y >= x."""
    mine, other = sympy.Mul.make_args(a), sympy.Mul.make_args(b)
    common = [factor for factor in mine if factor in other]
    if not common:
        return False
    shared = sympy.Mul(*common)
    x = sympy.Mul(*(factor for factor in mine if factor not in common))
    y = sympy.Mul(*(factor for factor in other if factor not in common))
    if proof.nonnegative(shared):
        return proof.at_least(x, y)
    return proof.nonnegative(-shared) and proof.at_least(y, x)


def _by_quotient(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """a, b >= 0 with a/b >= 1 where b > 0, the quotient's powers combined."""
    if b.is_zero or not (proof.nonnegative(a) and proof.nonnegative(b)):
        return False
    above, below = sympy.fraction(sympy.factor_terms(a) / sympy.factor_terms(b))
    if below == 1:
        return _low(above, 1)
    reduced = (above, below) != (a, b) and all(map(proof.nonnegative, (above, below)))
    return (reduced and proof.at_least(above, below)) or _by_factors(proof, above, below)


def _by_factors(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """Products of factors >= 0, factor by factor."""
    larger, smaller = sympy.Mul.make_args(a), sympy.Mul.make_args(b)
    several = len(larger) + len(smaller) > 2
    positive = several and all(map(proof.nonnegative, (*larger, *smaller)))
    return positive and proof.matched(larger, smaller, 1)


def _by_power(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """x^e >= y^e for x >= y >= 0 and e >= 0, or y >= x >= 0 and e <= 0; x^e >= x^f likewise."""
    (x, e), (y, f) = a.as_base_exp(), b.as_base_exp()
    if e == f and e != 1 and proof.nonnegative(x) and proof.nonnegative(y):
        if _low(e, 0):
            return proof.at_least(x, y)
        return _low(-e, 0) and proof.at_least(y, x)
    if x == y and x != 1:
        if _low(x, 1):
            return proof.at_least(e, f)
        return proof.nonnegative(x) and _low(1 - x, 0) and proof.at_least(f, e)
    return False


def _by_function(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """Monotone functions of what is in order."""
    if not isinstance(a, sympy.Function) or a.func != b.func or len(a.args) != 1:
        return False
    (x,), (y,) = a.args, b.args
    if isinstance(a, _GROWING):
        return proof.at_least(x, y)
    falling = isinstance(a, _FALLING) or (
        isinstance(a, sympy.zeta) and _low(x, 1) and _low(y, 1)  # from its pole on
    )
    return falling and proof.at_least(y, x)


def _by_tangent(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """a >= x >= f(x) or f(x) >= x >= b for a function on one side of the identity."""
    if isinstance(b, (*_BELOW_ANY, *_BELOW)):
        (x,) = b.args
        if isinstance(b, _BELOW_ANY) or proof.nonnegative(x):
            return proof.at_least(a, x)
    if isinstance(a, (*_ABOVE_ANY, *_ABOVE)):
        (x,) = a.args
        if isinstance(a, _ABOVE_ANY) or proof.nonnegative(x):
            return proof.at_least(x, b)
    return False


def _by_extremes(proof: _Proof, a: sympy.Expr, b: sympy.Expr) -> bool:
    """Max and Min, argument by argument."""
    if isinstance(b, sympy.Max):
        return all(proof.at_least(a, y) for y in b.args)
    if isinstance(a, sympy.Min):
        return all(proof.at_least(x, b) for x in a.args)
    if isinstance(a, sympy.Max):
        return any(proof.at_least(x, b) for x in a.args)
    return isinstance(b, sympy.Min) and any(proof.at_least(a, y) for y in b.args)


_Rule = Callable[[_Proof, sympy.Expr, sympy.Expr], bool]
_RULES: tuple[_Rule, ...] = (
    _by_enclosure, _by_difference, _by_function, _by_power, _by_opposites, _by_common_factor,
    _by_terms, _by_quotient, _by_tangent, _by_extremes,
)  # fmt: skip
