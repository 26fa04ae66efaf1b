"""Checks of the spectrum at the teacher (spec.*)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import sympy
from flint import arb
from sympy import Abs, Rational, pi, sin, sqrt

from theory.exact import Matrix
from theory.formula import Formula
from theory.lottery.initialisation import distilled_moments, rho_branches
from theory.lottery.network import problem, read_weights
from theory.lottery.orthonormal import (
    LEAST,
    C,
    standard_block,
    trivial_block,
    trivial_quadratic,
)
from theory.lottery.spectrum import (
    DISJOINT_GREATEST,
    DISJOINT_LEAST,
    RHO,
    hessian_condition,
    pair_angle,
    pair_block_eigenvalues,
    teacher_matrix,
)
from theory.lottery.symbols import angle, neurons
from theory.notation import d
from theory.rigor.inertia import eigenvalues_below, multiplicity
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.checks.lottery_problems import (
    REFERENCE,
    TRIPLE,
    Cell,
    at_teacher,
    axes,
    blocks,
    read_problem,
)
from verify.engines import Derive, Enclose
from verify.engines.enclose import Side

PAIRS = tuple(
    {"teacher": [["1", "0"], [a, b]]}
    for a, b in (("3/5", "4/5"), ("12/13", "5/13"), ("-4/5", "3/5"), ("1", "1/10"), ("-7", "1"))
)
MASKED_PAIR = {"teacher": [["1", "1/10"], ["1", "0"]], "mask": [[1, 1], [1, 0]]}


def _scale_sides(cell: Cell, form: int) -> tuple[Side, Side]:
    task, t = at_teacher(cell), Fraction(cell["scale"])
    longer = (tuple(t * x for x in task.teacher[0]), *task.teacher[1:])
    scaled = least_eigenvalue(teacher_matrix(problem(longer, None, task.mask)))
    return scaled, least_eigenvalue(teacher_matrix(task)) * arb(int(t)) ** form


def _pair_residual(form: tuple[Formula, Formula]) -> Iterator[sympy.Expr]:
    """Least and greatest of 1/2 +- eigenvalues of Q; sin(theta) > 0 orders them."""
    greatest, least, *_ = pair_block_eigenvalues()
    for item, value in zip(form, (least, greatest), strict=True):
        yield item.expr - value.subs(Abs(sin(angle)), sin(angle))


def _pair_sides(index: int) -> Callable[[Cell, Any], tuple[Side, Side]]:
    extreme = (least_eigenvalue, greatest_eigenvalue)[index]

    def sides(cell: Cell, form: tuple[Formula, Formula]) -> tuple[Side, Side]:
        task = at_teacher(cell)
        value = form[index].ball(angle=pair_angle(*task.teacher))
        return extreme(teacher_matrix(task)), value

    return sides


def _disjoint_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    task = at_teacher(cell)
    return hessian_condition(task), form.ball(neurons=task.neurons)


def _disjoint_cell(neurons_: int, kept: int) -> Cell:
    mask = blocks(neurons_, kept)
    rows = [[str(entry * (i + 2)) for i, entry in enumerate(row)] for row in mask]
    return {"teacher": rows, "mask": mask}


def _orthonormal_residual(form: tuple) -> Iterator[sympy.Expr]:
    """Blocks, number of eigenvalues, trace and square of A determine the list."""
    K = neurons
    yield sum(times for _, times in form) - K * d
    yield sum(times * level.expr for level, times in form) - K * d / 2
    squares = K * d / 4 + K * (K - 1) * (d / 16 + 2 * C**2)
    yield sum(times * level.expr**2 for level, times in form) - squares
    for block, indices in ((standard_block(), (0, 2, 3)), (trivial_block(), (4, 5))):
        for i in indices:
            matrix = block - form[i][0].expr * sympy.eye(block.shape[0])
            yield sympy.expand(matrix.det())


def _multiplicity_sides(cell: Cell, form: tuple) -> tuple[Side, Side]:
    task = at_teacher(cell)
    K, width = task.neurons, task.dimension
    value, times = form[cell["level"]]
    matrix = teacher_matrix(task)
    count = multiplicity(matrix, value.ball(neurons=K), arb(10) ** -6)
    expected = Fraction(str(times.subs({neurons: K, d: width})))
    return (arb.nan() if count is None else count), expected


def _rho_residual(form: Formula) -> Iterator[sympy.Expr]:
    branches = rho_branches(distilled_moments(sympy.Integer(0), sympy.Integer(1)))
    yield from (branch - form.expr for branch in (*branches, LEAST.expr))


def _least_against(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return least_eigenvalue(teacher_matrix(read_problem(cell))), form.ball()


def _nullity_sides(cell: Cell, form: Callable[[Matrix], int]) -> tuple[Side, Side]:
    """Certified number of eigenvalues below 10^-9, against the exact nullity."""
    teacher = read_weights(cell["teacher"], "teacher")
    count = eigenvalues_below(teacher_matrix(problem(teacher)), arb(10) ** -9)
    return (arb.nan() if count is None else count), form(teacher)


def _kappa_rate_residual(form: tuple[Formula, ...]) -> Iterator[sympy.Expr]:
    """1 - rate = 2/(sqrt(kappa) + 1) and 2/(kappa + 1): only the limit of kappa/K matters.

    With mu = K y the trivial quadratic over K^2 tends to y^2 - (1/4 + c) y + c/4, whose
    greater root is 1/4 > c = 1/(2 pi).
    """
    y = sympy.Dummy("y")
    limit = sympy.limit(
        sympy.expand(trivial_quadratic(neurons * y) / neurons**2), neurons, sympy.oo
    )
    yield limit.subs(y, Rational(1, 4))
    yield limit - (y - Rational(1, 4)) * (y - C)
    for (momentum, descent), share in (
        ((form[0], form[1]), Rational(1, 4) / RHO),
        ((form[2], form[3]), 1 / (pi - 1)),
    ):
        yield momentum.expr - 2 / sqrt(share)
        yield descent.expr - 2 / share


CHECKS = (
    Enclose(
        claim="lottery.spec.scale",
        cells=({**REFERENCE, "scale": 3}, {"teacher": TRIPLE["teacher"], "scale": 7}),
        sides=_scale_sides,
        relation="==",
        fails_if="stretching one neuron moves the least eigenvalue",
    ),
    Derive(
        claim="lottery.spec.pair",
        residual=_pair_residual,
        fails_if="the eigenvalues of Q in the plane of two neurons are others",
    ),
    *(
        Enclose(
            claim="lottery.spec.pair",
            cells=PAIRS,
            sides=_pair_sides(index),
            relation="==",
            fails_if="a certified eigenvalue at a rational angle differs",
        )
        for index in (0, 1)
    ),
    Derive(
        claim="lottery.spec.disjoint",
        part="ratio",
        residual=lambda form: form.expr - DISJOINT_GREATEST.expr / DISJOINT_LEAST.expr,
        fails_if="the ratio of the extreme eigenvalues is another",
    ),
    Enclose(
        claim="lottery.spec.disjoint",
        part="matrix",
        cells=tuple(_disjoint_cell(K, r) for K, r in ((2, 1), (2, 4), (3, 2), (5, 2))),
        sides=_disjoint_sides,
        relation="==",
        fails_if="the certified condition number differs, or depends on r",
    ),
    Derive(
        claim="lottery.spec.orth",
        part="blocks",
        residual=_orthonormal_residual,
        fails_if="blocks, trace or square of A disagree with the list",
    ),
    Enclose(
        claim="lottery.spec.orth",
        part="counts",
        cells=tuple(
            {"teacher": axes(K, width), "level": level}
            for K, width in ((3, 3), (3, 4), (4, 4))
            for level in (0, 2, 3, 4, 5)
        ),
        sides=_multiplicity_sides,
        relation="==",
        start_bits=256,
        fails_if="the certified number of eigenvalues at a level differs",
    ),
    Derive(
        claim="lottery.spec.rho",
        residual=_rho_residual,
        fails_if="a branch, or the orthonormal spectrum's least level, is another number",
    ),
    *(
        Enclose(
            claim="lottery.spec.pair",
            role="without dense masks",
            cells=(MASKED_PAIR,),
            sides=_pair_sides(index),
            relation="==",
            fails_if="pruning a close pair changes its extreme eigenvalues",
        )
        for index in (0, 1)
    ),
    Enclose(
        claim="lottery.spec.disjoint",
        role="without disjoint masks",
        cells=({"teacher": axes(2, 2), "mask": [[1, 1], [1, 1]]},),
        sides=_disjoint_sides,
        relation="==",
        fails_if="overlap changes the condition number",
    ),
    Enclose(
        claim="lottery.spec.orth",
        role="without orthogonal directions",
        cells=({"teacher": [["1", "1/2", "0"], ["0", "1", "0"], ["0", "0", "1"]], "level": 0},),
        sides=_multiplicity_sides,
        relation="==",
        start_bits=256,
        fails_if="an oblique teacher has other multiplicities",
    ),
    Enclose(
        claim="lottery.spec.rho_rounded",
        cells=({"teacher": axes(2, 2)}, {"teacher": axes(3, 4)}),
        sides=_least_against,
        relation=">=",
        fails_if="an orthonormal teacher has less curvature than the constant",
    ),
    Enclose(
        claim="lottery.spec.antipodal",
        cells=(
            {"teacher": [["1", "2", "0"], ["-1", "-2", "0"], ["0", "1", "1"], ["0", "-1", "-1"]]},
            {"teacher": [["1", "2", "0"], ["-1", "-2", "0"], ["0", "1", "1"]]},
            {"teacher": [["1", "2"], ["-1", "-2"]]},
            {"teacher": [["1", "2"], ["2", "4"], ["-1", "0"]]},
        ),
        sides=_nullity_sides,
        relation="==",
        start_bits=256,
        fails_if="the certified number of tiny eigenvalues is not the exact nullity",
    ),
    Derive(
        claim="lottery.spec.kappa_rates",
        residual=_kappa_rate_residual,
        fails_if="the limits of kappa/K give other constants",
    ),
)
