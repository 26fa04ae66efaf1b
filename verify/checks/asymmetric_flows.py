"""Trajectories of finite networks for the checks of Theorems 4.1 and 4.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import scipy

from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.formula import Formula
from theory.rigor.balls import working_precision
from verify.checks import asymmetric_networks as net
from verify.networks.flow_record import FlowRecord
from verify.networks.relu_flow import relu_gradient_flow
from verify.networks.shallow import ShallowNetwork, asymmetric_network
from verify.networks.tangent import tangent_gram

Array = np.ndarray
Cell = Mapping[str, Any]
DELTA, LABEL_BOUND = 0.1, 1.0


@dataclass(frozen=True)
class Ending:
    """An event of `solve_ivp` that ends the integration where the function is zero."""

    function: Callable[[float, Array], float]
    terminal: bool = True

    def __call__(self, t: float, state: Array) -> float:
        return self.function(t, state)


def relu_flow(cell: Cell, rng: np.random.Generator) -> FlowRecord:
    """The exact flow of one fresh network, for all t >= 0."""
    entry = DATA_SETS[cell["data"]]
    X = np.array([[float(value) for value in row] for row in entry.X])
    network = asymmetric_network(net.scaling_of(cell), entry.d, rng=rng)
    return relu_gradient_flow(network, X, net.inputs(cell["data"])[1])


def observe_relu(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Least eigenvalue, slowest decay and movement over all t >= 0; NaN if not followed so far.

    Between events log L is convex, so the slowest mean decay is at an event or in the tail,
    where it is twice the least eigenvalue.
    """
    record = relu_flow(cell, rng)
    if not record.tail_closed:
        return {"least": np.nan, "rate": np.nan, "travel": [], "reason": record.reason}
    ends = np.isfinite(record.times) & (record.times > 0)
    with np.errstate(divide="ignore"):  # a loss of 0 has fallen at an infinite rate
        rates = np.log(record.losses[0] / record.losses[ends]) / record.times[ends]
    tail = 2 * record.least_eigenvalues[-1]
    return {
        "least": float(record.least_eigenvalues.min()),
        "kept": float(record.least_eigenvalues.min()) / promised(cell),
        "rate": float(min(rates.min(initial=np.inf), tail)),
        "travel": _extremes(record.movement_bound, net.scaling_of(cell)),
        "events": len(record.event_times),
        "unique": record.unique,
    }


def promised(cell: Cell) -> float:
    """gamma kappa/4, what Theorem 4.1 (a) promises of the least eigenvalue."""
    with working_precision(64):
        least = kappa(DATA_SETS[cell["data"]].X, cell.get("activation", "relu"))
    return float(least.mid()) * _fraction(cell["gamma"]) / 4


def _extremes(movement: Array, weights: Array) -> list[list[float]]:
    """(lambda_j, movement) of the units that travel farthest, over lambda_j^p, p = 0, 1/2, 1."""
    units = {int(np.argmax(movement / weights**p)) for p in (0, 0.5, 1)}
    return [[float(weights[j]), float(movement[j])] for j in sorted(units)]


def smooth_path(network: ShallowNetwork, X: Array, y: Array) -> tuple[Array, list[Array], Array]:
    """Times, weights and losses of one smooth network until its loss has fallen a million times.

    An explicit method of order 8 with relative tolerance 1e-9 a step. No times at all when the
    loss does not fall so far until t = 10^5.
    """
    sigma, features = network.activation, network.features(X)
    shape = network.weights.shape

    def velocity(t: float, flat: Array) -> Array:
        z = features @ flat.reshape(shape).T
        residual = y - sigma.value(z) @ network.coefficients
        pull = sigma.slope(z) * residual[:, None]
        return ((pull * network.coefficients).T @ features).ravel()

    def fallen(t: float, flat: Array) -> float:
        return float(np.log(loss(flat) / start) + np.log(1e6))

    def loss(flat: Array) -> float:
        values = sigma.value(features @ flat.reshape(shape).T) @ network.coefficients
        return float(((y - values) ** 2).sum() / 2)

    first = network.weights.ravel()
    start = loss(first)
    flow = scipy.integrate.solve_ivp(
        velocity, (0, 1e5), first, method="DOP853", rtol=1e-9, atol=1e-12, events=Ending(fallen)
    )
    if flow.status != 1:
        return np.empty(0), [], np.empty(0)
    states = [flow.y[:, k].reshape(shape) for k in range(flow.y.shape[1])]
    return flow.t, states, np.array([loss(w.ravel()) for w in states])


