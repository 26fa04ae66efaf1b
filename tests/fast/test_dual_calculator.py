"""The calculator at the ends of its range: tiny penalties, thresholds, huge numbers, ties."""

from fractions import Fraction

import pytest
from flint import arb

import theory
from theory.dual.problem import problem
from theory.dual.training import certified_optimum
from theory.exact import InputError
from theory.rigor.balls import ball, working_precision


def value(name, **inputs):
    return theory.quantity(f"dual.{name}")(digits=30, **inputs)


def close(found, expected, digits=29):
    with working_precision(400):
        target = ball(expected)
        return abs(ball(found.result) - target) <= abs(target) * arb(10) ** -digits


def eye(n):
    return [[int(i == k) for k in range(n)] for i in range(n)]


# Problems whose structure floats miss at their own penalty: lam/lambda_max from 1e-9 to 1e-12.
TINY = [
    ([[1, -2, -1, 1, -1], [9, 0, -13, 3, 11], [-2, 3, 1, -4, 8], [-7, 2, 1, 4, -3]], [0, -4, 4, 2]),
    ([[-1, 5, 1], [-1, -2, -5], [1, 2, -5], [1, -5, 0], [1, 2, -5], [1, 5, 1]],
     [4, 0, -3, 3, 5, 5]),
]  # fmt: skip


@pytest.mark.parametrize("power", [9, 12, 15])
@pytest.mark.parametrize(("X", "y"), TINY, ids=["independent", "repeated rows"])
def test_tiny_penalties_are_proved(X, y, power):
    task = problem(X, y, Fraction(1, 10**power))
    found = certified_optimum(task, bits=200)
    assert found.gap() < arb("1e-50")
    assert value("total_variation", X=X, y=y, lam=task.lam).digits >= 30
    assert value("dirac_count", X=X, y=y, lam=task.lam).result >= 1


@pytest.mark.parametrize("share", ["1e-3", "1e-10", "1e-17"])
def test_just_below_lambda_max_there_is_one_small_dirac(share):
    lam = 10 * (1 - Fraction(share))  # lambda_max = |y| |x| = 10
    inputs = {"X": [[3, 4]], "y": [2], "lam": lam}
    expected = Fraction(2, 5) - lam / 25
    assert close(value("total_variation", **inputs), expected)
    assert value("dirac_count", **inputs).result == 1
    assert value("total_variation", **inputs | {"lam": 10}).result == 0


def test_a_second_dirac_of_mass_1e_18_is_found():
    """Two samples on a line of each sign; lam a float's rounding below the second threshold."""
    X = [[-4, 8], [-3, 6], [0, 0], [-2, 4], [2, -4]]
    inputs = {"X": X, "y": [0, 2, -5, -1, 1], "lam": "8056283928194521/9007199254740992"}
    assert value("dirac_count", **inputs).result == 2
    assert value("total_variation", **inputs).digits >= 30


def test_a_dirac_that_crosses_a_wall_by_less_than_floats_see():
    X = [
        [2, -1, -1, 2, 1, -2], [-1, 1, 0, -2, -2, 2], [1, 1, 0, -2, -2, 1], [-1, -1, -1, -1, 0, -1],
        [1, 1, 2, 0, 0, -2], [-2, -2, 2, 0, 0, 2], [2, 1, -1, -1, -2, -1],
    ]  # fmt: skip
    y = [-5, 3, 3, 0, 0, 1, -3]
    top = value("lambda_max", X=X, y=y).result
    lam = Fraction(float(top)) * (1 - Fraction(1, 10**10))
    assert value("total_variation", X=X, y=y, lam=lam).digits >= 30


@pytest.mark.parametrize(
    ("y", "count"), [([3, -4, 5], 2), ([3, 4, 5], 1), ([3, 0, 1], 1), ([-3, -4, "1/100"], 1)]
)
def test_diracs_of_the_identity(y, count):
    """X = I: a Dirac at y^+/|y^+| and one at y^-/|y^-|, both on walls; masses |y^+-| - n lam."""
    lam = Fraction(1, 10)
    parts = [[Fraction(c) for c in y if side * Fraction(c) > 0] for side in (1, -1)]
    with working_precision(200):
        norms = [ball(sum(c * c for c in part)).sqrt() for part in parts]
        masses = [(norm - 3 * ball(lam)).max(arb(0)) for norm in norms]
        assert close(value("total_variation", X=eye(3), y=y, lam=lam), masses[0] + masses[1])
    assert value("dirac_count", X=eye(3), y=y, lam=lam).result == count


@pytest.mark.parametrize("factor", [Fraction(10) ** 200, Fraction(1, 10**200)])
def test_numbers_beyond_the_floats_scale(factor):
    X, y, lam = [[1, 2], [-2, 1], [1, -1]], [1, -2, 3], Fraction(1, 5)
    huge = [[factor * a for a in row] for row in X], [factor * a for a in y]
    small = value("optimal_value", X=X, y=y, lam=lam)
    large = value("optimal_value", X=huge[0], y=huge[1], lam=lam * factor**2)
    with working_precision(400):
        assert close(large, ball(small.result) * ball(factor**2))
    top = value("lambda_max_squared", X=X, y=y).result
    assert value("lambda_max_squared", X=huge[0], y=huge[1]).result == top * factor**4
    assert value("dirac_count", X=huge[0], y=huge[1], lam=lam * factor**2).result == 3


def test_a_tie_is_refused_with_the_certified_range():
    square = {"X": [[1, 0], [-1, 0], [0, 1], [0, -1]], "y": [1, 1, 1, 1], "lam": "1/10"}
    with pytest.raises(InputError, match="between 2 and 4 Diracs") as refused:
        value("dirac_count", **square)
    assert "\n" not in str(refused.value)
