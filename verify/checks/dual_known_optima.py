"""Checks of closed forms and of zero and repeated rows (theory.dual.known_optima)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.dual.known_optima import identity_value, one_dimension_value, one_sample_value
from theory.dual.problem import problem
from theory.rigor.balls import ball
from verify.checks.dual_duality import optimum
from verify.checks.dual_problems import PROBLEMS, drawn
from verify.engines import Enclose

Cell = Mapping[str, Any]

IDENTITY = [[int(i == k) for k in range(3)] for i in range(3)]
FAMILIES = {
    "one sample": one_sample_value,
    "identity": identity_value,
    "one dimension": one_dimension_value,
}
KNOWN = (
    {"family": "one sample", "X": [[3, 4]], "y": [2], "lam": "1"},
    {"family": "one sample", "X": [[1, -2, 1]], "y": [-3], "lam": "2/3"},
    {"family": "identity", "X": IDENTITY, "y": [3, -4, 1], "lam": "1/10"},
    {"family": "identity", "X": IDENTITY, "y": [3, "-1/4", 1], "lam": "1/4"},
    {"family": "identity", "X": IDENTITY, "y": [3, 0, 1], "lam": "1/5"},
    {"family": "one dimension", "X": [[1], [2], [-1]], "y": [1, 3, 2], "lam": "1/3"},
    {"family": "one dimension", "X": [[1], [-2], [-1], [0]], "y": [-1, 3, "1/2", 1], "lam": "1/5"},
)


def _closed(cell: Cell, form: Any) -> tuple[Any, arb]:
    task = problem(cell["X"], cell["y"], cell["lam"])
    return FAMILIES[cell["family"]](task, form), optimum(task).optimal_value()


def _zero_row(cell: Cell, form: Any) -> tuple[arb, arb]:
    task = drawn(cell)
    grown, plain, constant = form.with_zero_row(task, Fraction(3))
    share = ball(Fraction(task.n, task.n + 1))
    return (
        optimum(grown).optimal_value(),
        share * optimum(plain).optimal_value() + constant,
    )


def _repeated_row(cell: Cell, form: Any) -> tuple[arb, arb]:
    apart, mean, constant = form.with_repeated_row(drawn(cell), Fraction(4))
    return optimum(apart).optimal_value(), optimum(mean).optimal_value() + constant


CHECKS = (
    Enclose(
        claim="dual.closed",
        cells=KNOWN,
        sides=_closed,
        relation="==",
        digits=30,
        max_bits=256,
        fails_if="the certified optimum differs in the first 30 digits",
    ),
    Enclose(
        claim="dual.edge.rows",
        part="zero row",
        cells=PROBLEMS[:4],
        sides=_zero_row,
        relation="==",
        digits=30,
        max_bits=256,
        fails_if="a zero row changes the certified optimum otherwise",
    ),
    Enclose(
        claim="dual.edge.rows",
        part="repeated row",
        cells=PROBLEMS[:4],
        sides=_repeated_row,
        relation="==",
        digits=30,
        max_bits=256,
        fails_if="the certified optimum for two targets at one row differs",
    ),
)
