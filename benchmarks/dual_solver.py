"""The dual solver beside a conic interior-point solver (cvxpy + Clarabel) on the same problems.

    python benchmarks/dual_solver.py

Prints a table of times and accuracies with their ratios and writes them to
benchmarks/results/dual_solver.json. Needs cvxpy. One thread: OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import cvxpy as cp
import numpy as np

from theory.dual.arrangement import regions
from theory.dual.certificate import prove
from theory.dual.circle import solve_circle
from theory.dual.lines import hyperplanes
from theory.dual.newton import refine
from theory.dual.problem import Problem
from theory.dual.solver import solve
from verify.checks.dual_problems import integer_problem

SHAPES = [(10, 2), (20, 2), (10, 3), (16, 3), (9, 4), (7, 5)]
SHARES = (0.5, 0.05)
CIRCLE = (1_000, 10_000)


def conic(task: Problem) -> float:
    """Optimal value of the lifted program over the dual regions."""
    X = np.array([[float(a) for a in row] for row in task.X])
    y = np.array([float(a) for a in task.y])
    cells = regions(task.X)
    outputs, norms, constraints = 0, 0, []
    for region in range(len(cells)):
        masked = cells.active[region][:, None] * X
        walls = np.array(cells.lines.normals, dtype=float) * cells.signs[region][:, None]
        for sign in (1, -1):
            u = cp.Variable(task.d)
            constraints.append(walls @ u >= 0)
            outputs += sign * masked @ u
            norms += cp.norm(u)
    misfit = cp.sum_squares(y - outputs) / (2 * task.n)
    goal = cp.Problem(cp.Minimize(misfit + float(task.lam) * norms), constraints)
    goal.solve(solver=cp.CLARABEL)
    return float(goal.value)


def timed(action):
    """(result, seconds)."""
    start = time.perf_counter()
    result = action()
    return result, time.perf_counter() - start


def compare(n: int, d: int, share: float) -> dict[str, float]:
    """One problem: our float solver, its proof at 60 digits, and the conic program."""
    task = integer_problem(np.random.default_rng([n, d]), n, d, share=share)
    cells = regions(task.X)
    solution, seconds = timed(lambda: solve(task))
    proof, proving = timed(
        lambda: prove(task, refine(task, solution.atoms, hyperplanes(task.X), bits=200), bits=200)
    )
    value, conic_seconds = timed(lambda: conic(task))
    exact = float(proof.upper())
    return {
        "n": n, "d": d, "share": share, "regions": len(cells), "diracs": len(solution.atoms),
        "seconds": seconds, "proof_seconds": proving, "conic_seconds": conic_seconds,
        "conic_over_ours": conic_seconds / seconds,
        "gap": solution.gap / exact, "proved_gap": float(proof.gap()) / exact,
        "conic_error": abs(value - exact) / exact,
    }  # fmt: skip


def circle(n: int) -> dict[str, float]:
    """A problem in the plane at a size the conic program does not reach."""
    rng = np.random.default_rng(n)
    X = rng.standard_normal((n, 2))
    y = np.maximum(X[:, 0], 0) - np.abs(X[:, 1]) + 0.1 * rng.standard_normal(n)
    solution, seconds = timed(lambda: solve_circle(X, y, 0.02))
    return {"n": n, "seconds": seconds, "gap": solution.gap / solution.value}


def main() -> None:
    """Run, print and store."""
    rows = [compare(n, d, share) for n, d in SHAPES for share in SHARES]
    print("   n  d  lam/max regions diracs  ours s proof s conic s ratio    gap proved  conic err")
    for r in rows:
        print(
            f"{r['n']:4d} {r['d']:2d} {r['share']:8.2f} {r['regions']:7d} {r['diracs']:6d} "
            f"{r['seconds']:7.3f} {r['proof_seconds']:7.3f} {r['conic_seconds']:7.3f} "
            f"{r['conic_over_ours']:5.1f} {r['gap']:6.0e} {r['proved_gap']:6.0e} "
            f"{r['conic_error']:9.0e}"
        )
    sweeps = [circle(n) for n in CIRCLE]
    for r in sweeps:
        print(f"circle, n = {r['n']}: {r['seconds']:.2f} s, gap {r['gap']:.0e}")
    out = Path(__file__).parent / "results" / "dual_solver.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"regions": rows, "circle": sweeps}, indent=1) + "\n")


if __name__ == "__main__":
    main()
