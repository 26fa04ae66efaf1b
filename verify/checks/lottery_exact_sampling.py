"""Claims on samples at exact inputs: moments by arcs and signs, kinks of rational samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import sympy
from flint import acb, arb
from sympy import log

from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.lottery.concentration import BERNSTEIN_SAMPLES, BERNSTEIN_TAIL
from theory.lottery.network import Problem
from theory.lottery.symbols import (
    accuracy,
    distance,
    kept_total,
    least_curvature,
    neurons,
    noise,
    samples,
)
from theory.notation import delta
from theory.rigor.balls import ball
from verify.checks.lottery_problems import Cell, axes, blocks, read_problem
from verify.checks.lottery_width import mask_ratio
from verify.engines import Derive, Enclose
from verify.engines.enclose import Side


def _arc_entry(cell: Cell, form: Callable[[Problem], Any]) -> tuple[Side, Side]:
    """Entry of E g g^T/K^2 in the plane by integration over directions: E r^2/(2 pi) = 1/pi."""
    task = read_problem(cell)
    (j, a), (k, b) = (task.support[cell[name] - 1] for name in ("row", "column"))
    centres = [arb.atan2(ball(w[1]), ball(w[0])) for w in (task.student[j], task.student[k])]
    turn = centres[1] - centres[0]
    if turn > arb.pi():
        centres[1] -= 2 * arb.pi()
    elif turn < -arb.pi():
        centres[1] += 2 * arb.pi()
    quarter = arb.pi() / 2
    low, high = centres[0].max(centres[1]) - quarter, centres[0].min(centres[1]) + quarter

    def integral(t: arb) -> arb:
        if a != b:
            return t.sin() ** 2 / 2
        return t / 2 + (t.sin() * t.cos() / 2 if a == 0 else -t.sin() * t.cos() / 2)

    value = (integral(high) - integral(low)) / arb.pi() / task.neurons**2
    return value, form(task)[cell["row"] - 1][cell["column"] - 1].ball()


def _fourth_by_signs(cell: Cell, form: Callable[[Problem], arb]) -> tuple[Side, Side]:
    """E |g|^4 - |A|^2 for neurons on different axes, from the 2^K equally likely patterns.

    |g|^2 = sum_c n_c x_c^2 with n_c active neurons that keep c, and the squares do not depend on
    the signs: E |g|^4 = 2 sum n_c^2 + (sum n_c)^2 on average. The entries of A are 1/2, 1/4 and
    1/(2 pi): two different neurons share a kept coordinate, or each keeps the other's axis.
    """
    task = read_problem(cell)
    K = task.neurons
    home = [next(c for c, x in enumerate(row) if x) for row in task.teacher]
    fourth = Fraction(0)
    for pattern in product((0, 1), repeat=K):
        counts = [sum(on * row[c] for on, row in zip(pattern, task.mask, strict=True))
                  for c in range(task.dimension)]  # fmt: skip
        fourth += Fraction(2 * sum(n * n for n in counts) + sum(counts) ** 2, 2**K)
    square = arb(0)
    for j, a in task.support:
        for k, b in task.support:
            if a == b:
                square += ball(Fraction(1, 4) if j == k else Fraction(1, 16))
            elif j != k and {a, b} == {home[j], home[k]}:
                square += 1 / (2 * arb.pi()) ** 2
    return ball(fourth) - square, form(task)


def _samples_residual(form: Fraction) -> Iterator[Any]:
    """At BERNSTEIN_SAMPLES, and 2 t = epsilon lambda, the tail is delta."""
    at = {samples: BERNSTEIN_SAMPLES.expr, distance: accuracy * least_curvature / 2}
    exponent = log(delta / 2) - kept_total * log(9)
    tail = sympy.simplify((BERNSTEIN_TAIL.expr / (2 * 9**kept_total)).args[0])
    yield sympy.simplify(tail.subs(at) - exponent)


def _noise_variance(form: Formula) -> sympy.Expr:
    """At W = W*: E |noise g/K|^2/N with E |g|^2 = trace of A = s/2."""
    return form.expr.subs(distance, 0) - noise**2 * (kept_total / 2) / (neurons**2 * samples)


def _variance_of_copies(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """K copies of one neuron of length 1 in R^d, each student t > 0 times its teacher.

    Every copy has the gradient (u - noise) x/K on x_1 > 0, u = (t-1) x_1, of second moment
    ((t-1)^2 E x_1^2 |x|^2 + sigma^2 E |x|^2)/(2 K^2) and mean (t-1) e_1/(2K); E x_1^2 |x|^2 = d+2.
    """
    K, d, N = cell["K"], cell["d"], cell["N"]
    moved, sigma = (Fraction(cell[name]) for name in ("t", "sigma"))
    moved -= 1
    one = (moved**2 * (d + 2) + sigma**2 * d) / 2 - moved**2 / 4
    bound = form.ball(
        samples=N,
        neurons=K,
        kept_total=K * d,
        noise=sigma,
        distance=abs(ball(moved)) * arb(K).sqrt(),
    )
    return one / (K * N), bound


def _sphere_law(cell: Cell, form: Form) -> tuple[Side, Side]:
    """P(R_N > t) with the law of |u_1| integrated over the sphere: density (1-s^2)^((r-3)/2)."""
    r, N, t = cell["r"], cell["N"], ball(Fraction(cell["t"]))

    def density(phi: acb, _: bool) -> acb:  # s = sin(phi)
        return phi.cos() ** (r - 2)

    inside = acb.integral(density, 0, acb(t.asin())).real
    # the whole integral of cos^(r-2) over a quarter turn is a Beta function
    whole = arb.pi().sqrt() * (arb(r - 1) / 2).gamma() / (2 * (arb(r) / 2).gamma())
    return (1 - inside / whole / 2) ** N, form(r, N, Fraction(cell["t"]))


def _slope_change(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Change of the loss's slope across the nearest kink, by exact differences, and -w* x |x|^2/N.

    Along w* - t x, x the nearest active sample, the kink stands at t = w* x/|x|^2; the loss is a
    quadratic on either side, so three values give its slope exactly.
    """
    xs = [tuple(map(Fraction, x)) for x in cell["samples"]]
    target = (Fraction(1),) + (Fraction(0),) * (len(xs[0]) - 1)
    active = [x for x in xs if x[0] > 0]
    nearest = min(active, key=lambda x: x[0] ** 2 / dot(x, x))
    kink = nearest[0] / dot(nearest, nearest)
    others = [dot(target, x) / dot(nearest, x) for x in xs if x != nearest and dot(nearest, x) != 0]
    room = min(abs(t - kink) for t in (*others, Fraction(0)) if t != kink) / 4

    def loss(t: Fraction) -> Fraction:
        w = [a - t * b for a, b in zip(target, nearest, strict=True)]
        residuals = [max(dot(w, x), Fraction(0)) - max(x[0], Fraction(0)) for x in xs]
        return sum((r * r for r in residuals), Fraction(0)) / (2 * len(xs))

    def slope(sign: int) -> Fraction:
        h = sign * room
        return (4 * loss(kink + h) - loss(kink + 2 * h) - 3 * loss(kink)) / (2 * h)

    return slope(1) - slope(-1), -nearest[0] * Fraction(dot(nearest, nearest)) / len(xs)


