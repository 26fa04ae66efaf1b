"""What holds for free beside the bounds of the paper.

Eigenvalues of a mean of g g^T are not negative and at most 1/2 a block; a probability is at most
1, and 0 that a matrix with fewer rows than columns has full column rank. Sample sizes are compared
with what Chebyshev's inequality asks for.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer, Rational, pi

from theory.claim import Cell, Form
from theory.exact import Matrix, matrix
from theory.formula import Formula
from theory.lottery.concentration import BERNSTEIN_SAMPLES
from theory.lottery.symbols import accuracy, kept_total, least_curvature, neurons
from theory.notation import delta
from theory.vacuity import NoFrontier, Vacuity, values

# E |g|^4 <= K^2 d (d + 2)/2 for dense masks, d = s/K: the mean of |x|^4 is d (d + 2).
_WIDTH = kept_total / neurons
CHEBYSHEV = Formula(
    neurons**2 * _WIDTH * (_WIDTH + 2) / (2 * delta * (accuracy * least_curvature) ** 2)
)
# |v| <= 1 for all teachers: Gauss-Newton parts differ by K/2 at most, and with |u_j| >= 1/2 the
# jumps of one neuron add up to (3/2 (K - 1) + K) / (pi/2); at the teacher they cancel.
APART = Formula(neurons / 2 + (5 * neurons - 3) / pi)


def _two_directions(cell: Cell) -> Matrix:
    """Two neurons of the plane, the second of the cell's slope."""
    return matrix([[1, 0], [1, cell["slope"]]], "teacher")


def _samples(cell: Cell, form: Form) -> Any:
    """The sample size after which the claim's deviation holds."""
    return BERNSTEIN_SAMPLES.ball(**values(BERNSTEIN_SAMPLES, cell))


def _enough_rows(cell: Cell) -> int:
    return int(int(cell["samples"]) >= int(cell["kept_total"]))


def _identified(cell: Cell, form: Form) -> Any:
    """The claimed probability of identifiability."""
    return form(*(int(cell[name]) for name in ("samples", "neurons", "kept_total")))


VACUITIES = (
    Vacuity("lottery.conc.bernstein", Formula(Integer(1)), "a probability is at most 1",
            {"kept_total": 40, "distance": "1/10", "samples": 10**6, "neurons": 4},
            {"samples": (1, 10**12), "distance": ("1/10000", 10), "kept_total": (4, 10**6),
             "neurons": (2, 40)}),
    Vacuity("lottery.pop.k1_onepoint", Formula(Integer(0)),
            "no input contributes a negative amount", {"angle": 1},
            {"angle": ("1/1000", "314/100")}),
    Vacuity("lottery.spec.pair_upper", Formula(Rational(1, 2)), "a diagonal entry of $A$",
            {"angle": 1}, {"angle": ("1/1000", "314/100")}),
    Vacuity("lottery.region.radius_bound", Formula(Integer(0)), "a ball of radius 0 is convex",
            {"smallest_norm": 1, "least_curvature": "1/10", "neurons": 4},
            {"least_curvature": ("1/1000000", "1/2"), "neurons": (2, 10**6)}),
    Vacuity("lottery.spec.zhong_bound", Formula(Integer(0)), "$A$ is positive semidefinite",
            {"slope": 1}, {"slope": ("1/1000", 1000)},
            lambda cell, form: form(_two_directions(cell))),
    Vacuity("lottery.region.lipschitz", APART,
            "the triangle inequality for two Hessians, all teacher norms 1",
            {"distance": "1/10", "neurons": 4, "smallest_norm": 1},
            {"distance": ("1/1000", 1), "neurons": (1, 10**6)}),
    Vacuity("lottery.conc.samples", CHEBYSHEV, "Chebyshev for the Frobenius norm, dense masks",
            {"kept_total": 40, "neurons": 4, "accuracy": "1/2", "least_curvature": "1/10",
             "delta": "1/20"},
            {"delta": ("1/1000000", "99/100"), "kept_total": (4, 10**6), "neurons": (1, 40)},
            _samples),
    Vacuity("lottery.phase.lower", _enough_rows, "0 for fewer rows than weights, else at most 1",
            {"samples": 40, "neurons": 2, "kept_total": 20},
            {"samples": (1, 100), "kept_total": (1, 200), "neurons": (1, 10)}, _identified),
)  # fmt: skip

NO_FRONTIERS = (
    NoFrontier("lottery.spec.rho_rounded",
               "Refuted as transcribed: it compares the numbers $1\\/11$ and $1\\/4 - 1\\/(2 pi)$, "
               "and has no parameter."),
    NoFrontier("lottery.conc.blocksum",
               "The sum of the block norms is itself what holds for free; the claim measures how "
               "much is lost by it, a factor of at least $K$."),
    NoFrontier("lottery.conc.rtilde_lower",
               "Refuted as transcribed: $tilde(r)\\/r_\"ave\"$ falls like $1\\/(2 K)$, below every "
               "constant, for one long and $K - 1$ short masks."),
    NoFrontier("lottery.conc.grad",
               "It is attained at $W = W^*$, for all $N$, $s$, $K$ and $sigma$: no smaller number "
               "holds there."),
    NoFrontier("lottery.agd.constant_free",
               "Refuted as transcribed at $T = 1$ for every condition number above 1; the exact "
               "factor (lottery.agd.transient) is attained."),
    NoFrontier("lottery.stat.floor",
               "It places two simulated ends at most one statistical error apart; nothing says for "
               "free where an iteration ends, and no parameter is in the factor 1."),
    NoFrontier("lottery.init.third_order",
               "Refuted as transcribed: $abs(c_3)$ is exactly the 0 that holds for free."),
    NoFrontier("lottery.init.algorithm",
               "One number at listed sample sizes: a median error of $0.3$, where the answer "
               "$W = 0$ has the error 1; no parameter moves it."),
    NoFrontier("lottery.init.end_to_end",
               "One number at listed sizes: a gain of at most $0.2$, where two shares differ by at "
               "most 1; no parameter moves it."),
    NoFrontier("lottery.digits.curvature",
               "Refuted as transcribed for pixels, which are correlated; the Gaussian constant "
               "that it takes over has no parameter."),
)  # fmt: skip
