"""Spectrum of A = K^2 H at the teacher (section 3): pairs, disjoint masks, general bounds.

A = E g g^T with g = (1{w_j x > 0} x_c) over the kept weights (j, c). It depends on the
teacher's directions and the masks only, not on its norms.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb, arb_mat
from sympy import Rational, cos, pi, sin, sqrt

from theory.exact import InputError, Matrix, dot, proportional
from theory.formula import Formula
from theory.lottery.network import Problem
from theory.lottery.population import as_balls, gauss_newton, hessian
from theory.lottery.singular import least_or_zero
from theory.lottery.symbols import angle, neurons
from theory.rigor.balls import ball
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue

RHO = Rational(1, 4) - 1 / (2 * pi)
"""Zhong's constant for ReLU: least eigenvalue of A for an orthonormal teacher."""

PAIR_LEAST = Formula((angle - sin(angle)) / (2 * pi))
PAIR_GREATEST = Formula(Rational(1, 2) + (pi - angle + sin(angle)) / (2 * pi))
DISJOINT_LEAST = Formula(Rational(1, 2) - 1 / (2 * pi))
DISJOINT_GREATEST = Formula(Rational(1, 2) + (neurons - 1) / (2 * pi))
DISJOINT_CONDITION = Formula((pi + neurons - 1) / (pi - 1))
GREATEST_BOUND = Formula(neurons / 2)


def teacher_matrix(task: Problem) -> arb_mat:
    """A at the teacher, restricted to the mask, in balls."""
    return as_balls(gauss_newton(Problem(task.teacher, task.teacher, task.mask))) * (
        task.neurons**2
    )


def hessian_extremes(task: Problem) -> tuple[arb | Fraction, arb]:
    """Least and greatest eigenvalue of the population Hessian at the student.

    The least one is an exact 0 where the Hessian is semidefinite with a rational kernel.
    """
    rows = hessian(task)
    matrix = as_balls(rows)
    return least_or_zero(rows, matrix), greatest_eigenvalue(matrix)


def hessian_condition(task: Problem) -> arb:
    """Condition number of the Hessian; InputError where it is not positive definite."""
    least, greatest = hessian_extremes(task)
    if ball(least) <= 0:
        raise InputError(
            f"the Hessian's least eigenvalue is {ball(least).str(5, radius=False)}",
            "a positive definite Hessian",
            "a teacher without parallel neurons (or a smaller mask), a student near it",
        )
    return greatest / ball(least)


def pair_angle(u: tuple[Fraction, ...], v: tuple[Fraction, ...]) -> arb:
    """The angle of two vectors."""
    product = dot(u, v)
    area = dot(u, u) * dot(v, v) - product**2
    return arb.atan2(ball(area).sqrt(), ball(product))


def pair_upper_bound(teacher: Matrix) -> arb:
    """min over pairs of (theta - sin theta)/(2 pi): an upper bound of A's least eigenvalue.

    For dense masks, K >= 2: every pair of neurons is a principal submatrix.
    """
    pairs = [
        PAIR_LEAST.ball(angle=pair_angle(u, v))
        for i, u in enumerate(teacher)
        for v in teacher[i + 1 :]
    ]
    if not pairs:
        raise InputError("one neuron has no pair", "K >= 2")
    least = pairs[0]
    for value in pairs[1:]:
        least = least.min(value)
    return least


def singular_value_powers(
    teacher: Matrix, scales: tuple[Fraction, ...] | None = None
) -> tuple[arb, arb]:
    """(kappa^2, gamma) of the rescaled directions: kappa = s_1/s_K, gamma = prod s_i / s_K^K.

    scales: any positive numbers D_j; default 1. Directions must be linearly independent.
    """
    norms = [ball(dot(u, u)).sqrt() for u in teacher]
    factors = [ball(x) for x in scales or (Fraction(1),) * len(teacher)]
    n = len(teacher)
    gram = arb_mat(
        [
            [
                factors[i]
                * factors[k]
                * (ball(dot(teacher[i], teacher[k])) / (norms[i] * norms[k]))
                if i != k
                else factors[i] ** 2
                for k in range(n)
            ]
            for i in range(n)
        ]
    )
    least = least_eigenvalue(gram)
    if not least > 0:
        raise InputError(
            "the teacher's directions are not proved linearly independent",
            "K <= d independent neurons",
            "raise the precision, or remove a dependent neuron",
        )
    return greatest_eigenvalue(gram) / least, gram.det().sqrt() / least.sqrt() ** n


def independent_lower_bound(
    teacher: Matrix,
    scales: tuple[Fraction, ...] | None = None,
    *,
    constant: sympy.Expr = RHO,
    kappa_power: int = 2,
) -> arb:
    """rho/(kappa^2 gamma) <= least eigenvalue of A, for every mask (Zhong et al. 2017).

    constant and kappa_power are what mutants change.

    >>> teacher = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(3)))
    >>> independent_lower_bound(teacher).str(10, radius=False)
    '0.09084505691'
    """
    condition_squared, gamma = singular_value_powers(teacher, scales)
    power = condition_squared if kappa_power == 2 else condition_squared.sqrt() ** kappa_power
    return Formula(constant).ball() / (power * gamma)


def parallel_pair(teacher: Matrix) -> tuple[int, int] | None:
    """Numbers (from 1) of the first two parallel teacher neurons, or None."""
    return next(
        (
            (i + 1, k + 1)
            for i, u in enumerate(teacher)
            for k, v in enumerate(teacher)
            if i < k and proportional(u, v)
        ),
        None,
    )


def pair_least_small_angle() -> sympy.Expr:
    """Leading coefficient of PAIR_LEAST in angle^3: obtained, not assumed."""
    return sympy.series(PAIR_LEAST.expr, angle, 0, 4).removeO().coeff(angle, 3)


def pair_block_eigenvalues() -> tuple[sympy.Expr, ...]:
    """1/2 +- the eigenvalues of Q(u, v) for two neurons in the plane, symbolically."""
    share, sine = (pi - angle) / (2 * pi), sin(angle) / (2 * pi)
    u, v = sympy.Matrix([1, 0]), sympy.Matrix([cos(angle), sin(angle)])
    shape = (u * v.T + v * u.T - cos(angle) * (u * u.T + v * v.T)) / sin(angle) ** 2
    q = share * sympy.eye(2) + sine * shape
    trace, product = sympy.simplify(q.trace()), sympy.simplify(q.det())
    root = sqrt(sympy.simplify(trace**2 / 4 - product))
    values = [trace / 2 + sign * root for sign in (1, -1)]
    return tuple(Rational(1, 2) + sign * value for value in values for sign in (1, -1))
