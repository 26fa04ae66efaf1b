"""Gradient descent and flow: movement, rate, width (sections 5 and 6 of the transcription).

H(theta) is the tangent kernel at parameters theta, L = lambda_max(K + J), S = |f(0) - y|.
"""

from __future__ import annotations

import sympy

from theory.bias.symbols import B, band_share, gram_top, initial_residual, radius, step_size
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.notation import delta, kappa, m, n

_R = sympy.Rational

MOVEMENT = Formula(_R(8, 3) * sympy.sqrt(gram_top) * initial_residual / (kappa * sympy.sqrt(m)))
MOVEMENT_FLOW = Formula(2 * sympy.sqrt(gram_top) * initial_residual / (kappa * sympy.sqrt(m)))
CONTRACTION = Formula(1 - _R(3, 8) * step_size * kappa)

KERNEL_CHANGE = Formula(4 * n * band_share)
CROSS_CHANGE = Formula(2 * n * band_share)

WIDTH_MOVEMENT = Formula(
    _R(1024, 3) ** 2 * sympy.E * n**3 * initial_residual**2 * density(B) ** 2 / kappa**4
)
WIDTH_BIAS = Formula(_R(1024, 9) * n * B**2 * initial_residual**2 / kappa**2)
WIDTH_CONCENTRATION = Formula(96 * n / kappa * sympy.log(n / delta))
WIDTH = Formula(sympy.Max(WIDTH_MOVEMENT.expr, WIDTH_BIAS.expr, WIDTH_CONCENTRATION.expr))
WIDTH_KERNEL = Formula(32 * gram_top / kappa * sympy.log(n / delta))

_LOG = sympy.log(n / delta)
ACTIVE_INIT = Formula(tail(B) + sympy.sqrt(2 * tail(B) * (1 - tail(B)) * _LOG / m) + _LOG / (3 * m))
_SHIFTED = tail(B - sympy.sqrt(2) * radius)
ACTIVE_TRAINED = Formula(
    _SHIFTED + sympy.sqrt(2 * _SHIFTED * (1 - _SHIFTED) * _LOG / m) + _LOG / (3 * m)
)
SHIFTED_TAIL_UPPER = Formula(
    tail(B) + sympy.sqrt(2) * radius * density(B) * sympy.exp(sympy.sqrt(2) * B * radius)
)
