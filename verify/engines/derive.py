"""Derive: the statement re-derived symbolically.

Guarantees: HOLDS means the residual simplified to zero in SymPy for all values of its
symbols (or the derivation function returned True); REFUTED means a ball that excludes zero
at an exact point of the symbols' domain (or False).
Assumes: the computer algebra system and the transcription of the derivation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy

from theory.claim import Form
from theory.formula import BallReader
from theory.notation import declared
from theory.rigor.balls import ball, working_precision
from verify.check import Check, Job
from verify.engines.common import (
    Independent,
    Judged,
    each_variant,
    evidence,
    fold_cells,
    mutant_records,
)
from verify.evidence import CellRecord, Evidence, Outcome, Scope, Strength

POINTS = 5
BITS = 200
ALLOWED = "the derivation implies it too: weaker than the claim, or a step that it does not use"
UNREAL = "no finite real value at any point tried"
OPEN = "SymPy does not decide the residual"


@dataclass(frozen=True, kw_only=True)
class Derive(Check):
    """residual: from a form to what must vanish identically, or directly to a truth value.

    It may return a SymPy expression, an iterable of them, True, False or None (undecided).
    """

    residual: Callable[[Form], Any]


def work(job: Job, key: str, seed: int) -> dict[str, Any]:
    """Decide all variants: the claim and its mutants."""
    check = job.check
    assert isinstance(check, Derive)
    found = each_variant(job, lambda form: _judge(check.residual(form)), census=True)
    return {
        "outcomes": {name: judged.outcome for name, judged in found.items()},
        "reasons": {name: judged.reason for name, judged in found.items()},
        "witness": found["claim"].figures.get("witness", ""),
    }


def _judge(residual: Any) -> Judged:
    if residual is None or isinstance(residual, bool):
        decided = {True: Outcome.HOLDS, False: Outcome.REFUTED, None: Outcome.UNDECIDED}
        return Judged(decided[residual], "" if residual is False else ALLOWED)
    many = residual if isinstance(residual, Iterable) else (residual,)
    decisions = [vanishes(sympy.sympify(expr)) for expr in many]
    for outcome, witness in decisions:
        if outcome is Outcome.REFUTED:
            return Judged(outcome, "", {"witness": witness})
    if decisions and all(outcome is Outcome.HOLDS for outcome, _ in decisions):
        return Judged(Outcome.HOLDS, ALLOWED)
    return Judged(Outcome.UNDECIDED, "; ".join(sorted({why for _, why in decisions if why})))


def vanishes(expr: sympy.Expr) -> tuple[Outcome, str]:
    """Whether an expression is identically zero on its symbols' domain, with a witness or reason.

    >>> x = sympy.Symbol("x", positive=True)
    >>> vanishes((x + 1) ** 2 - x**2 - 2 * x - 1)[0].value
    'HOLDS'
    >>> vanishes(x - 2 * x)
    (<Outcome.REFUTED: 'REFUTED'>, 'x = 17/13: -1.31')
    """
    why = UNREAL
    for point in sample_points(expr):
        with working_precision(BITS):
            try:
                value = BallReader({k: ball(v) for k, v in point.items()}).read(expr)
            except NotImplementedError:
                why = OPEN
                break  # a node without a ball: only SymPy can speak
        why = OPEN if value.is_finite() else why
        if value.is_finite() and not value.contains(0):
            where = ", ".join(f"{name} = {number}" for name, number in point.items())
            return Outcome.REFUTED, f"{where}: {value.str(3, radius=False)}"
    simplified = sympy.simplify(expr)
    return (Outcome.HOLDS, "") if simplified == 0 else (Outcome.UNDECIDED, why)


def sample_points(expr: sympy.Expr) -> Iterable[Mapping[str, Fraction]]:
    """Exact points spread over the sample ranges, the same in every run."""
    symbols = sorted(expr.free_symbols, key=lambda s: s.name)
    for k in range(1, POINTS + 1):
        point = {}
        for i, symbol in enumerate(symbols, start=1):
            try:
                entry = declared(symbol)
                low, high = entry.sample
            except KeyError:
                low, high = Fraction(1), Fraction(2)
            # A fraction of the range that differs from symbol to symbol and point to point.
            share = Fraction((4 * k * i + 7 * (k - 1) + 3 * (i - 1)) % 13, 13)
            value = low + (high - low) * share
            point[symbol.name] = Fraction(round(value)) if symbol.is_integer else value
        yield point


class State(Independent):
    """One chunk."""

    def __init__(self, job: Job) -> None:
        super().__init__(job, ("all",))

    def evidence(self) -> Evidence:
        """Fold the variants."""
        (result,) = self.ordered()
        outcomes = result.get("outcomes", {"claim": Outcome.UNDECIDED})
        part = fold_cells([outcomes["claim"]], Strength.PROVED, Scope.ALL)
        if part.outcome is Outcome.REFUTED:  # one exact point suffices, and is all that is known
            part = replace(part, strength=Strength.CERTIFIED, scope=Scope.CELLS)
        witness = result.get("witness", "")
        return evidence(
            self.job,
            part,
            margin=witness or ("identity" if part.outcome is Outcome.HOLDS else ""),
            could_have_caught="any change of a constant, exponent or sign in the formula",
            cells=(CellRecord({}, part.outcome, {"witness": witness} if witness else {}),),
            mutants=mutant_records(
                self.job,
                {name: [outcome] for name, outcome in outcomes.items()},
                {name: [reason] for name, reason in result.get("reasons", {}).items()},
            ),
        )
