"""Where a bound says more than what holds for free: frontiers against closed forms."""

from fractions import Fraction
from math import comb, isclose, pi, sqrt

import pytest
import sympy
from mpmath import mp

from theory import vacuity as data
from theory.bias.data_sets import data_set
from theory.claim import Claim, Direction, Quantifier, claim, claims
from theory.formula import Formula
from theory.notation import delta, n
from theory.vacuity import NoFrontier, Vacuity, no_frontiers, vacuities
from verify import vacuity
from verify.vacuity import FINE, frontiers, informative, says_more

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


def test_an_exact_equality_is_decided(made):
    item = made(free=Formula(n), form=Formula(n))
    assert says_more(item, "n", Fraction(3)) is False
    assert informative(item, "n", Fraction(1), Fraction(9), whole=True) == ([], 0)


def test_what_no_ball_decides_ends_an_interval(made):
    """sqrt(1/4 - delta) is at most 1, and no real number from delta = 1/4 on."""
    item = made(form=Formula(sympy.sqrt(sympy.Rational(1, 4) - delta)))
    ((low, high),), undecided = informative(
        item, "delta", Fraction(1, 1000), Fraction(1, 2), whole=False
    )
    assert low == Fraction(1, 1000) and undecided > 0
    assert Fraction(249, 1000) < high <= Fraction(1, 4)


def test_everywhere_nowhere_and_two_intervals_are_told(made, monkeypatch):
    monkeypatch.setattr(vacuity, "vacuities", lambda paper: {"asym.made": item})
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
    item = made(form=Formula(sympy.sqrt(delta - n)))  # no real number
    found = frontiers("asym.made")["parameters"][0]
    assert found["words"].startswith("nowhere certainly from n = 1") and found["undecided"] > 9


def test_what_is_no_bound_or_no_parameter_is_refused(made):
    with pytest.raises(ValueError, match="neither an upper nor a lower"):
        _ = made(Direction.IDENTITY).above
    with pytest.raises(ValueError, match="no parameter"):
        made(ranges={"kappa": (1, 2)})


ONE_SIDED = (Direction.UPPER, Direction.LOWER)


def test_every_one_sided_claim_has_a_frontier_or_says_why_it_has_none():
    bounds = {item.id for item in claims() if item.direction in ONE_SIDED}
    with_frontier, without = set(vacuities()), set(no_frontiers())
    assert not with_frontier & without
    assert with_frontier | without == bounds


def test_reasons_are_sentences_about_their_own_claim():
    reasons = [item.because for item in no_frontiers().values()]
    assert len(set(reasons)) == len(reasons)
    for id, item in no_frontiers().items():
        assert len(item.because.split()) >= 8 and item.because.endswith("."), id
        assert item.because[0].isupper() and item.because.count("$") % 2 == 0, id
        refuted = claim(id).expected == "REFUTED"
        assert item.because.startswith("Refuted as transcribed") == refuted, id
    with pytest.raises(ValueError, match="no reason"):
        NoFrontier("asym.made", " ")


def test_a_refuted_statement_has_no_frontier():
    """A comparison of a false bound with what holds for free would say nothing."""
    assert all(claim(id).expected == "HOLDS" for id in vacuities())


def test_every_free_value_is_decided_at_its_cell_in_every_parameter():
    for item in vacuities().values():
        assert item.because.strip(), item.claim
        for name, (low, high) in item.ranges.items():
            at = Fraction(str(item.cell[name]))
            assert Fraction(low) <= at <= Fraction(high), (item.claim, name)
            assert says_more(item, name, at) is not None, (item.claim, name)


def test_claims_without_a_frontier_say_so_in_the_record():
    reason = frontiers("asym.gap.G1")["no_frontier"]
    assert reason.startswith("Refuted as transcribed")
    assert frontiers("asym.A2.eq15") is None  # an identity


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


def _tail(B):
    return mp.erfc(mp.mpf(B) / mp.sqrt(2)) / 2


def _orthant(B, rho):
    """P(u > B, v > B), by the law of v given u."""
    left = mp.sqrt(1 - rho**2)
    return mp.quad(lambda u: mp.npdf(u) * _tail((B - rho * u) / left), [B, B + 3, B + 12])


def _restricted_beats_the_least_eigenvalue(B):
    rows = [[mp.mpf(x.numerator) / x.denominator for x in row] for row in data_set("spread")]
    units = [[x / mp.sqrt(sum(y * y for y in row)) for x in row] for row in rows]
    size = range(len(units))
    P = mp.matrix(len(units))
    H = mp.matrix(len(units))
    for i in size:
        for k in size:
            rho = sum(a * b for a, b in zip(units[i], units[k], strict=True))
            P[i, k] = _tail(B) if i == k else _orthant(B, rho)
            H[i, k] = P[i, k] * (2 if i == k else 1 + rho)
    least = min(P[i, k] for i in size for k in size)
    return _tail(B) - least > min(mp.eigsy(H, eigvals_only=True))


