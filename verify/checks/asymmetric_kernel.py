"""Checks of the mean kernel, its least eigenvalue and Proposition 3.3."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from theory.asymmetric import mean_ntg, prop3_1, prop3_3
from theory.asymmetric.activations import NAMES, SMOOTH
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.asymmetric.kernel import scaled_gram
from theory.asymmetric.scaling import scaling_power_sum
from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks.asymmetric_networks import draw_gram_departure, preactivations, slopes
from verify.checks.asymmetric_scaling import grid, read
from verify.engines import Derive, Enclose, Sample
from verify.engines.enclose import Side
from verify.engines.sample import Means
from verify.statistics.models import Bounded

Cell = Mapping[str, Any]

# Nearly orthogonal samples: kappa is within 10^-3 of a diagonal entry, so constants show.
NEARLY_ORTHOGONAL = {"X": [["1", "0"], ["1/1000", "999/1000"]], "activation": "relu"}

# Set A at a quarter of its size: a bound that forgets the norms is sixteen times too large.
SHORT = {"X": [["1/4", "0"], ["3/20", "1/5"]]}


def _pair(cell: Cell) -> tuple[Fraction, Fraction, Fraction]:
    """s11, s12, s22 of the first two samples of a set."""
    s = scaled_gram(DATA_SETS[cell["data"]].X)
    return s[0][0], s[0][1], s[1][1]


def _relu_entry(cell: Cell, form: Formula) -> tuple[Side, Side]:
    rho = Fraction(cell["rho"])
    claimed = form.ball(inner_product=Fraction(1, 3), cosine=rho, d=3)
    return claimed, mean_ntg.orthant_by_integral(rho) / 3


def _draw_products(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """sigma'(u) sigma'(v) at the first two samples of a set."""
    z = preactivations(cell["data"], rng, size)[:, :2]
    return np.prod(slopes(cell["activation"], z), axis=1)


def _relu_target(cell: Cell, form: Formula) -> Side:
    s11, s12, s22 = _pair(cell)
    # data sets A and B have rational norms, so the cosine is exact
    cosine = Fraction(s12) / Fraction(sqrt(s11 * s22)).limit_denominator(10**6)
    d = len(DATA_SETS[cell["data"]].X[0])
    return form.ball(inner_product=s12, cosine=cosine, d=d) / ball(s12)


def _smooth_upper(cell: Cell, form: Form) -> tuple[Side, Side]:
    X = prop3_1.samples(cell)
    least = min(dot(x, x) for x in X) / len(X[0])
    return kappa(X, cell["activation"]), form(cell["activation"], least)


def _relu_upper(cell: Cell, form: Formula) -> tuple[Side, Side]:
    X = prop3_1.samples(cell)
    least = min(dot(x, x) for x in X)
    return kappa(X, "relu"), form.ball(squared_norm=least, d=len(X[0]))


def _departure_target(cell: Cell, form: Form) -> Side:
    at = read({k: cell[k] for k in ("gamma", "alpha", "m")})
    X = DATA_SETS[cell["data"]].X
    return form(X, cell["activation"], at["gamma"], at["alpha"], int(at["m"]))


def _departure_range(cell: Cell) -> Bounded:
    """Entries of Theta and Theta* are at most |s_ik| in size, of one sign for the ReLU."""
    squares = sum(float(entry) ** 2 for row in _covariance(cell) for entry in row)
    return Bounded(0, squares if cell["activation"] == "relu" else 4 * squares)


def _covariance(cell: Cell) -> tuple[tuple[Fraction, ...], ...]:
    return scaled_gram(DATA_SETS[cell["data"]].X)


def _limit(cell: Cell, form: Formula) -> tuple[Side, Side]:
    at = read(cell)
    gamma, alpha, m = at["gamma"], at["alpha"], int(at["m"])
    finite = scaling_power_sum(gamma, alpha, m, Fraction(2))
    return abs(finite - form.ball(gamma=gamma, alpha=alpha)), prop3_3.limit_gap(gamma, alpha, m)


DATA = grid(data=tuple(DATA_SETS))

CHECKS = (
    Enclose(
        claim="asym.ntg.relu",
        sides=_relu_entry,
        cells=grid(rho=("-9/10", "-1/2", "1/10", "1/2", "3/5")),
        relation="==",
        fails_if="a certified integral for the orthant probability excludes the closed form",
    ),
    Sample(
        claim="asym.ntg.relu",
        draw=_draw_products,
        target=_relu_target,
        test=Means("==", lambda cell: Bounded(0, 1)),
        cells=({"data": "A", "activation": "relu"},),
        n_max=60_000,
        fails_if="the mean of sigma'(u) sigma'(v) over drawn weights is off by 5 %",
    ),
    Derive(
        claim="asym.ntg.smooth.sin",
        residual=lambda form: (form.expr - mean_ntg.sin_mean()).rewrite("exp").expand(),
        fails_if="the characteristic function of u + v and u - v gives another kernel",
    ),
    Derive(
        claim="asym.ntg.smooth.sin_shifted",
        residual=lambda form: form.expr - mean_ntg.sin_shifted_mean(),
        fails_if="the characteristic function of u - v gives another kernel",
    ),
    Derive(
        claim="asym.ntg.smooth.erf_scaled",
        residual=lambda form: form.expr**-2 - mean_ntg.erf_scaled_mean() ** -2,
        fails_if="the determinant of I + 2S is another polynomial",
    ),
    Sample(
        claim="asym.ntg.smooth",
        draw=_draw_products,
        target=lambda cell, form: form(cell["activation"], *_pair(cell)),
        test=Means("==", lambda cell: Bounded(-1, 1)),
        cells=tuple({"data": "B", "activation": name} for name in SMOOTH if name != "sigmoid"),
        n_max=40_000,
        fails_if="the mean of sigma'(u) sigma'(v) over drawn weights is off by 5 %",
    ),
    Enclose(
        claim="asym.kappa.positive",
        sides=lambda cell, form: (0, form(cell)),
        cells=(
            *(cell | {"activation": "relu"} for cell in DATA),
            *({"data": "B", "activation": name} for name in NAMES),
        ),
        relation="<",
        fails_if="a certified enclosure of a least eigenvalue reaches zero",
    ),
    Enclose(
        claim="asym.kappa.upper",
        sides=_relu_upper,
        cells=(*DATA, NEARLY_ORTHOGONAL),
        fails_if="a least eigenvalue exceeds a diagonal entry",
    ),
    Enclose(
        claim="asym.kappa.upper.smooth",
        part="1/d",
        sides=lambda cell, form: (
            form(cell["activation"], Fraction(cell["variance"])),
            Fraction(cell["variance"]),
        ),
        cells=grid(activation=tuple(SMOOTH), variance=("1/10", "1")),
        fails_if="at |x|^2/d = 1/d the diagonal entry exceeds 1/d",
    ),
    Enclose(
        claim="asym.kappa.upper.smooth",
        part="diagonal",
        sides=_smooth_upper,
        cells=tuple(NEARLY_ORTHOGONAL | {"activation": name} for name in SMOOTH),
        fails_if="a least eigenvalue exceeds a diagonal entry",
    ),
    Enclose(
        claim="asym.kappa.lower",
        sides=lambda cell, form: (
            form(prop3_1.samples(cell)),
            kappa(prop3_1.samples(cell)),
        ),
        cells=(*DATA, SHORT),
        fails_if="the constructive bound exceeds a certified least eigenvalue",
    ),
    Derive(
        claim="asym.prop3_3.departure",
        residual=lambda form: [
            form.expr - prop3_3.relu_variance(),
            form.expr - prop3_3.relu_variance_from_kernel(),
        ],
        fails_if="p (1-p) is another function of the angle",
    ),
    Derive(
        claim="asym.prop3_3.departure.smooth",
        residual=lambda form: (
            [
                (expr - prop3_3.squares_by_waves()[name]).rewrite("exp").expand()
                for name, expr in (
                    {k: v.expr for k, v in prop3_3.SQUARES.items()} | {"sin": form.expr}
                ).items()
                if name != "erf_scaled"
            ]
            + [
                prop3_3.SQUARES["erf_scaled"].expr ** -2
                - prop3_3.squares_by_waves()["erf_scaled"] ** -2
            ]
        ),
        fails_if="the Gaussian means of the waves are other expressions",
    ),
    Sample(
        claim="asym.prop3_3.identity",
        draw=draw_gram_departure,
        target=_departure_target,
        test=Means("==", _departure_range),
        cells=(
            {"data": "B", "activation": "relu", "gamma": "1/2", "alpha": "1/2", "m": 3},
            {"data": "A", "activation": "sin", "gamma": "1/2", "alpha": "1/2", "m": 3},
        ),
        n_max=120_000,
        fails_if="the mean square distance to the mean kernel is off by 5 %",
    ),
    Enclose(
        claim="asym.prop3_3.limit",
        sides=_limit,
        cells=grid(gamma=("0", "1/5", "1/2"), alpha=("2/5", "7/10"), m=(50, 2000, 10**7)),
        fails_if="the squared weights are farther from their limit than the exact identity allows",
    ),
    Derive(
        claim="asym.prop3_3.pathwise",
        residual=lambda form: form.expr - prop3_3.worst_pathwise(),
        fails_if="the worst choice of signs gives another constant",
    ),
)
