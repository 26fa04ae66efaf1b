"""Teachers, masks and random exact problems shared by the checks of the sparse-network paper.

Cells are JSON-able: weights are lists of strings, masks lists of 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.exact import Matrix
from theory.lottery.network import Problem, problem, read_mask, read_weights
from verify.engines import Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
Sides = Callable[[Cell, Any], tuple[Side, Side]]
Array = NDArray[Any]
BATCH = 100  # draws averaged into one observation of a mean
SIMULATED = "simulated at the listed teachers, masks and sizes only"

REFERENCE = {
    "teacher": [["3/5", "4/5", "0"], ["0", "5/13", "12/13"]],
    "student": [["1/2", "1", "1/4"], ["1/5", "1/3", "1"]],
}
TRIPLE = {
    "teacher": [["1", "2", "0", "0"], ["0", "2", "-1", "0"], ["0", "0", "3", "4"]],
    "student": [["1", "3/2", "1/2", "0"], ["0", "2", "-1/2", "1"], ["1", "0", "5/2", "4"]],
}


def without(
    claim: str, name: str, sides: Sides, cell: Cell, why: str, *, relation: str = "<="
) -> Enclose:
    """The claim where its hypothesis `name` fails, at one exact witness."""
    return Enclose(
        claim=f"lottery.{claim}",
        role=f"without {name}",
        sides=sides,
        cells=(cell,),
        relation=relation,
        max_bits=256,
        fails_if=why,
    )


def read_problem(cell: Cell, mask: str = "mask") -> Problem:
    """The problem a cell describes by "teacher", and perhaps "student" and `mask`."""
    student = read_weights(cell["student"], "student") if "student" in cell else None
    kept = read_mask(cell[mask]) if mask in cell else None
    return problem(read_weights(cell["teacher"], "teacher"), student, kept)


def as_array(rows: Any) -> Array:
    """Exact rows as float64."""
    return np.array([[float(Fraction(str(entry))) for entry in row] for row in rows])


def as_text(rows: Any) -> list[list[str]]:
    """Exact rows as a cell writes them."""
    return [[str(Fraction(str(entry))) for entry in row] for row in rows]


def axes(neurons: int, dimension: int) -> list[list[str]]:
    """The orthonormal teacher e_1, ..., e_K."""
    return [[str(int(i == j)) for i in range(dimension)] for j in range(neurons)]


def blocks(neurons: int, kept: int) -> list[list[int]]:
    """Pairwise disjoint masks of equal size."""
    return [[int(i // kept == j) for i in range(neurons * kept)] for j in range(neurons)]


def random_rows(rng: np.random.Generator, shape: tuple[int, int], *, size: int = 9) -> list:
    """Integer weights without zero rows, as text."""
    while True:
        rows = rng.integers(-size, size + 1, shape)
        if rows.any(axis=1).all():
            return [[str(entry) for entry in row] for row in rows.tolist()]


def random_nested(rng: np.random.Generator) -> dict[str, Any]:
    """One teacher, two nested masks that contain its support."""
    neurons, d = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    small = rng.random((neurons, d)) < rng.uniform(0.2, 0.9)
    small[np.arange(neurons), rng.integers(0, d, neurons)] = True
    large = small | (rng.random((neurons, d)) < 0.4)
    weights = rng.integers(-9, 10, (neurons, d))
    weights[weights == 0] = 1
    return {
        "teacher": as_text((weights * small).tolist()),
        "mask": small.astype(int).tolist(),
        "larger": large.astype(int).tolist(),
    }


def unit_rows(rng: np.random.Generator, neurons: int, d: int) -> Array:
    """Random unit vectors."""
    rows = rng.standard_normal((neurons, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def exact(rows: Array, denominator: int = 10**6) -> Matrix:
    """Nearby rationals of a float matrix."""
    return tuple(
        tuple(Fraction(float(x)).limit_denominator(denominator) for x in row) for row in rows
    )
