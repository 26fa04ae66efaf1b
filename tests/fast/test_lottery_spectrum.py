"""Spectra: closed forms against certified matrices; what pruning does to them."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb, arb_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from theory.exact import InputError
from theory.formula import Formula
from theory.lottery import arrays, orthonormal
from theory.lottery.network import problem
from theory.lottery.orthonormal import SPECTRUM, apply, inverse_trace, standard_block, trivial_block
from theory.lottery.spectrum import (
    DISJOINT_CONDITION,
    DISJOINT_GREATEST,
    DISJOINT_LEAST,
    PAIR_GREATEST,
    PAIR_LEAST,
    RHO,
    hessian_extremes,
    independent_lower_bound,
    pair_angle,
    pair_upper_bound,
    teacher_matrix,
)
from theory.lottery.symbols import neurons as K
from theory.notation import d
from theory.rigor.balls import ball, working_precision
from theory.rigor.inertia import eigenvalues_below, multiplicity
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue

TINY = arb(10) ** -25
NEAR = arb(10) ** -6  # nearer, a multiple eigenvalue makes tiny pivots and needs many more bits


def axes(k: int, width: int):
    return tuple(tuple(Fraction(int(i == j)) for i in range(width)) for j in range(k))


@pytest.mark.parametrize(("k", "width"), [(2, 2), (2, 4), (3, 3), (3, 5), (4, 4), (5, 5)])
def test_orthonormal_spectrum_with_multiplicities(k, width):
    with working_precision(200):
        matrix = teacher_matrix(problem(axes(k, width)))
        expected: list[tuple[arb, int]] = []
        for level, times in SPECTRUM:
            value = level.ball(neurons=k)
            count = int(times.subs({K: k, d: width}))
            same = next((i for i, (x, _) in enumerate(expected) if x.overlaps(value)), None)
            if same is None:
                expected.append((value, count))
            else:  # the roots that coincide at K = 2
                expected[same] = (expected[same][0], expected[same][1] + count)
        assert sum(count for _, count in expected) == k * width
        for value, count in expected:
            assert multiplicity(matrix, value, NEAR) == count
        assert least_eigenvalue(matrix).overlaps(Formula(RHO).ball())


def test_blocks_are_the_action_and_factor():
    """For K = 4 the ansatz vectors are mapped as the blocks say, for symbolic c."""
    k, c = 4, sympy.Dummy("c")
    x, y, z = sympy.symbols("x y z")
    t = (2, 3, -1, -4)
    array = [[x * t[j] if i == j else y * t[j] + z * t[i] for i in range(k)] for j in range(k)]
    block = standard_block().subs(K, k).subs(1 / sympy.pi, 2 * c)
    xx, yy, zz = block * sympy.Matrix([x, y, z])
    image = apply(array, c)
    for j in range(k):
        for i in range(k):
            want = xx * t[j] if i == j else yy * t[j] + zz * t[i]
            assert sympy.expand(image[j][i] - want) == 0
    array = [[x if i == j else y for i in range(k)] for j in range(k)]
    xx, yy = trivial_block().subs(K, k).subs(1 / sympy.pi, 2 * c) * sympy.Matrix([x, y])
    image = apply(array, c)
    assert all(
        sympy.expand(image[j][i] - (xx if i == j else yy)) == 0 for j in range(k) for i in range(k)
    )
    mu = sympy.Dummy("mu")
    characteristic = (mu * sympy.eye(3) - standard_block()).det()
    assert sympy.simplify(characteristic - (mu - RHO) * orthonormal.standard_quadratic(mu)) == 0
    characteristic = (mu * sympy.eye(2) - trivial_block()).det()
    assert sympy.simplify(characteristic - orthonormal.trivial_quadratic(mu)) == 0


def test_inverse_trace_of_the_orthonormal_teacher():
    with working_precision(150):
        inverse = teacher_matrix(problem(axes(3, 4))).inv()
        trace = sum((inverse[i, i] for i in range(12)), arb(0))
        assert abs(trace - Formula(inverse_trace()).ball(neurons=3, d=4)) < TINY


@pytest.mark.parametrize(("a", "b"), [(3, 4), (12, 5), (-4, 3), (1, 7)])
def test_pair(a, b):
    size = Fraction(round((a * a + b * b) ** 0.5)) if a != 1 else Fraction(1)
    teacher = ((Fraction(1), Fraction(0)), (Fraction(a) / size, Fraction(b) / size))
    with working_precision(150):
        theta = pair_angle(*teacher)
        matrix = teacher_matrix(problem(teacher))
        assert abs(least_eigenvalue(matrix) - PAIR_LEAST.ball(angle=theta)) < TINY
        assert abs(greatest_eigenvalue(matrix) - PAIR_GREATEST.ball(angle=theta)) < TINY


@pytest.mark.parametrize(("k", "r"), [(2, 1), (2, 3), (3, 2), (4, 2)])
def test_disjoint_masks_forget_r(k, r):
    mask = tuple(tuple(int(i // r == j) for i in range(k * r)) for j in range(k))
    teacher = tuple(tuple(Fraction(entry * (i + 1)) for i, entry in enumerate(row)) for row in mask)
    with working_precision(150):
        matrix = teacher_matrix(problem(teacher, None, mask))
        least, greatest = least_eigenvalue(matrix), greatest_eigenvalue(matrix)
        assert abs(least - DISJOINT_LEAST.ball()) < TINY
        assert abs(greatest - DISJOINT_GREATEST.ball(neurons=k)) < TINY
        assert abs(greatest / least - DISJOINT_CONDITION.ball(neurons=k)) < TINY
        assert multiplicity(matrix, ball(Fraction(1, 2)), NEAR) == k * r - k
        assert multiplicity(matrix, DISJOINT_LEAST.ball(), NEAR) == k - 1


@st.composite
def nested(draw):
    """A teacher, two nested masks that keep its support, and a student inside the smaller."""
    k, width = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    weight = st.fractions(min_value=-2, max_value=2, max_denominator=4)
    flags = st.lists(
        st.lists(st.booleans(), min_size=width, max_size=width), min_size=k, max_size=k
    )
    small, extra = np.array(draw(flags)), np.array(draw(flags))
    small[~small.any(axis=1), 0] = True
    large = small | extra

    def weights():
        rows = draw(
            st.lists(st.lists(weight, min_size=width, max_size=width), min_size=k, max_size=k)
        )
        kept = [
            tuple(x if m else Fraction(0) for x, m in zip(r, ms, strict=True))
            for r, ms in zip(rows, small, strict=True)
        ]
        assume(all(any(row) for row in kept))
        return tuple(kept)

    as_mask = [tuple(tuple(int(x) for x in row) for row in m) for m in (small, large)]
    return weights(), weights(), as_mask[0], as_mask[1]


@given(nested())
@settings(max_examples=40, deadline=None)
def test_pruning_interlaces(case):
    """Certified at the teacher and at any student inside the smaller mask (prune.interlace).

    a.upper() >= b.lower() for both extremes is implied; a certified violation would be
    a < b strictly, and that is what must not occur. Widths are checked: a wide ball hides it.
    """
    teacher, student, small, large = case
    with working_precision(120):
        for point in (teacher, student):
            pruned = hessian_extremes(problem(teacher, point, small))
            full = hessian_extremes(problem(teacher, point, large))
            for value in (*pruned, *full):
                assert ball(value).rad() < arb(10) ** -12
            assert not ball(pruned[0]) < ball(full[0])
            assert not ball(pruned[1]) > ball(full[1])


@given(nested(), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_pruning_interlaces_on_a_sample(case, seed):
    """The empirical matrix too: a principal submatrix, up to rounding n u |A| << 1e-10."""
    teacher, _, small, large = case
    w = np.array([[float(x) for x in row] for row in teacher])
    inputs = np.random.default_rng(seed).standard_normal((30, w.shape[1]))
    spectra = []
    for mask in (small, large):
        g = arrays.features(w, inputs, np.array(mask, bool))
        spectra.append(np.linalg.eigvalsh(g.T @ g / len(g)))
    assert spectra[0][0] >= spectra[1][0] - 1e-10
    assert spectra[0][-1] <= spectra[1][-1] + 1e-10


@given(st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=2, max_size=3))
@settings(max_examples=40, deadline=None)
def test_bracket_of_the_least_eigenvalue(rows):
    """rho/(kappa^2 gamma) <= least eigenvalue <= pair bound, for independent directions."""
    teacher = tuple(tuple(Fraction(x) for x in row) for row in rows)
    assume(np.linalg.matrix_rank(np.array(rows, float)) == len(rows))
    with working_precision(150):
        truth = least_eigenvalue(teacher_matrix(problem(teacher)))
        assert not independent_lower_bound(teacher) > truth
        assert (
            not independent_lower_bound(teacher, tuple(map(Fraction, range(1, len(rows) + 1))))
            > truth
        )
        assert not pair_upper_bound(teacher) < truth


def test_dependent_directions_are_refused():
    with pytest.raises(InputError, match="linearly independent"):
        independent_lower_bound(((Fraction(1), Fraction(2)), (Fraction(2), Fraction(4))))


def test_rounded_constants_exceed_rho():
    """0.091 and 1/11 are above rho: as lower bounds they fail for an orthonormal teacher."""
    truth = least_eigenvalue(teacher_matrix(problem(axes(3, 3))))
    assert ball(Fraction(1, 11)) > truth
    assert ball("0.091") > truth


def test_inertia_says_when_it_cannot_decide():
    assert eigenvalues_below(arb_mat([[1, 0], [0, 2]]), arb(1)) is None
    assert eigenvalues_below(arb_mat([[1, 0], [0, 2]]), arb("1.5")) == 1
