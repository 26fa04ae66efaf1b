"""Simulators of the sparse-network paper: batch training, local fits, tensor starts, thresholds."""

import numpy as np
import pytest

from theory.exact import InputError
from theory.lottery import arrays
from verify.checks.lottery_phase import even_odds, trained
from verify.checks.lottery_problems import random_nested
from verify.networks.local_fit import half_mean_square, local_minimiser
from verify.networks.student_batch import gradients, greatest_curvature, heavy_ball
from verify.networks.tensor_start import relative_error, tensor_start


def sample(seed, runs=3, n=40, neurons=2, d=4):
    rng = np.random.default_rng(seed)
    teacher = rng.standard_normal((runs, neurons, d))
    inputs = rng.standard_normal((runs, n, d))
    return rng, teacher, inputs, np.maximum(inputs @ teacher.swapaxes(1, 2), 0).mean(axis=2)


def test_batch_gradient_is_the_derivative_of_each_run():
    """Central differences with h = 1e-6 inside a cell: rounding 1e-16/1e-6, no truncation."""
    rng, _, inputs, targets = sample(0)
    weights = rng.standard_normal((3, 2, 4))
    slope = gradients(weights, inputs, targets)
    h = 1e-6
    for run in range(3):
        for place in np.ndindex(2, 4):
            moved = []
            for sign in (1, -1):
                other = weights[run].copy()
                other[place] += sign * h
                moved.append(half_mean_square(other, inputs[run], targets[run]))
            assert abs((moved[0] - moved[1]) / (2 * h) - slope[run][place]) < 1e-8


def test_curvature_is_that_of_the_features():
    _, teacher, inputs, _ = sample(1)
    mask = np.array([[1, 1, 0, 1], [0, 1, 1, 1]])
    values = greatest_curvature(teacher * mask, inputs, mask)
    for run in range(3):
        g = arrays.features(teacher[run] * mask, inputs[run], mask.astype(bool)) / 2
        expected = np.linalg.eigvalsh(g.T @ g / len(g))[-1]
        assert values[run] == pytest.approx(expected, rel=1e-12)


def test_heavy_ball_recovers_and_masks_hold():
    rng, teacher, inputs, _ = sample(2, n=80)
    mask = np.array([[1, 1, 0, 0], [0, 0, 1, 1]])
    goal = teacher * mask
    targets = np.maximum(inputs @ goal.swapaxes(1, 2), 0).mean(axis=2)
    run = heavy_ball(
        goal + 0.05 * rng.standard_normal(goal.shape), inputs, targets, goal, mask=mask
    )
    assert run.reached.all()
    assert (run.weights[:, mask == 0] == 0).all()
    again = heavy_ball(goal[:1], inputs[:1], targets[:1], goal[:1], mask=mask)
    assert again.steps[0] == 25  # the first look finds it


def test_too_few_samples_do_not_recover():
    """Below the identifiability limit runs stop at another zero of the training loss."""
    run = trained(np.ones((1, 10)), 8, 20, np.random.default_rng(3))
    assert not run.reached.any()


def test_unequal_batches_are_refused():
    with pytest.raises(InputError, match="equal batches"):
        heavy_ball(np.ones((2, 1, 3)), np.ones((2, 5, 3)), np.ones((1, 5)), np.ones((2, 1, 3)),
                   mask=np.ones((1, 3)))  # fmt: skip


def test_local_minimiser_is_stationary_and_noiseless_fits_are_exact():
    rng, teacher, inputs, targets = sample(4, n=200)
    kept = np.ones((2, 4), bool)
    exact = local_minimiser(teacher[0] + 0.05, inputs[0], targets[0], kept)
    np.testing.assert_allclose(exact, teacher[0], atol=1e-10)
    noisy = targets[:1] + 0.1 * rng.standard_normal(targets[:1].shape)
    kept[0, 0] = False
    found = local_minimiser(teacher[0], inputs[0], noisy[0], kept)
    assert found[0, 0] == 0
    slope = gradients(found[None], inputs[:1], noisy)[0]
    assert np.abs(slope[kept]).max() < 1e-12


def test_undetermined_fits_are_refused():
    inputs = np.array([[1.0, 0.0], [2.0, 0.0]])
    assert local_minimiser(np.ones((1, 2)), inputs, np.ones(2), np.ones((1, 2), bool)) is None


def test_tensor_start_finds_what_order_three_does_not():
    """Errors at N = 60000 are near 0.08 for order 4; without signal they are of order one."""
    rng = np.random.default_rng(5)
    teacher = np.linalg.qr(rng.standard_normal((8, 2)))[0].T
    x = rng.standard_normal((60000, 8))
    y = np.maximum(x @ teacher.T, 0).mean(axis=1)
    errors = {k: relative_error(tensor_start(x, y, 2, order=k, rng=rng), teacher) for k in (3, 4)}
    assert errors[4] < 0.2 < errors[3]
    assert relative_error(teacher[::-1], teacher) == 0


def test_even_odds_of_an_exact_logistic_curve():
    """Successes set to their expectation: the fit returns the point to its own prior, 1 %."""
    sizes = np.array([70, 80, 90, 100, 110, 125])
    odds = 1 / (1 + np.exp(-12 * np.log(sizes / 95)))
    assert even_odds(sizes, 1000 * odds, 1000) == pytest.approx(95, rel=0.01)


def test_random_nested_masks_are_nested():
    for seed in range(40):
        cell = random_nested(np.random.default_rng(seed))
        small, large = np.array(cell["mask"]), np.array(cell["larger"])
        weights = np.array([[float(x) for x in row] for row in cell["teacher"]])
        assert (small <= large).all() and (weights[small == 0] == 0).all()
        assert weights.any(axis=1).all()
