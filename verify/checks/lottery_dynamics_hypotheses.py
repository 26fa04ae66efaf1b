"""Which hypotheses on noise, starts and the objective bear load, at exact witnesses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from theory.claim import Form
from theory.formula import Formula
from theory.lottery import counterexamples as counter
from theory.lottery.network import Problem
from theory.rigor.balls import ball
from verify.checks.lottery_problems import Cell, read_problem, without
from verify.engines.enclose import Side


def at_known(form: Formula, **values: Any) -> arb:
    """A formula's ball at those of the values that are its symbols."""
    known = {s.symbol.name for s in form.symbols}
    return form.ball(**{name: value for name, value in values.items() if name in known})


def _kinks_with_noise(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Noise +e (9 in 10) or -9 e: nine tenths of all kinks are concave, those of active samples
    and of the others alike. For r = 3 the law of |u_1| is uniform."""
    N, t = cell["N"], Fraction(cell["t"])
    return form(3, N, t), (1 - Fraction(9, 10) * t) ** N


def _bent_rate(cell: Cell, form: tuple[Formula, ...]) -> tuple[Side, Side]:
    """Contraction over a cycle of three, and the claimed rate over three steps."""
    errors = counter.bent_errors((Fraction("-2208/1225"), Fraction("2592/1225")), 3)
    return abs(errors[3] / errors[0]), form[2].ball(condition=counter.CONDITION) ** 3


def _bent_transient(cell: Cell, form: Formula) -> tuple[Side, Side]:
    start, t = Fraction(cell["start"]), cell["t"]
    errors = counter.bent_errors((start, start), t)
    return abs(errors[t] / start), form.ball(rate=Fraction(2, 3), steps=t)


def _dead_rate(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """A start that no sample activates has no gradient and stays: rate 1."""
    return 1, form.ball(condition=Fraction(cell["condition"]))


def _dead_distance(cell: Cell, form: Any) -> tuple[Side, Side]:
    """Squared distance |-1 - 1|^2 on the draw x = 1 without noise, and the bound's square.

    One neuron on one input: the statistical error is sigma sqrt(2/N).
    """
    sigma = Fraction(cell["sigma"])
    return 4, Fraction(str(form)) ** 2 * 2 * sigma**2


def _few_samples(cell: Cell, form: Any) -> tuple[Side, Side]:
    """Root mean square error at N = 1 between two noise levels, against their ratio^form."""
    low, high = Fraction(cell["low"]), Fraction(cell["high"])
    squares = [counter.truncated_square(sigma) for sigma in (low, high)]
    return (squares[1] / squares[0]).sqrt(), ball(high / low) ** ball(Fraction(str(form)))


def _loud(cell: Cell, form: Formula) -> tuple[Side, Side]:
    sigma = Fraction(cell["sigma"])
    law = at_known(form, noise=sigma, kept_total=1, samples=1, neurons=1)
    return counter.truncated_square(sigma), law


def _large_weight(cell: Cell, form: Callable[..., float]) -> tuple[Side, Side]:
    """K = 1, |w*| = 1, every weight pruned but a vanishing one: (1 - 1/pi^2)/4, H = I/2."""
    return (1 - 1 / arb.pi() ** 2) / 4, ball(Fraction(form(1.0, 2.0, 0.5)))


def _uneven_excess(cell: Cell, form: Formula) -> tuple[Side, Side]:
    law = at_known(form, noise=1, kept_total=cell["kept"], samples=1, neurons=1)
    return counter.uneven_excess(cell["kept"], slope=1), law


def _uneven_pruning(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Change when the vanishing weight 2 is pruned whose input scales the noise."""
    change = counter.uneven_excess(1, slope=2) - counter.uneven_excess(2, slope=2)
    return change, at_known(form, pruned_weight=0, noise=1, samples=1, inverse_entry=2)


def _uneven_error(cell: Cell, form: Callable[[Problem], Any]) -> tuple[Side, Side]:
    return counter.uneven_error(slope=1), form(read_problem(cell))


def _uneven_gradient(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """E (noise x 1{x > 0})^2 with noise sigma x: 3 sigma^2/2."""
    law = at_known(form, samples=1, neurons=1, kept_total=1, noise=1, distance=0)
    return Fraction(3, 2), law


CHECKS = (
    without(
        "region.kink_law", "no noise", _kinks_with_noise, {"N": 5, "t": "1/10"},
        "noise makes kinks of inactive samples concave",
    ),
    without(
        "agd.optimal", "quadratic", _bent_rate, {"start": "cycle"},
        "a convex function with curvatures in [1, 25] makes the iteration go round",
    ),
    without(
        "agd.transient", "quadratic", _bent_transient, {"start": "33/10", "t": 60},
        "the same from e_0 = e_-1",
    ),
    without(
        "agd.local_rate", "local", _dead_rate,
        {"teacher": [["1", "1"]], "start": [["-1", "-1"]], "condition": "4",
         "samples": [["1", "0"], ["0", "2"]]},
        "a start in another cell never moves", relation="==",
    ),
    without(
        "stat.floor", "near start", _dead_distance,
        {"teacher": [["1"]], "start": [["-1"]], "samples": [["1"]], "sigma": "1/10"},
        "a start at relative distance 2 that no sample activates never moves",
    ),
    without(
        "stat.noise_linear", "asymptotics", _few_samples, {"low": "1/10", "high": "10"},
        "one sample loses half of its large errors to the kink", relation="==",
    ),
    without(
        "digits.excess", "small noise", _loud, {"sigma": "10", "inputs": [["1"]]},
        "large noise switches neurons off", relation="==",
    ),
    without(
        "prune.obs", "small weight", _large_weight, {"weight": "1"},
        "a large weight costs less than the quadratic says", relation="==",
    ),
    without(
        "stat.excess", "noise", _uneven_excess, {"kept": 1, "noise": "sigma x"},
        "noise that grows with the input costs more than s sigma^2/N", relation="==",
    ),
    without(
        "stat.sandwich", "noise", _uneven_error, {"teacher": [["1"]], "noise": "sigma x"},
        "noise that grows with the input has another covariance", relation="==",
    ),
    without(
        "prune.breakeven", "noise", _uneven_pruning, {"noise": "sigma x_2"},
        "noise that grows with the pruned input changes the gain", relation="==",
    ),
    without(
        "conc.grad", "noise", _uneven_gradient, {"noise": "sigma x"},
        "noise that grows with the input moves the gradient more",
    ),
)  # fmt: skip
