"""Which statements on regions, samples and moments need Gaussian inputs, at exact witnesses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.lottery import finite_laws as laws
from theory.lottery.network import Problem, read_weights
from theory.lottery.spectrum import pair_angle
from theory.rigor.balls import ball
from verify.checks.lottery_dynamics_hypotheses import at_known
from verify.checks.lottery_problems import Cell, axes, blocks, read_problem, without
from verify.engines.enclose import Side

SIGNS = laws.signs(2)


def _lipschitz(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Entry (2, 2) of Q(w_1, w_2) jumps while w_1 turns past (1, 1): a bound from below of
    K^2 times the change of the Hessian."""
    task = read_problem(cell)
    (u, v), (moved, _) = task.teacher, task.student
    change = laws.overlap_entry(SIGNS, moved, v, 1, 1) - laws.overlap_entry(SIGNS, u, v, 1, 1)
    step = [a - b for a, b in zip(moved, u, strict=True)]
    least = min(dot(w, w) for w in task.teacher)
    return abs(change), form.ball(
        neurons=2, distance=ball(dot(step, step)).sqrt(), smallest_norm=ball(least).sqrt()
    )


def _bend_distance(cell: Cell) -> arb:
    """Distance of the farther end of a segment on which the loss lies above its chord.

    The teacher (1, 1 - e) moves by t (-1, 1); its kink for x = (1, -1) is at t = e/2.
    """
    (v,) = read_weights(cell["teacher"], "teacher")
    middle, reach = (v[0] - v[1]) / 2, Fraction(cell["reach"])

    def loss(t: Fraction) -> Fraction:
        return laws.loss(SIGNS, ((v[0] - t, v[1] + t),), (v,))

    above = 2 * loss(middle) - loss(middle - reach) - loss(middle + reach)
    return ball(middle + reach) * arb(2).sqrt() if above > 0 else arb.nan()


def _radius(cell: Cell, form: Formula) -> tuple[Side, Side]:
    (v,) = read_weights(cell["teacher"], "teacher")
    norm = ball(dot(v, v)).sqrt()
    values = {"least_curvature": Fraction(1, 2), "neurons": 1, "smallest_norm": norm}
    return at_known(form, **values), _bend_distance(cell)


def _one_neuron_radius(cell: Cell, form: Formula) -> tuple[Side, Side]:
    (v,) = read_weights(cell["teacher"], "teacher")
    return at_known(form, kept=2) * ball(dot(v, v)).sqrt(), _bend_distance(cell)


