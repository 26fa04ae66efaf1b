"""Symbols of the paper on sparse teacher-student networks, beyond those all papers share."""

from theory.notation import declare

neurons = declare(
    "neurons", "K", "number of neurons", "integer K >= 1", (2, 40), integer=True,
    papers={"lottery": "K"},
)  # fmt: skip
samples = declare(
    "samples", "N", "number of samples", "integer N >= 1", (1, 4000), integer=True,
    papers={"lottery": "N"},
)  # fmt: skip
kept = declare(
    "kept", "r", "non-pruned weights of one neuron", "integer r >= 2", (2, 60), integer=True,
    papers={"lottery": "r_j"},
)  # fmt: skip
kept_total = declare(
    "kept_total", "s", "non-pruned weights of all neurons", "integer s >= K >= 1", (40, 400),
    integer=True, papers={"lottery": "s"},
)  # fmt: skip
angle = declare(
    "angle", "theta", "angle of two neurons", "0 < theta < pi", ("1/10", 3),
    papers={"lottery": "theta"},
)  # fmt: skip
first_norm = declare("first_norm", "norm(u)", "norm of one neuron", "|u| > 0", ("1/4", 4))
second_norm = declare("second_norm", "norm(v)", "norm of another neuron", "|v| > 0", ("1/4", 4))
smallest_norm = declare(
    "smallest_norm", "w_min", "norm of the shortest teacher neuron", "w_min > 0", ("1/4", 4)
)
pruned_angle = declare(
    "pruned_angle", "psi", "angle of the teacher with its pruned version", "0 <= psi <= pi/2",
    ("1/50", "3/2"),
)  # fmt: skip
least_curvature = declare(
    "least_curvature", "macron(lambda)", "least eigenvalue of A = K^2 H at the teacher",
    "0 < lambda <= 1/2", ("1/1000", "1/2"), papers={"lottery": "K^2 lambda_min"},
)  # fmt: skip
condition = declare(
    "condition", "kappa", "condition number of the Hessian", "kappa >= 1", (2, 200),
    papers={"lottery": "kappa"},
)  # fmt: skip
least_hessian = declare(
    "least_hessian", "mu", "least eigenvalue of the Hessian", "mu > 0", ("1/100", 1)
)
greatest_hessian = declare(
    "greatest_hessian", "L", "greatest eigenvalue of the Hessian", "L >= mu", ("3/2", 8)
)
eigenvalue = declare(
    "eigenvalue", "lambda", "an eigenvalue of the Hessian", "lambda > 0", ("1/100", 8)
)
step = declare("step", "eta", "step size", "eta > 0", ("1/50", 1), papers={"lottery": "eta"})
momentum = declare(
    "momentum", "beta", "heavy-ball momentum", "0 <= beta < 1", ("1/50", "49/50"),
    papers={"lottery": "beta"},
)  # fmt: skip
rate = declare("rate", "q", "contraction rate of one step", "0 < q < 1", ("1/10", "9/10"))
steps = declare("steps", "t", "number of steps", "integer t >= 0", (0, 60), integer=True)
noise = declare(
    "noise", "sigma", "standard deviation of the noise", "sigma > 0", ("1/100", 2),
    papers={"lottery": "|xi|"},
)  # fmt: skip
accuracy = declare(
    "accuracy", "epsilon", "relative loss of curvature", "0 < epsilon < 1", ("1/10", "9/10")
)
inverse_entry = declare(
    "inverse_entry", "[H^(-1)]_(q q)", "diagonal entry of the inverse Hessian", "> 0", ("1/2", 40)
)
pruned_weight = declare(
    "pruned_weight", "w_q", "size of the weight that is pruned", "w_q >= 0", ("1/100", "1/2")
)
distance = declare(
    "distance", "norm(delta)", "distance of student and teacher", ">= 0", ("1/100", 1)
)
