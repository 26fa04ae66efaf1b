"""Checks of the gaps in the widths (G3, G4, G5, G10, G12) and of the ladder of widths."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.asymmetric import gap_change, ladder
from theory.asymmetric import gap_widths as gap
from theory.asymmetric.convergence import RELU_WIDTHS
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.asymmetric.scaling import scaling_power_sum
from theory.formula import Formula
from theory.notation import d, n
from theory.rigor.balls import ball, working_precision
from verify.check import Check
from verify.checks import asymmetric_networks as net
from verify.checks.asymmetric_scaling import grid
from verify.engines import Derive, Enclose, Sample
from verify.engines.derive import vanishes
from verify.engines.enclose import Side
from verify.engines.sample import Violations
from verify.evidence import Outcome

Cell = Mapping[str, Any]

DELTA = Fraction(1, 10)
# gamma and alpha of the experiments with gamma < 1
SETTINGS = ({"gamma": "1/2", "alpha": "7/10"}, {"gamma": "1/5", "alpha": "1/2"})
STEPS = tuple(ladder.ladder(ladder.Problem("A")))


def at_data(cell: Cell, form: Formula) -> arb:
    """A formula of the widths at a data set, delta = 1/10, C = 1 and gamma = 1/2."""
    entry = DATA_SETS[cell["data"]]
    known: dict[str, Any] = {
        "n": entry.n, "d": entry.d, "kappa": kappa(entry.X), "gamma": Fraction(1, 2),
        "delta": DELTA, "label_bound": 1,
    }  # fmt: skip
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _at_least(quotient: sympy.Expr) -> Any:
    """A ratio of bounds is at least one, and one at the edge: what must vanish."""
    edge = gap.defect_at_the_edge(quotient)
    if vanishes(edge)[0] is not Outcome.HOLDS:
        return edge
    return gap.negative_parts(quotient)


def _weights(cell: Cell) -> tuple[Fraction, Fraction]:
    return Fraction(cell["gamma"]), Fraction(cell["alpha"])


def _limit(cell: Cell, form: Formula) -> Side:
    gamma, alpha = _weights(cell)
    return form.ball(gamma=gamma, alpha=alpha)


def _draw_flip_mass(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """sum_ij (gamma/m) |x_i|^2 1{|w_j.x_i| <= c_j |x_i|} over sum |x_i|^2."""
    features, _ = net.inputs(cell["data"])
    norms = np.linalg.norm(features, axis=1)
    z = net.preactivations(cell["data"], rng, size, int(cell["m"]))
    flips = np.abs(z) <= _radii(cell)[:, None] * norms
    share = float(Fraction(cell["gamma"])) / int(cell["m"])
    return share * (flips @ norms**2).sum(axis=1) / (norms**2).sum()


def _radii(cell: Cell) -> np.ndarray:
    return float(Fraction(cell["radius"])) * np.sqrt(net.scaling_of(cell))


def _flip_mass_bound(cell: Cell, form: Formula) -> float:
    gamma, m = float(Fraction(cell["gamma"])), int(cell["m"])
    mass = gamma / m * float(_radii(cell).sum())
    values = {"displacement": mass, "gamma": gamma, "m": m, "failure": 0.1}
    return float(form.float64(**{s.symbol.name: values[s.symbol.name] for s in form.symbols}))


def _draw_conditioning(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """-eig_min(Theta(W_0))/(gamma kappa/2), above -1 when the start is ill-conditioned."""
    with working_precision(80):
        scale = float((kappa(DATA_SETS[cell["data"]].X) * ball(Fraction(cell["gamma"]))).upper())
    return -net.draw_least_eigenvalue(cell, rng, size) / (scale / 2)


def _sharp_width_met(cell: Cell, form: Formula) -> float:
    """-1 if the cell's width meets the claimed one at p = 1/10, else 0: nothing is promised."""
    at = ladder.problem(cell)
    norm, _, _ = at.sizes
    asked = form.ball(
        squared_operator_norm=norm, n=DATA_SETS[at.name].n, d=DATA_SETS[at.name].d,
        kappa=at.kappa, failure=DELTA,
    )  # fmt: skip
    return -1.0 if asked <= cell["m"] else 0.0


def _redundant(term: int) -> tuple[Check, ...]:
    """T3 against T1 or T2: for all data by positivity, and on every data set."""

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        return at_data(cell, RELU_WIDTHS[term]) * at_data(cell, form), at_data(cell, RELU_WIDTHS[3])

    return (
        Derive(
            claim=f"asym.gap.G3.T{term}",
            residual=lambda form: _at_least(gap.width_ratio(term) / form.expr),
            fails_if="with kappa <= 1/(2d) the ratio is not a polynomial that starts at the bound",
        ),
        Enclose(
            claim=f"asym.gap.G3.T{term}",
            sides=sides,
            cells=grid(data=tuple(DATA_SETS)),
            fails_if="on a data set the third term is smaller than claimed",
        ),
    )


