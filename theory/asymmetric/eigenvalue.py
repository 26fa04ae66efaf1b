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
    least = min(dot(x, x) for x in X)
    return kappa_lower_from(len(X), len(X[0]), least, greatest_squared_cosine(X))


def kappa_lower_from(
    n: int, d: int, least_square: Fraction, square: Fraction, *, most_terms: int = MOST_TERMS
) -> arb:
    """The constructive lower bound from min|x_i|^2 and an upper bound of rho^2.

    It decreases in rho, so bounds of the data keep it a lower bound. Raises InputError when k0
    exceeds most_terms.
    """
    rho, power = ball(square).sqrt(), ball(square)
    total = arb.pi() / 2 - (n - 1) * rho * rho.asin()
    coefficient = arb(1)
    for k in range(most_terms):
        summand = 1 - (n - 1) * power
        if summand > 0:
            return ball(least_square) / (2 * arb.pi() * d) * total
        # min(0, .) keeps the ball right when the sign is not certain
        total -= coefficient / (2 * k + 1) * summand.min(arb(0))
        coefficient *= ball(Fraction(2 * k + 1, 2 * k + 2))
        power *= ball(square)
    raise InputError(
        f"two rows are so nearly parallel that the bound needs more than {most_terms} terms",
        f"n - 1 below 1/rho^{2 * most_terms}, rho the greatest |cosine| of two rows",
        "use asym.ntg.min_eigenvalue",
    )


def kappa_lower_closed(n: int, d: int, least_square: Fraction, square: Fraction) -> arb:
    """A simpler constructive bound, for any rho < 1; inputs as in `kappa_lower_from`.

    a_k >= (k + 1/2)^(-3/2) / (2 sqrt pi), because binom(2k, k) 4^-k sqrt(k + 1/2) decreases to
    1/sqrt pi. So the summands from K on, each at least a_k (1 - (n-1) rho^(2K+2)), add up to

    kappa_n >= min|x_i|^2/(2 pi d) (1 - (n-1) rho^(2K+2))/sqrt(pi (K + 1/2)) for every K >= 0;
    K is taken with (n-1) rho^(2K+2) near 1/(2 ln n), where the bound is nearly largest.

    >>> kappa_lower_closed(2, 2, Fraction(1), Fraction(9, 25)) < arb("0.0946")
    True
    """
    share = arb(n).log() * 2 * (n - 1)
    steps = share.log() / -ball(square).log() - 1 if n > 1 and square > 0 else arb(0)
    if not steps.is_finite():
        return arb(0)
    whole = steps.mid().floor().unique_fmpz()
    assert whole is not None  # a finite midpoint is exact
    K = max(0, int(whole))
    rest = 1 - (n - 1) * ball(square) ** (K + 1)
    return ball(least_square) / (2 * arb.pi() * d) * rest / (arb.pi() * (K + arb(1) / 2)).sqrt()