def _kinks(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Three signs, w* = e_1: every active sample has w* x/|x| = 1/sqrt(3) > t."""
    return 1, form(3, cell["N"], Fraction(cell["t"]))


def _fourth(cell: Cell, form: Callable[[Problem], arb]) -> tuple[Side, Side]:
    """E |g|^4 - |A|^2 = d^2/2 - d/4 for signs, one neuron."""
    d = len(cell["teacher"][0])
    return Fraction(d**2, 2) - Fraction(d, 4), form(read_problem(cell))


def _rare_tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """P(|A-hat - 1/2| >= 1/2) >= P(no active sample), and the bound at 2 t = 1/2."""
    never = laws.never(laws.rare(cell["size"]), cell["N"])
    return ball(never), at_known(
        form, samples=cell["N"], kept_total=1, neurons=1, distance=Fraction(1, 4)
    )


def _rare_samples(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    """The same probability against delta; all curvature is lost, more than the share epsilon."""
    never = laws.never(laws.rare(cell["size"]), cell["N"])
    lost = form * Fraction(cell["accuracy"]) < 1
    return (ball(never) if lost else 0), Fraction(cell["delta"])


def _wishart(cell: Cell, form: Form) -> tuple[Side, Side]:
    """P(trace of N A-hat < 1/2), signs, r = 1: no sample is active."""
    total = arb(0)
    for n, share in form(1, cell["N"]).items():
        given = arb(1) if n == 0 else (arb(1) / 4).gamma_lower(arb(n) / 2, regularized=1)
        total += ball(share) * given
    return Fraction(1, 2 ** cell["N"]), total


def _rare_gradient(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Variance of (w - 1) x^2 1{x > 0} for one sample without noise."""
    law = laws.rare(cell["size"])
    move = Fraction(cell["move"])
    fourth = laws.mean(law, lambda x: Fraction(x[0] > 0) * x[0] ** 4)
    values = {"samples": 1, "neurons": 1, "kept_total": 1, "noise": 0, "distance": move}
    return move**2 * (fourth - Fraction(1, 4)), at_known(form, **values)


def _error(cell: Cell, form: Callable[[Problem], Any]) -> tuple[Side, Side]:
    """K^2 tr A^-1 = 4 (4/3 + 4) for signs."""
    task = read_problem(cell)
    inverse = laws.teacher_matrix(SIGNS, task.teacher, task.mask).inv()
    return 4 * (inverse[0, 0] + inverse[1, 1]), form(task)


def _pruned(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """w* = (4/5, 3/5) without its second weight: the best scale of e_1 for signs is 4/5."""
    teacher = read_weights(cell["teacher"], "teacher")
    best = ((Fraction(4, 5), Fraction(0)),)
    return laws.loss(SIGNS, best, teacher), form.ball(pruned_angle=pair_angle(best[0], teacher[0]))


def _third_moment(cell: Cell, form: Callable[[int], Any]) -> tuple[Side, Side]:
    """E relu(x)(x^3 - 3 x) = -1 for a sign."""
    moment = laws.mean(laws.signs(1), lambda x: laws.relu(x[0]) * (x[0] ** 3 - 3 * x[0]))
    return moment, Formula(form(3)).ball()


def _first_moment(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """x = 1 always: y x = w, so twice that is not w."""
    return form.ball(neurons=1) * ball(laws.mean(laws.constant(), lambda x: x[0] ** 2)), 1


def _repeated(cell: Cell, form: Callable[..., int]) -> tuple[Side, Side]:
    patterns = [(1,)] * len(cell["samples"])
    return 1, form(patterns, (2,), dense=True)


def _positive(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Positive inputs and weights: every sample is active, r samples with a density suffice."""
    return 1, form(cell["N"], 1, cell["N"])


NEAR_KINK = {"inputs": "signs", "teacher": [["1", "99/100"]], "reach": "1/400"}
RARE = {"inputs": "+-size with probability 1/size^2, else 0", "size": 300}
TURNED = {
    "inputs": "signs",
    "teacher": [["1", "99/100"], ["1", "0"]],
    "student": [["1", "101/100"], ["1", "0"]],
}
APART = {"inputs": "signs", "teacher": axes(2, 2), "mask": blocks(2, 1)}

CHECKS = tuple(
    without(claim, "inputs", sides, cell, why, relation=relation)
    for claim, sides, cell, relation, why in (
        ("region.lipschitz", _lipschitz, TURNED, "<=", "the Hessian jumps where a sign changes"),
        ("region.radius_bound", _radius, NEAR_KINK, "<=", "a kink lies next to the teacher"),
        ("region.k1", _one_neuron_radius, NEAR_KINK, "<=", "a kink lies next to the teacher"),
        ("region.kink_law", _kinks, {"inputs": "signs", "N": 5, "t": "1/2"}, "==",
         "signs have all their kinks at one distance"),
        ("conc.frobenius", _fourth, {"inputs": "signs", "teacher": [["1", "0"]]}, "==",
         "|x| is constant for signs"),
        ("conc.bernstein", _rare_tail, {**RARE, "N": 1000}, "<=",
         "inputs with a heavy tail are mostly not seen"),
        ("conc.samples", _rare_samples, {**RARE, "N": 3000, "accuracy": "1/2", "delta": "1/5"},
         "<=", "the same at the number of samples asked for"),
        ("conc.wishart_k1", _wishart, {"inputs": "signs", "N": 2}, "==", "squares of signs are 1"),
        ("conc.grad", _rare_gradient, {**RARE, "move": "1"}, "<=",
         "a heavy tail has a large fourth moment"),
        ("stat.sandwich", _error, APART, "==", "signs have another inverse trace"),
        ("prune.k1_exact", _pruned, {"inputs": "signs", "teacher": [["4/5", "3/5"]]}, "==",
         "pruning costs more for signs"),
        ("init.moments", _third_moment, {"inputs": "signs"}, "==",
         "the third moment of signs does not vanish"),
        ("init.disjoint_m1", _first_moment, {"inputs": "constant"}, "==",
         "a constant input doubles the first moment"),
        ("phase.rank", _repeated, {"samples": [["1", "1"], ["1", "1"]]}, "==",
         "equal samples add no rank"),
        ("phase.lower", _positive, {"inputs": "positive", "N": 3}, "<=",
         "positive inputs waste no sample"),
    )
)  # fmt: skip
