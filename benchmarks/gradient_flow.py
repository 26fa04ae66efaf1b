"""The exact gradient flow of ReLU networks: events, sliding pairs and cost as n and m grow.

    python benchmarks/gradient_flow.py

One BLAS thread, processor time of one run each, from a random start until the tail is closed.
Writes results/gradient_flow.json.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from threadpoolctl import threadpool_limits

from verify.networks.flow_record import EVENTS
from verify.networks.relu_flow import relu_gradient_flow
from verify.networks.shallow import asymmetric_network

D = 10
SIZES = ((5, 100), (5, 1000), (5, 10_000), (10, 1000), (10, 10_000), (20, 100), (20, 1000),
         (20, 10_000))  # fmt: skip
RESULT = Path(__file__).parent / "results" / "gradient_flow.json"


def measure(n: int, m: int) -> dict[str, Any]:
    """One flow with lam_j = 1/m, inputs on the sphere, normal targets."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((n, D))
    inputs /= np.linalg.norm(inputs, axis=1, keepdims=True)
    targets = rng.standard_normal(n)
    network = asymmetric_network(np.full(m, 1 / m), D, rng=rng)
    begin = time.process_time()
    record = relu_gradient_flow(network, inputs, targets)
    return {
        "n": n,
        "m": m,
        "seconds": time.process_time() - begin,
        "reason": record.reason,
        "pieces": len(record.pinned_counts),
        "events": {kind: record.count(kind) for kind in EVENTS},
        "sliding at the end": int(record.pinned_counts[-1]),
        "drift": record.drift,
    }


def main() -> None:
    """Measure, print, write."""
    with threadpool_limits(1):
        rows = [measure(n, m) for n, m in SIZES]
    for row in rows:
        print(row)
    RESULT.write_text(
        json.dumps({"d": D, "load": os.getloadavg()[0], "rows": rows}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
