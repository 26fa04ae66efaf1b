"""Checks of the restricted least eigenvalue: exact bound, closed form, where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias import region, restricted
from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_matrix
from theory.bias.maps import separation_map
from theory.bias.orthant_ball import scaled_orthant_ball
from theory.bias.orthant_float64 import orthant_float64
from theory.bias.orthant_identities import owens_t
from theory.bias.samples import separation
from theory.bias.symbols import B, rho
from theory.bias.symbols import separation as separation_symbol
from theory.formula import Formula
from theory.gaussian import tail
from theory.rigor.balls import ball
from verify.adversary.chart import floats, on_sphere, on_sphere_float
from verify.adversary.generators import source, sphere_points
from verify.checks.bias_cells import Cell, bias_of, grid
from verify.checks.bias_tails import below_tail_twice
from verify.engines import Cover, Derive, Enclose, Search
from verify.engines.enclose import Side

Balls = Mapping[str, arb]


def _propose_in_region(rng: np.random.Generator) -> dict[str, Any]:
    """Points on the sphere and a vector: random signs, same signs, or one pair."""
    draw = source(rng)
    n = draw(3, 6)
    chart = sphere_points(draw, n, draw(2, 4))
    kinds = (
        [draw(-9, 9) for _ in range(n)],
        [draw(0, 9) for _ in range(n)],
        [1, *[-1] * (n - 1)],
    )
    vector = kinds[draw(0, 2)]
    return {"X": chart, "B": str(Fraction(draw(0, 12), 4)), "a": vector if any(vector) else [1] * n}


def _region_floats(candidate: Any) -> tuple[float, float, float]:
    """a^T M a, (Q - p_min)|a|^2 and a^T H a in double precision."""
    x = on_sphere_float(floats(candidate["X"]))
    cosines = np.clip(x @ x.T, -1, 1)
    np.fill_diagonal(cosines, 1.0)
    a = np.array(candidate["a"], float)
    P = orthant_float64(float(Fraction(candidate["B"])), cosines)
    least = P[~np.eye(len(a), dtype=bool)].min()
    off = P - least
    np.fill_diagonal(off, 0.0)
    return (
        float(a @ off @ a),
        float((P[0, 0] - least) * (a @ a)),
        float(a @ ((1 + cosines) * P) @ a),
    )


def _region_ratio(candidate: Any, form: int) -> float:
    """Usage of the bound; 0 outside the region. Within rounding of its edge: outside."""
    member, claimed, value = _region_floats(candidate)
    if form * member < 0 or (form and abs(member) < 1e-12):
        return 0.0
    return claimed / value


def _region_certificate(candidate: Any, form: int) -> tuple[Side, Side]:
    rows, bias = on_sphere(candidate["X"]), Fraction(candidate["B"])
    a = [ball(entry) for entry in candidate["a"]]
    member = region.quadratic_form(region.region_matrix(rows, bias), a)
    if not (form * member > 0 or form == 0):
        return arb.nan(), arb.nan()
    square = sum((entry * entry for entry in a), arb(0))
    value = region.quadratic_form(kernel_matrix(rows, bias), a)
    return region.restricted_bound(rows, bias) * square, value


def _region_coefficients(form: int) -> list[sympy.Expr]:
    """a^T H a as the sum of what is kept and what is dropped, coefficient by coefficient.

    Kept: (Q - p_min)|a|^2. Dropped, each nonnegative: p_min (sum a)^2, the form of K o P, and
    form times the sum over i != j of a_i a_j (p_ij - p_min), by the region.
    """
    p, least = sympy.symbols("p p_min", positive=True)
    diagonal = 2 * tail(B) - ((tail(B) - least) + least + tail(B))
    off = (1 + rho) * p - (least + rho * p + form * (p - least))
    return [diagonal, off]


def _by_separation(cell: Cell, form: int) -> tuple[Side, Side]:
    rows = data_set(cell["data"])
    bound = restricted.REGION.ball(B=bias_of(cell), separation=separation(rows))
    return bound, region.restricted_bound(rows, bias_of(cell))


def _explicit(cell: Cell, form: Formula) -> tuple[Side, Side]:
    values = {"B": bias_of(cell), "separation": Fraction(cell["delta"])}
    return form.ball(**values), restricted.REGION.ball(**values)


def _owen_form(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The explicit bound beside 2 T(B, tan(theta/2)) by its own integral."""
    delta = ball(Fraction(cell["delta"]))
    exact = 2 * owens_t(ball(bias_of(cell)), (delta / 2).asin().tan())
    return form.ball(B=bias_of(cell), separation=Fraction(cell["delta"])), exact


@dataclass(frozen=True)
class _ClosedGap:
    """Lambda - lambda' as two gaps, of the tail and of the orthant probability.

    The closed form is max(linear, mills) - U; both gaps lose their decay before they are
    enclosed. slope: d/dB of the whole where the linear branch is the greater one (B < 1), if
    the whole vanishes at B = 0.
    """

    tail_form: Formula
    scaled_upper: Formula
    slope: Formula | None

    def __call__(self, b: arb, square: arb) -> arb:
        delta, rho = square.sqrt(), 1 - square / 2
        if self.slope is not None and b < ball(Fraction(3, 4)):
            steepest = self.slope.ball(B=b.union(arb(0)).max(arb(0)), separation=delta)
            if steepest > 0:
                return steepest
        if not b > 0:
            return arb.nan()
        tail_gap = below_tail_twice({"B": b}, self.tail_form)
        upper = self.scaled_upper.ball(B=b, separation=delta)
        orthant_gap = upper - scaled_orthant_ball(b, rho)
        low = b.lower().max(arb(0))
        return tail_gap + orthant_gap * (low**2 / 2 - low**2 / (1 + rho)).exp()


