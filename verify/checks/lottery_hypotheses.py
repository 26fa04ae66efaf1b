"""Which hypotheses bear load: the statements with one of them dropped, at exact witnesses.

Inputs that are not Gaussian stand in `lottery_inputs`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.lottery import counterexamples as counter
from theory.lottery.acceleration import RATE
from theory.lottery.concentration import dense_fourth_moment, disjoint_fourth_moment
from theory.lottery.kinks import half_for_each
from theory.lottery.network import Problem, read_weights
from theory.lottery.population import gradient, loss
from theory.lottery.spectrum import (
    DISJOINT_CONDITION,
    hessian_extremes,
    pair_angle,
    teacher_matrix,
)
from theory.rigor.balls import ball
from theory.rigor.inertia import eigenvalues_below, multiplicity
from theory.rigor.spectra import greatest_eigenvalue
from verify.checks.lottery_problems import Cell, axes, read_problem, without
from verify.engines.enclose import Side


def _swapped(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """K^2 <grad f(W), W - W*>, and the least bound of a neuron times |W - W*|^2."""
    task = read_problem(cell)
    left, right = arb(0), arb(0)
    for j, (w, v) in enumerate(zip(task.student, task.teacher, strict=True)):
        move = [a - b for a, b in zip(w, v, strict=True)]
        left += sum((ball(m) * gradient(task, j, c).ball() for c, m in enumerate(move)), arb(0))
        bound = form.ball(angle=pair_angle(w, v)) if form.symbols else form.ball()
        right += bound * ball(dot(move, move))
    return left * task.neurons**2, right


def _cost_of_two(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The claimed least loss, and K^2 times that of one student inside the mask."""
    task = read_problem({"teacher": cell["teacher"]})
    student = read_weights(cell["student"], "student")
    value = loss(Problem(task.teacher, student, task.mask)).ball()
    angle = pair_angle(student[0], task.teacher[0])
    return form.ball(pruned_angle=angle), value * task.neurons**2


