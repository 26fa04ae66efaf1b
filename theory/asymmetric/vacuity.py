"""What holds for free beside the bounds of the paper.

No network changes its tangent Gram matrix by more than its greatest eigenvalue, n/d at most
(times the share of the scaling that is meant); probabilities are at most 1; the weights lie in
[0, 1] and sum to 1, so that power means bound their power sums. Along the flow the loss does not
grow, so that a unit of weight lambda is never faster than sqrt(n lambda/d) |y - u_0|. Of widths
there is none that suffices for free: theirs are compared with what a simpler proof asks for.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy import Integer

from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH
from theory.asymmetric.convergence import D0, D1, INITIAL_WIDTH, RELU_WIDTHS, output_moment
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa as kappa_of
from theory.asymmetric.scaling import scaling_power_sum
from theory.claim import Cell, Form
from theory.exact import Matrix, rational
from theory.formula import Formula
from theory.notation import d, delta, gamma, kappa, m, n
from theory.vacuity import Ends, NoFrontier, Vacuity, values

ONE, ZERO = Formula(Integer(1)), Formula(Integer(0))
PROBABILITY = "a probability is at most 1"
SEMIDEFINITE = "a Gram matrix has no negative eigenvalue"
WHOLE = "no network changes the matrix by more than $n\\/d$"
PART = "no network changes this part of the matrix by more than $gamma_k n\\/d$"
MEANS = "weights of sum 1: the mean of powers is at least the power of the mean"


def _change(cell: Cell, form: Form) -> Any:
    """Bound (d) of Theorem 4.1 or 4.2 on one of the paper's data sets."""
    entry, name = DATA_SETS[cell["data"]], cell.get("activation", "relu")
    power = Fraction(3, 2) if name == "relu" else Fraction(2)
    share, zipf, width = rational(cell["gamma"]), rational(cell["alpha"]), int(cell["m"])
    sums = scaling_power_sum(share, zipf, width, power)
    known: dict[str, Any] = {
        "n": entry.n, "d": entry.d, "kappa": kappa_of(entry.X, name), "gamma": share,
        "delta": rational(cell["delta"]), "label_bound": 1,
        "weight_sum_three_halves": sums, "weight_sum_squares": sums,  # the form has one of them
    }  # fmt: skip
    if name != "relu":
        known["curvature"] = Formula(SMOOTH[name].curvature).ball()
        known["output_moment"] = output_moment(name, entry.d)
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _decay(cell: Cell, form: Form) -> Any:
    """Loss at time t over its start, from the rate that the claim states."""
    rate = form.expr if isinstance(form, Formula) else form * sym.decay / 2
    left = Formula(sympy.exp(-rate * sym.time))
    return left.ball(**values(left, cell))


def _start(cell: Cell, form: Form) -> Any:
    """The claimed share of gamma kappa."""
    kept = Formula(form.expr * gamma * kappa)
    return kept.ball(**values(kept, cell))


def _fan(cell: Cell) -> Matrix:
    """n samples of the plane between the first axis and the diagonal, of norm below 1."""
    last = max(int(cell["n"]) - 1, 1)
    return tuple((Fraction(1, 2), Fraction(k, 2 * last)) for k in range(int(cell["n"])))


def _output_slope(cell: Cell, form: Form) -> Any:
    """The smooth diagonal entry |x|^2/d E sigma'(u)^2."""
    return form(cell["activation"], rational(cell["squared_norm"]) / rational(cell["d"]))


def _samples_over_dimension(cell: Cell) -> Fraction:
    entry = DATA_SETS[cell["data"]]
    return Fraction(entry.n, entry.d)


SHARES: dict[str, Ends] = {"delta": ("1/1000", "999/1000"), "gamma": ("1/20", 1)}
CHANGE = {"n": 5, "d": 3, "share": "1/2", "failure": "1/10"}
SMALL: Ends = ("1/1000000000000", 10)

