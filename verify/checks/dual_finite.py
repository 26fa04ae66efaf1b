"""Checks of region counts, ranks, extreme minimisers and the lifted program (dual.finite)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from theory.dual.arrangement import general_position, regions
from theory.dual.certificate_function import to_fmpq
from theory.dual.counting import count_without_broken_circuit
from theory.dual.examples import EVEN, EVEN_DUAL, RECTANGLE, RECTANGLE_POINTS
from theory.dual.lift import (
    aggregate,
    lifted_value,
    split_over_regions,
    sum_of_norms,
)
from theory.dual.problem import Dirac, Problem, forward
from theory.dual.saturation import saturated_points
from theory.dual.uniqueness import (
    extreme_solutions,
    prune,
    rational_norm,
    signed_evaluations,
)
from theory.exact import Matrix, Vector, matrix
from verify.checks.dual_duality import NAMED, optimum
from verify.checks.dual_problems import PROBLEMS, drawn, integer_rows
from verify.engines import Enclose

Cell = Mapping[str, Any]

GENERAL = tuple(
    {"n": n, "d": d} for n, d in [(1, 1), (3, 2), (5, 2), (4, 3), (7, 3), (6, 4), (4, 6), (8, 4)]
)
DEGENERATE = tuple(
    {"n": 1 + seed % 7, "d": 1 + seed % 4, "seed": seed, "size": 1} for seed in range(24)
)
NEAR_PENCIL = [[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 1]]
DATA = {
    "pencil and one": NEAR_PENCIL,
    "six directions, rank five": [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]],
    "zero row": [[0, 0], [1, 2], [2, 4], [-1, -2]],
}


def _data(cell: Cell) -> Matrix:
    if "data" in cell:
        return matrix(DATA[cell["data"]], "X")
    rng = np.random.default_rng([cell["n"], cell["d"], cell["seed"]])
    return integer_rows(rng, cell["n"], cell["d"], size=cell["size"])


def _general(cell: Cell, form: Any) -> tuple[int, int]:
    """Rows on the moment curve are in general position; the regions are enumerated."""
    X = matrix(np.vander(range(1, cell["n"] + 1), cell["d"]).tolist(), "X")
    return form.general(cell["n"], cell["d"]), len(regions(X))


def _any_data(cell: Cell, form: Any) -> tuple[int, int]:
    X = _data(cell)
    count = len(regions(X))
    return form.of(X), count if count == count_without_broken_circuit(X) else -1


def _region_bound(cell: Cell, form: Any) -> tuple[int, arb]:
    return general_position(cell["n"], cell["r"]), form.ball(n=cell["n"], span_rank=cell["r"])


def _range_by_regions(X: Matrix) -> int:
    """phi is linear on each region, so its span is that of the columns of all D_A X."""
    columns = [
        [to_fmpq(row[k]) if on else fmpq(0) for row, on in zip(X, active, strict=True)]
        for active in regions(X).active
        for k in range(len(X[0]))
    ]
    return int(fmpq_mat(columns).rank())


def _range(cell: Cell, form: Any) -> tuple[int, int]:
    return form(_data(cell)), _range_by_regions(_data(cell))


def _exact_minimisers() -> dict[str, tuple[Problem, list[Dirac]]]:
    """Minimisers with more Diracs than needed; unit points times rational masses."""
    quarter = [Dirac(1, tuple(a / 4 for a in atom.u)) for atom in RECTANGLE_POINTS]
    points = [_unit(sign, u) for sign, u in saturated_points(EVEN_DUAL, EVEN.X)]
    return {
        "rectangle, four Diracs": (RECTANGLE, quarter),
        "even phase, six Diracs": (EVEN, _inner_even(points)),
    }


def _unit(sign: int, u: Vector) -> Dirac:
    norm = rational_norm(u)
    return Dirac(sign, tuple(a / norm for a in u))


def _inner_even(points: list[Dirac]) -> list[Dirac]:
    """The centre of the extreme minimisers of the even example."""
    columns = signed_evaluations(EVEN.X, points)
    outputs = tuple(a - EVEN.n * b for a, b in zip(EVEN.y, EVEN_DUAL, strict=True))
    corners = sorted(extreme_solutions(columns, outputs))
    masses = [sum(weights, Fraction(0)) / len(corners) for weights in zip(*corners, strict=True)]
    return [
        Dirac(point.sign, tuple(mass * a for a in point.u))
        for point, mass in zip(points, masses, strict=True)
        if mass
    ]


def _pruned(cell: Cell, form: Any) -> tuple[int, int]:
    """Diracs after Caratheodory's steps, and the rank; -1 when the steps changed K mu or TV."""
    task, measure = _exact_minimisers()[cell["minimiser"]]
    units = [_unit(atom.sign, atom.u) for atom in measure]
    columns = signed_evaluations(task.X, units)
    masses = [rational_norm(atom.u) for atom in measure]
    pruned = prune(columns, masses)
    kept = [
        Dirac(unit.sign, tuple(mass * a for a in unit.u))
        for unit, mass in zip(units, pruned, strict=True)
        if mass
    ]
    same = forward(task.X, kept) == forward(task.X, measure) and sum(pruned) == sum(masses)
    rank = int(fmpq_mat([[to_fmpq(a) for a in column] for column in columns]).rank())
    bound = min(rank, task.n, len(measure))
    return form(len(kept), len(measure)), bound if same else -1


