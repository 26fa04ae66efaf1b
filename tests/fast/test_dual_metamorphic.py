"""What must not change, or change in a known way, when the data are transformed (dual.edge)."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.dual.arrangement import regions
from theory.dual.lambda_max import lambda_max_squared
from theory.dual.problem import Problem
from theory.dual.training import certified_optimum
from theory.dual.transformations import TRANSFORMATIONS
from theory.exact import dot
from theory.rigor.balls import ball
from verify.checks.dual_problems import integer_problem

TASKS = [
    integer_problem(np.random.default_rng(seed), n, d, share=share, size=6)
    for seed, (n, d, share) in enumerate([(6, 2, 0.1), (7, 3, 0.2), (6, 3, 0.02), (5, 4, 0.1)])
]


def _cayley(seed, d):
    """A rational rotation, (I - A)(I + A)^{-1} with A skew."""
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.integers(-3, 4, (d, d)), 1)
    A = sympy.Matrix((upper - upper.T).tolist())
    Q = (sympy.eye(d) - A) * (sympy.eye(d) + A).inv()
    return [[Fraction(int(Q[i, k].p), int(Q[i, k].q)) for k in range(d)] for i in range(d)]


def _rotated(task: Problem) -> Problem:
    Q = _cayley(5, task.d)
    return replace(task, X=tuple(tuple(dot(row, column) for column in Q) for row in task.X))


def _permuted(task: Problem) -> Problem:
    order = np.random.default_rng(1).permutation(task.n)
    return replace(task, X=tuple(task.X[k] for k in order), y=tuple(task.y[k] for k in order))


c = Fraction(7, 3)
EXACT = {
    "data twice": (lambda t: replace(t, X=t.X * 2, y=t.y * 2), 1, 1),
    "data and penalty scaled": (
        lambda t: replace(t, X=tuple(tuple(c * a for a in r) for r in t.X), lam=c * t.lam),
        1,
        1 / c,
    ),
    "targets and penalty scaled": (
        lambda t: replace(t, y=tuple(c * a for a in t.y), lam=c * t.lam), c**2, c,
    ),
    "targets negated": (lambda t: replace(t, y=tuple(-a for a in t.y)), 1, 1),
    "rows permuted": (_permuted, 1, 1),
    "rotated": (_rotated, 1, 1),
    "a zero coordinate appended": (
        lambda t: replace(t, X=tuple((*row, Fraction(0)) for row in t.X)), 1, 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.n}x{task.d}")
def test_transformation(name, task):
    transform, value_factor, variation_factor = EXACT[name]
    before, after = (certified_optimum(t, bits=200) for t in (task, transform(task)))
    # Both enclosures have relative width below 1e-20, so overlap means equality to 20 digits.
    for old, new, factor in [
        (before.optimal_value(), after.optimal_value(), value_factor),
        (before.total_variation(), after.total_variation(), variation_factor),
    ]:
        scaled = old * ball(Fraction(factor))
        assert scaled.overlaps(new)
        assert new.rad() < 1e-18 * abs(new)
    assert len(regions(task.X)) == len(regions(transform(task).X))


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.n}x{task.d}")
def test_a_zero_row_adds_its_target_squared(task):
    grown = replace(task, X=(*task.X, (Fraction(0),) * task.d), y=(*task.y, Fraction(3)))
    shrunk = replace(task, lam=task.lam * (task.n + 1) / task.n)
    plain, padded = certified_optimum(shrunk, bits=200), certified_optimum(grown, bits=200)
    expected = (plain.optimal_value() * task.n + ball(Fraction(9, 2))) / (task.n + 1)
    assert expected.overlaps(padded.optimal_value())
    assert padded.optimal_value().rad() < 1e-18


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.n}x{task.d}")
def test_a_repeated_row_is_its_mean_with_weight_two(task):
    # (x, y1), (x, y2): the mean twice, plus (y1 - y2)^2 / (4 n) with n the larger number of rows.
    x, y = task.X[0], task.y[0]
    spread = replace(task, X=(x, *task.X), y=(y + 2, y - 2, *task.y[1:]))
    mean = replace(task, X=(x, *task.X), y=(y, *task.y))
    difference = (
        certified_optimum(spread, bits=200).optimal_value()
        - certified_optimum(mean, bits=200).optimal_value()
    )
    assert (difference * (task.n + 1)).contains(4)


@st.composite
def problems(draw):
    """Small integers: zero, parallel, antipodal and dependent rows are common; any lam > 0."""
    n, d = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    entries = st.integers(-3, 3)
    rows = draw(st.lists(st.lists(entries, min_size=d, max_size=d), min_size=n, max_size=n))
    targets = draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n))
    lam = draw(st.fractions(Fraction(1, 10**6), 4, max_denominator=10**6))
    return Problem(
        tuple(tuple(map(Fraction, row)) for row in rows), tuple(map(Fraction, targets)), lam
    )


@settings(max_examples=30, deadline=None, derandomize=True)
@given(task=problems(), name=st.sampled_from(sorted(TRANSFORMATIONS)))
def test_any_problem_keeps_its_value_under_the_transformations(task, name):
    before = certified_optimum(task, bits=120)
    after = certified_optimum(TRANSFORMATIONS[name](task, c), bits=120)
    factor = c**2 if name == "targets and penalty scaled" else Fraction(1)
    scale = ball(1 + dot(task.y, task.y))
    assert before.gap() < scale * 1e-25 and after.gap() < scale * ball(factor) * 1e-25
    assert (before.optimal_value() * ball(factor)).overlaps(after.optimal_value())
    nothing = task.lam**2 >= lambda_max_squared(task.X, task.y)
    assert nothing == (not before.measure) == (not after.measure)
