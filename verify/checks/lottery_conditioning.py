"""Checks of the bounds on the spectrum at the teacher (spec.zhong_bound, pair_upper, upper)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb

from theory.exact import Matrix
from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.conditioning import least_pair_value
from theory.lottery.network import read_weights
from theory.lottery.spectrum import teacher_matrix
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.checks.lottery_problems import (
    TRIPLE,
    Cell,
    as_array,
    at_teacher,
    axes,
    random_rows,
)
from verify.engines import Enclose, Search
from verify.engines.enclose import Side

MASKED_PAIR = {"teacher": [["1", "1/10"], ["1", "0"]], "mask": [[1, 1], [1, 0]]}
# Float eigenvalues of matrices of size below 1 err by less than 1e-12.
ROUNDING = 1e-9
# Two neurons, from nearly equal to nearly opposite directions.
PAIRS = tuple(
    {"teacher": [["1", "0"], [a, b]]}
    for a, b in (("1", "1/1000"), ("1", "1/10"), ("1", "1"), ("0", "1"), ("-1", "1"), ("-9", "1"))
)


def _bound_sides(cell: Cell, form: Callable[[Matrix], arb]) -> tuple[Side, Side]:
    task = at_teacher(cell)
    return form(task.teacher), least_eigenvalue(teacher_matrix(task))


def _float_extremes(cell: Cell) -> np.ndarray:
    kept = np.array(cell["mask"], bool) if "mask" in cell else None
    return np.linalg.eigvalsh(arrays.teacher_matrix(as_array(cell["teacher"]), kept))


def _bound_ratio(cell: Cell, form: Callable[[Matrix], arb]) -> float:
    bound = float(form(read_weights(cell["teacher"], "teacher")))
    return bound / float(_float_extremes(cell)[0]) - ROUNDING


def _independent(rng: np.random.Generator) -> Cell:
    """Independent integer teachers from nearly parallel to orthogonal, with random masks."""
    neurons_, width = int(rng.integers(2, 4)), 3
    size = int(rng.choice([2, 9, 99]))
    while True:
        rows = random_rows(rng, (neurons_, width), size=size)
        values = np.linalg.svd(as_array(rows), compute_uv=False)
        if values[-1] > 1e-3 * values[0]:
            break
    mask = (rng.random((neurons_, width)) < 0.7) | (as_array(rows) != 0)
    return {"teacher": rows, "mask": mask.astype(int).tolist()}


def _pair_bound_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    task = at_teacher(cell)
    return least_eigenvalue(teacher_matrix(task)), least_pair_value(form, task.teacher)


def _pair_bound_ratio(cell: Cell, form: Formula) -> float:
    bound = float(least_pair_value(form, read_weights(cell["teacher"], "teacher")))
    return float(_float_extremes(cell)[0]) / bound - ROUNDING if bound > 1e-9 else 0.0


def _three(rng: np.random.Generator) -> Cell:
    return {"teacher": random_rows(rng, (3, int(rng.integers(2, 5))))}


def _upper_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    task = at_teacher(cell)
    return greatest_eigenvalue(teacher_matrix(task)), form.ball(neurons=task.neurons)


def _parallel_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """<u, A u> at the unit vector u = K^(-1/2) (e_1, ..., e_1), for parallel neurons.

    It bounds the greatest eigenvalue from below; the part without a name bounds it from above.
    """
    matrix = teacher_matrix(at_teacher(cell))
    K, width = len(cell["teacher"]), len(cell["teacher"][0])
    entries = (matrix[j * width, k * width] for j in range(K) for k in range(K))
    return sum(entries, arb(0)) / K, form.ball(neurons=K)


def _upper_ratio(cell: Cell, form: Formula) -> float:
    return float(_float_extremes(cell)[-1]) / float(form.ball(neurons=len(cell["teacher"])))


def _close_together(rng: np.random.Generator) -> Cell:
    """Neurons around one direction, from close to far."""
    width, spread = int(rng.integers(2, 5)), int(rng.choice([1, 20, 200]))
    base = rng.integers(100, 200, width)
    rows = base + rng.integers(-spread, spread + 1, (int(rng.integers(2, 5)), width))
    return {"teacher": [[str(x) for x in row] for row in rows.tolist()]}


CHECKS = (
    Enclose(
        claim="lottery.spec.pair_upper",
        role="without dense masks",
        cells=(MASKED_PAIR,),
        sides=_pair_bound_sides,
        fails_if="a pruned close pair keeps more curvature than the dense one",
    ),
    Enclose(
        claim="lottery.spec.zhong_bound",
        cells=(
            {"teacher": [["1", "1/10000"], ["0", "1"]]},
            {"teacher": [["1", "0"], ["1", "1/10"]]},
            {"teacher": [["1", "0"], ["-1", "1/3"]]},
            {"teacher": TRIPLE["teacher"]},
            {"teacher": TRIPLE["teacher"], "mask": [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]},
        ),
        sides=_bound_sides,
        fails_if="a certified least eigenvalue lies below the bound",
    ),
    Search(
        claim="lottery.spec.zhong_bound",
        propose=_independent,
        ratio=_bound_ratio,
        certify=_bound_sides,
        batches=2,
        tries=60,
        fails_if="an adversary finds independent directions below the bound",
    ),
    Enclose(
        claim="lottery.spec.pair_upper",
        cells=(
            {"teacher": TRIPLE["teacher"]},
            {"teacher": [["1", "0"], ["1", "2"], ["-3", "1"]]},
            {"teacher": [["1", "0"], ["1", "1"], ["1", "-1"], ["-2", "1"]]},
        ),
        sides=_pair_bound_sides,
        fails_if="a certified least eigenvalue exceeds that of a pair",
    ),
    Enclose(
        claim="lottery.spec.pair_upper",
        part="two neurons",
        cells=PAIRS,
        sides=_pair_bound_sides,
        relation="==",
        fails_if="for two neurons the least eigenvalue is another value",
    ),
    Search(
        claim="lottery.spec.pair_upper",
        propose=_three,
        ratio=_pair_bound_ratio,
        certify=_pair_bound_sides,
        batches=2,
        tries=60,
        fails_if="an adversary finds three neurons above their closest pair",
    ),
    Enclose(
        claim="lottery.spec.upper",
        cells=(
            {"teacher": [["1", "0"], ["1", "1/100"], ["1", "-1/50"]]},
            {"teacher": TRIPLE["teacher"]},
            {"teacher": axes(4, 4)},
        ),
        sides=_upper_sides,
        fails_if="a certified greatest eigenvalue exceeds K/2",
    ),
    Enclose(
        claim="lottery.spec.upper",
        part="attained",
        cells=tuple(
            {"teacher": [[str(j), str(2 * j)] for j in range(1, K + 1)]} for K in range(1, 6)
        ),
        sides=_parallel_sides,
        relation="==",
        fails_if="K parallel neurons do not have the greatest curvature K/2",
    ),
    Search(
        claim="lottery.spec.upper",
        propose=_close_together,
        ratio=_upper_ratio,
        certify=_upper_sides,
        batches=2,
        tries=60,
        fails_if="an adversary finds directions with more curvature",
    ),
)
