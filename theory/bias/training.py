"""Gradient descent and flow: movement, rate, width (sections 5 and 6 of the transcription).

H(theta) is the tangent kernel at parameters theta, L = lambda_max(K + J), S = |f(0) - y|.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy
from flint import arb, arb_mat

from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue
from theory.bias.restricted import sign_change
from theory.bias.samples import correlations
from theory.bias.symbols import B, band_share, gram_top, initial_residual, radius, step_size
from theory.claim import Cell
from theory.exact import Matrix
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.notation import delta, kappa, m, n
from theory.rigor.balls import ball
from theory.rigor.spectra import greatest_eigenvalue

_R = sympy.Rational

MOVEMENT = Formula(_R(8, 3) * sympy.sqrt(gram_top) * initial_residual / (kappa * sympy.sqrt(m)))
MOVEMENT_FLOW = Formula(2 * sympy.sqrt(gram_top) * initial_residual / (kappa * sympy.sqrt(m)))
CONTRACTION = Formula(1 - _R(3, 8) * step_size * kappa)

KERNEL_CHANGE = Formula(4 * n * band_share)
CROSS_CHANGE = Formula(2 * n * band_share)

WIDTH_MOVEMENT = Formula(
    _R(1024, 3) ** 2 * sympy.E * n**3 * initial_residual**2 * density(B) ** 2 / kappa**4
)
WIDTH_BIAS = Formula(_R(1024, 9) * n * B**2 * initial_residual**2 / kappa**2)
WIDTH_CONCENTRATION = Formula(96 * n / kappa * sympy.log(n / delta))
WIDTH = Formula(sympy.Max(WIDTH_MOVEMENT.expr, WIDTH_BIAS.expr, WIDTH_CONCENTRATION.expr))
WIDTH_KERNEL = Formula(32 * gram_top / kappa * sympy.log(n / delta))

_LOG = sympy.log(n / delta)
ACTIVE_INIT = Formula(tail(B) + sympy.sqrt(2 * tail(B) * (1 - tail(B)) * _LOG / m) + _LOG / (3 * m))
_SHIFTED = tail(B - sympy.sqrt(2) * radius)
ACTIVE_TRAINED = Formula(
    _SHIFTED + sympy.sqrt(2 * _SHIFTED * (1 - _SHIFTED) * _LOG / m) + _LOG / (3 * m)
)
SHIFTED_TAIL_UPPER = Formula(
    tail(B) + sympy.sqrt(2) * radius * density(B) * sympy.exp(sympy.sqrt(2) * B * radius)
)


def strip_width(B: Fraction, share: arb) -> arb:
    """The r with 2 r phi(B) e^(B r) = share: the bound of bias.flip on a strip of half width r."""
    bias = ball(B)
    height = 2 * (-bias * bias / 2).exp() / (2 * arb.pi()).sqrt()
    # at r = share/height the left side is already at least the share
    return sign_change(lambda r: height * r * (bias * r).exp() - share, arb(0), 2 * share / height)


def gram_norm(rows: Matrix) -> arb:
    """L = lambda_max(K + J) of the directions of the rows."""
    gram = arb_mat([[1 + ball(rho) for rho in row] for row in correlations(rows)])
    return greatest_eigenvalue(gram)


def width_slack(*widths: Formula) -> Callable[[Cell], arb]:
    """How far a cell's m is above the greatest of the widths, at delta = 1/20.

    The cell names a data set and B, or the numbers "n", "kappa", "S" and "B" themselves.
    """

    def slack(cell: Cell) -> arb:
        width, known = ball(cell["m"]), _width_inputs(cell)
        spare = [
            width - f.ball(**{s.symbol.name: known[s.symbol.name] for s in f.symbols})
            for f in widths
        ]
        least = spare[0]
        for other in spare[1:]:
            least = least.min(other)
        return least

    return slack


def _width_inputs(cell: Cell) -> dict[str, Fraction | int | arb]:
    known: dict[str, Fraction | int | arb] = {"B": Fraction(cell["B"]), "delta": Fraction(1, 20)}
    if "data" in cell:
        rows = data_set(cell["data"])
        least = kernel_least_eigenvalue(rows, Fraction(cell["B"]))
        return known | {"n": len(rows), "kappa": least, "gram_top": gram_norm(rows)}
    start = {"kappa": Fraction(cell["kappa"]), "initial_residual": Fraction(cell["S"])}
    return known | start | {"n": cell["n"]}


def sharp_width(rows: Matrix, B: Fraction, squared_residual: Fraction, delta: Fraction) -> arb:
    """Width of bias.conv.gd without the roundings of its closed form.

    The strip of half width sqrt(2) R may hold a share kappa/(32 n) of the neurons in the mean,
    R = (8/3) sqrt(L) S/(kappa sqrt m), L = lambda_max(K + J) itself.
    """
    size = len(rows)
    kappa_ball = kernel_least_eigenvalue(rows, B)
    r = strip_width(B, kappa_ball / (32 * size))
    moved = ball(Fraction(128, 9)) * gram_norm(rows) * ball(squared_residual)
    concentrated = WIDTH_CONCENTRATION.ball(n=size, kappa=kappa_ball, delta=delta)
    return (moved / (kappa_ball * r) ** 2).max(concentrated)
