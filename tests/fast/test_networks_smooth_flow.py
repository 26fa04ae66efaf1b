"""Gradient flow of smooth activations."""

import numpy as np
import pytest

from theory.exact import InputError
from verify.networks.descent import GradientDescent
from verify.networks.gradient_flow import smooth_gradient_flow
from verify.networks.shallow import asymmetric_network
from verify.networks.tangent import tangent_gram

X = np.array([[1, 0], [0.6, 0.8], [-5 / 13, 12 / 13]])
Y = np.array([1, -0.5, 1 / 3])


@pytest.fixture(scope="module")
def flow():
    rng = np.random.default_rng(1)
    network = asymmetric_network(np.full(20, 0.05), 2, rng=rng, sigma="tanh")
    return smooth_gradient_flow(network, X, Y, horizon=4.0)


def test_descent_converges_to_the_flow_at_first_order(flow):
    errors = []
    for step in (0.02, 0.01):
        descent = GradientDescent(flow.network, X, Y, step=step)
        for _ in range(round(4.0 / step)):
            descent.step()
        errors.append(np.abs(descent.weights - flow.at(4.0).weights).max())
    # first order: ratio 2 up to a relative correction of order step
    assert abs(errors[0] / errors[1] - 2) < 0.1


def test_residual_obeys_the_tangent_kernel(flow):
    h = 1e-4
    for time in (0.5, 2.0, 3.5):
        rate = (flow.residual(time + h) - flow.residual(time - h)) / (2 * h)
        predicted = -tangent_gram(flow.at(time), X) @ flow.residual(time)
        # truncation h^2 / 6 times derivatives of order 1; tolerance 1e-10 / h of the integrator
        np.testing.assert_allclose(rate, predicted, atol=5e-6)


def test_tolerance_is_respected(flow):
    finer = smooth_gradient_flow(
        flow.network, X, Y, horizon=4.0, relative_tolerance=1e-13, absolute_tolerance=1e-14
    )
    # local errors of 1e-10 over tens of steps of a contracting flow
    assert np.abs(finer.at(4.0).weights - flow.at(4.0).weights).max() < 1e-8


def test_kinks_are_refused(flow):
    relu = asymmetric_network([1.0], 2, rng=np.random.default_rng(0))
    with pytest.raises(InputError, match="kinks"):
        smooth_gradient_flow(relu, X, Y, horizon=1.0)
    with pytest.raises(InputError, match="time"):
        flow.at(5.0)
