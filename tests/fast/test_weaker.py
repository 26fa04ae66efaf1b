"""A version proved weaker is weaker everywhere: adversarial pairs, domains, random expressions."""

import random
from fractions import Fraction
from itertools import product

import pytest
import sympy
from sympy import Max, Min, Rational, asin, erfc, exp, log, pi, sin, sqrt, zeta

from theory.bias.symbols import B, rho
from theory.claim import Claim, Direction, Quantifier, claims
from theory.dual.symbols import span_rank
from theory.formula import BallReader, Formula
from theory.lottery.symbols import angle, distance, kept_total, neurons
from theory.notation import alpha, delta, gamma, kappa, m, n, table
from theory.rigor.balls import ball, working_precision
from verify.domains import WHOLE, ends, finite_values, interval
from verify.weaker import PROVED, at_least, proved_weaker, with_proof

TINY = Rational(1, 10**9)

PROVABLE = (
    (n**2, n),
    (n + 1, n),
    (2 * n / delta, n / delta),
    (1 / delta**2, 1 / delta),
    (log(n / delta**2), log(n / delta)),
    (log(n + 1), log(n)),
    (n, log(n)),
    (sqrt(gamma), gamma),
    ((1 - gamma) ** Rational(3, 2), (1 - gamma) ** Rational(5, 2)),
    (exp(-(B**2) / 2), exp(-(B**2))),
    (erfc(B), erfc(sqrt(2) * B)),
    (zeta(1 / alpha), zeta(1 / alpha**2)),
    (asin(gamma), gamma),
    ((angle - sin(angle)) / 2, (angle - sin(angle)) / (2 * pi)),
    (Max(gamma, kappa), kappa),
    (n / (n + 1), Rational(1, 2)),
    (B * n, B),
    (-kappa / n, -kappa),
    (rho + 1, sympy.Integer(0)),
    (sqrt(log(n / delta)) / m, sqrt(log(n / delta)) / m**2),
    (2 * span_rank * (sympy.E * n / span_rank) ** span_rank,
     2 * span_rank * (sympy.E * (n - 1) / span_rank) ** span_rank),
    (distance**2 * (kept_total + neurons**2), distance**2 * (kept_total + neurons)),
)  # fmt: skip

FALSE_SOMEWHERE = (
    (B**2, B),  # B < 1
    (B, B**2),  # B > 1
    (n**2 - 1, n),  # n = 1
    (2 * (n - 1), n),  # n = 1
    (B * (n - 2), sympy.Integer(0)),  # n = 1
    (log(n + 1), sympy.Integer(1)),  # n = 1
    (log(n / delta), sympy.Integer(1)),  # delta near 1
    (2 * log(kappa), log(kappa)),  # kappa < 1
    (sqrt(kappa), kappa),  # kappa > 1
    (1 - kappa, exp(-kappa)),
    (sin(angle), angle / 2),  # near pi
    (angle, sin(2 * angle)),  # near 0
    (asin(gamma), 3 * gamma / 2),  # true at 1, false below
    (delta ** Rational(-1, 100), 1 + TINY),  # delta near 1
    (n / (n + 1), Rational(1, 2) + TINY),  # n = 1
    ((1 - TINY) * n, n),
    (rho**2, rho),
    (rho**3, rho),
    (1 / (1 - 2 * gamma), sympy.Integer(1)),  # gamma > 1/2: negative
    ((1 + rho) ** 2, 1 + rho),  # rho < 0
    (Min(gamma, kappa), kappa),
    (zeta(1 / alpha**2), zeta(1 / alpha)),
    (n**kappa, n ** (kappa**2)),  # kappa > 1
    (gamma**2, gamma**rho),  # rho < 2
    (-kappa, -kappa / n),
    (distance, distance**2),  # beyond 1
    (1 / (B - 1), 1 / B),  # B < 1
)


@pytest.mark.parametrize("a, b", PROVABLE)
def test_what_is_larger_everywhere_is_proved(a, b):
    assert at_least(a, b)
    assert not at_least(b, a)


@pytest.mark.parametrize("a, b", FALSE_SOMEWHERE)
def test_what_is_smaller_somewhere_is_never_proved(a, b):
    assert not at_least(a, b)


def value(symbol, rng):
    """An exact value of a symbol, often next to an end of its domain."""
    if values := finite_values(symbol):
        return Fraction(rng.choice(values))
    low, high = (float(end) for end in interval(symbol))
    finite_low, finite_high = low > -1e300, high < 1e300
    if symbol.is_integer:
        return Fraction((int(low) if finite_low else -5) + rng.choice((0, 0, 1, 2, 3, 50, 10**4)))
    share = rng.choice((Fraction(1, 10**9), Fraction(1, 1000), Fraction(1, 3), Fraction(9, 10),
                        1 - Fraction(1, 10**9)))  # fmt: skip
    if finite_low and finite_high:
        return Fraction(low) + (Fraction(high) - Fraction(low)) * share
    size = rng.choice((share, 1 + share, 1000 * share))
    return Fraction(low) + size if finite_low else rng.choice((-1, 1)) * size


