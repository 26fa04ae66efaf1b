"""The compiled passes against the same loops in Python, and the descent that uses them."""

import numpy as np
import pytest

from verify.networks import descent as descent_module
from verify.networks.descent import GradientDescent
from verify.networks.fused import compiled, move, rectify
from verify.networks.shallow import asymmetric_network

pytest.importorskip("numba", reason="pip install 'boundlab[compiled]'")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (5, 130)])
def test_compiled_loops_equal_the_plain_ones(dtype, shape):
    rng = np.random.default_rng(shape[1])
    z = rng.standard_normal(shape).astype(dtype)
    z[rng.random(shape) < 0.2] = 0.0
    z[rng.random(shape) < 0.1] = -0.0
    c, start = rng.standard_normal(shape[1]).astype(dtype), rng.standard_normal(shape[0])
    plain, fused = (z.copy(), start.astype(dtype)), (z.copy(), start.astype(dtype))
    rectify(plain[0], c, plain[1])
    compiled().rectify(fused[0], c, fused[1])
    np.testing.assert_array_equal(plain[0], fused[0])
    # two orders of one sum of at most 131 terms: twice 131 eps times the sum of their sizes
    allowance = 262 * np.finfo(dtype).eps * (np.abs(z) @ np.abs(c) + np.abs(start))
    assert (np.abs(plain[1] - fused[1]) <= allowance).all()
    weights = rng.standard_normal(shape).astype(dtype)
    moved = [weights.copy(), weights.copy()]
    move(moved[0], z, c, 0)
    compiled().move(moved[1], z, c, 0)
    sizes = np.abs(weights) + np.abs(c * z)
    assert (np.abs(moved[0] - moved[1]) <= 2 * np.finfo(dtype).eps * sizes).all()


def test_what_is_not_finite_stays_visible():
    for value, expected in ((np.nan, np.nan), (np.inf, np.inf), (-np.inf, 0.0)):
        z, outputs = np.full((1, 64), 1.0), np.zeros(1)
        z[0, 40] = value
        compiled().rectify(z, np.ones(64), outputs)
        np.testing.assert_equal(outputs[0] - 63, expected)
        assert z[0, 40] == (value > 0)


def test_a_large_step_is_compiled_and_a_small_one_is_not(monkeypatch):
    rng = np.random.default_rng(0)
    network = asymmetric_network(np.full(600, 1 / 600), 5, rng=rng)
    x, y = rng.standard_normal((100, 5)), rng.standard_normal(100)
    fused = GradientDescent(network, x, y, step=0.01)
    assert fused._fused is not None
    assert GradientDescent(network, x[:10], y[:10], step=0.01)._fused is None
    monkeypatch.setattr(descent_module, "compiled", lambda: None)
    plain = GradientDescent(network, x, y, step=0.01)
    for _ in range(20):
        # sums of 600 terms: 600 eps relative to sizes of order 1, over 20 contracting steps
        assert fused.step() == pytest.approx(plain.step(), rel=20 * 600 * 2.3e-16)
