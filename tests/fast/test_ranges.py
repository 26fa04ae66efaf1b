"""Enclosures over intervals: they contain every value, lose nothing, and divide zeros out."""

from fractions import Fraction

import sympy
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from theory.ranges import Range
from theory.rigor.balls import ball, working_precision

x = sympy.Symbol("x", real=True)
points = st.fractions(0, 3, max_denominator=60)
shares = st.fractions(0, 1, max_denominator=10)


@given(points, points, shares)
def test_a_box_contains_the_values_at_its_points(low, width, share):
    expr = x**3 - 3 * x + sympy.exp(-x)
    enclose = Range(expr, x)
    with working_precision(80):
        box = ball(low).union(ball(low + width))
        inside = enclose(ball(low + share * width))
        assert enclose(box).overlaps(inside)
        assert enclose(box).lower() <= inside.upper() and enclose(box).upper() >= inside.lower()


def test_monotone_boxes_are_enclosed_by_their_ends():
    with working_precision(80):
        box = arb(2).union(arb(3))
        found = Range(x**2 - x, x)(box)  # from 2 to 6; plain ball arithmetic says from 1 to 7
        assert found.contains(2) and found.contains(6)
        assert found.lower() > arb("1.999") and found.upper() < arb("6.001")


def test_a_zero_is_divided_out_and_its_sign_kept():
    with working_precision(80):
        cubic = Range(x**3 * (1 - x), x, zero=0)
        assert cubic.order == 3
        near = arb(0).union(arb(1) / 5)
        assert cubic(near) > 0
        assert cubic(near).contains(1)  # x^3 (1-x) / x^3 at 0
        assert Range(-(x**2), x, zero=0)(near) < 0
        assert Range(x**2 + 1, x, zero=0).order == 0
        across = Range(x**2 - x, x, zero=0)(arb(0).union(arb(2)))
        assert not across > 0 and not across < 0  # it changes sign at 1


def test_a_slope_may_be_any_function_with_its_sign():
    with working_precision(80):
        box = arb(1).union(arb(2))
        plain = Range(sympy.exp(x) / sympy.exp(x / 2), x)(box)
        told = Range(sympy.exp(x) / sympy.exp(x / 2), x, slope=lambda at: arb(1))(box)
        assert told.upper() <= plain.upper() and told.contains(ball(Fraction(2)).exp().sqrt())
