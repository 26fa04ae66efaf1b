"""Checks of Theorems 4.1 and 4.2: constants by derivation, conclusions along trajectories."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import sympy

from theory.asymmetric import derivation
from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH
from theory.asymmetric.convergence import output_moment
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.asymmetric.scaling import scaling_power_sum
from theory.exact import gram
from theory.formula import Formula
from theory.rigor.balls import ball, ball_matrix, current_precision, working_precision
from theory.rigor.spectra import greatest_eigenvalue
from verify.checks import asymmetric_flows as flows
from verify.checks.asymmetric_scaling import grid, read
from verify.engines import Derive, Enclose, Follow
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
Steps = derivation.Steps

RELU_CELLS = (
    {"data": "E", "gamma": "1/2", "alpha": "7/10", "m": 40},
    {"data": "D", "gamma": "1/2", "alpha": "7/10", "m": 100},
    {"data": "E", "gamma": "1", "alpha": "1/2", "m": 1000},
)
# At gamma = 1 some networks of width 40, and rare ones of width 100, miss (a) by up to a tenth.
KEPT_CELLS = grid(data=("E",), gamma=("1/2", "1"), alpha=("7/10",), m=(40, 100, 1000))
FULL_CELLS = (
    *grid(data=("D", "E", "F"), gamma=("1/2",), alpha=("7/10",), m=(100, 1000, 10_000)),
    {"data": "E", "gamma": "1", "alpha": "1/2", "m": 10_000},
    {"data": "F", "gamma": "1/5", "alpha": "1/2", "m": 10_000},
)
SMOOTH_CELLS = (
    {"data": "B", "activation": "tanh", "gamma": "1/2", "alpha": "7/10", "m": 100},
    {"data": "D", "activation": "sin_shifted", "gamma": "1", "alpha": "1/2", "m": 100},
)
EXACT_BECAUSE = (
    "the flow is exact between events; times, losses and weights carry rounding errors of at "
    "most about 10^-9 relative after some thousand events"
)
STEPPED_BECAUSE = "steps of relative tolerance 10^-9, some thousand of them: 10^-5 relative at most"

relu_steps = cache(derivation.relu_steps)
smooth_steps = cache(derivation.smooth_steps)


def _same(derived: sympy.Expr) -> Any:
    """Residual of a form against what the chain gives; ratios simplify best."""
    return lambda form: sympy.powsimp(sympy.expand(form.expr - derived))


def free_change(cell: Cell) -> Side:
    """|X|_2^2/d: what the Gram matrix can change at all."""
    return _free_change_of(cell["data"], current_precision())


@lru_cache(maxsize=16)
def _free_change_of(data: str, bits: int) -> Side:
    entry = DATA_SETS[data]
    return greatest_eigenvalue(ball_matrix(gram(entry.X))) / entry.d


def change_bound(cell: Cell, form: Formula) -> Side:
    values = _change_values(tuple(sorted(cell.items())), current_precision())
    return form.ball(**{s.symbol.name: values[s.symbol.name] for s in form.symbols})


@lru_cache(maxsize=64)
def _change_values(items: tuple[tuple[str, Any], ...], bits: int) -> dict[str, Any]:
    """What bound (d) depends on; the same for the claim and all its mutants."""
    cell = dict(items)
    entry, at = DATA_SETS[cell["data"]], read({k: v for k, v in items if k != "activation"})
    gamma, alpha, m = at["gamma"], at["alpha"], int(at["m"])
    name = cell.get("activation", "relu")
    values: dict[str, Any] = {
        "n": entry.n, "d": entry.d, "kappa": kappa(entry.X, name), "gamma": gamma,
        "delta": Fraction(1, 10), "label_bound": 1,
        "weight_sum_three_halves": scaling_power_sum(gamma, alpha, m, Fraction(3, 2)),
        "weight_sum_squares": scaling_power_sum(gamma, alpha, m, Fraction(2)),
    }  # fmt: skip
    if name != "relu":
        values["curvature"] = Formula(SMOOTH[name].curvature).ball()
        values["output_moment"] = output_moment(name, entry.d)
    return values


def _smooth_travel(figures: Cell, cell: Cell, form: Formula) -> float:
    with working_precision(64):
        moment = float(ball(output_moment(cell["activation"], DATA_SETS[cell["data"]].d)).mid())
    return flows.travel_margin(figures, cell, form, output_moment=moment)


def _decay_factor(form: Formula) -> float:
    """c in a claimed decay exp(-c kappa' t)."""
    return float(-sympy.expand_log(sympy.log(form.expr), force=True) / (sym.decay * sym.time))


def _along(claim: str, observe: Any, margin: Any, cells: Any, **more: Any) -> Follow:
    exact = observe is flows.observe_relu
    return Follow(
        claim=claim,
        observe=observe,
        margin=margin,
        cells=cells,
        allowance=1e-6 if exact else 1e-5,
        allowance_because=EXACT_BECAUSE if exact else STEPPED_BECAUSE,
        role="without Width",  # far below the width asked for: more than the theorem promises
        **more,
    )


def _flow_checks(claim: str, observe: Any, margin: Any, cells: Any) -> tuple[Follow, ...]:
    quick = _along(
        claim,
        observe,
        margin,
        cells,
        repetitions=2,
        fails_if="a followed network violates the conclusion",
    )
    if observe is not flows.observe_relu:
        return (quick,)
    full = _along(
        claim,
        observe,
        margin,
        FULL_CELLS,
        repetitions=8,
        profile="full",
        fails_if="one of many followed networks violates the conclusion",
    )
    return quick, full


def _derived(claim: str, derived: Any) -> Derive:
    return Derive(
        claim=claim,
        role="step" if claim[-1] in "abcd" else "direct",
        residual=lambda form: _same(derived())(form),
        fails_if="the chain from the lemmas and the failure budgets gives another constant",
    )


CHECKS = (
    *(_derived(f"asym.thm4_1.T{k}", lambda k=k: relu_steps().widths[k - 1]) for k in (1, 2, 3)),
    *(_derived(f"asym.thm4_2.T{k}", lambda k=k: smooth_steps().widths[k - 1]) for k in (1, 2)),
    _derived(
        "asym.thm4_2.quadratic",
        lambda: sympy.simplify(smooth_steps().widths[1] / smooth_steps().widths[2]),
    ),
    *(
        _derived(f"asym.{theorem}.{letter}", derive)
        for theorem in ("thm4_1", "thm4_2")
        for letter, derive in (
            ("a", derivation.eigenvalue_left),
            ("b", derivation.decay_rate),
        )
    ),
    _derived("asym.thm4_1.c", lambda: relu_steps().movement),
    _derived("asym.thm4_2.c", lambda: smooth_steps().movement),
    _derived("asym.thm4_1.d", lambda: relu_steps().ntg_change),
    _derived("asym.thm4_2.d", lambda: smooth_steps().ntg_change),
    *_flow_checks("asym.thm4_1.a", flows.observe_relu, flows.eigenvalue_margin, KEPT_CELLS),
    *_flow_checks("asym.thm4_1.b", flows.observe_relu, flows.rate_margin, RELU_CELLS),
    *_flow_checks("asym.thm4_1.c", flows.observe_relu, flows.travel_margin, RELU_CELLS),
    *_flow_checks("asym.thm4_2.a", flows.observe_smooth, flows.eigenvalue_margin, SMOOTH_CELLS),
    *_flow_checks("asym.thm4_2.b", flows.observe_smooth, flows.rate_margin, SMOOTH_CELLS),
    *_flow_checks("asym.thm4_2.c", flows.observe_smooth, _smooth_travel, SMOOTH_CELLS),
    *(
        Enclose(
            claim=claim,
            sides=lambda cell, form: (free_change(cell), change_bound(cell, form)),
            cells=cells,
            free=free_change,
            start_bits=96,
            max_bits=96,  # kappa of tanh is an integral: more bits cost minutes and decide nothing
            fails_if="the bound is below |X|^2/d, which no network exceeds",
        )
        for claim, cells in (
            (
                "asym.thm4_1.d",
                grid(data=("A", "D", "E"), gamma=("1/2", "1"), alpha=("7/10",), m=(100, 10**7)),
            ),
            (
                "asym.thm4_2.d",
                grid(
                    data=("B",),
                    activation=("tanh", "sin"),
                    gamma=("1/2", "1"),
                    alpha=("7/10",),
                    m=(100, 10**6),
                ),
            ),
        )
    ),
    Follow(
        claim="asym.lemD1.decay",
        observe=flows.observe_smooth,
        margin=lambda figures, cell, form: figures["literal"] / _decay_factor(form) - 1,
        cells=SMOOTH_CELLS,
        allowance=1e-5,
        allowance_because=STEPPED_BECAUSE,
        repetitions=2,
        fails_if="a smooth network decays more slowly than its least eigenvalue so far allows",
    ),
    Follow(
        claim="asym.lemD1.movement",
        observe=flows.observe_smooth,
        margin=flows.farthest_margin,
        cells=SMOOTH_CELLS,
        allowance=1e-5,
        allowance_because=STEPPED_BECAUSE,
        repetitions=2,
        fails_if="a unit of a smooth network moves farther than its least eigenvalue allows",
    ),
)
