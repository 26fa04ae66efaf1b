"""Checks of Theorems 5.1 and 5.2: drawn networks at t = 0 against the closed means."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from theory.asymmetric import section_5
from theory.asymmetric.features import gradient_correlation
from theory.exact import dot
from theory.rigor.balls import ball
from verify.checks import asymmetric_networks as net
from verify.engines import Derive, Enclose, Sample
from verify.engines.sample import Means
from verify.statistics.models import Bounded, Variance

Cell = Mapping[str, Any]

RELU = {"data": "B", "activation": "relu", "gamma": "1/2", "alpha": "1/2", "m": 2, "j": 1, "k": 2}
SHIFTED = RELU | {"activation": "sin_shifted"}
SIN = {"data": "A", "activation": "sin", "gamma": "1/2", "alpha": "1/2", "m": 2, "i": 1}


def _draw_coordinate(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    return net.draw_weight_update(cell, rng, size)[:, int(cell["k"]) - 1]


def _update_model(cell: Cell) -> Variance:
    """Deviation of dw_jk/dt: for the ReLU from the closed second moment.

    For sin(z + pi/4), |sigma'| <= 1 and Cauchy-Schwarz: E (dw_jk/dt)^2 <= lambda_j sum_i x_ik^2/d
    times E|y - u|^2 = sum_i (y_i^2 + 1/2).
    """
    if cell["activation"] == "relu":
        return Variance(sqrt(float(section_5.second_moment(cell).upper())))
    features, y = net.inputs(cell["data"])
    column = features[:, int(cell["k"]) - 1]
    weight = float(net.scaling_of(cell)[int(cell["j"]) - 1])
    return Variance(sqrt(weight * float((column**2).sum() * (y**2 + 1 / 2).sum())))


def _draw_square(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    return (net.draw_weight_update(cell, rng, size) ** 2).sum(axis=1)


def _square_model(cell: Cell) -> Variance:
    """E|dw_j/dt|^4 <= (lambda |X/sqrt d|_2^2)^2 E|y - u|^4, as |sigma'| <= 1.

    E|y-u|^4 <= n sum E(y-u)^4 = n sum (y^4 + 6 y^2 s^2/2 + (9/4) s^4), s^2 = |x|^2/d: odd powers
    of u have mean zero, E u^2 = s^2/2, and E u^4 <= 3 (s^2/2)^2 + (3/2) s^4.
    """
    features, y = net.inputs(cell["data"])
    s2 = (features**2).sum(axis=1)
    fourth = len(y) * float((y**4 + 3 * y**2 * s2 + 9 / 4 * s2**2).sum())
    weight = float(net.scaling_of(cell)[int(cell["j"]) - 1])
    return Variance(weight * float(np.linalg.norm(features, 2)) ** 2 * sqrt(fourth))


def _change_model(cell: Cell) -> Bounded:
    """|sigma'|, |sigma''| <= 1: |dTheta_ik/dt| <= |s_ik| sum_j lambda_j^(3/2) sum_l (|s_il| +
    |s_kl|) |y_l - u_l|, and |u_l| <= sum_j sqrt(lambda_j)."""
    features, y = net.inputs(cell["data"])
    gram, weights = np.abs(features @ features.T), net.scaling_of(cell)
    i, k = int(cell["i"]) - 1, int(cell["k"]) - 1
    reach = (gram[i] + gram[k]) @ (np.abs(y) + np.sqrt(weights).sum())
    largest = float(gram[i, k] * (weights**1.5).sum() * reach)
    return Bounded(-largest, largest)


def _one_point(cell: Cell, form: Any) -> tuple[Any, Any]:
    x = (Fraction(cell["x"]), Fraction(1, 3))
    return form.ball(first_variance=dot(x, x) / 2), ball(gradient_correlation("sin", x, x, x))


CHECKS = (
    Derive(
        claim="asym.thm5_1.drift.relu",
        residual=lambda form: form.expr - section_5.relu_drift(),
        fails_if="the half-line integral of z phi(z) is another number",
    ),
    Derive(
        claim="asym.thm5_1.drift.sin_shifted",
        residual=lambda form: form.expr - section_5.sin_shifted_drift(),
        fails_if="the mean of cos(2u)/2 is another exponential",
    ),
    Sample(
        claim="asym.thm5_1",
        draw=_draw_coordinate,
        target=lambda cell, form: form(cell),
        test=Means("==", _update_model, tolerance=0.1),
        cells=(RELU, SHIFTED),
        n_max=400_000,
        fails_if="the mean first update of a weight is off by a tenth",
    ),
    Sample(
        claim="asym.thm5_1.m2",
        draw=_draw_square,
        target=lambda cell, form: form(cell),
        test=Means("==", _square_model, tolerance=0.1),
        cells=(RELU,),
        n_max=200_000,
        fails_if="the mean square of the first update is off by a tenth",
    ),
    Sample(
        claim="asym.thm5_2",
        draw=net.draw_kernel_change,
        target=lambda cell, form: form(cell),
        test=Means("==", _change_model),
        cells=(SIN | {"k": 1}, SIN | {"k": 2}),
        n_max=400_000,
        fails_if="the mean first change of a kernel entry is off by 5 %",
    ),
    Derive(
        claim="asym.thm5_2.point",
        residual=lambda form: form.expr - section_5.sin_correlation_at_one_point(),
        fails_if="minus the mean of sin^2 cos^2 is another expression",
    ),
    Enclose(
        claim="asym.thm5_2.point",
        sides=_one_point,
        cells=({"x": "1/2"}, {"x": "2/3"}),
        relation="==",
        fails_if="the four waves of the general formula give another value",
    ),
)
