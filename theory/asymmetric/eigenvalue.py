"""kappa_n, the least eigenvalue of the mean tangent Gram matrix (Proposition 3.1).

The constructive bound sharpens "positive": with rho the greatest |cosine| between two samples,
arcsin rho = sum_k a_k rho^(2k+1), a_k = (2k)!/(4^k k!^2 (2k+1)), writes the ReLU kernel as a
sum of Hadamard powers of the matrix of cosines, and Gershgorin bounds each power from below:

kappa_n >= min|x_i|^2/(2 pi d) sum_{k >= k0} a_k (1 - (n-1) rho^(2k+2)),

k0 the first k with a positive summand. The infinite sum follows from sum a_k = pi/2.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from flint import arb

from theory.asymmetric.kernel import mean_ntg
from theory.exact import InputError, Matrix, dot
from theory.rigor.balls import ball, current_precision
from theory.rigor.spectra import least_eigenvalue

MOST_TERMS = 200_000


def kappa(X: Matrix, activation: str = "relu") -> arb:
    """Ball that contains kappa_n (equation 10).

    X: n rows of d exact entries. activation: a name of `activations.NAMES`.
    """
    return _kappa(X, activation, current_precision())


@lru_cache(maxsize=256)
def _kappa(X: Matrix, activation: str, bits: int) -> arb:
    return least_eigenvalue(mean_ntg(X, activation))


def greatest_squared_cosine(X: Matrix) -> Fraction:
    """Greatest squared cosine of the angle between two different rows (0 for one row)."""
    squares = (dot(x, z) ** 2 / (dot(x, x) * dot(z, z)) for i, x in enumerate(X) for z in X[:i])
    return max(squares, default=Fraction(0))


def kappa_lower(X: Matrix) -> arb:
    """The constructive lower bound of kappa_n for the ReLU (module head).

    X: rows no two of which are proportional. Raises InputError when k0 exceeds MOST_TERMS,
    which happens for nearly parallel rows.
    """
    n, d = len(X), len(X[0])
    square = greatest_squared_cosine(X)
    rho, power = ball(square).sqrt(), ball(square)
    total = arb.pi() / 2 - (n - 1) * rho * rho.asin()
    coefficient = arb(1)
    for k in range(MOST_TERMS):
        summand = 1 - (n - 1) * power
        if summand > 0:
            return ball(min(dot(x, x) for x in X)) / (2 * arb.pi() * d) * total
        # min(0, .) keeps the ball right when the sign is not certain
        total -= coefficient / (2 * k + 1) * summand.min(arb(0))
        coefficient *= ball(Fraction(2 * k + 1, 2 * k + 2))
        power *= ball(square)
    raise InputError(
        f"two rows are so nearly parallel that the bound needs more than {MOST_TERMS} terms",
        f"n - 1 below 1/rho^{2 * MOST_TERMS}, rho the greatest |cosine| of two rows",
        "use asym.ntg.min_eigenvalue",
    )
