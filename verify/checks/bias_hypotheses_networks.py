"""Which hypotheses of the second paper bear load: networks, their start and their training."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

import sympy
from flint import arb, arb_mat

from theory.bias.claims_generalization import THROUGH_EIGENVALUE, THROUGH_EIGENVALUE_RECALLED
from theory.bias.data_sets import data_set
from theory.bias.generalization import main_term
from theory.bias.kernel import OUTPUT_VARIANCE
from theory.bias.off_sphere import scaled_kernel_matrix
from theory.bias.one_sample import OneSample
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.region import quadratic_form, restricted_bound
from theory.bias.samples import greatest_correlation
from theory.bias.training import MOVEMENT, MOVEMENT_FLOW
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.binomial import share_above, share_below
from verify.checks.bias_cells import Cell, bias_of, without
from verify.checks.bias_generalization import solved_sides
from verify.checks.bias_width import width_of
from verify.engines.enclose import Side

DELTA = Fraction(1, 20)
UNDECIDED = (arb.nan(), arb.nan())


def _at(cell: Cell, form: Formula, **more: Any) -> arb:
    known = {"B": Fraction(cell.get("B", 0)), "m": cell.get("m"), "n": cell.get("n"),
             "delta": DELTA, "radius": Fraction(cell.get("R", "1/10")), **more}  # fmt: skip
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _active(cell: Cell, shift: arb | int = 0) -> arb:
    """Probability that a neuron is active: <w, x> has the deviation norm * deviation."""
    spread = Fraction(cell.get("norm", 1)) * Fraction(cell.get("deviation", 1))
    return tail_ball((ball(bias_of(cell)) - shift) / ball(spread))


def _share(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The exact probability that one sample's share exceeds the bound, beside delta."""
    return share_above(_at(cell, form), cell["m"], _active(cell)), DELTA


def _share_moved(cell: Cell, form: Form) -> tuple[Side, Side]:
    """The same while neurons move by `reach` times R towards the sample."""
    shift = arb(2).sqrt() * ball(Fraction(cell["R"]) * Fraction(cell.get("reach", 0)))
    return share_above(_at(cell, form[0]), cell["m"], _active(cell, shift)), DELTA


def _shifted_tail(cell: Cell, form: Form) -> tuple[Side, Side]:
    shift = arb(2).sqrt() * ball(Fraction(cell["R"]))
    return tail_ball(ball(bias_of(cell)) - shift), _at(cell, form[1])


