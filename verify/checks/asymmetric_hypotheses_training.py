"""Why training needs its hypotheses: one sample in one dimension, gamma = 1, delta = 1/10.

The flows and their probabilities are in `theory.asymmetric.one_sample`. A statement "with
probability at least 1 - delta" fails when, with the width as large as it asks, what it excludes
has a probability above delta: the left side against the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.asymmetric import gap_widths
from theory.asymmetric import one_sample as one
from theory.asymmetric.convergence import RELU_WIDTHS
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks.asymmetric_hypotheses import dropped
from verify.checks.asymmetric_scaling import grid
from verify.checks.asymmetric_theorems import change_bound, free_change
from verify.engines import Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]

DELTA = Fraction(1, 10)
CERTAIN = Fraction(1)
BASE = {"n": 1, "d": 1, "gamma": 1, "delta": DELTA, "label_bound": 1}


def scale_of(cell: Cell) -> Fraction:
    """The norm of the sample or the slope of the activation, 1 unless the cell says."""
    return Fraction(cell.get("norm", cell.get("slope", 1)))


def value(form: Formula, **known: Any) -> arb:
    """A formula at one sample, gamma = 1, delta = 1/10, C = 1 and what is known."""
    at = {**BASE, **known}
    return form.ball(**{s.symbol.name: at[s.symbol.name] for s in form.symbols})


def _relu_failure(letter: str, cell: Cell, bound: arb) -> Side:
    """How often one ReLU unit, y = -1, violates a conclusion of Theorem 4.1."""
    if letter == "c":  # it sinks from w > bound to 0, a = +1
        return one.beyond(bound) / 2
    if letter == "d":  # it sinks to 0, a = +1
        return Fraction(1, 4) if bound < ball(scale_of(cell) ** 2) else Fraction(0)
    return Fraction(1, 2) if bound > 0 else Fraction(0)  # it never was active


def _promised(cell: Cell, widths: Iterable[Formula]) -> Fraction:
    """delta, where m is as large as the widths ask; 1 elsewhere, where nothing is promised."""
    kappa = one.relu_kappa(scale_of(cell))
    return DELTA if all(value(w, kappa=kappa) <= cell["m"] for w in widths) else CERTAIN


def _one_relu_unit(letter: str) -> Any:
    """One unit as in the theorem, of a size at which kappa makes m = 1 wide enough."""

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        kappa = one.relu_kappa(scale_of(cell))
        bound = value(form, kappa=kappa, weight=1, weight_sum_three_halves=1)
        return _relu_failure(letter, cell, bound), _promised(cell, RELU_WIDTHS.values())

    return sides


def _dead(cell: Cell, form: Form) -> tuple[Side, Side]:
    """No unit is active on the one sample: (a) fails although m is as large as asym.gap.G5 asks.

    That width is also the row "entrywise, Markov, n" of asym.ladder.
    """
    width = form if isinstance(form, Formula) else gap_widths.LINEAR_WIDTH
    failure = CERTAIN if "weights" in cell else Fraction(1, 2)
    return failure, _promised(cell, (width, RELU_WIDTHS[1]))


def _narrow(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """One unit for a sample of norm 1: dead with probability 1/2, whatever is claimed."""
    return Fraction(1, 2) if value(form, kappa=Fraction(1, 2)) > 0 else Fraction(0), DELTA


def _equal_relu_weights(letter: str) -> Any:
    """m units that start at the same weight, for the sample 1 and the label 1."""

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        m, start = int(cell["m"]), Fraction(cell["weights"].removeprefix("all "))
        kappa = Fraction(1, 2)
        root = arb(m).sqrt()
        bound = value(form, kappa=kappa, weight=Fraction(1, m), weight_sum_three_halves=1 / root)
        failure: Side = Fraction(0)
        if letter in "ab" and start < 0:
            failure = CERTAIN  # dead: Theta = 0 and u = 0 for ever
        elif letter == "c" and start > 0:
            # all stay active unless |S| > sqrt(m)/2; then w_j moves by |y - u_0|/sqrt(m),
            # u_0 = start S: farther than the bound if |S| > (1 + bound sqrt m)/start
            far = one.rational_above((1 + bound * root) / ball(start))
            failure = one.away_from_zero(m, far) - ball(Fraction(4, m))
        elif letter == "d" and start**2 * m < Fraction(1, 10**4) and 4 * bound < 1:
            # units with a = -1 die while y - u is near 1, as the others have start < 1/100 m^-1/2
            # to go: their share of Theta, at least 1/4, is lost
            failure = one.balanced(m, Fraction(1, 4))
        return failure, _promised(cell, RELU_WIDTHS.values())

    return sides


def _falls(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Lemma D.3 for one unit, a = +1, y = -1: from 0 < w_0 < 10 it sinks to 0, and Theta to 0.

    Its radius R' = 4/kappa (1 + s w_0) is below c = 1, and the condition on c holds.
    """
    scale, c = scale_of(cell), Fraction(1)
    kappa = one.relu_kappa(scale)
    allowed = value(form, displacement=c) <= ball(kappa / 4) and 4 / kappa * (1 + 10 * scale) < c
    return one.beyond(arb(0)) / 2 - one.beyond(arb(10)) / 2, DELTA if allowed else CERTAIN


