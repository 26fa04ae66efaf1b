"""Claims on rates, ranks and recovery at exact inputs, or proved (agd.*, phase.*)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import factorial

import sympy
from flint import fmpz_mat
from sympy import sqrt

from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.lottery.phase import Pattern, rank_of_sample
from theory.lottery.symbols import condition, momentum, rate
from verify.checks.lottery_problems import Cell, axes
from verify.checks.lottery_region import lipschitz_certify
from verify.engines import Derive, Enclose
from verify.engines.enclose import Side

# The two neurons that use most of the bound (all but a factor 2.79), found by optimisation.
PAIR_MOVED = {
    "teacher": [["81/250", "473/500"], ["313/500", "-39/50"]],
    "student": [["-29/250", "89/125"], ["33/250", "-71/100"]],
}


def _no_better(form: tuple[Formula, ...]) -> Iterator[sympy.Expr]:
    """Why no step and momentum do better than the rate claimed.

    Both roots of z^2 - a z + beta lie within r < 1 only if beta <= r^2 and |a| <= r + beta/r. With
    a = 1 + beta - eta lambda at both ends of the spectrum:
        eta mu >= (1 - r)(1 - beta/r),  eta L <= (1 + r)(1 + beta/r),
    so kappa is at most their ratio, which grows in b = beta/r <= r: kappa <= ((1 + r)/(1 - r))^2.
    """
    r, b = rate, momentum / rate
    yield (1 + momentum) - (r + b) - (1 - r) * (1 - b)
    yield (1 + momentum) + (r + b) - (1 + r) * (1 + b)
    z = sympy.Dummy("b", positive=True)
    yield sympy.diff((1 + z) / (1 - z), z) - 2 / (1 - z) ** 2
    yield form[2].expr.subs(sqrt(condition), (1 + r) / (1 - r)) - r


def _descent_step(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Squared contraction of one step in the teacher's cell, against the squared rate.

    Samples on the axes make A-hat diagonal; the error has the same size in both extreme
    directions, which both contract by the rate, with opposite signs.
    """
    xs = [tuple(map(Fraction, x)) for x in cell["samples"]]
    target = tuple(map(Fraction, cell["teacher"]))
    n, d = len(xs), len(target)

    def slope(w: Sequence[Fraction]) -> list[Fraction]:
        total = [Fraction(0)] * d
        for x in xs:
            if dot(w, x) > 0:
                residual = dot(w, x) - max(dot(target, x), Fraction(0))
                total = [t + residual * c / n for t, c in zip(total, x, strict=True)]
        return total

    active = [x for x in xs if dot(target, x) > 0]
    values = [sum((x[c] ** 2 for x in active), Fraction(0)) / n for c in range(d)]
    step = 2 / (min(values) + max(values))
    error = [Fraction(1, 100)] * d
    start = [t + e for t, e in zip(target, error, strict=True)]
    after = [w - step * g for w, g in zip(start, slope(start), strict=True)]
    moved = [w - t for w, t in zip(after, target, strict=True)]
    kappa = max(values) / min(values)
    return Fraction(dot(moved, moved), dot(error, error)), form.ball(condition=kappa) ** 2


# One input a direction of the plane for each pattern of e_1, e_2, far from rank accidents.
QUADRANTS = {
    (1, 1): ((3, 7), (11, 2), (5, 13), (17, 4), (1, 19), (23, 29)),
    (1, 0): ((3, -7), (11, -2), (5, -13), (17, -4), (1, -19), (23, -29)),
    (0, 1): ((-3, 7), (-11, 2), (-5, 13), (-17, 4), (-1, 19), (-23, 29)),
    (0, 0): ((-3, -7), (-11, -2), (-5, -13), (-17, -4), (-1, -19), (-23, -29)),
}


