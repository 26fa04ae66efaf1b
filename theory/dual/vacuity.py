"""What holds for free beside the bounds of the paper."""

from __future__ import annotations

from sympy import Integer

from theory.claim import Cell, Form
from theory.formula import Formula
from theory.notation import n
from theory.vacuity import NoFrontier, Vacuity


def _diracs(cell: Cell, form: Form) -> int:
    """Diracs of the minimiser that the claim speaks of: after pruning, or as given."""
    points = int(cell["saturated"])
    return form(min(points, int(cell["rank"]), int(cell["n"])), points)


VACUITIES = (
    Vacuity("dual.regions.bound", Formula(Integer(2) ** n), "$2^n$ patterns of $n$ signs",
            {"n": 100, "span_rank": 5}, {"n": (5, 10**4), "span_rank": (1, 100)}),
    Vacuity("dual.representer", lambda cell: int(cell["saturated"]),
            "a minimiser lives on the saturated points", {"saturated": 40, "rank": 15, "n": 20},
            {"saturated": (1, 1000), "rank": (1, 1000), "n": (1, 1000)}, _diracs),
)  # fmt: skip

NO_FRONTIERS = (
    NoFrontier("dual.kinksign",
               "It is a sign: 0 for a sum that is otherwise between minus and plus "
               "$norm(delta) sum_(j in Z) abs(p_j) norm(x_j)$, and no parameter is in the 0."),
    NoFrontier("dual.even.generic",
               "One number, $9\\/10$, for one law of the data ($d = 2$, $n = 20$, $lambda = "
               "lambda_max\\/100$): a probability is at least 0, and no parameter moves it."),
)  # fmt: skip
