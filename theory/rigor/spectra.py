"""Certified extreme eigenvalues of symmetric matrices.

Two ways, both with proof. For ball matrices, to any number of digits: a Rayleigh quotient
bounds the least eigenvalue from above, a ball LDL^T factorisation with positive pivots
bounds it from below; multiplicity does no harm. For float64 matrices at the cost of one
Cholesky factorisation: S. M. Rump, "Verification of positive definiteness" (BIT 46, 2006).
"""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat

from theory.rigor.balls import current_precision, working_precision

UNIT_ROUNDOFF = 2.0**-53
SMALLEST = float(np.finfo(np.float64).tiny)


def positive_definite(matrix: arb_mat) -> bool:
    """True when every symmetric matrix inside the ball matrix is proved positive definite.

    LDL^T without pivoting; False means "not proved".
    """
    rows = [[matrix[i, k] for k in range(matrix.ncols())] for i in range(matrix.nrows())]
    n = len(rows)
    for j in range(n):
        pivot = rows[j][j]
        if not pivot > 0:
            return False
        for i in range(j + 1, n):
            factor = rows[i][j] / pivot
            for k in range(j + 1, i + 1):
                rows[i][k] -= factor * rows[k][j]
    return True


def least_eigenvalue(matrix: arb_mat) -> arb:
    """Ball that contains the least eigenvalue of a symmetric ball matrix.

    matrix: n x n, symmetric, entries at the working precision p. The ball is about
    n 2^(-p/2)-narrow or better; it is wide (and says so by its radius) when the entries are.

    >>> from theory.rigor.balls import working_precision
    >>> with working_precision(120):
    ...     least_eigenvalue(arb_mat([[2, 1], [1, 2]])).contains(1)
    True
    """
    n = matrix.nrows()
    if n == 1:
        return matrix[0, 0]
    bits = current_precision()
    if not _norm_bound(matrix).is_finite():
        return arb.nan()
    with working_precision(2 * bits + 40):
        vector = _least_eigenvector(matrix)
        norm = (vector.transpose() * vector)[0, 0]
        upper = (vector.transpose() * matrix * vector)[0, 0] / norm
        scale = _norm_bound(matrix)
        if scale == 0:
            return arb(0)
        spread = matrix * vector - vector * upper
        error = (spread.transpose() * spread)[0, 0].abs_upper() / norm
        gap = error / scale + upper.rad() + scale * arb(2) ** (-bits)
        for _ in range(24):
            lower = upper.lower() - gap
            if positive_definite(_shifted(matrix, lower)):
                return lower.union(upper)
            gap = gap * 16
    return arb(0, scale)


def greatest_eigenvalue(matrix: arb_mat) -> arb:
    """Ball that contains the greatest eigenvalue of a symmetric ball matrix."""
    return -least_eigenvalue(-matrix)


def _norm_bound(matrix: arb_mat) -> arb:
    """The largest row sum of |entries|: at least the spectral norm, also of indefinite ones."""
    n = matrix.nrows()
    sums = [sum((abs(matrix[i, k]) for k in range(n)), arb(0)).abs_upper() for i in range(n)]
    largest = arb(0)
    for total in sums:
        if not total.is_finite():
            return arb.nan()
        largest = largest.max(total)
    return arb(largest.abs_upper())


def _shifted(matrix: arb_mat, shift: arb) -> arb_mat:
    n = matrix.nrows()
    return matrix - arb_mat([[shift if i == k else arb(0) for k in range(n)] for i in range(n)])


def _least_eigenvector(matrix: arb_mat) -> arb_mat:
    """Approximate eigenvector, no proof: float start, then Rayleigh quotient iteration."""
    n = matrix.nrows()
    middle = arb_mat([[matrix[i, k].mid() for k in range(n)] for i in range(n)])
    # A common scale keeps float64 from over- or underflowing on tiny kernels.
    scale = _norm_bound(middle)
    if scale == 0:
        scale = arb(1)
    floats = np.array([[float(middle[i, k] / scale) for k in range(n)] for i in range(n)])
    _, vectors = np.linalg.eigh(floats)
    vector = arb_mat([[arb(float(entry))] for entry in vectors[:, 0]])
    for _ in range(max(2, current_precision().bit_length() - 4)):
        norm = (vector.transpose() * vector)[0, 0].mid()
        quotient = ((vector.transpose() * middle * vector)[0, 0] / norm).mid()
        try:
            solved = _shifted(middle, quotient).solve(vector, algorithm="approx")
        except ZeroDivisionError:  # the shift is an eigenvalue to all bits: converged
            break
        size = max((abs(solved[i, 0]) for i in range(n)), key=lambda entry: entry.mid())
        if not size.is_finite() or size == 0:
            break
        vector = arb_mat([[(solved[i, 0] / size).mid()] for i in range(n)])
    return vector


