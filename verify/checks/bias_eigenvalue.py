"""Checks of the bounds of the least eigenvalue, restricted and not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias import region, restricted, unrestricted
from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue, kernel_matrix, weights_only_matrix
from theory.bias.maps import separation_map, size_map
from theory.bias.orthant_ball import scaled_orthant_ball
from theory.bias.orthant_float64 import orthant_float64
from theory.bias.orthant_identities import owens_t
from theory.bias.samples import greatest_correlation, greatest_cosine, separation
from theory.bias.symbols import B, rho
from theory.claim import Form
from theory.exact import Matrix
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.adversary.chart import floats, on_sphere, on_sphere_float
from verify.adversary.generators import source, sphere_points
from verify.adversary.shrink import local_coordinates, shrink_chart
from verify.checks.bias_cells import grid
from verify.checks.bias_tails import below_tail_twice
from verify.engines import Cover, Derive, Enclose, Search
from verify.engines.enclose import Side

Balls = Mapping[str, arb]
Cell = Mapping[str, Any]

TYPICAL = ("triple", "axes", "nearly twins", "spread", "close", "nine points", "cloud 10 in 5")
THREE_BIASES = ("0", "1", "3")


def _bias(cell: Cell) -> Fraction:
    return Fraction(cell["B"])


def _least(cell: Cell) -> arb:
    return kernel_least_eigenvalue(data_set(cell["data"]), _bias(cell))


# ----- the restricted bound -------------------------------------------------------------------


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
    bound = restricted.REGION.ball(B=_bias(cell), separation=separation(rows))
    return bound, region.restricted_bound(rows, _bias(cell))


def _explicit(cell: Cell, form: Formula) -> tuple[Side, Side]:
    values = {"B": _bias(cell), "separation": Fraction(cell["delta"])}
    return form.ball(**values), restricted.REGION.ball(**values)


def _owen_form(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The explicit bound beside 2 T(B, tan(theta/2)) by its own integral."""
    delta = ball(Fraction(cell["delta"]))
    exact = 2 * owens_t(ball(_bias(cell)), (delta / 2).asin().tan())
    return form.ball(B=_bias(cell), separation=Fraction(cell["delta"])), exact


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
            if steepest > 0 or b == 0:
                return steepest
        tail_gap = below_tail_twice({"B": b.max(arb("1e-9"))}, self.tail_form)
        ends = (delta.lower(), delta.upper())
        least, greatest = (self.scaled_upper.ball(B=b, separation=end) for end in ends)
        orthant_gap = least.union(greatest) - scaled_orthant_ball(b, rho)
        low = b.lower().max(arb(0))
        return tail_gap + orthant_gap * (low**2 / 2 - low**2 / (1 + rho)).exp()


@cache
def _closed_gap(form: Formula) -> _ClosedGap:
    (greater,) = form.expr.atoms(sympy.Max)
    upper = greater - form.expr
    decay = sympy.exp(B**2 / (1 + restricted.CORRELATION))
    linear = next(branch for branch in greater.args if branch.is_polynomial(B))
    gap = restricted.REGION.expr - linear + upper
    at_zero = Formula(gap.subs(B, 0))
    starts = [at_zero.ball(separation=Fraction(k, 5)).contains(0) for k in (1, 4, 7)]
    slope = Formula(gap.diff(B)) if all(starts) else None
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
    root = restricted.vacuous_below(_bias(cell))
    shift = arb("1e-30") * (1 if cell["side"] == "above" else -1)
    sign = -form if cell["side"] == "above" else form
    return sign * restricted.region_closed(ball(_bias(cell)), (ball(root) + shift) ** 2), arb(0)


# ----- the region ------------------------------------------------------------------------------


def _farthest_difference(cell: Cell, form: int) -> tuple[Side, Side]:
    """a^T M a for a = e_i + form e_j, the pair of the greatest correlation."""
    rows, bias = data_set(cell["data"]), _bias(cell)
    M = region.region_matrix(rows, bias)
    pairs = [(i, k) for i in range(len(rows)) for k in range(i)]
    i, k = max(pairs, key=lambda pair: float(M[pair[0], pair[1]]))
    vector = [arb(int(j == i) + form * int(j == k)) for j in range(len(rows))]
    return region.quadratic_form(M, vector), arb(0)


