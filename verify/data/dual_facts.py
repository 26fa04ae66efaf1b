"""What the theorems on dual certificates and infinite width say of a data set."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from theory.dual.arrangement import general_position
from theory.dual.circle import solve_circle
from theory.dual.lambda_max_float import MOST_REGIONS, PenaltyRange, lambda_max_float
from theory.dual.local_search import solve_large
from theory.dual.problem import Problem
from theory.dual.solver import Solution, solve
from theory.exact import InputError
from verify.data.decimals import down, near, up
from verify.data.facts import Fact
from verify.data.prepare import Prepared

PAPER = "Dual certificates and sparsity of infinite width"
SEARCHED_COLUMNS, SEARCHED_ROWS = (3, 4), 200
EXCESS = 1e-6
MOST_CELLS = 20_000


def facts(prepared: Prepared, *, gamma: Fraction, delta: Fraction) -> Iterator[Fact]:
    """Dual regions, the largest useful penalty, and the minimiser at a tenth of it."""
    X, y = prepared.X, prepared.y
    n, d = X.shape
    yield Fact("samples n, inputs d", f"{n}, {d}", "exact", "Without a bias: no column of ones.")
    count = general_position(n, d)
    yield Fact(
        "dual regions",
        str(count) if count < 10**6 else up(Fraction(count)),
        "upper bound",
        "Exact for rows in general position. A minimiser has at most so many Diracs; some has at "
        "most n.",
    )
    penalty = lambda_max_float(X, y)
    yield from _penalty(penalty)
    if penalty.low > 0:
        yield from _minimiser(prepared, penalty.low / 10)
    elif penalty.high == 0:
        yield Fact("minimiser", "0", "exact", "The target is 0, so for every lambda.", True)


def _penalty(penalty: PenaltyRange) -> Iterator[Fact]:
    meaning = "From lambda_max on the minimiser is 0; J = |y - K mu|^2/(2n) + lambda |mu|."
    yield Fact("lambda_max, from below", down(penalty.low, 6), "certified lower bound", meaning)
    yield Fact(
        "lambda_max, from above",
        up(penalty.high, 6),
        "certified upper bound",
        f"Upper bound by {penalty.how}.",
    )


def _minimiser(prepared: Prepared, lam: float) -> Iterator[Fact]:
    X, y = prepared.X, prepared.y
    at = f"lambda = {near(lam)}"
    try:
        found = _solve(X, y, lam)
    except InputError as error:
        yield Fact("minimiser at lambda_max/10", "not computed", str(error).split(";")[0], _hint(X))
        return
    if found is None:
        yield Fact("minimiser at lambda_max/10", "not computed", "too many regions", _hint(X))
        return
    solution, gap, how = found
    known = f"float64, relative duality gap at most {up(max(gap, 1e-16), 2)}; {how}"
    value, start = near(solution.value, 6), near(float(y @ y) / (2 * len(y)))
    yield Fact("J at the minimiser", value, known, f"J(0) = {start}.", at=at)
    yield Fact("total variation |mu|", near(solution.total_variation, 6), "float64", at=at)
    meaning = f"Of the minimiser found; the data have {len(y)} rows."
    yield Fact("Diracs (neurons)", str(len(solution.atoms)), "float64", meaning, at=at)


def _solve(X: np.ndarray, y: np.ndarray, lam: float) -> tuple[Solution, float, str] | None:
    """The minimiser by the way that fits the size, its relative gap, and what the gap rests on."""
    n, d = X.shape
    if d == 2:
        solution, how = solve_circle(X, y, lam), "sweep of the circle"
    elif d in SEARCHED_COLUMNS and n <= SEARCHED_ROWS:
        solution, bound = solve_large(X, y, lam, excess=EXCESS, max_cells=MOST_CELLS)
        feasible = solution.p * (lam / max(bound.bound, lam))
        gap = solution.value - float(feasible @ y) + n / 2 * float(feasible @ feasible)
        how = f"|eta| bounded on {len(bound.covering)} cells of the sphere"
        return solution, gap / solution.value, how
    elif general_position(n, d) <= MOST_REGIONS:
        rows = tuple(tuple(map(Fraction, row)) for row in X.tolist())
        task = Problem(rows, tuple(map(Fraction, y.tolist())), Fraction(lam))
        solution, how = solve(task), "all regions enumerated"
    else:
        return None
    return solution, solution.gap / solution.value, how


def _hint(X: np.ndarray) -> str:
    """How to make the problem fit."""
    n, d = X.shape
    rows = max(k for k in range(2, n + 1) if k == 2 or general_position(k, d) <= MOST_REGIONS)
    if d in SEARCHED_COLUMNS:
        rows = min(max(rows, SEARCHED_ROWS), n - 1)
    return (
        f"Use --rows {rows}, or two to four columns: python -m verify dual FILE.csv "
        "--columns A,B,C --lam 1/10 --share."
    )
