"""Region, kinks, concentration, acceleration, initialisation, rank: closed forms re-derived."""

from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.exact import InputError
from theory.lottery import acceleration, arrays, kinks, phase, region
from theory.lottery.concentration import (
    HALF_CURVATURE,
    UNBALANCED_LIMIT,
    effective_width,
    fourth_moment,
    frobenius_variance,
    unbalanced_ratio,
)
from theory.lottery.initialisation import (
    VARIABLE,
    distilled_moments,
    relu_coefficient,
    relu_coefficient_closed,
    rho_branches,
)
from theory.lottery.network import problem
from theory.lottery.population import as_balls, hessian
from theory.lottery.spectrum import RHO
from theory.lottery.symbols import angle, rate, steps
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import least_eigenvalue


def test_one_neuron_region():
    """The boundary is the circle around (0, 1/pi) of radius 1/pi: hence the radius."""
    _, from_centre = region.one_neuron_nearest()
    assert sympy.simplify(from_centre - 1 / sympy.pi**2) == 0
    assert str(region.ONE_NEURON_RADIUS.ball())[1:14] == "0.73112862256"
    for distance, convex in ((Fraction(73, 100), True), (Fraction(7312, 10000), False)):
        # along the segment to the centre (0, 1/pi): the direction (-pi, 1), up to rounding
        direction = np.array([-np.pi, 1]) / np.hypot(np.pi, 1)
        point = tuple(Fraction(str(x)) for x in np.array([1, 0]) + float(distance) * direction)
        task = problem(((Fraction(1), Fraction(0)),), (point,))
        value = least_eigenvalue(as_balls(hessian(task)))
        assert (value > 0) if convex else (value < 0)


