"""Which hypotheses of the second paper bear load: complexity, generalisation and alignment."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from flint import arb, arb_mat

from theory.bias.claims_generalization import (
    THROUGH_EIGENVALUE,
    THROUGH_EIGENVALUE_RECALLED,
    difference,
)
from theory.bias.data_sets import data_set
from theory.bias.generalization import main_term
from theory.bias.off_sphere import scaled_kernel_matrix
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.region import quadratic_form, restricted_bound
from theory.bias.samples import greatest_correlation
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks.bias_cells import Cell, bias_of, without
from verify.checks.bias_generalization import solved_sides
from verify.engines.enclose import Side

DELTA = Fraction(1, 20)
UNDECIDED = (arb.nan(), arb.nan())


def _certain(probability: Side, condition: bool) -> tuple[Side, Side]:
    """A violation has this probability if the condition is proved."""
    return (probability, DELTA) if condition else UNDECIDED


def _excess(cell: Cell, form: Formula) -> arb:
    return form.ball(n=cell["n"], m=1, ball_radius=1, active_share=Fraction(1, 2), radius=0,
                     band_share=0, delta=DELTA)  # fmt: skip


def _copies(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """f = 0, label 0 or 1 alike, all samples the same: all are 0 in half of the cases."""
    half = Fraction(1, 2)
    return _certain(half, bool(_excess(cell, form) < ball(half)))


def _rare_loss(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """f = 0, loss |y|, y = height with a small chance and else 0: nothing is seen of it."""
    chance = Fraction(cell["chance"])
    unseen = (1 - ball(chance)) ** cell["n"]
    return _certain(unseen, bool(_excess(cell, form) < ball(chance * cell["height"])))


def _through(cell: Cell, form: Form) -> tuple[Side, Side]:
    """One sample: 2 sqrt(2 Q/kappa) times the size of the label, beside its floor."""
    square = 1 + Fraction(cell.get("norm", 1)) ** 2
    tail = tail_ball(ball(bias_of(cell)))
    term = THROUGH_EIGENVALUE.ball(B=bias_of(cell), kappa=ball(square) * tail)
    floor = Formula(sympy.sympify(form[0])).ball()
    return floor, ball(Fraction(cell.get("label", 1))) * term


def _through_recalled(cell: Cell, form: Form) -> tuple[Side, Side]:
    kappa = 2 * tail_ball(ball(bias_of(cell)))
    term = THROUGH_EIGENVALUE_RECALLED.ball(B=bias_of(cell), kappa=kappa)
    return Formula(sympy.sympify(form[1])).ball(), term


def _short_solved(cell: Cell, form: Any) -> tuple[Side, Side]:
    rows, bias = data_set("axes"), bias_of(cell)
    H = scaled_kernel_matrix(rows, bias, Fraction(cell["norm"]))
    z = [ball(entry) for entry in form(len(rows))]
    image = H * arb_mat([[entry] for entry in z])
    square = (image.transpose() * image)[0, 0]
    return quadratic_form(H, z), square / restricted_bound(rows, bias)


def _short_alone(cell: Cell, form: Form) -> tuple[Side, Side]:
    """One short sample, y = 1: the alignment is 1/((1 + s^2) Q(B/s))."""
    norm = Fraction(cell["norm"])
    alignment = 1 / (ball(1 + norm**2) * tail_ball(ball(bias_of(cell) / norm)))
    return alignment, form[0].ball(B=bias_of(cell))


def _share_of(cell: Cell) -> arb:
    rows, bias = data_set(cell["data"]), ball(bias_of(cell))
    return (len(rows) - 1) * orthant_ball(bias, greatest_correlation(rows)) / tail_ball(bias)


def _large_share(cell: Cell, form: Form) -> tuple[Side, Side]:
    rows, g = data_set(cell["data"]), _share_of(cell)
    labels = tuple(Fraction((-1) ** i) for i in range(len(rows)))
    return (
        (abs(main_term(rows, labels, bias_of(cell)) ** 2 / 4 - 1), form(g))
        if g > 1
        else (UNDECIDED)
    )


def _long_labels(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Two orthogonal long samples, y = (1, -1): T^2/4 = 2 Q(B)/(H_11 - H_12)."""
    H = scaled_kernel_matrix(data_set(cell["data"]), bias_of(cell), Fraction(cell["norm"]))
    ratio = 2 * tail_ball(ball(bias_of(cell))) / (H[0, 0] - H[0, 1])
    return abs(ratio - 1), form(_share_of(cell))


CHECKS = (
    without(
        "bias.rad.linear",
        "unit",
        {"norm": "3", "n": 1},
        lambda cell, form: (
            ball(1 + Fraction(cell["norm"]) ** 2).sqrt(),
            form[1].ball(n=1, active_share=1, ball_radius=1),
        ),
        "one sample of norm 3 has the feature of norm sqrt(10)",
    ),
    without(
        "bias.gen.bound",
        "independent",
        {"n": 10**6},
        _copies,
        "copies of one sample show one label of two",
    ),
    without(
        "bias.gen.bound",
        "loss",
        {"n": 1000, "chance": "1/1000", "height": 10**6},
        _rare_loss,
        "an unbounded loss hides in samples that are rarely seen",
    ),
    without(
        "bias.gen.lambda_vacuous",
        "signs",
        {"B": "0", "label": "1/10"},
        _through,
        "small labels make the main term small",
    ),
    without(
        "bias.gen.lambda_vacuous",
        "unit",
        {"B": "0", "norm": "3"},
        _through,
        "long samples have a least eigenvalue above 2 Q(B)",
    ),
    without(
        "bias.gen.lambda_vacuous",
        "bias",
        {"B": "-1"},
        _through_recalled,
        "at a negative bias 2 Q exceeds e^(-B^2/2)",
    ),
    without(
        "bias.gen.region_solved",
        "solved",
        {"data": "region gap", "B": "0", "z": "e_1 - e_2"},
        lambda cell, form: solved_sides(cell, difference),
        "for z = e_1 - e_2 outside R the alignment exceeds the bound",
    ),
    without(
        "bias.gen.region_solved",
        "unit",
        {"B": "1", "norm": "1/10"},
        _short_solved,
        "the kernel of short samples nearly vanishes",
    ),
    without(
        "bias.gen.poly",
        "unit",
        {"B": "1", "norm": "1/10"},
        _short_alone,
        "the kernel of a short sample nearly vanishes",
    ),
    without(
        "bias.gen.largeB",
        "small share",
        {"data": "triple", "B": "0"},
        _large_share,
        "for g > 1 the bound is negative",
    ),
    without(
        "bias.gen.largeB",
        "unit",
        {"data": "orthogonal", "B": "1", "norm": "2"},
        _long_labels,
        "long samples have eigenvalues far above 2 Q(B)",
    ),
)
