"""The orthant probability: four readings, two rigorous routes, its derivatives and values."""

import time
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from theory.bias.kernel import OUTPUT_COVARIANCE, OUTPUT_VARIANCE, P_ENTRY
from theory.bias.orthant import OrthantProbability
from theory.bias.orthant_ball import (
    orthant_ball,
    plackett_route,
    polar_route,
    tail_ball,
)
from theory.bias.orthant_float64 import NODES, RELATIVE_ERROR, orthant_float64
from theory.bias.symbols import B, rho
from theory.rigor.balls import accurate_digits, ball, enclose, exact_midpoint, working_precision
from theory.typeset import typst

# Log-dense at both ends: 1 - |rho| from 10^-15 to 1.
GAPS = [Fraction(1, 10**k) for k in range(16)]
CORRELATIONS = sorted({s * (1 - gap) for gap in GAPS for s in (-1, 1)})
BIASES = [Fraction(b) for b in ("0", "1/1000", "1/10", "1/2", "1", "2", "3", "4", "6", "8")]

exact_biases = st.fractions(0, 8, max_denominator=1000)
exact_correlations = st.builds(
    lambda sign, k, part: sign * (1 - Fraction(part, 10**k)),
    st.sampled_from((-1, 1)),
    st.integers(1, 15),
    st.integers(1, 9),
)


@cache
def truth_at(bias, correlation):
    """The ball at two doubles."""
    with working_precision(100):
        return orthant_ball(arb(bias), arb(correlation))


def float_errors(biases, correlations, *, nodes=NODES):
    """Relative errors of the float64 reading against balls at the same doubles."""
    values = orthant_float64(biases, correlations, nodes=nodes)
    errors = []
    with working_precision(100):
        for b, r, value in zip(biases, correlations, values, strict=True):
            truth = truth_at(float(b), float(r))
            if truth > arb("1e-300"):
                errors.append(float(abs(arb(float(value)) / truth - 1).upper()))
            else:
                assert 0 <= value < 1.01e-300
    return np.array(errors)


def grid():
    biases = [0, 1e-12, 1e-6, 1e-3, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 12, 20, 30, 37]
    ends = [2.0**-k for k in range(1, 53, 4)] + [0.3, 0.7, 1.0]
    correlations = sorted({s * (1 - e) for e in ends for s in (-1.0, 1.0)} | {-1.0, 1.0})
    pairs = np.array([(b, r) for b in biases for r in correlations])
    return pairs[:, 0], pairs[:, 1]


def random_points(count, *, rng):
    """Biases up to 8 and correlations log-dense at both ends."""
    correlations = rng.choice([-1.0, 1.0], count) * (1 - 10 ** rng.uniform(-15.5, 0, count))
    return rng.uniform(0, 8, count), correlations


def test_float64_is_within_its_stated_error_on_a_grid():
    errors = float_errors(*grid())
    assert len(errors) > 250 and errors.max() < RELATIVE_ERROR


def test_float64_is_within_its_stated_error_at_random_points():
    errors = float_errors(*random_points(800, rng=np.random.default_rng(20230100)))
    assert len(errors) > 350 and errors.max() < RELATIVE_ERROR


def test_a_rule_with_18_nodes_fails_the_same_test():
    errors = float_errors(*grid(), nodes=18)
    assert errors.max() > 1000 * RELATIVE_ERROR


def test_a_single_rounded_exponent_fails_the_same_test():
    from theory.bias import orthant_float64 as module

    exponential = module._exponential
    module._exponential = lambda b, r: np.exp(-b * b / (1 + r))
    try:
        assert float_errors(*grid()).max() > 10 * RELATIVE_ERROR
    finally:
        module._exponential = exponential


def test_float64_edges():
    with np.errstate(all="raise"):
        assert orthant_float64(0.0, 1.0) == pytest.approx(0.5, rel=1e-15)
        assert orthant_float64(3.0, -1.0) == 0
        assert orthant_float64(0.0, -1.0) == 0
        assert orthant_float64(100.0, 0.0) == 0
        assert np.isnan(orthant_float64([-1.0, 1.0, 1.0], [0.0, 1.5, np.nan])).all()
    assert orthant_float64(np.zeros((3, 1)), np.zeros(4)).shape == (3, 4)


@pytest.mark.parametrize("bias", BIASES, ids=str)
def test_forty_digits_everywhere_and_quickly(bias):
    start = time.perf_counter()
    for correlation in CORRELATIONS[1:]:
        value = enclose(lambda r=correlation: orthant_ball(ball(bias), ball(r)), 40)
        assert value > 0 and accurate_digits(ball(value)) >= 40
    # 50 ms each is the promise on a quiet machine; a busy one is given four times as long.
    assert time.perf_counter() - start < 0.2 * len(CORRELATIONS)


@given(exact_biases, exact_correlations)
def test_two_routes_overlap_and_are_narrow(bias, correlation):
    if bias == 0:
        return
    # Plackett's terms cancel for rho < 0 by about this many bits.
    lost = float(bias**2 * max(0, -correlation) / (1 + correlation)) / np.log(2)
    if lost > 2000 or 1 + correlation < Fraction(1, 1000):
        return
    with working_precision(180 + int(lost)):
        routes = [f(ball(bias), ball(correlation)) for f in (polar_route, plackett_route)]
        assert routes[0].overlaps(routes[1])
        assert min(route.rel_accuracy_bits() for route in routes) > 100
        wrong = plackett_route(ball(bias), ball(correlation)) * (1 + arb(2) ** (-100))
        assert not routes[0].overlaps(wrong)


