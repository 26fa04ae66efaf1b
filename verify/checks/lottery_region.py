"""Checks of the convex region and of the kinks (region.*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from math import hypot, pi
from typing import Any

import numpy as np
import sympy
from flint import arb, arb_mat

from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.network import Problem, problem
from theory.lottery.population import as_balls, hessian
from theory.lottery.region import (
    LIPSCHITZ,
    ONE_NEURON_BOUNDARY,
    one_neuron_hessian_eigenvalues,
    one_neuron_nearest,
)
from theory.lottery.spectrum import teacher_matrix
from theory.lottery.symbols import distance, least_curvature
from theory.rigor.balls import ball, current_precision
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.checks.lottery_problems import (
    Array,
    Cell,
    as_array,
    as_text,
    axes,
    random_rows,
    read_problem,
)
from verify.engines import Derive, Enclose, Follow, Sample, Search
from verify.engines.enclose import Side
from verify.engines.sample import Means
from verify.statistics.models import Bounded


def _sizes(task: Problem) -> tuple[arb, arb]:
    """(Frobenius distance of student and teacher, least norm of a teacher neuron)."""
    moves = [
        [a - b for a, b in zip(w, v, strict=True)]
        for w, v in zip(task.student, task.teacher, strict=True)
    ]
    least = min(dot(v, v) for v in task.teacher)
    return ball(sum(dot(move, move) for move in moves)).sqrt(), ball(least).sqrt()


def _near(rng: np.random.Generator) -> Cell:
    """A teacher and a student whose neurons moved by at most half the shortest one."""
    neurons, d = int(rng.integers(1, 4)), int(rng.integers(2, 4))
    rows = random_rows(rng, (neurons, d))
    teacher = as_array(rows)
    move = rng.standard_normal((neurons, d))
    move *= rng.uniform(0.02, 0.49) / np.linalg.norm(move, axis=1, keepdims=True)
    student = teacher + move * np.linalg.norm(teacher, axis=1).min()
    return {"teacher": rows, "student": as_text(np.round(student, 3).tolist())}


def _lipschitz_ratio(cell: Cell, form: Formula) -> float:
    w, v = as_array(cell["student"]), as_array(cell["teacher"])
    change = arrays.hessian(w, v) - arrays.hessian(v, v)
    size = float(np.abs(np.linalg.eigvalsh(change)).max()) * len(w) ** 2
    values = {"distance": np.linalg.norm(w - v), "smallest_norm": np.linalg.norm(v, axis=1).min()}
    bound = float(form.float64(neurons=len(w), **values))
    return size / bound if bound else 0.0


def lipschitz_certify(cell: Cell, form: Formula) -> tuple[Side, Side]:
    task = read_problem(cell)
    moved, least = _sizes(task)
    bound = form.ball(neurons=task.neurons, distance=moved, smallest_norm=least)
    return _change(task, current_precision()), bound


@lru_cache(maxsize=16)
def _change(task: Problem, bits: int) -> arb:
    """K^2 |Hess f(W) - Hess f(W*)| at the working precision, which is `bits`."""
    change = as_balls(hessian(task)) - as_balls(hessian(problem(task.teacher)))
    change = arb_mat(change) * task.neurons**2
    return abs(least_eigenvalue(change)).max(abs(greatest_eigenvalue(change)))


def _radius_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The bound, against the distance of a student with a certified negative eigenvalue."""
    task = read_problem(cell)
    if not least_eigenvalue(as_balls(hessian(task))) < 0:
        return arb.nan(), arb.nan()
    at_teacher = problem(task.teacher, None, task.mask)
    moved, least = _sizes(task)
    values: dict[str, Any] = {
        "least_curvature": least_eigenvalue(teacher_matrix(at_teacher)),
        "neurons": task.neurons,
        "smallest_norm": least,
    }
    return form.ball(**values), moved


def _radius_step(form: Formula) -> sympy.Expr:
    """At the radius the Lipschitz bound equals the curvature at the teacher."""
    return LIPSCHITZ.expr.subs(distance, form.expr) - least_curvature


def _one_neuron_residual(form: Formula) -> Iterator[sympy.Expr]:
    _, from_centre = one_neuron_nearest()
    yield from_centre - 1 / sympy.pi**2
    yield one_neuron_hessian_eigenvalues(ONE_NEURON_BOUNDARY.expr)[1]
    to_centre = sympy.Matrix([1, -1 / sympy.pi])
    yield form.expr - (sympy.sqrt(to_centre.dot(to_centre)) - 1 / sympy.pi)


def _one_neuron_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """A sign of the least eigenvalue just outside and just inside the radius, towards the disc."""
    r, outside = cell["r"], cell["side"] == "outside"
    value = form.ball(kept=r) if form.symbols else form.ball()
    share = float(value) * (1 + (1e-4 if outside else -1e-4))
    size = hypot(pi, 1)
    start = [Fraction(1) - _rational(share * pi / size), _rational(share / size)]
    point = (*start, *[Fraction(0)] * (r - 2))
    teacher = (Fraction(1), *[Fraction(0)] * (r - 1))
    least = least_eigenvalue(as_balls(hessian(problem((teacher,), (point,)))))
    return (least, 0) if outside else (0, least)


def _rational(value: float) -> Fraction:
    return Fraction(value).limit_denominator(10**9)


