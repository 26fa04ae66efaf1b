"""Checks of the share of active neurons: exact binomial tails and networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias.orthant_ball import tail_ball
from theory.claim import Form
from theory.formula import Formula
from theory.notation import m
from theory.rigor.balls import ball
from theory.rigor.binomial import share_above
from verify.checks.bias_cells import at_cell, bias_of, grid, radius_of, share_of
from verify.checks.bias_networks import (
    active_shares,
    network_of,
    sphere,
)
from verify.engines import Derive, Enclose, Sample
from verify.engines.enclose import Side
from verify.engines.sample import Violations

Array = np.ndarray
Cell = Mapping[str, Any]
BIASES = ("0", "1/2", "1", "2")
SHARES = grid(n=(5, 20), m=(1000, 20_000), B=BIASES)
SCALARS = {"B": (0, 4), "delta": ("1/100", "99/100")}
# Few neurons: a bound that is a little smaller lets one more active neuron through.
FEW = (
    {"n": 3, "m": 8, "B": "2", "delta": "3/100"},
    {"n": 10, "m": 6, "B": "2", "delta": "22/25"},
    {"n": 5, "m": 1, "B": "0"},
)
FEW_MOVED = (
    {"n": 10, "m": 6, "B": "5/2", "delta": "37/100"},
    {"n": 2, "m": 20, "B": "5/2", "delta": "7/100", "R": "1"},
    {"n": 3, "m": 20, "B": "1/4", "delta": "13/100", "R": "1"},
    {"n": 2, "m": 8, "B": "5/2", "delta": "13/100"},
)
DRAWN = ({"n": 10, "d": 5, "m": 1000, "B": "1"}, {"n": 20, "d": 3, "m": 1000, "B": "2"})


def _too_many(cell: Cell, form: Formula, shift: arb) -> tuple[Side, Side]:
    """n times the exact probability that one sample's share exceeds the bound, beside delta."""
    active = tail_ball(ball(bias_of(cell)) - shift)
    return cell["n"] * share_above(at_cell(cell, form), cell["m"], active), share_of(cell)


def _shifted(cell: Cell, form: Form) -> tuple[Side, Side]:
    return _too_many(cell, form[0], arb(2).sqrt() * ball(radius_of(cell)))


def _shifted_tail(cell: Cell, form: Form) -> tuple[Side, Side]:
    shift = arb(2).sqrt() * ball(radius_of(cell))
    return tail_ball(ball(bias_of(cell)) - shift), at_cell(cell, form[1])


def _draw_shares(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    found = []
    for _ in range(size):
        network = network_of(cell, cell["d"], rng)
        found.append(active_shares(network, sphere(cell["n"], cell["d"], rng)).max())
    return np.array(found)


def _draw_worst_shares(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Every neuron moved by R towards one sample: the worst parameters of the ball for it."""
    found = []
    for _ in range(size):
        network = network_of(cell, cell["d"], rng)
        X = sphere(cell["n"], cell["d"], rng)
        shares = []
        for x, feature in zip(X, network.features(X), strict=True):
            moved = network.weights + float(radius_of(cell)) * feature / np.linalg.norm(feature)
            shares.append(active_shares(network.with_weights(moved), x[None, :])[0])
        found.append(max(shares))
    return np.array(found)


CHECKS = (
    Enclose(
        claim="bias.sp.init",
        sides=lambda cell, form: _too_many(cell, form, arb(0)),
        cells=(*SHARES, *FEW),
        vary=SCALARS,
        fails_if="n times an exact binomial tail exceeds delta",
    ),
    Sample(
        claim="bias.sp.init",
        draw=_draw_shares,
        target=at_cell,
        test=Violations(lambda cell: float(share_of(cell))),
        cells=DRAWN,
        n_max=600,
        fails_if="more than 1 network in 20 has a greater share on some sample",
    ),
    Derive(
        claim="bias.sp.width45",
        residual=lambda form: sympy.log(m) - form.expr**2 / 2 - sympy.Rational(4, 5) * sympy.log(m),
        fails_if="log(m exp(-B^2/2)) is not 4/5 log m",
    ),
    Enclose(
        claim="bias.sp.train",
        part="share",
        sides=_shifted,
        cells=(*SHARES, *FEW_MOVED),
        vary={**SCALARS, "R": ("1/1000", 1)},
        fails_if="n times an exact binomial tail exceeds delta",
    ),
    Sample(
        claim="bias.sp.train",
        part="share",
        draw=_draw_worst_shares,
        target=lambda cell, form: at_cell(cell, form[0]),
        test=Violations(lambda cell: float(share_of(cell))),
        cells=DRAWN,
        n_max=600,
        fails_if="moving every neuron by R towards a sample activates more in 1 network of 20",
    ),
    Enclose(
        claim="bias.sp.train",
        part="tail",
        sides=_shifted_tail,
        cells=(
            *grid(B=BIASES, R=("1/10", "1/2")),
            {"B": "1/20", "R": "1/1000"},
            {"B": "4", "R": "2"},
            *grid(B=("1/4", "4"), R=("1/100", "1/10")),
        ),
        vary={"B": (0, 6), "R": ("1/1000", 2)},
        fails_if="Q(B - sqrt(2) R) exceeds the bound at a cell",
    ),
)
