"""Derivations of the perturbation lemmas: one exact step, and how far the kernel can move.

Inside the ball a neuron changes its activity on x_i only if |<w_r(0), x_i> - B| <= sqrt(2) R,
as |(x_i, 1)|^2 = 2. So at most m nu_i neurons do, nu_i <= nu, and the spectral norm of a matrix
is at most sqrt(greatest row sum * greatest column sum) of its absolute entries.
"""

from __future__ import annotations

from itertools import product

import sympy

LARGEST_PRODUCT = 2  # of (x_i, 1) and (x_j, 1): 1 + rho_ij


def products_change_at_most_as_their_factors() -> bool:
    """|a b - c d| <= |a - c| + |b - d| for all activities a, b, c, d in {0, 1}."""
    return all(
        abs(a * b - c * d) <= abs(a - c) + abs(b - d) for a, b, c, d in product((0, 1), repeat=4)
    )


def kernel_row_sum(n: sympy.Expr, band_share: sympy.Expr) -> sympy.Expr:
    """Row sum of |H(theta) - H(0)|: n entries of at most (1 + rho_ij)(nu_i + nu_j)."""
    return n * LARGEST_PRODUCT * (band_share + band_share)


def cross_row_sum(n: sympy.Expr, band_share: sympy.Expr) -> sympy.Expr:
    """Row and column sums of |M - H(k)|: n entries of at most (1 + rho_ij) nu_i.

    The mean slope is in [0, 1] and equals the activity off the band.
    """
    return n * LARGEST_PRODUCT * band_share


def step_residuals(slopes: str) -> list[sympy.Expr]:
    """r(k+1) - (I - eta M) r(k) for two samples and two neurons, all entries symbols.

    slopes: which slope M has, "mean", "before", "after" or "halves" (the mean of these two).
    By its definition the mean slope xi times the change of the pre-activation is the change of
    the ReLU; the change of v_r is -eta sum_j r_j a_r/sqrt(m) 1_rj (x_j, 1), and a_r^2 = 1.
    """
    two = range(2)
    eta, m, rho = sympy.symbols("eta_ m_ rho_", positive=True)
    r = sympy.symbols("r_0 r_1", real=True)
    a = sympy.symbols("a_0 a_1", real=True)
    before, after, mean = (
        [[sympy.Symbol(f"{name}_{k}{i}", real=True) for i in two] for k in two]
        for name in ("before", "after", "mean")
    )
    halves = [[(before[k][i] + after[k][i]) / 2 for i in two] for k in two]
    chosen = {"mean": mean, "before": before, "after": after, "halves": halves}[slopes]
    inner = [[2 if i == j else 1 + rho for j in two] for i in two]
    found = []
    for i in two:
        change = sympy.Integer(0)
        claimed = sympy.Integer(0)
        for j, k in product(two, two):
            moved = -eta * r[j] * a[k] / sympy.sqrt(m) * before[k][j] * inner[i][j]
            change += a[k] / sympy.sqrt(m) * mean[k][i] * moved
            claimed -= eta * inner[i][j] / m * chosen[k][i] * before[k][j] * r[j]
        found.append(sympy.expand(change).subs({a[k] ** 2: 1 for k in two}) - sympy.expand(claimed))
    return [sympy.expand(residual) for residual in found]