def smaller_at_a_point(a, b, rng, points):
    """A point at which a < b in balls, if one is met."""
    symbols = sorted(a.free_symbols | b.free_symbols, key=str)
    for _ in range(points):
        at = {symbol.name: value(symbol, rng) for symbol in symbols}
        with working_precision(200):
            try:
                reader = BallReader({name: ball(number) for name, number in at.items()})
                left, right = reader.read(a), reader.read(b)
            except (ValueError, ArithmeticError):
                continue
            if left.is_finite() and right.is_finite() and left < right:
                return at
    return None


def test_the_false_pairs_are_false():
    rng = random.Random(2)
    for a, b in FALSE_SOMEWHERE:
        assert smaller_at_a_point(a, b, rng, 400), (a, b)


def drawn(rng, depth):
    """A random expression of symbols with different domains."""
    if depth == 0:
        constants = map(sympy.sympify, ("1", "2", "1/2", "-1", "3"))
        return rng.choice((n, delta, gamma, kappa, B, rho, m, alpha, *constants))
    kind = rng.randrange(7)
    x = drawn(rng, depth - 1)
    if kind < 2:
        return x + drawn(rng, depth - 1)
    if kind < 4:
        return x * drawn(rng, depth - 1)
    if kind == 4:
        return x ** rng.choice((2, -1, Rational(1, 2), 3, -2))
    if kind == 5:
        return rng.choice((exp, log, erfc, sympy.tanh, sympy.atan))(x)
    return Max(x, drawn(rng, depth - 1))


def test_no_random_pair_is_proved_against_the_balls():
    rng = random.Random(20)
    proved = 0
    for _ in range(400):
        a = drawn(rng, rng.choice((1, 2)))
        b = rng.choice((drawn(rng, 1), a + drawn(rng, 1), a * drawn(rng, 1)))
        if a == b or any(e.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I) for e in (a, b)):
            continue
        for x, y in ((a, b), (b, a)):
            if at_least(x, y):
                proved += 1
                assert smaller_at_a_point(x, y, rng, 20) is None, (x, y)
    assert proved > 200


@pytest.mark.parametrize(
    "words, low, high",
    [
        ("0 < x <= 1/2", 0, 0.5),
        ("integer K >= 1", 1, None),
        ("> 0", 0, None),
        ("1 <= r <= n", 1, None),
        ("0 < s <= 1/d", 0, None),
        ("L >= mu", None, None),
        ("L >= mu > 0", 0, None),
        ("x <= y >= 3", None, None),
        ("b^2 <= 4", None, None),
        ("x in (0, 1)", None, None),
        ("a != 0", None, None),
        ("mass >= 0, of sum 1", 0, None),
    ],
)
def test_only_understood_constraints_count(words, low, high):
    found = [float(end) for end in ends(words)]
    assert found == [-float("inf") if low is None else low, float("inf") if high is None else high]


def test_every_declared_domain_contains_its_sample():
    assert claims()
    for entry in table():
        low, high = interval(entry.symbol)
        assert ball(entry.sample[0]) >= low and ball(entry.sample[1]) <= high, entry.domain
    assert interval(sympy.Symbol("undeclared")) == WHOLE


def stated(direction, form):
    return Claim(
        id="asym.made", title="", location="", statement="", form=form,
        direction=direction, quantifier=Quantifier.ALWAYS,
    )  # fmt: skip


def test_the_direction_says_which_is_weaker():
    more, less = Formula(2 * n * kappa), Formula(n * kappa)
    for direction, mutant in product(Direction, (more, Formula(n * kappa / 2))):
        expected = {Direction.UPPER: mutant == more, Direction.LOWER: mutant != more}
        claim = stated(direction, less)
        assert proved_weaker(claim, mutant) == expected.get(direction, False)
        assert not proved_weaker(stated(direction, (less, less)), (mutant, less))


def test_a_proof_never_replaces_a_reason_that_speaks_of_something_else():
    claim, twice = stated(Direction.UPPER, Formula(n)), Formula(2 * n)
    weaker = "weaker than the claim at every cell tried (by a factor 2, 8 cells)"
    assert with_proof(claim, twice, weaker) == f"{PROVED} (by a factor 2, 8 cells)"
    for reason in (
        "no finite real value at some cell",
        "inside the slack at every cell tried (2)",
        "true at every cell tried, where no factor measures it (3 cells)",
    ):
        assert with_proof(claim, twice, reason) == reason
    assert with_proof(claim, Formula(n / 2), weaker) == weaker
