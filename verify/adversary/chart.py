"""Points on the sphere by stereographic rational coordinates.

t in Q^k stands for (2t, 1 - |t|^2)/(1 + |t|^2) on the unit sphere of R^(k+1): exactly on the
sphere, and dense in it. A configuration is a list of rows of fractions written as strings, so
that it can be stored, read by a person and certified.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from theory.exact import Matrix

Row = list[Fraction]
Chart = list[list[str]]


def written(rows: Sequence[Sequence[Fraction | int]]) -> Chart:
    """Rows of fractions as a JSON-able chart.

    >>> written([[Fraction(1, 2), 0]])
    [['1/2', '0']]
    """
    return [[str(entry) for entry in row] for row in rows]


def read(chart: Sequence[Sequence[str]]) -> list[Row]:
    """Inverse of `written`."""
    return [[Fraction(entry) for entry in row] for row in chart]


def on_sphere(chart: Sequence[Sequence[str]]) -> Matrix:
    """The exact unit vectors of a chart.

    >>> on_sphere([["1/2", "0"]])
    ((Fraction(4, 5), Fraction(0, 1), Fraction(3, 5)),)
    """
    points = []
    for row in read(chart):
        square = sum((entry * entry for entry in row), Fraction(0))
        points.append((*(2 * entry / (1 + square) for entry in row), (1 - square) / (1 + square)))
    return tuple(points)


def floats(chart: Sequence[Sequence[str]]) -> np.ndarray:
    """Chart coordinates in double precision, one point a row."""
    return np.array([[float(Fraction(entry)) for entry in row] for row in chart])


def on_sphere_float(t: np.ndarray) -> np.ndarray:
    """Unit vectors of chart coordinates in double precision.

    >>> on_sphere_float(np.array([[0.5, 0.0]])).tolist()
    [[0.8, 0.0, 0.6]]
    """
    square = np.sum(t * t, axis=1, keepdims=True)
    return np.hstack([2 * t, 1 - square]) / (1 + square)


def antipode(row: Row) -> Row:
    """Chart coordinates -t/|t|^2 of the antipode (the origin has none in the chart).

    >>> antipode([Fraction(1, 2), Fraction(0)])
    [Fraction(-2, 1), Fraction(0, 1)]
    """
    square = sum((entry * entry for entry in row), Fraction(0))
    return [-entry / square for entry in row]


def moved_to_origin(chart: Sequence[Sequence[str]]) -> np.ndarray:
    """Chart coordinates after a reflection of the sphere that takes the mean to the origin.

    In double precision: the caller checks what became of the configuration.
    """
    points = on_sphere_float(floats(chart))
    mean = points.mean(axis=0)
    size = np.linalg.norm(mean)
    pole = np.eye(points.shape[1])[-1]
    if size > 0:
        normal = mean / size - pole
        square = normal @ normal
        if square > 0:
            points = points - 2 * np.outer(points @ normal, normal) / square
    return points[:, :-1] / (1 + points[:, -1:])
