"""Checks of the region: when it is everything, when it misses the minimiser, the circle."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias import region
from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue
from theory.bias.orthant_float64 import orthant_float64
from theory.bias.samples import separation
from theory.claim import Form
from theory.exact import Matrix
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.adversary.chart import floats, on_sphere, on_sphere_float
from verify.adversary.generators import source, sphere_points
from verify.adversary.shrink import local_coordinates, shrink_chart
from verify.checks.bias_cells import TYPICAL, Cell, bias_of, grid, least_of
from verify.engines import Derive, Enclose, Search
from verify.engines.enclose import Side

Balls = Mapping[str, arb]


def _farthest_difference(cell: Cell, form: int) -> tuple[Side, Side]:
    """a^T M a for a = e_i + form e_j, the pair of the greatest correlation."""
    rows, bias = data_set(cell["data"]), bias_of(cell)
    M = region.region_matrix(rows, bias)
    pairs = [(i, k) for i in range(len(rows)) for k in range(i)]
    i, k = max(pairs, key=lambda pair: float(M[pair[0], pair[1]]))
    vector = [arb(int(j == i) + form * int(j == k)) for j in range(len(rows))]
    return region.quadratic_form(M, vector), arb(0)


def _difference_outside(form: int) -> bool:
    """a^T M a = 2 form M_ij for a = e_i + form e_j, as M has no diagonal; M_ij = p_ij - p_min.

    So R = R^n makes every M_ij zero, and if all are zero R is everything.
    """
    gap = sympy.Symbol("gap", positive=True)
    vector = sympy.Matrix([1, form])
    value = (vector.T * sympy.Matrix([[0, gap], [gap, 0]]) * vector)[0, 0]
    return bool(value.is_negative)


def _missed(cell: Cell, form: Form) -> tuple[Side, Side]:
    """lambda beside Q - p_min where the criterion holds; nothing is claimed elsewhere."""
    rows, bias = data_set(cell["data"]), bias_of(cell)
    if not form(rows, bias) > 0:
        return Fraction(0), Fraction(1)
    return least_of(cell), region.restricted_bound(rows, bias)


def _global_cell(cell: Cell, form: Formula) -> tuple[Side, Side]:
    rows = data_set(cell["data"])
    bias = ball(bias_of(cell)).max(arb("1e-60"))  # the formula's 1/B branch is not the maximum at 0
    return form.ball(B=bias, separation=separation(rows)), least_of(cell)


def _propose_points(rng: np.random.Generator) -> Any:
    draw = source(rng)
    return sphere_points(draw, draw(7, 10), draw(3, 4), families=("grid", "cluster", "circle"))


@lru_cache(maxsize=2048)
def _seen(points: tuple[tuple[str, ...], ...]) -> tuple[float, float]:
    """Separation and least eigenvalue at B = 0, in double precision, once for all mutants."""
    x = on_sphere_float(floats(points))
    cosines = np.clip(x @ x.T, -1, 1)
    np.fill_diagonal(cosines, 1.0)
    closest = np.abs(cosines[~np.eye(len(x), dtype=bool)]).max()
    least = np.linalg.eigvalsh((1 + cosines) * orthant_float64(0.0, cosines))[0]
    return float(np.sqrt(max(0.0, 2 - 2 * closest))), float(least)


def _global_ratio(chart: Any, form: Formula) -> float:
    """lambda' at B = 0 over the least eigenvalue, in double precision."""
    delta, least = _seen(tuple(map(tuple, chart)))
    if not (delta > 1e-3 and least > 1e-12):
        return 0.0
    return float(form.float64(B=1e-9, separation=delta)) / least


def _global_certificate(chart: Any, form: Formula) -> tuple[Side, Side]:
    rows: Matrix = on_sphere(chart)
    least = kernel_least_eigenvalue(rows, Fraction(0))
    return form.ball(B=arb("1e-60"), separation=separation(rows)), least


def _circle(cell: Cell, form: int) -> tuple[Side, Side]:
    size = int(cell["n"])
    if size % 4 != form:
        return arb(0), arb(0)
    return region.circle_least_eigenvalue(size, Fraction(0)), ball(Fraction(1, size))


CHECKS = (
    Derive(
        claim="bias.region.full",
        residual=_difference_outside,
        fails_if="the form of e_i - e_j is not negative as soon as p_ij > p_min",
    ),
    Enclose(
        claim="bias.region.full",
        sides=_farthest_difference,
        cells=grid(data=TYPICAL[:1] + TYPICAL[2:], B=("0", "1")),
        relation="<",
        fails_if="the difference of the closest pair lies in the region",
    ),
    Enclose(
        claim="bias.region.miss",
        sides=_missed,
        cells=grid(
            data=("close pair", "nearly twins", "spread", "close", "nine points", "cloud 10 in 5"),
            B=("0", "1", "2"),
        ),
        relation="<",
        max_bits=256,
        fails_if="the least eigenvalue is not below the restricted bound where the criterion holds",
    ),
    Enclose(
        claim="bias.lmin.region.notglobal",
        sides=_global_cell,
        cells=grid(data=("nine points", "eight points"), B=("0",)),
        max_bits=256,
        fails_if="the bound exceeds the least eigenvalue, as it does for nine points",
    ),
    Search(
        claim="bias.lmin.region.notglobal",
        propose=_propose_points,
        ratio=_global_ratio,
        certify=_global_certificate,
        batches=1,
        tries=60,
        coordinates=local_coordinates,
        starts=1,
        evaluations=150,
        shrink=shrink_chart,
        fails_if="the adversary finds points whose least eigenvalue is below the bound",
    ),
    Enclose(
        claim="bias.lmin.circle",
        sides=_circle,
        cells=grid(n=(6, 8, 10, 12, 14, 22)),
        relation="==",
        max_bits=256,
        fails_if="the least of the circulant's eigenvalues is not 1/n",
    ),
)