def _radius_draws(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Whether R_N > t: the nearest kink of an active sample, along every direction."""
    found = []
    for _ in range(size):
        x = rng.standard_normal((cell["N"], cell["r"]))
        active = x[:, 0] > 0
        reach = x[active, 0] / np.linalg.norm(x[active], axis=1)
        found.append(float(reach.min(initial=1.0) > float(Fraction(cell["t"]))))
    return np.array(found)


def _kink_target(cell: Cell, form: Form) -> Any:
    return form(cell["r"], cell["N"], Fraction(cell["t"]))


def _kink(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Second difference of the loss across its nearest kink, times the step."""
    n, r = cell["N"], cell["r"]
    target = np.eye(r)[0]
    x = rng.standard_normal((n, r))
    reach = np.where(x[:, 0] > 0, x[:, 0] / np.linalg.norm(x, axis=1), np.inf)
    first, second = np.sort(reach)[:2]
    nearest = x[int(np.argmin(reach))]
    unit = -nearest / np.linalg.norm(nearest)
    y = np.maximum(x @ target, 0)

    def loss(shift: float) -> float:
        return 0.5 * float(np.mean((np.maximum(x @ (target + shift * unit), 0) - y) ** 2))

    h = 1e-5 * min(first, second - first)
    bend = (loss(first + h) - 2 * loss(first) + loss(first - h)) / h
    return {"radius": float(first), "bend": bend, "predicted": -_bend(nearest, n)}


def _bend(x: Array, n: int) -> float:
    """Fall of the slope at the kink: the residual -w* x there, times |x|/N."""
    return float(x[0] * np.linalg.norm(x) / n)


def _kink_margin(figures: Mapping[str, Any], cell: Cell, form: Form) -> float:
    # Beside the fall of the slope, first |x|^2/N, the difference holds h < 1e-5 first times a
    # curvature below 1: a share below 1e-5 N/|x|^2, which is below 0.05 unless |x|^2 < 0.04.
    return 0.05 - abs(figures["bend"] / figures["predicted"] - 1)


WITNESSES = (
    {"teacher": axes(1, 2), "student": [["30325/100000", "22178/100000"]]},
    {
        "teacher": axes(2, 2),
        "student": [["868320/1000000", "154220/1000000"], ["154220/1000000", "868321/1000000"]],
    },
    {
        "teacher": [["1", "0", "0", "0"], ["0", "0", "1", "0"]],
        "student": [["331/1000", "-2252/10000", "0", "0"], ["0", "0", "864/1000", "0"]],
        "mask": [[1, 1, 0, 0], [0, 0, 1, 1]],
    },
)

CHECKS = (
    Search(
        claim="lottery.region.lipschitz",
        propose=_near,
        ratio=_lipschitz_ratio,
        certify=lipschitz_certify,
        batches=2,
        tries=60,
        fails_if="an adversary moves the Hessian by more than the constant allows",
    ),
    Enclose(
        claim="lottery.region.lipschitz",
        role="without near",
        cells=({"teacher": axes(1, 2), "student": [["1/1000", "1/1000"]]},),
        sides=lipschitz_certify,
        fails_if="a neuron near zero bends the loss more than the bound allows",
    ),
    Derive(
        claim="lottery.region.radius_bound",
        role="step",
        residual=_radius_step,
        fails_if="the Lipschitz bound at the radius is not the curvature at the teacher",
    ),
    Enclose(
        claim="lottery.region.radius_bound",
        cells=WITNESSES,
        sides=_radius_sides,
        max_bits=256,
        fails_if="a certified non-convex point lies inside the ball",
    ),
    Derive(
        claim="lottery.region.k1",
        part="geometry",
        residual=_one_neuron_residual,
        fails_if="the boundary is not that circle, or the distance to it another",
    ),
    Enclose(
        claim="lottery.region.k1",
        part="bracket",
        cells=tuple({"r": r, "side": side} for r in (2, 8) for side in ("outside", "inside")),
        sides=_one_neuron_sides,
        relation="<",
        max_bits=256,
        fails_if="the least eigenvalue has the wrong sign next to the radius",
    ),
    Sample(
        claim="lottery.region.kink_law",
        part="law",
        cells=(
            {"r": 3, "N": 100, "t": "1/72"},
            {"r": 10, "N": 100, "t": "1/170"},
            {"r": 10, "N": 400, "t": "1/680"},
        ),
        draw=_radius_draws,
        target=_kink_target,
        test=Means("==", lambda cell: Bounded(0, 1), tolerance=0.15),
        n_max=6000,
        fails_if="the share of samples without a kink within t is another",
    ),
    Follow(
        claim="lottery.region.kink_law",
        part="kink",
        cells=({"r": 3, "N": 100}, {"r": 10, "N": 200}),
        observe=_kink,
        margin=_kink_margin,
        allowance=0.001,
        allowance_because="rounding: 1e-16 of losses near first^2, against bends of first^2 1e-5/N",
        repetitions=3,
        fails_if="the loss does not bend down across its nearest kink as predicted",
    ),
    Enclose(
        claim="lottery.region.literal_convexity",
        cells=({"radius": "1/10", "N": 50}, {"radius": "1/1000", "N": 10**6}),
        sides=lambda cell, form: form(Fraction(cell["radius"]), cell["N"]),
        fails_if="three points of the ball violate midpoint convexity on an exact sample",
    ),
)
