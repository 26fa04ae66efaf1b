"""Checks of the bounds of the least eigenvalue that hold on all vectors."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import sympy
from flint import arb

from theory.bias import unrestricted
from theory.bias.data_sets import data_set
from theory.bias.kernel import KERNEL_ENTRY, kernel_least_eigenvalue, weights_only_matrix
from theory.bias.maps import size_map
from theory.bias.samples import greatest_correlation, greatest_cosine, separation
from theory.bias.symbols import B, rho
from theory.claim import Form
from theory.formula import Formula
from theory.gaussian import density
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.checks.bias_cells import THREE_BIASES, TYPICAL, Cell, bias_of, grid, least_of
from verify.engines import Derive, Enclose
from verify.engines.enclose import Side

Balls = Mapping[str, arb]


def _worst(cell: Cell, form: Formula) -> tuple[Side, Side]:
    rows, bias = data_set(cell["data"]), bias_of(cell)
    claimed = form.ball(B=bias, separation=separation(rows), n=len(rows))
    return claimed, least_eigenvalue(weights_only_matrix(rows, bias))


def _lower(cell: Cell, form: Form) -> tuple[Side, Side]:
    return form(data_set(cell["data"]), bias_of(cell)), least_of(cell)


def _log_order(cell: Cell, *, one_sided: bool) -> int:
    return unrestricted.log_order(data_set(cell["data"]), bias_of(cell), one_sided=one_sided)


def _log(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return form.ball(B=bias_of(cell), order=_log_order(cell, one_sided=False)), least_of(cell)


def _one_sided(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return form.ball(B=bias_of(cell), order=_log_order(cell, one_sided=True)), least_of(cell)


def _order_tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """T_k at the least k with (n-1) r^k <= 1/2, beside the least eigenvalue."""
    rows = data_set(cell["data"])
    r, k = greatest_cosine(rows), 1
    while not (len(rows) - 1) * r**k <= arb(1) / 2:
        k += 1
    return unrestricted.hermite_tail(ball(bias_of(cell)), k), least_of(cell)


def _closed_tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    k = int(cell["k"])
    return form.ball(B=bias_of(cell), order=k), unrestricted.hermite_tail(ball(bias_of(cell)), k)


def _explicit_log(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The bound in delta; at B = 0 the last term is left out (a tiny B makes it 1)."""
    rows, bias = data_set(cell["data"]), bias_of(cell)
    claimed = unrestricted.LOG_EXPLICIT.ball(
        B=bias or arb("1e-30"), separation=separation(rows), n=len(rows)
    )
    closed = form.ball(B=bias, order=_log_order(cell, one_sided=False))
    return claimed, closed


def _difference(cell: Cell, form: Form) -> tuple[Side, Side]:
    rows = data_set(cell["data"])
    return form(rows, bias_of(cell), Fraction(cell["s"])), least_of(cell)


def _pair(cell: Cell, form: Formula) -> tuple[Side, Side]:
    r = greatest_correlation(data_set(cell["data"]))
    return least_of(cell), form.ball(B=bias_of(cell), rho=r)


def _pair_quotient(form: Formula) -> sympy.Expr:
    """The Rayleigh quotient of (1, -1) on the closest pair."""
    diagonal, off = (KERNEL_ENTRY.expr.subs(rho, 1), KERNEL_ENTRY.expr)
    return form.expr - (2 * diagonal - 2 * off) / 2


def _pair_closed(cell: Cell, form: Formula) -> tuple[Side, Side]:
    values = {"B": bias_of(cell), "rho": Fraction(cell["rho"])}
    return form.ball(**values), unrestricted.PAIR_UPPER_CLOSED.ball(**values)


def _unscaled(cell: Cell, form: Formula) -> tuple[Side, Side]:
    bias = ball(bias_of(cell))
    return least_of(cell) * (bias * bias / 2).exp(), form.ball(B=bias_of(cell))


def _constant(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    """Relative distance of lambda exp(B^2/2) from its value at B = 0."""
    bias = ball(bias_of(cell))
    start = kernel_least_eigenvalue(data_set(cell["data"]), Fraction(0))
    return abs(least_of(cell) * (bias * bias / 2).exp() / start - 1), form


def _unscaled_residuals(form: Formula) -> sympy.Expr:
    """2 Q <= 2 phi/B by Mills, times exp(B^2/2)."""
    return form.expr - 2 * density(B) / B * sympy.exp(B**2 / 2)


LISTED = grid(data=TYPICAL, B=THREE_BIASES)
_MAP_CELL = {"data": "orthogonal", "B": "0"}

CHECKS = (
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
        vary={"B": (0, 4)},
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
        cells=(*LISTED, {"data": "close pair", "B": "6"}),
        vary={"B": (0, 10)},
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
        cells=(*LISTED, {"data": "orthogonal", "B": "1/10"}),
        vary={"B": (0, 10)},
        fails_if="the bound in the separation exceeds the closed bound it follows from",
    ),
    Enclose(
        claim="bias.lmin.onesided",
        sides=_one_sided,
        cells=(
            *grid(data=("antipodal", "opposite pair", "triple", "cloud 20 in 3"), B=("0", "1")),
            *grid(data=("close pair",), B=("1/2", "3", "8")),
        ),
        max_bits=256,
        vary={"B": (0, 10)},
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
    Derive(
        claim="bias.lmin.upper",
        residual=_pair_quotient,
        fails_if="the quotient of the closest pair's difference is another expression",
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