def _misses(cell: Cell, form: Callable[..., int]) -> tuple[Side, Side]:
    """Multisets of N patterns at which the exact rank of a sample with them is another.

    Teacher e_1, e_2, dense masks or masks {1}, {2}; some sample attains the generic rank.
    """
    dense = cell["masks"] == "dense"
    sizes, missed = (2, 2) if dense else (1, 1), 0
    for patterns in combinations_with_replacement(sorted(QUADRANTS), cell["N"]):
        rows = []
        for i, (a, b) in enumerate(patterns):
            x, y = QUADRANTS[a, b][i]
            rows.append([a * x, a * y, b * x, b * y] if dense else [a * x, b * y])
        missed += fmpz_mat(rows).rank() != form(patterns, sizes, dense=dense)
    return missed, 0


def _share_identified(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Sum over multisets of equally likely patterns whose rank is s, and the binomial tail."""
    K, N, d = cell["K"], cell["N"], cell["d"]
    kinds = [tuple(int(c) for c in f"{code:0{K}b}") for code in range(2**K)]
    good = 0
    for patterns in combinations_with_replacement(kinds, N):
        if rank_of_sample(patterns, (d,) * K, dense=cell["masks"] == "dense") == K * d:
            good += _orders(patterns)
    return Fraction(good, 2 ** (K * N)), form(N, K, K * d)


def _orders(patterns: Sequence[Pattern]) -> int:
    """In how many orders a multiset comes."""
    ways = factorial(len(patterns))
    for kind in set(patterns):
        ways //= factorial(patterns.count(kind))
    return ways


CHECKS = (
    Derive(
        claim="lottery.agd.optimal",
        part="optimality",
        residual=_no_better,
        fails_if="the conditions on both roots allow another greatest condition number",
    ),
    Enclose(
        claim="lottery.agd.local_rate",
        cells=(
            {"teacher": ["1", "1"], "samples": [[1, 0], [0, 2]]},
            {"teacher": ["2", "1"], "samples": [[1, 0], [0, 3], [-1, 0], [0, 1]]},
        ),
        sides=_descent_step,
        relation="==",
        fails_if="a step of gradient descent contracts an exact error by another rate",
    ),
    Enclose(
        claim="lottery.phase.rank",
        cells=tuple(
            {"masks": masks, "N": n} for masks in ("dense", "disjoint") for n in range(1, 7)
        ),
        sides=_misses,
        relation="==",
        fails_if="for some multiset of activation patterns the rank is another",
    ),
    Enclose(
        claim="lottery.phase.lower",
        part="one neuron",
        cells=tuple(
            {"K": 1, "d": d, "N": n, "masks": "dense"} for d, n in ((2, 3), (4, 7), (5, 12))
        ),
        sides=_share_identified,
        relation="==",
        fails_if="the share of identifiable patterns of one neuron is not binomial",
    ),
    Enclose(
        claim="lottery.phase.lower",
        part="several",
        cells=(
            {"K": 2, "d": 2, "N": 6, "masks": "dense"},
            {"K": 2, "d": 3, "N": 9, "masks": "disjoint"},
            {"K": 3, "d": 2, "N": 8, "masks": "disjoint"},
        ),
        sides=_share_identified,
        fails_if="more patterns are identifiable than have enough rows",
    ),
    Enclose(
        claim="lottery.region.lipschitz",
        cells=(
            PAIR_MOVED,
            # Copies move the Hessian in proportion: the root of K is needed for every K.
            {name: 4 * rows for name, rows in PAIR_MOVED.items()},
            {"teacher": [["1", "0"], ["-1", "0"]], "student": [["1", "1/100"], ["-1", "1/100"]]},
            {"teacher": [["1/20", "0"]], "student": [["1/20", "1/400"]]},
            {"teacher": [["9", "0"]], "student": [["7", "4"]]},
            {"teacher": [["1", "0"]], "student": [["3/4", "2/5"]]},
            {"teacher": axes(2, 2), "student": [["1", "1/3"], ["1/3", "1"]]},
            {"teacher": [["1", "2"], ["2", "-1"]], "student": [["9/10", "21/10"], ["2", "-2"]]},
        ),
        sides=lipschitz_certify,
        max_bits=256,
        fails_if="a certified change of the Hessian exceeds the constant",
    ),
)
