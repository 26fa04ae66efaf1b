"""Checks of what pruning a weight costs, or gains (prune.obs, k1_exact, breakeven)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import scipy
import sympy
from sympy import cos, pi, sin

from theory.claim import Form
from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.symbols import pruned_angle
from verify.checks.lottery_problems import (
    Array,
    Cell,
    unit_rows,
)
from verify.engines import Derive, Follow, Sample
from verify.engines.sample import Means
from verify.networks.local_fit import local_minimiser
from verify.statistics.models import Variance


def _pruning_problem(cell: Cell, rng: np.random.Generator) -> tuple[Array, Array]:
    """A random teacher whose weight (1, 1) has the cell's size, and the mask without it."""
    teacher = unit_rows(rng, cell["K"], cell["d"])
    teacher[0, 0] = float(Fraction(cell["weight"]))
    kept = np.ones(teacher.shape, bool)
    kept[0, 0] = False
    return teacher, kept


def _pruned_cost(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Population cost of deleting the weight, the others re-optimised from the teacher."""
    teacher, kept = _pruning_problem(cell, rng)

    def unpack(free: Array) -> Array:
        student = np.zeros_like(teacher)
        student[kept] = free
        return student

    def cost(free: Any) -> float:
        return arrays.loss(unpack(free), teacher) * 1e4

    def slope(free: Any) -> Any:
        return arrays.gradient(unpack(free), teacher)[kept] * 1e4

    found = scipy.optimize.minimize(
        cost,
        teacher[kept],
        jac=slope,
        method="BFGS",
        tol=1e-8,
    )
    matrix = arrays.hessian(teacher, teacher)
    return {
        "cost": float(found.fun) / 1e4,
        "inverse": float(np.linalg.inv(matrix)[0, 0]),
        "diagonal": float(matrix[0, 0]),
    }


def _cost_margin(figures: Any, cell: Cell, form: Form) -> float:
    weight = float(Fraction(cell["weight"]))
    predicted = form(weight, figures["inverse"], figures["diagonal"])
    # The factor is 1 - c w; c is about 1 to 2 at well-conditioned teachers, 20 is allowed.
    return 20 * weight - abs(figures["cost"] / predicted - 1)


def _one_neuron_cost(form: Formula) -> Any:
    """min over scales t of t^2/4 - t h + 1/4, h the kernel at the angle psi."""
    t = sympy.Dummy("t", positive=True)
    h = (sin(pruned_angle) + (pi - pruned_angle) * cos(pruned_angle)) / (2 * pi)
    half_mse = t**2 / 4 - t * h + sympy.Rational(1, 4)
    (best,) = sympy.solve(sympy.diff(half_mse, t), t)
    # The angle to the kept coordinates is least along the kept part: h falls in the angle.
    yield sympy.diff(h, pruned_angle) + (pi - pruned_angle) * sin(pruned_angle) / (2 * pi)
    yield form.expr - half_mse.subs(t, best)


def _break_even_teacher(cell: Cell) -> tuple[Array, float]:
    """A fixed teacher whose weight (1, 1) is t standard errors, and its [H^-1]_qq."""
    teacher = unit_rows(np.random.default_rng(5), 2, 5)
    teacher[0, 0] = 0.0
    inverse = float(np.linalg.inv(arrays.hessian(teacher, teacher))[0, 0])
    sigma, n = float(Fraction(cell["sigma"])), cell["N"]
    teacher[0, 0] = float(Fraction(cell["t"])) * sigma * np.sqrt(inverse / n)
    return teacher, inverse


def break_even_draws(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """N/sigma^2 times the change of the excess risk by pruning weight (1, 1), paired."""
    teacher, _ = _break_even_teacher(cell)
    sigma, n = float(Fraction(cell["sigma"])), cell["N"]
    full = np.ones(teacher.shape, bool)
    pruned = full.copy()
    pruned[0, 0] = False
    changes: list[float] = []
    while len(changes) < size:
        x = rng.standard_normal((n, teacher.shape[1]))
        y = np.maximum(x @ teacher.T, 0).mean(axis=1) + sigma * rng.standard_normal(n)
        fits = [local_minimiser(teacher, x, y, kept) for kept in (full, pruned)]
        if fits[0] is not None and fits[1] is not None:
            risks = [2 * arrays.loss(fit, teacher) for fit in fits if fit is not None]
            changes.append(n / sigma**2 * (risks[1] - risks[0]))
    return np.array(changes)


def _break_even_target(cell: Cell, form: Formula) -> float:
    teacher, inverse = _break_even_teacher(cell)
    values = {
        "pruned_weight": teacher[0, 0],
        "noise": float(Fraction(cell["sigma"])),
        "samples": cell["N"],
        "inverse_entry": inverse,
    }
    return float(form.float64(**values))


CHECKS = (
    Follow(
        claim="lottery.prune.obs",
        cells=tuple({"K": K, "d": d, "weight": "1/200"} for K, d in ((2, 4), (3, 5))),
        observe=_pruned_cost,
        margin=_cost_margin,
        allowance=0.005,
        allowance_because="BFGS leaves a gradient below 1e-12, hence a cost good to 1e-8 of 1e-5",
        repetitions=2,
        fails_if="the re-optimised cost misses the prediction by more than 20 |w| (a tenth)",
    ),
    Derive(
        claim="lottery.prune.k1_exact",
        residual=_one_neuron_cost,
        fails_if="minimising over the scale gives another cost",
    ),
    Sample(
        claim="lottery.prune.breakeven",
        cells=tuple({"t": t, "sigma": "1/20", "N": 400} for t in ("1/4", "2")),
        draw=break_even_draws,
        target=_break_even_target,
        test=Means("==", lambda cell: Variance(1.8), tolerance=0.5),
        n_max=2000,
        assumptions=(
            "t^2 - z^2 with standard normal z has standard deviation sqrt(2) to first order; "
            "1.8 is declared, with room for the second",
        ),
        fails_if="paired simulations change the risk by another amount",
    ),
)
