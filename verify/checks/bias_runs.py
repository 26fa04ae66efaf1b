"""Followed runs for the checks of gradient descent and flow with large bias.

`scale` in a cell enlarges the weights and biases of the start by that factor: the kernel stays,
and the share of neurons near their boundary shrinks, so that the hypotheses of the convergence
theorem, which speak of the start only, hold at moderate widths.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from theory.bias.training import MOVEMENT, MOVEMENT_FLOW
from theory.formula import Formula
from verify.checks.bias_networks import limit_kernel, network_of, rows, signs
from verify.networks.descent import GradientDescent
from verify.networks.relu_flow import relu_gradient_flow
from verify.networks.shallow import ShallowNetwork
from verify.networks.tangent import tangent_gram

Array = np.ndarray
Cell = Mapping[str, Any]
LATE = 200  # steps between two kernels, on long runs


def lazy_network(cell: Cell, d: int, rng: np.random.Generator) -> ShallowNetwork:
    """Antisymmetric start (f = 0), enlarged by the cell's scale."""
    network = network_of(cell, d, rng, antisymmetric=True)
    return network.with_weights(network.weights * cell.get("scale", 1))


def labels_of(n: int) -> Array:
    """1, -1, 1, ...: as far from constant as labels get."""
    return np.where(np.arange(n) % 2 == 0, 1.0, -1.0)


def start_of(cell: Cell, network: ShallowNetwork, X: Array, y: Array) -> dict[str, float]:
    """The numbers of the theorem at the start, and the slack of its hypotheses."""
    n, m = len(X), len(network.weights)
    gram = tangent_gram(network, X)
    kappa = float(np.linalg.eigvalsh(limit_kernel(cell["data"], cell["B"]))[0])
    residual = network.outputs(X) - y
    return {
        "n": n,
        "m": m,
        "kappa": kappa,
        "gram_top": float(np.linalg.eigvalsh(X @ X.T + 1)[-1]),
        "initial_residual": float(np.linalg.norm(residual)),
        "alignment": float(residual @ np.linalg.solve(gram, residual)),
        "eigenvalue_slack": float(np.linalg.eigvalsh(gram)[0]) / kappa - 0.75,
    }


def band(figures: Mapping[str, float], network: ShallowNetwork, X: Array, radius: float) -> float:
    """nu, the greatest share of neurons within sqrt(2) R of a sample's boundary."""
    near = np.abs(network.preactivations(X)) <= sqrt(2) * radius
    return float(near.mean(axis=1).max())


def observe_descent(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Gradient descent at eta = 1/L until the residual is a hundredth of its start.

    factor: greatest k-th root of |r(k)|/S. moved: farthest neuron; travelled: all parameters;
    least: least eigenvalue of H(k) over the steps inspected.
    """
    X = rows(cell["data"])
    y = labels_of(len(X))
    network = lazy_network(cell, X.shape[1], rng)
    figures: dict[str, Any] = start_of(cell, network, X, y)
    radius = float(value(MOVEMENT, figures))
    figures["band_share"] = band(figures, network, X, radius)
    figures["band_slack"] = figures["kappa"] / (16 * len(X)) - figures["band_share"]
    figures["step_size"] = 1 / figures["gram_top"]
    descent = GradientDescent(network, X, y, step=figures["step_size"])
    start, factor, moved, least = figures["initial_residual"], 0.0, 0.0, np.inf
    ratio, k = 1.0, 0
    while ratio > 1e-2 and k < 5000:
        descent.step()
        k += 1
        ratio = sqrt(2 * descent.loss()) / start
        factor = max(factor, ratio ** (1 / k))
        if k % LATE == 0 or ratio <= 1e-2:
            change = descent.weights - network.weights
            moved = max(moved, float(np.sqrt((change**2).sum(axis=1).max())))
            least = min(least, float(np.linalg.eigvalsh(tangent_gram(descent.network, X))[0]))
    if ratio > 1e-2:
        return {**figures, "factor": np.nan, "moved": np.nan, "least": np.nan, "travelled": np.nan}
    travelled = float(np.linalg.norm(descent.weights - network.weights))
    return {
        **figures,
        "factor": factor,
        "moved": moved,
        "least": least,
        "travelled": travelled,
        "steps": k,
    }


def observe_flow(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """The exact gradient flow for all t >= 0; rate: its slowest mean decay of |r|."""
    X = rows(cell["data"])
    y = labels_of(len(X))
    network = lazy_network(cell, X.shape[1], rng)
    figures: dict[str, Any] = start_of(cell, network, X, y)
    radius = float(value(MOVEMENT_FLOW, figures))
    figures["band_share"] = band(figures, network, X, radius)
    figures["band_slack"] = figures["kappa"] / (16 * len(X)) - figures["band_share"]
    record = relu_gradient_flow(network, X, y)
    if not record.tail_closed:
        return {**figures, "rate": np.nan, "moved": np.nan}
    ends = np.isfinite(record.times) & (record.times > 0)
    rates = np.log(record.losses[0] / record.losses[ends]) / record.times[ends] / 2
    return {
        **figures,
        "rate": float(min(rates.min(initial=np.inf), record.least_eigenvalues[-1])),
        "moved": float(record.movement_bound.max()),
        "events": len(record.event_times),
    }


def value(form: Formula, figures: Mapping[str, Any]) -> float:
    """A formula at the numbers of a run."""
    with np.errstate(divide="ignore", invalid="ignore"):  # wrong ones may divide by a share of 0
        return float(form.float64(**{s.symbol.name: figures[s.symbol.name] for s in form.symbols}))


def applies(figures: Mapping[str, Any]) -> bool:
    """Whether the theorem's hypotheses on the start hold."""
    return bool(figures["eigenvalue_slack"] >= 0 and figures["band_slack"] >= 0)


def observe_threshold(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Whether the loss falls at every step, for steps c/lambda_max(H(0)), c in the cell."""
    X = rows(cell["data"])
    y = signs(len(X), rng)
    network = network_of(cell, X.shape[1], rng)
    top = float(np.linalg.eigvalsh(tangent_gram(network, X))[-1])
    monotone = []
    for c in cell["multiples"]:
        descent = GradientDescent(network, X, y, step=c / 100 / top)
        losses = [descent.step() for _ in range(cell["steps"])]
        monotone.append(bool((np.diff(losses) < 0).all()))
    return {"monotone": monotone}
