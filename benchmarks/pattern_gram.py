"""Counting common active units of all pairs of samples: bits against matrix products.

    python benchmarks/pattern_gram.py

One BLAS thread, interleaved rounds, minima. The float32 product of 0/1 matrices is exact too
(counts below 2^24) but needs 32 times the memory; float64 is exact below 2^53.
Writes results/pattern_gram.json.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from threadpoolctl import threadpool_limits

from verify.networks.tangent import pattern_gram

RESULT = Path(__file__).parent / "results" / "pattern_gram.json"


def measure(n, m, rounds=5):
    patterns = np.random.default_rng(0).random((n, m)) < 0.5
    ways = {
        "bits": lambda: pattern_gram(patterns),
        "float32 product": lambda: product(patterns, np.float32),
        "float64 product": lambda: product(patterns, np.float64),
    }
    best, grams = dict.fromkeys(ways, np.inf), {}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            grams[name] = way()
            best[name] = min(best[name], time.perf_counter() - start)
    agree = all(np.array_equal(grams["bits"], gram) for gram in grams.values())
    return {"n": n, "m": m, "seconds": best, "all equal": agree}


def product(patterns, dtype):
    ones = patterns.astype(dtype)
    return ones @ ones.T


def main():
    with threadpool_limits(1):
        rows = [measure(n, m) for n, m in ((100, 2000), (1000, 16384))]
    for row in rows:
        bits = row["seconds"]["bits"]
        others = "   ".join(
            f"{name} / bits {seconds / bits:.2f}"
            for name, seconds in row["seconds"].items()
            if name != "bits"
        )
        print(f"n={row['n']} m={row['m']}: bits {bits:.4f} s   {others}   equal {row['all equal']}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
