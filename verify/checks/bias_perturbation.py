"""Checks of the start and of the perturbation lemmas, with networks that attain them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
import sympy

from theory.bias.kernel import OUTPUT_VARIANCE
from theory.bias.perturbation import (
    cross_row_sum,
    kernel_row_sum,
    products_change_at_most_as_their_factors,
    step_residuals,
)
from theory.bias.symbols import B, band_share
from theory.claim import Form
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.notation import n
from verify.checks import bias_runs as runs
from verify.checks.bias_cells import grid
from verify.checks.bias_networks import bias_of, network_of, rows
from verify.checks.bias_witness import observe_gradient_step, observe_witness
from verify.engines import Derive, Follow, Sample
from verify.engines.sample import Means
from verify.statistics.models import Variance

Array = np.ndarray
Cell = Mapping[str, Any]
_R = sympy.Rational


def _outputs(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|f(0)|^2/n of fresh networks."""
    X = rows(cell["data"])
    found = [np.mean(network_of(cell, X.shape[1], rng).outputs(X) ** 2) for _ in range(size)]
    return np.array(found)


def _output_model(cell: Cell) -> Variance:
    """Var of the mean of f_i^2 is at most E f^4 - s^4 <= 2 s^4 + E (g - B)_+^4/m, E <= 3/2."""
    square = float(OUTPUT_VARIANCE.float64(B=bias_of(cell["B"])))
    return Variance(sqrt(2 * square**2 + 1.5 / cell["m"]))


def _moments(form: Formula) -> list[sympy.Expr]:
    """s^2 = E (g - B)_+^2 is what has second derivative 2 Q, s^2(0) = 1/2 and slope -2 phi(0)."""
    expr = form.expr
    return [
        expr.diff(B, 2) - 2 * tail(B),
        expr.subs(B, 0) - _R(1, 2),
        expr.diff(B).subs(B, 0) + 2 * density(sympy.Integer(0)),
    ]


def _kernel_rows(form: Formula) -> Any:
    if not products_change_at_most_as_their_factors():
        return False
    return form.expr - kernel_row_sum(n, band_share)


def _cross_rows(form: Form) -> list[sympy.Expr]:
    return [*step_residuals(form[1]), form[0].expr - cross_row_sum(n, band_share)]


def _kernel_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    return runs.value(form, figures) / figures["kernel_change"] - 1


def _cross_margin(figures: Cell, cell: Cell, form: Form) -> float:
    return runs.value(form[0], figures) / figures["cross_change"] - 1


def _identity_margin(figures: Cell, cell: Cell, form: Form) -> float:
    """1 minus the error of r(k+1) = (I - eta M) r(k) over what rounding can do."""
    return 1 - figures["errors"][form[1]] / figures["rounding"]


_WITNESSES = grid(n=(3, 10), B=("0", "2"))
_STEPS = (
    {"n": 5, "d": 3, "m": 1000, "B": "0", "steps": 20},
    {"n": 10, "d": 5, "m": 1000, "B": "1", "steps": 20},
    {"n": 10, "d": 5, "m": 1000, "B": "2", "steps": 20},
)
_SUMS = "sums of at most a thousand terms: below 10^-12 relative"


def _perturbed(claim: str, observe: Any, margin: Any, cells: Any, why: str, **more: Any) -> Follow:
    return Follow(
        claim=claim,
        observe=observe,
        margin=margin,
        cells=cells,
        allowance=1e-10,
        allowance_because=_SUMS,
        fails_if=why,
        **more,
    )


CHECKS = (
    Derive(
        claim="bias.init.out",
        residual=_moments,
        fails_if="it is not the solution of s'' = 2 Q with the values of E (g - B)_+^2 at B = 0",
    ),
    Sample(
        claim="bias.init.out",
        draw=_outputs,
        target=lambda cell, form: form.ball(B=Fraction(cell["B"])),
        test=Means("==", _output_model, tolerance=0.2),
        cells=grid(data=("spread",), m=(200,), B=("0", "1")),
        n_max=6000,
        fails_if="the mean of |f(0)|^2/n is another number",
    ),
    Derive(
        claim="bias.pert.kernel",
        role="step",
        residual=_kernel_rows,
        assumptions=("the spectral norm of a symmetric matrix is at most its greatest row sum",),
        fails_if="the row sum of the changed entries is another, or some activities break it",
    ),
    Derive(
        claim="bias.pert.cross",
        role="step",
        residual=_cross_rows,
        assumptions=("the spectral norm is at most the root of greatest row times column sum",),
        fails_if="a step of two symbolic neurons is not (I - eta M) r, or a row sum is another",
    ),
    _perturbed(
        "bias.pert.kernel",
        observe_witness,
        _kernel_margin,
        _WITNESSES,
        "a network that is built to attain it exceeds the bound",
        part="witness",
        repetitions=1,
    ),
    _perturbed(
        "bias.pert.kernel",
        observe_gradient_step,
        _kernel_margin,
        _STEPS,
        "descent changes the kernel by more than the bound at the radius travelled",
        part="descent",
        repetitions=2,
    ),
    _perturbed(
        "bias.pert.cross",
        observe_witness,
        _cross_margin,
        _WITNESSES,
        "a network that is built to attain it exceeds the bound",
        part="witness",
        repetitions=1,
    ),
    _perturbed(
        "bias.pert.cross",
        observe_gradient_step,
        _identity_margin,
        _STEPS,
        "a step differs from (I - eta M) r by more than rounding can do",
        part="identity",
        repetitions=2,
    ),
)
