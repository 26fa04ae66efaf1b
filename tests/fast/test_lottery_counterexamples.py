"""Laws and counterexamples behind the ablation of the paper on sparse recovery."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest

from theory.claim import claims
from theory.lottery import counterexamples as counter
from theory.lottery import finite_laws as laws
from theory.lottery.angular import Angular
from theory.lottery.population import as_balls
from theory.lottery.singular import least_or_zero, pivots
from theory.rigor.balls import working_precision
from verify.check import all_checks


@pytest.mark.parametrize(
    "law", [laws.signs(2), laws.signs(3), laws.axes_law(4), laws.rare(7)], ids=str
)
def test_laws_have_the_moments_of_a_standard_normal(law):
    d = len(law[0][1])
    assert laws.mean(law, lambda x: Fraction(1)) == 1
    for a in range(d):
        assert laws.mean(law, lambda x, a=a: x[a]) == 0
        for b in range(d):
            assert laws.mean(law, lambda x, a=a, b=b: x[a] * x[b]) == int(a == b)


def test_overlap_of_signs_by_hand():
    """Of (+-1, +-1) only (1, 1) activates both axes; (1, 1) and (1, -1) activate the first."""
    u, v = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    assert laws.overlap_entry(laws.signs(2), u, v, 0, 1) == Fraction(1, 4)
    assert laws.overlap_entry(laws.signs(2), u, u, 0, 0) == Fraction(1, 2)
    assert laws.overlap_entry(laws.signs(2), u, u, 0, 1) == 0
    assert laws.never(laws.rare(10), 3) == Fraction(199, 200) ** 3


def test_heavy_ball_goes_round_and_quadratics_do_not():
    cycle = counter.bent_errors((Fraction("-2208/1225"), Fraction("2592/1225")), 9)
    assert cycle[0] == cycle[3] == cycle[6] == cycle[9]
    # the function is convex with curvatures in [1, 25]: slopes of its secants say so
    points = [Fraction(k, 8) for k in range(-24, 32)]
    slopes = [
        (counter.bent_slope(b) - counter.bent_slope(a)) / (b - a) for a, b in pairwise(points)
    ]
    assert min(slopes) == 1
    assert max(slopes) == 25


@pytest.mark.parametrize("sigma", ["1/10", "1", "10"])
def test_truncated_error_against_quadrature(sigma):
    scale = mpmath.mpf(Fraction(sigma).numerator) / Fraction(sigma).denominator
    expected = mpmath.quad(
        lambda z: max(scale * z, -1) ** 2 * mpmath.npdf(z), [-40, -1 / scale, 0, 40]
    )
    with working_precision(120):
        value = counter.truncated_square(Fraction(sigma))
    assert abs(float(value) - float(expected)) < 1e-12 * float(expected)


def test_uneven_noise_by_its_moments():
    """E x^4/2 over (E x^2/2)^2 = 6, and three times the even excess: 10^6 draws, seed 3."""
    x = np.random.default_rng(3).standard_normal(10**6)
    x = np.maximum(x, 0)
    sandwich = np.mean(x**4) / np.mean(x**2) ** 2
    assert abs(sandwich - float(counter.uneven_error(slope=1))) < 0.15  # five standard errors
    assert counter.uneven_excess(3, slope=2) - counter.uneven_excess(3, slope=4) == 2


def test_star_of_neurons_against_simulated_ranks():
    """4000 samples of six inputs: five standard errors are 0.04."""
    rng = np.random.default_rng(4)
    angles = 2 * np.pi * np.arange(3) / 3
    teacher = np.column_stack([np.cos(angles), np.sin(angles)])
    x = rng.standard_normal((4000, 6, 2))
    features = ((x @ teacher.T > 0)[..., None] * x[:, :, None, :]).reshape(4000, 6, 6)
    share = np.mean(np.linalg.matrix_rank(features) == 6)
    assert abs(share - float(counter.identifiable_star(6))) < 0.04


def test_singular_matrices_keep_their_sign():
    """[[1, 1], [1, 1]] is semidefinite, its negative is not, diag(0, 0) is zero."""
    one, none = Angular(Fraction(1)), Angular()
    flat, minus = [[one, one], [one, one]], [[Angular(Fraction(-1))] * 2] * 2
    assert least_or_zero(flat, as_balls(flat)) == 0
    assert least_or_zero(minus, as_balls(minus)).contains(-2)
    assert least_or_zero([[none, none], [none, none]], as_balls([[none, none]] * 2)) == 0
    # like roots are one number: sqrt(8) = 2 sqrt(2) makes the second row twice the first
    root = [Angular(roots={Fraction(2): Fraction(k)}) for k in (1, 2)]
    like = Angular(roots={Fraction(8): Fraction(1)})
    assert pivots([[root[0], like], [like, Angular(roots={Fraction(2): Fraction(4)})]]) == [0]


def test_no_hypothesis_is_left_untested():
    tested = {(c.claim, c.role) for c in all_checks().values()}
    left = [
        (claim.id, hypothesis.name)
        for claim in claims("lottery")
        for hypothesis in claim.hypotheses
        if (claim.id, f"without {hypothesis.name}") not in tested and not hypothesis.meaning
    ]
    assert left == []
