"""Networks with large bias and their samples, for the checks of the second paper."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from theory.bias.data_sets import data_set
from theory.bias.data_spectrum import data_spectrum
from verify.networks.shallow import ShallowNetwork, bias_network

Array = np.ndarray
Cell = Mapping[str, Any]


def sphere(n: int, d: int, rng: np.random.Generator) -> Array:
    """n samples, uniform on the unit sphere of R^d."""
    rows = rng.standard_normal((n, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def signs(n: int, rng: np.random.Generator) -> Array:
    """Random labels 1 and -1."""
    return rng.choice([-1.0, 1.0], n)


@cache
def rows(name: str) -> Array:
    """A named data set in double precision, rows of norm one."""
    table = np.array([[float(entry) for entry in row] for row in data_set(name)])
    return table / np.linalg.norm(table, axis=1, keepdims=True)


@cache
def limit_kernel(name: str, bias: str) -> Array:
    """H_inf of a named data set in double precision."""
    return data_spectrum(rows(name), bias_of(bias)).matrix


def bias_of(text: str) -> float:
    """The bias of a cell."""
    return float(Fraction(text))


def network_of(cell: Cell, d: int, rng: np.random.Generator, **more: Any) -> ShallowNetwork:
    """A fresh network with the width and the bias of a cell."""
    return bias_network(int(cell["m"]), d, bias=bias_of(cell["B"]), rng=rng, **more)


def active_shares(network: ShallowNetwork, X: Array) -> Array:
    """Share of active neurons for every sample."""
    return (network.preactivations(X) > 0).mean(axis=1)
