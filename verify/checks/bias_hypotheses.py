"""Which hypotheses of the second paper bear load: tails, the orthant probability, the kernel."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.bias import orthant_identities
from theory.bias.off_sphere import (
    opposite_output_covariance,
    orthant_any_bias,
    scaled_kernel_matrix,
    scaled_orthant_matrix,
)
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.orthant_float64 import orthant_float64
from theory.bias.tails import FLIP, STRIP, TAIL
from theory.exact import Matrix
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.checks.bias_cells import Cell, bias_of, without
from verify.engines.enclose import Side

ZERO, ONE = Fraction(0), Fraction(1)
AXES: Matrix = ((ONE, ZERO), (ZERO, ONE))
ALONE: Matrix = ((ONE,),)


def _at(cell: Cell, form: Formula) -> arb:
    """A formula at the cell's parameters, under the names of its symbols."""
    names = {"B": "B", "rho": "rho", "radius": "R", "half_width": "t", "separation": "delta"}
    return form.ball(**{s.symbol.name: Fraction(cell[names[s.symbol.name]]) for s in form.symbols})


def _tail(cell: Cell) -> arb:
    return TAIL.ball(B=bias_of(cell))


def _orthant(cell: Cell) -> arb:
    return orthant_any_bias(bias_of(cell), Fraction(cell["rho"]))


def _norm(cell: Cell) -> Fraction:
    return Fraction(cell["norm"])


def _kernel_least(cell: Cell, rows: Matrix) -> arb:
    """The least eigenvalue of H_inf at the cell's norm and bias."""
    return least_eigenvalue(scaled_kernel_matrix(rows, bias_of(cell), _norm(cell)))


def _float_error(cell: Cell, form: int) -> tuple[Side, Side]:
    """Relative error of the float64 rule where the value is subnormal."""
    bias = float(bias_of(cell))
    truth = tail_ball(arb(bias))
    value = float(orthant_float64(bias, 1.0, nodes=form))
    return abs(arb(value) / truth - 1), arb("2e-15")


_SMALL = "small samples are nearly never active under a positive bias, and the kernel vanishes"
_TENTH = {"B": "1", "norm": "1/10"}

TAILS = (
    without(
        "bias.tail.halfexp", "bias", {"B": "-1"},
        lambda cell, form: (_tail(cell), _at(cell, form)),
        "at a negative bias the tail exceeds 1/2 and the bound decays",
    ),
    without(
        "bias.tail.mills", "bias", {"B": "-1"},
        lambda cell, form: (_tail(cell), _at(cell, form[1])),
        "at a negative bias the upper side is negative",
    ),
    without(
        "bias.tail.linear", "bias", {"B": "-1"},
        lambda cell, form: (_at(cell, form), _tail(cell)),
        "at a negative bias the tangent at 0 lies above the tail",
    ),
    without(
        "bias.tail.maxlb", "bias", {"B": "-1"},
        lambda cell, form: (_at(cell, form), _tail(cell)),
        "at a negative bias the linear branch lies above the tail",
    ),
    without(
        "bias.tail.komatsu", "bias", {"B": "-3/2"},
        lambda cell, form: (_tail(cell), _at(cell, form[1])),
        "below B = -1 the upper side is negative",
    ),
    without(
        "bias.tail.halfnormal", "narrow", {"t": "2"},
        lambda cell, form: (_at(cell, form[0]), _at(cell, STRIP)),
        "the lower side grows beyond 1",
    ),
    without(
        "bias.flip", "bias", {"B": "-1", "R": "1"},
        lambda cell, form: (_at(cell, FLIP), _at(cell, form[1])),
        "at a negative bias e^(BR) is on the wrong side",
    ),
    *(
        without(
            "bias.flip.rec", name, cell,
            lambda cell, form: (
                _at(cell, FLIP),
                form.ball() * ball(Fraction(cell["R"])) * (-(ball(bias_of(cell)) ** 2) / 2).exp(),
            ),
            "a strip of half width 4 about B = 4 or -4 holds half of the mass",
        )
        for name, cell in (("BR", {"B": "4", "R": "4"}), ("bias", {"B": "-4", "R": "4"}))
    ),
)  # fmt: skip