def _fewer_samples_than_chebyshev(delta, s):
    """K = 4 neurons, half of a least curvature of 1/10: a deviation of 1/20."""
    bernstein = (32 * 16 * 400 + 8 * 4 * 20) * (s * mp.log(9) + mp.log(2 / delta))
    d = mp.mpf(s) / 4
    return bernstein < 16 * d * (d + 2) / 2 * 400 / delta


def _flip_mass_below(m):
    """At gamma = 1/2, p = 1/10, Delta = 1/100."""
    return mp.sqrt(2 / mp.pi) / 100 + mp.sqrt(mp.log(10) / (2 * m)) / 2 < mp.mpf(1) / 2


def _binomial_below(N, s=20):
    """P(Bin(N, 3/4) >= s) below 1, or below 0 when there are fewer rows than weights."""
    N, s, odds = int(N), int(s), Fraction(3, 4)
    total = sum(comb(N, k) * odds**k * (1 - odds) ** (N - k) for k in range(s, N + 1))
    return total < (1 if s <= N else 0)


SHARP = (  # claim, parameter, whether the bound says more: written down again
    ("asym.propC1.width", "failure", lambda p: 40 * mp.log(2 / p) < 25 / p),
    ("asym.kappa.upper", "squared_norm", lambda x: x / 6 < mp.mpf(7) / 60),
    ("asym.lemD3.radius", "gamma", lambda gamma: 4 / (gamma / 100) < 10**4),
    ("asym.thm4_1.c", "time", lambda t: 4 / (mp.mpf(1) / 200) < t),
    ("asym.lemD3", "delta", lambda d: (16 * mp.sqrt(mp.mpf(5) / 10**7) + mp.mpf(8) / 10**6)
     * 5 / (3 * d) < mp.mpf(5) / 6),
    ("asym.ladder.flips", "m", _flip_mass_below),
    ("asym.propA1", "n", lambda n: n * mp.exp((mp.log(2) / 2 - mp.mpf(1) / 2) * 20) < 1),
    ("asym.A2.eq17.lower", "mass_norm", lambda N: mp.mpf(1) / 100 < N**2 / 4),
    ("bias.lmin.region", "B", _restricted_beats_the_least_eigenvalue),
    ("bias.gen.poly", "n", lambda n: 1 / _tail(1) ** 2 < 10 * n),
    ("bias.gen.poly", "B", lambda B: 1 / _tail(B) ** 2 < 100),
    ("bias.gen.largeB", "g", lambda g: g / (1 - g) < 1),
    ("bias.move.neuron", "k", lambda k: mp.mpf(8) * 12 / 3 * 10 < mp.mpf(2) ** k - 1),
    ("bias.rad.flip", "band_share", lambda nu: 3 * mp.sqrt(mp.mpf(2) / 1000)
     + mp.sqrt(2) * nu * 10 < 3 * mp.sqrt(2)),
    ("lottery.conc.samples", "delta", lambda d: _fewer_samples_than_chebyshev(d, 40)),
    ("lottery.conc.samples", "kept_total",
     lambda s: _fewer_samples_than_chebyshev(mp.mpf(1) / 20, s)),
    ("lottery.phase.lower", "samples", _binomial_below),
    ("lottery.phase.lower", "kept_total", lambda s: _binomial_below(40, s)),
    ("dual.representer", "saturated", lambda points: min(points, 15, 20) < points),
    ("dual.regions.bound", "n", lambda n: 10 * (mp.e * (n - 1) / 5) ** 5 < mp.mpf(2) ** n),
)  # fmt: skip


@pytest.mark.parametrize(("claim_id", "name", "says"), SHARP, ids=lambda part: str(part)[:24])
def test_a_frontier_separates_two_sides_that_are_computed_again(claim_id, name, says):
    item = vacuities()[claim_id]
    low, high = map(Fraction, item.ranges[name])
    whole = all(isinstance(end, int) for end in (*item.ranges[name], item.cell[name]))
    edges = 0
    for left, right in frontier(claim_id, name):
        for edge, end, side in ((left, low, -1), (right, high, 1)):
            if edge != end:
                outside = edge + side * (1 if whole else edge * 2 * FINE)
                edges += 1
                with mp.workdps(30):
                    assert says(mp.mpf(edge.numerator) / edge.denominator)
                    assert not says(mp.mpf(outside.numerator) / outside.denominator)
    assert edges


def test_a_singular_matrix_is_told_apart_from_a_regular_one():
    """The orthant matrix of six antipodal directions has rank 4 at B = 0, and 6 at B > 0."""
    ((least, greatest),) = frontier("bias.h.schur", "B")
    assert 0 < least < Fraction(1, 10**9) and greatest == 8


def test_bound_d_says_something_from_the_width_that_its_threshold_claims():
    """`asym.gap.G4.threshold`: on set D from m = 3.4 10^15 on, at gamma = 1."""
    ((least, _),) = frontier("asym.thm4_1.d", "m")
    assert 3.35e15 < least < 3.45e15