CHECKS = (
    *_redundant(1),
    *_redundant(2),
    Derive(
        claim="asym.gap.G4.factor",
        residual=lambda form: _at_least((gap_change.root_term() * d / n / form.expr) ** 4),
        fails_if="with kappa <= 1/(2d) and D_0^2 >= 1/d the second term can be smaller",
    ),
    Enclose(
        claim="asym.gap.G4",
        part="every width",
        sides=lambda cell, form: (
            _limit(cell, form),
            scaling_power_sum(*_weights(cell), cell["m"], Fraction(3, 2)),
        ),
        cells=tuple(cell | {"m": m} for cell in SETTINGS for m in (1, 100, 10**8)),
        max_bits=256,
        vary={"gamma": ("1/100", 1), "alpha": ("1/10", "9/10")},
        fails_if="the sum of lambda^(3/2) lies below its limit at some width",
    ),
    Enclose(
        claim="asym.gap.G4",
        part="vacuous",
        sides=lambda cell, form: (
            ball(Fraction(cell["gamma"])) * ball(DELTA) ** ball(Fraction(5, 2)) / 2**11,
            _limit(cell, form),
        ),
        cells=SETTINGS,
        relation="<",
        fails_if="at n = 1 and delta = 1/10 the second term of (d) is below n/d in the limit",
    ),
    Derive(
        claim="asym.gap.G4.threshold",
        residual=gap_change.threshold_defect,
        fails_if="at the threshold (d) is not n/d",
    ),
    Enclose(
        claim="asym.gap.G4.threshold",
        sides=lambda cell, form: (10**13, at_data(cell, form) ** -4),
        cells=grid(data=("A", "D", "E")),
        relation="<",
        fails_if="on sets A, D, E a width of 10^13 is enough for (d) to say something",
    ),
    Derive(
        claim="asym.gap.G5",
        role="step",
        residual=lambda form: form.expr / gap.linear_width() - 1,
        fails_if="the entrywise chain gives another constant",
    ),
    Enclose(
        claim="asym.gap.G5",
        role="step",
        sides=lambda cell, form: (
            at_data(cell, form),
            ladder.width_of({**cell, "step": "entrywise, Markov, n"}),
        ),
        cells=grid(data=("B", "E")),
        relation="==",
        digits=12,
        fails_if="the row of the ladder that takes the same route has another width",
    ),
    Derive(
        claim="asym.gap.G5.gain",
        residual=lambda form: RELU_WIDTHS[3].expr / gap.LINEAR_WIDTH.expr / form.expr - 1,
        fails_if="the ratio of the two widths is another expression",
    ),
    Derive(
        claim="asym.gap.G10",
        role="step",
        residual=lambda form: form.expr / gap.sharp_width() - 1,
        fails_if="Chernoff's first form at eps = 1/2 asks for another width",
    ),
    Sample(
        claim="asym.gap.G10",
        draw=_draw_conditioning,
        target=_sharp_width_met,
        test=Violations(0.1),
        cells=({"data": "E", "activation": "relu", "gamma": "1", "alpha": "1/2", "m": 698},),
        n_max=300,
        fails_if="more than a tenth of the networks at the sharper width start ill-conditioned",
    ),
    Derive(
        claim="asym.gap.G12.least",
        residual=lambda form: _at_least(RELU_WIDTHS[1].expr / form.expr),
        fails_if="with kappa <= 1/(2d) the first term can be smaller",
    ),
    Enclose(
        claim="asym.gap.G12",
        sides=lambda cell, form: (
            form.ball(n=gap.EXPERIMENTS[cell["experiment"]], delta=Fraction(9, 10)),
            gap.EXPERIMENT_WIDTH,
        ),
        cells=grid(experiment=tuple(gap.EXPERIMENTS)),
        fails_if="even at delta = 9/10 the first width term exceeds 2000",
    ),
    Derive(
        claim="asym.ladder.flips",
        role="step",
        residual=lambda form: form.expr - ladder.flip_mass_by_hoeffding(),
        fails_if="Hoeffding for m terms of size gamma/m gives another deviation",
    ),
    Sample(
        claim="asym.ladder.flips",
        draw=_draw_flip_mass,
        target=_flip_mass_bound,
        test=Violations(0.1),
        cells=({"data": "E", "gamma": "1/2", "alpha": "7/10", "m": 60, "radius": "1/2"},),
        n_max=1000,
        fails_if="the flip mass exceeds the bound in more than a tenth of the draws",
    ),
    Enclose(
        claim="asym.ladder",
        part="solved",
        role="step",
        sides=lambda cell, form: (
            ladder.ladder(ladder.problem(cell))[cell["step"]].change(form(cell)),
            ladder.problem(cell).allowance,
        ),
        cells=grid(data=("E",), step=STEPS),
        relation="==",
        digits=12,
        fails_if="at a row's width its bound of the change is not gamma kappa/4",
    ),
    Enclose(
        claim="asym.ladder",
        part="gain",
        role="step",
        sides=lambda cell, form: (form(cell), ladder.width_of({**cell, "step": ladder.CANONICAL})),
        cells=grid(data=("E",), step=STEPS),
        relation="<",
        fails_if="a sharpened proof asks for more than the theorem",
    ),
)
