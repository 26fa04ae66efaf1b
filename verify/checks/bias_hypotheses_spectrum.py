"""Which hypotheses of the second paper bear load: bounds of the least eigenvalue."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.bias import region, restricted, unrestricted
from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue
from theory.bias.off_sphere import (
    orthant_any_bias,
    scaled_kernel_matrix,
    scaled_orthant_matrix,
)
from theory.bias.orthant_ball import tail_ball
from theory.bias.tails import TAIL
from theory.claim import Form
from theory.exact import Matrix
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.checks.bias_cells import Cell, bias_of, without
from verify.engines.enclose import Side

ZERO = Fraction(0)
_SMALL = "small samples are nearly never active under a positive bias, and the kernel vanishes"
_TENTH = {"B": "1", "norm": "1/10"}


def _tail(cell: Cell) -> arb:
    return TAIL.ball(B=bias_of(cell))


def _norm(cell: Cell) -> Fraction:
    return Fraction(cell["norm"])


def _kernel_least(cell: Cell, rows: Matrix) -> arb:
    """The least eigenvalue of H_inf at the cell's norm and bias."""
    return least_eigenvalue(scaled_kernel_matrix(rows, bias_of(cell), _norm(cell)))


def _first_axis(cell: Cell, form: int) -> tuple[Side, Side]:
    """a = e_1 lies in R; its form is the kernel's entry."""
    rows, bias = data_set("axes"), bias_of(cell)
    P, norm = scaled_orthant_matrix(rows, bias, _norm(cell)), _norm(cell)
    return tail_ball(ball(bias)) - P[0, 1], ball(1 + norm**2) * P[0, 0]