PLANAR = {
    "teacher": [["3/5", "4/5"], ["0", "1"]],
    "student": [["1/2", "1"], ["-1", "1/3"]],
}

CHECKS = (
    Enclose(
        claim="lottery.pop.gn_vs_hess",
        part="mean",
        cells=tuple(
            {**PLANAR, "row": row, "column": column}
            for row, column in ((1, 1), (1, 2), (1, 3), (1, 4), (2, 4), (3, 4))
        ),
        sides=_arc_entry,
        relation="==",
        fails_if="the mean of g g^T, integrated over directions, is another matrix",
    ),
    Enclose(
        claim="lottery.conc.frobenius",
        cells=(
            {"teacher": axes(2, 3)},
            {"teacher": axes(3, 3)},
            {"teacher": axes(1, 5)},
            {"teacher": [["1", "0", "0", "0"], ["0", "0", "1", "0"]], "mask": blocks(2, 2)},
            {"teacher": axes(3, 3), "mask": blocks(3, 1)},
        ),
        sides=_fourth_by_signs,
        relation="==",
        fails_if="sign patterns give another mean square at N = 1",
    ),
    Derive(
        claim="lottery.conc.samples",
        role="step",
        residual=_samples_residual,
        fails_if="the tail bound at that number of samples is not delta",
    ),
    Derive(
        claim="lottery.conc.grad",
        part="noise",
        residual=_noise_variance,
        fails_if="the trace of A gives another noise part",
    ),
    Enclose(
        claim="lottery.conc.grad",
        part="away",
        cells=tuple(
            {"K": K, "d": d, "N": N, "t": t, "sigma": sigma}
            for K, d, N, t, sigma in (
                (1, 1, 1, "3", "1/100"),
                (1, 1, 7, "1/100", "1/100"),
                (1, 1, 1, "101/100", "1/1000"),
                (1, 16, 3, "5", "1/2"),
                (2, 1, 1, "9", "1/10"),
                (4, 1, 2, "11/10", "1/1000"),
                (4, 4, 2, "2", "3"),
                (9, 1, 5, "99/100", "1/1000"),
            )
        ),
        sides=_variance_of_copies,
        fails_if="the exact variance for copies of one neuron exceeds the bound",
    ),
    Enclose(
        claim="lottery.region.kink_law",
        part="law",
        cells=tuple(
            {"r": r, "N": N, "t": t}
            for r, N, t in ((2, 3, "1/5"), (3, 100, "1/72"), (4, 7, "1/2"), (10, 400, "1/680"))
        ),
        sides=_sphere_law,
        relation="==",
        start_bits=128,
        fails_if="the law of a coordinate on the sphere gives another probability",
    ),
    Enclose(
        claim="lottery.region.kink_law",
        part="kink",
        cells=(
            {"samples": [[1, 2], [3, -1], [-1, 1], [2, 5]]},
            {"samples": [[1, 2, 3], [3, -1, 1], [-1, 1, 0], [2, 5, -1], [-2, 0, 3]]},
            {"samples": [[1, -9, 4], [7, 2, 2], [-3, 5, 1]]},
        ),
        sides=_slope_change,
        relation="==",
        fails_if="the exact slope of a rational sample's loss falls by another amount",
    ),
    Enclose(
        claim="lottery.conc.rtilde_bounds",
        cells=tuple(
            {"mask": mask}
            for mask in (
                [[1, 1, 1], [1, 0, 0]],
                [[1, 1, 0, 0], [0, 0, 1, 1]],
                [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
                [[1, 1, 1, 1, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 1]],
            )
        ),
        sides=mask_ratio,
        fails_if="a mask has an effective width above its average one",
    ),
)
