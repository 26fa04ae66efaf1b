"""What is said to hold for free does hold: free values that needed a derivation, on networks."""

from fractions import Fraction

import numpy as np
import pytest

from theory.asymmetric.vacuity import CHEBYSHEV as WIDTH_BY_CHEBYSHEV
from theory.asymmetric.vacuity import TRAVELLED
from theory.bias.vacuity import CHEBYSHEV as BIAS_BY_CHEBYSHEV
from theory.lottery.network import problem
from theory.lottery.population import hessian
from theory.lottery.vacuity import APART, CHEBYSHEV
from theory.vacuity import vacuities

ROUNDING = 1 + 1e-9  # of sums of at most some hundred floats


def samples(rng, n, d):
    X = rng.standard_normal((n, d))
    return X / np.linalg.norm(X, axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_no_unit_of_the_flow_is_faster_than_said(seed):
    """|dw_j/dt| <= sqrt(n lambda_j/d) |y - u|; t = 1 in `TRAVELLED`."""
    rng = np.random.default_rng(seed)
    n, d, m = 7, 3, 20
    X, y, w = samples(rng, n, d), rng.standard_normal(n), rng.standard_normal((m, d))
    weights, signs = rng.dirichlet(np.ones(m)), rng.choice([-1, 1], m)
    z = w @ X.T / np.sqrt(d)
    r = y - (np.sqrt(weights) * signs) @ np.maximum(z, 0)
    speed = np.sqrt(weights / d) * np.linalg.norm(((z > 0) * r) @ X, axis=1)
    residual = np.linalg.norm(r)
    most = TRAVELLED.float64(time=1, n=n, weight=weights, d=d, residual=residual)
    assert np.all(speed <= most * ROUNDING)


@pytest.mark.parametrize("step_size", [0.01, 0.1, 1.0])
def test_one_step_of_descent_grows_the_residual_by_at_most_its_share(step_size):
    """1 + eta L, and the way of a neuron and of all parameters in one step."""
    rng = np.random.default_rng(3)
    n, d, m, B = 6, 3, 40, 0.3
    X = np.column_stack([samples(rng, n, d), np.ones(n)])
    v, a = np.column_stack([rng.standard_normal((m, d)), np.full(m, -B)]), rng.choice([-1, 1], m)
    y = rng.standard_normal(n)
    top = float(np.linalg.eigvalsh(X @ X.T)[-1])

    def outputs(v):
        return a @ np.maximum(v @ X.T, 0) / np.sqrt(m)

    before = outputs(v) - y
    moved = -step_size * (a[:, None] / np.sqrt(m)) * (((v @ X.T > 0) * before) @ X)
    after = outputs(v + moved) - y
    size = np.linalg.norm(before)
    growth = vacuities()["bias.conv.gd"].free.float64(step_size=step_size, gram_top=top)
    assert np.linalg.norm(after) <= growth * size * ROUNDING
    assert np.linalg.norm(moved, axis=1).max() <= step_size * np.sqrt(top / m) * size * ROUNDING
    assert np.linalg.norm(moved) <= step_size * np.sqrt(top) * size * ROUNDING


def test_the_steps_of_descent_add_up_to_the_way_that_is_said():
    """sum_(i<k) eta sqrt(L) (1 + eta L)^i S, term by term, against the closed form."""
    item = vacuities()["bias.move.frob"]
    eta, top, start, k = Fraction(1, 12), 12, 3, 10
    way = sum(eta * (1 + eta * top) ** i * start for i in range(k))
    assert float(item.free(item.cell)) == pytest.approx(float(way) * top**0.5, rel=1e-12)


def test_hessians_differ_by_no_more_than_the_triangle_inequality_says():
    """Teachers of norm 1, students within half of it; the largest difference is seen too."""
    third, rng = Fraction(1, 3), np.random.default_rng(1)
    points = [(Fraction(1), Fraction(0)), (Fraction(3, 5), Fraction(4, 5)),
              (Fraction(-5, 13), Fraction(12, 13)), (Fraction(-1), Fraction(0))]  # fmt: skip
    shares = []
    for _ in range(40):
        K = int(rng.integers(1, 4))
        teacher = tuple(points[int(k)] for k in rng.integers(len(points), size=K))
        moves = rng.integers(-1, 2, size=(K, 2))
        student = tuple(
            tuple(x + third * int(step) for x, step in zip(row, move, strict=True))
            for row, move in zip(teacher, moves, strict=True)
        )
        matrices = [
            K**2 * np.array([[float(entry.ball()) for entry in row] for row in hessian(task)])
            for task in (problem(teacher, student), problem(teacher))
        ]
        apart = np.linalg.norm(matrices[0] - matrices[1], 2)
        shares.append(apart / float(APART.float64(neurons=K)))
    assert 0 < max(shares) <= 1


def _spread(draws):
    """Mean squared Frobenius distance of the draws from their mean."""
    return float(((draws - draws.mean(axis=0)) ** 2).sum(axis=(1, 2)).mean())


def test_the_variances_behind_chebyshev_are_not_exceeded():
    """m times E|G - EG|_F^2 of three Gram matrices, from N draws of one neuron or sample.

    A squared distance in [0, M] has a mean over N draws within 5 (M/2)/sqrt(N) of its expectation,
    five standard errors: M = n^2/d^2 and 4 n^2. The third has a bound far above its value.
    """
    rng, N = np.random.default_rng(7), 20_000
    n, d, K = 4, 3, 2
    X, errors = samples(rng, n, d), 5 / (2 * np.sqrt(N))
    active = (rng.standard_normal((N, d)) @ X.T > 0).astype(float)
    pairs = active[:, :, None] * active[:, None, :]
    most = WIDTH_BY_CHEBYSHEV.float64(n=n, d=d, kappa=1, failure=1) / 4
    assert _spread(pairs * (X @ X.T) / d) <= most + errors * n**2 / d**2
    most = BIAS_BY_CHEBYSHEV.float64(n=n, kappa=1, delta=1) / 16
    assert _spread(pairs * (1 + X @ X.T)) <= most + errors * 4 * n**2
    x, W = rng.standard_normal((N, d)), np.eye(d)[:K]
    g = ((x @ W.T > 0)[:, :, None] * x[:, None, :]).reshape(N, K * d)
    values = {"neurons": K, "kept_total": K * d, "delta": 1, "accuracy": 1, "least_curvature": 1}
    found = _spread(g[:, :, None] * g[:, None, :])
    assert 0.5 < found / CHEBYSHEV.float64(**values) < 0.9