def _far_form(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Q - p_min at two samples nearer than delta, as the claim's right side must not exceed."""
    bound = form.ball(B=bias_of(cell), separation=Fraction(cell["delta"]))
    return bound, region.restricted_bound(data_set(cell["data"]), bias_of(cell))


def _missed_long(cell: Cell, form: Form) -> tuple[Side, Side]:
    """The criterion holds for the directions; lambda of the long samples beside Q - p_min."""
    rows, bias = data_set(cell["data"]), bias_of(cell)
    if not form(rows, bias) > 0:
        return arb.nan(), arb.nan()
    return _kernel_least(cell, rows), region.restricted_bound(rows, bias)


def _angles(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """2 arcsin(delta/2) beside the arctan of the closed form."""
    square = ball(Fraction(cell["delta"]) ** 2)
    cosine = 1 - square / 2
    arctan = ((square * (1 - square / 4)).sqrt() / cosine).atan()
    return 2 * (square.sqrt() / 2).asin(), arctan


def _closed_positive(cell: Cell, form: int) -> tuple[Side, Side]:
    square = ball(Fraction(cell["delta"]) ** 2)
    return form * restricted.region_closed(ball(bias_of(cell)), square), ZERO


def _closed_below(cell: Cell, form: Formula) -> tuple[Side, Side]:
    delta = Fraction(cell["delta"])
    exact = _tail(cell) - orthant_any_bias(bias_of(cell), 1 - delta**2 / 2)
    return form.ball(B=bias_of(cell), separation=delta), exact


def _lower_for_small(cell: Cell, form: Any) -> tuple[Side, Side]:
    """A lower bound for the directions beside the least eigenvalue of the short samples."""
    rows = data_set("orthogonal")
    return form(rows, bias_of(cell)), _kernel_least(cell, rows)


def _order_of(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The closed bound at the cell's own order beside the least eigenvalue."""
    least = kernel_least_eigenvalue(data_set(cell["data"]), bias_of(cell))
    return form.ball(B=bias_of(cell), order=cell["k"]), least


def _worst_short(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """K o P is norm^2/2 times the identity for orthogonal samples at B = 0."""
    return form.ball(B=ZERO, separation=arb(2).sqrt(), n=2), _norm(cell) ** 2 / 2


def _worst_beyond(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Orthogonal samples: K o P is Q(B) times the identity."""
    return form.ball(B=bias_of(cell), separation=arb(2).sqrt(), n=2), _tail(cell)


def _circle(cell: Cell, form: int) -> tuple[Side, Side]:
    size = int(cell["n"])
    least = region.circle_least_eigenvalue(size, Fraction(cell.get("B", 0)))
    return least, ball(Fraction(1, size))


def _pair_closed(cell: Cell, form: Formula) -> tuple[Side, Side]:
    rho = Fraction(cell["rho"])
    tail, both = _tail(cell), orthant_any_bias(bias_of(cell), rho)
    value = 2 * tail - ball(1 + rho) * both
    return value, unrestricted.PAIR_UPPER_CLOSED.ball(B=bias_of(cell), rho=rho)


def _unscaled(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """One sample: 2 Q(B) e^(B^2/2), or (1 + s^2) Q(B/s) e^(B^2/2) at norm s."""
    bias, norm = bias_of(cell), Fraction(cell.get("norm", 1))
    least = ball(1 + norm**2) * tail_ball(ball(bias / norm))
    return least * (ball(bias) ** 2 / 2).exp(), form.ball(B=bias)


CHECKS = (
    without("bias.lmin.region", "unit", _TENTH, _first_axis, _SMALL),
    without(
        "bias.lmin.region.explicit", "separation",
        {"data": "close pair", "B": "0", "delta": "1/2"}, _far_form,
        "two samples nearer to each other than delta_X have a smaller Q - p_min",
    ),
    without(
        "bias.lmin.region.closed", "separation", {"B": "1", "delta": "3/2"}, _angles,
        "beyond sqrt(2) the arctan is another angle", "==",
    ),
    without(
        "bias.lmin.region.closed", "bias", {"B": "-1", "delta": "1"}, _closed_below,
        "at a negative bias Q_low exceeds Q",
    ),
    without(
        "bias.lmin.region.vac", "separation", {"B": "6/5", "delta": "19/10"}, _closed_positive,
        "the closed form is positive again beyond sqrt(2), which no samples reach", ">",
    ),
    without(
        "bias.region.miss", "unit", {"data": "close", "B": "0", "norm": "5"}, _missed_long,
        "the kernel of long samples grows and Q - p_min does not", "<",
    ),
    without("bias.lmin.circle", "residue", {"n": 8}, _circle, "eight points have another", "=="),
    without("bias.lmin.circle", "no bias", {"n": 6, "B": "1"}, _circle, "a bias changes it", "=="),
    *(
        without(
            claim, "unit", {"data": "orthogonal", "B": "0", "norm": "1/100"}, _worst_short,
            "K o P of short samples shrinks like the square of their norm",
        )
        for claim in ("bias.lmin.worst", "bias.lmin.worst.moderate")
    ),
    without(
        "bias.lmin.worst.moderate", "moderate", {"data": "orthogonal", "B": "114"}, _worst_beyond,
        "at B = 114 the bound exceeds Q(B)",
    ),
    without("bias.lmin.hermite", "unit", _TENTH, _lower_for_small, _SMALL),
    without(
        "bias.lmin.diff",
        "shrunk",
        {"data": "orthogonal", "B": "0", "s": "-9/10"},
        lambda cell, form: (
            form(data_set(cell["data"]), bias_of(cell), Fraction(cell["s"])),
            kernel_least_eigenvalue(data_set(cell["data"]), bias_of(cell)),
        ),
        "p(B, s K) is not positive semidefinite for s < 0",
    ),
    without(
        "bias.lmin.diff", "unit", _TENTH,
        lambda cell, form: _lower_for_small(cell, lambda rows, bias: form(rows, bias, ZERO)),
        _SMALL,
    ),
    *(
        without(
            claim, "unit", _TENTH,
            lambda cell, form: _lower_for_small(
                cell, lambda rows, bias: form.ball(B=bias, order=2)
            ),
            _SMALL,
        )
        for claim in ("bias.lmin.log", "bias.lmin.onesided")
    ),
    without(
        "bias.lmin.log", "order", {"data": "nearly twins", "B": "0", "k": 2}, _order_of,
        "(n - 1) r^2 is nearly 2, and the least eigenvalue 0.003",
    ),
    without(
        "bias.lmin.log", "high order", {"B": "11", "k": 2},
        lambda cell, form: (
            form.ball(B=bias_of(cell), order=cell["k"]),
            unrestricted.hermite_tail(ball(bias_of(cell)), cell["k"]),
        ),
        "at B = 11 and k = 2 the closed form exceeds T_k, which is below Q(B)",
    ),
    without(
        "bias.lmin.upper", "unit", {"data": "orthogonal", "B": "0", "norm": "2"},
        lambda cell, form: (_kernel_least(cell, data_set("orthogonal")), form.ball(B=ZERO, rho=0)),
        "orthogonal samples of norm 2 have the least eigenvalue 9/4",
    ),
    without(
        "bias.lmin.upper", "bias", {"B": "-1", "rho": "0"}, _pair_closed,
        "at a negative bias the closed form decays and the bound does not",
    ),
    without(
        "bias.lmin.scaling", "bias", {"B": "-1"}, _unscaled, "the right side is negative"
    ),
    without(
        "bias.lmin.scaling", "unit", {"B": "4", "norm": "2"}, _unscaled,
        "a sample of norm 2 is active with probability Q(B/2)",
    ),
)  # fmt: skip
