"""Which statements need Gaussian inputs: each at a law of finitely many values, exactly.

Fair signs have the mean and the covariance of the standard normal; the other laws are used
where signs happen to obey the statement.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from theory.exact import Matrix, dot
from theory.formula import Formula
from theory.lottery import finite_laws as laws
from theory.lottery.network import Problem, read_weights
from theory.lottery.spectrum import pair_angle
from theory.rigor.balls import ball
from theory.rigor.inertia import eigenvalues_below, multiplicity
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.checks.lottery_dynamics_hypotheses import at_known
from verify.checks.lottery_problems import Cell, axes, blocks, read_problem, without
from verify.engines.enclose import Side

SIGNS = laws.signs(2)
FIRST, BETWEEN = (Fraction(1), Fraction(0)), (Fraction(1), Fraction(1))
PAIR = {"inputs": "signs", "u": ["1", "0"], "v": ["1", "1"]}
ORTHOGONAL = {"inputs": "signs", "teacher": axes(2, 2)}


def _at_pair(form: Formula) -> arb:
    """A formula of the angle and the norms, at the pair u = (1, 0), v = (1, 1)."""
    root = arb(2).sqrt()
    return at_known(form, angle=arb.pi() / 4, first_norm=1, second_norm=root)


def _kernel(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return laws.mean(SIGNS, lambda x: laws.relu(x[0]) * laws.relu(x[0] + x[1])), _at_pair(form)


def _field(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    """E 1{ux>0} relu(vx) along u."""
    return laws.mean(SIGNS, lambda x: laws.relu(x[0]) * laws.relu(x[0] + x[1])), _at_pair(form[0])


def _overlap(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    """The trace of Q(u, v) in the plane of u and v."""
    trace = sum(laws.overlap_entry(SIGNS, FIRST, BETWEEN, a, a) for a in (0, 1))
    return trace, _at_pair(form[0]) + _at_pair(form[1])


def _jump(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    """G(u, v) does not move while u turns from (1, 0) to (1, 1/2): no sign changes sides."""
    turned = (Fraction(1), Fraction(1, 2))
    before, after = (_field_across(u) for u in (FIRST, turned))
    return after - before, _at_pair(form[1]) / 2


def _field_across(u: tuple[Fraction, ...]) -> Fraction:
    return laws.mean(SIGNS, lambda x: (dot(u, x) > 0) * laws.relu(x[0] + x[1]) * x[1])


def _hessian(cell: Cell, form: Callable[[Problem], Any]) -> tuple[Side, Side]:
    """Entry (1, 1) of the block of neurons 1 and 2, at the teacher."""
    task = read_problem(cell)
    u, v = task.teacher
    entry = laws.overlap_entry(SIGNS, u, v, 0, 0) / task.neurons**2
    return entry, form(task)[0][task.dimension].ball()


def _one_point(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """w = (1, 1) activates one sign, and w* = (2, 0) has the same output there."""
    student, teacher = (read_weights(cell[name], name) for name in ("student", "teacher"))
    (w,), (v,) = student, teacher
    bound = at_known(form, angle=pair_angle(w, v))
    move = [a - b for a, b in zip(w, v, strict=True)]
    return laws.descent_product(SIGNS, student, teacher), bound * ball(dot(move, move))


def _least(teacher: Matrix) -> arb:
    return least_eigenvalue(laws.teacher_matrix(SIGNS, teacher))


def _pair_least(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    return _least(read_weights(cell["teacher"], "teacher")), form[0].ball(angle=arb.pi() / 2)


def _rho(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return _least(read_weights(cell["teacher"], "teacher")), form.ball()


def _independent_bound(cell: Cell, form: Callable[[Matrix], arb]) -> tuple[Side, Side]:
    teacher = read_weights(cell["teacher"], "teacher")
    return form(teacher), _least(teacher)


def _multiplicity(cell: Cell, form: tuple) -> tuple[Side, Side]:
    """How often the least level of two orthonormal neurons is an eigenvalue: claimed once."""
    matrix = laws.teacher_matrix(SIGNS, read_weights(cell["teacher"], "teacher"))
    found = multiplicity(matrix, at_known(form[0][0], neurons=2), arb(10) ** -6)
    times = form[0][1].subs({s: {"neurons": 2, "d": 2}[s.name] for s in form[0][1].free_symbols})
    return (arb.nan() if found is None else found), Fraction(str(times))


def _nullity(cell: Cell, form: Callable[[Matrix], int]) -> tuple[Side, Side]:
    teacher = read_weights(cell["teacher"], "teacher")
    count = eigenvalues_below(laws.teacher_matrix(SIGNS, teacher), arb(10) ** -9)
    return (arb.nan() if count is None else count), form(teacher)


def _disjoint_condition(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """(1/2 + 1/4)/(1/2 - 1/4): signs are active together on a quarter of the samples."""
    task = read_problem(cell)
    matrix = laws.teacher_matrix(SIGNS, task.teacher, task.mask)
    return greatest_eigenvalue(matrix) / least_eigenvalue(matrix), form.ball(neurons=2)


def _pair_upper(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Inputs on the axes activate neurons of opposite signs one at a time: A = I/2."""
    teacher = read_weights(cell["teacher"], "teacher")
    matrix = laws.teacher_matrix(laws.axes_law(4), teacher)
    return least_eigenvalue(matrix), form.ball(angle=pair_angle(*teacher))


