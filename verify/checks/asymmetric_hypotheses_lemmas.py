"""Why the lemmas of Theorems 4.1 and 4.2 need their hypotheses: one sample in one dimension.

n = d = m = 1, gamma = 1, C = 1; s is the norm of the sample or the slope of the activation.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from theory.asymmetric import gap_change, gap_widths, lemma_d1, lemma_d2
from theory.asymmetric import one_sample as one
from theory.asymmetric.convergence import RELU_WIDTHS, output_moment
from theory.claim import Form
from theory.formula import Formula
from theory.notation import d, n
from theory.rigor.balls import ball
from verify.checks.asymmetric_hypotheses import dropped
from verify.checks.asymmetric_hypotheses_training import DELTA, scale_of, value
from verify.engines.enclose import Side

Cell = Mapping[str, Any]


def _flips_of_long_sample(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Lemma D.2: a sample of norm s flips with P(|w_0| <= c), and Theta changes by s^2."""
    c = Fraction(cell["c"])
    bound = value(form, failure=DELTA, displacement=c, share=1)
    flip = lemma_d2.FLIP_EXACT.ball(radius_bound=c)
    return flip if bound < ball(scale_of(cell) ** 2) else Fraction(0), DELTA


def _tanh_climbs(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Lemma D.1 for tanh(s w), y = 1/10, from 0: Theta >= s^2 (99/100)^2 until w = artanh(y)/s."""
    scale, y = scale_of(cell), Fraction(1, 10)
    least = scale**2 * (1 - y**2) ** 2
    moved = ball(y).atanh() / ball(scale)
    return moved, value(form, decay=2 * least, weight=1, residual=y)


def _relu_climbs(cell: Cell, _: Form) -> tuple[Side, Side]:
    """The same for an active ReLU unit, Theta = s^2: it moves by |y - u_0|/s."""
    least = scale_of(cell) ** 2
    return 1 / scale_of(cell), value(lemma_d1.MOVEMENT, decay=2 * least, weight=1, residual=1)


def _radius(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The radius of Lemma D.3, from kappa, for the same unit."""
    kappa = one.relu_kappa(scale_of(cell))
    return 1 / scale_of(cell), value(form, kappa=kappa, weight=1, residual=1)


def _curved(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Lemma D.4 for tanh and a sample of norm s, from 0 to 1/s."""
    scale = scale_of(cell)
    change = ball(scale**2) * (1 - (1 - arb(1).tanh() ** 2) ** 2)
    curvature = 4 / (3 * arb(3).sqrt())
    return change, value(form, curvature=curvature, displacement=1 / scale**2, share=1)


def _sine_residual(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Lemma D.5 for the sine: labels of the cell's size, weights of its variance, C = 1."""
    label, deviation = Fraction(cell["label"]), Fraction(cell["deviation"])
    found = ball(label**2) + one.sine_moment(deviation)
    return found, value(form, output_moment=output_moment("sin", 1))


def _softplus_residual(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """1 + E softplus(u)^2 >= 1 + log(2)^2 by Jensen's inequality, in d = 10."""
    return 1 + arb(2).log() ** 2, value(form, d=10)


def _ratio(quotient: sympy.Expr) -> Any:
    """A lower bound of a ratio of bounds, and the ratio, at kappa = 1 and C = 0.

    kappa_1 = 1 for the linear activation, and for the ReLU and a sample of norm sqrt 2.
    """

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        at = {"kappa": 1, "label_bound": 0, "weight_sum_three_halves": Fraction(1, 4)}
        return value(form, **at), value(Formula(quotient), **at)

    return sides


def _gain(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return 2**19 * arb.pi() / ball(DELTA**2), value(form, kappa=1)


LARGER = "kappa_1 = 1 exceeds 1/(2d), and the ratio of the bounds is smaller"
LARGE_KAPPA = (
    ("H1", {"activation": "relu", "squared norm": "2"}),
    ("H2a", {"activation": "linear", "norm": "1"}),
)

CHECKS = (
    *(
        dropped(claim, hypothesis, sides, cell, LARGER)
        for claim, sides in (
            ("asym.gap.G3.T1", _ratio(gap_widths.width_ratio(1))),
            ("asym.gap.G3.T2", _ratio(gap_widths.width_ratio(2))),
            ("asym.gap.G12.least", _ratio(RELU_WIDTHS[1].expr)),
            ("asym.gap.G4.factor", _ratio(gap_change.root_term() * d / n)),
            ("asym.gap.G5.gain", _gain),
        )
        for hypothesis, cell in LARGE_KAPPA
    ),
    *(
        dropped(claim, hypothesis, sides, cell, fails_if)
        for claim, sides, fails_if, cells in (
            (
                "asym.lemD1.movement",
                _tanh_climbs,
                "a unit moves twice as far as its least eigenvalue allows",
                (
                    ("H1", {"activation": "tanh", "norm": "2", "label": "1/10"}),
                    ("H2b", {"activation": "tanh(2z)", "slope": "2", "label": "1/10"}),
                ),
            ),
            (
                "asym.gap.G2.selection",
                _relu_climbs,
                "a unit moves twice as far as its least eigenvalue allows",
                (
                    ("H1", {"activation": "relu", "norm": "2"}),
                    ("H2a", {"activation": "2 max(0, z)", "slope": "2"}),
                ),
            ),
            (
                "asym.lemD3.radius",
                _radius,
                "an active unit moves farther than the radius",
                (
                    ("H1", {"activation": "relu", "norm": "10"}),
                    ("H2a", {"activation": "10 max(0, z)", "slope": "10"}),
                ),
            ),
            (
                "asym.lemD2",
                _flips_of_long_sample,
                "one flip, at least as likely as not, changes the kernel by 100",
                (("H1", {"norm": "10", "c": "1"}), ("H2a", {"slope": "10", "c": "1"})),
            ),
        )
        for hypothesis, cell in cells
    ),
    dropped(
        "asym.lemD4",
        "H1",
        _curved,
        {"activation": "tanh", "norm": "10"},
        "a long sample changes the kernel by more",
    ),
    dropped(
        "asym.lemD5",
        "H1",
        _sine_residual,
        {"activation": "sin", "label": "2", "deviation": "1"},
        "a label of 2 with C = 1",
    ),
    dropped(
        "asym.lemD5",
        "H3",
        _sine_residual,
        {"activation": "sin", "label": "1", "deviation": "2"},
        "weights of deviation 2 have larger outputs",
    ),
    dropped(
        "asym.residual",
        "H2a",
        _softplus_residual,
        {"activation": "softplus", "d": 10, "label": "1"},
        "softplus(0) = log 2 counts in every dimension",
    ),
)
