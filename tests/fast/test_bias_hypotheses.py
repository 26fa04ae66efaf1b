"""What the bias paper's kernel and descent become where a hypothesis fails."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from theory.bias.kernel import kernel_matrix
from theory.bias.off_sphere import (
    opposite_output_covariance,
    orthant_any_bias,
    scaled_kernel_matrix,
)
from theory.bias.one_sample import OneSample
from theory.rigor.balls import working_precision
from verify.check import all_checks, job
from verify.networks.activations import activation
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork

HALF = Fraction(1, 2)
ROWS = ((Fraction(1), Fraction(0)), (Fraction(3, 5), Fraction(4, 5)))


@pytest.mark.parametrize("bias", [-2.0, -0.5, 0.0, 1.0])
@pytest.mark.parametrize("rho", [-0.5, 0.25, 0.875])
def test_the_orthant_probability_at_either_sign(bias, rho):
    value = float(orthant_any_bias(Fraction(bias), Fraction(rho)))
    cov = [[1, rho], [rho, 1]]
    assert value == pytest.approx(multivariate_normal.cdf([-bias, -bias], cov=cov), abs=1e-10)


def test_norm_one_gives_the_kernel_of_the_paper_and_other_norms_a_mean_over_neurons():
    with working_precision(100):
        same = scaled_kernel_matrix(ROWS, Fraction(1), Fraction(1))
        paper = kernel_matrix(ROWS, Fraction(1))
        assert all(same[i, k].overlaps(paper[i, k]) for i in range(2) for k in range(2))
        twice = scaled_kernel_matrix(ROWS, Fraction(1), Fraction(2))
    w = np.random.default_rng(0).standard_normal((2, 400_000))
    x = 2 * np.array([[1.0, 0.0], [0.6, 0.8]])
    active = x @ w >= 1
    both = (active[:, None] & active[None]).mean(axis=2)
    drawn = (1 + x @ x.T) * both
    exact = np.array([[float(twice[i, k]) for k in range(2)] for i in range(2)])
    # five standard deviations of a mean of 400000 indicators, times at most 5
    assert np.abs(drawn - exact).max() < 5 * 5 * 0.5 / 400_000**0.5


def test_opposite_samples_under_a_negative_bias():
    g = np.random.default_rng(1).standard_normal(1_000_000)
    drawn = np.maximum(g + 1, 0) * np.maximum(1 - g, 0)
    value = float(opposite_output_covariance(Fraction(-1)))
    assert abs(drawn.mean() - value) < 5 * drawn.std() / 1000


def float_run(start, steps):
    """The same run by the project's descent: x = (1, 0, ...) has the features sqrt(square - 1), 1.

    Weights along (x, 1), so that <w, (x, 1)> = z.
    """
    root, square = float(start.root), float(start.square)
    x = np.array([[(square - 1) ** 0.5]])
    z = np.concatenate(
        [np.full(c, float(s)) for c, s in zip(start.counts, start.starts, strict=True)]
    )
    weights = z[:, None] * np.array([x[0, 0], 1.0]) / square
    network = ShallowNetwork(weights, np.full(len(z), 1 / root), activation("relu"), bias=True)
    target = network.outputs(x) - float(start.residual)
    descent = GradientDescent(network, x, target, step=float(start.step))
    for _ in range(steps):
        descent.step()
    return descent, weights


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        (OneSample((1,), (Fraction(1, 100),), Fraction(101, 100), HALF), 2),
        (OneSample((1, 15), (Fraction(1000), Fraction(1, 1000)), Fraction(1), HALF), 100),
        (OneSample((1, 1, 98), (Fraction(99), Fraction(1, 9), Fraction(-9)), Fraction(1), HALF), 9),
        (OneSample((4,), (Fraction(7),), Fraction(1), Fraction(1, 5), Fraction(5)), 30),
    ],
)
def test_exact_descent_on_one_sample_is_the_float_descent(start, steps):
    descent, before = float_run(start, steps)
    change = descent.weights - before
    assert abs(float(start.after(steps)[0]) - descent.residual()[0]) < 1e-10
    assert float(start.travelled(steps)) == pytest.approx(np.linalg.norm(change), abs=1e-10)
    farthest = np.linalg.norm(change, axis=1).max()
    assert float(start.moved(steps)) == pytest.approx(farthest, abs=1e-10)


def test_a_flip_after_the_exact_steps_is_refused():
    """The target is below 0: the neuron dies at the fifth step, not within the first three."""
    slow = OneSample((1,), (Fraction(1),), Fraction(2), Fraction(1, 16))
    with pytest.raises(ArithmeticError, match="flip"):
        slow.after(50)


def test_every_hypothesis_left_out_is_refuted_in_exact_arithmetic():
    """One witness for each; the one that holds shows from which width on."""
    unrefuted = []
    for id, check in all_checks().items():
        if check.role.startswith("without ") and id.startswith("bias.") and hasattr(check, "sides"):
            found = check.engine.work(job(id), "0", 0)["outcomes"]["claim"]
            if found != "REFUTED":
                unrefuted.append((check.claim, check.role, found))
    assert unrefuted == [("bias.width.explicit", "without Width", "HOLDS")]
