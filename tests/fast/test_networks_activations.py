"""Activations: derivatives, stability, dtype."""

import numpy as np
import pytest

from theory.exact import InputError
from verify.networks.activations import ACTIVATIONS, ADMISSIBLE, VIOLATORS, activation

POINTS = np.linspace(-6, 6, 25) + 0.013  # no kink within one difference step


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_match_central_differences(name):
    sigma, h = activation(name), 1e-5
    # truncation h^2 sup|sigma'''| / 6 <= 1e-10, rounding eps * 6 / h <= 2e-10
    for function, derivative in ((sigma.value, sigma.slope), (sigma.slope, sigma.curvature)):
        difference = (function(POINTS + h) - function(POINTS - h)) / (2 * h)
        np.testing.assert_allclose(derivative(POINTS), difference, atol=5e-10)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_stable_at_extremes_and_keeps_the_dtype(name, dtype):
    z = np.array([-1e4, -800, -90, 0, 90, 800, 1e4], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        values = (
            activation(name).value(z),
            activation(name).slope(z),
            activation(name).curvature(z),
        )
    for value in values:
        assert value.dtype == dtype and np.isfinite(value).all()


def test_tanh_slope_keeps_relative_accuracy_where_one_minus_square_is_zero():
    slope = activation("tanh").slope(np.array([20.0]))[0]
    exact = 4 * np.exp(-40.0)  # relative error exp(-40)
    assert 1 - np.tanh(20.0) ** 2 == 0
    assert abs(slope / exact - 1) < 1e-14


def test_slope_bound_separates_the_admissible_from_gelu_and_silu():
    grid = np.linspace(-8, 8, 100_001)
    for sigma in ADMISSIBLE.values():
        assert np.abs(sigma.slope(grid)).max() <= 1 + 1e-15
    # sup|sigma'| of the violators, 1.12890 and 1.09984
    assert abs(VIOLATORS["gelu"].slope(grid).max() - 1.12890) < 1e-5
    assert abs(VIOLATORS["silu"].slope(grid).max() - 1.09984) < 1e-5


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match="softplus"):
        activation("swish")
