"""Where the bounds say something: planes of bias and separation, of bias and sample size.

Plain numbers for figures: midpoints of balls, good to all printed digits.
"""

from __future__ import annotations

from fractions import Fraction

from theory.bias.restricted import vacuous_below, vacuous_interval
from theory.bias.symbols import B
from theory.bias.tails import TAIL
from theory.exact import InputError
from theory.formula import Formula
from theory.gaussian import density
from theory.rigor.balls import ball, working_precision

Numbers = list[float]
BITS = 80


def _steps(low: Fraction, high: Fraction, count: int) -> list[Fraction]:
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def separation_map(count: int = 97) -> dict[str, Numbers]:
    """The plane of B and delta: the curve delta*(B) below which lambda' is negative.

    "B" and "delta_star" give the curve where it exists, "nowhere" the interval without one.
    """
    biases, curve = [], []
    with working_precision(BITS):
        ends = [float(end) for end in vacuous_interval()]
        for bias in _steps(Fraction(1, 100), Fraction(6), count):
            try:
                value = ball(vacuous_below(bias))
            except InputError:  # no separation helps at this bias
                continue
            biases.append(float(bias))
            curve.append(float(value))
    return {"B": biases, "delta_star": curve, "nowhere": ends}


_DENSITY = Formula(density(B))


def size_map(count: int = 61, dimension: int = 5) -> dict[str, Numbers]:
    """The plane of B and n: sample sizes from which the generalization term is below 1.

    "constant": 8/Q for constant labels; "linear": 8 Q d/(Q^2 + phi^2) for linear labels of
    unit mean square in d dimensions.
    """
    biases = _steps(Fraction(0), Fraction(6), count)
    found: dict[str, Numbers] = {"B": [float(b) for b in biases], "constant": [], "linear": []}
    with working_precision(BITS):
        for bias in biases:
            q, phi = TAIL.ball(B=bias), _DENSITY.ball(B=bias)
            found["constant"].append(float(8 / q))
            found["linear"].append(float(8 * q * dimension / (q * q + phi * phi)))
    return found
