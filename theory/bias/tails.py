"""Gaussian tails and anti-concentration (lemmas on Q(B) and on a strip around B)."""

from __future__ import annotations

import sympy

from theory.bias.symbols import B, half_width, radius
from theory.formula import Formula
from theory.gaussian import density, tail

TAIL = Formula(tail(B))
HALF_EXPONENTIAL = Formula(sympy.exp(-(B**2) / 2) / 2)
MILLS_LOWER = Formula((1 / B - 1 / B**3) * density(B))
MILLS_UPPER = Formula(density(B) / B)
LINEAR_LOWER = Formula(sympy.Rational(1, 2) - B / sympy.sqrt(2 * sympy.pi))
TAIL_LOWER = Formula(sympy.Max(LINEAR_LOWER.expr, MILLS_LOWER.expr))
KOMATSU_LOWER = Formula(2 * density(B) / (B + sympy.sqrt(B**2 + 4)))
KOMATSU_UPPER = Formula(4 * density(B) / (3 * B + sympy.sqrt(B**2 + 8)))

STRIP = Formula(sympy.erf(half_width / sympy.sqrt(2)))
STRIP_LOWER = Formula(2 * half_width / 3)
STRIP_UPPER = Formula(4 * half_width / 5)

FLIP = Formula(tail(B - radius) - tail(B + radius))
FLIP_LOWER = Formula(2 * radius * density(B + radius))
FLIP_UPPER = Formula(2 * radius * density(B) * sympy.exp(B * radius))
FLIP_RECALLED = Formula(2 * sympy.E / sympy.sqrt(2 * sympy.pi) * radius * sympy.exp(-(B**2) / 2))
