"""The flows in closed form that show why a hypothesis is there, against the network engine."""

from fractions import Fraction
from math import cos, pi, sin

import numpy as np
import pytest
from flint import arb

from theory.asymmetric import one_sample as one
from theory.asymmetric.power_sums import hurwitz_partial_sum
from theory.asymmetric.scaling import scaling_power_sum
from theory.claim import claims
from theory.exact import InputError
from theory.quantity import quantity
from theory.rigor.balls import working_precision
from verify.ablation import UNTESTED, WITHOUT
from verify.check import all_checks
from verify.networks.activations import activation
from verify.networks.relu_flow import relu_gradient_flow
from verify.networks.shallow import ShallowNetwork


@pytest.mark.parametrize("start", [0.5, 0.01])
def test_a_relu_unit_sinks_to_its_kink_and_dies(start):
    network = ShallowNetwork(np.array([[start]]), np.array([1.0]), activation("relu"))
    record = relu_gradient_flow(network, np.array([[100.0]]), np.array([-1.0]))
    assert record.tail_closed
    assert record.movement_reached[0] == pytest.approx(start, rel=1e-6)
    assert record.losses[-1] == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("start", [0.05, 0.31, -0.2])
def test_a_sine_unit_climbs_to_the_nearest_peak(start):
    """sin(10 w) towards the label 2, by small steps of its one weight."""
    w = start
    for _ in range(5000):
        w += 1e-3 * 10 * cos(10 * w) * (2 - sin(10 * w))
    phase = (10 * start - pi / 2) % (2 * pi)
    assert abs(w - start) == pytest.approx(min(phase, 2 * pi - phase) / 10, rel=1e-3)
    assert abs(cos(10 * w)) < 1e-3


def test_probabilities_against_draws():
    rng = np.random.default_rng(0)
    w = rng.standard_normal(200_000)
    with working_precision(64):
        spacing, near = 0.1, 0.004
        bound = float(one.away_from_lattice(arb(spacing), arb(near)).lower())
        seen = (np.abs((w + spacing / 2) % spacing - spacing / 2) > near).mean()
        assert 0 < bound <= seen + 0.01
        m, distance = 1000, Fraction(1, 5)
        S = (2 * rng.binomial(m, 0.5, 200_000) - m) / np.sqrt(m)
        bound = float(one.away_from_zero(m, distance).lower())
        assert 0 < bound <= (np.abs(S) > 0.2).mean() + 0.01
        assert 1 - one.balanced(m, Fraction(1, 8)) >= (np.abs(S) > m**0.5 / 4).mean() - 0.01
    with pytest.raises(InputError, match="odd"):
        one.away_from_zero(3, Fraction(1))


def test_no_hypothesis_of_the_paper_is_left_untested():
    tried = {(check.claim, check.role) for check in all_checks().values()}
    left = [
        (claim.id, item.name, UNTESTED)
        for claim in claims("asym")
        for item in claim.hypotheses
        if not item.meaning and (claim.id, WITHOUT + item.name) not in tried
    ]
    assert left == []


def test_sums_of_large_powers():
    """Two Hurwitz values of a large power nearly cancel: few numbers are summed themselves."""
    with working_precision(120):
        found = hurwitz_partial_sum(Fraction(-3000), 3)
        assert (
            found.overlaps(1 + arb(2) ** 3000 + arb(3) ** 3000) and found.rel_accuracy_bits() > 90
        )
        total = scaling_power_sum(Fraction(0), Fraction(1, 4), 100, Fraction(-50))
        assert total.is_finite()
    with pytest.raises(InputError, match="out of reach"):
        hurwitz_partial_sum(Fraction(-3000), 10**7)


def test_digits_out_of_reach_are_refused_at_once():
    X = [["1", "0", "0"], ["3/5", "4/5", "0"], ["0", "1/2", "1/2"]]
    with pytest.raises(InputError, match="fewer digits"):
        quantity("asym.thm5_2.entry")(
            digits=500, X=X, activation="tanh", gamma="1/2", alpha="1/2", m=2, i=1, k=2
        )