TRAVEL = "no unit is faster than $sqrt(n lambda\\/d) norm(y - u_0)$, as the loss does not grow"
TRAVEL_MARKOV = TRAVEL + "; $norm(y - u_0)$ by Markov"
TRAVELLED = Formula(sym.time * sympy.sqrt(n * sym.weight / d) * sym.residual)
RELU_TRAVELLED = Formula(sym.time * n * sympy.sqrt(sym.weight / (d * delta)) * D0)
SMOOTH_TRAVELLED = Formula(sym.time * n * sympy.sqrt(sym.weight / (d * delta)) * D1)
FLOW = {"gamma": "1/2", "kappa": "1/100", "n": 5, "d": 3, "weight": "1/1000", "time": 10**4}
ALONG: dict[str, Ends] = {"time": ("1/1000", 10**6), "gamma": ("1/1000", 1),
                          "kappa": ("1/1000000", "1/6")}  # fmt: skip

LOSS = "the loss does not grow along the flow"
RATE: dict[str, Ends] = {"gamma": (0, 1), "kappa": ("0", "1/2"), "time": ("0", 1000)}

# An entry of Theta^(1) has variance gamma^2/(4 m d^2) at most, n^2 of them make its norm.
CHEBYSHEV = Formula(n**2 / (d**2 * kappa**2 * sym.failure))
VARIANCE = "Chebyshev for the $n^2$ entries, of variance at most $gamma^2\\/(4 m d^2)$ (ReLU)"
PAIR = {"n": 2, "d": 2, "kappa": "1/5", "failure": "1/10"}
CHANCES: dict[str, Ends] = {"failure": ("1/1000", "999/1000"), "kappa": ("1/1000", "1/4"),
                            "n": (2, 10**6)}  # fmt: skip
WIDTH = {"n": 100, "d": 10, "delta": "1/10", "gamma": "1/2", "kappa": "1/100", "label_bound": 1}

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
    Vacuity("asym.gap.G8.repair", Formula(sym.squared_norm), PROBABILITY + ", times $norm(x)^2$",
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
            {"m": (4, 10**6), "gamma": ("1/1000", "999/1000"), "mass_norm": ("1/8", 1)}),
    Vacuity("asym.A2.eq17.upper", ONE, "weights in $[0, 1]$ of sum 1",
            {"gamma": "1/2", "m": 100, "exponent": 2, "mass_norm": "1/2"},
            {"m": (4, 10**6), "gamma": ("1/1000", 1)}),
    Vacuity("asym.gap.G4", Formula(1 / sympy.sqrt(m)), MEANS,
            {"gamma": "1/2", "alpha": "7/10", "m": 1000},
            {"m": (1, 10**9), "gamma": ("1/1000", "999/1000"), "alpha": ("1/10", "9/10")}),
    Vacuity("asym.gap.G11", ZERO, "a mean square is not negative",
            {"kappa": "1/100", "label_square": 1, "gamma": "1/2", "alpha": "7/10"},
            {"gamma": ("1/1000", 1)}),
    Vacuity("asym.thm4_1.a", ZERO, SEMIDEFINITE, {"gamma": "1/2", "kappa": "1/100"},
            {"gamma": (0, 1), "kappa": ("0", "1/2")}),
    Vacuity("asym.thm4_2.a", ZERO, SEMIDEFINITE, {"gamma": "1/2", "kappa": "1/100"},
            {"gamma": (0, 1), "kappa": ("0", "1/2")}),
    Vacuity("asym.A2.eq16.upper", Formula(m), "$m$ weights of at most 1", {"m": 100},
            {"m": (1, 10**6)}),
    Vacuity("asym.kappa.upper", Formula(sym.sample_square / (2 * d * n)),
            "the least eigenvalue is at most the mean of all",
            {"n": 5, "d": 3, "squared_norm": "1/4", "sample_square": "7/2"},
            {"squared_norm": ("1/1000", 1)}),
    Vacuity("asym.kappa.upper.smooth", Formula(sym.squared_norm / d),
            "a diagonal entry, as $abs(sigma') <= 1$",
            {"activation": "sin", "squared_norm": 1, "d": 10},
            {"squared_norm": ("1/1000", 1), "d": (1, 1000)}, _output_slope),
    Vacuity("asym.kappa.lower", ZERO, SEMIDEFINITE, {"n": 5},
            {"n": (2, 20)}, lambda cell, form: form(_fan(cell))),
    Vacuity("asym.propC1.width", CHEBYSHEV, VARIANCE, PAIR, CHANCES),
    Vacuity("asym.propC1", ZERO, SEMIDEFINITE, {"gamma": "1/2", "kappa": "1/100"},
            {"gamma": (0, 1), "kappa": ("0", "1/2")}, _start),
    Vacuity("asym.lemD3.radius", TRAVELLED, TRAVEL, {**FLOW, "residual": 2}, ALONG),
    Vacuity("asym.lemD3", Formula(gamma * n / d), PART.replace("gamma_k", "gamma"),
            {"n": 5, "d": 3, "gamma": "1/2", "delta": "1/10", "displacement": "1/1000000"},
            {"displacement": SMALL, "delta": ("1/1000", "999/1000"), "gamma": ("1/1000000", 1)}),
    Vacuity("asym.thm4_1.b", ONE, LOSS, {"gamma": "1/2", "kappa": "1/100", "time": 10}, RATE,
            _decay),
    Vacuity("asym.thm4_1.c", RELU_TRAVELLED, TRAVEL_MARKOV,
            {**FLOW, "label_bound": 1, "delta": "1/10"}, ALONG),
    Vacuity("asym.thm4_2.b", ONE, LOSS, {"gamma": "1/2", "kappa": "1/100", "time": 10}, RATE,
            _decay),
    Vacuity("asym.thm4_2.c", SMOOTH_TRAVELLED, TRAVEL_MARKOV,
            {**FLOW, "label_bound": 1, "delta": "1/10", "output_moment": "1/4"}, ALONG),
    Vacuity("asym.gap.G2.selection", ONE, LOSS, {"decay": "1/100", "time": 10},
            {"decay": ("0", 1), "time": ("0", 1000)}, _decay),
    Vacuity("asym.gap.G5", RELU_WIDTHS[3], "the theorem's own width $T_3$", WIDTH,
            {"delta": ("1/1000", "999/1000"), "n": (2, 10**6), "kappa": ("1/1000000", "1/20")}),
    Vacuity("asym.gap.G10", INITIAL_WIDTH, "the proposition's own width",
            {**PAIR, "squared_operator_norm": "8/5"},
            {"squared_operator_norm": ("1/2", 2), "failure": ("1/1000", "999/1000")}),
)  # fmt: skip

