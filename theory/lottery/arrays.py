"""The population objects in float64, for simulations; `population` has the proofs.

Weights are (K, d) arrays; `kept` is the boolean mask of that shape. Angles come from atan2 of
the exact area's float, so that nearly parallel neurons keep their relative accuracy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def angles(u: Array, v: Array) -> Array:
    """Angles of the rows of u with the rows of v, each in [0, pi].

    2 atan2(|a - b|, |a + b|) of the unit vectors: accurate at 0 and at pi.
    """
    a = (u / np.linalg.norm(u, axis=1, keepdims=True))[:, None, :]
    b = (v / np.linalg.norm(v, axis=1, keepdims=True))[None, :, :]
    return 2 * np.arctan2(np.linalg.norm(a - b, axis=2), np.linalg.norm(a + b, axis=2))


def kernel(u: Array, v: Array) -> Array:
    """k(u_i, v_k) = E relu(u_i x) relu(v_k x)."""
    theta = angles(u, v)
    norms = np.linalg.norm(u, axis=1)[:, None] * np.linalg.norm(v, axis=1)
    return norms * (np.sin(theta) + (np.pi - theta) * np.cos(theta)) / (2 * np.pi)


def loss(student: Array, teacher: Array) -> float:
    """Population loss without noise: half the mean square."""
    total = kernel(student, student).sum() - 2 * kernel(student, teacher).sum()
    return float(total + kernel(teacher, teacher).sum()) / (2 * len(student) ** 2)


def gradient(student: Array, teacher: Array, kept: NDArray[np.bool_] | None = None) -> Array:
    """Gradient of the population loss in the student, zero outside the mask."""
    unit = student / np.linalg.norm(student, axis=1, keepdims=True)

    def pull(other: Array) -> Array:
        theta = angles(student, other)
        along = (np.sin(theta) * np.linalg.norm(other, axis=1)).sum(axis=1)
        return (along[:, None] * unit + (np.pi - theta) @ other) / (2 * np.pi)

    full = (pull(student) - pull(teacher)) / len(student) ** 2
    return full if kept is None else full * kept


def overlap(u: Array, v: Array) -> Array:
    """Q(u, v) = E 1{ux>0} 1{vx>0} x x^T."""
    theta = float(angles(u[None], v[None])[0, 0])
    a, b = u / np.linalg.norm(u), v / np.linalg.norm(v)
    base = (np.pi - theta) / (2 * np.pi) * np.eye(len(u))
    sine = np.sin(theta)
    if sine < 1e-300:  # parallel: the bisector term carries the factor sin(theta)
        return base
    cross = np.outer(a, b)
    shape = cross + cross.T - np.cos(theta) * (np.outer(a, a) + np.outer(b, b))
    return base + shape / (2 * np.pi * sine)


def jump(u: Array, v: Array) -> Array:
    """J(u, v) = E delta(ux) relu(vx) x x^T."""
    size = np.linalg.norm(u)
    a = u / size
    across = v - (v @ a) * a
    reach = np.linalg.norm(across)
    if reach < 1e-300:
        return np.zeros((len(u), len(u)))
    n = across / reach
    return reach / (2 * np.pi * size) * (np.eye(len(u)) - np.outer(a, a) + np.outer(n, n))


def gauss_newton(student: Array, kept: NDArray[np.bool_] | None = None) -> Array:
    """(1/K^2) E g g^T on the kept weights, neuron by neuron."""
    rows = [[overlap(u, v) for v in student] for u in student]
    full = np.block(rows) / len(student) ** 2
    return _restrict(full, kept)


def hessian(student: Array, teacher: Array, kept: NDArray[np.bool_] | None = None) -> Array:
    """Hessian of the population loss, jumps included, on the kept weights."""
    neurons, d = student.shape
    full = gauss_newton(student)
    for j, u in enumerate(student):
        others = sum((jump(u, v) for k, v in enumerate(student) if k != j), np.zeros((d, d)))
        here = slice(j * d, (j + 1) * d)
        full[here, here] += (others - sum(jump(u, v) for v in teacher)) / neurons**2
    return _restrict(full, kept)


def teacher_matrix(teacher: Array, kept: NDArray[np.bool_] | None = None) -> Array:
    """A = K^2 H at the teacher on the kept weights."""
    return gauss_newton(teacher, kept) * len(teacher) ** 2


def features(weights: Array, inputs: Array, kept: NDArray[np.bool_] | None = None) -> Array:
    """Rows g(x_n) = (1{w_j x_n > 0} x_nc) over the kept weights: (N, s)."""
    active = inputs @ weights.T > 0
    full = (active[:, :, None] * inputs[:, None, :]).reshape(len(inputs), -1)
    return full if kept is None else full[:, kept.ravel()]


def _restrict(full: Array, kept: NDArray[np.bool_] | None) -> Array:
    if kept is None:
        return full
    chosen = np.flatnonzero(kept.ravel())
    return full[np.ix_(chosen, chosen)]
