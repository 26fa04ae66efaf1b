"""Conditions that several results share, each with a slack that a cell can be asked for.

Cells name a "teacher", perhaps a "student", a "mask" and a "larger" mask, as lists of exact
numbers; a slack is negative where its condition fails.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.claim import Cell, Hypothesis
from theory.exact import dot, matrix
from theory.lottery.concentration import BERNSTEIN_SAMPLES
from theory.lottery.network import problem, read_mask, read_weights
from theory.lottery.population import nullity_at_teacher
from theory.lottery.spectrum import teacher_matrix
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue


def _mask(cell: Cell, name: str = "mask") -> list[tuple[Fraction, ...]]:
    return list(matrix(cell[name], name))


def dense_slack(cell: Cell) -> int:
    """0 when every weight is kept, else minus the number of pruned ones."""
    if "mask" not in cell:
        return 0
    return -sum(entry == 0 for row in _mask(cell) for entry in row)


def disjoint_slack(cell: Cell) -> int:
    """0 when no coordinate is kept twice, else minus the number of repetitions."""
    columns = zip(*_mask(cell), strict=True)
    return -sum(max(0, sum(int(x) for x in column) - 1) for column in columns)


def nested_slack(cell: Cell) -> int:
    """0 when the mask lies inside the larger one and keeps the teacher, else minus the misses."""
    teacher = matrix(cell["teacher"], "teacher")
    rows = zip(_mask(cell), _mask(cell, "larger"), teacher, strict=True)
    return -sum(
        small > large or (bool(weight) and not small)
        for kept, all_, weights in rows
        for small, large, weight in zip(kept, all_, weights, strict=True)
    )


def orthonormal_slack(cell: Cell) -> Fraction:
    """Minus the sum of the squared inner products of different neurons."""
    teacher = read_weights(cell["teacher"], "teacher")
    return -sum(
        (dot(u, v) ** 2 for i, u in enumerate(teacher) for v in teacher[i + 1 :]), Fraction(0)
    )


def near_slack(cell: Cell) -> Fraction:
    """w_min^2/4 minus the largest squared movement of a neuron."""
    teacher, student = (read_weights(cell[name], name) for name in ("teacher", "student"))
    moves = [
        tuple(a - b for a, b in zip(w, v, strict=True))
        for w, v in zip(student, teacher, strict=True)
    ]
    return min(dot(v, v) for v in teacher) / 4 - max(dot(move, move) for move in moves)


def samples_slack(cell: Cell) -> arb:
    """N minus the number of samples that the Bernstein bound asks for."""
    teacher = read_weights(cell["teacher"], "teacher")
    task = problem(teacher, None, read_mask(cell["mask"]) if "mask" in cell else None)
    if nullity_at_teacher(teacher, task.support):
        return arb(-1)
    needed = BERNSTEIN_SAMPLES.ball(
        neurons=task.neurons,
        accuracy=Fraction(cell["accuracy"]),
        least_curvature=least_eigenvalue(teacher_matrix(task)),
        kept_total=len(task.support),
        delta=Fraction(str(cell["delta"])),
    )
    return ball(cell["N"]) - needed


INPUTS = Hypothesis("inputs", "$x$ is standard normal")
ONE_NEURON = Hypothesis("one neuron", "$K = 1$")
NOISE = Hypothesis("noise", "noise of variance $sigma^2$, independent of $x$")
DENSE = Hypothesis("dense masks", "every weight is kept", dense_slack)
DISJOINT = Hypothesis("disjoint masks", "no coordinate is kept by two neurons", disjoint_slack)
NESTED = Hypothesis(
    "nested masks",
    "$Omega subset Omega'$, both containing the support of the one teacher",
    nested_slack,
)
ORTHONORMAL = Hypothesis(
    "orthogonal directions", "the teacher's directions are orthogonal, $2 <= K <= d$",
    orthonormal_slack,
)  # fmt: skip
NEAR = Hypothesis("near", "$norm(delta_j) <= w_min\\/2$ for every neuron", near_slack)
ENOUGH = Hypothesis(
    "enough samples",
    "$N >= (32 K^2\\/(epsilon lambda)^2 + 8 K\\/(epsilon lambda)) (s ln 9 + ln(2\\/delta))$",
    samples_slack,
)
