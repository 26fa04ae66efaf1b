"""How many samples recover a pruned teacher: the success map over samples and kept weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from verify.experiments.experiment import Curves, Experiment, Panel, Reading, Streams
from verify.networks.activations import Array
from verify.networks.descent import GradientDescent
from verify.networks.shallow import student_network

KEPT = {"r5": 5, "r10": 10, "r20": 20}
NEURONS = 2
START = 0.3  # relative distance of the start from the teacher
SUCCESS = 1e-3  # relative error that counts as recovery
BLOCK = 50  # steps between two looks at the error
STILL = 1e-7  # a run that moves by less between two looks (relative) cannot cover SUCCESS


def trial(arm: str, parameters: Mapping[str, Any], data: None, streams: Streams) -> Curves:
    """Heavy ball from near the teacher, at every sample size, within the teacher's own mask.

    The neurons' masks are disjoint; those of an arm with fewer weights lie within the others'.
    """
    most, r = max(KEPT.values()), KEPT[arm]
    mask = np.zeros((NEURONS, NEURONS * most))
    for j in range(NEURONS):
        mask[j, j * most : j * most + r] = 1
    teacher = streams("teacher").standard_normal(mask.shape) * mask
    shift = streams("start").standard_normal(mask.shape) * mask
    start = teacher + START * np.linalg.norm(teacher) / np.linalg.norm(shift) * shift
    sizes = parameters["samples"]
    X = streams("data").standard_normal((max(sizes), mask.shape[1]))
    errors = [recover(teacher, start, mask, X[:N], parameters["steps"]) for N in sizes]
    success = [error < SUCCESS for error in errors]
    return {
        "samples": list(map(float, sizes)),
        "success": list(map(float, success)),
        "enough": [float(enough(sizes, success))],
    }


def enough(sizes: Sequence[int], success: Sequence[bool]) -> int:
    """Least size from which on every one succeeds; twice the largest when that one fails.

    >>> enough((8, 16, 32), (True, False, True)), enough((8, 16), (True, False))
    (32, 32)
    """
    last_failure = max((k for k, found in enumerate(success) if not found), default=-1)
    return (*sizes, 2 * sizes[-1])[last_failure + 1]


def recover(teacher: Array, start: Array, mask: Array, X: Array, steps: int) -> float:
    """Relative error of the student after heavy ball with momentum 0.9."""
    targets = student_network(teacher, mask=mask).outputs(X)
    active = (X @ teacher.T > 0)[:, :, None] * mask
    jacobian = (X[:, None, :] * active / NEURONS).reshape(len(X), -1)
    step = len(X) / float(np.linalg.norm(jacobian, 2)) ** 2
    descent = GradientDescent(
        student_network(start, mask=mask), X, targets, step=step, momentum=0.9, loss="half_mean"
    )
    size, error = float(np.linalg.norm(teacher)), START
    for _ in range(steps // BLOCK):
        before = descent.weights.copy()
        for _ in range(BLOCK):
            descent.step()
        error = float(np.linalg.norm(descent.weights - teacher)) / size
        if error < SUCCESS or float(np.linalg.norm(descent.weights - before)) < STILL * size:
            break
    return error


SCALES: dict[str, dict[str, Any]] = {
    "small": {"samples": (8, 11, 16, 23, 32, 45, 64, 90, 128), "steps": 1000},
    "paper": {
        "samples": (8, 10, 11, 13, 16, 19, 23, 27, 32, 38, 45, 54, 64, 76, 90, 108, 128),
        "steps": 3000,
    },
}

EXPERIMENT = Experiment(
    name="lottery.phase",
    title="Samples that recover a pruned teacher",
    arms={name: f"r = {r} weights a neuron" for name, r in KEPT.items()},
    scales=SCALES,
    trial=trial,
    readings=(Reading("lottery.exp.samples", "enough"),),
    panels=(Panel("success", "share of recoveries", x="samples", x_label="samples"),),
    departures=(
        "The source's map was recalled, not read: two neurons, disjoint masks, start at relative "
        "distance 0.3 (no tensor initialisation), success at relative error 0.001.",
    ),
    seeds=100,
)