@given(st.lists(st.fractions(-3, 3, max_denominator=8), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_one_point_convexity_of_one_neuron(entries):
    w, target = tuple(entries[:2]), tuple(entries[2:])
    if not any(w) or not any(target):
        return
    with working_precision(120):
        product_, theta, square = region.one_point_sides(problem((target,), (w,)))
        assert not product_ < region.ONE_POINT.ball(angle=theta) * square


@pytest.mark.parametrize(("r", "N"), [(2, 1), (2, 7), (4, 20), (5, 20), (9, 3), (10, 100)])
def test_kink_radius_against_the_beta_distribution(r, N):
    """mpmath's regularised incomplete beta, 25 digits, no shared code."""
    with mpmath.workdps(30):

        def law(t):
            share = mpmath.betainc(0.5, mpmath.mpf(r - 1) / 2, 0, t * t, regularized=True)
            return (1 - share / 2) ** N

        expected = mpmath.quad(law, [0, 0.02, 0.1, 0.3, 1])
    with working_precision(150):
        value = kinks.radius_mean(r, N)
        assert abs(ball(value) - arb(mpmath.nstr(expected, 25))) < arb(10) ** -12
        t = Fraction(1, 3)
        with mpmath.workdps(30):
            tail = arb(mpmath.nstr(law(mpmath.mpf(1) / 3), 25))
        assert abs(ball(kinks.radius_exceeds(r, N, t)) - tail) < arb(10) ** -20


def test_kink_radius_three_is_exact():
    with working_precision(150):
        for N in (1, 50, 1000):
            difference = kinks.radius_mean_integral(3, N) - ball(kinks.radius_mean(3, N))
            assert abs(difference).abs_upper() < arb(10) ** -30
            assert kinks.RADIUS_MEAN_THREE.ball(samples=N).overlaps(ball(kinks.radius_mean(3, N)))


def test_kinks_are_where_the_law_says():
    """One sample, every direction tried: the loss is convex up to w* x/|x| and no farther."""
    rng = np.random.default_rng(5)
    target = np.array([1.0, 0.0, 0.0])
    inputs = rng.standard_normal((12, 3))
    inputs = inputs[np.argsort(-(inputs @ target))]
    reach = (inputs @ target) / np.linalg.norm(inputs, axis=1)
    nearest = int(np.argmin(np.where(reach > 0, reach, np.inf)))
    x, radius = inputs[nearest], reach[nearest]

    def loss(w):
        return 0.5 * np.mean((np.maximum(inputs @ w, 0) - np.maximum(inputs @ target, 0)) ** 2)

    towards, h = -x / np.linalg.norm(x), 1e-6
    for scale, concave in ((0.99, False), (1.0, True)):
        w = target + scale * radius * towards
        second = (loss(w + h * towards) - 2 * loss(w) + loss(w - h * towards)) / h**2
        # across the kink the slope falls by (x w*)|x|/N: the second difference is -that/h
        assert (second < -1e3) == concave


@pytest.mark.parametrize("beta", ["0", "1/10", "1/2", "9/10"])
def test_heavy_ball_radius(beta):
    """Against numpy's eigenvalues; double roots split like sqrt(u), hence 1e-7."""
    b = float(Fraction(beta))
    for curvature in np.linspace(0.01, 4, 60):
        matrix = np.array([[1 + b - curvature, -b], [1, 0]])
        value = float(acceleration.RADIUS.float64(momentum=b, step=curvature, eigenvalue=1.0))
        assert abs(np.abs(np.linalg.eigvals(matrix)).max() - value) < 1e-7
        norm = float(acceleration.NORM.float64(momentum=b, step=curvature, eigenvalue=1.0))
        assert abs(np.linalg.norm(matrix, 2) - norm) < 1e-12
        assert norm > 1


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_transient(count):
    """The extremes' closed forms solve the recursion; inside it never exceeds them."""
    q = rate
    for share, sign in ((1, -1), (0, 1)):
        exact = acceleration.transient_at(sympy.Integer(share), q, count)
        closed = acceleration.transient_closed(sign).subs(steps, count)
        assert sympy.expand(exact - closed) == 0
    for tenth in range(11):
        inside = acceleration.transient_at(sympy.Rational(tenth, 10), q, count)
        bound = acceleration.TRANSIENT.expr.subs(steps, count)
        for value in (sympy.Rational(1, 5), sympy.Rational(2, 3), sympy.Rational(19, 20)):
            assert abs(inside.subs(q, value)) <= bound.subs(q, value)


def test_optimal_parameters_are_optimal():
    """Optimal step and momentum give rate (sqrt k - 1)/(sqrt k + 1) at both ends, others more."""
    L, mu = 9.0, 1.0
    step = float(acceleration.STEP.float64(greatest_hessian=L, least_hessian=mu))
    beta = float(acceleration.MOMENTUM.float64(condition=L / mu))
    best = float(acceleration.RATE.float64(condition=L / mu))

    def worst(eta, b):
        spectrum = np.linspace(mu, L, 400)
        return acceleration.RADIUS.float64(momentum=b, step=eta, eigenvalue=spectrum).max()

    assert worst(step, beta) == pytest.approx(best, abs=1e-7)  # double roots: sqrt(u)
    for eta, b in product(np.linspace(0.5, 2, 16) * step, np.linspace(0.05, 0.95, 19)):
        assert worst(eta, b) >= best - 1e-7


def test_hermite_moments_and_rho():
    for k in range(1, 9):
        assert sympy.simplify(relu_coefficient(k) - relu_coefficient_closed(k)) == 0
    zero, one = sympy.Integer(0), sympy.Integer(1)
    for branch in rho_branches(distilled_moments(zero, one)):
        assert sympy.simplify(branch - RHO) == 0
    leaky = rho_branches(distilled_moments(sympy.Rational(1, 10), one))
    assert min(map(float, leaky)) == pytest.approx(0.0735845, abs=5e-8)
    squared = rho_branches(distilled_moments(zero, 2 * VARIABLE))
    assert min(map(float, squared)) == pytest.approx(0.2732395, abs=5e-8)


def test_frobenius_variance_against_simulation():
    """N E |A-hat - A|^2 at N = 1: |g g^T - A|^2 averaged; 4 standard errors."""
    rng = np.random.default_rng(0)
    dense = ((Fraction(1), Fraction(0), Fraction(1)), (Fraction(0), Fraction(1), Fraction(1)))
    for teacher, mask in (
        (dense, None),
        (((1, 2, 0, 0), (0, 0, 1, 1)), ((1, 1, 0, 0), (0, 0, 1, 1))),
    ):
        task = problem(teacher, None, mask)
        w = np.array([[float(x) for x in row] for row in task.teacher])
        kept = np.array(task.mask, bool)
        g = arrays.features(w, rng.standard_normal((40000, w.shape[1])), kept)
        A = arrays.teacher_matrix(w, kept)
        square = (g**2).sum(axis=1)
        values = square**2 - 2 * np.einsum("na,ab,nb->n", g, A, g) + (A**2).sum()
        error = values.std() / np.sqrt(len(values))
        assert abs(values.mean() - float(frobenius_variance(task))) < 4 * error
    partly = problem(((1, 1, 0), (0, 1, 1)), None, ((1, 1, 0), (0, 1, 1)))
    with pytest.raises(InputError, match="overlap in part"):
        fourth_moment(partly)


def test_effective_width():
    full, apart = (
        ((1,) * 6,) * 3,
        tuple(tuple(int(i // 2 == j) for i in range(6)) for j in range(3)),
    )
    assert effective_width(full) == 6
    assert sympy.nsimplify(effective_width(apart)) == sympy.Rational(8, 9)
    assert unbalanced_ratio(10, 1000) < ball(Fraction(1, 8))
    assert str(unbalanced_ratio(10, 1000))[1:8] == "0.07657"
    assert (
        UNBALANCED_LIMIT.ball(neurons=5) < ball(Fraction(1, 8)) < UNBALANCED_LIMIT.ball(neurons=4)
    )
    assert str(HALF_CURVATURE.ball(kept_total=1, neurons=60))[1:6] == "11.65"


@st.composite
def samples_of(draw):
    K = draw(st.integers(1, 3))
    sizes = draw(st.lists(st.integers(1, 4), min_size=K, max_size=K))
    N = draw(st.integers(1, 14))
    seed = draw(st.integers(0, 2**32 - 1))
    return K, sizes, N, seed


@given(samples_of())
@settings(max_examples=80, deadline=None)
def test_ranks_are_the_matroid_formulas(case):
    """Exact integer ranks of the feature matrix at random integer samples."""
    K, sizes, N, seed = case
    rng = np.random.default_rng(seed)
    # entries in +-10^6: an accidental minor has probability below 1e-5 (Schwartz-Zippel)
    width = sum(sizes)
    inputs = rng.integers(-(10**6), 10**6, size=(N, width))
    teacher = np.zeros((K, width), int)
    for j in range(K):
        start = sum(sizes[:j])
        teacher[j, start : start + sizes[j]] = rng.integers(1, 9, sizes[j])
    active = (inputs @ teacher.T > 0).astype(int)
    patterns = [tuple(int(x) for x in row) for row in active]
    features = (active[:, :, None] * inputs[:, None, :]).reshape(N, -1)
    kept = (teacher != 0).ravel()
    exact = fmpz_mat(features[:, kept].tolist()).rank()
    assert exact == phase.disjoint_rank(patterns, sizes)
    d = sizes[0]
    dense = (active[:, :, None] * inputs[:, None, :d]).reshape(N, -1)
    assert fmpz_mat(dense.tolist()).rank() == phase.dense_rank(patterns, d)


def test_identifiability():
    for K, s, N in ((1, 4, 7), (2, 3, 9), (3, 5, 6)):
        p = phase.activation_probability(K)
        direct = sum(
            Fraction(int(sympy.binomial(N, k))) * p**k * (1 - p) ** (N - k) for k in range(s, N + 1)
        )
        assert phase.identifiability(N, K, s) == direct
    assert all(phase.smallest_even_odds(1, r) == 2 * r - 1 for r in range(1, 30))
    for K, s in ((2, 7), (3, 20), (5, 4)):
        assert phase.smallest_even_odds(K, s) >= phase.half_point_lower(K, s)
    large = phase.identifiability(20000, 3, 17500)
    assert isinstance(large, arb)
    assert angle.is_positive