def _falls_from_near(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The same for the sample 1 from a fixed weight beside the kink, with a tiny label."""
    start, label, c = (Fraction(cell[name]) for name in ("weights", "label", "c"))
    kappa = Fraction(1, 2)
    allowed = value(form, displacement=c) <= ball(kappa / 4) and 4 / kappa * (start - label) < c
    return Fraction(1, 2), DELTA if allowed else CERTAIN


NARROW = {"norm": "1", "gamma": "1", "m": 1}
LONG = {"norm": "100", "gamma": "1", "m": 1}
STEEP = {"slope": "100", "gamma": "1", "m": 1}
DEAD = {"weights": "all -1", "gamma": "1", "m": 10**18}
STARTS = {"a": "all -1", "b": "all -1", "c": "all 1000", "d": "all 1/1000000000000"}

CHECKS = (
    *(
        dropped(
            f"asym.thm4_1.{letter}",
            hypothesis,
            _one_relu_unit(letter),
            cell,
            "one unit, as wide as asked, dies on the one sample",
        )
        for letter in "abcd"
        for hypothesis, cell in (("H1", LONG), ("H2a", STEEP))
    ),
    *(
        dropped(
            f"asym.thm4_1.{letter}",
            "H3",
            _equal_relu_weights(letter),
            DEAD | {"weights": STARTS[letter]},
            "equal initial weights, at any width",
        )
        for letter in "abcd"
    ),
    dropped(
        "asym.thm4_1.b",
        "Width",
        _narrow,
        NARROW,
        "one unit is dead on the one sample with probability 1/2",
    ),
    Enclose(
        claim="asym.thm4_1.d",
        role="without Width",
        sides=lambda cell, form: (free_change(cell), change_bound(cell, form)),
        cells=grid(data=("A", "E"), gamma=("1/2", "1"), alpha=("7/10",), m=(100, 10**4)),
        fails_if="the bound is below |X|^2/d, which no network exceeds",
    ),
    *(
        dropped(claim, hypothesis, _dead, cell, "a network as wide as asked is dead on the sample")
        for claim in ("asym.gap.G5", "asym.ladder")
        for hypothesis, cell in (("H1", LONG), ("H2a", STEEP), ("H3", DEAD))
    ),
    *(
        dropped(
            "asym.lemD3",
            hypothesis,
            _falls,
            cell,
            "one active unit, as wide as asked, sinks to zero and its kernel with it",
        )
        for hypothesis, cell in (
            ("H1", {"norm": "1000", "gamma": "1", "m": 1}),
            ("H2a", {"slope": "1000", "gamma": "1", "m": 1}),
        )
    ),
    dropped(
        "asym.lemD3",
        "H3",
        _falls_from_near,
        {
            "weights": "1/1000000000",
            "label": "-1/100000000",
            "c": "1/10000000",
            "gamma": "1",
            "m": 1,
        },
        "a unit that starts beside the kink dies within a small radius",
    ),
)