@given(exact_biases, exact_correlations)
def test_four_readings_agree(bias, correlation):
    with working_precision(200):
        enclosure = orthant_ball(ball(bias), ball(correlation))
        value = P_ENTRY.mp(B=bias, rho=correlation, digits=40)
        high = arb(mpmath.nstr(value, 45))
        # mpmath reads rho at 45 digits; p moves by |d log p/d rho| times that rounding.
        spread = float(bias**2 / (1 + correlation) ** 2) + 10 / float(1 - correlation**2)
        assert abs(high / enclosure - 1) < arb(10) ** (-40) * (1 + spread)
        middle, corner = np.float64(float(bias)), np.float64(float(correlation))
        float_truth = orthant_ball(arb(float(middle)), arb(float(corner)))
        if float_truth > arb("1e-300"):
            reading = P_ENTRY.float64(B=middle, rho=corner)
            assert abs(arb(float(reading)) / float_truth - 1) < RELATIVE_ERROR


@given(
    exact_biases,
    st.fractions(0, 1, max_denominator=50),
    st.fractions(Fraction(-9, 10), 1, max_denominator=1000),
)
def test_a_box_contains_its_points_and_no_more_than_its_corners(bias, width, correlation):
    with working_precision(80):
        box = ball(bias).union(ball(bias + width))
        value = orthant_ball(box, ball(correlation))
        for share in (Fraction(0), Fraction(1, 3), Fraction(1)):
            point = orthant_ball(ball(bias + share * width), ball(correlation))
            assert value.overlaps(point)
        high, low = (orthant_ball(ball(b), ball(correlation)) for b in (bias, bias + width))
        # FLINT keeps radii to 30 bits, so a box is 2^-29 wider than its corners; p moves by
        # |d log p/dB| <= 2 (B+1)/(1+rho) times that.
        spare = arb(2) ** -28 * (1 + 4 * ball((bias + 2) ** 2 / (1 + correlation)))
        assert value.upper() <= high.upper() * spare.exp()
        assert value.lower() >= low.lower() * (-spare).exp() - arb(2) ** -28 * high


def test_float64_has_no_overflow_and_no_value_outside_the_domain():
    far = orthant_float64([1e200, np.inf, 1e308, 60.0], [0.5, 1.0, -1.0, -1 + 2.0**-53])
    assert far.tolist() == [0.0] * 4
    outside = orthant_float64([-1.0, -np.inf, np.nan, 1.0, 1.0], [0.5, 0.5, 0.5, 1.5, np.nan])
    assert np.isnan(outside).all()


def test_a_box_that_reaches_beyond_the_domain_is_cut_to_it():
    value = orthant_ball(arb(0, "0.001"), arb(1, "0.001"))
    assert value.contains(arb("0.4999")) and not value.contains(arb("0.51"))
    assert orthant_ball(arb(-1), arb(0)).is_nan()
    assert orthant_ball(arb(1), arb(2)).is_nan()


def test_known_values():
    p = OrthantProbability
    half = sympy.Rational(1, 2)
    assert p(B, 0) == (sympy.erfc(B / sympy.sqrt(2)) / 2) ** 2
    assert p(B, 1) == sympy.erfc(B / sympy.sqrt(2)) / 2
    assert p(B, -1) == 0
    assert p(0, half) == sympy.Rational(1, 3) and p(0, -half) == sympy.Rational(1, 6)
    negative = sympy.Symbol("b", negative=True)
    assert p(negative, -1).func is p  # no value is claimed outside B >= 0


@pytest.mark.parametrize(("argument", "order"), [(B, 1), (rho, 1), (rho, 2)], ids=str)
def test_derivatives_agree_with_differences_of_the_mpmath_reading(argument, order):
    derivative = OrthantProbability(B, rho).diff(argument, order)
    for bias, correlation in (("1/2", "-4/5"), ("1", "3/10"), ("3", "19/20")):
        point = {B: sympy.Rational(bias), rho: sympy.Rational(correlation)}
        with mpmath.workdps(30):
            at = {symbol: mpmath.mpf(value.p) / value.q for symbol, value in point.items()}

            def along(x, at=at):
                return OrthantProbability.mp(
                    *(x if symbol is argument else at[symbol] for symbol in (B, rho))
                )

            numeric = mpmath.diff(along, at[argument], order)
            exact = mpmath.mpmathify(derivative.subs(point).evalf(30))
            assert abs(numeric / exact - 1) < mpmath.mpf(10) ** -12


def test_the_output_covariance_differentiates_to_p():
    residual = OUTPUT_COVARIANCE.expr.diff(rho) - OrthantProbability(B, rho)
    a = sympy.Symbol("a", positive=True)  # SymPy cannot simplify the roots of 1 - rho and 1 + rho
    assert sympy.simplify(residual.subs(rho, (1 - a**2) / (1 + a**2))) == 0


def test_the_output_covariance_ends_in_the_output_variance():
    with working_precision(200):
        near = OUTPUT_COVARIANCE.ball(B=Fraction(2), rho=1 - Fraction(1, 10**40))
        variance = OUTPUT_VARIANCE.ball(B=Fraction(2))
        # G is Lipschitz in rho with constant Q(B) <= 1/2.
        assert abs(near - variance) < arb("1e-40")


def test_typeset():
    assert typst((1 + rho) * OrthantProbability(B, rho)) == "(rho + 1) p(B, rho)"


def test_the_tail_keeps_its_digits():
    with working_precision(200):
        value = tail_ball(arb(40))
        assert value.rel_accuracy_bits() > 150
        assert abs(exact_midpoint(value) / Fraction(10) ** -350 - Fraction("3.655893540915")) < (
            Fraction(1, 10**11)
        )
