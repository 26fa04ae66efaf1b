"""Where a bound says more than what holds for free: frontiers against closed forms."""

from fractions import Fraction
from math import isclose, pi, sqrt

import pytest
import sympy

from theory import vacuity as data
from theory.claim import Claim, Direction, Quantifier, claim, claims
from theory.formula import Formula
from theory.notation import delta, n
from theory.vacuity import Vacuity, vacuities
from verify import vacuity
from verify.vacuity import frontiers, informative, says_more

SMALL, ONE = Formula(sympy.log(1 / delta) / n), Formula(sympy.Integer(1))
CELL = {"n": 10, "delta": "1/2"}


@pytest.fixture
def made(monkeypatch):
    """A claim "at most log(1/delta)/n" (or at least) that is known under its id."""

    def make(direction=Direction.UPPER, free=ONE, form=SMALL, **fields):
        item = Claim(
            id="asym.made",
            title="",
            location="",
            statement="",
            direction=direction,
            quantifier=Quantifier.ALWAYS,
            form=form,
        )
        monkeypatch.setattr(data, "claim", lambda id: item)
        ranges = {"n": (1, 10**6), "delta": ("1/1000", "1/2")}
        return Vacuity("asym.made", free, "", CELL, **{"ranges": ranges} | fields)

    return make


def test_an_integer_frontier_is_the_first_integer_that_says_more(made):
    item = made(free=Formula(sympy.Rational(1, 1000)))  # log 2/n < 1/1000 from n = 694 on
    found, undecided = informative(item, "n", Fraction(1), Fraction(10**6), whole=True)
    assert found == [(694, 10**6)] and undecided == 0
    assert says_more(item, "n", Fraction(694)) and not says_more(item, "n", Fraction(693))


def test_a_real_frontier_is_enclosed_on_the_side_that_says_more(made):
    item = made()  # log(1/delta) < 10 everywhere down to e^-10
    found, _ = informative(item, "delta", Fraction(1, 10**6), Fraction(1, 2), whole=False)
    ((low, high),) = found
    assert high == Fraction(1, 2) and says_more(item, "delta", low)
    assert isclose(float(low), float(sympy.exp(-10)), rel_tol=1e-3)


def test_a_lower_bound_says_more_above(made):
    item = made(Direction.LOWER, Formula(sympy.Rational(1, 1000)))
    assert informative(item, "n", Fraction(1), Fraction(1000), whole=True)[0] == [(1, 693)]


def test_equality_and_nan_say_nothing_more(made):
    assert says_more(made(free=SMALL), "n", Fraction(3)) is not True
    undefined = made(form=Formula(sympy.sqrt(delta - n)))
    assert says_more(undefined, "n", Fraction(3)) is None
    assert informative(undefined, "n", Fraction(1), Fraction(9), whole=True) == ([], 9)


def test_everywhere_nowhere_and_two_intervals_are_told(made, monkeypatch):
    monkeypatch.setattr(vacuity, "vacuities", lambda: {"asym.made": item})
    item = made(free=Formula(sympy.Integer(1000)))
    words = [p["words"] for p in frontiers("asym.made")["parameters"]]
    assert words == ["everywhere from n = 1 to 1e+06", "everywhere from delta = 0.001 to 0.5"]
    item = made(free=Formula(sympy.Integer(0)))
    assert frontiers("asym.made")["parameters"][0]["words"].startswith("nowhere from n = 1")
    item = made(
        free=Formula(5 * n - sympy.Rational(1, 1000) * n**2), form=Formula(1000 + n * delta)
    )
    words = frontiers("asym.made")["parameters"][0]["words"]
    assert words.count("<= n <=") == 1  # between the roots of a quadratic


def test_what_is_no_bound_or_no_parameter_is_refused(made):
    with pytest.raises(ValueError, match="neither an upper nor a lower"):
        _ = made(Direction.IDENTITY).above
    with pytest.raises(ValueError, match="no parameter"):
        made(ranges={"kappa": (1, 2)})


def test_every_free_value_belongs_to_a_bound_and_is_decided_at_its_cell():
    known = {item.id for item in claims()}
    assert set(vacuities()) <= known
    for item in vacuities().values():
        assert claim(item.claim).direction in (Direction.UPPER, Direction.LOWER)
        name = next(iter(item.ranges))
        assert says_more(item, name, Fraction(str(item.cell[name]))) is not None, item.claim


def frontier(claim_id, name):
    found = {p["name"]: p for p in frontiers(claim_id)["parameters"]}[name]
    return [tuple(map(Fraction, ends)) for ends in found["informative"]]


def test_frontiers_of_the_papers_against_closed_forms():
    ((_, flips),) = frontier("asym.lemD2.flips", "radius_bound")
    assert isclose(float(flips), sqrt(pi / 2), rel_tol=1e-3)
    ((scaling, _),) = frontier("bias.lmin.scaling", "B")
    assert isclose(float(scaling), sqrt(2 / pi), rel_tol=1e-3)
    ((_, linear),) = frontier("bias.tail.linear", "B")
    assert isclose(float(linear), sqrt(pi / 2), rel_tol=1e-3)
    assert frontier("bias.pert.kernel", "band_share")[0][1] < Fraction(1, 2)


def test_bound_d_says_something_from_the_width_that_its_threshold_claims():
    """`asym.gap.G4.threshold`: on set D from m = 3.4 10^15 on, at gamma = 1."""
    ((least, _),) = frontier("asym.thm4_1.d", "m")
    assert 3.35e15 < least < 3.45e15
