"""Which hypotheses of the second paper bear load: active neurons, the start, the widths."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

from flint import arb

from theory.bias.kernel import OUTPUT_VARIANCE
from theory.bias.orthant_ball import tail_ball
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.binomial import share_above, share_below
from verify.checks.bias_cells import Cell, bias_of, without
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

CHECKS = (
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
