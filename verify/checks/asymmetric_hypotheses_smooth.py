"""Why Theorem 4.2 needs its hypotheses: one sample in one dimension, gamma = 1, delta = 1/10.

The flows and their probabilities are in `theory.asymmetric.one_sample`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.asymmetric import one_sample as one
from theory.asymmetric.convergence import SMOOTH_WIDTHS
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks.asymmetric_hypotheses import dropped
from verify.checks.asymmetric_hypotheses_training import CERTAIN, DELTA, scale_of, value
from verify.checks.asymmetric_scaling import grid
from verify.checks.asymmetric_theorems import change_bound, free_change
from verify.engines import Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]
Known = dict[str, Any]

# sigma(z) = (z + sin z)/2: |sigma'| <= 1, |sigma''| <= 1/2, analytic, no polynomial
CURVATURE = Fraction(1, 2)


def _promised(m: int, known: Known) -> Fraction:
    """delta, where m is as large as Theorem 4.2 asks; 1 elsewhere."""
    enough = all(value(width, **known) <= m for width in SMOOTH_WIDTHS.values())
    return DELTA if enough else CERTAIN


def _sine_constants(cell: Cell) -> Known:
    """kappa, M and C_sigma^2 of sin(z) at a sample of norm s, or of sin(s z) at one of norm 1."""
    scale = scale_of(cell)
    known: Known = {"kappa": one.sine_kappa(scale), "label_bound": 2}
    if "norm" in cell:
        return known | {"curvature": 1, "output_moment": one.sine_moment(Fraction(1))}
    return known | {"curvature": scale**2, "output_moment": one.sine_moment(scale)}


def _one_sine_unit(letter: str) -> Any:
    """y = 2: the unit climbs to the nearest peak of a sin(s w), where Theta = 0 and u = 1."""

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        scale, known = ball(scale_of(cell)), _sine_constants(cell)
        bound = value(form, **known, weight=1, weight_sum_squares=1)
        failure: Side = CERTAIN if bound > 0 else Fraction(0)
        if letter == "c":  # peaks are 2 pi/s apart
            failure = one.away_from_lattice(2 * arb.pi() / scale, bound)
        elif letter == "d":  # Theta_0 = s^2 cos^2(s w) is lost; zeros of the cosine are pi/s apart
            near = (bound.sqrt() / scale).asin() / scale
            failure = one.away_from_lattice(arb.pi() / scale, near)
        return failure, _promised(cell["m"], known)

    return sides


def _wavy_constants() -> Known:
    """kappa = E (1 + cos z)^2/4 and C_sigma^2 = E (z + sin z)^2/4, the supremum at c = 1."""
    cosine, double = ball(Fraction(-1, 2)).exp(), arb(-2).exp()  # E cos z = E z sin z, E cos 2z
    return {
        "kappa": (1 + 2 * cosine + (1 + double) / 2) / 4,
        "curvature": CURVATURE,
        "output_moment": (1 + 2 * cosine + (1 - double) / 2) / 4,
    }


def _equal_wavy_weights(letter: str) -> Any:
    """m units of equal weight and (z + sin z)/2, for the sample 1 and the label 1.

    From pi nothing moves: sigma' = 0, and u_0 = S pi/2 is not 1, as pi is irrational while S is
    rational for a square m. From L = 2 pi k + pi/2, u_0 = S (L + 1)/2 and all units with a = +1
    share a weight L + psi, the others L - psi. |u| changes by at most |psi| sqrt(m), so psi passes
    +-pi/2 if |u_0 - 1| exceeds sqrt(m) pi/2. There one half has sigma' = 0, the other sigma' = 1:
    Theta is that other half's share, at least 3/8 if it is, and was 1/4.
    """

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        m, known = int(cell["m"]), _wavy_constants()
        bound = value(form, **known, weight=Fraction(1, m), weight_sum_squares=Fraction(1, m))
        failure: Side = CERTAIN if letter in "ab" and bound > 0 else Fraction(0)
        if bound < {"c": arb.pi() / 2, "d": ball(Fraction(1, 8))}.get(letter, arb(0)):
            start = 2 * arb.pi() * int(cell["k"]) + arb.pi() / 2
            needed = (1 + arb(m).sqrt() * arb.pi() / 2) / ((start + 1) / 2)
            unbalanced = 1 - one.balanced(m, Fraction(1, 8))
            far = one.rational_above(needed)
            failure = one.away_from_zero(m, far) - ball(unbalanced)
        return failure, _promised(m, known)

    return sides


def _climbs_for_ever(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """One tanh unit, y = 2: the loss stays above 1/2, and the weight grows without bound.

    Whatever is claimed, if it is a positive number: kappa is at most 1, M and C_sigma are finite.
    """
    known = {"kappa": 1, "weight": 1, "label_bound": 2, "output_moment": 1}
    return CERTAIN if value(form, **known) > 0 else Fraction(0), DELTA


LONG = {"activation": "sin", "norm": "1000", "label": "2", "m": 1}
STEEP = {"activation": "sin(1000z)", "slope": "1000", "label": "2", "m": 1}
STILL = {"activation": "(z + sin z)/2", "weights": "all pi", "m": 10**8}
MOVING = {
    "activation": "(z + sin z)/2", "weights": "all 2 pi k + pi/2", "k": 10**8, "m": 10**8,
}  # fmt: skip

CHECKS = (
    *(
        dropped(
            f"asym.thm4_2.{letter}",
            hypothesis,
            _one_sine_unit(letter),
            cell,
            "one sine unit, as wide as asked, ends where its slope is zero",
        )
        for letter in "abcd"
        for hypothesis, cell in (("H1", LONG), ("H2b", STEEP))
    ),
    *(
        dropped(
            f"asym.thm4_2.{letter}",
            "H3",
            _equal_wavy_weights(letter),
            cell,
            "equal initial weights, at any width",
        )
        for letter, cell in (("a", STILL), ("b", STILL), ("c", MOVING), ("d", MOVING))
    ),
    *(
        dropped(
            f"asym.thm4_2.{letter}",
            "Width",
            _climbs_for_ever,
            {"activation": "tanh", "norm": "1", "label": "2", "m": 1},
            "one tanh unit never reaches the label 2",
        )
        for letter in "bc"
    ),
    Enclose(
        claim="asym.thm4_2.d",
        role="without Width",
        sides=lambda cell, form: (free_change(cell), change_bound(cell, form)),
        cells=grid(
            data=("B",), activation=("sin",), gamma=("1/2", "1"), alpha=("7/10",), m=(100, 1000)
        ),
        fails_if="the bound is below |X|^2/d, which no network exceeds",
    ),
)
