"""Checks of the population landscape (pop.*)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import arb
from sympy import cos, exp, oo, pi, sin, sqrt

from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.landscape import FIELD, KERNEL
from theory.lottery.network import Problem, problem
from theory.lottery.population import as_balls, gradient, hessian, loss
from theory.lottery.spectrum import pair_angle
from theory.lottery.symbols import angle, first_norm, second_norm
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.checks.lottery_problems import BATCH, REFERENCE, TRIPLE, Cell, as_array, read_problem
from verify.engines import Cover, Derive, Enclose, Sample
from verify.engines.enclose import Side
from verify.engines.sample import Means
from verify.statistics.models import Variance

A = sympy.Dummy("a", real=True)
Z = sympy.Dummy("z", positive=True)
DENSITY = sqrt(2 / pi) * exp(-(Z**2) / 2) / 2
STEP = Fraction(1, 2**60)


def _wedge(weight: sympy.Expr, centre: sympy.Expr, width: sympy.Expr) -> sympy.Expr:
    """E r^2 = 2 times the mean of `weight` over the wedge of directions."""
    integral = sympy.integrate(weight, (A, centre - width / 2, centre + width / 2))
    return sympy.simplify(2 * integral / (2 * pi))


def _kernel_residual(form: Formula) -> sympy.Expr:
    both_active = _wedge(cos(A) * cos(A - angle), angle / 2, pi - angle)
    return form.expr - first_norm * second_norm * both_active


def _field_residual(form: tuple[Formula, ...]) -> Iterator[sympy.Expr]:
    """G is the gradient of the kernel in u, in polar coordinates with v at angle theta."""
    kernel = KERNEL.expr
    yield form[0].expr - sympy.diff(kernel, first_norm)
    yield form[1].expr + sympy.diff(kernel, angle) / first_norm


def _overlap_residual(form: tuple[Formula, ...]) -> Iterator[sympy.Expr]:
    along_m, along_n, across, factor = (item.expr for item in form)
    width = pi - angle
    yield along_m - _wedge(cos(A) ** 2, 0, width)
    yield along_n - _wedge(sin(A) ** 2, 0, width)
    yield across - width / (2 * pi)  # independent of the plane: the share of directions
    u, v = sympy.Matrix([1, 0]), sympy.Matrix([cos(angle), sin(angle)])
    # mm^T - nn^T with m at angle theta/2: the reflection at m, by the double angle
    reflection = sympy.Matrix([[cos(angle), sin(angle)], [sin(angle), -cos(angle)]])
    shape = u * v.T + v * u.T - cos(angle) * (u * u.T + v * v.T)
    yield from factor * shape - sin(angle) / (2 * pi) * reflection


def _jump_residual(form: tuple[Formula, ...]) -> Iterator[sympy.Expr]:
    """From the density of u x at 0, and as the derivative of the field in u."""
    along, normal, across = (item.expr for item in form)
    at_zero = 1 / (sqrt(2 * pi) * first_norm)
    reach = second_norm * sin(angle)
    yield along
    yield normal - at_zero * reach * sympy.integrate(Z**3 * DENSITY, (Z, 0, oo))
    yield across - at_zero * reach * sympy.integrate(Z * DENSITY, (Z, 0, oo))
    f_along, f_normal = (item.expr for item in FIELD)
    # Turning u towards v by d(alpha) lowers theta by it, and turns (u, n) into (n, -u).
    yield normal - (f_along - sympy.diff(f_normal, angle)) / first_norm
    yield (-sympy.diff(f_along, angle) - f_normal) / first_norm
    yield (
        across
        - f_along / first_norm
        + (pi - angle) * second_norm * cos(angle) / (2 * pi * first_norm)
    )


def _loss_by(form: Formula, task: Problem) -> arb:
    def kernel(u: Any, v: Any) -> arb:
        norms = {"first_norm": ball(dot(u, u)).sqrt(), "second_norm": ball(dot(v, v)).sqrt()}
        return form.ball(angle=pair_angle(u, v), **norms)

    student, teacher = task.student, task.teacher
    pairs = ((student, student, 1), (student, teacher, -2), (teacher, teacher, 1))
    total = sum((s * kernel(u, v) for rows, other, s in pairs for u in rows for v in other), arb(0))
    return total / (2 * task.neurons**2)


def _differences(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """Half squared differences of student and teacher, means of BATCH draws."""
    w, v = as_array(cell["student"]), as_array(cell["teacher"])
    x = rng.standard_normal((size, BATCH, w.shape[1]))
    difference = np.maximum(x @ w.T, 0).mean(axis=2) - np.maximum(x @ v.T, 0).mean(axis=2)
    return 0.5 * (difference**2).mean(axis=1)


def _loss_deviation(cell: Cell) -> Variance:
    """|student - teacher| <= sum |delta_j x|/K, whose fourth moment is 3 (sum |delta_j|/K)^4."""
    delta = as_array(cell["student"]) - as_array(cell["teacher"])
    size = np.linalg.norm(delta, axis=1).mean()
    return Variance(float(np.sqrt(3 / 4) * size**2 / np.sqrt(BATCH)))


def _moved(task: Problem, neuron: int, coordinate: int) -> Problem:
    rows = [list(row) for row in task.student]
    rows[neuron][coordinate] += STEP
    return problem(task.teacher, tuple(map(tuple, rows)), task.mask)


def _norm(v: Any) -> arb:
    return ball(dot(v, v)).sqrt()


def _field_by(form: tuple[Formula, ...], u: Any, v: Any, coordinate: int) -> arb:
    theta, size = pair_angle(u, v), _norm(u)
    values = {"angle": theta, "first_norm": size, "second_norm": _norm(v)}
    along, normal = (
        item.ball(**{s.symbol.name: values[s.symbol.name] for s in item.symbols}) for item in form
    )
    result = along * ball(u[coordinate]) / size
    across = [ball(b) - ball(dot(u, v) / dot(u, u) * a) for a, b in zip(u, v, strict=True)]
    reach = sum((x**2 for x in across), arb(0)).sqrt()
    return result + normal * across[coordinate] / reach if theta.sin() > 0 else result


def _gradient_sides(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    """|difference quotient - gradient| <= h/2 times a bound of the second derivative.

    K^2 times that derivative is at most 1/2 + sum |v|/(pi (|u| - h)) over all other neurons
    and the teacher's (pop.hess: every jump is at most |v|/(pi |u|)).
    """
    task, j, c = read_problem(cell), cell["neuron"] - 1, cell["coordinate"] - 1
    u, scale = task.student[j], task.neurons**2
    moved = _moved(task, j, c)
    quotient = (loss(moved).ball() - loss(task).ball()) / ball(STEP)
    claimed = sum((_field_by(form, u, v, c) for v in task.student), arb(0))
    claimed -= sum((_field_by(form, u, v, c) for v in task.teacher), arb(0))
    others = sum((_norm(v) for v in (*task.student, *task.teacher)), arb(0))
    bound = (arb(1) / 2 + others / (arb.pi() * (_norm(u) - ball(STEP)))) / scale
    return abs(quotient - claimed / scale), ball(STEP) / 2 * bound


def _hessian_sides(cell: Cell, form: Callable[[Problem], Any]) -> tuple[Side, Side]:
    """|difference quotient of the gradient - entry| <= h/2 times a bound of its derivative.

    Along u: |dJ/du| <= 2 |v|/|u|^2, since |v| sin(theta), 1/|u|, u/|u| and the unit normal n turn
    at most by |v|/|u|, 1/|u|^2, 1/|u| and |v|/(|u| |v| sin(theta)), which adds up to
    10 |v|/(2 pi |u|^2). Along v: |dQ/dv| <= (2/pi)/|v| (the double wedge of pop.gn).
    """
    task, (row, column) = read_problem(cell), (cell["row"] - 1, cell["column"] - 1)
    (j, c), (k, e) = task.support[row], task.support[column]
    moved = _moved(task, k, e)
    quotient = (gradient(moved, j, c).ball() - gradient(task, j, c).ball()) / ball(STEP)
    entry = form(task)[row][column].ball()
    size = _norm(task.student[k]) - ball(STEP)
    others = sum((_norm(v) for v in (*task.student, *task.teacher)), arb(0))
    bound = (2 * others / size**2 + 2 / (arb.pi() * size)) / task.neurons**2
    return abs(quotient - entry), ball(STEP) / 2 * bound


def _steepest(cell: Cell) -> np.ndarray:
    """The direction in which Hessian and Gauss-Newton matrix differ most."""
    w, v = as_array(cell["student"]), as_array(cell["teacher"])
    values, vectors = np.linalg.eigh(arrays.hessian(w, v) - arrays.gauss_newton(w))
    return np.asarray(vectors[:, np.argmax(np.abs(values))])


def _curvatures(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """<a, g>^2/K^2 along that direction, means of BATCH draws."""
    w, a = as_array(cell["student"]), _steepest(cell)
    x = rng.standard_normal((size * BATCH, w.shape[1]))
    squares = (arrays.features(w, x) @ a) ** 2 / len(w) ** 2
    return squares.reshape(size, BATCH).mean(axis=1)


def _curvature_target(cell: Cell, form: Form) -> float:
    a = _steepest(cell)
    rows = form(read_problem(cell))
    matrix = np.array([[float(entry.ball()) for entry in row] for row in rows])
    return float(a @ matrix @ a)


def _curvature_deviation(cell: Cell) -> Variance:
    """E <a, g>^4 <= K^2 E sum <a_j, x>^4 <= 3 K^2 for a unit vector a."""
    neurons = len(cell["student"])
    return Variance(float(np.sqrt(3) * neurons / neurons**2 / np.sqrt(BATCH)))


def _gap_sides(cell: Cell, form: Callable[[Problem], Any]) -> tuple[Side, Side]:
    task = read_problem(cell)
    return least_eigenvalue(as_balls(hessian(task))), least_eigenvalue(as_balls(form(task)))


def _one_point_gap(at: Any, form: Formula) -> arb:
    """<grad f(w), w - w*> - form |w - w*|^2 for |w*| = 1, |w| = size, at an angle.

    A quadratic in the size; where its leading coefficient is positive, the square is completed,
    which keeps the balls narrow.
    """
    theta, size = at["theta"], at["size"]
    cosine, sine, share = theta.cos(), theta.sin(), (arb.pi() - theta) / (2 * arb.pi())
    bound = form.ball(angle=theta) if form.symbols else form.ball()
    scaled = sine / (2 * arb.pi())
    square = arb(1) / 2 - bound
    linear = -cosine / 2 - scaled - share * cosine + 2 * bound * cosine
    free = scaled * cosine + share - bound
    if square > 0:
        return square * (size + linear / (2 * square)) ** 2 + (free - linear**2 / (4 * square))
    return square * size**2 + linear * size + free


CHECKS = (
    Derive(
        claim="lottery.pop.loss",
        residual=_kernel_residual,
        fails_if="the polar integral of the kernel differs from the closed form",
    ),
    Sample(
        claim="lottery.pop.loss",
        cells=(REFERENCE, TRIPLE),
        draw=_differences,
        target=lambda cell, form: _loss_by(form, read_problem(cell)),
        test=Means("==", _loss_deviation, tolerance=0.1),
        n_max=8000,
        assumptions=("standard deviation at most that of the fourth-moment bound",),
        fails_if="simulated losses average to another value",
    ),
    Derive(
        claim="lottery.pop.grad",
        part="field",
        residual=_field_residual,
        fails_if="G is not the gradient of the kernel",
    ),
    Enclose(
        claim="lottery.pop.grad",
        part="network",
        cells=tuple(
            {**base, "neuron": j, "coordinate": c}
            for base in (REFERENCE, TRIPLE)
            for j in (1, 2)
            for c in (1, 3)
        ),
        sides=_gradient_sides,
        start_bits=256,
        fails_if="a difference quotient of the exact loss is farther than its remainder allows",
    ),
    Derive(
        claim="lottery.pop.gn",
        residual=_overlap_residual,
        fails_if="the wedge integrals, or the expanded form, differ",
    ),
    Derive(
        claim="lottery.pop.jump",
        residual=_jump_residual,
        fails_if="the density at the boundary, or the derivative of the field, says otherwise",
    ),
    Enclose(
        claim="lottery.pop.hess",
        cells=tuple(
            {**base, "row": row, "column": column}
            for base, places in (
                (REFERENCE, ((1, 1), (2, 3), (1, 4), (6, 6))),
                (TRIPLE, ((1, 1), (5, 7), (2, 9), (12, 11))),
            )
            for row, column in places
        ),
        sides=_hessian_sides,
        start_bits=256,
        fails_if="a difference quotient of the exact gradient is farther than its remainder allows",
    ),
    Sample(
        claim="lottery.pop.gn_vs_hess",
        part="mean",
        cells=(REFERENCE,),
        draw=_curvatures,
        target=_curvature_target,
        test=Means("==", _curvature_deviation, tolerance=0.1),
        n_max=12000,
        assumptions=("standard deviation at most that of the fourth-moment bound",),
        fails_if="the mean curvature of sampled losses is not that of the Gauss-Newton matrix",
    ),
    Enclose(
        claim="lottery.pop.gn_vs_hess",
        part="gap",
        cells=(REFERENCE,),
        sides=_gap_sides,
        relation="<",
        max_bits=256,
        fails_if="the least eigenvalues of the two matrices coincide at the reference student",
    ),
    Cover(
        claim="lottery.pop.k1_onepoint",
        gap=_one_point_gap,
        box={"theta": ("1/5", "31/10"), "size": ("1/4", 4)},
        fails_if="the slack is not positive somewhere on the box of angles and norms",
    ),
)