def _constant_upper(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """x = 1 always: the neuron is always active."""
    matrix = laws.teacher_matrix(laws.constant(), read_weights(cell["teacher"], "teacher"))
    return matrix[0, 0], form.ball(neurons=1)


def _rate_constant(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    """Disjoint masks: kappa = K + 1 for signs, so K (1 - rate) tends to 2."""
    return 2, form[3].ball()


APART = {"inputs": "signs", "teacher": axes(2, 2), "mask": blocks(2, 1)}
OPPOSED = {"inputs": "axes", "teacher": [["3", "1", "1", "1"], ["-1", "-3", "-1", "-1"]]}

CHECKS = tuple(
    without(claim, "inputs", sides, cell, why, relation=relation)
    for claim, sides, cell, relation, why in (
        ("pop.loss", _kernel, PAIR, "==", "signs have another kernel"),
        ("pop.grad", _field, PAIR, "==", "signs have another gradient"),
        ("pop.gn", _overlap, PAIR, "==", "signs overlap less"),
        ("pop.jump", _jump, PAIR, "==", "signs have no density at the boundary"),
        ("pop.hess", _hessian, {"inputs": "signs", "teacher": [["1", "0"], ["1", "1"]]}, "==",
         "signs have another Hessian at the teacher"),
        ("pop.gn_vs_hess", _hessian, {"inputs": "signs", "teacher": [["1", "0"], ["1", "1"]]},
         "==", "signs have another mean of g g^T"),
        ("pop.k1_onepoint", _one_point,
         {"inputs": "signs", "student": [["1", "1"]], "teacher": [["2", "0"]]}, ">=",
         "signs cannot tell two weights apart"),
        ("spec.pair", _pair_least, ORTHOGONAL, "==", "signs make two neurons singular"),
        ("spec.disjoint", _disjoint_condition, APART, "==", "signs have another condition number"),
        ("spec.orth", _multiplicity, ORTHOGONAL, "==", "signs have other levels"),
        ("spec.rho", _rho, ORTHOGONAL, "==", "signs leave no curvature"),
        ("spec.zhong_bound", _independent_bound, ORTHOGONAL, "<=", "signs leave no curvature"),
        ("spec.pair_upper", _pair_upper, OPPOSED, "<=",
         "inputs on the axes keep the neurons apart"),
        ("spec.upper", _constant_upper, {"inputs": "constant", "teacher": [["1"]]}, "<=",
         "a constant input is active always"),
        ("spec.antipodal", _nullity, ORTHOGONAL, "==", "signs make two neurons singular"),
        ("spec.kappa_rates", _rate_constant, {"inputs": "signs", "masks": "disjoint"}, "==",
         "signs have another limit of kappa/K"),
    )
)  # fmt: skip
