"""Transformations of a problem whose effect on J* is known (dual.edge)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from theory.dual.problem import Problem
from theory.exact import Matrix, dot


def reflection(d: int) -> Matrix:
    """A rational orthogonal matrix that mixes all coordinates: I - 2 v v^T/|v|^2, v = (1, ..., d).

    >>> reflection(1)
    ((Fraction(-1, 1),),)
    """
    square = sum(k * k for k in range(1, d + 1))
    return tuple(
        tuple(Fraction(int(i == k)) - Fraction(2 * (i + 1) * (k + 1), square) for k in range(d))
        for i in range(d)
    )


def _rotated(task: Problem, c: Fraction) -> Problem:
    rows = reflection(task.d)
    return replace(task, X=tuple(tuple(dot(row, axis) for axis in rows) for row in task.X))


def _permuted(task: Problem, c: Fraction) -> Problem:
    return replace(task, X=task.X[::-1], y=task.y[::-1])


def _negated(task: Problem, c: Fraction) -> Problem:
    return replace(task, y=tuple(-a for a in task.y))


def _doubled(task: Problem, c: Fraction) -> Problem:
    return replace(task, X=task.X * 2, y=task.y * 2)


def _padded(task: Problem, c: Fraction) -> Problem:
    return replace(task, X=tuple((*row, Fraction(0)) for row in task.X))


def _data_scaled(task: Problem, c: Fraction) -> Problem:
    rows = tuple(tuple(c * a for a in row) for row in task.X)
    return replace(task, X=rows, lam=c * task.lam)


def _targets_scaled(task: Problem, c: Fraction) -> Problem:
    return replace(task, y=tuple(c * a for a in task.y), lam=c * task.lam)


TRANSFORMATIONS: Mapping[str, Callable[[Problem, Fraction], Problem]] = MappingProxyType(
    {
        "rows permuted": _permuted,
        "targets negated": _negated,
        "data set doubled": _doubled,
        "rotated": _rotated,
        "zero coordinate appended": _padded,
        "data and penalty scaled": _data_scaled,
        "targets and penalty scaled": _targets_scaled,
    }
)
