"""Activation functions: the constants the theorems use, and what can be integrated exactly.

H2a is the ReLU. H2b asks for an analytic function that is no polynomial, with |sigma'| <= 1
and |sigma''| <= M. `VIOLATORS` lists popular functions that meet neither (gap G1 of the
notes and its neighbours).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy
from flint import arb

from theory.exact import InputError
from theory.notation import declare
from theory.rigor.gaussian_expectation import Factor

preactivation = declare("preactivation", "z", "preactivation of a unit", "real z", (-4, 4))
_Z = preactivation


@dataclass(frozen=True)
class StripFunctions:
    """sigma, sigma' and sigma'' as functions of exp(rate z), bounded on strips."""

    value: Factor
    first: Factor
    second: Factor


@dataclass(frozen=True)
class Activation:
    """A smooth activation that meets H2b.

    expr: sigma as a function of `preactivation`. slope: sup |sigma'|. curvature: M, an upper
    bound of |sigma''| that is attained. odd: sigma(-z) = -sigma(z). strip: how to integrate
    it rigorously; None where `kernel` and `features` have closed forms.
    """

    name: str
    expr: sympy.Expr
    slope: sympy.Expr
    curvature: sympy.Expr
    odd: bool = False
    strip: StripFunctions | None = None


def _tanh(e: arb) -> arb:
    """tanh(w) from e = exp(2w); the error is absolute, which is all a sum needs."""
    return 1 - 2 / (e + 1)


def _sech_squared(e: arb) -> arb:
    """sech(w)^2 from e = exp(2w)."""
    t = _tanh(e)
    return 1 - t * t


def _bend(e: arb) -> arb:
    """tanh(w) sech(w)^2 from e = exp(2w)."""
    t = _tanh(e)
    return t - t * t * t


def _logistic(e: arb) -> arb:
    """1/(1 + exp(-w)) from e = exp(w)."""
    return 1 - 1 / (e + 1)


# With c = 1/cos(Im w): |cosh w|^2 = sinh(Re w)^2 + cos(Im w)^2 gives |sech w|^2 <= c^2 and
# |tanh w|^2 = (sinh^2 + sin^2)/(sinh^2 + cos^2) <= c^2. The logistic function of z is
# (1 + tanh(z/2))/2, so at most c with w = z/2; the softplus function is log 2 plus the
# integral of the logistic from 0 to z, so at most c (1 + |z|) <= c (1 + y)(1 + |Re z|).
_ONE, _TWO, _QUARTER = Fraction(1), Fraction(2), Fraction(1, 4)

_STRIPS = {
    "tanh": StripFunctions(
        Factor(_tanh, 2, _ONE, 1, parity=-1),
        Factor(_sech_squared, 2, _ONE, 2, parity=1),
        Factor(lambda e: -2 * _bend(e), 2, _TWO, 3, parity=-1),
    ),
    "sigmoid": StripFunctions(
        Factor(_logistic, 1, _ONE, 1),
        Factor(lambda e: _sech_squared(e) / 4, 1, _QUARTER, 2, parity=1),
        Factor(lambda e: -_bend(e) / 4, 1, _QUARTER, 3, parity=-1),
    ),
    "softplus": StripFunctions(
        Factor(lambda e: (1 + e).log(), 1, _ONE, 1, growth=1),
        Factor(_logistic, 1, _ONE, 1),
        Factor(lambda e: _sech_squared(e) / 4, 1, _QUARTER, 2, parity=1),
    ),
}

SMOOTH = {
    entry.name: entry
    for entry in (
        Activation(
            "tanh",
            sympy.tanh(_Z),
            sympy.Integer(1),
            4 / (3 * sympy.sqrt(3)),
            odd=True,
            strip=_STRIPS["tanh"],
        ),
        Activation(
            "sigmoid",
            1 / (1 + sympy.exp(-_Z)),
            sympy.Rational(1, 4),
            1 / (6 * sympy.sqrt(3)),
            strip=_STRIPS["sigmoid"],
        ),
        Activation(
            "softplus",
            sympy.log(1 + sympy.exp(_Z)),
            sympy.Integer(1),
            sympy.Rational(1, 4),
            strip=_STRIPS["softplus"],
        ),
        Activation("sin", sympy.sin(_Z), sympy.Integer(1), sympy.Integer(1), odd=True),
        Activation("sin_shifted", sympy.sin(_Z + sympy.pi / 4), sympy.Integer(1), sympy.Integer(1)),
        Activation(
            "erf_scaled",
            sympy.sqrt(sympy.pi) / 2 * sympy.erf(_Z),
            sympy.Integer(1),
            sympy.sqrt(2 / sympy.E),
            odd=True,
        ),
    )
}

# name -> (sigma, a point where |sigma'| > 1 or the reason why H2 fails)
VIOLATORS = {
    "gelu": (_Z * (1 + sympy.erf(_Z / sympy.sqrt(2))) / 2, sympy.Rational(7, 5)),
    "silu": (_Z / (1 + sympy.exp(-_Z)), sympy.Rational(12, 5)),
    "erf": (sympy.erf(_Z), sympy.Integer(0)),
}

NAMES = ("relu", *SMOOTH)


def activation_name(value: object) -> str:
    """Read the name of an activation: relu or one of the smooth ones."""
    if value not in NAMES:
        raise InputError(f"activation = {value!r} is unknown", ", ".join(NAMES))
    return str(value)


def smooth_name(value: object) -> str:
    """Read the name of a smooth activation; the ReLU is refused."""
    if value == "relu":
        raise InputError(
            "activation = 'relu' is not smooth", ", ".join(SMOOTH), "Theorem 4.1 is for the ReLU"
        )
    if value not in SMOOTH:
        raise InputError(f"activation = {value!r} is unknown", ", ".join(SMOOTH))
    return str(value)
