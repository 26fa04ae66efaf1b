"""Checks of uniqueness and of the even phase (theory.dual.nonuniqueness)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from theory.dual.certificate_function import certificate_value
from theory.dual.circle import CircleOracle, solve_circle
from theory.dual.duality import OptimalityTest
from theory.dual.examples import EVEN, EVEN_DUAL, EVEN_PAIRS, EVEN_THREE, RECTANGLE, RECTANGLE_DUAL
from theory.dual.problem import Dirac, dual_value, forward
from theory.dual.saturation import saturated_points
from theory.dual.uniqueness import (
    extreme_solutions,
    kernel,
    odd_part,
    rational_norm,
    signed_evaluations,
)
from theory.exact import Matrix, Vector, dot, matrix, vector
from verify.checks.dual_extremes import CERTIFICATES, certificate
from verify.checks.dual_problems import integer_rows
from verify.engines import Enclose, Sample
from verify.engines.sample import Violations

Cell = Mapping[str, Any]

SUPPORTS = {
    "rectangle": [(0,), (1,), (0, 2), (1, 3), (0, 1), (0, 1, 2), (0, 1, 2, 3)],
    "pair": [(0,), (1,), (2,), (0, 1), (1, 2)],
    "triangle": [(0,), (0, 1), (0, 2, 4), (1, 3, 5), (0, 3)],
    "even phase": [(0,), (0, 1, 2), (1, 3, 5), (0, 2, 4), (0, 1, 2, 3, 4, 5)],
    "both signs, closed": [(0,), (0, 1)],
}
UNIQUENESS = tuple(
    {"certificate": name, "support": list(support)}
    for name, supports in SUPPORTS.items()
    for support in supports
)

SYMMETRIC: tuple[Cell, ...] = (
    {"example": "even"},
    {"example": "rectangle"},
    *({"n": 3, "d": d, "seed": seed} for d in (2, 3) for seed in range(3)),
)


def _points(name: str) -> tuple[Matrix, list[Dirac]]:
    X, p = CERTIFICATES[name]
    return X, [Dirac(sign, u) for sign, u in saturated_points(p, X)]


def _uniqueness(cell: Cell, form: Any) -> tuple[int, int]:
    """The criterion, beside the number of extreme solutions with the same outputs (brute force)."""
    X, points = _points(cell["certificate"])
    columns = signed_evaluations(X, points)
    support = cell["support"]
    outputs = tuple(sum((columns[k][j] for k in support), Fraction(0)) for j in range(len(X)))
    return int(form(columns, set(support))), int(len(extreme_solutions(columns, outputs)) == 1)


def _odd(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    X, p = certificate(cell)
    rng = np.random.default_rng(3)
    claimed, found = Fraction(0), Fraction(0)
    for k in range(6):
        w = tuple(Fraction(int(a)) for a in rng.integers(-9, 10, len(X[0])))
        opposite = tuple(-a for a in w)
        weight = 10**k  # so that errors at different points cannot cancel
        claimed += weight * dot(form.odd(X, p), w)
        found += weight * (certificate_value(p, X, w) - certificate_value(p, X, opposite))
    return claimed, found


def _fibre(cell: Cell, form: Any) -> tuple[Fraction, Fraction]:
    """Move masses within the pairs of the even example; compare the network at 40 inputs."""
    signs = [first.sign for first, _ in EVEN_PAIRS]
    columns = tuple(
        tuple(form.balance(sign) * a for a in first.u)
        for sign, (first, _) in zip(signs, EVEN_PAIRS, strict=True)
    )
    shifts = kernel(columns)[0]
    start = [
        Dirac(sign, tuple(side * 5 * a for a in atom.u))
        for sign, pair in zip(signs, EVEN_PAIRS, strict=True)
        for side, atom in zip((1, 1), pair, strict=True)
    ]
    moved = []
    for shift, (first, second) in zip(shifts, EVEN_PAIRS, strict=True):
        moved.append(Dirac(first.sign, tuple((5 + shift) * a for a in first.u)))
        moved.append(Dirac(first.sign, tuple((5 - shift) * a for a in second.u)))
    rng = np.random.default_rng(5)
    inputs = matrix(rng.integers(-9, 10, (40, 2)).tolist(), "inputs")
    changes = (
        abs(a - b)
        for rows in (EVEN.X, inputs)
        for a, b in zip(forward(rows, start), forward(rows, moved), strict=True)
    )
    masses = [sum((rational_norm(a.u) for a in atoms), Fraction(0)) for atoms in (start, moved)]
    return sum(changes, abs(masses[0] - masses[1])), Fraction(0)


def _symmetric(cell: Cell) -> tuple[Matrix, Vector]:
    """Data and dual point with X^T p = 0: an example, or rows +-x with equal dual variables."""
    if cell.get("example") == "even":
        return EVEN.X, EVEN_DUAL
    if cell.get("example") == "rectangle":
        return RECTANGLE.X, RECTANGLE_DUAL
    rows = integer_rows(np.random.default_rng(cell["seed"]), cell["n"], cell["d"])
    return rows + tuple(tuple(-a for a in row) for row in rows), (Fraction(1),) * (2 * cell["n"])


def _kernel_dimension(cell: Cell, form: Any) -> tuple[int, arb]:
    X, p = _symmetric(cell)
    points = saturated_points(p, X)
    if any(odd_part(X, p)) or len(points) % 2:
        return -1, arb(0)
    halves = [u for k, (_, u) in enumerate(points) if not _seen_before(points, k)]
    rank = len(halves) - len(kernel(tuple(halves)))
    columns = signed_evaluations(X, [Dirac(sign, u) for sign, u in points])
    return len(kernel(columns)), form.kernel.ball(pairs=len(halves), pair_rank=rank)


def _seen_before(points: tuple[tuple[int, Vector], ...], k: int) -> bool:
    return any(points[i][1] == tuple(-a for a in points[k][1]) for i in range(k))


def _even_corners() -> tuple[list[Dirac], list[Vector]]:
    """The saturated points of the even example, and all extreme masses for its outputs."""
    outputs = tuple(a - EVEN.n * b for a, b in zip(EVEN.y, EVEN_DUAL, strict=True))
    points = [atom for pair in EVEN_PAIRS for atom in pair]
    return points, sorted(extreme_solutions(signed_evaluations(EVEN.X, points), outputs))


def _minimisers(cell: Cell, form: Any) -> tuple[int, int]:
    """Diracs of the centre of the extreme minimisers, when it and the one of three are minimal
    (zero duality gap) and the same network at 40 inputs; 0 otherwise."""
    points, corners = _even_corners()
    masses = [sum(column, Fraction(0)) / len(corners) for column in zip(*corners, strict=True)]
    centre = [
        Dirac(point.sign, tuple(mass * a for a in point.u))
        for point, mass in zip(points, masses, strict=True)
        if mass
    ]
    inputs = matrix(np.random.default_rng(5).integers(-9, 10, (40, 2)).tolist(), "inputs")
    minimal = all(OptimalityTest()(EVEN, measure) for measure in (centre, EVEN_THREE))
    same = forward(inputs, centre) == forward(inputs, EVEN_THREE)
    return int(minimal and same and len(EVEN_THREE) == 3) * len(centre), 6


def _example_values(cell: Cell, form: Any) -> tuple[arb, Fraction]:
    """Claimed value and total variation, beside D(p) and the masses of the three Diracs."""
    variation = sum((rational_norm(atom.u) for atom in EVEN_THREE), Fraction(0))
    exact = (dual_value(EVEN, EVEN_DUAL), variation)[cell["quantity"]]
    optimal = OptimalityTest()(EVEN, EVEN_THREE)
    return form[cell["quantity"]].ball() if optimal else arb.nan(), exact


# One pair +-e_1 is saturated, the rank is 2, and X^T p = (0, -1/2).
ONE_PAIR = (matrix([[1, 0], [-1, 0], [0, 1]], "X"), vector([1, 1, "-1/2"], "p"))


def _triggered(cell: Cell, form: Any) -> tuple[int, int]:
    """Whether as many independent pairs are saturated as claimed, and whether X^T p = 0."""
    name = cell["certificate"]
    X, p = ONE_PAIR if name == "one pair" else CERTIFICATES[name]
    points = set(saturated_points(p, X))
    halves = [u for sign, u in points if (sign, tuple(-a for a in u)) in points]
    found = len(halves) - len(kernel(tuple(halves)))
    rank = len(X) - len(kernel(X))
    enough = found > 0 and found >= form.ball(span_rank=rank)
    return int(enough), int(not any(odd_part(X, p)))


def _deficiency(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """Minus dim ker Phi over the saturated points, one Gaussian problem a draw, in floats."""
    found = np.empty(size)
    for k in range(size):
        X, y = np.split(rng.standard_normal((cell["n"], 3)), [2], axis=1)
        y = y[:, 0]
        oracle = CircleOracle(X)
        top = oracle.extremes(y / cell["n"], 0.0)[0].value
        lam = top / cell["over"]
        solution = solve_circle(X, y, lam)
        saturated = oracle.extremes(solution.p, lam * (1 - 1e-8))
        phi = np.array([e.sign * np.maximum(X @ e.w, 0) for e in saturated])
        # Independent evaluations of these sizes have singular values above 1e-6.
        found[k] = np.linalg.matrix_rank(phi, tol=1e-7) - len(saturated)
    return found


def _claimed_deficiency(cell: Cell, form: Any) -> int:
    return -form


CHECKS = (
    Enclose(
        claim="dual.unique",
        cells=UNIQUENESS,
        sides=_uniqueness,
        relation="==",
        fails_if="the criterion disagrees with the exact list of extreme minimisers",
    ),
    Enclose(
        claim="dual.even",
        part="odd part",
        cells=tuple({"certificate": name} for name in CERTIFICATES),
        sides=_odd,
        relation="==",
        fails_if="eta(w) - eta(-w) differs from the claimed linear function",
    ),
    Enclose(
        claim="dual.even",
        part="fibre",
        cells=({"example": "even"},),
        sides=_fibre,
        relation="==",
        fails_if="a shift changes an output, another input's output or the total variation",
    ),
    Enclose(
        claim="dual.even",
        part="kernel",
        cells=SYMMETRIC,
        sides=_kernel_dimension,
        relation=">=",
        fails_if="the kernel of the evaluations is smaller than K less the rank",
    ),
    Enclose(
        claim="dual.even",
        part="kernel attained",
        cells=({"example": "even"}, *SYMMETRIC[2:]),
        sides=_kernel_dimension,
        relation="==",
        fails_if="the evaluations of the example, or of rows +-x, have a larger kernel",
    ),
    Enclose(
        claim="dual.even.example",
        part="values",
        cells=tuple({"quantity": k} for k in range(2)),
        sides=_example_values,
        relation="==",
        fails_if="value or total variation of the exact example differ from the closed form",
    ),
    Enclose(
        claim="dual.even.trigger",
        cells=tuple({"certificate": name} for name in (*CERTIFICATES, "one pair")),
        sides=_triggered,
        fails_if="so many pairs are saturated and X^T p is not 0",
    ),
    Enclose(
        claim="dual.even.example",
        part="minimisers",
        cells=({"example": "even"},),
        sides=_minimisers,
        relation="==",
        fails_if="the example has no minimisers with three and with six Diracs, or the two are "
        "different networks",
    ),
    Sample(
        claim="dual.even.generic",
        draw=_deficiency,
        target=_claimed_deficiency,
        test=Violations(0.1, tolerance=0.5),
        cells=({"n": 20, "over": 100},),
        n_max=2000,
        assumptions=("ranks and saturation are decided in floats at the tolerances stated",),
        fails_if="independent evaluations are seen in a tenth of the draws or more",
    ),
)
