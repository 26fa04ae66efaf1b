"""Checks of the gaps in the hypotheses (G1, G8, G9) and of sliding ReLU units (G2)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from theory.asymmetric import gap_assumptions as gap
from theory.asymmetric import lemma_d2, sliding
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.exact import Matrix
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.checks import asymmetric_flows as flows
from verify.checks.asymmetric_scaling import grid
from verify.engines import Derive, Enclose, Follow
from verify.engines.enclose import Side

Cell = Mapping[str, Any]

SETS = grid(data=("B", "C", "D", "E", "F"))


def samples(cell: Cell) -> Matrix:
    """The rows of a named data set, or the first so many of them."""
    rows = DATA_SETS[cell["data"]].X
    return rows[: cell.get("first", len(rows))]


def _flips(cell: Cell) -> arb:
    """P(|w.x| <= c) for a sample of the cell's norm."""
    return lemma_d2.FLIP_EXACT.ball(radius_bound=Fraction(cell["c"]) / Fraction(cell["norm"]))


def _short_flips(cell: Cell, form: Formula) -> tuple[Side, Side]:
    square = Fraction(cell["norm"]) ** 2
    claimed = form.ball(radius_bound=Fraction(cell["c"]), squared_norm=square)
    return ball(square) * _flips(cell), claimed


CHECKS = (
    Enclose(
        claim="asym.gap.G1",
        sides=lambda cell, form: (Fraction(0), form(samples(cell))),
        cells=SETS,
        relation="<",
        fails_if="a Rayleigh quotient of the linear kernel, an exact fraction, is not positive",
    ),
    Derive(
        claim="asym.gap.G1.leaky",
        part="kernel",
        residual=lambda form: form.expr - gap.leaky_mean_by_cases(),
        fails_if="the four cases of signs give another mean",
    ),
    Enclose(
        claim="asym.gap.G1.leaky",
        part="least eigenvalue",
        sides=lambda cell, form: (
            ball((1 - Fraction(cell["leak"])) ** 2) * kappa(samples(cell)),
            gap.leaky_kappa(samples(cell), Fraction(cell["leak"])),
        ),
        cells=grid(data=("B", "E", "F"), leak=("1/100", "1/5")),
        fails_if="the least eigenvalue of the leaky kernel lies below the ReLU's share of it",
    ),
    Enclose(
        claim="asym.gap.G8",
        sides=lambda cell, form: (_flips(cell), form.ball(radius_bound=Fraction(cell["c"]))),
        cells=grid(norm=("9/10", "1/2", "1/10"), c=("1/10",)),
        fails_if="the exact probability for a sample shorter than one exceeds the bound",
    ),
    Derive(
        claim="asym.gap.G8.repair",
        residual=lambda form: [
            form.expr - gap.flips_of_short_sample(),
            lemma_d2.flip_tangent()[1],
        ],
        fails_if="the probability is not concave in c, or its tangent times |x|^2 is another line",
    ),
    Enclose(
        claim="asym.gap.G8.repair",
        sides=_short_flips,
        cells=grid(norm=("1", "1/2", "1/10"), c=("1/1000", "1/10")),
        fails_if="the exact probability times |x|^2 exceeds the bound",
    ),
    Enclose(
        claim="asym.gap.G9",
        sides=lambda cell, form: (
            least_eigenvalue(gap.matrix_of(gap.with_antipodes(samples(cell)))),
            form(samples(cell)),
        ),
        cells=({"data": "A"}, {"data": "C", "first": 3}),
        fails_if="samples together with their antipodes have a positive least eigenvalue",
    ),
    Enclose(
        claim="asym.gap.G9.antipodal",
        sides=lambda cell, form: (
            least_eigenvalue(gap.matrix_of(gap.with_antipodes(samples(cell)))),
            form(samples(cell)),
        ),
        cells=(
            {"data": "A"},
            {"data": "C", "first": 3},
            {"data": "E", "first": 4},
        ),
        relation="==",
        digits=15,
        fails_if="the certified least eigenvalue of the doubled set excludes the closed form",
    ),
    Enclose(
        claim="asym.gap.G2",
        sides=lambda cell, form: (
            sliding.loss_ratio(Fraction(cell["t"])),
            form.ball(decay=sliding.DECAY_CLAIMED, time=Fraction(cell["t"])),
        ),
        cells=grid(t=("1/10", "1", "10")),
        fails_if="the loss of the sliding unit, in closed form, exceeds the bound",
    ),
    Derive(
        claim="asym.gap.G2.path",
        residual=lambda form: sliding.flow_residual(form()),
        fails_if="the residual of the sliding unit does not obey its equation, or it leaves",
    ),
    Derive(
        claim="asym.gap.G2.selection",
        role="step",
        residual=lambda form: [
            *sliding.chain_rule_by_cases(),
            sliding.decay_constant() - sympy.sympify(form),
        ],
        fails_if="the chain rule fails off or on a kink, or Gronwall gives another constant",
    ),
    Follow(
        claim="asym.gap.G2.selection",
        observe=flows.observe_selection,
        margin=lambda figures, cell, form: figures["ratio"] / float(form) - 1,
        cells=(
            {"data": "A", "gamma": "1/2", "alpha": "1/2", "m": 1000},
            {"data": "E", "gamma": "1", "alpha": "1/2", "m": 100},
        ),
        allowance=1e-6,
        allowance_because="exact between events; the integral takes the greater end value of "
        "each piece, times and losses carry rounding errors of about 10^-9 relative",
        repetitions=3,
        fails_if="the loss of a followed network decays more slowly than Filippov's kernel allows",
    ),
)
