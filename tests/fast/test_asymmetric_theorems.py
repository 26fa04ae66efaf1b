"""Widths of the theorems: derivation, alternatives, inputs."""

import pytest
import sympy

from theory.asymmetric import convergence as conv
from theory.asymmetric.derivation import (
    GENERAL,
    alternatives,
    p_D,
    p_E,
    relu_steps,
    s,
    smooth_steps,
)
from theory.exact import InputError
from theory.formula import Formula
from theory.mutate import mutations
from theory.notation import gamma
from theory.quantity import quantity

A = [["1", "0"], ["3/5", "4/5"]]


def same(first, second):
    return sympy.simplify(first - second) == 0


def test_theorem_4_1_follows_from_its_lemmas():
    steps = relu_steps()
    for derived, stated in zip(steps.widths, conv.RELU_WIDTHS.values(), strict=True):
        assert same(derived, stated.expr)
    assert same(steps.movement, conv.RELU_MOVEMENT.expr)
    assert same(steps.ntg_change, conv.RELU_NTG_CHANGE.expr)


def test_theorem_4_2_follows_from_its_lemmas():
    steps = smooth_steps()
    for derived, stated in zip(steps.widths, conv.SMOOTH_WIDTHS.values(), strict=False):
        assert same(derived, stated.expr)
    # the quadratic term never decides: n/(kappa d) >= 1
    assert same(steps.widths[1] / steps.widths[2], 32 * conv.n / (conv.kappa * conv.d))
    assert same(steps.movement, conv.SMOOTH_MOVEMENT.expr)
    assert same(steps.ntg_change, conv.SMOOTH_NTG_CHANGE.expr)


def test_no_mutation_of_a_width_survives_the_derivation():
    derived = relu_steps().widths[2]
    for name, wrong in mutations(conv.RELU_WIDTHS[3]):
        assert not same(wrong.expr, derived), name


def test_general_form():
    _, second, third = relu_steps(GENERAL).widths
    K = 4 * s * conv.n * conv.D0 / (conv.kappa * sympy.sqrt(2 * conv.d * p_E))
    A_, B = 2 * conv.n / (conv.d * p_D), 4 * conv.n * sympy.sqrt(gamma) / (conv.d * p_D)
    assert same(second, (8 * A_ * K / (gamma * conv.kappa)) ** 2)
    assert same(third, (64 * B**2 * K / (gamma * conv.kappa) ** 2) ** 2)


def test_alternatives():
    table = alternatives()
    assert table["E|y-u_0|^2 <= n D_0^2"] == (2, 2)
    assert table["slack s = 2"] == (4, 4)
    assert table["both"] == (8, 8)
    assert same(table["sqrt(gamma_k) not kept"][1], gamma**-2)
    assert table["(p_D, p_E) = (4/5, 1/5) delta"][1] == sympy.Rational(3125, 2**17)  # 1/41.9


@pytest.mark.parametrize("term", [1, 2, 3, "1", "max"])
def test_terms_of_the_width(term):
    value = quantity("asym.thm4_1.width")(X=A, gamma="1/2", delta="1/10", C=1, term=term)
    assert float(value.value) > 200
    if term == "max":
        third = quantity("asym.thm4_1.width")(X=A, gamma="1/2", delta="1/10", C=1, term=3)
        assert value.value == third.value


def test_labels_may_all_be_zero():
    value = quantity("asym.thm4_1.width")(X=A, gamma=1, delta="1/10", C=0, term=3)
    assert float(value.value) > 0


@pytest.mark.parametrize(
    "name,changes,words",
    [
        ("asym.thm4_1.width", {"gamma": 0}, "0 < gamma <= 1"),
        ("asym.thm4_1.width", {"delta": 1}, "0 < delta < 1"),
        ("asym.thm4_1.width", {"term": 4}, "1, 2, 3, max"),
        ("asym.thm4_1.width", {"C": -1}, "0 <= C"),
        ("asym.thm4_2.width", {"term": 3, "activation": "tanh"}, "1, 2, max"),
        ("asym.thm4_2.width", {"activation": "relu"}, "not smooth"),
        ("asym.thm4_2.width", {"activation": "gelu"}, "unknown"),
        ("asym.thm4_2.width", {}, "needs the input 'activation'"),
        ("asym.thm4_1.width", {"alpha": "1/2"}, "no input 'alpha'"),
    ],
)
def test_errors(name, changes, words):
    inputs = {"X": A, "gamma": "1/2", "delta": "1/10", "C": 1, "term": 1, **changes}
    with pytest.raises(InputError, match=words):
        quantity(name)(**inputs)


def test_movement_and_change_without_alpha():
    common = {"X": A, "gamma": 1, "m": 10**7, "delta": "1/10", "C": 1}
    assert quantity("asym.thm4_1.movement")(**common, j=5, digits=30).digits >= 30
    assert quantity("asym.thm4_1.ntg_change")(**common, digits=30).digits >= 30
    with pytest.raises(InputError, match="alpha is missing"):
        quantity("asym.thm4_1.ntg_change")(**{**common, "gamma": "1/2"})


def test_constants_are_symbolic():
    with pytest.raises(InputError, match="contains the float"):
        Formula(0.5 * conv.n)
