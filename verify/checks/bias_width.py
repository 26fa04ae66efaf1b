"""Checks of the explicit width: constants by derivation, exact binomial tails of the band."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

import sympy
from flint import arb

from theory.bias.orthant_ball import tail_ball
from theory.bias.symbols import B, initial_residual
from theory.claim import Form
from theory.gaussian import density
from theory.notation import delta, kappa, n
from theory.rigor.balls import ball
from theory.rigor.binomial import share_above
from verify.engines import Derive, Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
_R = sympy.Rational
DELTA = Fraction(1, 20)
# The first width is the greatest at the large starts, the third at the small ones.
WIDTHS = (
    {"n": 2, "B": "0", "kappa": "3/4", "S": "3/2"},
    {"n": 2, "B": "0", "kappa": "3/4", "S": "1/40"},
    {"n": 20, "B": "0", "kappa": "1/4", "S": "1/20"},
    {"n": 20, "B": "1", "kappa": "1/5", "S": "1/20"},
    {"n": 5, "B": "2", "kappa": "1/50", "S": "1/100"},
)


def _widths(form: Form) -> list[sympy.Expr]:
    """Solve 2 r phi(B) sqrt(e) = kappa/(32 n), B r = 1/2 and Chernoff's bound for m.

    r is sqrt(2) times the movement bound with L = 2 n.
    """
    reach = sympy.sqrt(2) * sympy.sqrt(2 * n) * _R(8, 3) * initial_residual / kappa
    by_band = (reach * 2 * density(B) * sympy.exp(_R(1, 2)) * 32 * n / kappa) ** 2
    by_bias = (2 * B * reach) ** 2
    chernoff = n * sympy.exp(-form[2].expr * kappa / (32 * n) / 3)
    return [
        sympy.simplify(form[0].expr / by_band) - 1,
        sympy.simplify(form[1].expr / by_bias) - 1,
        sympy.simplify(chernoff - delta),
    ]


def _second_never_greatest(form: Form) -> bool:
    """As kappa <= 2 Q(B) <= 2 phi(B)/B, the first width exceeds n^2 c times the second, c > 1."""
    ratio = sympy.simplify((form[0].expr / form[1].expr).subs(kappa, 2 * density(B) / B) / n**2)
    return bool(ratio.is_number and ratio > 1)


def width_of(cell: Cell, form: Form) -> tuple[int, arb]:
    """The width that the three formulas ask for, or the cell's own m, and sqrt(2) R there."""
    known = {
        "n": cell["n"], "B": Fraction(cell["B"]), "kappa": Fraction(cell["kappa"]),
        "initial_residual": Fraction(cell["S"]), "delta": DELTA,
    }  # fmt: skip
    widths = [f.ball(**{s.symbol.name: known[s.symbol.name] for s in f.symbols}) for f in form]
    width = cell.get("m") or max(1, *(ceil(float(w.upper())) for w in widths))
    least, start = ball(known["kappa"]), ball(known["initial_residual"])
    return width, (arb(4 * cell["n"]) / width).sqrt() * ball(Fraction(8, 3)) * start / least


def _crowded(cell: Cell, form: Form) -> tuple[Side, Side]:
    """n times the exact probability that the band holds more than kappa/(16 n), at that width."""
    size, bias = cell["n"], ball(Fraction(cell["B"]))
    width, reach = width_of(cell, form)
    near = tail_ball(bias - reach) - tail_ball(bias + reach)
    return size * share_above(ball(Fraction(cell["kappa"]) / (16 * size)), width, near), DELTA


CHECKS = (
    Derive(
        claim="bias.width.explicit",
        role="step",
        residual=_widths,
        assumptions=("the multiplicative Chernoff bound at twice the mean",),
        fails_if="solving the conditions of the band for m gives other constants",
    ),
    Derive(
        claim="bias.width.explicit",
        part="order",
        residual=_second_never_greatest,
        fails_if="the second width could exceed the first",
    ),
    Enclose(
        claim="bias.width.explicit",
        part="band",
        sides=_crowded,
        cells=WIDTHS,
        fails_if="n times an exact binomial tail at that width exceeds delta = 1/20",
    ),
    Enclose(
        claim="bias.width.explicit",
        role="without Width",
        sides=_crowded,
        cells=({**WIDTHS[0], "m": 330_000},),
        fails_if="at a ninth of the width the exact tail exceeds delta = 1/20",
    ),
)
