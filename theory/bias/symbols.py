"""Symbols of the paper on large initial bias, beyond those all papers share."""

from theory.notation import declare

B = declare("B", "B", "bias at the start: every b_r = B", "B >= 0", ("1/16", 6))
rho = declare(
    "rho",
    "rho",
    "inner product of two samples of norm one; correlation of two Gaussians",
    "-1 <= rho <= 1",
    ("-9/10", "9/10"),
    papers={"bias": "<x_i, x_j>"},
)
separation = declare(
    "separation",
    "delta_X",
    "separation: least distance between x_i and x_j or -x_j, i != j",
    "0 < delta_X <= sqrt(2)",
    ("1/20", "7/5"),
    papers={"bias": "delta"},
)
half_width = declare("half_width", "t", "half width of a strip around 0", "0 < t <= 1", ("1/20", 1))
radius = declare(
    "radius",
    "R",
    "how far each weight vector (w_r, b_r) may move, or a pre-activation",
    "R >= 0",
    ("1/40", "1/2"),
    papers={"bias": "R"},
)
initial_residual = declare(
    "initial_residual",
    "S",
    "norm of the residual f(0) - y at the start",
    "S >= 0",
    ("1/2", 4),
)
gram_top = declare(
    "gram_top",
    "L",
    "greatest eigenvalue of K + J, the Gram matrix of the samples (x_i, 1)",
    "2 <= L <= 2 n",
    (2, 12),
)
step_size = declare(
    "step_size", "eta", "step size of gradient descent", "0 < eta <= 1/L", ("1/100", "1/12")
)
band_share = declare(
    "band_share",
    "nu",
    "greatest share of neurons within sqrt(2) R of a sample's activation boundary",
    "0 <= nu <= 1",
    ("1/1000", "1/2"),
)
active_share = declare(
    "active_share", "hat(Q)", "mean share of active neurons at the start", "0 <= hat(Q) <= 1",
    ("1/100", "1/2"),
)  # fmt: skip
ball_radius = declare(
    "ball_radius", "D", "Frobenius radius of a ball of parameters", "D >= 0", (1, 5)
)  # samples from 1 on: the bound with a share of delta for each D is for integers
order = declare(
    "order", "k", "order of a Hermite coefficient", "integer k >= 2", (2, 40), integer=True
)
