"""Checks of the extreme values on dual regions and of the Diracs (theory.dual.extremes)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from flint import arb

from theory.dual.arrangement import regions
from theory.dual.certificate_function import active_vector
from theory.dual.dirac_count import dirac_set
from theory.dual.examples import (
    BOTH_SIGNS,
    BOTH_SIGNS_CLOSED,
    BOTH_SIGNS_DIRACS,
    BOTH_SIGNS_HALF_OPEN,
    EVEN,
    EVEN_DUAL,
    PAIR,
    RECTANGLE,
    RECTANGLE_DUAL,
    SQUARE,
    TRIANGLE,
)
from theory.dual.problem import Dirac, Problem
from theory.dual.saturation import contents, has_dead_region, saturated, saturated_points
from theory.dual.training import certified_optimum
from theory.exact import Matrix, Vector, dot
from theory.rigor.balls import ball, working_precision
from verify.checks.dual_cones import greatest_on_cone, independent_rows, orthogonal_part
from verify.checks.dual_duality import BITS, optimum
from verify.checks.dual_problems import PROBLEMS, drawn, integer_rows
from verify.engines import Enclose

Cell = Mapping[str, Any]

ONES = (Fraction(1),) * 4
CERTIFICATES: dict[str, tuple[Matrix, Vector]] = {
    "both signs, closed": BOTH_SIGNS_CLOSED,
    "both signs, half-open": BOTH_SIGNS_HALF_OPEN,
    "square": (SQUARE.X, ONES),
    "rectangle": (RECTANGLE.X, RECTANGLE_DUAL),
    "pair": (PAIR.X, ONES[:2]),
    "triangle": (TRIANGLE.X, ONES[:3]),
    "even phase": (EVEN.X, EVEN_DUAL),
}
DRAWN: tuple[Cell, ...] = tuple(
    {"n": count, "d": d, "seed": seed, "size": size}
    for seed, (count, d) in enumerate([(4, 2), (6, 2), (4, 3), (6, 3), (5, 4)])
    for size in (9, 2)
)
ATTAINED = ("pair", "square", "rectangle", "triangle")  # the bound, with and without dead regions
EXACT: tuple[Cell, ...] = (*({"certificate": name} for name in CERTIFICATES), *DRAWN)


def certificate(cell: Cell) -> tuple[Matrix, Vector]:
    """Data and a dual point: a named example, or drawn integers."""
    if "certificate" in cell:
        return CERTIFICATES[cell["certificate"]]
    rng = np.random.default_rng([cell["n"], cell["d"], cell["seed"], cell["size"]])
    rows = integer_rows(rng, cell["n"], cell["d"], size=cell["size"])
    return rows, tuple(Fraction(a) for a in rng.integers(-6, 7, size=(cell["n"],)).tolist())


def _values(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    """Sum over regions and signs of the squared maxima: claimed, and by faces."""
    X, p = certificate(cell)
    cells = regions(X)
    claimed, found = Fraction(0), Fraction(0)
    for region in range(len(cells)):
        walls = [
            tuple(Fraction(int(side) * a) for a in normal)
            for side, normal in zip(cells.signs[region], cells.lines.normals, strict=True)
        ]
        v = active_vector(p, X, cells.active[region])
        for signed in (v, tuple(-a for a in v)):
            claimed += form.value(signed, walls)
            found += greatest_on_cone(signed, walls)
    return claimed, found


def _inadmissible(cell: Cell, admissible: Any) -> tuple[int, int]:
    X, p = certificate(cell)
    return sum(not admissible(*held) for held in contents(p, X).values()), 0


def _inadmissible_by_law(cell: Cell, form: Any) -> tuple[int, int]:
    return _inadmissible(cell, form.admissible)


def _half_open(cell: Cell, admissible: Any) -> tuple[int, int]:
    """The same, regions told apart by the set of active samples of a point."""
    X, p = certificate(cell)
    groups: dict[tuple[bool, ...], list[int]] = {}
    for sign, point in saturated_points(p, X):
        groups.setdefault(tuple(dot(row, point) > 0 for row in X), []).append(sign)
    wrong = sum(not admissible(signs.count(1), signs.count(-1), False) for signs in groups.values())
    return wrong, 0


def _saturated_count(cell: Cell, form: Any) -> tuple[int, arb]:
    X, p = certificate(cell)
    return _saturated(p, X), _bound(X, form)


# Every version of the claim asks for the same counts.
@lru_cache(maxsize=64)
def _saturated(p: Vector, X: Matrix) -> int:
    return len(saturated_points(p, X))


@lru_cache(maxsize=64)
def _regions(X: Matrix) -> tuple[int, int]:
    """Number of regions, and of dead ones."""
    return len(regions(X)), int(has_dead_region(X))


@lru_cache(maxsize=64)
def _at_most(task: Problem) -> int:
    """All points that can be saturated for the certified optimum, counted with their regions."""
    return dirac_set(certified_optimum(task, bits=BITS)).most


def _bound(X: Matrix, form: Any) -> arb:
    """The claimed number of saturated points."""
    count, dead = _regions(X)
    return form.ball(n=len(X), region_count=count, dead_regions=dead)


def _certified_count(cell: Cell, form: Any) -> tuple[int, arb]:
    task = drawn(cell)
    return _at_most(task), _bound(task.X, form)


def _measure(cell: Cell) -> tuple[Matrix, list[Dirac]]:
    if "example" in cell:
        return BOTH_SIGNS.X, list(BOTH_SIGNS_DIRACS)
    return drawn(cell).X, list(optimum(drawn(cell)).measure)


def _unseparated(cell: Cell, form: Any) -> tuple[int, int]:
    X, atoms = _measure(cell)
    return sum(
        form(first.sign, second.sign)
        and not any(dot(row, first.u) * dot(row, second.u) < 0 for row in X)
        for first, second in combinations(atoms, 2)
    ), 0


def _kink_signs(cell: Cell, form: Any) -> tuple[arb, int]:
    """The greatest s * sum_Z p_j |<delta, x_j>| over Diracs on faces and over directions delta
    of small integers, with p in its ball; nan when no Dirac is on a face."""
    task, found = drawn(cell), optimum(drawn(cell))
    worst = arb.neg_inf()
    for atom in found.measure:
        kinks = [j for j, row in enumerate(task.X) if any(row) and dot(row, atom.u) == 0]
        for delta in _small_directions(task.d) if kinks else ():
            sizes = [abs(dot(delta, task.X[j])) for j in kinks]
            total = sum((found.p[j] * a for j, a in zip(kinks, sizes, strict=True)), Fraction(0))
            if any(sizes):
                spread = (found.dual_radius() * ball(sum(sizes, Fraction(0)))).abs_upper()
                worst = worst.max(form * atom.sign * ball(total) + arb(0, spread))
    return (worst, 0) if worst.is_finite() else (arb.nan(), 0)


def _small_directions(d: int) -> list[Vector]:
    """The axes, and the sums and differences of two."""
    axes = [tuple(Fraction(i == k) for i in range(d)) for k in range(d)]
    both = [
        tuple(a + sign * b for a, b in zip(u, v, strict=True))
        for u, v in combinations(axes, 2)
        for sign in (1, -1)
    ]
    return axes + both


def _boundary_cells() -> tuple[Cell, ...]:
    return tuple({**cell, "share": "1/100"} for cell in PROBLEMS[::2])


def _off_span(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    """Sum of the squared distances of saturated points from the span claimed."""
    X, p = certificate(cell)
    total = Fraction(0)
    for extreme in saturated(p, X):
        rows = tuple(row for row in form(X, extreme.active) if any(row))
        rest = orthogonal_part(extreme.point, independent_rows(rows))
        total += dot(rest, rest)
    return total, Fraction(0)


def _padded_value(cell: Cell, form: Any) -> tuple[arb, arb]:
    """J* of data of rank r mapped isometrically (up to a factor 3) into R^(r+2)."""
    task = drawn(cell)
    rows = tuple((*(3 * a for a in row[:-1]), 2 * row[-1], 2 * row[-1], row[-1]) for row in task.X)
    with working_precision(BITS):
        after = optimum(replace(task, X=rows, lam=3 * task.lam))
        return optimum(task).optimal_value(), after.optimal_value()


CHECKS = (
    Enclose(
        claim="dual.region",
        part="value",
        cells=EXACT,
        sides=_values,
        relation="==",
        fails_if="a projection differs from the best over all faces of a region, exactly",
    ),
    Enclose(
        claim="dual.region",
        part="number",
        cells=EXACT,
        sides=_inadmissible_by_law,
        relation="==",
        fails_if="a closed region holds more saturated points than the statement allows",
    ),
    Enclose(
        claim="dual.region.literal",
        part="closed",
        cells=EXACT,
        sides=_inadmissible,
        relation="==",
        fails_if="a closed region holds two points of maximal modulus",
    ),
    Enclose(
        claim="dual.region.literal",
        part="half-open",
        cells=EXACT,
        sides=_half_open,
        relation="==",
        fails_if="two points of maximal modulus have the same active samples",
    ),
    Enclose(
        claim="dual.count",
        part="exact",
        cells=EXACT,
        sides=_saturated_count,
        relation="<=",
        fails_if="a certificate is saturated at more points",
    ),
    Enclose(
        claim="dual.count",
        part="attained",
        cells=tuple({"certificate": name} for name in ATTAINED),
        sides=_saturated_count,
        relation="==",
        fails_if="data that attain the bound have fewer saturated points",
    ),
    Enclose(
        claim="dual.count",
        part="optimum",
        cells=PROBLEMS,
        sides=_certified_count,
        relation="<=",
        max_bits=64,
        fails_if="a certified optimum may be saturated at more points",
    ),
    Enclose(
        claim="dual.sep",
        cells=({"example": "both signs"}, *PROBLEMS, *_boundary_cells()),
        sides=_unseparated,
        relation="==",
        fails_if="two Diracs of one sign share a closed region",
    ),
    Enclose(
        claim="dual.kinksign",
        cells=_boundary_cells(),
        sides=_kink_signs,
        relation="<=",
        max_bits=256,
        fails_if="a Dirac sits on the kink of a sample that is under-predicted",
    ),
    Enclose(
        claim="dual.span",
        part="points",
        cells=EXACT,
        sides=_off_span,
        relation="==",
        fails_if="a saturated point has a component orthogonal to the data",
    ),
    Enclose(
        claim="dual.span",
        part="value",
        cells=PROBLEMS[:4],
        sides=_padded_value,
        relation="==",
        digits=30,
        max_bits=256,
        fails_if="J* changes when the data are embedded isometrically in more dimensions",
    ),
)