def _entry(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """A diagonal entry of P: the share of neurons active on one sample, about Q(B)."""
    bound = tail_ball(ball(bias_of(cell))) + _at(cell, form, rho=1)
    return share_above(bound, cell["m"], _active(cell)), DELTA


def _distance(cell: Cell, form: Form) -> tuple[Side, Side]:
    """One sample: H(0) = (1 + norm^2) times a share, about 2 Q(B)."""
    square = ball(1 + Fraction(cell.get("norm", 1)) ** 2)
    bound = (2 * tail_ball(ball(bias_of(cell))) + _at(cell, form[0])) / square
    return share_above(bound, cell["m"], _active(cell)), DELTA


def _dead_sample(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """H(0) is singular when the first sample has no active neuron."""
    return (1 - _active(cell)) ** cell["m"], DELTA


def _quarter(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """One sample at the width asked for: its share falls below 3 Q(B)/4."""
    mean = tail_ball(ball(bias_of(cell)))
    width = _at(cell, form, n=1, gram_top=2, kappa=2 * mean)
    return share_below(3 * mean / 4, ceil(float(width.upper())), _active(cell)), DELTA


def _never_active(cell: Cell, form: Form) -> tuple[Side, Side]:
    return _at(cell, form[0]), (1 - _active(cell)) ** cell["m"]


def _near_boundary(cell: Cell, form: Form) -> tuple[Side, Side]:
    """A lower bound (Chebyshev) of P(one sample's band holds more than kappa/(16 n))."""
    width, reach = width_of(cell, form)
    spread = ball(Fraction(cell.get("norm", 1)) * Fraction(cell.get("deviation", 1)))
    bias = ball(bias_of(cell))
    near = tail_ball((bias - reach) / spread) - tail_ball((bias + reach) / spread)
    share = ball(Fraction(cell["kappa"]) / (16 * cell["n"]))
    if not near > share:
        return UNDECIDED
    return 1 - near * (1 - near) / (width * (near - share) ** 2), DELTA


_SHARES = {"n": 5, "m": 1000, "B": "1"}
_BAND = {"n": 2, "B": "0", "kappa": "3/4", "S": "3/2"}
_TWICE = ({"norm": "2"}, "unit"), ({"deviation": "2"}, "start")
_FAR = "pre-activations of twice the deviation are beyond B with probability Q(B/2)"
_AT_START: tuple[tuple[str, Cell, Callable[[Cell, Form], tuple[Side, Side]]], ...] = (
    ("bias.sp.init", _SHARES, _share),
    ("bias.sp.train", _SHARES | {"R": "1/10"}, _share_moved),
    ("bias.conc.entry", _SHARES, _entry),
    ("bias.conc.fro", _SHARES | {"n": 1}, _distance),
    ("bias.conc.need", {"n": 1, "m": 50, "B": "1"}, _never_active),
)

START_CHECKS = (
    *(
        without(claim, name, {**cell, **change}, sides, _FAR)
        for claim, cell, sides in _AT_START
        for change, name in _TWICE
    ),
    without(
        "bias.sp.train", "ball", {"n": 5, "m": 20_000, "B": "1", "R": "1/10", "reach": "2"},
        _share_moved, "neurons that move by 2 R are active beyond the bound",
    ),
    without(
        "bias.sp.train", "bias", {"B": "-1", "R": "1"}, _shifted_tail,
        "at a negative bias e^(sqrt(2) B R) is on the wrong side",
    ),
    without(
        "bias.conc.chernoff", "Width", {"data": "orthogonal", "B": "0", "m": 3}, _dead_sample,
        "three neurons leave a sample without an active one in 1 network of 8",
    ),
    without(
        "bias.conc.chernoff", "start", {"B": "1", "deviation": "1/2"}, _quarter,
        "weights of deviation 1/2 are active with probability Q(2 B)",
    ),
    without(
        "bias.width.explicit", "Width", {**_BAND, "m": 100}, _near_boundary,
        "at m = 100 most neurons lie in the band",
    ),
    *(
        without(
            "bias.width.explicit", name, {**_BAND, **change}, _near_boundary,
            "pre-activations of deviation 1/1000 all lie in the band",
        )
        for name, change in (
            ("start", {"deviation": "1/1000"}), ("unit", {"norm": "1/1000"})
        )
    ),
    without(
        "bias.init.out", "unit", {"B": "0", "norm": "2"},
        lambda cell, form: (
            ball(Fraction(cell["norm"]) ** 2) * OUTPUT_VARIANCE.ball(B=0), form.ball(B=0)
        ),
        "outputs grow with the norm of the sample", "==",
    ),
    without(
        "bias.init.out", "start", {"B": "0", "m": 2, "signs": "all +1"},
        # E ((g1)_+ + (g2)_+)^2/2 = 1/2 + (E g_+)^2
        lambda cell, form: (arb(1) / 2 + 1 / (2 * arb.pi()), form.ball(B=0)),
        "with equal signs the means of the neurons add up", "==",
    ),
)  # fmt: skip


def _flip(cell: Cell, start: int) -> tuple[arb, arb]:
    """One neuron that starts at z = start, outside the band of R = 1, moves across 0.

    Returns |(x, 1)|^2 and z after a move of `reach` along (x, 1).
    """
    square = ball(1 + Fraction(cell.get("norm", 1)) ** 2)
    step = ball(Fraction(cell.get("reach", 1))) * square.sqrt()
    after = arb(start) - step if start > 0 else arb(start) + step
    flips = after < 0 if start > 0 else after > 0
    return (square, after) if flips else (arb.nan(), arb.nan())


def _kernel_change(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return _flip(cell, 2)[0], form.ball(n=1, band_share=0)


def _cross_change(cell: Cell, form: Form) -> tuple[Side, Side]:
    """|M - H(0)| = (1 - xi) |(x, 1)|^2 with the mean slope xi = 2/(2 - z)."""
    square, after = _flip(cell, 2)
    return square * (1 - 2 / (2 - after)), form[0].ball(n=1, band_share=0)


def _deviation(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """An inactive neuron becomes active; its linearisation stays 0."""
    bound = form.ball(n=1, m=1, radius=1, band_share=0, active_share=0, ball_radius=0)
    return _flip(cell, -2)[1], bound


PERTURBATION = tuple(
    without(claim, name, change, sides, "a neuron outside the band crosses its boundary")
    for claim, sides in (
        ("bias.pert.kernel", _kernel_change),
        ("bias.pert.cross", _cross_change),
        ("bias.rad.flip", _deviation),
    )
    for name, change in (("ball", {"reach": "2"}), ("unit", {"norm": "3"}))
)


def _named(start: OneSample, left_out: str, movement: Formula, *, step: bool) -> dict[str, Any]:
    """The theorem's numbers; raises unless exactly the named hypothesis fails."""
    known: dict[str, Any] = {
        "n": 1, "m": start.width, "kappa": start.kappa, "gram_top": start.square,
        "initial_residual": abs(start.residual), "step_size": start.step,
    }  # fmt: skip
    radius = movement.ball(**{s.symbol.name: known[s.symbol.name] for s in movement.symbols})
    known["band_share"] = start.band(radius)
    kept = start.start_kernel()
    known["alignment"] = start.residual**2 / kept if kept else arb.nan()
    holds = {
        "Eigenvalue": kept >= Fraction(3, 4) * start.kappa,
        "Band": known["band_share"] <= start.kappa / 16,
        "Step": not step or start.step <= 1 / start.square,
        "unit": start.square == 2,
    }
    failing = [name for name, met in holds.items() if not met]
    if failing != [left_out]:
        raise ArithmeticError(f"{failing} fail where {left_out} should")
    return known


def _value(form: Formula, known: dict[str, Any]) -> arb:
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _rate(cell: Cell, form: Form) -> tuple[Side, Side]:
    start = OneSample.of(cell)
    known = _named(start, cell["left out"], MOVEMENT, step=True)
    bound = _value(form[0], known) ** cell["steps"] * ball(abs(start.residual))
    return abs(ball(start.after(cell["steps"])[0])), bound


def _flow_rate(cell: Cell, form: Form) -> tuple[Side, Side]:
    start, time = OneSample.of(cell), Fraction(cell["time"])
    known = _named(start, cell["left out"], MOVEMENT_FLOW, step=False)
    decay = (-_value(form[0], known) * ball(time)).exp()
    return start.flow_residual(time), decay * ball(abs(start.residual))


def _moved(cell: Cell, form: Formula) -> tuple[Side, Side]:
    start = OneSample.of(cell)
    known = _named(start, cell["left out"], MOVEMENT, step=True)
    return start.moved(cell["steps"]), _value(form, known)


def _travelled(cell: Cell, form: Formula) -> tuple[Side, Side]:
    start = OneSample.of(cell)
    known = _named(start, cell["left out"], MOVEMENT, step=True)
    return start.travelled(cell["steps"]), _value(form, known)


def _second_step(cell: Cell, form: int) -> tuple[Side, Side]:
    """|r(2)| beside |r(1)| at 19/20 of the claimed threshold: both are |y|."""
    start = OneSample.of({**cell, "step": Fraction(19 * form, 40)})
    return abs(ball(start.after(2)[0])), abs(ball(start.after(1)[0]))


def _run(counts: list[int], starts: list[str], residual: str, step: str, **more: Any) -> Cell:
    return {"counts": counts, "starts": starts, "residual": residual, "step": step, **more}


_DEAD = "no neuron is active, and nothing moves"
_DIES = "the only neuron dies at the first step, and the residual stays"
_GROWS = "beyond 2/lambda_max the residual grows"
_LEFT = "all neurons but one die at the first step, and that one moves on alone"
_ALONE = "one neuron of sixteen is active, and has to move alone"
_FAST = "long samples carry neurons from outside the band across their boundary"
_SURVIVOR = ["1000", "1/1000"]

# claim, sides, hypothesis left out, cell, why
_RUNS: tuple[tuple[str, Any, str, Cell, str], ...] = (
    ("bias.conv.gd", _rate, "Eigenvalue", _run([1], ["-1000"], "1", "1/2", steps=1), _DEAD),
    ("bias.conv.gd", _rate, "Band", _run([1], ["1/100"], "101/100", "1/2", steps=2), _DIES),
    ("bias.conv.gd", _rate, "Step", _run([1], ["10"], "1", "2", steps=1), _GROWS),
    ("bias.conv.gd", _rate, "unit",
     _run([1], ["4/5"], "1", "1/101", steps=20, norm="10"), _FAST),
    ("bias.conv.gf", _flow_rate, "Eigenvalue", _run([1], ["-1000"], "1", "0", time="1"), _DEAD),
    ("bias.conv.gf", _flow_rate, "Band", _run([1], ["1/100"], "101/100", "0", time="10"), _DIES),
    ("bias.conv.gf", _flow_rate, "unit",
     _run([1], ["4/5"], "1", "0", time="1", norm="10"), _FAST),
    ("bias.move.neuron", _moved, "Eigenvalue",
     _run([1, 15], ["1000", "-1000"], "1", "1/2", steps=100), _ALONE),
    ("bias.move.neuron", _moved, "Band", _run([1, 15], _SURVIVOR, "1", "1/2", steps=100), _LEFT),
    ("bias.move.neuron", _moved, "Step", _run([1], ["1000"], "1", "2", steps=3), _GROWS),
    ("bias.move.neuron", _moved, "unit",
     _run([1, 15], ["1000", "1/50"], "1", "1/10001", steps=100, norm="100"), _FAST),
    ("bias.move.frob", _travelled, "Eigenvalue",
     _run([1, 1, 98], [*_SURVIVOR, "-1000"], "1", "1/2", steps=500),
     "one of two active neurons dies, and the other moves on alone"),
    ("bias.move.frob", _travelled, "Band",
     _run([1, 9999], ["1000", "1/1000000"], "1", "1/2", steps=100_000), _LEFT),
    ("bias.move.frob", _travelled, "Step", _run([1], ["1000"], "1", "2", steps=3), _GROWS),
    ("bias.move.frob", _travelled, "unit",
     _run([1, 15], ["1000", "1/50"], "1", "1/10001", steps=100, norm="100"), _FAST),
)  # fmt: skip

DESCENT = (
    *(
        without(claim, name, {**cell, "left out": name}, sides, why)
        for claim, sides, name, cell, why in _RUNS
    ),
    without(
        "bias.step",
        "Wide",
        {"counts": [1], "starts": ["1"], "residual": "2", "m": 1},
        _second_step,
        "the only neuron dies at the first step, and the loss stays",
        "<",
    ),
)


def _certain(probability: Side, condition: bool) -> tuple[Side, Side]:
    """A violation has this probability if the condition is proved."""
    return (probability, DELTA) if condition else UNDECIDED


def _excess(cell: Cell, form: Formula) -> arb:
    return form.ball(n=cell["n"], m=1, ball_radius=1, active_share=Fraction(1, 2), radius=0,
                     band_share=0, delta=DELTA)  # fmt: skip


def _copies(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """f = 0, label 0 or 1 alike, all samples the same: all are 0 in half of the cases."""
    half = Fraction(1, 2)
    return _certain(half, bool(_excess(cell, form) < ball(half)))


def _rare_loss(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """f = 0, loss |y|, y = height with a small chance and else 0: nothing is seen of it."""
    chance = Fraction(cell["chance"])
    unseen = (1 - ball(chance)) ** cell["n"]
    return _certain(unseen, bool(_excess(cell, form) < ball(chance * cell["height"])))


def _through(cell: Cell, form: Form) -> tuple[Side, Side]:
    """One sample: 2 sqrt(2 Q/kappa) times the size of the label, beside its floor."""
    square = 1 + Fraction(cell.get("norm", 1)) ** 2
    tail = tail_ball(ball(bias_of(cell)))
    term = THROUGH_EIGENVALUE.ball(B=bias_of(cell), kappa=ball(square) * tail)
    floor = Formula(sympy.sympify(form[0])).ball()
    return floor, ball(Fraction(cell.get("label", 1))) * term


def _through_recalled(cell: Cell, form: Form) -> tuple[Side, Side]:
    kappa = 2 * tail_ball(ball(bias_of(cell)))
    term = THROUGH_EIGENVALUE_RECALLED.ball(B=bias_of(cell), kappa=kappa)
    return Formula(sympy.sympify(form[1])).ball(), term


def _short_solved(cell: Cell, form: Any) -> tuple[Side, Side]:
    rows, bias = data_set("axes"), bias_of(cell)
    H = scaled_kernel_matrix(rows, bias, Fraction(cell["norm"]))
    z = [ball(entry) for entry in form(len(rows))]
    image = H * arb_mat([[entry] for entry in z])
    square = (image.transpose() * image)[0, 0]
    return quadratic_form(H, z), square / restricted_bound(rows, bias)


def _short_alone(cell: Cell, form: Form) -> tuple[Side, Side]:
    """One short sample, y = 1: the alignment is 1/((1 + s^2) Q(B/s))."""
    norm = Fraction(cell["norm"])
    alignment = 1 / (ball(1 + norm**2) * _active(cell))
    return alignment, form[0].ball(B=bias_of(cell))


def _share_of(cell: Cell) -> arb:
    rows, bias = data_set(cell["data"]), ball(bias_of(cell))
    return (len(rows) - 1) * orthant_ball(bias, greatest_correlation(rows)) / tail_ball(bias)


def _large_share(cell: Cell, form: Form) -> tuple[Side, Side]:
    rows, g = data_set(cell["data"]), _share_of(cell)
    labels = tuple(Fraction((-1) ** i) for i in range(len(rows)))
    return (
        (abs(main_term(rows, labels, bias_of(cell)) ** 2 / 4 - 1), form(g))
        if g > 1
        else (UNDECIDED)
    )


def _long_labels(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Two orthogonal long samples, y = (1, -1): T^2/4 = 2 Q(B)/(H_11 - H_12)."""
    H = scaled_kernel_matrix(data_set(cell["data"]), bias_of(cell), Fraction(cell["norm"]))
    ratio = 2 * tail_ball(ball(bias_of(cell))) / (H[0, 0] - H[0, 1])
    return abs(ratio - 1), form(_share_of(cell))


GENERALIZATION = (
    without(
        "bias.rad.linear",
        "unit",
        {"norm": "3", "n": 1},
        lambda cell, form: (
            ball(1 + Fraction(cell["norm"]) ** 2).sqrt(),
            form[1].ball(n=1, active_share=1, ball_radius=1),
        ),
        "one sample of norm 3 has the feature of norm sqrt(10)",
    ),
    without(
        "bias.gen.bound",
        "independent",
        {"n": 10**6},
        _copies,
        "copies of one sample show one label of two",
    ),
    without(
        "bias.gen.bound",
        "loss",
        {"n": 1000, "chance": "1/1000", "height": 10**6},
        _rare_loss,
        "an unbounded loss hides in samples that are rarely seen",
    ),
    without(
        "bias.gen.lambda_vacuous",
        "signs",
        {"B": "0", "label": "1/10"},
        _through,
        "small labels make the main term small",
    ),
    without(
        "bias.gen.lambda_vacuous",
        "unit",
        {"B": "0", "norm": "3"},
        _through,
        "long samples have a least eigenvalue above 2 Q(B)",
    ),
    without(
        "bias.gen.lambda_vacuous",
        "bias",
        {"B": "-1"},
        _through_recalled,
        "at a negative bias 2 Q exceeds e^(-B^2/2)",
    ),
    without(
        "bias.gen.region_solved",
        "solved",
        {"data": "region gap", "B": "0", "z": "e_1 - e_2"},
        lambda cell, form: solved_sides(cell, lambda n: [1, -1] + [0] * (n - 2)),
        "for z = e_1 - e_2 outside R the alignment exceeds the bound",
    ),
    without(
        "bias.gen.region_solved",
        "unit",
        {"B": "1", "norm": "1/10"},
        _short_solved,
        "the kernel of short samples nearly vanishes",
    ),
    without(
        "bias.gen.poly",
        "unit",
        {"B": "1", "norm": "1/10"},
        _short_alone,
        "the kernel of a short sample nearly vanishes",
    ),
    without(
        "bias.gen.largeB",
        "small share",
        {"data": "triple", "B": "0"},
        _large_share,
        "for g > 1 the bound is negative",
    ),
    without(
        "bias.gen.largeB",
        "unit",
        {"data": "orthogonal", "B": "1", "norm": "2"},
        _long_labels,
        "long samples have eigenvalues far above 2 Q(B)",
    ),
)

CHECKS = (*START_CHECKS, *PERTURBATION, *DESCENT, *GENERALIZATION)
