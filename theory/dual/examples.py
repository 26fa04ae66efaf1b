"""The exact examples of the notes on dual certificates: data, targets, dual points, measures.

All numbers are rational, unit vectors are Pythagorean, so that every statement about them is
decided exactly.
"""

from __future__ import annotations

from fractions import Fraction

from theory.dual.problem import Dirac, Problem, problem
from theory.dual.stability import Interpolant, Neuron
from theory.exact import Vector, matrix, vector


def dirac(sign: int, *u: object) -> Dirac:
    """A Dirac from exact coordinates.

    >>> dirac(-1, "3/5", 0).u
    (Fraction(3, 5), Fraction(0, 1))
    """
    return Dirac(sign, vector(list(u), "u"))


SQUARE = problem([[1, 0], [-1, 0], [0, 1], [0, -1]], [1, 1, 1, 1], "1/10")
DIAGONALS = tuple(dirac(1, a, b) for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1)))

# The same with rational norms: four saturated points (+-3, +-4)/5, two disjoint minimisers.
RECTANGLE_DUAL = vector(["1/5"] * 4, "p")
RECTANGLE_POINTS = tuple(
    dirac(1, Fraction(3 * a, 5), Fraction(4 * b, 5))
    for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1))
)
RECTANGLE = problem(
    [[3, 0], [-3, 0], [0, 4], [0, -4]], ["17/10", "17/10", "12/5", "12/5"], 1
)  # y = 4 p + (1/2) (phi_1 + phi_3)

# Two samples in a plane of R^3; the maximum of eta is attained at three points, all rational.
PAIR = problem([[1, -1, 0], [0, 1, -1]], [1, 1], "1/10")

# One hundred and twenty degrees apart, in the plane x + y + z = 0 of R^3.
TRIANGLE = problem([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]], [1, 1, 1], "1/10")

# X^T p = 0: the certificate is even, three pairs are saturated, n = 5 and d = 2.
EVEN = problem(
    [[-1, 0], ["-4/5", "-3/5"], [0, 1], ["3/5", "4/5"], ["-5/13", "-12/13"]],
    ["106/5", "-775/33", "-35/3", "25/3", "325/33"],
    1,
)
EVEN_DUAL = vector(["4", "-155/33", "-7/3", "5/3", "65/33"], "p")
EVEN_PAIRS = (
    (dirac(1, 1, 0), dirac(1, -1, 0)),
    (dirac(-1, 0, 1), dirac(-1, 0, -1)),
    (dirac(1, "-3/5", "4/5"), dirac(1, "3/5", "-4/5")),
)
EVEN_THREE = (dirac(1, "-6/5", 0), dirac(-1, 0, "-8/5"), dirac(1, "6/5", "-8/5"))

# Both signs are extreme on one region: closed regions, then half-open ones.
BOTH_SIGNS_CLOSED = (matrix([[1, "1/2"], [1, "-1/2"]], "X"), vector([1, -1], "p"))
BOTH_SIGNS_HALF_OPEN = (
    matrix([[1, "1/4"], [1, "-1/4"], [-1, "1/2"], [-1, "-1/2"]], "X"),
    vector([1, -1, "-3/10", "3/10"], "p"),
)
BOTH_SIGNS_AT = (vector([1, 2], "w"), vector([1, -2], "w"))

# The first of them with rational norms: y = 2 p + K mu, mu = delta_(3, 4)/5 - delta_(3, -4)/5.
BOTH_SIGNS_DUAL = vector([1, -1], "p")
BOTH_SIGNS = problem([[1, "3/4"], [1, "-3/4"]], ["16/5", "-16/5"], "6/5")
BOTH_SIGNS_DIRACS = (dirac(1, "3/5", "4/5"), dirac(-1, "3/5", "-4/5"))


def interpolant(X: object, *neurons: tuple[int, object, list[object]]) -> Interpolant:
    """Read noise-free data and their neurons (sign, mass, unit vector)."""
    return Interpolant(
        matrix(X, "X"),
        tuple(Neuron(sign, Fraction(str(mass)), vector(w, "w")) for sign, mass, w in neurons),
    )


# Interior atoms, eight samples; the threshold of the fourth unit vector is 128/53.
INTERIOR = interpolant(
    [
        ["-7/4", "-7/4"], ["7/4", "1/4"], ["3/4", 2], ["-1/2", "7/4"],
        ["-1/2", "3/4"], ["3/2", "-7/4"], [1, "5/4"], [2, "3/4"],
    ],
    (1, 1, [1, 0]),
    (-1, "3/2", ["-5/13", "-12/13"]),
)  # fmt: skip
INTERIOR_THRESHOLD = Fraction(128, 53)

# Saturated without mass at (1, 0, 0): the rate is not linear although (3/5, 0, 4/5) is interior.
MASSLESS = interpolant(
    [[1, "1/4", 0], [1, "-1/4", 0], ["-1/2", "1/4", 1], ["-1/2", "-1/4", 1]],
    (1, 1, ["3/5", 0, "4/5"]),
)
MASSLESS_DUAL = vector(["1/2", "1/2", "2/5", "2/5"], "q")

# A neuron on kinks whose multiplier vanishes: it splits in two for noise of one sign.
SPLIT = interpolant([[0, 1], [1, -1], [1, 0]], (1, 1, [1, 0]))
SPLIT_HALVES = interpolant([[0, 1], [1, 1], [1, -1]], (1, 1, [1, 0]))

# In space: two Diracs of unequal mass leave (1, 0, 0) in unrelated directions, at one angle.
FAN = interpolant([[0, 2, 1], [0, -1, 1], [0, -1, -2], [1, 0, 0]], (1, 1, [1, 0, 0]))

# (1, 0) sits on the kink of the first sample with strict slopes on both sides: it stays there.
STRICT_KINK = interpolant([[0, 1], [-1, 3], [2, 2]], (1, 1, [1, 0]), (1, 1, ["3/5", "4/5"]))


def noisy(mu: Interpolant, noise: Vector, lam: Fraction) -> Problem:
    """The problem with targets K mu_0 + noise."""
    targets = tuple(a + b for a, b in zip(mu.targets, noise, strict=True))
    return Problem(mu.X, targets, lam)
