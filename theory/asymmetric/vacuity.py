"""What holds for free beside the bounds of the paper.

No network changes its tangent Gram matrix by more than its greatest eigenvalue, n/d at most
(times the share of the scaling that is meant); probabilities are at most 1; the weights lie in
[0, 1] and sum to 1, so that power means bound their power sums.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy import Integer

from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH
from theory.asymmetric.convergence import output_moment
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa as kappa_of
from theory.asymmetric.scaling import scaling_power_sum
from theory.claim import Cell, Form
from theory.exact import rational
from theory.formula import Formula
from theory.notation import d, gamma, m, n
from theory.vacuity import Ends, Vacuity

ONE, ZERO = Formula(Integer(1)), Formula(Integer(0))
PROBABILITY = "a probability is at most 1"
POSITIVE = "the quantity is not negative"
WHOLE = "no network changes the matrix by more than $n\\/d$"
PART = "no network changes this part of the matrix by more than $gamma_k n\\/d$"
MEANS = "weights of sum 1: the mean of powers is at least the power of the mean"


def _change(cell: Cell, form: Form) -> Any:
    """Bound (d) of Theorem 4.1 or 4.2 on one of the paper's data sets."""
    entry, name = DATA_SETS[cell["data"]], cell.get("activation", "relu")
    share, zipf, width = rational(cell["gamma"]), rational(cell["alpha"]), int(cell["m"])
    known: dict[str, Any] = {
        "n": entry.n, "d": entry.d, "kappa": kappa_of(entry.X, name), "gamma": share,
        "delta": rational(cell["delta"]), "label_bound": 1,
        "weight_sum_three_halves": scaling_power_sum(share, zipf, width, Fraction(3, 2)),
        "weight_sum_squares": scaling_power_sum(share, zipf, width, Fraction(2)),
    }  # fmt: skip
    if name != "relu":
        known["curvature"] = Formula(SMOOTH[name].curvature).ball()
        known["output_moment"] = output_moment(name, entry.d)
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _samples_over_dimension(cell: Cell) -> Fraction:
    entry = DATA_SETS[cell["data"]]
    return Fraction(entry.n, entry.d)


SHARES: dict[str, Ends] = {"delta": ("1/1000", "999/1000"), "gamma": ("1/20", 1)}
CHANGE = {"n": 5, "d": 3, "share": "1/2", "failure": "1/10"}
SMALL: Ends = ("1/1000000000000", 10)

VACUITIES = (
    Vacuity("asym.thm4_1.d", _samples_over_dimension, WHOLE,
            {"data": "D", "gamma": 1, "alpha": "7/10", "delta": "1/10", "m": 10**20},
            {"m": (1, 10**40), **SHARES}, _change),
    Vacuity("asym.thm4_2.d", _samples_over_dimension, WHOLE,
            {"data": "B", "activation": "sin", "gamma": 1, "alpha": "7/10", "delta": "1/10",
             "m": 10**12}, {"m": (1, 10**40), **SHARES}, _change),
    Vacuity("asym.lemD2", Formula(sym.share * n / d), PART, {**CHANGE, "displacement": "1/10000"},
            {"displacement": SMALL, "failure": ("1/1000", "999/1000")}),
    Vacuity("asym.lemD4", Formula(sym.share * n / d), PART,
            {**CHANGE, "displacement": "1/100", "curvature": "1/2"},
            {"displacement": SMALL, "curvature": ("1/100", 10)}),
    Vacuity("asym.lemD2.flips", ONE, PROBABILITY, {"radius_bound": "1/10"},
            {"radius_bound": ("1/1000", 10)}),
    Vacuity("asym.gap.G8.repair", Formula(sym.squared_norm), PROBABILITY,
            {"radius_bound": "1/10", "squared_norm": "1/2"},
            {"radius_bound": ("1/1000", 10), "squared_norm": ("1/1000", 1)}),
    Vacuity("asym.ladder.flips", Formula(gamma), "the weights meant sum to $gamma$",
            {"gamma": "1/2", "m": 100, "failure": "1/10", "displacement": "1/100"},
            {"m": (1, 10**6), "displacement": SMALL}),
    Vacuity("asym.propA1", ONE, PROBABILITY,
            {"n": 5, "deviation": "1/2", "mean_over_size": 20},
            {"mean_over_size": ("1/2", 1000), "deviation": ("1/100", "99/100"), "n": (1, 10**9)}),
    Vacuity("asym.propA1.simple", ONE, PROBABILITY,
            {"n": 5, "deviation": "1/2", "mean_over_size": 20},
            {"mean_over_size": ("1/2", 1000), "deviation": ("1/100", "99/100"), "n": (1, 10**9)}),
    Vacuity("asym.A2.eq16.lower", ONE, "weights in $[0, 1]$ of sum 1",
            {"gamma": "1/2", "m": 100}, {"m": (1, 10**6), "gamma": ("1/1000", 1)}),
    Vacuity("asym.A2.eq17.lower", Formula(m ** (1 - sym.exponent)), MEANS,
            {"gamma": "1/2", "m": 100, "exponent": 2, "mass_norm": "1/2"},
            {"m": (1, 10**6), "gamma": ("1/1000", "999/1000"), "mass_norm": ("1/8", 1)}),
    Vacuity("asym.A2.eq17.upper", ONE, "weights in $[0, 1]$ of sum 1",
            {"gamma": "1/2", "m": 100, "exponent": 2, "mass_norm": "1/2"},
            {"m": (2, 10**6), "gamma": ("1/1000", 1)}),
    Vacuity("asym.gap.G4", Formula(1 / sympy.sqrt(m)), MEANS,
            {"gamma": "1/2", "alpha": "7/10", "m": 1000},
            {"m": (1, 10**9), "gamma": ("1/1000", "999/1000"), "alpha": ("1/10", "9/10")}),
    Vacuity("asym.gap.G11", ZERO, POSITIVE,
            {"kappa": "1/100", "label_square": 1, "gamma": "1/2", "alpha": "7/10"},
            {"gamma": ("1/1000", 1)}),
    Vacuity("asym.thm4_1.a", ZERO, POSITIVE, {"gamma": "1/2", "kappa": "1/100"},
            {"gamma": ("1/1000", 1), "kappa": ("1/1000000", "1/2")}),
    Vacuity("asym.thm4_2.a", ZERO, POSITIVE, {"gamma": "1/2", "kappa": "1/100"},
            {"gamma": ("1/1000", 1), "kappa": ("1/1000000", "1/2")}),
)  # fmt: skip
