"""Checks of the main term: alignment, vacuity and a counter-example, certified."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy
from flint import arb, arb_mat

from theory.bias.claims_generalization import THROUGH_EIGENVALUE, THROUGH_EIGENVALUE_RECALLED
from theory.bias.data_sets import data_set
from theory.bias.generalization import (
    MAIN_TERM,
    alignment,
    main_term,
)
from theory.bias.kernel import kernel_least_eigenvalue, kernel_matrix
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.region import quadratic_form, region_matrix, restricted_bound
from theory.bias.samples import greatest_correlation, rational_root
from theory.bias.symbols import B
from theory.claim import Form
from theory.exact import Matrix
from theory.formula import Formula
from theory.gaussian import tail
from theory.notation import kappa
from theory.rigor.balls import ball, certain_sign
from verify.checks.bias_cells import grid
from verify.engines import Derive, Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
BIASES = ("0", "1", "2")
SAMPLED_BIASES = ("0", "1/4", "1/2", "3/4", "1", "3/2", "2", "3")
GAP_LABELS = (1, -1, 1, 1, 1, 1, 1, 1)


def _through(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Smaller of both main terms over their claimed floors, beside 1."""
    bias = Fraction(cell["B"])
    least = kernel_least_eigenvalue(_samples(cell), bias)
    terms = (f.ball(B=bias, kappa=least) for f in (THROUGH_EIGENVALUE, THROUGH_EIGENVALUE_RECALLED))
    floors = (Formula(sympy.sympify(floor)).ball() for floor in form)
    first, second = (term / floor for term, floor in zip(terms, floors, strict=True))
    return arb(1), first.min(second)


def _gap(cell: Cell, form: None) -> tuple[Side, Side]:
    """y^T H^(-1) y beside |y|^2/(Q - p_min), where y lies in R for certain."""
    samples, bias = data_set(cell["data"]), Fraction(cell["B"])
    labels = tuple(Fraction(label) for label in cell["y"])
    inside = quadratic_form(region_matrix(samples, bias), [ball(label) for label in labels])
    if certain_sign(inside) not in (0, 1):
        return arb.nan(), arb.nan()
    square = sum(label * label for label in labels)
    return alignment(samples, labels, bias), ball(square) / restricted_bound(samples, bias)


def solved_sides(cell: Cell, form: Any) -> tuple[Side, Side]:
    """z^T H z beside |H z|^2/(Q - p_min); y = H z, so the left side is y^T H^(-1) y."""
    samples, bias = data_set(cell["data"]), Fraction(cell["B"])
    z = [ball(entry) for entry in form(len(samples))]
    H = kernel_matrix(samples, bias)
    image = H * arb_mat([[entry] for entry in z])
    square = (image.transpose() * image)[0, 0]
    return quadratic_form(H, z), square / restricted_bound(samples, bias)


def _cross_polytope(d: int) -> Matrix:
    unit = [tuple(Fraction(int(i == k)) for k in range(d)) for i in range(d)]
    return tuple(unit) + tuple(tuple(-entry for entry in row) for row in unit)


def _samples(cell: Cell) -> Matrix:
    if "cosine" in cell:
        cosine = Fraction(cell["cosine"])
        sine = rational_root(1 - cosine**2)
        assert sine is not None
        return ((Fraction(1), Fraction(0)), (cosine, sine))
    if "axes" in cell:
        size = cell["axes"]
        return _cross_polytope(size)[: size if cell.get("half") else None]
    return data_set(cell["data"])


def _constant(cell: Cell, form: Form) -> tuple[Side, Side]:
    samples, bias = _samples(cell), Fraction(cell["B"])
    ones = tuple(Fraction(1) for _ in samples)
    return alignment(samples, ones, bias), form[0].ball(B=bias)


def _linear(cell: Cell, form: Form) -> tuple[Side, Side]:
    """beta = (1, ..., 1), or the first coordinate; rows of norm one."""
    samples, bias = _samples(cell), Fraction(cell["B"])
    labels = tuple(sum(row, Fraction(0)) for row in samples)
    return alignment(samples, labels, bias), len(samples[0]) * form[1].ball(B=bias)


