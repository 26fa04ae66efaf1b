"""Newton's method at any precision, on the structure that the float solver found.

The result is a rational measure whose Diracs lie exactly on their faces. Nothing is proved
here: `certificate.prove` judges whatever measure it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat

from theory.dual.atoms import Atom
from theory.dual.lines import Basis, Lines, integer_face_basis
from theory.dual.problem import Dirac, Problem
from theory.rigor.balls import ball, exact_midpoint, working_precision


def refine(
    task: Problem,
    atoms: Sequence[Atom],
    lines: Lines,
    *,
    bits: int,
    penalties: Sequence[Fraction] = (),
) -> list[Dirac]:
    """The stationary measure near `atoms` with the same signs, faces and active samples.

    bits: relative accuracy aimed at. penalties: where to be stationary on the way to task.lam;
    a Dirac that is about to vanish needs a start of the right direction. When Newton's method
    does not converge the atoms stay where they were, put exactly on their faces.
    """
    bases = [integer_face_basis(lines, atom.held) for atom in atoms]
    kept = [(atom, basis) for atom, basis in zip(atoms, bases, strict=True) if basis]
    if not kept:
        return []
    point = [_coordinates(atom, basis) for atom, basis in kept]
    with working_precision(bits + 64):
        blocks = [_block(task, atom, basis) for atom, basis in kept]
        grams = [_gram(basis) for _, basis in kept]
        coordinates = arb_mat([[arb(value)] for part in point for value in part])
        for lam in (*penalties, task.lam):
            coordinates = _iterate(task, ball(lam), blocks, grams, coordinates, bits)
        values = [exact_midpoint(coordinates[i, 0]) for i in range(coordinates.nrows())]
    measure, start = [], 0
    for atom, basis in kept:
        part = values[start : start + len(basis)]
        start += len(basis)
        u = tuple(
            sum((c * vector[k] for c, vector in zip(part, basis, strict=True)), Fraction(0))
            for k in range(lines.dimension)
        )
        measure.append(Dirac(atom.sign, u))
    return [atom for atom in measure if any(atom.u)]


def _coordinates(atom: Atom, basis: Basis) -> list[float]:
    columns = np.array(basis, dtype=float).T
    return [float(value) for value in np.linalg.lstsq(columns, atom.u, rcond=None)[0]]


def _block(task: Problem, atom: Atom, basis: Basis) -> arb_mat:
    """sign * D_A X F, n x k: the outputs of a Dirac, linear in its coordinates."""
    zero = arb(0)
    return arb_mat(
        [
            [
                ball(
                    atom.sign * sum((a * b for a, b in zip(row, vector, strict=True)), Fraction(0))
                )
                if on
                else zero
                for vector in basis
            ]
            for row, on in zip(task.X, atom.active, strict=True)
        ]
    )


def _gram(basis: Basis) -> arb_mat:
    return arb_mat([[sum(a * b for a, b in zip(u, v, strict=True)) for v in basis] for u in basis])


def _iterate(
    task: Problem,
    lam: arb,
    blocks: list[arb_mat],
    grams: list[arb_mat],
    start_point: arb_mat,
    bits: int,
) -> arb_mat:
    n, point, size = task.n, start_point, start_point.nrows()
    B = arb_mat([[e for block in blocks for e in block.tolist()[j]] for j in range(n)])
    transposed = B.transpose()
    normal = transposed * B * (arb(1) / n)
    target = arb_mat([[ball(value)] for value in task.y])
    for _ in range(12 + bits.bit_length()):
        gradient = transposed * (B * point - target) * (arb(1) / n)
        hessian = normal * 1
        start = 0
        for gram in grams:
            k = gram.nrows()
            part = arb_mat([[point[start + i, 0].mid()] for i in range(k)])
            image = gram * part
            square = (part.transpose() * image)[0, 0]
            if not square > 0:
                return start_point
            weight = lam / square.sqrt()
            for i in range(k):
                gradient[start + i, 0] += weight * image[i, 0]
                for j in range(k):
                    bend = gram[i, j] - image[i, 0] * image[j, 0] / square
                    hessian[start + i, start + j] += weight * bend
            start += k
        try:
            step = _middle(hessian).solve(_middle(gradient), algorithm="approx")
        except ZeroDivisionError:
            return start_point
        moved = arb_mat([[(point[i, 0] - step[i, 0]).mid()] for i in range(size)])
        if not all(moved[i, 0].is_finite() for i in range(size)):
            return start_point
        length = max(abs(step[i, 0]).mid() for i in range(size))
        scale = max(abs(moved[i, 0]).mid() for i in range(size))
        point = moved
        if length <= scale * arb(2) ** (-bits):
            return point
    return point if length <= scale * arb(2) ** (-bits // 4) else start_point


def _middle(matrix: arb_mat) -> arb_mat:
    return arb_mat([[entry.mid() for entry in row] for row in matrix.tolist()])
