"""The witnesses of the first paper's discrepancies, by another route each."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb

from theory.asymmetric import gap_assumptions as gap
from theory.asymmetric import gap_change, gap_learning, gap_widths, ladder, sliding
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.exact import dot, proportional
from theory.rigor.balls import working_precision
from theory.rigor.spectra import least_eigenvalue
from verify.checks.asymmetric_gap_widths import at_data
from verify.networks.activations import activation
from verify.networks.relu_flow import relu_gradient_flow
from verify.networks.shallow import ShallowNetwork


def test_the_exact_flow_slides_as_the_closed_path_says():
    """Started beside the kink; its loss stays above 25/26 of the first one for ever."""
    samples = np.array([[1.0, 0.0], [0.6, 0.8]])
    start = np.array([[1e-9, np.sqrt(2)]])
    network = ShallowNetwork(start, np.array([1.0]), activation("relu"), scale=np.sqrt(2))
    record = relu_gradient_flow(network, samples, [-1.0, 1.0])
    assert record.tail_closed and record.pinned_counts[-1] == 1
    assert record.losses[-1] / record.losses[0] == pytest.approx(25 / 26, rel=1e-8)
    assert record.residual[0] == pytest.approx(-1.0, abs=1e-8)
    with working_precision(64):
        limit = sliding.loss_ratio(Fraction(1000))
    assert abs(float(limit.mid()) - 25 / 26) < 1e-12


def test_the_hypothesis_of_lemma_d1_holds_on_the_sliding_path():
    eigenvalues = sliding.tangent_gram(sliding.one()).eigenvals()
    assert eigenvalues == {sympy.Rational(1, 5): 1, sympy.Rational(4, 5): 1}
    claimed = sliding.DECAY_CLAIMED
    assert claimed == 2 * Fraction(1, 5)


@pytest.mark.parametrize(("name", "positive"), [("A", True), ("B", False)])
def test_antipodes_hurt_only_dependent_samples(name, positive):
    """Set A (two rows in d = 2) has kappa = 1/10 with its antipodes, set B (three) has none."""
    with working_precision(200):
        least = least_eigenvalue(gap.matrix_of(gap.with_antipodes(DATA_SETS[name].X)))
        assert (least > arb("0.0999")) if positive else (abs(least) < arb("1e-20"))


def test_the_balanced_samples_are_admissible_and_their_kernel_is_positive():
    rows = gap_learning.TETRAHEDRON
    assert all(dot(x, x) == Fraction(3, 4) for x in rows)
    assert not any(proportional(x, z) for i, x in enumerate(rows) for z in rows[:i])
    assert [sum(column) for column in zip(*rows, strict=True)] == [0, 0, 0]
    with working_precision(64):
        assert kappa(rows) > arb("0.05")


def test_three_unit_vectors_at_120_degrees():
    """The other balanced set of the discrepancy: kappa = 1/6, by hand from the kernel."""
    cosine = sympy.Rational(-1, 2)
    diagonal = sympy.Rational(1, 4)
    other = cosine / 2 * (sympy.Rational(1, 4) + sympy.asin(cosine) / (2 * sympy.pi))
    kernel = sympy.Matrix(3, 3, lambda i, k: diagonal if i == k else other)
    assert min(kernel.eigenvals()) == sympy.Rational(1, 6)


@pytest.mark.parametrize(("name", "width"), [("A", 2.6e13), ("D", 3.4e15), ("E", 2.9e15)])
def test_where_the_change_bound_starts_to_say_something(name, width):
    with working_precision(80):
        found = float((at_data({"data": name}, gap_change.THRESHOLD) ** -4).mid())
    assert found == pytest.approx(width, rel=0.02)


def test_the_ladder_of_set_e():
    """Leading digits of widths computed in floating point by a separate script."""
    known = {
        "sum of both terms solved exactly": 2.579e25,
        "sqrt(2/π) kept": 1.642e25,
        "Markov for one part only": 1.026e24,
        "norms of X for n": 2.352e23,
        "true residual": 7.090e22,
        "Markov before the root": 4.473e19,
        "Hoeffding for the flips": 2.800e16,
        "entrywise, Markov, n": 1.207e17,
        "entrywise, Markov": 9.259e15,
        "entrywise, Hoeffding": 5.796e12,
    }
    with working_precision(80):
        found = {s: float(ladder.width_of({"data": "E", "step": s}).mid()) for s in known}
        canonical = float(ladder.width_of({"data": "E", "step": ladder.CANONICAL}).mid())
    assert found == pytest.approx(known, rel=1e-3)
    assert canonical == pytest.approx(4.126e26, rel=1e-3)


def test_the_sharper_constant_of_prop_c1():
    constant = gap_widths.SHARP_INITIAL_WIDTH.float64(
        squared_operator_norm=1, n=np.e, failure=1, kappa=1, d=1
    )
    assert float(constant) == pytest.approx(6.51778, abs=1e-5)
