"""Random exact problems for the checks of the dual-certificate paper."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from theory.dual.lambda_max import lambda_max_squared
from theory.dual.problem import Problem, problem
from theory.exact import Matrix, matrix

SHAPES = [(5, 2), (9, 2), (5, 3), (8, 3), (6, 4)]
PROBLEMS: tuple[Mapping[str, Any], ...] = (
    *(
        {"n": count, "d": d, "seed": seed, "share": share}
        for seed, (count, d) in enumerate(SHAPES)
        for share in ("1/5", "1/20")
    ),
    {"n": 12, "d": 2, "seed": 7, "share": "1/100"},
    {"n": 14, "d": 3, "seed": 8, "share": "1/50"},
    {"n": 7, "d": 5, "seed": 9, "share": "1/10"},
    {"n": 8, "d": 3, "seed": 10, "share": "1/20", "size": 2},
    {"n": 9, "d": 2, "seed": 11, "share": "1/5", "size": 1},
)
STUDY: tuple[Mapping[str, Any], ...] = tuple(
    {"n": count, "d": d, "seed": 100 + seed, "share": share, "size": size}
    for count, d in ((5, 2), (10, 2), (20, 2), (10, 3), (16, 3), (9, 4), (7, 5))
    for share in ("1/2", "1/5", "1/20", "1/100")
    for size in (9, 2)
    for seed in range(3)
)


def integer_rows(rng: np.random.Generator, n: int, d: int, *, size: int = 9) -> Matrix:
    """A random integer matrix; a small `size` makes zero, parallel and antipodal rows common."""
    return matrix(rng.integers(-size, size + 1, (n, d)).tolist(), "X")


def integer_problem(
    rng: np.random.Generator, n: int, d: int, *, share: float, size: int = 9
) -> Problem:
    """A problem with integer data and lam near share * lambda_max (drawn until that is > 0)."""
    while True:
        rows = integer_rows(rng, n, d, size=size)
        targets = rng.integers(-size, size + 1, n).tolist()
        task = problem(rows, targets, 1)
        top = float(lambda_max_squared(task.X, task.y)) ** 0.5
        lam = Fraction(top * share).limit_denominator(10**4)
        if lam > 0:
            return problem(rows, targets, lam)


def drawn(cell: Mapping[str, Any]) -> Problem:
    """The problem of a cell {n, d, seed, share[, size]}; the same for the same cell."""
    return _drawn(cell["n"], cell["d"], cell["seed"], cell["share"], cell.get("size", 9))


@lru_cache(maxsize=256)
def _drawn(n: int, d: int, seed: int, share: str, size: int) -> Problem:
    rng = np.random.default_rng([n, d, seed])
    return integer_problem(rng, n, d, share=float(Fraction(share)), size=size)
