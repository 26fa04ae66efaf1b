"""Every installed array library agrees with the NumPy core on the CPU."""

import importlib.util

import numpy as np
import pytest

from theory.exact import InputError
from verify.networks import array_api
from verify.networks.activations import activation
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork
from verify.networks.tangent import tangent_gram

MAKERS = {
    "numpy": "numpy:asarray",
    "array_api_strict": "array_api_strict:asarray",
    "torch": "torch:asarray",
    "jax": "jax.numpy:asarray",
}
INSTALLED = [name for name in MAKERS if importlib.util.find_spec(name)]


def maker(library):
    """The function that makes the library's arrays, in float64."""
    if library == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    module, name = MAKERS[library].split(":")
    return getattr(importlib.import_module(module), name)


def problem(sigma, seed=0, n=12, d=5, m=40):
    rng = np.random.default_rng(seed)
    network = ShallowNetwork(
        rng.standard_normal((m, d)), rng.choice([-1.0, 1.0], m) / np.sqrt(m), activation(sigma)
    )
    return network, rng.standard_normal((n, d)), rng.standard_normal(n)


def test_a_second_library_is_there_to_compare_with():
    assert set(INSTALLED) > {"numpy"}


@pytest.mark.parametrize("sigma", array_api.ACTIVATIONS)
@pytest.mark.parametrize("library", INSTALLED)
def test_training_agrees_with_the_numpy_core(library, sigma):
    network, X, y = problem(sigma)
    asarray = maker(library)
    weights, phi, units, targets = map(asarray, (network.weights, X, network.coefficients, y))
    core = GradientDescent(network, X, y, step=0.02)
    for _ in range(20):
        weights, residual = array_api.descent_step(
            weights, phi, units, targets, rate=0.02, sigma=sigma
        )
        loss = core.step()
        # sums of 40 terms in another order: relative 40 eps each, 20 steps that do not amplify
        assert float(residual @ residual) / 2 == pytest.approx(loss, rel=20 * 40 * 2.3e-16 * 10)
    np.testing.assert_allclose(np.asarray(weights), core.weights, atol=1e-12)


@pytest.mark.parametrize("sigma", array_api.ACTIVATIONS)
@pytest.mark.parametrize("library", INSTALLED)
def test_gram_matrices_agree_with_the_numpy_core(library, sigma):
    network, X, _ = problem(sigma)
    arrays = map(maker(library), (network.weights, X, network.coefficients))
    gram = np.asarray(array_api.tangent_gram(*arrays, sigma=sigma))
    # entries of size up to 20, each a sum of 40 terms: 40 eps times 20 is 2e-13
    np.testing.assert_allclose(gram, tangent_gram(network, X), atol=1e-12)


@pytest.mark.parametrize("library", INSTALLED)
def test_float32_stays_float32(library):
    network, X, y = problem("relu")
    arrays = [
        maker(library)(array.astype(np.float32))
        for array in (network.weights, X, network.coefficients, y)
    ]
    weights, residual = array_api.descent_step(*arrays, rate=0.02)
    assert weights.dtype == residual.dtype == arrays[0].dtype


def test_unknown_activations_are_refused():
    network, X, y = problem("relu")
    with pytest.raises(InputError, match="relu, tanh, sin"):
        array_api.descent_step(network.weights, X, network.coefficients, y, rate=0.1, sigma="step")