def _missed(cell: Cell, form: Form) -> tuple[Side, Side]:
    """lambda beside Q - p_min where the criterion holds; nothing is claimed elsewhere."""
    rows, bias = data_set(cell["data"]), _bias(cell)
    if not form(rows, bias) > 0:
        return Fraction(0), Fraction(1)
    return _least(cell), region.restricted_bound(rows, bias)


def _global_cell(cell: Cell, form: Formula) -> tuple[Side, Side]:
    rows = data_set(cell["data"])
    bias = ball(_bias(cell)).max(arb("1e-60"))  # the formula's 1/B branch is not the maximum at 0
    return form.ball(B=bias, separation=separation(rows)), _least(cell)


def _propose_points(rng: np.random.Generator) -> Any:
    draw = source(rng)
    return sphere_points(draw, draw(7, 10), draw(3, 4), families=("grid", "cluster", "circle"))


def _separation_float(x: np.ndarray) -> float:
    cosines = np.abs(x @ x.T)[~np.eye(len(x), dtype=bool)]
    return float(np.sqrt(max(0.0, 2 - 2 * cosines.max())))


def _global_ratio(chart: Any, form: Formula) -> float:
    """lambda' at B = 0 over the least eigenvalue, in double precision."""
    x = on_sphere_float(floats(chart))
    delta = _separation_float(x)
    if not delta > 1e-3:
        return 0.0
    cosines = np.clip(x @ x.T, -1, 1)
    np.fill_diagonal(cosines, 1.0)
    least = np.linalg.eigvalsh((1 + cosines) * orthant_float64(0.0, cosines))[0]
    claimed = form.float64(B=1e-9, separation=delta)
    return float(claimed / least) if least > 1e-12 else 0.0


def _global_certificate(chart: Any, form: Formula) -> tuple[Side, Side]:
    rows: Matrix = on_sphere(chart)
    least = kernel_least_eigenvalue(rows, Fraction(0))
    return form.ball(B=arb("1e-60"), separation=separation(rows)), least


def _circle(cell: Cell, form: int) -> tuple[Side, Side]:
    size = int(cell["n"])
    if size % 4 != form:
        return arb(0), arb(0)
    return region.circle_least_eigenvalue(size, Fraction(0)), ball(Fraction(1, size))


# ----- unrestricted bounds ----------------------------------------------------------------------


def _worst(cell: Cell, form: Formula) -> tuple[Side, Side]:
    rows, bias = data_set(cell["data"]), _bias(cell)
    claimed = form.ball(B=bias, separation=separation(rows), n=len(rows))
    return claimed, least_eigenvalue(weights_only_matrix(rows, bias))


def _lower(cell: Cell, form: Form) -> tuple[Side, Side]:
    return form(data_set(cell["data"]), _bias(cell)), _least(cell)


def _log_order(cell: Cell, *, one_sided: bool) -> int:
    return unrestricted.log_order(data_set(cell["data"]), _bias(cell), one_sided=one_sided)


