"""Alignment of the labels with the kernel, and the generalization bound's terms (section 7)."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb, arb_mat

from theory.bias.kernel import kernel_matrix
from theory.bias.symbols import B, active_share, ball_radius, band_share, radius
from theory.bias.tails import TAIL
from theory.exact import Matrix, Vector
from theory.formula import Formula
from theory.notation import declare, delta, m, n
from theory.rigor.balls import ball

alignment_symbol = declare(
    "alignment", "A", "alignment y^T H_inf^(-1) y of labels and kernel", "A >= 0", ("1/4", 30)
)

RADEMACHER_LINEAR = Formula(ball_radius * sympy.sqrt(2 * active_share / n))
RADEMACHER_FLIP = Formula(
    RADEMACHER_LINEAR.expr + sympy.sqrt(2) * radius * sympy.sqrt(m) * band_share
)
MAIN_TERM = Formula(2 * sympy.sqrt(2 * TAIL.expr * alignment_symbol / n))
MAIN_TERM_CLOSED = Formula(sympy.sqrt(4 * sympy.exp(-(B**2) / 2) * alignment_symbol / n))
MAIN_TERM_RECALLED = Formula(sympy.sqrt(32 * sympy.exp(-(B**2) / 2) * alignment_symbol / n))
CONFIDENCE = Formula(
    3 * sympy.sqrt(sympy.log(sympy.pi**2 * ball_radius**2 / (3 * delta)) / (2 * n))
)


def alignment(rows: Matrix, y: Vector, B: Fraction) -> arb:
    """y^T H_inf^(-1) y as a ball; rows: distinct directions of the samples."""
    if not any(y):
        return arb(0)
    labels = arb_mat([[ball(entry)] for entry in y])
    try:
        solved = kernel_matrix(rows, B).solve(labels)
    except ZeroDivisionError:  # not provably regular at this precision
        return arb.nan()
    return (labels.transpose() * solved)[0, 0]


def main_term(rows: Matrix, y: Vector, B: Fraction) -> arb:
    """T = 2 sqrt(2 Q(B) y^T H_inf^(-1) y / n)."""
    return MAIN_TERM.ball(B=B, alignment=alignment(rows, y, B), n=len(rows))