ORTHANT = (
    without(
        "bias.p.polar", "bias", {"B": "-1", "rho": "1/2"},
        lambda cell, form: (
            orthant_identities.polar_integral(ball(bias_of(cell)), _at(cell, form)),
            _orthant(cell),
        ),
        "the integral does not see the sign of B", "==",
    ),
    without(
        "bias.p.special", "bias", {"B": "-1", "rho": "-1"},
        lambda cell, form: (_orthant(cell), ZERO),
        "opposite samples are both active when |g| <= 1", "==",
    ),
    without(
        "bias.p.mono", "correlation", {"B": "1", "rho": "-1"},
        lambda cell, form: (
            form * orthant_ball(ball(bias_of(cell) + 1), arb(-1)),
            form * orthant_ball(ball(bias_of(cell)), arb(-1)),
        ),
        "opposite samples are never both active, whatever B", "<",
    ),
    without(
        "bias.nngp", "bias", {"B": "-1", "rho": "-1"},
        lambda cell, form: (opposite_output_covariance(bias_of(cell)), ZERO),
        "opposite samples are both active when |g| <= 1, so G(-1) > 0", "==",
    ),
    without(
        "bias.p.upper.paper", "bias", {"B": "-1", "rho": "1/2"},
        lambda cell, form: (_orthant(cell), _at(cell, form)),
        "p exceeds the bound at a negative bias",
    ),
    without(
        "bias.p.savage", "bias", {"B": "-2", "rho": "0"},
        lambda cell, form: (_orthant(cell), _at(cell, form[1])),
        "at a negative bias p is near 1 and the upper side small",
    ),
    without(
        "bias.p.alg.float", "size", {"B": "383/10"},
        _float_error,
        "among subnormal numbers a double keeps few digits",
    ),
)  # fmt: skip

KERNEL = (
    without(
        "bias.setup", "unit", {"norm": "2"},
        lambda cell, form: (1 + _norm(cell) ** 2, form.ball(rho=1)),
        "a sample of norm 2 has |(x, 1)|^2 = 5", "==",
    ),
    without(
        "bias.h.def", "unit", {"B": "1", "rho": "1", "norm": "2"},
        lambda cell, form: (_kernel_least(cell, ALONE), _at(cell, form)),
        "a sample of norm 2 has the entry 5 Q(B/2)", "==",
    ),
    without(
        "bias.h.def", "start", {"B": "1", "rho": "1", "deviation": "2"},
        # weights of deviation s are active as samples of norm s are
        lambda cell, form: (2 * tail_ball(arb(1) / 2), _at(cell, form)),
        "weights of deviation 2 are active with probability Q(B/2)", "==",
    ),
    without(
        "bias.h.pd", "unit", {"B": "0", "X": [["1"], ["2"], ["3"]]},
        lambda cell, form: (_collinear(cell["X"], (1, -2, 1)), ZERO),
        "x, 2x, 3x are distinct, and (1, -2, 1) annihilates their kernel", ">",
    ),
    without(
        "bias.h.schur", "unit", {"B": "0", "norm": "1/2"},
        lambda cell, form: (
            ball(form) * least_eigenvalue(scaled_orthant_matrix(AXES, ZERO, _norm(cell))),
            _kernel_least(cell, AXES),
        ),
        "orthogonal samples of norm 1/2 have 3/8 beside 2/4",
    ),
    without(
        "bias.h.trace", "unit", {"B": "1", "norm": "2"},
        lambda cell, form: (_kernel_least(cell, ALONE), _at(cell, form)),
        "one sample of norm 2 has the eigenvalue 5 Q(B/2)",
    ),
    without(
        "bias.h.trace", "bias", {"B": "-1"},
        lambda cell, form: (_at(cell, form), (-(ball(bias_of(cell)) ** 2) / 2).exp()),
        "at a negative bias 2 Q exceeds 1",
    ),
    without(
        "bias.h.largeB", "unit", {"B": "1", "norm": "2"},
        lambda cell, form: (
            least_eigenvalue(scaled_kernel_matrix(AXES, bias_of(cell), _norm(cell)))
            / (2 * _tail(cell)) - 1,
            form(AXES, bias_of(cell)),
        ),
        "orthogonal samples of norm 2: both eigenvalues are far above 2 Q(B)",
    ),
)  # fmt: skip


def _collinear(X: list[list[str]], vector: tuple[int, ...]) -> Fraction:
    """v^T H v at B = 0 for positive multiples of one sample: H_ij = (1 + x_i x_j)/2."""
    points = [Fraction(row[0]) for row in X]
    return sum(
        (a * b * (1 + x * z) / 2 for a, x in zip(vector, points, strict=True)
         for b, z in zip(vector, points, strict=True)),
        ZERO,
    )  # fmt: skip


CHECKS = (*TAILS, *ORTHANT, *KERNEL)
