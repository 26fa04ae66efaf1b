"""Mean kernel, its least eigenvalue, and the certified Gaussian expectations behind them."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import scipy.special
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.asymmetric.activations import SMOOTH
from theory.asymmetric.convergence import output_moment
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.departure import departure
from theory.asymmetric.eigenvalue import kappa, kappa_lower
from theory.asymmetric.features import drift, first_update_mean, gradient_correlation
from theory.asymmetric.kernel import derivative_moment, mean_ntg_entry
from theory.exact import InputError, dot
from theory.quantity import quantity
from theory.rigor.balls import accurate_digits, ball, enclose, working_precision
from theory.rigor.gaussian_expectation import expectation

F = Fraction
# sigma, sigma', sigma'' in float64, typed independently of the project's own
FLOATS = {
    "tanh": (
        np.tanh,
        lambda z: np.cosh(z) ** -2.0,
        lambda z: -2 * np.tanh(z) * np.cosh(z) ** -2.0,
    ),
    "sigmoid": (
        scipy.special.expit,
        lambda z: scipy.special.expit(z) * scipy.special.expit(-z),
        lambda z: (
            scipy.special.expit(z) * scipy.special.expit(-z) * (1 - 2 * scipy.special.expit(z))
        ),
    ),
    "softplus": (
        lambda z: np.logaddexp(0, z),
        scipy.special.expit,
        lambda z: scipy.special.expit(z) * scipy.special.expit(-z),
    ),
    "sin": (np.sin, np.cos, lambda z: -np.sin(z)),
    "sin_shifted": (
        lambda z: np.sin(z + np.pi / 4),
        lambda z: np.cos(z + np.pi / 4),
        lambda z: -np.sin(z + np.pi / 4),
    ),
    "erf_scaled": (
        lambda z: np.sqrt(np.pi) / 2 * scipy.special.erf(z),
        lambda z: np.exp(-(z**2)),
        lambda z: -2 * z * np.exp(-(z**2)),
    ),
}
# The float rule below has step 1/4 and reaches 8.5: for functions analytic in |Im z| < 1.5 and
# bounded there by 10^4 it errs by about 10^4 exp(-2 pi 1.5/0.25) < 1e-12, plus rounding.
FLOAT_ERROR = 2e-12


def float_expectation(functions, covariance):
    """E prod f_i(z_i) by a float trapezoidal rule on the square root of the covariance."""
    values, vectors = np.linalg.eigh(np.array(covariance, dtype=float))
    root = vectors * np.sqrt(np.maximum(values, 0))
    t = np.arange(-34, 35) / 4
    grid = np.meshgrid(*[t] * len(functions), indexing="ij")
    z = [sum(root[i, m] * grid[m] for m in range(len(functions))) for i in range(len(functions))]
    density = np.exp(-sum(g**2 for g in grid) / 2) * (0.25 / np.sqrt(2 * np.pi)) ** len(functions)
    return float(np.sum(density * np.prod([f(v) for f, v in zip(functions, z, strict=True)], 0)))


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("covariance", [("1/2", "3/10", "1/2"), ("1/3", "-4/21", "2/7")])
def test_moments_of_the_derivative(name, covariance):
    s11, s12, s22 = map(F, covariance)
    first = FLOATS[name][1]
    for power in (1, 2):
        certified = enclose(lambda p=power: derivative_moment(name, s11, s12, s22, p), 30)
        assert accurate_digits(certified) >= 30
        approximate = float_expectation(
            [lambda z, p=power: first(z) ** p] * 2, [[s11, s12], [s12, s22]]
        )
        assert abs(float(certified) - approximate) < FLOAT_ERROR


@pytest.mark.parametrize("name", SMOOTH)
def test_correlation_of_three_points(name):
    value, first, second = FLOATS[name]
    x, z, w = DATA_SETS["D"].X[:3]
    covariance = [[dot(a, b) / 3 for b in (x, z, w)] for a in (x, z, w)]
    digits = 8 if SMOOTH[name].strip else 30
    certified = enclose(lambda: gradient_correlation(name, x, z, w), digits)
    approximate = float_expectation([second, first, lambda u: value(u) * first(u)], covariance)
    assert abs(float(certified) - approximate) < FLOAT_ERROR


@pytest.mark.parametrize("name", SMOOTH)
def test_one_dimensional_constants(name):
    value, first, _ = FLOATS[name]
    moment = enclose(lambda: ball(output_moment(name, 2)), 30)
    assert abs(float(moment) - float_expectation([lambda z: value(z) ** 2], [[F(1, 2)]])) < (
        FLOAT_ERROR
    )
    mean = enclose(lambda: drift(name, F(1, 2)), 30)
    approximate = float_expectation([lambda z: value(z) * first(z)], [[F(1, 2)]])
    assert abs(float(mean) - approximate) < FLOAT_ERROR


@given(
    a=st.fractions(F(1, 50), 1, max_denominator=50),
    b=st.fractions(F(1, 50), 1, max_denominator=50),
    cosine=st.fractions(-1, 1, max_denominator=20),
    name=st.sampled_from(["tanh", "sigmoid", "softplus"]),
)
@settings(max_examples=25, deadline=None)
def test_balls_of_two_precisions_overlap(a, b, cosine, name):
    """A false error bound would show as two disjoint balls; the step and cut both change."""
    covariance = ((a * a, a * b * cosine), (a * b * cosine, b * b))
    factors = [SMOOTH[name].strip.first, SMOOTH[name].strip.value]
    balls = []
    for bits in (60, 110):
        with working_precision(bits):
            balls.append(expectation(factors, covariance))
    assert balls[0].rad() < 1e-9
    assert balls[0].overlaps(balls[1])


def test_degenerate_covariance_is_one_dimensional():
    strip = SMOOTH["tanh"].strip
    with working_precision(120):
        twice = expectation([strip.first, strip.first], ((F(1, 3), F(1, 3)), (F(1, 3), F(1, 3))))
        once = expectation([strip.first * strip.first], ((F(1, 3),),))
        opposite = expectation(
            [strip.first, strip.first], ((F(1, 3), F(-1, 3)), (F(-1, 3), F(1, 3)))
        )
        assert twice.overlaps(once) and opposite.overlaps(once)
        assert accurate_digits(once) > 25


def test_exact_entries_of_the_relu_kernel():
    entry = quantity("asym.ntg.entry")
    X = [["1", "0"], ["0", "1"]]
    assert entry(X=X, i=1, k=1).value == "1/4"
    assert entry(X=X, i=1, k=2).value == "0"
    assert entry(X=X, i=1, k=2, activation="tanh").value == "0"
    third = mean_ntg_entry(((F(1), F(1), F(0)), (F(1), F(0), F(1))), "relu", 1, 2)
    assert (third * 9).contains(1)  # rho = 1/2: (1/3) (1/3)


@pytest.mark.parametrize("name", DATA_SETS)
def test_kappa_between_its_bounds(name):
    data = DATA_SETS[name]
    with working_precision(120):
        value, lower = kappa(data.X), kappa_lower(data.X)
        upper = min(dot(x, x) for x in data.X) / (2 * data.d)
        assert 0 < lower < value < ball(upper)
        assert accurate_digits(value) >= 25
        # table 2.5 of the notes: the constructive bound is within a factor of 10
        assert value < 10 * lower


def test_departure_of_the_relu_on_one_sample():
    # n = 1: Var 1{w.x > 0} = 1/4 and (x.x)^2/d^2 = 1
    assert (departure(((F(1),),), "relu") * 4).contains(1)


def test_drift_that_cancels_is_exactly_zero():
    X = ((F(1, 2), F(1, 3)), (F(1, 2), F(-1, 3)))  # irrational norms, mirrored
    assert first_update_mean(X, "relu", F(1), None, 5, 1, 2) == 0
    # norms 1 and 1/2 share a square class: 1 * (3/5) - (1/2) (6/5) would need norm > 1, so:
    X = ((F(3, 5), F(4, 5)), (F(-9, 20), F(3, 5)), (F(-3, 16), F(-1, 4)))
    weighted = sum(
        (norm * row[0] for norm, row in zip((1, F(3, 4), F(5, 16)), X, strict=True)), F(0)
    )
    assert (first_update_mean(X, "relu", F(1), None, 5, 1, 1) == 0) == (weighted == 0)
    assert first_update_mean(X, "tanh", F(1), None, 5, 1, 1) == 0


def test_orthogonal_samples_do_not_change_each_other():
    entry = quantity("asym.thm5_2.entry")
    value = entry(X=[["1", "0"], ["0", "1"]], activation="tanh", gamma=1, m=9, i=1, k=2)
    assert value.value == "0"


ANTIPODAL = [["1", "0"], ["3/5", "4/5"], ["-3/5", "-4/5"]]


@pytest.mark.parametrize(
    "name,inputs,words",
    [
        ("asym.ntg.min_eigenvalue", {"X": ANTIPODAL}, "rows 2 and 3 are proportional"),
        ("asym.ntg.departure", {"X": [["1", "0"], ["0", "0"]]}, "row 2 is zero"),
        ("asym.ntg.entry", {"X": [["1", "1"]], "i": 1, "k": 1}, "squared norm 2"),
        ("asym.ntg.entry", {"X": [["1", "0"]], "i": 2, "k": 1}, "integers from 1 to 1"),
        ("asym.ntg.min_eigenvalue", {"X": [["1", "0"]], "activation": "gelu"}, "unknown"),
        (
            "asym.ntg.min_eigenvalue_lower",
            {"X": [["1", "0"]], "activation": "tanh"},
            "no such bound",
        ),
        ("asym.ntg.min_eigenvalue", {"X": [["1", "0"], ["1"]]}, "equal length"),
    ],
)
def test_errors(name, inputs, words):
    with pytest.raises(InputError, match=words):
        quantity(name)(**inputs)


def test_near_parallel_rows_say_what_to_do():
    X = [["1", "0"], ["1", "1/100000"], ["0", "1"]]
    X = [[str(F(v) / 2) for v in row] for row in X]
    with pytest.raises(InputError, match=r"asym\.ntg\.min_eigenvalue"):
        quantity("asym.ntg.min_eigenvalue_lower")(X=X)
    assert quantity("asym.ntg.min_eigenvalue")(X=X, digits=20).digits >= 20


def test_every_pair_of_names_and_sets_gives_a_positive_kappa():
    for name, data in product(("relu", "sin", "erf_scaled"), ("A", "C")):
        with working_precision(100):
            assert kappa(DATA_SETS[data].X, name) > arb(0)