def observe_smooth(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """The flow of one smooth network until its loss has fallen a million times.

    `literal` is the least mean decay over twice the least eigenvalue seen so far (Lemma D.1, at
    least 1), `farthest` the movement nearest to the bound of Lemma D.1, with the numbers that
    bound uses.
    """
    entry = DATA_SETS[cell["data"]]
    X = np.array([[float(value) for value in row] for row in entry.X])
    weights = net.scaling_of(cell)
    network = asymmetric_network(weights, entry.d, rng=rng, sigma=cell["activation"])
    times, states, losses = smooth_path(network, X, net.inputs(cell["data"])[1])
    least = np.array(
        [np.linalg.eigvalsh(tangent_gram(network.with_weights(w), X))[0] for w in states]
    )
    if not len(times) or not (least > 0).all():
        return {"least": np.nan, "rate": np.nan, "literal": np.nan, "farthest": {}, "travel": []}
    so_far = np.minimum.accumulate(least)[1:]
    rates = np.log(losses[0] / losses[1:]) / times[1:]
    travel = np.linalg.norm(np.array(states) - network.weights, axis=2)[1:]
    n, d = X.shape
    residual = sqrt(2 * losses[0])
    bound = np.sqrt(n / d) * residual / so_far[:, None] * np.sqrt(weights)
    return {
        "least": float(least.min()),
        "rate": float(rates.min()),
        "literal": float((rates / (2 * so_far)).min()),
        "farthest": _farthest(travel / bound, travel, so_far, weights, residual),
        "travel": _extremes(travel.max(axis=0), weights),
        "steps": len(times),
    }


def _farthest(
    share: Array, travel: Array, least: Array, weights: Array, residual: float
) -> dict[str, float]:
    """The time and unit with the greatest share of the bound, as numbers of Lemma D.1."""
    k, j = np.unravel_index(np.argmax(share), share.shape)
    return {
        "decay": 2 * float(least[k]),
        "weight": float(weights[j]),
        "residual": residual,
        "moved": float(travel[k, j]),
    }


def observe_selection(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Least of log(L_0/L_t) over the integral of eig_min(Theta(theta)), Filippov's selection.

    On each piece the greater of the two end values is integrated, which asks for more.
    """
    record = relu_flow(cell, rng)
    lengths = np.diff(record.times)
    ends = np.isfinite(record.times[1:]) & (record.losses[1:] > 0)
    spent = np.cumsum(np.where(ends, record.selection_eigenvalues.max(axis=1) * lengths, 0.0))
    logs = np.log(record.losses[0] / record.losses[1:][ends])
    return {
        "ratio": float((logs / spent[ends]).min()) if record.tail_closed else np.nan,
        "slides": record.count("pin"),
    }


def value(form: Formula, cell: Cell, **more: float) -> float:
    """A formula of Theorem 4.1 or 4.2 at a cell, delta = 1/10 and C = 1."""
    entry = DATA_SETS[cell["data"]]
    with working_precision(64):
        least = float(kappa(entry.X, cell.get("activation", "relu")).mid())
    known = {
        "n": entry.n, "d": entry.d, "kappa": least, "gamma": float(_fraction(cell["gamma"])),
        "delta": DELTA, "label_bound": LABEL_BOUND, **more,
    }  # fmt: skip
    with np.errstate(invalid="ignore", divide="ignore"):  # wrong formulas may give NaN
        return float(form.float64(**{s.symbol.name: known[s.symbol.name] for s in form.symbols}))


def _fraction(text: str) -> float:
    top, _, bottom = str(text).partition("/")
    return float(top) / float(bottom or 1)


def eigenvalue_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    """Least eigenvalue over its bound, minus one."""
    return figures["least"] / value(form, cell) - 1


def rate_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    """Slowest decay over the claimed rate, minus one."""
    return figures["rate"] / value(form, cell) - 1


def travel_margin(figures: Cell, cell: Cell, form: Formula, **more: float) -> float:
    """One minus the greatest movement over its bound."""
    if not figures["travel"]:
        return float("nan")
    return 1 - max(moved / value(form, cell, weight=w, **more) for w, moved in figures["travel"])


def farthest_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    """One minus the movement that comes nearest to Lemma D.1's bound, over a claimed bound."""
    if not figures["farthest"]:
        return float("nan")
    entry = DATA_SETS[cell["data"]]
    known = {"n": entry.n, "d": entry.d, **figures["farthest"]}
    return 1 - known["moved"] / float(
        form.float64(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})
    )
