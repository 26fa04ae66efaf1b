"""Exact counterexamples to the paper's statements with a hypothesis dropped.

One neuron on one input is the smallest case: w* = 1, sample x = 1, label 1 + noise. The local
minimiser reached from w* is max(1 + noise, 0).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial

from flint import arb

from theory.lottery.phase import dense_rank
from theory.rigor.balls import ball

CONDITION = 25
"""Condition number of the function below, mu = 1 and L = 25."""


def bent_slope(x: Fraction) -> Fraction:
    """Slope of a convex function with curvature 25, 1 on [1, 2], 25 (Lessard et al. 2016).

    Heavy ball with the parameters that are optimal on quadratics goes round in threes on it.
    """
    if x < 1:
        return 25 * x
    return x + 24 if x < 2 else 25 * x - 24


def bent_errors(start: tuple[Fraction, Fraction], steps: int) -> list[Fraction]:
    """Heavy ball, eta = 1/9 and beta = 4/9, from (x_-1, x_0): x_0, ..., x_steps; minimum at 0.

    >>> cycle = (Fraction(-2208, 1225), Fraction(2592, 1225))
    >>> [str(x) for x in bent_errors(cycle, 3)]
    ['2592/1225', '792/1225', '-2208/1225', '2592/1225']
    """
    before, now = start
    found = [now]
    for _ in range(steps):
        move = -bent_slope(now) / 9 + Fraction(4, 9) * (now - before)
        before, now = now, now + move
        found.append(now)
    return found


def truncated_square(sigma: Fraction) -> arb:
    """E (w-hat - w*)^2 = E max(xi, -1)^2 for one sample with noise N(0, sigma^2).

    >>> truncated_square(Fraction(1, 100)).str(6, radius=False)
    '0.000100000'
    """
    cut = ball(1 / sigma)  # beyond -1, in standard deviations
    density = (-(cut**2) / 2).exp() / (2 * arb.pi()).sqrt()
    tail = (cut / arb(2).sqrt()).erfc() / 2
    # E z^2 1{z > -a} = P(z > -a) - a density(a)
    return ball(sigma) ** 2 * (1 - tail - cut * density) + tail


def uneven_excess(kept: int, *, slope: int) -> Fraction:
    """N/sigma^2 times the excess risk of one neuron w* = e_1, `kept` weights, noise sigma x_s.

    slope: the coordinate s (from 1) that scales the noise, of variance sigma^2 on average; it
    depends on x but not on its sign. With A = I/2 the sandwich A^-1 B A^-1, B = E 1 x_s^2 x x^T
    = diag(1, ..., 3, ..., 1)/2, costs tr(A^-1 B): 3 for the weight s, 1 for every other.
    """
    return Fraction(kept + 2 * (slope <= kept))


def uneven_error(*, slope: int) -> Fraction:
    """N/sigma^2 E |w-hat - w*|^2 of the same with one weight: A^-1 B A^-1 = 6 if s = 1, else 2."""
    return Fraction(6 if slope == 1 else 2)


def identifiable_star(N: int) -> Fraction:
    """P(local identifiability), three neurons at 120 degrees in the plane, dense masks, s = 6.

    One or two neurons are active in every direction: six sectors of equal weight.
    """
    sectors = ((1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1))
    good = 0
    for counts in product(range(N + 1), repeat=len(sectors)):
        if sum(counts) != N:
            continue
        patterns = [p for p, count in zip(sectors, counts, strict=True) for _ in range(count)]
        if dense_rank(patterns, 2) == 6:
            ways = factorial(N)
            for count in counts:
                ways //= factorial(count)
            good += ways
    return Fraction(good, 6**N)
