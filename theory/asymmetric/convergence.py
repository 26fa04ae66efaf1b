"""Widths and bounds of global convergence: Proposition C.1, Theorems 4.1 and 4.2.

The formulas with the constants of the proofs as described in the paper; `derivation` derives
each of them from the lemmas. D_0^2 = 2C^2 + 1/d, D_1^2 = 2(C^2 + C_sigma^2).

Theorem 4.1 (ReLU, gamma > 0). If m >= max(T1, T2, T3) then with probability at least
1 - delta, for all t >= 0: (a) the least eigenvalue of the tangent Gram matrix is at least
gamma kappa/4, (b) L(W_t) <= exp(-gamma kappa t/2) L(W_0), (c) |w_tj - w_0j| <= MOVEMENT for
every unit, (d) |Theta(W_t) - Theta(W_0)|_2 <= NTG_CHANGE. Theorem 4.2 is the same for smooth
activations with its own constants.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from flint import arb
from sympy import Integer, Rational, log, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.activations import SMOOTH
from theory.asymmetric.eigenvalue import kappa as kappa_of
from theory.asymmetric.scaling import scaling_power_sum, scaling_weight
from theory.exact import Matrix
from theory.formula import Formula
from theory.notation import d, delta, gamma, kappa, n
from theory.rigor.balls import ball
from theory.rigor.gaussian_expectation import expectation

C, M, p = sym.label_bound, sym.curvature, sym.failure
D0 = sqrt(2 * C**2 + 1 / d)
D1 = sqrt(2 * (C**2 + sym.output_moment))
_TWO = Integer(2)

INITIAL_WIDTH = Formula(8 * n * log(n / p) / (kappa * d))

RELU_WIDTHS = {
    1: Formula(_TWO**3 * n * log(4 * n / delta) / (kappa * d)),
    2: Formula(_TWO**16 * n**4 * D0**2 / (kappa**4 * d**3 * gamma**2 * delta**3)),
    3: Formula(_TWO**32 * n**6 * D0**2 / (kappa**6 * d**5 * gamma**2 * delta**5)),
}
RELU_MOVEMENT = Formula(
    _TWO**2 * n * D0 * sqrt(sym.weight) / (gamma * kappa * sqrt(d) * sqrt(delta))
)
_S32 = sym.weight_sum_three_halves
RELU_NTG_CHANGE = Formula(
    _TWO**5 * n**2 * D0 * _S32 / (gamma * kappa * (d * delta) ** Rational(3, 2))
    + _TWO**5 * n ** Rational(3, 2) * sqrt(D0 * _S32)
    / (sqrt(gamma * kappa) * (d * delta) ** Rational(5, 4))
)  # fmt: skip

SMOOTH_WIDTHS = {
    1: Formula(_TWO**3 * n * log(2 * n / delta) / (kappa * d)),
    2: Formula(_TWO**12 * n**4 * M**2 * D1**2 / (kappa**4 * d**4 * gamma**2 * delta)),
}
SMOOTH_MOVEMENT = Formula(
    _TWO**2 * n * D1 * sqrt(sym.weight) / (gamma * kappa * sqrt(d) * sqrt(delta))
)
_S11 = sym.first_variance
_S2 = sym.weight_sum_squares
SMOOTH_NTG_CHANGE = Formula(
    _TWO**4 * n**3 * M**2 * D1**2 * _S2 / (gamma**2 * kappa**2 * d**3 * delta)
    + _TWO**3 * n**2 * M * D1 * sqrt(_S2) / (gamma * kappa * d**2 * sqrt(delta))
)
SIN_MOMENT = Formula((1 - sympy.exp(-2 * _S11)) / 2)
ERF_SCALED_MOMENT = Formula(sympy.asin(2 * _S11 / (1 + 2 * _S11)) / 2)

EIGENVALUE_BOUND = Formula(gamma * kappa / 4)
DECAY_RATE = Formula(gamma * kappa / 2)


def initial_width(X: Matrix, p: Fraction, activation: str = "relu") -> arb:
    """Width of Proposition C.1: 8 n log(n/p)/(kappa d)."""
    return _evaluate(INITIAL_WIDTH, {**_data(X, activation), "failure": p})


def relu_width(X: Matrix, gamma: Fraction, delta: Fraction, C: Fraction, term: int) -> arb:
    """Term 1, 2 or 3 of the width that Theorem 4.1 asks for.

    X: rows of norm at most 1; gamma in (0, 1]; delta in (0, 1); C >= max|y_i|.
    """
    values = {**_data(X, "relu"), "gamma": gamma, "delta": delta, "label_bound": C}
    return _evaluate(RELU_WIDTHS[term], values)


def smooth_width(
    X: Matrix, activation: str, gamma: Fraction, delta: Fraction, C: Fraction, term: int
) -> arb:
    """Term 1 or 2 of the width that Theorem 4.2 asks for; inputs as in `relu_width`."""
    values = {
        **_data(X, activation),
        "gamma": gamma,
        "delta": delta,
        "label_bound": C,
        "curvature": Formula(SMOOTH[activation].curvature).ball(),
        "output_moment": output_moment(activation, len(X[0])),
    }
    return _evaluate(SMOOTH_WIDTHS[term], values)


def relu_movement(
    X: Matrix,
    gamma: Fraction,
    alpha: Fraction | None,
    m: int,
    delta: Fraction,
    C: Fraction,
    j: int,
) -> arb:
    """Bound (c) of Theorem 4.1 on how far the weights of unit j travel."""
    values = {**_data(X, "relu"), "gamma": gamma, "delta": delta, "label_bound": C}
    return _evaluate(RELU_MOVEMENT, {**values, "weight": scaling_weight(gamma, alpha, m, j)})


def relu_ntg_change(
    X: Matrix, gamma: Fraction, alpha: Fraction | None, m: int, delta: Fraction, C: Fraction
) -> arb:
    """Bound (d) of Theorem 4.1 on the change of the tangent Gram matrix in spectral norm."""
    values = {**_data(X, "relu"), "gamma": gamma, "delta": delta, "label_bound": C}
    power = scaling_power_sum(gamma, alpha, m, Fraction(3, 2))
    return _evaluate(RELU_NTG_CHANGE, {**values, "weight_sum_three_halves": power})


def output_moment(activation: str, d: int) -> arb:
    """C_sigma^2 = sup over c in (0, 1] of E sigma(c z/sqrt d)^2, z standard normal.

    The supremum is at c = 1: sigma is a constant plus an odd function whose modulus grows
    along rays (tanh, sigmoid, erf_scaled), or z/2 plus an even one that does (softplus), so
    that the second moment is a constant plus growing terms; for sin it is (1-exp(-2c^2/d))/2
    and for sin_shifted 1/2 for every c.
    """
    variance = Fraction(1, d)
    if activation == "sin":
        return SIN_MOMENT.ball(first_variance=variance)
    if activation == "erf_scaled":
        return ERF_SCALED_MOMENT.ball(first_variance=variance)
    if activation == "sin_shifted":
        return ball(Fraction(1, 2))
    strip = SMOOTH[activation].strip
    assert strip is not None
    return expectation([strip.value * strip.value], ((variance,),))


def _data(X: Matrix, activation: str) -> dict[str, Any]:
    return {"n": len(X), "d": len(X[0]), "kappa": kappa_of(X, activation)}


def _evaluate(formula: Formula, values: dict[str, Any]) -> arb:
    return formula.ball(
        **{entry.symbol.name: values[entry.symbol.name] for entry in formula.symbols}
    )