NO_FRONTIERS = (
    NoFrontier("asym.kappa.positive",
               "It is the strict sign beyond $kappa_n >= 0$ and names no number that could be "
               "small; asym.kappa.lower does."),
    NoFrontier("asym.residual",
               "It is attained, at every $n$, $C$ and $d >= 2$, by unit samples with labels of "
               "size $C$: no smaller number holds in these parameters."),
    NoFrontier("asym.lemD5",
               "It is attained, at every $n$ and $C$, by labels of size $C$ and samples at which "
               "the supremum $C_sigma^2$ is reached: no smaller number holds in them."),
    NoFrontier("asym.ladder",
               "It compares ten versions of one proof on the same data: what moves is the step of "
               "the proof, and the width to beat, $T_3$, is part of the statement."),
    NoFrontier("asym.gap.G1",
               "Refuted as transcribed: for the linear activation $kappa_n$ is exactly the 0 that "
               "holds for free as soon as $n > d$."),
    NoFrontier("asym.gap.G8",
               "Refuted as transcribed for samples shorter than one, so that it bounds nothing; "
               "the repaired bound has a frontier (asym.gap.G8.repair)."),
    NoFrontier("asym.gap.G9",
               "Refuted as transcribed: its upper bound of $kappa_n$ is 0, the least that any "
               "kernel can have, and no parameter enters."),
    NoFrontier("asym.gap.G2",
               "Refuted as transcribed: a unit that slides keeps its loss above $25\\/26$ of the "
               "start; with Filippov's selection there is a frontier (asym.gap.G2.selection)."),
    NoFrontier("asym.gap.G12",
               "Refuted as transcribed: it compares two widths, 2000 and $T_1$, and bounds no "
               "property of a network."),
    NoFrontier("asym.gap.G6",
               "Refuted as transcribed: the mean update it wants away from 0 is exactly 0 for odd "
               "activations and for balanced samples; for its mean square see asym.gap.G11."),
    NoFrontier("asym.gap.G7",
               "Refuted as transcribed: the mean change it wants away from 0 is exactly 0 for two "
               "orthogonal samples, at every width and every $gamma < 1$."),
)  # fmt: skip
