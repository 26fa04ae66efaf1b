"""Node scaling: power sums at any width and exponent, and the errors of its inputs."""

from fractions import Fraction
from math import comb

import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.asymmetric.power_sums import hurwitz_partial_sum, power_sum
from theory.asymmetric.scaling import SCALING_SQUARES, scaling_power_sum
from theory.exact import InputError
from theory.quantity import quantity
from theory.rigor.balls import accurate_digits, ball, enclose, working_precision

EXPONENTS = ["1/2", "7/5", "3/2", "2", "3", "-1/2", "0", "1/10"]


def direct(gamma, alpha, m, r):
    """The sum term by term, in balls."""
    s = 1 / alpha
    powers = [arb(j) ** ball(-s) for j in range(1, m + 1)]
    norm = sum(powers, arb(0))
    weights = [ball(gamma / m) + ball(1 - gamma) * power / norm for power in powers]
    return sum((weight ** ball(r) for weight in weights), arb(0))


@given(
    alpha=st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100),
    gamma=st.fractions(0, 1, max_denominator=1000),
    m=st.integers(1, 700),
    r=st.sampled_from(EXPONENTS).map(Fraction),
)
@settings(max_examples=40, deadline=None)
def test_power_sum_is_the_sum(alpha, gamma, m, r):
    value = enclose(lambda: scaling_power_sum(gamma, alpha, m, r), 30)
    with working_precision(160):
        assert direct(gamma, alpha, m, r).overlaps(ball(value))


@pytest.mark.parametrize("alpha", ["1/100", "1/3", "7/10", "99/100"])
@pytest.mark.parametrize("gamma", ["1/1000000000", "1/5", "99/100"])
def test_ten_million_units(alpha, gamma):
    alpha, gamma, m = Fraction(alpha), Fraction(gamma), 10**7
    squares = enclose(lambda: scaling_power_sum(gamma, alpha, m, Fraction(2)), 40)
    with working_precision(200):  # the exact identity, whose parts are Hurwitz zetas
        assert SCALING_SQUARES.ball(gamma=gamma, alpha=alpha, m=m).overlaps(squares)
    ones = enclose(lambda: scaling_power_sum(gamma, alpha, m, Fraction(1)), 40)
    assert accurate_digits(ones) >= 40
    assert ones.contains(1)


def test_binomial_expansion_at_ten_million():
    """r = 5 by the binomial theorem and Hurwitz zetas, an independent route."""
    a, b, s, m = Fraction(1, 10**7), Fraction(1, 3), Fraction(10, 7), 10**7
    value = enclose(lambda: power_sum(ball(a), ball(b), s, Fraction(5), m), 30)
    with working_precision(200):
        total = arb(0)
        for k in range(6):
            zetas = hurwitz_partial_sum(k * s, m) if k else m
            total += comb(5, k) * ball(a) ** (5 - k) * ball(b) ** k * zetas
        assert total.overlaps(value)


@pytest.mark.parametrize("alpha,k,value", [(2, 1, "2/5"), (4, 2, "6/7"), (6, 3, "691/715")])
def test_bernoulli_values(alpha, k, value):
    result = quantity("asym.zipf.power_sum")(alpha=f"1/{alpha}", r=2, digits=50).result
    target = Fraction(value)
    assert (result * target.denominator).contains(target.numerator)
    assert accurate_digits(result) >= 50
    exact = sympy.zeta(2 * alpha) / sympy.zeta(alpha) ** 2
    assert sympy.simplify(exact) == sympy.Rational(value)


def test_corners():
    weight, total = quantity("asym.scaling.weight"), quantity("asym.scaling.power_sum")
    assert weight(gamma=1, m=7, j=3).value == "1/7"
    assert weight(gamma="1/3", alpha="1/2", m=1, j=1, digits=30).value.startswith("1.000000")
    assert total(gamma=1, m=4, r="1/2", digits=20).value == "2"
    assert total(gamma="1/3", alpha="1/2", m=10**6, r=1).value == "1"
    assert total(gamma=0, alpha="1/2", m=3, r="1/2", digits=10).value.startswith("1.571428571")
    near_one = quantity("asym.zipf.power_sum")(alpha="99/100", r=2, digits=12).value
    assert near_one.startswith("0.000164020730")


@pytest.mark.parametrize(
    "name,inputs,words",
    [
        ("asym.zipf.weight", {"alpha": 1, "j": 1}, "0 < alpha < 1"),
        ("asym.zipf.weight", {"alpha": "1/2", "j": 0}, "integers from 1"),
        ("asym.zipf.power_sum", {"alpha": "1/2", "r": "1/2"}, "r > alpha"),
        ("asym.zipf.power_sum", {"alpha": 0.5, "r": 2}, "binary float"),
        ("asym.scaling.weight", {"gamma": "1/2", "m": 5, "j": 1}, "alpha is missing"),
        ("asym.scaling.weight", {"gamma": 1, "m": 5, "j": 6}, "1 <= j <= 5"),
        ("asym.scaling.power_sum", {"gamma": "3/2", "m": 5, "r": 2}, "0 <= gamma <= 1"),
        ("asym.scaling.power_sum", {"gamma": "nan", "m": 5, "r": 2}, "exact finite number"),
        ("asym.scaling.power_sum", {"gamma": 1, "m": "5/2", "r": 2}, "integers from 1"),
    ],
)
def test_errors(name, inputs, words):
    with pytest.raises(InputError, match=words):
        quantity(name)(**inputs)
