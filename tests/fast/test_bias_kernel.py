"""Samples, kernel and spectrum of the second paper against independent computations."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import owens_t
from scipy.stats import norm

from theory.bias import restricted, unrestricted
from theory.bias.data_spectrum import data_spectrum
from theory.bias.kernel import hadamard_matrix, kernel_least_eigenvalue, kernel_matrix
from theory.bias.orthant import OrthantProbability
from theory.bias.samples import distinct_rows, separation, unit_rows
from theory.bias.tails import TAIL
from theory.exact import InputError, matrix
from theory.rigor.balls import ball, exact_midpoint, working_precision
from theory.rigor.spectra import least_eigenvalue

GRID_OF_NINE = [[Fraction(i, 10), Fraction(j, 10), 1] for i in range(3) for j in range(3)]
BIASES = ("0", "1/2", "1", "2")

small_rows = st.lists(
    st.tuples(*[st.integers(-4, 4)] * 3).filter(any), min_size=2, max_size=5, unique=True
)


def directions(rows):
    """Rows whose directions are distinct, or None."""
    try:
        return distinct_rows(unit_rows([list(row) for row in rows], normalize=True))
    except InputError:
        return None


@pytest.mark.parametrize("bias", BIASES)
def test_kernel_against_owens_t(bias):
    rows = unit_rows([["1", "0"], ["3/5", "4/5"], ["-3/5", "4/5"]])
    b, X = float(Fraction(bias)), np.array(rows, dtype=float)
    rho = np.clip(X @ X.T, -1, 1)
    with np.errstate(divide="ignore"):
        p = norm.sf(b) - 2 * owens_t(b, np.sqrt((1 - rho) / (1 + rho)))
    with working_precision(100):
        H = kernel_matrix(rows, Fraction(bias))
        found = np.array([[float(H[i, k]) for k in range(3)] for i in range(3)])
    # Q - 2T cancels to about 1e-13 of Q for these correlations and biases up to 2.
    assert np.abs(found - (1 + rho) * p).max() < 1e-13


def test_the_regular_hexagon_needs_trained_biases():
    cosines = [Fraction(c, 2) for c in (2, 1, -1, -2, -1, 1)]
    hexagon = [[cosines[(i - k) % 6] for k in range(6)] for i in range(6)]
    with working_precision(120):
        assert least_eigenvalue(hadamard_matrix(hexagon, Fraction(0), "KP")).contains(0)
        assert least_eigenvalue(hadamard_matrix(hexagon, Fraction(0))).overlaps(arb(1) / 6)
        assert least_eigenvalue(hadamard_matrix(hexagon, Fraction(1), "KP")) > arb("0.01")


@given(small_rows, st.sampled_from(BIASES))
def test_every_bound_of_the_least_eigenvalue_is_on_its_side(rows, bias):
    rows, bias = directions(rows), Fraction(bias)
    if rows is None:
        return
    with working_precision(110):
        eigenvalue = kernel_least_eigenvalue(rows, bias)
        assert eigenvalue > 0
        # Both are equalities for suitable pairs, so only the wrong order is excluded.
        assert not eigenvalue > unrestricted.pair_upper(rows, bias)
        assert not unrestricted.hermite_lower(rows, bias, 60) > eigenvalue
        assert unrestricted.log_lower(rows, bias, one_sided=True) <= eigenvalue
        for s in (Fraction(1, 2), Fraction(9, 10)):
            assert not unrestricted.difference_lower(rows, bias, s) > eigenvalue
        if separation(rows) > 0:  # no antipodal pair
            lower = unrestricted.log_lower(rows, bias)
            assert lower <= eigenvalue
            values = {"B": bias, "separation": separation(rows), "n": len(rows)}
            assert unrestricted.WORST_CASE.ball(**values) <= eigenvalue


def test_hermite_squares_sum_to_the_tail():
    with working_precision(200):
        for bias in (Fraction(0), Fraction(1), Fraction(3)):
            rest = unrestricted.hermite_tail(ball(bias), 400)
            # T_k decays like 1/sqrt k.
            assert 0 < rest < TAIL.ball(B=bias) / 4
            squares = unrestricted.hermite_squares(ball(bias), 40)
            series = sum((c * arb("0.5") ** k for k, c in enumerate(squares)), arb(0))
            p = OrthantProbability.ball(ball(bias), arb("0.5"))
            # the rest of the series is at most T_40 2^-40
            assert 0 <= p - series < arb(2) ** -40


def test_nine_points_lie_below_the_restricted_bound():
    rows = distinct_rows(unit_rows(GRID_OF_NINE, normalize=True))
    with working_precision(150):
        eigenvalue = kernel_least_eigenvalue(rows, Fraction(0))
        bound = restricted.REGION.ball(B=0, separation=separation(rows))
        assert eigenvalue.overlaps(arb("0.015044926867264960 +/- 1e-18"))
        assert bound.overlaps(arb("0.015264983606443824 +/- 1e-18"))
        assert eigenvalue < bound


@given(st.fractions(0, 4, max_denominator=50), st.fractions("1/50", "7/5", max_denominator=50))
def test_closed_restricted_bound_never_exceeds_the_exact_one(bias, delta):
    with working_precision(90):
        exact = restricted.REGION.ball(B=bias, separation=delta)
        closed = restricted.region_closed(ball(bias), ball(delta) ** 2)
        lower = restricted.REGION_LOWER.ball(B=bias, separation=delta)
        assert lower <= exact or lower.overlaps(exact)
        if bias == 0:
            assert closed.overlaps(exact)
        else:
            assert closed < exact and lower < exact


@pytest.mark.parametrize("bias", ["1/100", "1/2", "1", "13/10", "4", "8", "100"])
def test_vacuous_below_changes_the_sign(bias):
    with working_precision(120):
        root = exact_midpoint(restricted.vacuous_below(Fraction(bias)))
        step = root / 10**25
        signs = [
            restricted.region_closed(ball(Fraction(bias)), ball(root + s * step) ** 2)
            for s in (-1, 1)
        ]
        assert signs[0] < 0 < signs[1]


def test_sign_change_is_never_narrower_than_what_is_proved():
    def coarse(x):
        return x - 1 + arb(0, "0.01")

    with working_precision(60):
        found = restricted.sign_change(coarse, arb(0), arb(3))
        assert found.contains(1) and found.rad() >= arb("0.005")


@pytest.mark.parametrize(("n", "d"), [(3, 2), (12, 3), (40, 5)])
@pytest.mark.parametrize("bias", [0.0, 0.5, 2.0])
def test_float_spectrum_is_below_the_exact_one(n, d, bias):
    X = np.random.default_rng(n).standard_normal((n, d))
    found = data_spectrum(X, bias)
    rows = matrix([[Fraction(float(x)) for x in row] for row in X], "X")
    with working_precision(120):
        H = kernel_matrix(rows, Fraction(bias))
        worst = max(
            abs(float(H[i, k] - arb(float(found.matrix[i, k])))) for i in range(n) for k in range(n)
        )
        exact = least_eigenvalue(H)
        lower = found.least_eigenvalue_lower
        assert arb(lower) < exact
        # n(n+1)u of the trace is what a Cholesky certificate costs; 60 is its ladder's room.
        room = found.radius + 60 * n * n * 2.0**-53 * float(np.trace(found.matrix))
        assert float(exact) - lower < room
    assert n * worst < 50 * found.radius and worst < found.radius


def test_the_allowance_covers_wrong_correlations():
    from theory.bias import data_spectrum as module

    X = np.random.default_rng(5).standard_normal((6, 3))
    honest = data_spectrum(X, 0.5)
    table, epsilon = module.correlations_float(X)
    rows, columns = np.tril_indices(6, -1)
    shift = 0.9 * epsilon * np.where(np.arange(len(rows)) % 2, 1, -1)
    p = [module.orthant_float64(0.5, table[rows, columns] + s) for s in (shift, 0)]
    moved = abs((1 + table[rows, columns] + shift) * p[0] - (1 + table[rows, columns]) * p[1])
    bound = module._left_out(0.5, table[rows, columns], p[1], np.full(len(rows), epsilon))
    assert (moved <= bound).all() and bound.sum() < 6 * honest.radius


def test_nearly_identical_samples_are_certified_without_dividing_by_zero():
    found = data_spectrum(np.array([[1.0, 0.0], [1.0, 1e-7], [0.0, 1.0]]), 1.0)
    assert 0 < found.least_eigenvalue_lower < 1e-7
    same = data_spectrum(np.array([[1.0, 0.0], [1.0, 0.0]]), 1.0)
    assert same.least_eigenvalue_lower <= 0


@pytest.mark.parametrize(
    ("X", "bias", "message"),
    [
        (np.array([[0.0, 0.0], [1.0, 0.0]]), 1.0, "row 1 has norm 0"),
        (np.array([[np.nan, 0.0]]), 1.0, "finite"),
        (np.eye(2), -1.0, "B = -1.0 is out of range"),
    ],
)
def test_float_refusals(X, bias, message):
    with pytest.raises(InputError, match=message):
        data_spectrum(X, bias)
