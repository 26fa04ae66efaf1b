"""What the checks of the first paper draw: many small networks at once, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.kernel import mean_ntg
from theory.asymmetric.scaling import scaling_weight
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import least_eigenvalue_lower_float
from verify.networks.activations import activation

Array = np.ndarray
Cell = Mapping[str, Any]


@cache
def inputs(data: str) -> tuple[Array, Array]:
    """X/sqrt(d) and y of a named data set."""
    entry = DATA_SETS[data]
    X = np.array([[float(value) for value in row] for row in entry.X])
    return X / np.sqrt(entry.d), np.array([float(value) for value in entry.y])


@cache
def scaling(gamma: str, alpha: str, m: int) -> Array:
    """lambda_{m,1}, ..., lambda_{m,m}, each rounded once."""
    with working_precision(80):
        return np.array(
            [
                float(ball(scaling_weight(Fraction(gamma), Fraction(alpha), m, j)).mid())
                for j in range(1, m + 1)
            ]
        )


def scaling_of(cell: Cell) -> Array:
    """The scaling weights of a cell with gamma, alpha and m."""
    return scaling(str(cell["gamma"]), str(cell["alpha"]), int(cell["m"]))


def slopes(name: str, z: Array) -> Array:
    """sigma'(z)."""
    return activation(name).slope(z)


def preactivations(data: str, rng: np.random.Generator, size: int, m: int | None = None) -> Array:
    """w.x_i/sqrt(d) for fresh w: shape (size, n), or (size, m, n) for m units each."""
    features, _ = inputs(data)
    shape = (size, features.shape[1]) if m is None else (size, m, features.shape[1])
    return rng.standard_normal(shape) @ features.T


def tangent_grams(cell: Cell, z: Array) -> Array:
    """Theta_m of every network from its preactivations (size, m, n): shape (size, n, n)."""
    features, _ = inputs(cell["data"])
    s = slopes(cell["activation"], z)
    weighted = s * scaling_of(cell)[:, None]
    return (features @ features.T) * np.matmul(weighted.transpose(0, 2, 1), s)


@cache
def mean_gram(data: str, name: str) -> Array:
    """Theta*, each entry rounded once."""
    with working_precision(80):
        theta = mean_ntg(DATA_SETS[data].X, name)
        n = theta.nrows()
        return np.array([[float(theta[i, k].mid()) for k in range(n)] for i in range(n)])


def draw_gram_departure(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|Theta_m(W_0) - Theta*|_F^2 of fresh networks."""
    z = preactivations(cell["data"], rng, size, int(cell["m"]))
    distance = tangent_grams(cell, z) - mean_gram(cell["data"], cell["activation"])
    return (distance**2).sum(axis=(1, 2))


def draw_least_eigenvalue(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Certified lower bounds of eig_min(Theta_m(W_0)) of fresh networks.

    The Gram matrix of each network is taken as computed: for the ReLU its entries are s_ik
    times a sum of weights, whose rounding, m ulp of the entry, is subtracted as a radius.
    """
    found = np.empty(size)
    m = int(cell["m"])
    for k in range(size):
        theta = tangent_grams(cell, preactivations(cell["data"], rng, 1, m))[0]
        theta = (theta + theta.T) / 2
        radius = 2 * m * np.finfo(float).eps * float(np.linalg.norm(theta))
        found[k] = least_eigenvalue_lower_float(theta, radius)
    return found


def draw_initial_outputs(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """f(x_i; W_0) of fresh networks: shape (size, n)."""
    z = preactivations(cell["data"], rng, size, int(cell["m"]))
    values = activation(cell["activation"]).value(z)
    signs = rng.choice([-1.0, 1.0], size=z.shape[:2])
    return np.einsum("sj,sji->si", signs * np.sqrt(scaling_of(cell)), values)


def draw_perturbation(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|Theta(W) - Theta(W_0)|_2 for an adversary who flips, in every unit, the nearest sample.

    Unit j moves by at most c_j = radius sqrt(lambda_j), straight to the nearest hyperplane and
    just beyond, if that is within its ball.
    """
    features, _ = inputs(cell["data"])
    norms = np.linalg.norm(features, axis=1)
    w = rng.standard_normal((size, int(cell["m"]), features.shape[1]))
    z = w @ features.T
    distance = np.abs(z) / norms
    nearest = distance.argmin(axis=2)
    reach = np.take_along_axis(distance, nearest[..., None], axis=2)
    step = np.take_along_axis(z, nearest[..., None], axis=2) / norms[nearest][..., None] ** 2
    allowed = reach * (1 + 1e-9) <= float(cell["radius"]) * np.sqrt(scaling_of(cell))[:, None]
    moved = w - (1 + 1e-9) * step * features[nearest] * allowed
    change = tangent_grams(cell, moved @ features.T) - tangent_grams(cell, z)
    return np.abs(np.linalg.eigvalsh(change)).max(axis=1)


def first_updates(cell: Cell, rng: np.random.Generator, size: int) -> tuple[Array, ...]:
    """Fresh networks at t = 0: signs (size, m), preactivations (size, m, n), y - u (size, n).

    The weights are standard normal unless the cell gives their deviation.
    """
    _, y = inputs(cell["data"])
    z = preactivations(cell["data"], rng, size, int(cell["m"])) * float(cell.get("deviation", 1))
    signs = rng.choice([-1.0, 1.0], size=z.shape[:2])
    values = activation(cell["activation"]).value(z)
    return signs, z, y - np.einsum("sj,sji->si", signs * np.sqrt(scaling_of(cell)), values)


def draw_weight_update(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """dw_j/dt at t = 0: shape (size, d)."""
    features, _ = inputs(cell["data"])
    signs, z, residual = first_updates(cell, rng, size)
    j = int(cell["j"]) - 1
    pull = slopes(cell["activation"], z[:, j]) * residual
    return (np.sqrt(scaling_of(cell)[j]) * signs[:, j, None]) * (pull @ features)


def draw_kernel_change(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """dTheta_ik/dt at t = 0, by the chain rule in the weights."""
    features, _ = inputs(cell["data"])
    signs, z, residual = first_updates(cell, rng, size)
    sigma, weights = activation(cell["activation"]), scaling_of(cell)
    first, second = sigma.slope(z), sigma.curvature(z)
    # dz_ji/dt = sqrt(lambda_j) a_j sum_l sigma'(z_jl) (y_l - u_l) x_i.x_l/d
    gram = features @ features.T
    speed = (signs * np.sqrt(weights))[..., None] * ((first * residual[:, None, :]) @ gram)
    i, k = int(cell["i"]) - 1, int(cell["k"]) - 1
    change = (
        second[..., i] * speed[..., i] * first[..., k]
        + first[..., i] * second[..., k] * speed[..., k]
    )
    return gram[i, k] * (change @ weights)
