"""Diracs in floats, and how Diracs of one sign are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from theory.dual.oracle import SAME


@dataclass(frozen=True)
class Atom:
    """A Dirac in floats: sign * |u| at u/|u|, on the face where the lines `held` vanish."""

    sign: int
    u: np.ndarray
    held: tuple[int, ...]
    active: np.ndarray

    def evaluation(self, rows: np.ndarray) -> np.ndarray:
        """sign * (max(<u, x_j>, 0))_j."""
        return self.sign * np.maximum(rows @ self.u, 0.0)


def without_copies(atoms: Sequence[Atom]) -> list[Atom]:
    """Keep the first of Diracs of one sign and direction."""
    kept: list[Atom] = []
    for atom in atoms:
        w = atom.u / np.linalg.norm(atom.u)
        same = (
            other.sign == atom.sign and np.linalg.norm(other.u / np.linalg.norm(other.u) - w) < SAME
            for other in kept
        )
        if not any(same):
            kept.append(atom)
    return kept


def merge(
    rows: np.ndarray, atoms: Sequence[Atom], normals: np.ndarray, *, onto_faces: bool = True
) -> list[Atom]:
    """Add up Diracs of one sign that no sample separates strictly (dual.lift, dual.sep).

    onto_faces: the first of a pair, the fresher one, names the face, and the sum is put on it
    when that does not carry it out of the common region.
    """
    merged = list(atoms)
    index = 0
    while index < len(merged):
        first = merged[index]
        for other in merged[index + 1 :]:
            if other.sign == first.sign and not separated(rows, first.u, other.u):
                merged[index] = _sum(rows, first, other, normals, onto_faces=onto_faces)
                merged = [atom for atom in merged if atom is not other]
                index -= 1
                break
        index += 1
    return merged


def _sum(
    rows: np.ndarray, first: Atom, other: Atom, normals: np.ndarray, *, onto_faces: bool
) -> Atom:
    u = first.u + other.u
    held, onto = first.held, project_on_face(u, normals[list(first.held)])
    far = np.linalg.norm(onto - u) > 1e-3 * np.linalg.norm(u)
    if not onto_faces or far or separated(rows, onto, u):
        held, onto = tuple(k for k in first.held if k in other.held), u
    # Samples that vanish on the face keep the side of the region the face was found from.
    off_face = np.abs(rows @ onto) > 1e-11 * np.linalg.norm(onto)
    return Atom(first.sign, onto, held, np.where(off_face, rows @ u > 0, first.active))


def separated(rows: np.ndarray, u: np.ndarray, v: np.ndarray) -> bool:
    """Whether some sample is strictly on opposite sides of u and v (up to rounding)."""
    first, second = rows @ (u / np.linalg.norm(u)), rows @ (v / np.linalg.norm(v))
    slack = 1e-11 * np.linalg.norm(rows, axis=1)
    opposite = ((first > slack) & (second < -slack)) | ((first < -slack) & (second > slack))
    return bool(np.any(opposite))


def project_on_face(u: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """The part of u orthogonal to the given normals."""
    if len(normals) == 0:
        return u
    coefficients, *_ = np.linalg.lstsq(normals.T, u, rcond=None)
    return u - normals.T @ coefficients
