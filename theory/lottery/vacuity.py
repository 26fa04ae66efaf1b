"""What holds for free beside the bounds of the paper."""

from __future__ import annotations

from sympy import Integer, Rational

from theory.formula import Formula
from theory.vacuity import Vacuity

POSITIVE = "the quantity is not negative"

VACUITIES = (
    Vacuity("lottery.conc.bernstein", Formula(Integer(1)), "a probability is at most 1",
            {"kept_total": 40, "distance": "1/10", "samples": 10**6, "neurons": 4},
            {"samples": (1, 10**12), "distance": ("1/10000", 10), "kept_total": (4, 10**6),
             "neurons": (2, 10**4)}),
    Vacuity("lottery.pop.k1_onepoint", Formula(Integer(0)),
            "without it the gradient may point away", {"angle": 1},
            {"angle": ("1/1000", "314/100")}),
    Vacuity("lottery.spec.pair_upper", Formula(Rational(1, 2)), "a diagonal entry of $A$",
            {"angle": 1}, {"angle": ("1/1000", "314/100")}),
    Vacuity("lottery.region.radius_bound", Formula(Integer(0)), POSITIVE,
            {"smallest_norm": 1, "least_curvature": "1/10", "neurons": 4},
            {"least_curvature": ("1/1000000", "1/2"), "neurons": (2, 10**6)}),
)  # fmt: skip
