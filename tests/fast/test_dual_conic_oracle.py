"""An independent oracle: the finite convex program over the dual regions, by an interior point
solver that shares no code with ours (dual.lift)."""

import cvxpy as cp
import numpy as np
import pytest

from theory.dual.arrangement import regions
from theory.dual.problem import problem
from theory.dual.training import certified_optimum
from verify.checks.dual_problems import integer_problem

SHAPES = [(5, 1), (6, 2), (10, 2), (5, 3), (7, 3), (5, 4), (6, 2), (8, 3)]


def conic_value(task):
    """min over u_s in C_s of the lifted objective, in floats (relative accuracy about 1e-8)."""
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
    return goal.value


@pytest.mark.parametrize("seed", range(len(SHAPES)))
def test_optimal_value_agrees_with_the_conic_program(seed):
    n, d = SHAPES[seed]
    rng = np.random.default_rng(seed)
    task = integer_problem(rng, n, d, share=[0.3, 0.1, 0.02][seed % 3], size=[9, 2][seed // 6])
    ours = float(certified_optimum(task, bits=100).optimal_value())
    # Clarabel stops at a relative gap of 1e-8; a hundred times that is allowed.
    assert conic_value(task) == pytest.approx(ours, rel=1e-6, abs=1e-9)


def test_the_oracle_sees_a_wrong_convention():
    # lam unchanged under a fit term 1/n instead of 1/(2n): the value moves far beyond 1e-6.
    task = problem([[1, 2], [-2, 1], [1, -1]], [1, -2, 3], "1/5")
    doubled = problem(task.X, task.y, "1/10")
    ours = float(certified_optimum(task, bits=100).optimal_value())
    assert abs(2 * conic_value(doubled) - ours) > 1e-2