def _enough(cell: Cell, form: Form) -> tuple[Side, Side]:
    """At n just above the claimed number of samples the guaranteed main term is below 1."""
    bias = Fraction(cell["B"])
    size = form[2].ball(B=bias).upper().ceil() + 1
    return MAIN_TERM.ball(B=bias, alignment=form[0].ball(B=bias), n=size), arb(1)


def _forgets(cell: Cell, form: Form) -> tuple[Side, Side]:
    """|T^2/(4 rms^2) - 1| beside the bound; needs g < 1."""
    samples, bias = data_set(cell["data"]), Fraction(cell["B"])
    labels = tuple(Fraction((-1) ** i) for i in range(len(samples)))
    r = greatest_correlation(samples)
    g = (len(samples) - 1) * orthant_ball(ball(bias), r) / tail_ball(ball(bias))
    if not g < 1:
        return arb.nan(), arb.nan()
    return abs(main_term(samples, labels, bias) ** 2 / 4 - 1), form(g)


CHECKS = (
    Enclose(
        claim="bias.gen.lambda_vacuous",
        sides=_through,
        cells=(
            *grid(data=("orthogonal", "spread", "close"), B=("0", "1", "2", "4")),
            {"cosine": "-24/25", "B": "0"},
        ),
        fails_if="a data set has a main term below 2 (below sqrt(32) with the recalled constant)",
    ),
    Derive(
        claim="bias.gen.lambda_vacuous",
        residual=lambda form: [
            THROUGH_EIGENVALUE.expr.subs(kappa, 2 * tail(B)) - form[0],
            THROUGH_EIGENVALUE_RECALLED.expr.subs(kappa, sympy.exp(-(B**2) / 2)) - form[1],
        ],
        role="step",
        fails_if="the largest kappa, 2 Q(B) <= exp(-B^2/2), does not give exactly the floors",
    ),
    Enclose(
        claim="bias.gen.region_gap",
        sides=_gap,
        cells=tuple({"data": "region gap", "y": GAP_LABELS, "B": bias} for bias in ("0", "1", "2")),
        fails_if="labels certainly in R have an alignment above |y|^2/(Q - p_min)",
    ),
    Enclose(
        claim="bias.gen.region_solved",
        sides=solved_sides,
        cells=grid(data=("region gap", "close", "spread"), B=BIASES),
        fails_if="z of one sign (always in R) and y = H z exceed the bound",
    ),
    *(
        Enclose(
            claim="bias.gen.poly",
            part=part,
            sides=sides,
            cells=cells,
            vary=vary,
            fails_if=f"{part}: a data set exceeds the bound",
        )
        for part, sides, cells, vary in (
            (
                "constant labels",
                _constant,
                (
                    {"axes": 60, "half": True, "B": "0"},
                    {"axes": 40, "half": True, "B": "1/10"},
                    *grid(data=("spread", "close", "cloud 20 in 3"), B=BIASES),
                ),
                {},
            ),
            (
                "linear labels",
                _linear,
                (
                    *grid(axes=(3,), B=BIASES),
                    *grid(data=("spread", "close"), B=BIASES),
                    *grid(data=("antipodal",), B=("1/4", "1/2", "2")),
                ),
                {"B": (0, 4)},
            ),
            (
                "samples",
                _enough,
                grid(B=("0", "1/4", "1/2", "3/4", "1", "3/2", "2", "3")),
                {"B": (0, 6)},
            ),
        )
    ),
    Enclose(
        claim="bias.gen.largeB",
        sides=_forgets,
        cells=(
            *grid(data=("close pair", "orthogonal"), B=("1", "2", "4")),
            *grid(data=("axes", "simplex"), B=("2", "4")),
        ),
        fails_if="the main term of alternating labels is farther from twice their rms",
    ),
)
