"""The paper's objects under inputs of finitely many values: exact, and not Gaussian.

A law is a tuple of (probability, x). Signs have mean zero and identity covariance like the
standard normal, so what differs is due to the Gaussian shape alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from flint import arb_mat

from theory.exact import Matrix, dot
from theory.lottery.network import Mask, problem
from theory.rigor.balls import ball

Law = tuple[tuple[Fraction, tuple[Fraction, ...]], ...]


def signs(d: int) -> Law:
    """d independent fair signs."""
    share = Fraction(1, 2**d)
    return tuple((share, tuple(map(Fraction, x))) for x in product((1, -1), repeat=d))


def axes_law(d: int) -> Law:
    """One of the points +-sqrt(d) e_i; d a square, so that they are rational.

    >>> sum(p * x[0] ** 2 for p, x in axes_law(4))
    Fraction(1, 1)
    """
    size = next(Fraction(k) for k in range(d + 1) if k * k == d)
    points = [tuple(sign * size * (i == k) for i in range(d)) for k in range(d) for sign in (1, -1)]
    return tuple((Fraction(1, 2 * d), point) for point in points)


def rare(size: int) -> Law:
    """One input: +-size with probability 1/size^2 together, else 0. Variance 1."""
    share = Fraction(1, 2 * size**2)
    zero = (1 - 2 * share, (Fraction(0),))
    return (share, (Fraction(size),)), (share, (Fraction(-size),)), zero


def constant() -> Law:
    """One input that is always 1, like an intercept or a raw positive feature."""
    return ((Fraction(1), (Fraction(1),)),)


def mean(law: Law, value: Callable[[Sequence[Fraction]], Fraction]) -> Fraction:
    """E value(x)."""
    return sum((p * value(x) for p, x in law), Fraction(0))


def relu(z: Fraction) -> Fraction:
    """max(z, 0)."""
    return max(z, Fraction(0))


def output(weights: Matrix, x: Sequence[Fraction]) -> Fraction:
    """(1/K) sum_j relu(w_j x)."""
    return sum((relu(Fraction(dot(w, x))) for w in weights), Fraction(0)) / len(weights)


def loss(law: Law, student: Matrix, teacher: Matrix) -> Fraction:
    """Half the mean square of student minus teacher."""
    return mean(law, lambda x: (output(student, x) - output(teacher, x)) ** 2) / 2


def descent_product(law: Law, student: Matrix, teacher: Matrix) -> Fraction:
    """<grad f(w), w - w*> for one neuron."""
    (w,), (target,) = student, teacher
    return mean(
        law,
        lambda x: (
            (output(student, x) - output(teacher, x))
            * (dot(w, x) > 0)
            * (dot(w, x) - dot(target, x))
        ),
    )


def overlap_entry(
    law: Law, u: Sequence[Fraction], v: Sequence[Fraction], a: int, b: int
) -> Fraction:
    """Entry (a, b) of E 1{ux>0} 1{vx>0} x x^T."""
    return mean(law, lambda x: (dot(u, x) > 0) * (dot(v, x) > 0) * x[a] * x[b])


def teacher_matrix(law: Law, teacher: Matrix, mask: Mask | None = None) -> arb_mat:
    """A = E g g^T on the kept weights, its rational entries as balls."""
    support = problem(teacher, None, mask).support
    entries = [
        [ball(overlap_entry(law, teacher[j], teacher[k], a, b)) for k, b in support]
        for j, a in support
    ]
    return arb_mat(entries)


def never(law: Law, N: int) -> Fraction:
    """P(one neuron w = 1 on one input is active on none of N samples)."""
    return mean(law, lambda x: Fraction(int(x[0] <= 0))) ** N
