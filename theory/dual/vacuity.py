"""What holds for free beside the bounds of the paper."""

from __future__ import annotations

from sympy import Integer

from theory.formula import Formula
from theory.notation import n
from theory.vacuity import Vacuity

VACUITIES = (
    Vacuity("dual.regions.bound", Formula(Integer(2) ** n), "$2^n$ patterns of $n$ signs",
            {"n": 100, "span_rank": 5}, {"n": (5, 10**4), "span_rank": (1, 100)}),
)  # fmt: skip
