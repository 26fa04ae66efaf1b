"""How fast the empirical Gauss-Newton matrix concentrates, with explicit constants (section 6).

A-hat = (1/N) sum g g^T at the teacher, g = (1{w_j x > 0} x_c) over the s kept weights.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb
from sympy import Rational, exp, log, sqrt

from theory.exact import InputError
from theory.formula import Formula
from theory.lottery.angular import Angular, active_share, combine
from theory.lottery.network import Mask, Problem
from theory.lottery.population import gauss_newton
from theory.lottery.symbols import (
    accuracy,
    distance,
    kept,
    kept_total,
    least_curvature,
    neurons,
    noise,
    samples,
)
from theory.notation import delta
from theory.rigor.balls import ball

_TARGET = accuracy * least_curvature
BERNSTEIN_TAIL = Formula(
    2 * 9**kept_total * exp(-samples * distance**2 / (8 * neurons**2 + 4 * neurons * distance))
)
"""P(|A-hat - A| >= 2 t) is at most this; `distance` is t."""
BERNSTEIN_SAMPLES = Formula(
    (32 * neurons**2 / _TARGET**2 + 8 * neurons / _TARGET) * (kept_total * log(9) + log(2 / delta))
)
"""Enough samples for |A-hat - A| <= epsilon lambda with probability 1 - delta."""
GRADIENT_NOISE = Formula(noise**2 * kept_total / (2 * samples * neurons**2))
GRADIENT_VARIANCE = Formula(
    (sqrt(3) * (kept_total + neurons) * distance**2 / neurons + noise**2 * kept_total / 2)
    / (samples * neurons**2)
)
"""E |grad f-hat - grad f|^2 at a fixed point with fresh samples is at most this."""
CONTRACTION_SAMPLES = Formula(sqrt(3) * neurons * (kept_total + neurons) / least_curvature**2)
"""Above this one fresh-sample gradient step contracts in mean."""
EDGE = Formula((1 - sqrt(kept_total / (samples * (1 - 2**-neurons)))) ** 2)
"""Measured law of the least eigenvalue of A^(-1/2) A-hat A^(-1/2)."""
RTILDE_EQUAL_DISJOINT = Formula(kept * (1 + 1 / neurons) ** 2 / 4)


def dense_fourth_moment(task: Problem) -> Angular:
    """E |g|^4 for dense masks: |x|^4 is independent of the directions, E |x|^4 = d(d+2)."""
    teacher, d = task.teacher, task.dimension
    return combine((d * (d + 2), active_share(u, v)) for u in teacher for v in teacher)


def disjoint_fourth_moment(task: Problem) -> Angular:
    """E |g|^4 for disjoint masks: |x_j|^2 is independent of which neurons are active."""
    sizes = [sum(row) for row in task.mask]
    total = sum((Fraction(r * (r + 2), 2) for r in sizes), Fraction(0))
    pairs = (Fraction(a * b, 4) for i, a in enumerate(sizes) for k, b in enumerate(sizes) if i != k)
    return Angular(total + sum(pairs))


def fourth_moment(task: Problem) -> Angular:
    """E |g|^4 at the teacher; raises InputError for masks that are neither dense nor disjoint."""
    if all(map(all, task.mask)):
        return dense_fourth_moment(task)
    if disjoint(task.mask) and not task.cuts_teacher:
        return disjoint_fourth_moment(task)
    raise InputError(
        "masks overlap in part", "dense or pairwise disjoint masks that keep the teacher"
    )


def disjoint(mask: Mask) -> bool:
    """Whether no coordinate is kept by two neurons."""
    return all(sum(column) <= 1 for column in zip(*mask, strict=True))


def frobenius_variance(task: Problem) -> arb:
    """N E |A-hat - A|_F^2 = E |g|^4 - |A|_F^2, exactly (conc.frobenius)."""
    at_teacher = Problem(task.teacher, task.teacher, task.mask)
    entries = gauss_newton(at_teacher)
    scale = task.neurons**2
    square = sum(((scale * entry.ball()) ** 2 for row in entries for entry in row), arb(0))
    return fourth_moment(task).ball() - square


def overlap_factor(mask: Mask, j: int, k: int) -> int:
    """1 + delta_jk: 2 when the masks of the two neurons share a coordinate."""
    return 1 + any(a and b for a, b in zip(mask[j], mask[k], strict=True))


def effective_width(mask: Mask) -> sympy.Expr:
    """The paper's r-tilde, as transcribed: (sum (1 + delta_jk) sqrt(r_j + r_k))^2 / (8 K^4).

    >>> effective_width(((1, 1, 1), (1, 1, 1)))
    3
    """
    sizes = [sum(row) for row in mask]
    K = len(sizes)
    return effective_width_of(
        sizes, [[overlap_factor(mask, j, k) for k in range(K)] for j in range(K)]
    )


def effective_width_of(sizes: list[int], factors: list[list[int]]) -> sympy.Expr:
    """The same from the sizes r_j and the factors 1 + delta_jk."""
    K = len(sizes)
    total = sum(factors[j][k] * sqrt(sizes[j] + sizes[k]) for j in range(K) for k in range(K))
    return sympy.expand(total**2 / (8 * K**4))


def unbalanced_ratio(K: int, r: int) -> arb:
    """r-tilde over r_ave for sizes (r, 1, ..., 1) without overlap, in balls."""
    sizes = [r] + [1] * (K - 1)
    total = sum(
        ((1 + (j == k)) * arb(sizes[j] + sizes[k]).sqrt() for j in range(K) for k in range(K)),
        arb(0),
    )
    return total**2 / (8 * K**4) * K / sum(sizes)


UNBALANCED_LIMIT = Formula((2 * (neurons - 1) + 2 * sqrt(2)) ** 2 / (8 * neurons**3))
"""Limit of `unbalanced_ratio` as r grows; below 1/8 from K = 5 on."""


def chebyshev_samples(variance: arb, least: arb, eps: Fraction, failure: Fraction) -> arb:
    """Samples that suffice for |A-hat - A| <= eps * least with probability 1 - failure."""
    return variance / (ball(failure) * ball(eps) ** 2 * least**2)


HALF_CURVATURE = Formula(kept_total / ((1 - 2**-neurons) * (1 - sqrt(Rational(1, 2))) ** 2))
"""Samples at which `EDGE` equals 1/2: 11.66 s/(1 - 2^-K)."""
