"""What holds for free beside the bounds of the paper.

Probabilities and shares of neurons lie in [0, 1], an orthant probability is at most that of one
of its half-planes, the entries of the limit kernel are at most 2, the least eigenvalue of a Gram
matrix is not negative, a loss in [0, 1] is at most 1.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Integer, Rational, erfc, sqrt

from theory.bias.data_sets import data_set
from theory.bias.symbols import B
from theory.claim import Cell, Form
from theory.exact import rational
from theory.formula import Formula
from theory.notation import n
from theory.vacuity import Ends, Vacuity, values

ONE, ZERO = Formula(Integer(1)), Formula(Integer(0))
TAIL = Formula(erfc(B / sqrt(2)) / 2)
POSITIVE = "the quantity is not negative"
MARGINAL = "both samples active is at most one of them: $Q(B)$"
SHARE = "a share is at most 1"
BIASES: Ends = ("1/16", 8)
WIDTHS: Ends = (1, 10**12)
SAMPLES: Ends = (1, 10**9)
FAILURES = ("1/1000000", "99/100")


def _first(cell: Cell, form: Form) -> Any:
    """The first of a claim's formulas, its main bound."""
    return form[0].ball(**values(form[0], cell))


def _flips(cell: Cell, form: Form) -> Any:
    """The bound c R exp(-B^2/2) of a flip, c the claim's constant."""
    factor = Formula(sympy.exp(-(B**2) / 2))
    return form.ball() * factor.ball(**values(factor, cell)) * _exact(cell["radius"])


def _exact(value: Any) -> Any:
    return Formula(Rational(str(value))).ball()


START = {"B": 1, "n": 10, "m": 1000, "delta": "1/20"}
STARTED: dict[str, Ends] = {"m": WIDTHS, "n": SAMPLES, "delta": FAILURES, "B": BIASES}

VACUITIES = (
    Vacuity("bias.tail.halfexp", Formula(Rational(1, 2)), "half of a normal law is positive",
            {"B": 1}, {"B": BIASES}),
    Vacuity("bias.tail.linear", ZERO, POSITIVE, {"B": "1/2"}, {"B": BIASES}),
    Vacuity("bias.tail.maxlb", ZERO, POSITIVE, {"B": "1/2"}, {"B": BIASES}),
    Vacuity("bias.flip.rec", ONE, "a probability is at most 1", {"B": 1, "radius": "1/2"},
            {"radius": ("1/1000", 10), "B": BIASES}, _flips),
    Vacuity("bias.p.upper.paper", TAIL, MARGINAL, {"B": 1, "rho": "1/2"},
            {"B": BIASES, "rho": ("-9/10", "999/1000")}),
    Vacuity("bias.p.upper.dir", TAIL, MARGINAL, {"B": 1, "rho": "1/2"},
            {"B": BIASES, "rho": ("-9/10", "999/1000")}),
    Vacuity("bias.h.trace", ONE, "the trace is at most $n$", {"B": 1}, {"B": BIASES}),
    Vacuity("bias.h.largeB", lambda cell: 1, "the eigenvalues are not negative",
            {"data": "spread", "B": 3}, {"B": BIASES},
            lambda cell, form: form(data_set(cell["data"]), rational(cell["B"]))),
    Vacuity("bias.lmin.region.explicit", ZERO, POSITIVE, {"B": 1, "separation": "1/2"},
            {"B": BIASES, "separation": ("1/1000", "7/5")}),
    Vacuity("bias.lmin.region.closed", ZERO, POSITIVE, {"B": "1/2", "separation": 1},
            {"B": BIASES, "separation": ("1/1000", "7/5")}),
    Vacuity("bias.lmin.worst.moderate", ZERO, POSITIVE, {"B": 1, "separation": "1/2", "n": 10},
            {"B": BIASES, "separation": ("1/1000", "7/5"), "n": SAMPLES}),
    Vacuity("bias.lmin.log", ZERO, POSITIVE, {"B": 1, "order": 10},
            {"B": BIASES, "order": (2, 10**6)}),
    Vacuity("bias.lmin.onesided", ZERO, POSITIVE, {"B": 1, "order": 10},
            {"B": BIASES, "order": (2, 10**6)}),
    Vacuity("bias.lmin.upper", Formula(erfc(B / sqrt(2))), "a diagonal entry: $2 Q(B)$",
            {"B": 1, "rho": "1/2"}, {"B": BIASES, "rho": ("-9/10", "999/1000")}),
    Vacuity("bias.lmin.scaling", ONE, "$2 Q(B) e^(B^2\\/2) <= 1$", {"B": 2}, {"B": BIASES}),
    Vacuity("bias.sp.init", ONE, SHARE, START, STARTED),
    Vacuity("bias.sp.train", ONE, SHARE, {**START, "radius": "1/20"},
            {**STARTED, "radius": ("1/1000", 4)}, _first),
    Vacuity("bias.conc.entry", ONE, "two shares differ by at most 1", {**START, "rho": "1/2"},
            {**STARTED, "rho": ("-9/10", "9/10")}),
    Vacuity("bias.conc.fro", Formula(2 * n), "$n^2$ entries between 0 and 2", START, STARTED,
            _first),
    Vacuity("bias.pert.kernel", Formula(2 * n), "$n^2$ entries between 0 and 2",
            {"band_share": "1/10", "n": 10}, {"band_share": ("1/1000", 1)}),
    Vacuity("bias.gen.bound", ONE, "the loss is at most 1",
            {"active_share": "1/10", "ball_radius": 3, "n": 10**4, "band_share": "1/10000",
             "m": 10**6, "radius": "1/10000", "delta": "1/20"},
            {"n": SAMPLES, "ball_radius": (1, 1000), "m": WIDTHS, "radius": ("1/1000000000", 1),
             "band_share": ("1/1000000000", 1)}),
)  # fmt: skip
