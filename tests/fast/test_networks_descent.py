"""One training step: against finite differences, a naive step, and exact identities."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from theory.exact import InputError
from verify.networks import descent as descent_module
from verify.networks import fused as fused_module
from verify.networks.activations import ACTIVATIONS
from verify.networks.active_descent import ActiveSetDescent
from verify.networks.descent import GradientDescent
from verify.networks.fused import Passes, move, rectify
from verify.networks.shallow import asymmetric_network, bias_network, student_network
from verify.networks.tangent import step_gram, tangent_gram
from verify.networks.training import standard_recorders, train


def sphere(rng, n, d):
    x = rng.standard_normal((n, d))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def loss_of(network, x, y, loss):
    total = 0.5 * ((network.outputs(x) - y) ** 2).sum()
    return total if loss == "half_sum" else total / len(x)


def naive_gradient(network, x, y, loss):
    """Sample by sample, unit by unit, straight from the chain rule."""
    gradient = np.zeros_like(network.weights)
    for features, target in zip(network.features(x), y, strict=True):
        z = network.weights @ features
        error = np.atleast_1d(network.activation.value(z) @ network.coefficients - target)
        for j, c in enumerate(network.coefficients):
            slope = network.activation.slope(z[j : j + 1])[0]
            gradient[j] += (error @ np.atleast_1d(c)) * slope * features
    if network.mask is not None:
        gradient = gradient * network.mask
    return gradient if loss == "half_sum" else gradient / len(x)


def networks(rng):
    yield asymmetric_network([0.5, 0.3, 0.2], 4, rng=rng), (6,)
    yield asymmetric_network([0.5, 0.3, 0.2], 4, rng=rng, sigma="tanh"), (6,)
    yield asymmetric_network([0.5, 0.5], 4, rng=rng, sigma="relu", outputs=3), (6, 3)
    yield asymmetric_network([0.5, 0.5], 4, rng=rng, sigma="softplus", outputs=3), (6, 3)
    yield bias_network(6, 4, bias=0.5, rng=rng, antisymmetric=True), (6,)
    mask = rng.integers(0, 2, size=(3, 4))
    yield student_network(rng.standard_normal((3, 4)), mask=mask), (6,)


@pytest.mark.parametrize("case", range(6))
@pytest.mark.parametrize("loss", ["half_sum", "half_mean"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_steps_equal_the_naive_heavy_ball(case, loss, momentum):
    rng = np.random.default_rng(case)
    network, shape = list(networks(rng))[case]
    x, y = sphere(rng, 6, 4), rng.standard_normal(shape)
    descent = GradientDescent(network, x, y, step=0.2, momentum=momentum, loss=loss)
    naive, before = network, network.weights
    for _ in range(5):
        gradient = naive_gradient(naive, x, y, loss)
        after = naive.weights - 0.2 * gradient + momentum * (naive.weights - before)
        expected = loss_of(naive, x, y, loss)
        before, naive = naive.weights, naive.with_weights(after)
        assert abs(descent.step() - expected) <= 1e-13 * (1 + expected)
    # five steps of sums of at most 36 terms of order 1: about 5 * 36 eps = 4e-14
    np.testing.assert_allclose(descent.weights, naive.weights, atol=1e-13)


@pytest.mark.parametrize(("n", "widths"), [(6, (3,)), (200, (64, 26))])
def test_a_fused_step_is_the_same_step(monkeypatch, n, widths):
    rng = np.random.default_rng(3)
    m = sum(widths)
    network = asymmetric_network(np.full(m, 1 / m), 4, rng=rng)
    x, y = sphere(rng, n, 4), rng.standard_normal(n)
    plain = GradientDescent(network, x, y, step=0.2 / n)
    monkeypatch.setattr(descent_module, "WORTH_COMPILING", 1)
    monkeypatch.setattr(descent_module, "compiled", lambda: Passes(rectify, move))
    monkeypatch.setattr(fused_module, "SMALL_PRODUCT", 64 * n * 4)
    fused = GradientDescent(network, x, y, step=0.2 / n)
    assert [block[-1].shape[1] for block in fused._fused._blocks] == list(widths)
    for _ in range(5):
        # sums of at most 90 units and 200 samples, terms of order 1 and shrinking losses
        assert fused.step() == pytest.approx(plain.step(), rel=1e-13)
        np.testing.assert_array_equal(fused.slopes(), plain.slopes())
    np.testing.assert_allclose(fused.weights, plain.weights, atol=1e-13)


def test_without_a_folder_to_keep_them_in_the_loops_are_compiled_anew(monkeypatch):
    asked = []

    def njit(**options):
        asked.append(options)

        def compile_(loop):
            if options.get("cache"):
                raise RuntimeError("cannot cache function: no locator available")
            return loop

        return compile_

    monkeypatch.setitem(sys.modules, "numba", SimpleNamespace(njit=njit))
    assert fused_module.compiled.__wrapped__() == Passes(rectify, move)
    assert [options.get("cache", False) for options in asked] == [True, False]


def test_only_free_steps_of_one_output_are_fused(monkeypatch):
    monkeypatch.setattr(descent_module, "WORTH_COMPILING", 1)
    monkeypatch.setattr(descent_module, "compiled", lambda: Passes(rectify, move))
    rng = np.random.default_rng(0)
    for network, shape in networks(rng):
        x, y = sphere(rng, 6, 4), rng.standard_normal(shape)
        free = network.activation.name == "relu" and network.mask is None and len(shape) == 1
        assert (GradientDescent(network, x, y, step=0.1)._fused is not None) == free
        assert GradientDescent(network, x, y, step=0.1, momentum=0.5)._fused is None


@pytest.mark.parametrize("name", [n for n in ACTIVATIONS if n not in ("relu", "leaky_relu")])
def test_gradient_is_the_derivative_of_the_loss(name):
    rng = np.random.default_rng(7)
    network = asymmetric_network([0.6, 0.4], 3, rng=rng, sigma=name)
    x, y, h = sphere(rng, 4, 3), rng.standard_normal(4), 1e-5
    descent = GradientDescent(network, x, y, step=1.0)
    descent.step()
    gradient = network.weights - descent.weights
    for index in np.ndindex(*network.weights.shape):
        shift = np.zeros_like(network.weights)
        shift[index] = h
        up, down = (
            loss_of(network.with_weights(network.weights + s * shift), x, y, "half_sum")
            for s in (1, -1)
        )
        # third derivatives are of order 10: 10 h^2 / 6 = 2e-10; rounding 10 eps / h = 2e-10
        assert abs((up - down) / (2 * h) - gradient[index]) < 2e-9


def test_float32_follows_float64():
    rng = np.random.default_rng(3)
    double = asymmetric_network(np.full(50, 0.02), 5, rng=rng)
    single = asymmetric_network(np.full(50, 0.02), 5, rng=np.random.default_rng(3), dtype="f4")
    x, y = sphere(rng, 8, 5), rng.standard_normal(8)
    pair = [GradientDescent(network, x, y, step=0.1) for network in (double, single)]
    for _ in range(20):
        for descent in pair:
            descent.step()
    assert pair[1].weights.dtype == np.float32
    # 20 steps, sums of 50 terms: 20 * 50 * 2^-24 = 6e-5 unless a unit sits within that of a kink
    np.testing.assert_allclose(pair[1].weights, pair[0].weights, atol=1e-4)


def test_relu_step_is_exactly_linear_in_the_residual():
    """r(k+1) = (I - step M) r(k) with mean slopes: no Taylor remainder (large-bias paper)."""
    rng = np.random.default_rng(11)
    x, y = sphere(rng, 8, 4), rng.standard_normal(8)
    network = bias_network(60, 4, bias=0.3, rng=rng)
    descent = GradientDescent(network, x, y, step=0.5)
    flipped = 0
    for _ in range(20):
        start, residual = descent.network.preactivations(x), descent.residual()
        descent.step()
        end, after = descent.network.preactivations(x), descent.residual()
        flipped += np.count_nonzero((start > 0) != (end > 0))
        m = step_gram(start, end, network.features(x), network.coefficients**2)
        predicted = residual - 0.5 * m @ residual
        # all terms are sums of <= 60 numbers of order 1; differences of z lose 1/step at most
        np.testing.assert_allclose(after, predicted, atol=1e-13)
        blind = residual - 0.5 * tangent_gram(network.with_weights(network.weights), x) @ residual
    assert flipped > 20, "without flips the identity would be trivial"
    assert np.abs(after - blind).max() > 1e-6, "a kernel that ignores flips must miss"


@pytest.mark.parametrize("bias", [0.0, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("loss", ["half_sum", "half_mean"])
def test_skipping_dead_units_changes_nothing(bias, loss):
    rng = np.random.default_rng(int(bias))
    x, y = sphere(rng, 30, 8), np.sign(rng.standard_normal(30))
    network = bias_network(400, 8, bias=bias, rng=rng)
    step = 0.2 / np.linalg.eigvalsh(tangent_gram(network, x) + 1e-6 * np.eye(30))[-1]
    dense = GradientDescent(network, x, y, step=step, loss=loss)
    skipping = ActiveSetDescent(network, x, y, step=step, loss=loss)
    for _ in range(150):
        first, second = dense.step(), skipping.step()
        # the same sums in another order, 150 times; a unit lost shows as 1e-4
        assert abs(first - second) <= 1e-9 * (1 + first)
    assert (skipping.alive < 400) == (skipping.copies > 0)
    assert bias == 1 or (skipping.alive < 400) == (bias > 1)
    np.testing.assert_allclose(skipping.weights, dense.weights, atol=1e-9)
    np.testing.assert_allclose(skipping.residual(), dense.residual(), atol=1e-9)
    assert skipping.network.weights.shape == (400, 9)


def test_skipping_a_living_unit_would_go_wrong():
    """The control: without one unit that is active on a single sample the runs part."""
    rng = np.random.default_rng(2)
    x, y = sphere(rng, 30, 8), np.sign(rng.standard_normal(30))
    network = bias_network(400, 8, bias=2.0, rng=rng)
    rare = int(np.flatnonzero((network.preactivations(x) > 0).sum(axis=0) == 1)[0])
    dense = GradientDescent(network, x, y, step=0.1)
    weights = network.weights.copy()
    weights[rare, -1] = -100.0  # dead, as if it had been dropped
    dropped = ActiveSetDescent(network.with_weights(weights), x, y, step=0.1)
    for _ in range(10):
        dense.step()
        dropped.step()
    others = np.arange(400) != rare
    assert np.abs(dropped.weights - dense.weights)[others].max() > 1e-4


def test_units_that_all_die_leave_the_residual_of_an_empty_network():
    network = student_network([[1.0], [2.0]])
    descent = ActiveSetDescent(network, [[1.0]], [-5.0], step=10.0)
    for _ in range(120):
        descent.step()
    assert descent.residual().tolist() == [5.0] and descent.alive == 1


def test_training_records_what_is_asked():
    rng = np.random.default_rng(0)
    x, y = sphere(rng, 6, 3), rng.standard_normal(6)
    network = asymmetric_network(np.full(40, 1 / 40), 3, rng=rng)
    record = train(
        GradientDescent(network, x, y, step=0.5),
        record_at=[0, 10, 50],
        recorders=standard_recorders(network, x),
    )
    assert record["step"].tolist() == [0, 10, 50]
    assert record["movement"].shape == (3, 40) and not record["movement"][0].any()
    assert record["kernel_change"][0] == 0 < record["kernel_change"][2]
    assert (np.diff(record["loss"]) < 0).all()


def test_wrong_arguments_are_named():
    network = student_network([[1.0, 0.0]])
    for options in ({"loss": "mse"}, {"step": 0.0}, {"momentum": 1.0}):
        with pytest.raises(InputError, match=next(iter(options))):
            GradientDescent(network, [[1.0, 0.0]], [1.0], **({"step": 0.1} | options))
    with pytest.raises(InputError, match="targets"):
        GradientDescent(network, [[1.0, 0.0]], [1.0, 2.0], step=0.1)
    with pytest.raises(InputError, match="skippable"):
        tanh = asymmetric_network([1.0], 2, rng=np.random.default_rng(0), sigma="tanh")
        ActiveSetDescent(tanh, [[1.0, 0.0]], [1.0], step=0.1)
