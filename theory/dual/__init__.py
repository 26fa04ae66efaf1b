"""Dual certificates of TV-regularised infinite-width networks.

Del Grande, Brune, Carioni; arXiv 2603.17785.

Convention of the whole folder: data x_1..x_n in R^d (rows of X), targets y, the objective
J(mu) = |y - K mu|^2 / (2n) + lam |mu|_TV over signed measures mu on the unit sphere, with
(K mu)_j the integral of max(<w, x_j>, 0); the dual D(p) = <p, y> - n |p|^2 / 2 under
|eta_p| <= lam, where eta_p(w) = sum_j p_j max(<w, x_j>, 0) is the certificate.
"""

from theory.claim import Paper

PAPER = Paper(
    short="Dual certificates",
    title="A Dual Certificate Approach to Sparsity in Infinite-Width Shallow Neural Networks",
    authors="L. Del Grande, C. Brune, M. Carioni",
    reference="arXiv 2603.17785, 2026",
    url="https://arxiv.org/abs/2603.17785",
    about="Training over measures with a total-variation penalty. The questions: where the "
    "certificate of optimality may touch its bound, how many units an optimal measure "
    "needs, when it is unique, and how it moves with noise and penalty.",
)

# Chapters in the order of the argument; modules that are not named follow by name.
READING_ORDER = (
    "duality",
    "extremes",
    "finite",
    "nonuniqueness",
    "small_noise",
    "small_noise_degenerate",
    "known_optima",
)
