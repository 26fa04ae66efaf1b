"""How the cost of one training step grows with the samples n, the inputs d and the width m.

    python benchmarks/step_growth.py

ReLU, float32, one BLAS thread; processor time (so that other processes do not count), minima
over interleaved rounds; with NumPy's passes, and where Numba is installed and the step is large
enough with compiled ones. Writes results/step_growth.json.
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


def start(n: int, d: int, m: int, *, fused: bool) -> GradientDescent | None:
    """A trainer of these sizes; None where none is fused."""
    rng = np.random.default_rng(0)
    network = asymmetric_network(np.full(m, 1 / m), d, rng=rng, dtype=np.float32)
    inputs = rng.standard_normal((n, d)) / np.sqrt(d)
    trainer = GradientDescent(network, inputs, rng.standard_normal(n), step=1.0, loss="half_mean")
    if not fused:
        trainer._fused = None
    return trainer if not fused or trainer._fused else None


def microseconds(trainer: GradientDescent, repeats: int) -> float:
    """Processor time of one step, mean of `repeats`."""
    begin = time.process_time()
    for _ in range(repeats):
        trainer.step()
    return (time.process_time() - begin) / repeats * 1e6


def measure(along: str) -> list[dict[str, float | None]]:
    """Least cost at every size along one direction, the other sizes at the centre."""
    trainers = {
        (size, fused): trainer
        for size in GRID[along]
        for fused in (False, True)
        if (trainer := start(**CENTRE | {along: size}, fused=fused))
    }
    repeats = {
        key: max(3, int(SHARE * 1e6 / microseconds(trainer, 3)))
        for key, trainer in trainers.items()
    }
    best = dict.fromkeys(trainers, np.inf)
    for _ in range(ROUNDS):
        for key, trainer in trainers.items():
            best[key] = min(best[key], microseconds(trainer, repeats[key]))
    return [
        {
            **CENTRE,
            along: size,
            "microseconds": best[size, False],
            "compiled": best.get((size, True)),
            "gigaflops": _gigaflops(along, size, best.get((size, True), best[size, False])),
        }
        for size in GRID[along]
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
            compiled = f"{row['compiled']:9.1f} us compiled" if row["compiled"] else ""
            print(f"{along} = {row[along]:6d}: {row['microseconds']:9.1f} us a step {compiled}")
    RESULT.write_text(json.dumps({"centre": CENTRE, "along": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
