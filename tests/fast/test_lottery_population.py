"""The population objects: readings agree, derivatives are derivatives, symmetries hold."""

from fractions import Fraction

import numpy as np
from flint import acb, arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.lottery import arrays
from theory.lottery.angular import Angular, active_share, combine, scaled_sine
from theory.lottery.network import problem
from theory.lottery.population import (
    as_balls,
    field,
    gauss_newton,
    gradient,
    hessian,
    jump,
    kernel,
    loss,
    nullity_at_teacher,
    overlap,
)
from theory.lottery.singular import pivots
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import least_eigenvalue

ENTRY = st.fractions(min_value=-3, max_value=3, max_denominator=6)


def vectors(d: int):
    return st.lists(ENTRY, min_size=d, max_size=d).filter(any).map(tuple)


def networks(K: int, d: int):
    return st.lists(vectors(d), min_size=K, max_size=K).map(tuple)


def floats(rows) -> np.ndarray:
    return np.array([[float(x) for x in row] for row in rows])


def ball_floats(rows) -> np.ndarray:
    return np.array([[float(entry.ball()) for entry in row] for row in rows])


@given(st.integers(1, 11), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_kernel_is_the_polar_integral(x, scale):
    """k = (1/2 pi) E r^2 times the integral of cos(a) cos(a - theta), certified to 70 digits."""
    u, v = (Fraction(scale), Fraction(0)), (Fraction(x - 6), Fraction(2))
    with working_precision(280):
        theta = arb.atan2(arb(2), ball(v[0]))
        size = ball(v[0] ** 2 + 4).sqrt() * scale
        half = arb.pi() / 2
        integral = acb.integral(lambda a, _: a.cos() * (a - theta).cos(), theta - half, half).real
        difference = kernel(u, v).ball() - size * integral / arb.pi()
        assert abs(difference).abs_upper() < arb(10) ** -70


@given(networks(2, 3), networks(2, 3))
@settings(max_examples=25, deadline=None)
def test_exact_and_float_readings_agree(teacher, student):
    """A dozen terms below scale, each with tens of roundings of 1.1e-16: 1e-13 leaves room."""
    task, w, v = problem(teacher, student), floats(student), floats(teacher)
    scale = max(np.abs(w).max(), np.abs(v).max()) ** 2
    assert abs(float(loss(task).ball()) - arrays.loss(w, v)) < 1e-13 * 12 * scale
    exact = [[float(gradient(task, j, c).ball()) for c in range(3)] for j in range(2)]
    np.testing.assert_allclose(arrays.gradient(w, v), exact, atol=1e-13 * 12 * scale)


@given(networks(2, 3), networks(2, 3))
@settings(max_examples=15, deadline=None)
def test_float_hessian_agrees_where_no_pair_is_nearly_parallel(teacher, student):
    w, v = floats(student), floats(teacher)
    theta = arrays.angles(w, np.vstack([w, v]))
    # 1/sin(theta) magnifies rounding: 1e-13/1e-3 stays below the allowance
    if (np.sin(theta[theta > 1e-12]) < 1e-3).any():
        return
    exact = ball_floats(hessian(problem(teacher, student)))
    np.testing.assert_allclose(arrays.hessian(w, v), exact, atol=1e-9 * (1 + np.abs(exact).max()))


def test_gradient_and_hessian_are_derivatives():
    """Central differences with h = 2^-40 at 400 bits: the error is h^2 times a third derivative."""
    teacher = (
        (Fraction(3, 5), Fraction(4, 5), Fraction(0)),
        (Fraction(0), Fraction(1), Fraction(2)),
    )
    student = [
        [Fraction(1, 2), Fraction(1), Fraction(1, 4)],
        [Fraction(1, 5), Fraction(-1), Fraction(1)],
    ]
    h = Fraction(1, 2**40)

    def at(j, c, sign):
        moved = [list(row) for row in student]
        moved[j][c] += sign * h
        return problem(teacher, tuple(map(tuple, moved)))

    with working_precision(400):
        task = problem(teacher, tuple(map(tuple, student)))
        second = hessian(task)
        for i, (j, c) in enumerate(task.support):
            change = combine([(1 / (2 * h), loss(at(j, c, 1))), (-1 / (2 * h), loss(at(j, c, -1)))])
            assert abs(change.ball() - gradient(task, j, c).ball()) < arb(10) ** -22
            for k, (i2, e) in enumerate(task.support):
                terms = [(s / (2 * h), gradient(at(j, c, s), i2, e)) for s in (1, -1)]
                assert abs(combine(terms).ball() - second[i][k].ball()) < arb(10) ** -22


def test_jump_is_the_derivative_of_the_field():
    u, v, h = (
        (Fraction(1), Fraction(2), Fraction(0)),
        (Fraction(-1), Fraction(1), Fraction(1)),
        Fraction(1, 2**40),
    )
    block = jump(u, v)
    with working_precision(400):
        for a in range(3):
            for b in range(3):
                moved = [tuple(x + s * h * (i == b) for i, x in enumerate(u)) for s in (1, -1)]
                slope = combine(
                    [(1 / (2 * h), field(moved[0], v, a)), (-1 / (2 * h), field(moved[1], v, a))]
                )
                assert abs(slope.ball() - block(a, b).ball()) < arb(10) ** -22


@given(vectors(4), vectors(4))
@settings(max_examples=20, deadline=None)
def test_overlap_has_the_stated_eigenvalues(u, v):
    """Trace and square of Q determine (pi-theta)/2pi twice and (pi-theta+-sin theta)/2pi."""
    block = overlap(u, v)
    with working_precision(200):
        rows = [[block(a, b).ball() for b in range(4)] for a in range(4)]
        share = active_share(u, v).ball()
        norms = (ball(sum(x * x for x in u)) * ball(sum(x * x for x in v))).sqrt()
        sine = scaled_sine(u, v).ball() / norms
        trace = sum((rows[a][a] for a in range(4)), arb(0))
        square = sum((x * x for row in rows for x in row), arb(0))
        assert abs(trace - 4 * share) < arb(10) ** -40
        assert abs(square - 4 * share**2 - 2 * sine**2) < arb(10) ** -40


@given(networks(3, 2), st.lists(st.booleans(), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_nullity_is_exact(teacher, kept):
    """Against the rank of sampled features: it is s - nullity once every region is hit."""
    mask = np.array(kept).reshape(3, 2)
    mask[~mask.any(axis=1), 0] = True
    w = floats(teacher)
    circle = np.linspace(0, 2 * np.pi, 2000, endpoint=False) + 1e-4
    inputs = np.column_stack([np.cos(circle), np.sin(circle)])
    g = arrays.features(w, inputs, mask)
    values = np.linalg.eigvalsh(g.T @ g / len(g))
    support = [(int(j), int(c)) for j, c in np.argwhere(mask)]
    # directions have denominators up to 6, so distinct ones differ by more than 1e-3 and the
    # least non-zero eigenvalue (about theta^3/12 pi) stays far above rounding, 1e-15
    assert nullity_at_teacher(teacher, support) == int((values < 1e-12).sum())
    exact = gauss_newton(problem(teacher, None, tuple(map(tuple, mask.astype(int).tolist()))))
    assert len(support) - len(pivots(exact)) == nullity_at_teacher(teacher, support)


@given(networks(2, 3), st.permutations(range(3)), st.fractions(min_value="1/4", max_value=4))
@settings(max_examples=15, deadline=None)
def test_invariances(teacher, order, scale):
    """Permuting neurons or coordinates moves nothing; scaling a neuron leaves A unchanged."""
    student = tuple(
        tuple(x + 1 for x in row) if any(x + 1 for x in row) else row for row in teacher
    )
    task = problem(teacher, student)
    turned = problem(
        *(tuple(tuple(row[i] for i in order) for row in rows) for rows in (teacher, student))
    )
    swapped = problem(teacher, student[::-1])
    for other in (turned, swapped):
        assert abs(loss(task).ball() - loss(other).ball()) < arb("1e-12")
    longer = (tuple(scale * x for x in teacher[0]), teacher[1])
    a, b = gauss_newton(problem(teacher)), gauss_newton(problem(longer))
    for row, other_row in zip(a, b, strict=True):
        for x, y in zip(row, other_row, strict=True):
            assert combine([(1, x), (-1, y)]).exact() == 0


def test_gauss_newton_is_not_the_hessian_off_the_teacher():
    teacher = (
        (Fraction(3, 5), Fraction(4, 5), Fraction(0)),
        (Fraction(0), Fraction(5, 13), Fraction(12, 13)),
    )
    student = (
        (Fraction(1, 2), Fraction(1), Fraction(1, 4)),
        (Fraction(1, 5), Fraction(1, 3), Fraction(1)),
    )
    task = problem(teacher, student)
    assert str(least_eigenvalue(as_balls(hessian(task))))[1:10] == "0.0040658"
    assert str(least_eigenvalue(as_balls(gauss_newton(task))))[1:10] == "0.0059716"


def test_angular_recognises_rational_angles():
    sixty = active_share(
        (Fraction(1), Fraction(1), Fraction(0)), (Fraction(0), Fraction(1), Fraction(1))
    )
    assert sixty.exact() == Fraction(1, 3)
    assert Angular(roots={Fraction(2): Fraction(1)}).ball().overlaps(arb(2).sqrt() / arb.pi())
    assert (
        combine(
            [
                (1, Angular(roots={Fraction(2): Fraction(1)})),
                (-1, Angular(roots={Fraction(8): Fraction(1, 2)})),
            ]
        ).exact()
        == 0
    )
    assert ball(Fraction(1, 3)).contains(fmpq(1, 3))
