"""Newton's method on a fixed structure: signs, active samples and faces of the Diracs.

With u_i = F_i c_i on its face, J is a smooth convex function of the c_i as long as no u_i
leaves its closed region; its Hessian is B^T B / n + lam * blockdiag((I - w w^T)/|u_i|),
regular when the neuron evaluations are independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from theory.dual.atoms import Atom


def face_basis(normals: np.ndarray, dimension: int) -> np.ndarray:
    """Orthonormal basis (columns) of the intersection of hyperplanes."""
    if len(normals) == 0:
        return np.eye(dimension)
    _, sizes, vectors = np.linalg.svd(normals)
    return vectors[int(np.sum(sizes > 1e-10 * sizes[0])) :].T


def newton(
    rows: np.ndarray, targets: np.ndarray, lam: float, atoms: Sequence[Atom], normals: np.ndarray
) -> list[Atom]:
    """Lower J by moving the Diracs inside their closed regions; never raises it."""
    if not atoms:
        return []
    n = len(targets)
    bases = [face_basis(normals[list(atom.held)], rows.shape[1]) for atom in atoms]
    blocks = [
        atom.sign * (atom.active[:, None] * rows) @ basis
        for atom, basis in zip(atoms, bases, strict=True)
    ]
    B = np.hstack(blocks)
    cuts = np.cumsum([basis.shape[1] for basis in bases])[:-1]
    c = np.concatenate([basis.T @ atom.u for atom, basis in zip(atoms, bases, strict=True)])

    def value(point: np.ndarray) -> float:
        misfit = targets - B @ point
        norms = sum(np.linalg.norm(part) for part in np.split(point, cuts))
        return float(misfit @ misfit / (2 * n) + lam * norms)

    gram = B.T @ B / n
    current = value(c)
    for _ in range(40):
        step = _newton_step(gram, B, targets, lam, c, cuts)
        longest = _longest_step(rows, atoms, bases, np.split(c, cuts), np.split(step, cuts))
        length = min(1.0, longest)
        while length > 1e-12 and not (trial := value(c + length * step)) <= current:
            length /= 2
        if length <= 1e-12:
            break
        done = np.linalg.norm(length * step) <= 1e-15 * np.linalg.norm(c) or length < 1.0
        stalled = current - trial <= 0 and length == 1.0
        c, current = c + length * step, trial
        if (done and length == longest) or stalled:
            break
    moved = [basis @ part for basis, part in zip(bases, np.split(c, cuts), strict=True)]
    return [replace(atom, u=u) for atom, u in zip(atoms, moved, strict=True)]


def _newton_step(
    gram: np.ndarray,
    B: np.ndarray,
    targets: np.ndarray,
    lam: float,
    c: np.ndarray,
    cuts: np.ndarray,
) -> np.ndarray:
    n = len(targets)
    hessian, gradient = gram.copy(), -B.T @ (targets - B @ c) / n
    start = 0
    for part in np.split(c, cuts):
        norm, place = np.linalg.norm(part), slice(start, start + len(part))
        w = part / norm
        gradient[place] += lam * w
        hessian[place, place] += lam * (np.eye(len(part)) - np.outer(w, w)) / norm
        start += len(part)
    scale = 1 / np.sqrt(np.maximum(np.diag(hessian), 1e-300))
    scaled = hessian * scale * scale[:, None]
    solved, *_ = np.linalg.lstsq(scaled, -gradient * scale, rcond=1e-15)
    return solved * scale


def _longest_step(
    rows: np.ndarray,
    atoms: Sequence[Atom],
    bases: Sequence[np.ndarray],
    parts: Sequence[np.ndarray],
    steps: Sequence[np.ndarray],
) -> float:
    """The longest step that keeps every Dirac in its closed region and away from 0."""
    longest = np.inf
    for atom, basis, part, step in zip(atoms, bases, parts, steps, strict=True):
        side = np.where(atom.active, 1.0, -1.0)
        height, slope = side * (rows @ (basis @ part)), side * (rows @ (basis @ step))
        off_face = np.linalg.norm(rows @ basis, axis=1) > 1e-11 * np.linalg.norm(rows, axis=1)
        leaving = off_face & (slope < 0)
        if leaving.any():
            longest = min(longest, float(np.min(np.maximum(height[leaving], 0) / -slope[leaving])))
        shrink = -float(step @ part) / float(part @ part)
        if shrink >= 1:
            longest = min(longest, 0.9 / shrink)
    return longest