def _mean_of_law(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Greatest eigenvalue of E A-hat, and that of the identity times the mean share active."""
    share = sum(n * p for n, p in form(1, cell["N"]).items()) / cell["N"]
    return greatest_eigenvalue(teacher_matrix(read_problem(cell))), share


def _kinks_of_two(cell: Cell, form: Form) -> tuple[Side, Side]:
    """The law of one neuron, and a bound for two: orthogonal ones have twice the kinks."""
    N, t = cell["N"], Fraction(cell["t"])
    return form(2, N, t), half_for_each(2, N, t)


def _disjoint_rate(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The limit law at a tiny r/N, and the rate of the population matrix of K neurons."""
    kappa = DISJOINT_CONDITION.ball(neurons=cell["K"])
    return form.ball(kept=cell["r"], samples=cell["N"]), RATE.ball(condition=kappa)


def _multiplicity(cell: Cell, form: tuple) -> tuple[Side, Side]:
    task = read_problem(cell)
    value, times = form[0]
    found = multiplicity(teacher_matrix(task), value.ball(neurons=task.neurons), arb(10) ** -6)
    names = {"neurons": task.neurons, "d": task.dimension}
    expected = times.subs({s: names[s.name] for s in times.free_symbols})
    return (arb.nan() if found is None else found), Fraction(str(expected))


def _nullity(cell: Cell, form: Callable[[Any], int]) -> tuple[Side, Side]:
    task = read_problem(cell)
    count = eigenvalues_below(teacher_matrix(task), arb(10) ** -9)
    return (arb.nan() if count is None else count), form(task.teacher)


# E |g|^4 for teachers e_1, e_1 with masks {1, 2} and {1}: E (2 x_1^2 + x_2^2)^2/2
PARTIAL = {"teacher": [["1", "0"], ["1", "0"]], "mask": [[1, 1], [1, 0]], "fourth": "19/2"}


def _partial(cell: Cell, form: Form) -> tuple[Side, Side]:
    closed = dense_fourth_moment if cell["closed"] == "dense" else disjoint_fourth_moment
    return closed(read_problem(cell)).ball(), Fraction(cell["fourth"])


def _not_convex_at(cell: Cell) -> arb:
    """Distance of the student, where the least eigenvalue is certified to be negative."""
    task = read_problem(cell)
    if not ball(hessian_extremes(task)[0]) < 0:
        return arb.nan()
    rows = zip(task.student, task.teacher, strict=True)
    squares = [(a - b) ** 2 for w, v in rows for a, b in zip(w, v, strict=True)]
    return ball(sum(squares, Fraction(0))).sqrt()


def _nearest_not_convex(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return form.ball(**{s.symbol.name: 2 for s in form.symbols}), _not_convex_at(cell)


def _regions_not_nested(cell: Cell, form: Callable[[int, int], float]) -> tuple[Side, Side]:
    """The radius 1 of the diagonal masks, whose Hessian is constant up to w = 0, against the
    distance of a point of the dense mask with a certified negative eigenvalue."""
    return ball(Fraction(float(form(4, 2)))), _not_convex_at(cell)


def _condition_not_nested(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    """Condition numbers of the dense mask and of the diagonal ones, orthonormal teacher."""
    values = []
    for name in ("mask", "larger"):
        matrix = teacher_matrix(read_problem({"teacher": cell["teacher"], "mask": cell[name]}))
        values.append(greatest_eigenvalue(matrix) / -greatest_eigenvalue(-matrix))
    return ball(form) * values[0], values[1]


def _first_moment(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """form E[y x] at (1, 1), E[y x] = sum_j w_j/(2 K), against the weight itself."""
    teacher = read_weights(cell["teacher"], "teacher")
    moment = sum((row[0] for row in teacher), Fraction(0)) / (2 * len(teacher))
    return form.ball(neurons=len(teacher)) * ball(moment), teacher[0][0]


def _rank(cell: Cell, form: Callable[..., int]) -> tuple[Side, Side]:
    patterns = [tuple(p) for p in cell["patterns"]]
    return cell["rank"], form(patterns, cell["sizes"], dense=cell["dense"])


def _star(cell: Cell, form: Form) -> tuple[Side, Side]:
    return counter.identifiable_star(cell["N"]), form(cell["N"], 3, 6)


def _reached(cell: Cell, form: int) -> tuple[Side, Side]:
    """Success of the full mask, and of the one that cuts (0 beyond the tolerance 10^-3)."""
    teacher = read_weights(cell["teacher"], "teacher")
    cut = dot(teacher[0], teacher[0]) - teacher[0][0] ** 2  # squared norm outside the mask {1}
    success = int(cut <= Fraction(1, 10**6) * dot(teacher[0], teacher[0]))
    return form * 1, form * success


ORTHOGONAL = {"teacher": axes(2, 2)}
DIAGONAL = {"mask": [[1, 1], [1, 1]], "larger": [[1, 0], [0, 1]]}
NOT_CONVEX = [["868320/1000000", "154220/1000000"], ["154220/1000000", "868321/1000000"]]
MIXED = [[1, 0], [1, 0], [0, 1], [0, 1], [1, 1], [1, 1]]

CHECKS = (
    without(
        "pop.k1_onepoint", "one neuron", _swapped,
        {"teacher": axes(2, 2), "student": [["0", "1"], ["1", "0"]]},
        "the gradient vanishes at the teacher's neurons in another order", relation=">=",
    ),
    without(
        "prune.k1_exact", "one neuron", _cost_of_two,
        {
            "teacher": [["4/5", "3/5"], ["0", "1"]],
            "student": [["2/5", "0"], ["9/20", "3/2"]],
        },
        "a second neuron makes good for a pruned weight",
    ),
    without(
        "conc.wishart_k1", "one neuron", _mean_of_law, {**ORTHOGONAL, "N": 4},
        "two neurons that are active together are no multiple of the identity on average",
        relation="==",
    ),
    without(
        "region.k1", "one neuron", _nearest_not_convex, {**ORTHOGONAL, "student": NOT_CONVEX},
        "two neurons have a point without convexity nearer to the teacher",
    ),
    without(
        "region.k1", "two weights", lambda cell, form: (1, form.ball(
            **{s.symbol.name: cell["r"] for s in form.symbols}
        )),
        {"r": 1}, "one weight has curvature 1/2 on all of (0, 1], so its radius is 1",
    ),
    without(
        "region.kink_law", "one neuron", _kinks_of_two, {"N": 5, "t": "1/10"},
        "two neurons have more kinks than one",
    ),
    without(
        "agd.k1_rate_law", "one neuron", _disjoint_rate, {"K": 2, "r": 1, "N": 10**6},
        "with two neurons the population itself has a condition number above 1", relation="==",
    ),
    without(
        "spec.orth", "dense masks", _multiplicity,
        {"teacher": axes(3, 3), "mask": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]},
        "pruned masks keep other multiplicities", relation="==",
    ),
    without(
        "spec.antipodal", "dense masks", _nullity,
        {
            "teacher": [["1", "0"], ["-1", "0"], ["0", "1"], ["0", "-1"]],
            "mask": [[1, 0], [1, 0], [0, 1], [0, 1]],
        },
        "pruned masks lower the nullity", relation="==",
    ),
    *(
        without(
            "conc.frobenius", "masks", _partial, {**PARTIAL, "closed": closed},
            "masks that overlap in part have another fourth moment", relation="==",
        )
        for closed in ("dense", "disjoint")
    ),
    without(
        "prune.region_monotone", "nested masks", _regions_not_nested,
        {**ORTHOGONAL, "student": NOT_CONVEX, **DIAGONAL},
        "masks that are not nested order the regions the other way",
    ),
    without(
        "fig.nested", "nested masks", _condition_not_nested, {**ORTHOGONAL, **DIAGONAL},
        "masks that are not nested order the condition numbers the other way",
    ),
    without(
        "init.disjoint_m1", "disjoint masks", _first_moment,
        {"teacher": [["1", "0"], ["1", "1"]]},
        "overlapping masks add the neurons up", relation="==",
    ),
    without(
        "phase.rank", "masks", _rank,
        {"masks": [[1, 1, 0], [0, 1, 1]], "patterns": [[1, 1]] * 6, "sizes": [2, 2],
         "dense": False, "rank": 3},
        "a coordinate kept twice gives two equal columns", relation="==",
    ),
    without(
        "phase.rank", "masks", _rank,
        {"masks": [[1, 1, 0], [0, 1, 1]], "patterns": MIXED, "sizes": [3, 3],
         "dense": True, "rank": 4},
        "pruned masks have fewer columns", relation="==",
    ),
    without(
        "phase.lower", "directions", _star, {"teacher": "three at 120 degrees", "N": 6},
        "three obtuse neurons leave no sample without an active one",
    ),
    without(
        "phase.basin", "support kept", _reached, {"teacher": [["4/5", "3/5"]], "mask": [[1, 0]]},
        "a mask that cuts the support never reaches the teacher",
    ),
)  # fmt: skip
