"""y^T H_inf^(-1) y for float samples, enclosed by one solve and its residual.

For any vector z and r = y - H z (H positive definite),

y^T H^-1 y = (y + r)^T z + r^T H^-1 r,  0 <= r^T H^-1 r <= |r|^2/lambda_min(H),

so the residual's error enters squared over lambda_min. Rounding, with u = 2^-53 and
g = (n+2)u/(1-(n+2)u): |r - r^| <= e = g (|H^||z| + |y|) + radius |z| in norms, and
(y + r)^T z is off by at most e |z| + 2 g |y + r^||z|.
"""

from __future__ import annotations

import numpy as np
import scipy

from theory.bias.data_spectrum import KernelFloat
from theory.exact import InputError
from theory.rigor.spectra import UNIT_ROUNDOFF


def alignment_float(kernel: KernelFloat, y: np.ndarray) -> tuple[float, float]:
    """Lower and upper bound of y^T H_inf^(-1) y, under `data_spectrum.ASSUMPTION`.

    kernel: from `data_spectrum`. y: n finite floats. The upper bound is infinite when the
    least eigenvalue is not proved positive.

    >>> from theory.bias.data_spectrum import data_spectrum
    >>> low, high = alignment_float(data_spectrum(np.eye(2), 0.0), np.array([1.0, 1.0]))
    >>> low <= 8 / 5 <= high < low + 1e-13  # H = [[1, 1/4], [1/4, 1]]
    True
    """
    H, n = kernel.matrix, len(kernel.matrix)
    y = np.asarray(y, dtype=np.float64)
    if y.shape != (n,) or not np.isfinite(y).all():
        raise InputError(f"y has shape {y.shape}", f"{n} finite floats")
    least = kernel.least_eigenvalue_lower
    if not least > 0:
        return 0.0, np.inf
    factor = scipy.linalg.cho_factor(H)
    z = scipy.linalg.cho_solve(factor, y)
    z = z + scipy.linalg.cho_solve(factor, y - H @ z)  # one step of refinement
    residual = y - H @ z
    gamma = (n + 2) * UNIT_ROUNDOFF / (1 - (n + 2) * UNIT_ROUNDOFF)
    norm = float(np.linalg.norm(z))
    missing = gamma * float(np.linalg.norm(np.abs(H) @ np.abs(z) + np.abs(y)))
    missing += kernel.radius * norm
    value = float((y + residual) @ z)
    error = 1.01 * (missing * norm + 2 * gamma * float(np.abs(y + residual) @ np.abs(z)))
    rest = 1.01 * (float(np.linalg.norm(residual)) + missing) ** 2 / least
    return max(value - error, 0.0), value + error + rest
