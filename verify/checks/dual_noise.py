"""Solutions under small noise, followed from lam = 1/1000 to far smaller penalties.

Each has its own proof; masses and locations are enclosures for the unique minimiser.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.clusters import cluster_error, clusters
from theory.dual.examples import (
    FAN,
    INTERIOR,
    MASSLESS,
    SPLIT,
    SPLIT_HALVES,
    STRICT_KINK,
    interpolant,
    noisy,
)
from theory.dual.stability import (
    Interpolant,
)
from theory.dual.training import certified_path
from theory.exact import Vector, dot
from theory.rigor.balls import ball, working_precision
from verify.engines import Enclose

Cell = Mapping[str, Any]
BITS = 400
FIRST_POWER = 3

ONE = interpolant([[1]], (1, 2, [1]))
# Both bounds on outputs and total variation are attained for noise along y_0, |q_0| = 1/2.
ORTHOGONAL = interpolant([[2, 0], [0, 2]], (1, 3, ["3/5", "4/5"]))
EXAMPLES: dict[str, Interpolant] = {
    "one sample": ONE,
    "orthogonal": ORTHOGONAL,
    "interior": INTERIOR,
    "strict kink": STRICT_KINK,
    "massless": MASSLESS,
    "split": SPLIT,
    "split in halves": SPLIT_HALVES,
    "fan": FAN,
}
NOISE: dict[str, dict[str, tuple[str, ...]]] = {
    "none": dict.fromkeys(EXAMPLES, ()),
    "mixed": {
        "one sample": ("1/3",),
        "orthogonal": ("3/7", "4/7"),
        "interior": ("1/7", "-2/7", "0", "3/7", "1/7", "0", "-1/7", "2/7"),
        "strict kink": ("1/5", "-1/5", "1/5"),
        "massless": ("2", "-2", "0", "0"),
        "split": ("1/4", "0", "0"),
        "split in halves": ("1/4", "0", "0"),
        "fan": ("1/4", "1/4", "1/3", "0"),
    },
}


def norm(values: Vector) -> arb:
    """Euclidean length of an exact vector."""
    return ball(dot(values, values)).sqrt()


def setting(cell: Cell) -> tuple[Interpolant, Vector]:
    """The noise-free measure and zeta/lam of a cell."""
    mu = EXAMPLES[cell["example"]]
    noise = cell.get("noise") or NOISE[cell.get("kind", "mixed")][cell["example"]]
    values = [Fraction(a) for a in noise]
    return mu, tuple(values + [Fraction(0)] * (len(mu.X) - len(values)))


def solved(cell: Cell, power: int) -> Certificate:
    """The certified solution at lam = 10^-power, with noise lam times the cell's direction."""
    mu, noise = setting(cell)
    return _path(mu, noise, power)[-1]


@lru_cache(maxsize=128)
def _path(mu: Interpolant, noise: Vector, last: int) -> list[Certificate]:
    penalties = [Fraction(1, 10**k) for k in range(FIRST_POWER, last + 1)]
    tasks = [noisy(mu, tuple(lam * a for a in noise), lam) for lam in penalties]
    return certified_path(tasks, bits=BITS)


def rate(cell: Cell, form: Any) -> tuple[arb, arb]:
    """error(lam/10)/error(lam) is form(lam/10)/form(lam) up to 5 %, at lam = 10^-power."""
    mu, _ = setting(cell)
    found = [solved(cell, power) for power in (cell["power"], cell["power"] + 1)]
    errors = [cluster_error(clusters(one, mu), mu) for one in found]
    return same_rate(errors, [one.task.lam for one in found], form)


def same_rate(errors: list[arb], penalties: list[Fraction], form: Any) -> tuple[arb, arb]:
    """Whether errors at two penalties are in the ratio that the form claims, up to 5 %."""
    laws = [form.ball(penalty=lam) for lam in penalties]
    return abs(errors[1] / errors[0] * laws[0] / laws[1] - 1), arb("0.05")


def enclose(claim: str, sides: Any, cells: tuple[Cell, ...], **fields: Any) -> Enclose:
    """An Enclose whose certificates have their own precision: no use in repeating at 64 bits."""

    def precise(cell: Cell, form: Any) -> tuple[Any, Any]:
        with working_precision(BITS):
            return sides(cell, form)

    return Enclose(claim=claim, sides=precise, cells=cells, max_bits=64, **fields)


def examples(*names: str, **fields: Any) -> tuple[Cell, ...]:
    return tuple({"example": name, **fields} for name in names)
