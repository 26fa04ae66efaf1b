"""Correlations of float rows, with a proved bound of their error.

With u = 2^-53 and d columns, |rho^ - rho| <= eps = (2d + 8) u: a dot product in any order
loses at most d u |x||z|, each norm (d/2 + 1) u of itself, product and quotient u each.
"""

from __future__ import annotations

import numpy as np

from theory.exact import InputError
from theory.rigor.spectra import UNIT_ROUNDOFF


def correlations_float(X: np.ndarray) -> tuple[np.ndarray, float]:
    """Correlations of the rows of X and a bound eps of the error of each.

    X: n x d float64, finite, no zero row. Raises InputError otherwise.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise InputError("X is no finite n x d array", "n rows of d finite floats")
    norms = np.sqrt(np.einsum("ij,ij->i", X, X))
    if not ((norms > 1e-100) & (norms < 1e100)).all():
        row = int(np.argmin((norms > 1e-100) & (norms < 1e100))) + 1
        raise InputError(f"X row {row} has norm {norms[row - 1]:g}", "norms from 1e-100 to 1e100")
    table = np.clip(X @ X.T / np.outer(norms, norms), -1.0, 1.0)
    table = np.tril(table, -1)
    table = table + table.T  # products of matrices may differ in the last bit across the diagonal
    np.fill_diagonal(table, 1.0)
    return table, (2 * X.shape[1] + 8) * UNIT_ROUNDOFF * 1.01
