"""From a problem to its certified optimum: solve in floats, refine, prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import arb

from theory.dual.atoms import Atom
from theory.dual.certificate import Certificate, prove
from theory.dual.lines import Lines, hyperplanes
from theory.dual.newton import refine
from theory.dual.problem import Problem
from theory.dual.solver import Solution, normalised, solve
from theory.exact import InputError, dot

# Relative penalty below which floats, whose p is exact to about 1e-16, see little of p/lam.
WITHIN_FLOATS = Fraction(1, 10**6)
# Penalties whose structure is tried when the first one fails: another power of ten when lam is
# tiny, and a little beside lam when a Dirac is about to appear or to vanish there.
NEARBY = tuple(Fraction(10) ** k for k in (-1, 1, -2, 2, 3)) + tuple(
    1 + sign * Fraction(1, 10**k) for k in (4, 8, 2) for sign in (-1, 1)
)


@lru_cache(maxsize=256)
def float_solution(task: Problem) -> Solution:
    """The float solution, remembered: more digits start from the same structure."""
    return solve(task)


@lru_cache(maxsize=64)
def certified_optimum(task: Problem, *, bits: int = 200) -> Certificate:
    """Solve a problem and prove the gap of the solution.

    bits: precision of the refinement; the proved gap is about 2^-bits relative to J when the
    structure was found, and honestly larger when it was not. Structures are taken from float
    solutions at penalties near lam until one of them is proved.
    Raises InputError when there are too many regions or floats find no structure.

    >>> from theory.dual.problem import problem
    >>> certified_optimum(problem([[3, 4]], [2], 1)).optimal_value().str(15, radius=False)
    '0.380000000000000'
    """
    lines = hyperplanes(task.X)
    best: Certificate | None = None
    for lam, first in _structures(task):
        for atoms in (first, *_across_walls(task, first, lines, bits)):
            measure = refine(task, atoms, lines, bits=bits, penalties=(lam,) * (lam != task.lam))
            found = prove(task, measure, bits=bits)
            if best is None or found.gap() < best.gap():
                best = found
            if best.gap() <= best.upper() * arb(2) ** (-bits):
                return best
    assert best is not None
    return best


def _across_walls(
    task: Problem, atoms: tuple[Atom, ...], lines: Lines, bits: int
) -> Iterator[tuple[Atom, ...]]:
    """When refined Diracs cross walls by less than floats see: put there, or let across."""
    measure = refine(task, atoms, lines, bits=bits)
    if len(measure) != len(atoms):
        return
    held, across = [], []
    for atom, dirac in zip(atoms, measure, strict=True):
        heights = [dot(row, dirac.u) for row in task.X]
        wrong = [h != 0 and (h > 0) != on for h, on in zip(heights, atom.active, strict=True)]
        walls = {k for k, out in zip(lines.line_of, wrong, strict=True) if out}
        held.append(replace(atom, held=tuple(sorted({*atom.held, *walls}))))
        across.append(replace(atom, active=atom.active ^ np.array(wrong)))
    if any(one.held != atom.held for one, atom in zip(held, atoms, strict=True)):
        yield tuple(held)
        yield tuple(across)


def _structures(task: Problem) -> Iterator[tuple[Fraction, tuple[Atom, ...]]]:
    """Penalties near lam with the Diracs there in floats, the most promising first."""
    _, size, height = normalised(task)
    within = max(task.lam, size * height * WITHIN_FLOATS)
    refusals: list[InputError] = []
    for factor in (Fraction(1), *NEARBY):
        try:
            found = float_solution(replace(task, lam=within * factor))
        except InputError as error:
            refusals.append(error)
        else:
            yield within * factor, found.atoms
    if len(refusals) > len(NEARBY):
        raise refusals[0]


def certified_path(tasks: Sequence[Problem], *, bits: int = 400) -> list[Certificate]:
    """Follow one structure along problems with the same data, from the first one solved.

    tasks: problems that differ in y and lam; the signs, faces and active samples of the first
    solution are kept and its Diracs moved by Newton's method, so that penalties far below the
    reach of floats (1e-12 and less) can be followed. Each step is proved on its own: a
    structure that changed on the way shows as a large gap.
    """
    atoms = float_solution(tasks[0]).atoms
    lines = hyperplanes(tasks[0].X)
    certificates = []
    for task in tasks:
        measure = refine(task, atoms, lines, bits=bits)
        certificates.append(prove(task, measure, bits=bits))
        if len(measure) == len(atoms):
            atoms = tuple(
                replace(atom, u=np.array([float(a) for a in dirac.u]))
                for atom, dirac in zip(atoms, measure, strict=True)
            )
    return certificates
