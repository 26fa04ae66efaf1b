"""What one ReLU unit does on its kinks: cross, slide, or leave (Filippov's convention).

Unit w sees the pulls q_i = c r_i and moves with velocity v = sum_i theta_i q_i x_i, where
theta_i = 1 if z_i = <w, x_i> > 0, theta_i = 0 if z_i < 0, and theta_i in [0, 1] if z_i = 0 with
(v_i > 0 => theta_i = 1) and (v_i < 0 => theta_i = 0) for v_i = <v, x_i>.

On kinks with q_i < 0 these are the optimality conditions of a bounded least-squares problem,
so v is unique: the shortest vector  f - sum_i xi_i x_i,  0 <= xi_i <= |q_i|,  where f is the
pull of the active samples. Kinks with q_i > 0 repel; the unit goes through them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import scipy

from verify.networks.activations import Array

# relative size below which a velocity is rounding of the sums that make it (n <= 20 terms)
FLAT = 1e-12
MAX_REPELLING = 8


@dataclass(frozen=True)
class UnitState:
    """Pattern of one unit between two events.

    active       (n,) bool: samples with theta = 1
    pinned       samples kept at z = 0
    projector    (p, p): onto the complement of the pinned samples
    selection    (len(pinned), n): theta_i r_i = selection @ r on the pinned samples
    """

    active: Array
    pinned: tuple[int, ...]
    projector: Array
    selection: Array


def unit_state(features: Array, active: Array, pinned: tuple[int, ...]) -> UnitState | None:
    """Projector and selection for a pattern; None if the pinned samples are dependent while
    some sample pulls (the selection is then not unique).

    >>> state = unit_state(np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([False, True]), (0,))
    >>> state.selection                   # theta_0 r_0 = -0.6 r_1 keeps <w, x_0> = 0
    array([[ 0. , -0.6]])
    """
    n, p = features.shape
    selection = np.zeros((len(pinned), n))
    if not pinned:
        return UnitState(active, pinned, np.eye(p), selection)
    normals = features[list(pinned)]
    gram = normals @ normals.T
    if len(pinned) == 1:  # most units: no decomposition
        basis = normals / np.sqrt(gram)
    else:
        _, sizes, rows = np.linalg.svd(normals, full_matrices=False)
        basis = rows[sizes > FLAT * sizes[0]]
    if active.any():
        if len(basis) < len(pinned):
            return None
        selection = -np.linalg.solve(gram, normals @ features.T) * active
        selection[np.abs(selection) < FLAT] = 0.0
    return UnitState(active, pinned, np.eye(p) - basis.T @ basis, selection)


def resolve(features: Array, pull: Array, active: Array, zero: tuple[int, ...]) -> UnitState | None:
    """The state a unit enters when the samples in ``zero`` sit on its kinks.

    features     (n, p);  pull q (n,)
    active       (n,) bool: the pattern just before; on ``zero`` it says which side it came from

    None if no consistent state was found or the state is degenerate: the caller must stop.

    >>> x = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> resolve(x, np.array([-1.0, 0.15]), np.array([True, True]), (0,)).pinned
    (0,)
    """
    attracting = [i for i in zero if pull[i] < 0]
    repelling = [i for i in zero if pull[i] >= 0]
    if len(repelling) > MAX_REPELLING:
        return None
    straight = tuple(not active[i] for i in repelling)
    others = (sides for sides in product((False, True), repeat=len(repelling)) if sides != straight)
    for sides in (straight, *others):
        pattern = active.copy()
        pattern[list(zero)] = False
        pattern[repelling] = sides
        entered, pinned, velocity = _attracted(features, pull, pattern, attracting)
        outward = np.where(sides, 1, -1) * (features[repelling] @ velocity)
        norms = np.linalg.norm(features, axis=1)
        if np.all(outward >= -FLAT * norms[repelling] * (norms @ np.abs(pull))):
            return unit_state(features, entered, pinned)
    return None


def _attracted(
    features: Array, pull: Array, active: Array, attracting: list[int]
) -> tuple[Array, tuple[int, ...], Array]:
    """Pattern, pinned samples and velocity given the pattern off the attracting kinks."""
    force = (active * pull) @ features
    if not attracting:
        return active, (), force
    normals, caps = features[attracting], -pull[attracting]
    share = _shares(normals, force, caps)
    free = (share > FLAT) & (share < 1 - FLAT)
    fixed = force - (np.where(share >= 0.5, caps, 0) * ~free) @ normals
    velocity = fixed
    if free.any():
        velocity = fixed - _along(normals[free], fixed)
    speed = normals @ velocity
    flat = FLAT * np.linalg.norm(normals, axis=1) * (np.linalg.norm(features.T * pull))
    pinned = free | (np.abs(speed) <= flat)
    entered = active.copy()
    entered[attracting] = ~pinned & (speed > 0)
    return entered, tuple(i for i, stays in zip(attracting, pinned, strict=True) if stays), velocity


def _along(normals: Array, force: Array) -> Array:
    """The part of the force in the span of the normals."""
    if len(normals) == 1:
        return normals[0] * (normals[0] @ force / (normals[0] @ normals[0]))
    return np.linalg.lstsq(normals.T, force)[0] @ normals


def _shares(normals: Array, force: Array, caps: Array) -> Array:
    """theta in [0, 1] minimising |force - sum_i theta_i cap_i normal_i|."""
    columns = normals.T * caps
    if len(caps) == 1:
        return np.clip(columns.T @ force / (columns**2).sum(), 0, 1)
    return scipy.optimize.lsq_linear(columns, force, (0, 1), method="bvls", tol=1e-15).x
