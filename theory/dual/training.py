"""From a problem to its certified optimum: solve in floats, refine, prove."""

from __future__ import annotations

from functools import lru_cache

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
