"""Checks of what trained networks show on random samples of the sphere.

Every run draws samples, labels 1 and -1 and a network; eta = 1/lambda_max(H(0)). Runs at
different biases share samples, labels, signs and the directions of the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from theory.bias.data_spectrum import data_spectrum
from theory.bias.orthant_float64 import orthant_float64
from theory.bias.tails import TAIL
from verify.checks.bias_cells import grid
from verify.checks.bias_networks import active_shares, bias_of, network_of, signs, sphere
from verify.engines import Sample, Slope
from verify.engines.sample import Means, Violations
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork
from verify.networks.tangent import tangent_gram
from verify.statistics.models import Variance

Array = np.ndarray
Cell = Mapping[str, Any]
MOST_STEPS = 3000
NETWORKS = 32
MOST_RUNS = Fraction(1, 4)

RUNS = grid(n=(10,), d=(5,), m=(4000,), B=("1",))
SPEEDS = (
    {"n": 10, "d": 20, "m": 4000, "B": ("0", "1/2")},
    {"n": 10, "d": 20, "m": 4000, "B": ("1/2", "1")},
)
DRIFTS = ({"n": 10, "d": 5, "m": 4000, "B": ("0", "2")},)
DATA = (
    {"n": 10, "d": 5, "B": "0"},
    {"n": 10, "d": 5, "B": "2"},
    {"n": 20, "d": 10, "B": "0"},
)
FULL = (
    *grid(n=(10,), d=(5, 20), m=(20_000,), B=("1", "2")),
    *grid(n=(20,), d=(20,), m=(20_000,), B=("1", "2")),
)


def _trained(
    network: ShallowNetwork, X: Array, y: Array, stop: float = 1e-3
) -> tuple[ShallowNetwork, int]:
    """The network once |r| <= stop |r(0)|, or after MOST_STEPS, and the number of steps."""
    top = float(np.linalg.eigvalsh(tangent_gram(network, X))[-1])
    descent = GradientDescent(network, X, y, step=1 / top)
    goal, steps = descent.loss() * stop**2, 0
    while steps < MOST_STEPS and descent.step() > goal:
        steps += 1
    return descent.network, steps


def _pair(cell: Cell, rng: np.random.Generator) -> tuple[Array, Array, list[ShallowNetwork]]:
    """Samples, labels and networks that differ in their bias only."""
    X, y = sphere(cell["n"], cell["d"], rng), signs(cell["n"], rng)
    first = network_of({**cell, "B": cell["B"][0]}, cell["d"], rng)
    networks = []
    for bias in cell["B"]:
        weights = first.weights.copy()
        weights[:, -1] = -bias_of(bias)
        networks.append(first.with_weights(weights))
    return X, y, networks


def _starts(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Mean active share of fresh networks."""
    return np.array(
        [
            active_shares(
                network_of(cell, cell["d"], rng), sphere(cell["n"], cell["d"], rng)
            ).mean()
            for _ in range(size)
        ]
    )


def _share_model(cell: Cell) -> Variance:
    """The mean over samples varies at most as one sample's share does: Q (1 - Q)/m."""
    active = float(TAIL.float64(B=bias_of(cell["B"])))
    return Variance(sqrt(active * (1 - active) / cell["m"]))


