"""How the cost of one training step grows with the samples n, the inputs d and the width m.

    python benchmarks/step_growth.py

ReLU, float32, one BLAS thread; processor time (so that other processes do not count), minima
over interleaved rounds. Writes results/step_growth.json.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from threadpoolctl import threadpool_limits

from verify.networks.descent import GradientDescent
from verify.networks.shallow import asymmetric_network

CENTRE = {"n": 100, "d": 50, "m": 2000}
GRID = {
    "n": (10, 20, 50, 100, 200, 500, 1000),
    "d": (5, 10, 20, 50, 100, 200, 500),
    "m": (100, 200, 500, 1000, 2000, 5000, 10_000),
}
ROUNDS, SHARE = 12, 0.02  # rounds, seconds of one measurement
RESULT = Path(__file__).parent / "results" / "step_growth.json"


def start(n: int, d: int, m: int) -> GradientDescent:
    """A trainer of these sizes."""
    rng = np.random.default_rng(0)
    network = asymmetric_network(np.full(m, 1 / m), d, rng=rng, dtype=np.float32)
    inputs = rng.standard_normal((n, d)) / np.sqrt(d)
    return GradientDescent(network, inputs, rng.standard_normal(n), step=1.0, loss="half_mean")


def microseconds(trainer: GradientDescent, repeats: int) -> float:
    """Processor time of one step, mean of `repeats`."""
    begin = time.process_time()
    for _ in range(repeats):
        trainer.step()
    return (time.process_time() - begin) / repeats * 1e6


def measure(along: str) -> list[dict[str, float]]:
    """Least cost at every size along one direction, the other sizes at the centre."""
    trainers = {size: start(**CENTRE | {along: size}) for size in GRID[along]}
    repeats = {
        size: max(3, int(SHARE * 1e6 / microseconds(trainer, 3)))
        for size, trainer in trainers.items()
    }
    best = dict.fromkeys(trainers, np.inf)
    for _ in range(ROUNDS):
        for size, trainer in trainers.items():
            best[size] = min(best[size], microseconds(trainer, repeats[size]))
    return [
        {**CENTRE, along: size, "microseconds": cost, "gigaflops": _gigaflops(along, size, cost)}
        for size, cost in best.items()
    ]


def _gigaflops(along: str, size: int, microseconds: float) -> float:
    sizes = CENTRE | {along: size}
    return 4 * sizes["n"] * sizes["d"] * sizes["m"] / microseconds / 1e3


def main() -> None:
    """Measure, print, write."""
    with threadpool_limits(1):
        rows = {along: measure(along) for along in GRID}
    for along, found in rows.items():
        for row in found:
            print(f"{along} = {row[along]:6d}: {row['microseconds']:9.1f} us a step")
    RESULT.write_text(json.dumps({"centre": CENTRE, "along": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
