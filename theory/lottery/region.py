"""Convex region of the population loss around the teacher, with explicit constants (section 5).

Within |delta_j| <= w_min/2 for every neuron, K^2 |Hess f(W* + delta) - Hess f(W*)| is at most
(4/3 + 2/pi) sqrt(K) |delta|_F / w_min, hence the loss is strictly convex on the ball whose
radius is `RADIUS`. For one neuron everything is exact, and no dependence on r is left.
"""

from __future__ import annotations

import sympy
from flint import arb
from sympy import Rational, cos, pi, sin, sqrt

from theory.exact import dot
from theory.formula import Formula
from theory.lottery.angular import combine
from theory.lottery.network import Problem
from theory.lottery.population import gradient
from theory.lottery.spectrum import pair_angle
from theory.lottery.symbols import (
    angle,
    distance,
    least_curvature,
    neurons,
    smallest_norm,
)
from theory.rigor.balls import ball

LIPSCHITZ_CONSTANT = Rational(4, 3) + 2 / pi
LIPSCHITZ = Formula(LIPSCHITZ_CONSTANT * sqrt(neurons) * distance / smallest_norm)
RADIUS = Formula(least_curvature * smallest_norm / (LIPSCHITZ_CONSTANT * sqrt(neurons)))
"""Below w_min/4, since least_curvature <= 1/2 (a diagonal entry of A): LIPSCHITZ applies there."""
ONE_NEURON_RADIUS = Formula(sqrt(1 + 1 / pi**2) - 1 / pi)
ONE_NEURON_BOUNDARY = Formula(2 * sin(angle) / pi)
"""K = 1, |w*| = 1: the Hessian at w is not positive semidefinite exactly for |w| below this."""
ONE_POINT = Formula((pi - angle - sin(angle)) / (2 * pi))


def one_neuron_hessian_eigenvalues(size: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """Eigenvalues of I/2 - (sin theta/(2 pi |w|)) (I - ww^T/|w|^2 + nn^T) for |w*| = 1.

    size: |w|. Along w, along n (in the plane of w and w*), across (r >= 3).
    """
    bend = sin(angle) / (2 * pi * size)
    half = Rational(1, 2)
    return half, half - 2 * bend, half - bend


def one_neuron_nearest() -> tuple[sympy.Expr, ...]:
    """Squared distance from w* = (1, 0) to the boundary at angle theta, and the optimal one.

    The boundary |w| = (2/pi) sin(theta) is a circle through the origin with centre (0, 1/pi)
    and radius 1/pi; nearest is the point on the segment from w* to that centre.
    """
    size = ONE_NEURON_BOUNDARY.expr
    point = sympy.Matrix([size * cos(angle), size * sin(angle)])
    to_teacher = point - sympy.Matrix([1, 0])
    to_centre = point - sympy.Matrix([0, 1 / pi])
    return to_teacher.dot(to_teacher), to_centre.dot(to_centre)


def one_point_sides(task: Problem) -> tuple[arb, arb, arb]:
    """<grad f(w), w - w*>, the angle of w and w*, and |w - w*|^2, for one neuron."""
    (w,), (target,) = task.student, task.teacher
    move = [a - b for a, b in zip(w, target, strict=True)]
    product = combine([(move[c], gradient(task, 0, c)) for c in range(task.dimension)])
    return product.ball(), pair_angle(w, target), ball(dot(move, move))