def _log(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return form.ball(B=_bias(cell), order=_log_order(cell, one_sided=False)), _least(cell)


def _one_sided(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return form.ball(B=_bias(cell), order=_log_order(cell, one_sided=True)), _least(cell)


def _order_tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """T_k at the least k with (n-1) r^k <= 1/2, beside the least eigenvalue."""
    rows = data_set(cell["data"])
    r, k = greatest_cosine(rows), 1
    while not (len(rows) - 1) * r**k <= arb(1) / 2:
        k += 1
    return unrestricted.hermite_tail(ball(_bias(cell)), k), _least(cell)


def _closed_tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    k = int(cell["k"])
    return form.ball(B=_bias(cell), order=k), unrestricted.hermite_tail(ball(_bias(cell)), k)


def _explicit_log(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The bound in delta; at B = 0 the last term is left out (a tiny B makes it 1)."""
    rows, bias = data_set(cell["data"]), _bias(cell)
    claimed = unrestricted.LOG_EXPLICIT.ball(
        B=bias or arb("1e-30"), separation=separation(rows), n=len(rows)
    )
    closed = form.ball(B=bias, order=_log_order(cell, one_sided=False))
    return claimed, closed


def _difference(cell: Cell, form: Form) -> tuple[Side, Side]:
    rows = data_set(cell["data"])
    return form(rows, _bias(cell), Fraction(cell["s"])), _least(cell)


def _pair(cell: Cell, form: Formula) -> tuple[Side, Side]:
    r = greatest_correlation(data_set(cell["data"]))
    return _least(cell), form.ball(B=_bias(cell), rho=r)


def _pair_closed(cell: Cell, form: Formula) -> tuple[Side, Side]:
    values = {"B": _bias(cell), "rho": Fraction(cell["rho"])}
    return form.ball(**values), unrestricted.PAIR_UPPER_CLOSED.ball(**values)


def _unscaled(cell: Cell, form: Formula) -> tuple[Side, Side]:
    bias = ball(_bias(cell))
    return _least(cell) * (bias * bias / 2).exp(), form.ball(B=_bias(cell))


def _constant(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    """Relative distance of lambda exp(B^2/2) from its value at B = 0."""
    bias = ball(_bias(cell))
    start = kernel_least_eigenvalue(data_set(cell["data"]), Fraction(0))
    return abs(_least(cell) * (bias * bias / 2).exp() / start - 1), form


def _unscaled_residuals(form: Formula) -> sympy.Expr:
    """2 Q <= 2 phi/B by Mills, times exp(B^2/2)."""
    return form.expr - 2 * density(B) / B * sympy.exp(B**2 / 2)


LISTED = grid(data=TYPICAL, B=THREE_BIASES)
_MAP_CELL = {"data": "orthogonal", "B": "0"}

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
        cells=grid(B=("1/10", "1", "3"), delta=("1/100", "1/2", "7/5")),
        max_bits=256,
        fails_if="the exact restricted bound is below its explicit lower bound",
    ),
    Enclose(
        claim="bias.lmin.region.explicit",
        part="by Owen's T",
        sides=_owen_form,
        cells=grid(B=("1/10", "1", "3"), delta=("1/100", "1/2", "7/5")),
        max_bits=256,
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
    Enclose(
        claim="bias.region.full",
        sides=_farthest_difference,
        cells=grid(data=TYPICAL[:1] + TYPICAL[2:], B=("0", "1")),
        relation="<",
        fails_if="the difference of the closest pair lies in the region",
    ),
    Enclose(
        claim="bias.region.miss",
        sides=_missed,
        cells=grid(
            data=("close pair", "nearly twins", "spread", "close", "nine points", "cloud 10 in 5"),
            B=("0", "1", "2"),
        ),
        relation="<",
        max_bits=256,
        fails_if="the least eigenvalue is not below the restricted bound where the criterion holds",
    ),
    Enclose(
        claim="bias.lmin.region.notglobal",
        sides=_global_cell,
        cells=grid(data=("nine points", "eight points"), B=("0",)),
        max_bits=256,
        fails_if="the bound exceeds the least eigenvalue, as it does for nine points",
    ),
    Search(
        claim="bias.lmin.region.notglobal",
        propose=_propose_points,
        ratio=_global_ratio,
        certify=_global_certificate,
        batches=1,
        tries=60,
        coordinates=local_coordinates,
        starts=1,
        evaluations=150,
        shrink=shrink_chart,
        fails_if="the adversary finds points whose least eigenvalue is below the bound",
    ),
    Enclose(
        claim="bias.lmin.circle",
        sides=_circle,
        cells=grid(n=(6, 8, 10, 12, 14, 22)),
        relation="==",
        max_bits=256,
        fails_if="the least of the circulant's eigenvalues is not 1/n",
    ),
    Enclose(
        claim="bias.lmin.worst",
        sides=_worst,
        cells=grid(data=("orthogonal",), B=("0", "112", "114")),
        max_bits=256,
        fails_if="the bound exceeds the least eigenvalue, as it does at B = 114",
    ),
    Enclose(
        claim="bias.lmin.worst.moderate",
        sides=_worst,
        picture=lambda cell: {"plane": size_map()} if cell == _MAP_CELL else {},
        cells=grid(data=("orthogonal", *TYPICAL), B=("0", "1", "4")),
        max_bits=256,
        fails_if="the bound exceeds the least eigenvalue",
    ),
    Enclose(
        claim="bias.lmin.hermite",
        sides=_lower,
        cells=LISTED,
        max_bits=256,
        fails_if="the least eigenvalue is below the Hermite-Gershgorin sum",
    ),
    Enclose(
        claim="bias.lmin.log",
        sides=_log,
        cells=LISTED,
        max_bits=256,
        fails_if="the least eigenvalue is below the closed bound",
    ),
    Enclose(
        claim="bias.lmin.log",
        part="sum of squares",
        sides=_order_tail,
        cells=grid(data=("triple", "spread", "close", "cloud 10 in 5"), B=THREE_BIASES),
        start_bits=128,
        max_bits=256,
        fails_if="the least eigenvalue is below T_k although (n-1) r^k <= 1/2",
    ),
    Enclose(
        claim="bias.lmin.log",
        part="closed form of the sum",
        sides=_closed_tail,
        cells=tuple(
            cell
            for cell in grid(B=("0", "1", "2", "4"), k=(2, 3, 5, 10, 40, 200))
            if Fraction(str(cell["B"])) ** 2 <= 2 * (int(str(cell["k"])) - 1)
        ),
        start_bits=128,
        fails_if="T_k is below its closed form although B^2 <= 2(k-1)",
    ),
    Enclose(
        claim="bias.lmin.log",
        part="in the separation",
        sides=_explicit_log,
        cells=LISTED,
        fails_if="the bound in the separation exceeds the closed bound it follows from",
    ),
    Enclose(
        claim="bias.lmin.onesided",
        sides=_one_sided,
        cells=grid(data=("antipodal", "opposite pair", "triple", "cloud 20 in 3"), B=("0", "1")),
        max_bits=256,
        fails_if="the least eigenvalue is below the bound although antipodes are allowed",
    ),
    Enclose(
        claim="bias.lmin.diff",
        sides=_difference,
        cells=grid(
            data=("axes", "triple", "close", "nine points"),
            B=THREE_BIASES,
            s=("1/10", "1/2", "9/10"),
        ),
        max_bits=256,
        fails_if="the least eigenvalue is below the bound",
    ),
    Enclose(
        claim="bias.lmin.upper",
        sides=_pair,
        cells=grid(
            data=("triple", "spread", "close", "nine points", "cloud 10 in 5"), B=THREE_BIASES
        ),
        max_bits=256,
        fails_if="the least eigenvalue exceeds the bound by the closest pair",
    ),
    Enclose(
        claim="bias.lmin.upper",
        part="closed form",
        sides=_pair_closed,
        cells=grid(B=("1/10", "1", "3"), rho=("-1/2", "0", "1/2", "99/100")),
        fails_if="the bound by the closest pair exceeds its closed form",
    ),
    Derive(
        claim="bias.lmin.scaling",
        role="step",
        residual=_unscaled_residuals,
        fails_if="Mills' upper side, doubled and unscaled, is another expression",
    ),
    Enclose(
        claim="bias.lmin.scaling",
        sides=_unscaled,
        cells=grid(data=("axes", "triple", "cloud 10 in 5"), B=("1", "4", "8")),
        max_bits=256,
        fails_if="the unscaled least eigenvalue exceeds the bound",
    ),
    Enclose(
        claim="bias.lmin.scaling.constant",
        sides=_constant,
        cells=grid(data=("cloud 10 in 5",), B=("1", "2", "6")),
        max_bits=256,
        fails_if="the unscaled least eigenvalue leaves the band, as it does at B = 6",
    ),
)
