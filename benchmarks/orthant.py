"""The orthant probability p(B, rho) beside SciPy: speed and error.

    OMP_NUM_THREADS=1 python benchmarks/orthant.py

Compares the float64 reading with scipy.stats.multivariate_normal.cdf and with
Q - 2 * scipy.special.owens_t; errors are relative to balls of 40 digits. Prints two tables and
writes them to benchmarks/results/orthant.json.
"""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from flint import arb
from scipy.special import owens_t
from scipy.stats import multivariate_normal, norm

from theory.bias.orthant_ball import orthant_ball
from theory.bias.orthant_float64 import orthant_float64
from theory.rigor.balls import ball, enclose, working_precision

POINTS = [
    (0.5, 0.5), (1.0, -0.5), (3.0, -0.875), (4.0, 0.0), (4.0, 0.5), (6.0, 0.0), (6.0, 0.875),
    (8.0, 0.0), (8.0, -0.75), (8.0, 0.999), (2.0, -0.98),
]  # fmt: skip
BALL_POINTS = [("1/2", "-9/10"), ("1", "1/2"), ("8", "-7/10"), ("8", "999999/1000000"),
               ("8", "-999999/1000000"), ("1/1000", "1/3")]  # fmt: skip


def owen(b: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Q(B) - 2 T(B, a)."""
    return norm.sf(b) - 2 * owens_t(b, np.sqrt((1 - rho) / (1 + rho)))


def bivariate(b: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """P(g1 <= -B, g2 <= -B) by SciPy, one call a point: it does not vectorise over rho."""
    return np.array(
        [
            multivariate_normal.cdf([-x, -x], cov=[[1, r], [r, 1]], allow_singular=True)
            for x, r in zip(b, rho, strict=True)
        ]
    )


METHODS = {"boundlab": orthant_float64, "Q - 2T": owen, "multivariate_normal": bivariate}


def seconds(action, *, repetitions: int = 5) -> float:
    """Least time of several runs."""
    best = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def errors() -> list[dict[str, float]]:
    """Relative error of every method at POINTS."""
    rows = []
    for b, rho in POINTS:
        with working_precision(200):
            truth = orthant_ball(arb(b), arb(rho))
            row = {"B": b, "rho": rho, "p": float(truth)}
            for name, method in METHODS.items():
                value = float(method(np.array([b]), np.array([rho]))[0])
                row[name] = float(abs(arb(value) / truth - 1).mid())
        rows.append(row)
    return rows


def largest_error(count: int, *, rng: np.random.Generator) -> float:
    """Largest relative error of the float64 reading at random points with p > 1e-300."""
    rho = rng.choice([-1.0, 1.0], count) * (1 - 10 ** rng.uniform(-15.5, 0, count))
    b = rng.uniform(0, 8, count)
    values, worst = orthant_float64(b, rho), 0.0
    with working_precision(120):
        for x, r, value in zip(b, rho, values, strict=True):
            truth = orthant_ball(arb(float(x)), arb(float(r)))
            if truth > arb("1e-300"):
                worst = max(worst, float(abs(arb(float(value)) / truth - 1).upper()))
    return worst


def speed(*, rng: np.random.Generator) -> dict[str, float]:
    """Microseconds a value, vectorised where the method allows it."""
    b, rho = rng.uniform(0, 4, 100_000), rng.uniform(-1, 1, 100_000)
    found = {
        name: seconds(lambda method=method: method(b, rho)) / len(b) * 1e6
        for name, method in METHODS.items()
        if method is not bivariate
    }
    few = 200
    found["multivariate_normal"] = (
        seconds(lambda: bivariate(b[:few], rho[:few]), repetitions=3) / few * 1e6
    )
    return found


def balls() -> list[dict[str, float | str]]:
    """Milliseconds for 40 certain digits."""
    return [
        {"B": b, "rho": r, "milliseconds": 1e3 * seconds(lambda b=b, r=r: enclose(
            lambda: orthant_ball(ball(Fraction(b)), ball(Fraction(r))), 40))}
        for b, r in BALL_POINTS
    ]  # fmt: skip


def main() -> None:
    """Measure, print, write."""
    rng = np.random.default_rng(20230100)
    record = {
        "relative_error": errors(),
        "largest_error_of_boundlab_at_4000_random_points": largest_error(4000, rng=rng),
        "microseconds": speed(rng=rng),
        "ball_of_40_digits": balls(),
    }
    print(f"{'B':>6} {'rho':>7} {'p':>10}  relative error of " + "   ".join(METHODS))
    for row in record["relative_error"]:
        shown = "  ".join(f"{row[name]:19.1e}" for name in METHODS)
        print(f"{row['B']:6g} {row['rho']:7g} {row['p']:10.2e}  {shown}")
    print("microseconds a value:", {k: round(v, 2) for k, v in record["microseconds"].items()})
    print(
        "largest error at random points:", record["largest_error_of_boundlab_at_4000_random_points"]
    )
    for row in record["ball_of_40_digits"]:
        print(f"40 digits at B = {row['B']}, rho = {row['rho']}: {row['milliseconds']:.2f} ms")
    target = Path(__file__).parent / "results/orthant.json"
    target.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
