"""C_0(X): how far the limiting tangent Gram matrix departs from its mean (Proposition 3.3).

E|Theta_inf - Theta*|_F^2 = C_0(X) (1-gamma)^2 sum_j w_j^2 (equation 12), and exactly at
every width E|Theta_m(W_0) - Theta*|_F^2 = C_0(X) sum_j lambda_{m,j}^2.
"""

from __future__ import annotations

from flint import arb

from theory.asymmetric.kernel import derivative_moment, scaled_gram
from theory.exact import Matrix
from theory.rigor.balls import ball


def departure(X: Matrix, activation: str = "relu") -> arb:
    """C_0(X) = sum_ik (x_i.x_k/d)^2 Var[sigma'(w.x_i/sqrt d) sigma'(w.x_k/sqrt d)].

    X: rows of norm at most 1. activation: a name of `activations.NAMES`.
    """
    covariance = scaled_gram(X)
    total = arb(0)
    for i, row in enumerate(covariance):
        for k, entry in enumerate(row[: i + 1]):
            if entry == 0:
                continue
            arguments = (activation, row[i], entry, covariance[k][k])
            mean, square = (ball(derivative_moment(*arguments, power)) for power in (1, 2))
            total += (1 if i == k else 2) * ball(entry) ** 2 * (square - mean**2)
    return total