def _optimum_size(cell: Cell, form: Any) -> tuple[int, int]:
    found = optimum(drawn(cell))
    return form(len(found.measure), len(found.measure)), min(
        found.task.n, _range_by_regions(found.task.X)
    )


def _lifted(cell: Cell, form: Any) -> tuple[int, int]:
    """Diracs counted from the blocks of a measure shared out over its closed regions."""
    task, measure = NAMED[cell["measure"]]
    blocks = split_over_regions(task.X, measure)
    return form(blocks), len(measure)


def _lifted_value(cell: Cell, form: Any) -> tuple[arb, arb]:
    found = optimum(drawn(cell))
    blocks = split_over_regions(found.task.X, found.measure)
    return lifted_value(found.task, blocks), found.optimal_value()


def _lifted_above(cell: Cell, form: Any) -> tuple[arb, arb]:
    """Random blocks: adding them up keeps the outputs and lowers the norms; J* is below."""
    found = optimum(drawn(cell))
    task, cells = found.task, regions(found.task.X)
    rng = np.random.default_rng(cell["seed"])
    blocks = []
    for region in rng.integers(0, len(cells), 12):
        for _ in range(2):
            witness = cells.witness(int(region))
            scale = Fraction(int(rng.integers(1, 9)), max(map(abs, witness)))
            blocks.append((int(region), Dirac(1, tuple(scale * a for a in witness))))
    joined = aggregate(blocks)
    atoms = [atom for _, atom in blocks], [atom for _, atom in joined]
    if forward(task.X, atoms[0]) != forward(task.X, atoms[1]):
        return arb(1), arb(0)
    if not sum_of_norms(joined) <= sum_of_norms(blocks) + arb("1e-12"):
        return arb(1), arb(0)
    return found.optimal_value(), lifted_value(task, joined)


CHECKS = (
    Enclose(
        claim="dual.regions.count",
        part="general position",
        cells=GENERAL,
        sides=_general,
        relation="==",
        fails_if="the enumeration of points on the moment curve gives another number",
    ),
    Enclose(
        claim="dual.regions.count",
        part="any data",
        cells=(*({"data": name} for name in DATA), *DEGENERATE),
        sides=_any_data,
        relation="==",
        fails_if="deletion-restriction, broken circuits and enumeration disagree",
    ),
    Enclose(
        claim="dual.regions.bound",
        cells=tuple(
            {"n": n, "r": r}
            for r in (1, 2, 3, 5, 8, 11)
            for n in (max(2, r), r + 3, 12, 30, 59)
            if n >= max(2, r)
        ),
        sides=_region_bound,
        relation="<=",
        fails_if="general position has more regions",
    ),
    Enclose(
        claim="dual.regions.bound",
        role="without at least two samples",
        cells=({"n": 1, "r": 1},),
        sides=_region_bound,
        relation="<=",
        fails_if="one sample has more than 0 regions",
    ),
    Enclose(
        claim="dual.range",
        cells=(*({"data": name} for name in DATA), *DEGENERATE),
        sides=_range,
        relation="==",
        fails_if="the rank of all evaluations on all regions is another number",
    ),
    Enclose(
        claim="dual.representer",
        part="pruned",
        cells=tuple(
            {"minimiser": name} for name in ("rectangle, four Diracs", "even phase, six Diracs")
        ),
        sides=_pruned,
        relation="<=",
        fails_if="pruning changes outputs or total variation, or leaves dependent Diracs",
    ),
    Enclose(
        claim="dual.representer",
        part="optimum",
        cells=PROBLEMS,
        sides=_optimum_size,
        relation="<=",
        fails_if="the certified minimiser has more Diracs than the rank of the forward map",
    ),
    Enclose(
        claim="dual.lift",
        part="Diracs",
        cells=tuple(
            {"measure": name}
            for name in ("even phase, three Diracs", "rectangle, first diagonal", "one sample")
        ),
        sides=_lifted,
        relation="==",
        fails_if="the blocks of a measure stand for another number of Diracs",
    ),
    Enclose(
        claim="dual.lift",
        part="value",
        cells=PROBLEMS,
        sides=_lifted_value,
        relation="==",
        digits=30,
        max_bits=256,
        fails_if="the lifted program has another value at the certified minimiser",
    ),
    Enclose(
        claim="dual.lift",
        part="bound",
        cells=PROBLEMS,
        sides=_lifted_above,
        relation="<=",
        fails_if="blocks lie below the certified optimum, or adding them up raises their norms",
    ),
)
