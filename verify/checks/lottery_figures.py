"""Checks of the paper's figures (fig.*) that speak of spectra and rates.

Those on recovery and initialisation stand with `lottery_phase`, those on errors with
`lottery_estimation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb

from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.acceleration import DESCENT_RATE, ONE_NEURON_RATE, RATE
from theory.lottery.network import problem, read_mask, read_weights
from theory.lottery.orthonormal import CONDITION
from theory.lottery.spectrum import DISJOINT_CONDITION, hessian_extremes
from theory.rigor.balls import ball
from verify.checks.lottery_acceleration import one_neuron_rate, optimal_rate
from verify.checks.lottery_problems import SIMULATED, Cell, as_array, random_nested
from verify.engines import Enclose, Follow, Search
from verify.engines.enclose import Side

ROUNDING = 1e-7  # eigenvalues err by 1e-15 of the greatest, which is 10^6 of the least at most
SINGULAR = 1e-6  # below this share of the greatest eigenvalue a condition number is not judged


def _rates(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Mean optimal rate of one neuron over r, and the regression on sqrt(r)."""
    sizes = cell["r"]
    rates = np.array([one_neuron_rate(r, cell["N"], rng, 6) for r in sizes])
    root = np.sqrt(sizes)
    slope, offset = np.polyfit(root, rates, 1)
    rest = np.sum((slope * root + offset - rates) ** 2) / np.sum((rates - np.mean(rates)) ** 2)
    limit = [float(ONE_NEURON_RATE.ball(kept=r, samples=cell["N"])) for r in sizes]
    return {
        "r": list(sizes),
        "rate": rates.tolist(),
        "limit": limit,
        "slope": float(slope),
        "R2": 1 - float(rest),
    }


def _rates_margin(figures: Mapping[str, Any], cell: Cell, form: Formula) -> float:
    """Room of the slope to 10 % around the form's, and of R^2 above 0.995 (in units of 0.05)."""
    slope = float(form.ball(kept=100, samples=cell["N"])) / 10
    return min(0.1 - abs(figures["slope"] / slope - 1), (figures["R2"] - 0.995) * 20)


def _spectra(cell: Cell) -> list[np.ndarray]:
    teacher = as_array(cell["teacher"])
    return [
        np.linalg.eigvalsh(arrays.teacher_matrix(teacher, np.array(cell[name], bool)))
        for name in ("mask", "larger")
    ]


def _nested_ratio(cell: Cell, form: Fraction) -> float:
    """form times the condition number after pruning, over the one before."""
    small, large = _spectra(cell)
    if large[0] < SINGULAR * large[-1]:
        return 0.0
    after, before = small[-1] / small[0], large[-1] / large[0]
    return float(form) * float(after / before) - ROUNDING


def nested_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    teacher = read_weights(cell["teacher"], "teacher")
    values = []
    for name in ("mask", "larger"):
        least, greatest = hessian_extremes(problem(teacher, None, read_mask(cell[name])))
        values.append(greatest / ball(least))
    return ball(form) * values[0], values[1]


def _rate_after_pruning(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Optimal rates of A-hat for nested masks around one teacher, one sample."""
    d, n = 12, cell["N"]
    support = np.array([[int((c - 4 * j) % d < 3) for c in range(d)] for j in range(3)])
    teacher = rng.standard_normal((3, d)) * support
    x, sizes, rates = rng.standard_normal((n, d)), (3, 6, 9, 12), []
    for r in sizes:
        kept = np.array([[(c - 4 * j) % d < r for c in range(d)] for j in range(3)])
        g = arrays.features(teacher, x, kept)
        rates.append(optimal_rate(g.T @ g / n))
    return {"r": list(sizes), "rate": rates}


def _rate_after_margin(figures: Mapping[str, Any], cell: Cell, form: Fraction) -> float:
    """Least relative gain of a pruning step; the form claims a factor."""
    rates = figures["rate"]
    gains = [large / (float(form) * small) - 1 for small, large in pairwise(rates)]
    return min(gains) + 1e-6


def _constant(cell: Cell, K: int) -> arb:
    """sqrt(K)(1 - heavy ball) or K (1 - descent) for K neurons."""
    orthonormal = cell["teacher"] == "orthonormal"
    kappa = (CONDITION if orthonormal else DISJOINT_CONDITION).ball(neurons=K)
    if cell["method"] == "momentum":
        return arb(K).sqrt() * (1 - RATE.ball(condition=kappa))
    return K * (1 - DESCENT_RATE.ball(condition=kappa))


def _constant_sides(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    index = 2 * (cell["teacher"] == "disjoint") + (cell["method"] == "descent")
    limit = form[index].ball()
    return abs(_constant(cell, cell["K"]) - limit), limit / 50


def _constants(cell: Cell) -> dict[str, Any]:
    """The constant over the number of neurons, for the report."""
    sizes = [2, 4, 10, 30, 100, 300, 1000, 3000, 10**4]
    return {"sizes": sizes, "constants": [float(_constant(cell, K)) for K in sizes]}


CHECKS = (
    Follow(
        claim="lottery.fig.rate",
        cells=({"r": [5, 10, 20, 40, 80, 160], "N": 1000},),
        observe=_rates,
        margin=_rates_margin,
        allowance=0.01,
        allowance_because="rates are means of 6 with deviation 1 %: the slope is good to 1 %",
        repetitions=2,
        assumptions=(SIMULATED,),
        fails_if="slope or linearity of the mean rate over sqrt(r) miss the criterion",
    ),
    Search(
        claim="lottery.fig.nested",
        part="condition",
        propose=random_nested,
        ratio=_nested_ratio,
        certify=nested_certify,
        batches=2,
        tries=200,
        fails_if="an adversary finds nested masks of which the smaller is worse conditioned",
    ),
    Follow(
        claim="lottery.fig.nested",
        part="rate",
        cells=({"N": 150}, {"N": 400}),
        observe=_rate_after_pruning,
        margin=_rate_after_margin,
        allowance=1e-7,
        allowance_because="float eigenvalues; 1e-6 of room lets equal rates pass",
        repetitions=3,
        assumptions=(SIMULATED,),
        fails_if="on a sample the smaller mask has a worse optimal rate",
    ),
    Enclose(
        claim="lottery.fig.acc",
        cells=tuple(
            {"K": 10**4, "teacher": teacher, "method": method}
            for teacher in ("orthonormal", "disjoint")
            for method in ("momentum", "descent")
        ),
        sides=_constant_sides,
        picture=_constants,
        fails_if="a constant at K = 10^4 is farther than 2 % from its limit",
    ),
)
