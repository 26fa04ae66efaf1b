"""Symbols of the paper on asymmetrical node scaling, beyond those all papers share."""

from theory.notation import declare

label_bound = declare(
    "label_bound",
    "C",
    "bound of the labels: |y_i| <= C",
    "C >= 0",
    ("1/4", 3),
    papers={"asym": "C"},
)
failure = declare(
    "failure",
    "p",
    "failure probability of one lemma",
    "0 < p < 1",
    ("1/100", "9/10"),
    papers={"asym": "p"},
)
exponent = declare(
    "exponent", "r", "exponent of a power sum", "r > alpha", ("5/4", 4), papers={"asym": "r"}
)
unit = declare(
    "unit",
    "j",
    "number of a hidden unit",
    "1 <= j <= m",
    (1, 40),
    integer=True,
    papers={"asym": "j"},
)
weight = declare(
    "weight",
    "lambda_(m,j)",
    "scaling weight of unit j",
    "0 <= lambda <= 1",
    ("1/1000", 1),
    papers={"asym": "lambda_{m,j}"},
)
weight_sum_three_halves = declare(
    "weight_sum_three_halves",
    "Lambda_(3\\/2)",
    "sum over the units of lambda^(3/2)",
    "0 < sum <= 1",
    ("1/1000", 1),
    papers={"asym": "sum_j lambda_{m,j}^{3/2}"},
)
weight_sum_squares = declare(
    "weight_sum_squares",
    "Lambda_2",
    "sum over the units of lambda^2",
    "0 < sum <= 1",
    ("1/1000", 1),
    papers={"asym": "sum_j lambda_{m,j}^2"},
)
curvature = declare(
    "curvature",
    "M",
    "bound of the activation's second derivative",
    "M > 0",
    ("1/16", 1),
    papers={"asym": "M"},
)
output_moment = declare(
    "output_moment",
    "C_sigma^2",
    "greatest second moment of one unit's output",
    "C_sigma^2 > 0",
    ("1/16", 1),
    papers={"asym": "C_sigma^2"},
)
cosine = declare(
    "cosine", "rho", "cosine of the angle of two samples", "-1 <= rho <= 1", ("-15/16", "15/16")
)
inner_product = declare(
    "inner_product", "s_12", "x_i.x_k / d", "s_12^2 <= s_11 s_22", ("-7/16", "7/16")
)
first_variance = declare(
    "first_variance", "s_11", "squared norm of x_i over d", "0 < s_11 <= 1/d", ("1/2", 1)
)
second_variance = declare(
    "second_variance", "s_22", "squared norm of x_k over d", "0 < s_22 <= 1/d", ("1/2", 1)
)
squared_norm = declare(
    "squared_norm", "norm(x)^2", "squared norm of a sample", "0 < |x|^2 <= 1", ("1/16", 1)
)
mass = declare(
    "mass",
    "tilde(lambda)_j",
    "weight of unit j in a summable law",
    "tilde(lambda)_j >= 0, of sum 1",
    ("1/100", "1/4"),
    papers={"asym": "tilde(lambda)_j"},
)
partial_mass = declare(
    "partial_mass", "S_m", "mass of the first m units", "0 < S_m <= 1", ("1/2", 1)
)
partial_squares = declare(
    "partial_squares",
    "Q_m",
    "sum of the squared masses of the first m units",
    "0 < Q_m <= S_m^2",
    ("1/16", "1/4"),
)
mass_norm = declare(
    "mass_norm",
    "N_r",
    "r-norm of the first m masses over S_m",
    "0 < N_r <= 1",
    ("1/8", 1),
)
decay = declare(
    "decay",
    "kappa'",
    "twice the least eigenvalue that the tangent Gram matrix keeps",
    "kappa' > 0",
    ("1/10", 2),
)
time = declare("time", "t", "time of the gradient flow", "t >= 0", ("1/16", 8))
residual = declare(
    "residual", "norm(y - u_0)", "norm of the initial residual", "residual >= 0", ("1/4", 4)
)
displacement = declare(
    "displacement",
    "Delta",
    "sum over the units of lambda_j c_j, or of lambda_j c_j^2",
    "Delta >= 0",
    ("1/100", 1),
)
share = declare(
    "share", "gamma_k", "total weight of one part of the scaling", "0 <= gamma_k <= 1", ("1/20", 1)
)
deviation = declare(
    "deviation",
    "epsilon",
    "relative deviation below the mean",
    "0 <= epsilon < 1",
    ("1/16", "7/8"),
)
mean_over_size = declare(
    "mean_over_size",
    "mu\\/R",
    "least eigenvalue of the mean sum over the greatest summand",
    "mu/R >= 0",
    ("1/2", 40),
)
radius_bound = declare(
    "radius_bound",
    "c",
    "radius of the ball in which a unit's weights may lie",
    "c >= 0",
    ("1/100", 1),
)
leak = declare("leak", "a", "slope of the leaky ReLU for z < 0", "0 <= a < 1", ("1/20", "9/10"))
squared_operator_norm = declare(
    "squared_operator_norm",
    "norm(X)_2^2",
    "squared spectral norm of the samples",
    "0 < |X|_2^2 <= n",
    ("1/2", 4),
)
label_square = declare(
    "label_square", "norm(y)^2", "squared norm of the labels", "|y|^2 >= 0", ("1/4", 4)
)
sample_square = declare(
    "sample_square",
    "norm(X)_F^2",
    "sum of the squared norms of the samples",
    "0 < sum <= n",
    ("1/2", 6),
)
