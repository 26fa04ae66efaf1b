"""Training runs that record what is asked for, at the steps asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory.exact import InputError
from verify.networks.activations import Array
from verify.networks.descent import GradientDescent
from verify.networks.shallow import ShallowNetwork
from verify.networks.tangent import tangent_gram

Recorder = Callable[[ShallowNetwork], Any]


def train(
    descent: GradientDescent,
    *,
    record_at: Iterable[int],
    recorders: Mapping[str, Recorder] | None = None,
) -> dict[str, Array]:
    """Run to the last step of ``record_at``; arrays with one entry a recorded step.

    record_at    step numbers >= 0, counted from the present state; 0 records it as it is
    recorders    name -> function of the network; "step" and "loss" are always recorded

    Raises InputError for no steps or a negative one.

    >>> from verify.networks.shallow import student_network
    >>> descent = GradientDescent(student_network([[1.0]]), [[1.0]], [3.0], step=0.5)
    >>> train(descent, record_at=[0, 2])["loss"]
    array([2.   , 0.125])
    """
    steps = sorted(set(record_at))
    if not steps or steps[0] < 0:
        raise InputError(f"record_at = {steps}", "at least one step number >= 0")
    wanted = dict(recorders or {})
    rows: dict[str, list[Any]] = {name: [] for name in ("step", "loss", *wanted)}
    done = 0
    for stop in steps:
        for _ in range(stop - done):
            descent.step()
        done = stop
        rows["step"].append(stop)
        rows["loss"].append(descent.loss())
        for name, recorder in wanted.items():
            rows[name].append(recorder(descent.network))
    return {name: np.array(values) for name, values in rows.items()}


def standard_recorders(start: ShallowNetwork, inputs: ArrayLike) -> dict[str, Recorder]:
    """What most claims speak about: movement of units, tangent kernel, activity.

    movement            |w_j - w_j(0)|, (m,)
    least_eigenvalue    of the tangent-kernel Gram matrix
    kernel_change       its spectral-norm distance from the start
    active_fraction     mean over pairs of 1{sigma' != 0}
    """
    x = np.asarray(inputs)
    weights, gram = start.weights.copy(), tangent_gram(start, x)
    return {
        "movement": lambda network: np.linalg.norm(network.weights - weights, axis=1),
        "least_eigenvalue": lambda network: np.linalg.eigvalsh(tangent_gram(network, x))[0],
        "kernel_change": lambda network: np.linalg.norm(tangent_gram(network, x) - gram, 2),
        "active_fraction": lambda network: (network.slopes(x) != 0).mean(),
    }