@cache
def _closed_gap(form: Formula) -> _ClosedGap:
    (greater,) = form.expr.atoms(sympy.Max)
    upper = greater - form.expr
    decay = sympy.exp(B**2 / (1 + restricted.CORRELATION))
    linear = next(branch for branch in greater.args if branch.is_polynomial(B))
    gap = restricted.REGION.expr - linear + upper
    start = gap.subs(B, 0)  # zero for every delta: at delta = 0, and its derivative
    vanishes = sympy.simplify(start.subs(separation_symbol, 0)) == 0
    vanishes = vanishes and sympy.simplify(start.diff(separation_symbol)) == 0
    slope = Formula(gap.diff(B)) if vanishes else None
    return _ClosedGap(Formula(greater), Formula(sympy.simplify(upper * decay)), slope)


def _closed_below_exact(at: Balls, form: Formula) -> arb:
    """Lambda - lambda' over a box, in units of exp(-B^2/2)."""
    return _closed_gap(form)(at["B"], at["square"].max(arb(0)))


def _closed_sign(at: Balls, form: int) -> arb:
    """form * lambda' over a box of (B, delta^2); lambda' increases with delta."""
    b, square = at["B"], at["square"]
    low, high = (restricted.region_closed(b, end.max(arb(0)).min(arb(2)))
                 for end in (square.lower(), square.upper()))  # fmt: skip
    return form * low.union(high)


def _vacuous_ends(cell: Cell, form: int) -> tuple[Side, Side]:
    """-form lambda'(B, sqrt 2) just outside the interval, form lambda' just inside."""
    low, high = restricted.vacuous_interval()
    step = arb("1e-30")
    end, outside = (low, -step) if cell["end"] == "low" else (high, step)
    at_end = {place: restricted.region_closed(end + shift, arb(2))
              for place, shift in (("outside", outside), ("inside", -outside))}  # fmt: skip
    sign = form if cell["side"] == "inside" else -form
    return sign * at_end[cell["side"]], arb(0)


def _sign_below(cell: Cell, form: int) -> tuple[Side, Side]:
    """form lambda' just below delta*(B), or -form lambda' just above."""
    root = restricted.vacuous_below(bias_of(cell))
    shift = arb("1e-30") * (1 if cell["side"] == "above" else -1)
    sign = -form if cell["side"] == "above" else form
    return sign * restricted.region_closed(ball(bias_of(cell)), (ball(root) + shift) ** 2), arb(0)


# The farthest pair decides, so that delta may be greater than sqrt(2).
EXPLICIT: tuple[Cell, ...] = (
    *grid(B=("1/10", "1", "3"), delta=("1/100", "1/2", "7/5")),
    {"B": "1/10", "delta": "199/100"},
)

CHECKS = (
    Derive(
        claim="bias.lmin.region",
        residual=_region_coefficients,
        fails_if="the quadratic form is not the sum of the bound and three nonnegative terms",
    ),
    Enclose(
        claim="bias.lmin.region.explicit",
        part="by the separation",
        sides=_by_separation,
        cells=grid(
            data=("triple", "spread", "close", "nine points", "cloud 10 in 5"), B=("0", "2")
        ),
        fails_if="Q - p_min is below Lambda at the separation of the samples",
    ),
    Search(
        claim="bias.lmin.region",
        propose=_propose_in_region,
        ratio=_region_ratio,
        certify=_region_certificate,
        batches=2,
        tries=300,
        fails_if="some vector of the region has a smaller quotient",
    ),
    Enclose(
        claim="bias.lmin.region.explicit",
        sides=_explicit,
        cells=EXPLICIT,
        max_bits=256,
        vary={"B": ("1/100", 8), "delta": ("1/1000", "199/100")},
        fails_if="the exact restricted bound is below its explicit lower bound",
    ),
    Enclose(
        claim="bias.lmin.region.explicit",
        part="by Owen's T",
        sides=_owen_form,
        cells=EXPLICIT,
        max_bits=256,
        vary={"B": ("1/100", 8), "delta": ("1/1000", "199/100")},
        fails_if="a certified integral of Owen's T is below the explicit bound",
    ),
    Cover(
        claim="bias.lmin.region.closed",
        gap=_closed_below_exact,
        box={"B": ("0", "8"), "square": ("1/10000", "2")},
        pieces=4,
        fails_if="the closed form exceeds Lambda for some B <= 8, 0.01 <= delta <= sqrt 2",
    ),
    Cover(
        claim="bias.lmin.region.vac",
        gap=_closed_sign,
        box={"B": ("1.0416", "1.2488"), "square": ("0", "2")},
        pieces=2,
        fails_if="the closed form is positive for some bias and separation in the box",
    ),
    Enclose(
        claim="bias.lmin.region.vac",
        part="ends of the interval",
        sides=_vacuous_ends,
        cells=grid(end=("low", "high"), side=("inside", "outside")),
        relation=">",
        start_bits=160,
        fails_if="the closed form at sqrt 2 does not change sign within 10^-30 of the ends",
    ),
    Enclose(
        claim="bias.lmin.region.vac",
        part="least useful separation",
        sides=_sign_below,
        cells=grid(B=("1/100", "1/2", "1", "13/10", "2", "8"), side=("below", "above")),
        relation=">",
        start_bits=160,
        picture=lambda cell: {"map": separation_map()} if cell["B"] == "1/2" else {},
        fails_if="the closed form does not change sign within 10^-30 of delta*(B)",
    ),
)