def least_eigenvalue_lower_float(matrix: np.ndarray, radius: float = 0.0) -> float:
    """Certified lower bound of the least eigenvalue of an exact float64 symmetric matrix.

    matrix: n x n float64, symmetric, taken as exact. radius: an upper bound of the spectral
    norm of what the entries leave out (0 when they are exact); it is subtracted.

    A Cholesky factorisation of A - tI that runs to the end has R^T R = A - tI + D with
    |D| <= g/(1-g) tr(A - tI), g = (n+1)u/(1-(n+1)u), for any order of summation
    (Rump 2006, following Demmel), so that lambda_min(A) >= t - that. The bound returned
    is the first t of a short ladder for which the factorisation ends; -inf if none does.

    >>> bound = least_eigenvalue_lower_float(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> 1 - 1e-14 < bound <= 1
    True
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    n = matrix.shape[0]
    if not np.all(np.isfinite(matrix)) or not np.array_equal(matrix, matrix.T):
        return -np.inf
    trace = float(np.abs(np.diag(matrix)).sum())
    gamma = (n + 1) * UNIT_ROUNDOFF / (1 - (n + 1) * UNIT_ROUNDOFF)
    # Doubled: the trace of the shifted matrix, its rounding and the rounded subtraction of t.
    allowance = 2 * (gamma / (1 - gamma)) * trace + 4 * n * SMALLEST
    guess = float(np.linalg.eigvalsh(matrix)[0])
    step = allowance + 4 * UNIT_ROUNDOFF * abs(guess)
    for factor in (1.0, 4.0, 16.0, 64.0, 256.0):
        shift = guess - factor * step
        shifted = matrix.copy()
        shifted[np.diag_indices(n)] -= shift
        try:
            np.linalg.cholesky(shifted)
        except np.linalg.LinAlgError:
            continue
        # Each shifted diagonal entry is rounded once: |error| <= u |entry|.
        rounding = 2 * UNIT_ROUNDOFF * (trace / max(n, 1) + float(np.max(np.abs(np.diag(shifted)))))
        return float(np.nextafter(shift - allowance - rounding - radius, -np.inf))
    return -np.inf


def least_eigenvalue_upper_float(matrix: np.ndarray, radius: float = 0.0) -> float:
    """Certified upper bound of the least eigenvalue: the Rayleigh quotient of a float vector.

    matrix, radius: as in `least_eigenvalue_lower_float`. With v the float eigenvector and
    s = |v|^T |A| |v|, the quotient v^T A v / v^T v is computed with an error of at most
    2 g s / v^T v, g = (2n+4)u/(1-(2n+4)u) (two products of length n, one quotient).

    >>> bound = least_eigenvalue_upper_float(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> 1 <= bound < 1 + 2e-14
    True
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    n = matrix.shape[0]
    if not np.all(np.isfinite(matrix)) or not np.array_equal(matrix, matrix.T):
        return np.inf
    v = np.linalg.eigh(matrix)[1][:, 0]
    square = float(v @ v)
    size = float(np.abs(v) @ (np.abs(matrix) @ np.abs(v)))
    gamma = (2 * n + 4) * UNIT_ROUNDOFF / (1 - (2 * n + 4) * UNIT_ROUNDOFF)
    # Doubled once more: s itself and this sum are rounded.
    error = 4 * gamma * size / square + radius + SMALLEST
    return float(np.nextafter(float(v @ (matrix @ v)) / square + error, np.inf))


def greatest_eigenvalue_upper_float(matrix: np.ndarray, radius: float = 0.0) -> float:
    """Certified upper bound of the greatest eigenvalue of a float matrix; see above."""
    return -least_eigenvalue_lower_float(-np.asarray(matrix, dtype=np.float64), radius)


def squared_norm_upper_float(X: np.ndarray) -> float:
    """Certified upper bound of |X|_2^2 for a float matrix X, n x d, taken as exact.

    The products X^T X are off by at most g |X|_F^2 in norm, g = n u/(1 - n u).

    >>> 25 <= squared_norm_upper_float(np.array([[3.0, 4.0]])) < 25 + 1e-12
    True
    """
    X = np.asarray(X, dtype=np.float64)
    n = X.shape[0]
    product = np.tril(X.T @ X)
    product += np.tril(product, -1).T
    radius = 1.01 * n * UNIT_ROUNDOFF * float(np.trace(product))
    return greatest_eigenvalue_upper_float(product, radius)
