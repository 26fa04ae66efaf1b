"""Tangent-kernel Gram matrices against Jacobians, pattern counts against counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from verify.networks.shallow import asymmetric_network, bias_network
from verify.networks.tangent import flip_counts, mean_slopes, pattern_gram, tangent_gram


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=140)))
def test_pattern_gram_counts_common_ones(patterns):
    expected = [[int(sum(a & b)) for b in patterns[:8]] for a in patterns[:8]]
    assert pattern_gram(patterns)[:8, :8].tolist() == expected
    np.testing.assert_array_equal(pattern_gram(patterns), patterns.astype(int) @ patterns.T)


def test_pattern_gram_crosses_block_borders():
    patterns = np.random.default_rng(0).random((70, 40_000)) < 0.5
    ones = patterns.astype(np.float64)
    np.testing.assert_array_equal(pattern_gram(patterns), ones @ ones.T)  # below 2^53: exact


@pytest.mark.parametrize("sigma", ["relu", "tanh", "sin_shifted"])
def test_tangent_gram_is_the_jacobian_times_its_transpose(sigma):
    rng = np.random.default_rng(5)
    x = rng.standard_normal((4, 3))
    network = asymmetric_network([0.5, 0.3, 0.2], 3, rng=rng, sigma=sigma)
    h = 1e-6
    columns = []
    for index in np.ndindex(*network.weights.shape):
        shift = np.zeros_like(network.weights)
        shift[index] = h
        up, down = (network.with_weights(network.weights + s * shift).outputs(x) for s in (1, -1))
        columns.append((up - down) / (2 * h))
    jacobian = np.array(columns).T
    # rounding eps / h = 2e-10 in entries of order 1, nine terms
    np.testing.assert_allclose(tangent_gram(network, x), jacobian @ jacobian.T, atol=1e-8)


def test_tangent_gram_with_biases_is_the_paper_formula():
    rng = np.random.default_rng(6)
    x = rng.standard_normal((5, 3))
    network = bias_network(64, 3, bias=0.4, rng=rng)
    active = x @ network.weights[:, :3].T > 0.4
    expected = (1 + x @ x.T) * pattern_gram(active) / 64
    np.testing.assert_allclose(tangent_gram(network, x), expected, atol=1e-13)


def test_flips_are_counted_by_sample():
    before = np.array([[1.0, -1.0, 2.0], [1.0, 1.0, 1.0]])
    after = np.array([[-1.0, 1.0, 2.0], [1.0, 1.0, 0.0]])
    assert flip_counts(before, after).tolist() == [2, 1]


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_mean_slope_reproduces_the_rise(before, after):
    slope = mean_slopes(np.array([before]), np.array([after]))[0]
    assert 0 <= slope <= 1
    rise = max(after, 0) - max(before, 0)
    assert abs(slope * (after - before) - rise) <= 1e-15 * (abs(before) + abs(after))
