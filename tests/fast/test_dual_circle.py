"""The circle sweep beside the region solver, and at a size no enumeration reaches."""

import numpy as np
import pytest

from theory.dual.circle import CircleOracle, solve_circle
from theory.dual.training import certified_optimum
from theory.exact import InputError
from verify.checks.dual_problems import integer_problem


@pytest.mark.parametrize("seed", range(12))
def test_sweep_agrees_with_the_certified_optimum(seed):
    rng = np.random.default_rng(seed)
    task = integer_problem(
        rng, 4 + seed, 2, share=[0.5, 0.1, 0.02][seed % 3], size=[9, 2][seed % 2]
    )
    X = np.array([[float(a) for a in row] for row in task.X])
    found = solve_circle(X, np.array([float(a) for a in task.y]), float(task.lam))
    exact = certified_optimum(task, bits=100)
    # The gap is at most 1e-12 relative; the float data add a rounding of 1e-16.
    assert found.value == pytest.approx(float(exact.optimal_value()), rel=1e-11)
    assert found.total_variation == pytest.approx(float(exact.total_variation()), rel=1e-5)


def test_sweep_heights_are_the_certificate():
    rng = np.random.default_rng(1)
    X, p = rng.standard_normal((30, 2)), rng.standard_normal(30)
    X[3], X[4], X[5] = 0, -2 * X[6], X[7]
    oracle = CircleOracle(X)
    arcs = oracle.arcs(p)
    w = np.stack([np.cos(arcs.starts), np.sin(arcs.starts)], axis=1)
    assert np.allclose(arcs.kink_heights, np.maximum(w @ X.T, 0) @ p, atol=1e-12)
    angles = rng.uniform(0, 2 * np.pi, 4000)
    sampled = np.maximum(np.stack([np.cos(angles), np.sin(angles)], axis=1) @ X.T, 0) @ p
    best = oracle.extremes(p, 0.0)[0].value
    assert np.max(np.abs(sampled)) <= best <= np.max(np.abs(sampled)) * 1.001


def test_ten_thousand_samples():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((10_000, 2))
    y = np.maximum(X[:, 0], 0) - np.abs(X[:, 1]) + 0.1 * rng.standard_normal(10_000)
    found = solve_circle(X, y, 0.05)
    assert found.gap <= 1e-12 * found.value


def test_a_gap_out_of_reach_is_an_error():
    X, y = np.array([[1.0, 0.3], [0.2, 1.0], [1.0, -1.0]]), np.array([1.0, -1.0, 2.0])
    with pytest.raises(InputError, match="relative duality gap"):
        solve_circle(X, y, 0.1, rounds=1)