def _ends(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Mean active share after training over that before."""
    found = []
    for _ in range(size):
        X, y = sphere(cell["n"], cell["d"], rng), signs(cell["n"], rng)
        network = network_of(cell, cell["d"], rng)
        after = active_shares(_trained(network, X, y)[0], X).mean()
        found.append(after / active_shares(network, X).mean())
    return np.array(found)


def _speeds(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Steps at the greater bias over steps at the smaller one, to 10^-6 of the residual."""
    found = []
    for _ in range(size):
        X, y, networks = _pair(cell, rng)
        first, second = (_trained(network, X, y, 1e-6)[1] for network in networks)
        found.append(second / first)
    return np.array(found)


def _drifts(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Share of the least eigenvalue lost at the smaller bias over that at the greater one."""
    found = []
    for _ in range(size):
        X, y, networks = _pair(cell, rng)
        lost = []
        for network in networks:
            before = np.linalg.eigvalsh(tangent_gram(network, X))[0]
            after = np.linalg.eigvalsh(tangent_gram(_trained(network, X, y)[0], X))[0]
            lost.append(1 - after / before)
        found.append(abs(lost[0]) / lost[1] if lost[1] > 0 else np.inf)
    return np.array(found)


def _distances(cell: Cell, rng: np.random.Generator) -> dict[str, list[float]]:
    """Root mean square of |H(0) - H_inf|_F over NETWORKS networks at each width."""
    X, widths = sphere(cell["n"], cell["d"], rng), (100, 200, 400, 800, 1600)
    limit, logs = data_spectrum(X, bias_of(cell["B"])).matrix, []
    for m in widths:
        squares = [
            np.linalg.norm(tangent_gram(network_of({**cell, "m": m}, cell["d"], rng), X) - limit)
            ** 2
            for _ in range(NETWORKS)
        ]
        logs.append(float(np.log(np.mean(squares)) / 2))
    return {"x": np.log(widths).tolist(), "y": logs}


def _scaled(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """kappa exp(B^2/2) of random samples."""
    bias = bias_of(cell["B"])
    found = [
        data_spectrum(sphere(cell["n"], cell["d"], rng), bias).least_eigenvalue for _ in range(size)
    ]
    return np.array(found) * np.exp(bias**2 / 2)


def _key(cell: Cell) -> str:
    return f"{cell['n']}/{cell['d']}/{cell['B']}"


def _inside(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """1 where the least eigenvector of H_inf lies in the region R."""
    bias, found = bias_of(cell["B"]), []
    for _ in range(size):
        kernel = data_spectrum(sphere(cell["n"], cell["d"], rng), bias)
        v = np.linalg.eigh(kernel.matrix)[1][:, 0]
        p = orthant_float64(bias, kernel.correlations)
        M = p - p[~np.eye(len(v), dtype=bool)].min()
        np.fill_diagonal(M, 0)
        found.append(float(v @ M @ v >= 0))
    return np.array(found)


CHECKS = (
    Sample(
        claim="bias.exp.sparsity",
        part="start",
        draw=_starts,
        target=lambda cell, form: form[0].ball(B=Fraction(cell["B"])),
        test=Means("==", _share_model, tolerance=0.05),
        cells=grid(n=(10,), d=(5,), m=(1000,), B=("0", "1", "2")),
        n_max=2000,
        fails_if="the mean active share of fresh networks is another number",
    ),
    Sample(
        claim="bias.exp.sparsity",
        part="end",
        draw=_ends,
        target=lambda cell, form: float(form[1]),
        test=Violations(float(MOST_RUNS)),
        cells=RUNS,
        n_max=200,
        fails_if="in more than a quarter of the runs the share does not shrink",
    ),
    Sample(
        claim="bias.exp.sparsity",
        part="end",
        profile="full",
        draw=_ends,
        target=lambda cell, form: float(form[1]),
        test=Violations(0.5),
        cells=FULL,
        n_max=200,
        fails_if="in more than half of the runs the share does not shrink",
    ),
    Sample(
        claim="bias.exp.speed",
        draw=_speeds,
        target=lambda cell, form: float(form),
        test=Violations(float(MOST_RUNS)),
        cells=SPEEDS,
        n_max=200,
        fails_if="in more than a quarter of the runs the greater bias saves less",
    ),
    Slope(
        claim="bias.exp.kernel",
        replicate=_distances,
        exponent=float,
        cells=grid(n=(10,), d=(5,), B=("0", "1")),
        allowance=0.05,
        allowance_because="the mean square is exactly proportional to 1/m, and the logarithm of a "
        "mean over 32 networks is biased alike at every width: what is left is the resolution",
        replicates=24,
        fails_if="the exponent is another number",
    ),
    Sample(
        claim="bias.exp.drift",
        draw=_drifts,
        target=lambda cell, form: 1 / form,
        test=Violations(float(MOST_RUNS)),
        cells=DRIFTS,
        n_max=200,
        fails_if="in more than a quarter of the runs the dense network loses the greater share",
    ),
    *(
        Sample(
            claim="bias.exp.lmin",
            part=part,
            draw=draw,
            target=target,
            test=Violations(level),
            cells=DATA,
            n_max=1500,
            fails_if=f"{part}: more frequent than {level}",
        )
        for part, draw, target, level in (
            (
                "lower end",
                lambda cell, rng, size: -_scaled(cell, rng, size),
                lambda cell, form: -form[_key(cell)][0],
                0.1,
            ),
            ("upper end", _scaled, lambda cell, form: form[_key(cell)][1], 0.1),
            ("in the region", _inside, lambda cell, form: Fraction(1, 2), 0.05),
        )
    ),
)
