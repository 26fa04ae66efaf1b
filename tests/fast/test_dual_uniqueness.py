"""Uniqueness conditions, the even phase, and first-order stability, on exact examples."""

from fractions import Fraction

import pytest

from theory.dual.examples import (
    DIAGONALS,
    EVEN,
    EVEN_DUAL,
    EVEN_PAIRS,
    EVEN_THREE,
    INTERIOR,
    INTERIOR_THRESHOLD,
    MASSLESS,
    MASSLESS_DUAL,
    SPLIT,
    SPLIT_HALVES,
    SQUARE,
    dirac,
    noisy,
)
from theory.dual.lambda_max import max_certificate_squared
from theory.dual.problem import Dirac, forward, objective
from theory.dual.stability import (
    Neuron,
    first_order,
    is_certificate,
    noise_direction,
    noise_threshold,
    vanishing_derivative_certificate,
)
from theory.dual.training import certified_optimum
from theory.dual.uniqueness import (
    independent,
    move_within_pairs,
    odd_part,
    other_direction,
    signed_evaluations,
)
from theory.exact import InputError, dot


def test_one_diagonal_alone_is_unique_without_independence():
    columns = signed_evaluations(SQUARE.X, DIAGONALS)
    assert not independent(columns)
    assert other_direction(columns, support={0}) is None
    both = other_direction(columns, support={0, 2})
    assert both is not None and any(both)
    assert all(
        sum(h * column[j] for h, column in zip(both, columns, strict=True)) == 0 for j in range(4)
    )
    assert all(both[k] >= 0 for k in (1, 3))


def test_independence_on_the_support_alone_says_nothing():
    columns = signed_evaluations(SQUARE.X, DIAGONALS)
    assert independent((columns[0], columns[2]))
    assert other_direction(columns, support={0, 2}) is not None


def test_even_phase_has_two_minimisers_of_one_network():
    assert odd_part(EVEN.X, EVEN_DUAL) == (0, 0)
    points = [point for pair in EVEN_PAIRS for point in pair]
    columns = signed_evaluations(EVEN.X, points)
    assert other_direction(columns, support={1, 3, 5}) is not None
    # Put the three Diracs in pairs, then shift inside the fibre: (3/5, 0, 4/5, ...) by hand.
    none = Dirac(1, (Fraction(0), Fraction(0)))
    by_pair = [
        (dirac(1, "-6/5", 0), none),
        (dirac(-1, 0, "-8/5"), none),
        (dirac(1, "6/5", "-8/5"), none),
    ]
    # sum_k s_k c_k w_k = 0 for w = (-1, 0), (0, -1), (3/5, -4/5): c = (3/5, -4/5, 1) t.
    t = Fraction(-1, 2)
    shifts = [Fraction(3, 5) * t, Fraction(-4, 5) * t * -1, t]
    moved = move_within_pairs(by_pair, shifts)
    assert forward(EVEN.X, moved) == forward(EVEN.X, EVEN_THREE)


def test_q0_of_the_examples():
    q = vanishing_derivative_certificate(INTERIOR)
    assert is_certificate(INTERIOR.X, q)
    assert is_certificate(MASSLESS.X, MASSLESS_DUAL)
    assert vanishing_derivative_certificate(MASSLESS) == MASSLESS_DUAL
    half = Fraction(1, 2)
    assert vanishing_derivative_certificate(SPLIT_HALVES) == (0, half, half)
    assert is_certificate(SPLIT_HALVES.X, (Fraction(0), half, half))
    # On a face the equations along it are not all: here q_V violates the sign at the kink.
    assert not is_certificate(SPLIT.X, vanishing_derivative_certificate(SPLIT))
    assert is_certificate(SPLIT.X, (Fraction(0), Fraction(0), Fraction(1)))


def test_threshold_is_exact():
    e = tuple(Fraction(j == 3) for j in range(8))
    low, high = noise_threshold(INTERIOR, e, bits=40)
    assert low <= INTERIOR_THRESHOLD <= high and high - low < Fraction(1, 10**11)
    q, step = vanishing_derivative_certificate(INTERIOR), noise_direction(INTERIOR, e)
    for excess, allowed in ((Fraction(0), True), (Fraction(1, 10**30), False)):
        moved = tuple(a + (INTERIOR_THRESHOLD + excess) * b for a, b in zip(q, step, strict=True))
        assert (max_certificate_squared(moved, INTERIOR.X) <= 1) is allowed


def test_first_order_is_the_derivative():
    lam = Fraction(1, 10**6)
    noise = tuple(lam * Fraction(a, 7) for a in (1, -2, 0, 3, 1, 0, -1, 2))
    found = certified_optimum(noisy(INTERIOR, noise, lam), bits=200).measure
    predicted = first_order(INTERIOR, noise, lam)
    for neuron, du in zip(INTERIOR.neurons, predicted, strict=True):
        atom = next(a for a in found if a.sign == neuron.sign)
        measured = [a - neuron.mass * b for a, b in zip(atom.u, neuron.w, strict=True)]
        error = [a - b for a, b in zip(measured, du, strict=True)]
        # The remainder is of second order: measured ratio 1 + O(lam), lam = 1e-6.
        assert dot(error, error) <= Fraction(1, 10**8) * dot(du, du)
    assert len(found) == len(INTERIOR.neurons)


@pytest.mark.parametrize(("alpha", "count"), [(Fraction(1, 4), 2), (Fraction(-1, 4), 1)])
def test_splitting_depends_on_the_sign_of_the_noise(alpha, count):
    lam = Fraction(1, 10**6)
    found = certified_optimum(noisy(SPLIT, (alpha * lam, Fraction(0), Fraction(0)), lam), bits=200)
    assert len(found.measure) == count
    if count == 2:
        masses = sorted(float(a.mass) for a in found.measure)
        expected = [float(alpha / (3 + 2 * alpha)), float((3 + alpha) / (3 + 2 * alpha))]
        assert masses == pytest.approx(
            expected, rel=1e-3
        )  # the error is 100 lam or less, lam = 1e-6


def test_wrong_inputs_are_refused():
    with pytest.raises(InputError, match="unit vectors"):
        Neuron(1, Fraction(1), (Fraction(1), Fraction(1)))
    with pytest.raises(InputError, match="empties a pair"):
        move_within_pairs([(dirac(1, 1, 0), dirac(1, -1, 0))], [Fraction(2)])


def test_all_minimisers_have_the_same_objective():
    best = certified_optimum(EVEN, bits=200).optimal_value()
    assert objective(EVEN, EVEN_THREE).overlaps(best)
