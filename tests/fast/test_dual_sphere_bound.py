"""The bound on the sphere holds cell by cell, and closes where regions are too many."""

from dataclasses import replace

import numpy as np
import pytest

from theory.dual.lambda_max import max_certificate_squared
from theory.dual.local_search import solve_large
from theory.dual.sphere_bound import _bounds, _directions, _split, _whole_sphere, bound_on_sphere
from verify.checks.dual_problems import integer_rows


@pytest.mark.parametrize("d", [2, 3, 4])
def test_cell_bounds_hold_at_sampled_points(d):
    rng = np.random.default_rng(d)
    X, p = rng.standard_normal((8, d)), rng.standard_normal(8)
    cells = _whole_sphere(d)
    for _ in range(3):
        bounds, _ = _bounds(p, X, cells)
        for _ in range(40):
            shift = rng.uniform(-1, 1, cells.centres.shape)
            w = _directions(replace(cells, centres=cells.centres + cells.halves[:, None] * shift))
            heights = np.abs(np.maximum(w @ X.T, 0) @ p) / np.linalg.norm(w, axis=1)
            assert np.all(heights <= bounds)
        cells = _split(cells)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_bound_closes_at_the_exact_maximum_and_not_below(d):
    for seed in range(4):
        rng = np.random.default_rng([d, seed])
        X, p = integer_rows(rng, 7, d, size=4), rng.integers(-4, 5, 7).tolist()
        top = float(max_certificate_squared(tuple(p), X)) ** 0.5
        floats = np.array([[float(a) for a in row] for row in X])
        if top == 0:
            continue
        above = bound_on_sphere(p, floats, top * (1 + 1e-7))
        assert above.proved and top <= above.bound <= top * (1 + 1e-7)
        below = bound_on_sphere(p, floats, top * (1 - 1e-3))
        assert not below.proved and below.witness is not None
        height = abs(np.maximum(floats @ below.witness, 0) @ p)
        assert height > top * (1 - 1e-3)


def test_covering_covers_the_sphere():
    rng = np.random.default_rng(2)
    X, p = rng.standard_normal((6, 3)), rng.standard_normal(6)
    found = bound_on_sphere(p, X, 2 * float(np.abs(p) @ np.linalg.norm(X, axis=1)))
    assert found.proved
    cover = bound_on_sphere(p, X, np.max(np.abs(found.covering.bounds))).covering
    w = rng.standard_normal((2000, 3))
    inside = np.zeros(2000, dtype=bool)
    for axis, side, centre, half in zip(
        cover.axes, cover.sides, cover.centres, cover.halves, strict=True
    ):
        t = side * w[:, axis]
        a = np.delete(w, axis, axis=1) / np.where(t > 0, t, np.nan)[:, None]
        inside |= np.all(np.abs(a - centre) <= half, axis=1)
    assert inside.all()


def test_three_hundred_samples_in_space():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 3))
    y = np.maximum(X @ np.ones(3), 0) - np.abs(X[:, 0]) + 0.1 * rng.standard_normal(300)
    solution, bound = solve_large(X, y, 0.1)
    assert bound.proved and bound.bound <= 0.1 * (1 + 1e-6)
    assert solution.gap <= 1e-10 * solution.value


def test_too_few_cells_is_undecided():
    rng = np.random.default_rng(3)
    X, p = rng.standard_normal((20, 3)), rng.standard_normal(20)
    found = bound_on_sphere(p, X, 1e3 * 0 + float(np.abs(p).max()), max_cells=1)
    assert not found.proved
