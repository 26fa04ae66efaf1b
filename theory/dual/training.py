"""From a problem to its certified optimum: solve in floats, refine, prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from theory.dual.certificate import Certificate, prove
from theory.dual.lines import hyperplanes
from theory.dual.newton import refine
from theory.dual.problem import Problem
from theory.dual.solver import Solution, solve


@lru_cache(maxsize=64)
def float_solution(task: Problem) -> Solution:
    """The float solution, remembered: more digits start from the same structure."""
    return solve(task)


@lru_cache(maxsize=64)
def certified_optimum(task: Problem, *, bits: int = 200) -> Certificate:
    """Solve a problem and prove the gap of the solution.

    bits: precision of the refinement; the proved gap is about 2^-bits relative to J when the
    structure was found, and honestly larger when it was not.

    >>> from theory.dual.problem import problem
    >>> certified_optimum(problem([[3, 4]], [2], 1)).optimal_value().str(15, radius=False)
    '0.380000000000000'
    """
    measure = refine(task, float_solution(task).atoms, hyperplanes(task.X), bits=bits)
    return prove(task, measure, bits=bits)


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
