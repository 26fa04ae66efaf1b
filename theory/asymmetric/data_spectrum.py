"""Mean tangent Gram matrix of float samples (ReLU), with a proved bound of its float error.

Theta*_ik = g_ik h_ik with g_ik = x_i.x_k/d and h_ik = 1/4 + arcsin(rho_ik)/(2 pi); the float
rows are taken as exact. What the floats leave out is bounded entry by entry, u = 2^-53:

- |g^ - g| <= (d + 1) u |x_i||x_k|/d: a dot product in any order, one quotient;
- |rho^ - rho| <= eps (theory.rigor.correlations), which moves arcsin by at most
  min(eps/sqrt(1 - (|rho| + eps)^2), pi sqrt(eps/2)): the slope, and the increment of arccos
  over eps at the end of the interval, 2 arcsin sqrt(eps/2);
- arcsin comes from balls of 64 bits, rounded once; with the sum and the quotient h^ is off by
  at most 4 u more. On the diagonal h = 1/2 exactly. The product costs u.

The spectral norm of what is left out is at most the greatest row sum of these bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np
from flint import arb

from theory.rigor.balls import working_precision
from theory.rigor.correlations import correlations_float
from theory.rigor.spectra import (
    UNIT_ROUNDOFF,
    least_eigenvalue_lower_float,
    least_eigenvalue_upper_float,
)


@dataclass(frozen=True)
class TangentFloat:
    """Float readings of g and h (module head), n x n, each with an entrywise bound of its error.

    cosine_bound: certified upper bound of the greatest |cosine| of two samples (0 for one).
    """

    gram: np.ndarray
    gram_error: np.ndarray
    moment: np.ndarray
    moment_error: np.ndarray
    cosine_bound: float

    @cached_property
    def matrix(self) -> np.ndarray:
        """Theta* in double precision."""
        return self.gram * self.moment

    @cached_property
    def radius(self) -> float:
        """Upper bound of the spectral norm of Theta* - matrix."""
        left_out = self.gram_error * (self.moment + self.moment_error)
        left_out += np.abs(self.gram) * self.moment_error + UNIT_ROUNDOFF * np.abs(self.matrix)
        return 1.01 * float(left_out.sum(axis=1).max())  # 1 % for the rounding of the bound

    @cached_property
    def least_eigenvalue_lower(self) -> float:
        """Certified lower bound of kappa_n; at most 0 when nothing is proved."""
        return least_eigenvalue_lower_float(self.matrix, self.radius)

    @cached_property
    def least_eigenvalue_upper(self) -> float:
        """Certified upper bound of kappa_n."""
        return least_eigenvalue_upper_float(self.matrix, self.radius)

    @property
    def departure(self) -> tuple[float, float]:
        """C_0(X) = sum of g_ik^2 h_ik (1 - h_ik) in double precision, and a bound of its error.

        |h(1-h)|' <= 1 on [0, 1]; a sum of N positive terms loses at most N u of itself.
        """
        variance = self.moment * (1 - self.moment)
        total = float((self.gram**2 * variance).sum())
        size, moved = np.abs(self.gram), self.gram_error
        error = (2 * size + moved) * moved * (variance + self.moment_error)
        error += size**2 * self.moment_error
        count = self.gram.size + 8
        return total, 1.01 * float(error.sum()) + 2 * count * UNIT_ROUNDOFF * total


def mean_ntg_float(X: np.ndarray) -> TangentFloat:
    """The mean tangent Gram matrix of the ReLU for float rows.

    X: n x d float64, finite, no zero row. Raises InputError otherwise.

    >>> found = mean_ntg_float(np.array([[1.0, 0.0], [0.6, 0.8]]))
    >>> 0 < found.least_eigenvalue_upper - found.least_eigenvalue_lower < 1e-13
    True
    """
    X = np.asarray(X, dtype=np.float64)
    rho, epsilon = correlations_float(X)
    n, d = X.shape
    norms = np.linalg.norm(X, axis=1)
    product = np.tril(X @ X.T)
    gram = (product + np.tril(product, -1).T) / d
    gram_error = 1.01 * (d + 1) * UNIT_ROUNDOFF * np.outer(norms, norms) / d
    moment = 0.25 + _arcsine(rho) / (2 * pi)
    moment_error = _arcsine_change(rho, epsilon) / (2 * pi) + 4 * UNIT_ROUNDOFF
    np.fill_diagonal(moment, 0.5)
    np.fill_diagonal(moment_error, 0.0)
    off = np.abs(rho[~np.eye(n, dtype=bool)])
    return TangentFloat(
        gram, gram_error, moment, moment_error, float(off.max(initial=0.0)) + epsilon
    )


def _arcsine(rho: np.ndarray) -> np.ndarray:
    """arcsin of a symmetric matrix, each entry rounded once from a ball."""
    rows, columns = np.tril_indices(len(rho))
    with working_precision(64):
        values = [float(arb(entry).asin()) for entry in rho[rows, columns].tolist()]
    found = np.empty_like(rho)
    found[rows, columns] = values
    found[columns, rows] = values
    return found


def _arcsine_change(rho: np.ndarray, epsilon: float) -> np.ndarray:
    """Bound of |arcsin(rho') - arcsin(rho)| for |rho' - rho| <= epsilon (module head)."""
    near = np.minimum(np.abs(rho) + epsilon, 1.0)
    with np.errstate(divide="ignore"):  # infinite at |rho| = 1, where the other bound is taken
        inner = epsilon / np.sqrt(1 - near**2)
    return np.minimum(inner, pi * np.sqrt(epsilon / 2))
