"""Checks of gradient descent and flow: constants by derivation, runs within the hypotheses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log
from typing import Any

import sympy
from flint import arb

from theory.bias.claims_descent import BAND
from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue
from theory.bias.symbols import band_share, gram_top, initial_residual, step_size
from theory.bias.training import CROSS_CHANGE, KERNEL_CHANGE
from theory.claim import Form
from theory.formula import Formula
from theory.notation import kappa, m, n
from verify.checks import bias_runs as runs
from verify.checks.bias_cells import grid
from verify.engines import Derive, Enclose, Follow
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
_R = sympy.Rational
OWN_WIDTH = {"data": "orthogonal", "m": 1_406_000, "B": "0"}
ENLARGED = (
    {"data": "cloud 10 in 5", "m": 20_000, "B": "0", "scale": 50_000},
    {"data": "cloud 20 in 20", "m": 20_000, "B": "1", "scale": 50_000},
)
SMALL = (
    {"data": "pair", "m": 4000, "B": "0", "scale": 10_000},
    {"data": "orthogonal", "m": 4000, "B": "1", "scale": 10_000},
)
FLOWS = (
    {"data": "pair", "m": 4000, "B": "0", "scale": 300},
    {"data": "orthogonal", "m": 4000, "B": "1", "scale": 300},
)
FULL = (
    {"data": "orthogonal", "m": 4_720_000, "B": "1/2"},
    *grid(data=("pair", "orthogonal"), m=(20_000,), B=("2",), scale=(10_000,)),
    *grid(
        data=("spread", "cloud 10 in 5", "cloud 20 in 20"),
        m=(20_000,),
        B=("0", "1/2", "1"),
        scale=(50_000,),
    ),
)
ROUNDING = (
    "sums of m terms of size scale/sqrt(m) are off by at most m 2^-53 of their size: 10^-5 of the "
    "start's residual for m = 20000 and scale 50000, 10^-3 of the last one, and less at the other "
    "cells; the decay of the first step, at least 1/400, is off by 1/250 of itself"
)


def _rate_margin(figures: Cell, cell: Cell, form: Form) -> float:
    """Least of the three relative margins; NaN where a hypothesis fails."""
    return _unconditional(figures, cell, form) if runs.applies(figures) else float("nan")


def _unconditional(figures: Cell, cell: Cell, form: Form) -> float:
    factor, moved, kept = (runs.value(part, figures) for part in form)
    return min(
        log(figures["factor"]) / log(factor) - 1,
        moved / figures["moved"] - 1,
        figures["least"] / kept - 1,
    )


def _flow_margin(figures: Cell, cell: Cell, form: Form) -> float:
    if not runs.applies(figures):
        return float("nan")
    rate, moved = (runs.value(part, figures) for part in form)
    return min(figures["rate"] / rate - 1, moved / figures["moved"] - 1)


def _bound_margin(name: str) -> Any:
    def margin(figures: Cell, cell: Cell, form: Formula) -> float:
        if not runs.applies(figures):
            return float("nan")
        return runs.value(form, figures) / figures[name] - 1

    return margin


def _chain() -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """Least eigenvalue kept, contraction of one step, and eta times the sum of its powers."""
    at_band = {band_share: BAND.expr}
    kept = _R(3, 4) * kappa - KERNEL_CHANGE.expr.subs(at_band)
    factor = 1 - step_size * kept + step_size * CROSS_CHANGE.expr.subs(at_band)
    return sympy.simplify(kept), sympy.expand(factor), sympy.simplify(step_size / (1 - factor))


def _convergence(form: Form) -> list[sympy.Expr]:
    kept, factor, total = _chain()
    speed = sympy.sqrt(gram_top / m) * initial_residual
    return [form[0].expr - factor, form[1].expr / (speed * total) - 1, form[2].expr - kept]


def _flow(form: Form) -> list[sympy.Expr]:
    kept = _chain()[0]
    speed = sympy.sqrt(gram_top / m) * initial_residual
    return [form[0].expr - kept, form[1].expr * kept / speed - 1]


def _one_neuron(form: Formula) -> sympy.Expr:
    return form.expr / (sympy.sqrt(gram_top / m) * initial_residual * _chain()[2]) - 1


def _all_parameters(form: Formula) -> sympy.Expr:
    """Residuals differ by 6 n nu eta (sum) a step, features by at most sqrt(2 n nu)."""
    total = _chain()[2]
    cross = KERNEL_CHANGE.expr + CROSS_CHANGE.expr
    pattern = sympy.sqrt(2 * n * band_share)
    alignment = sympy.Symbol("alignment", nonnegative=True)
    found = [s for s in form.expr.free_symbols if s.name == "alignment"]
    main = sympy.sqrt(found[0] if found else alignment)
    return sympy.expand(
        form.expr
        - main
        - initial_residual * total * (cross * sympy.sqrt(gram_top) * total + pattern)
    )


def _speed(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """log of the contraction at B over that of the dense network, at the same constant."""
    samples, bias = data_set(cell["data"]), Fraction(cell["B"])
    now, dense = (
        kernel_least_eigenvalue(samples, bias),
        kernel_least_eigenvalue(samples, Fraction(0)),
    )
    step = form.ball(**({"B": bias} if form.symbols else {}))
    return abs((step * now**2 / dense**2).log()), arb(2).log()


def _threshold_margin(figures: Cell, cell: Cell, form: int) -> float:
    """1 when exactly the steps below form/lambda_max descend monotonically, else -1."""
    expected = [c < 100 * form for c in cell["multiples"]]
    return 1.0 if figures["monotone"] == expected else -1.0


def _followed(claim: str, observe: Any, margin: Any, cells: Any, **more: Any) -> Follow:
    rates = margin in (_rate_margin, _unconditional)
    return Follow(
        claim=claim,
        observe=observe,
        margin=margin,
        cells=cells,
        allowance=1e-2 if rates else 1e-3,
        allowance_because=ROUNDING,
        **more,
    )


CHECKS = (
    Derive(
        claim="bias.conv.gd",
        role="step",
        residual=_convergence,
        fails_if="the perturbation lemmas at nu = kappa/(16 n) give other constants",
    ),
    _followed(
        "bias.conv.gd",
        runs.observe_descent,
        _rate_margin,
        (OWN_WIDTH, *ENLARGED),
        repetitions=1,
        fails_if="a run whose start satisfies the hypotheses is slower or moves farther",
    ),
    _followed(
        "bias.conv.gd",
        runs.observe_descent,
        _unconditional,
        ({"data": "cloud 10 in 5", "m": 1000, "B": "0"},),
        role="without Band",
        fails_if="far below its width a run is slower than guaranteed",
    ),
    _followed(
        "bias.conv.gd",
        runs.observe_descent,
        _rate_margin,
        FULL,
        repetitions=3,
        profile="full",
        fails_if="one of many runs is slower or moves farther",
    ),
    Derive(
        claim="bias.conv.gf",
        role="step",
        residual=_flow,
        fails_if="the perturbation lemma at nu = kappa/(16 n) gives other constants",
    ),
    _followed(
        "bias.conv.gf",
        runs.observe_flow,
        _flow_margin,
        FLOWS,
        repetitions=2,
        fails_if="an exact flow whose start satisfies the hypotheses is slower or moves farther",
    ),
    Follow(
        claim="bias.step",
        observe=runs.observe_threshold,
        margin=_threshold_margin,
        cells=grid(
            data=("cloud 10 in 5",),
            m=(20_000,),
            B=("0", "1"),
            multiples=((150, 190, 220),),
            steps=(40,),
        ),
        allowance=0.5,
        allowance_because="the margin is 1 or -1: a loss falls at a step or it does not",
        repetitions=3,
        fails_if="descent at 1.9 is not monotone, or at 2.2 it is",
    ),
    Derive(
        claim="bias.move.neuron",
        role="step",
        residual=_one_neuron,
        fails_if="the contraction's geometric sum gives another constant",
    ),
    _followed(
        "bias.move.neuron",
        runs.observe_descent,
        _bound_margin("moved"),
        SMALL,
        fails_if="a neuron moves farther",
    ),
    Derive(
        claim="bias.move.frob",
        role="step",
        residual=_all_parameters,
        fails_if="the two non-linear parts and the geometric sums give another bound",
    ),
    _followed(
        "bias.move.frob",
        runs.observe_descent,
        _bound_margin("travelled"),
        tuple({**cell, "scale": 100_000} for cell in SMALL),
        fails_if="the parameters together move farther; without flips the main term is attained",
    ),
    Enclose(
        claim="bias.fast",
        sides=_speed,
        cells=grid(data=("cloud 10 in 5", "cloud 20 in 3", "spread"), B=("1", "2")),
        fails_if="the contraction changes by more than a factor 2",
    ),
    Enclose(
        claim="bias.fast",
        role="without Crowded",
        sides=_speed,
        cells=grid(data=("axes",), B=("1", "2")),
        fails_if="orthonormal samples: the contraction changes by more than a factor 2",
    ),
)
