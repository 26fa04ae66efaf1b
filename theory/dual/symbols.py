"""Symbols of the dual-certificate paper that the common notation does not have."""

from theory.notation import declare

penalty = declare(
    "penalty", "lambda", "strength of the total variation penalty", "lambda > 0", ("1/100", 3),
    papers={"dual": "lambda"},
)  # fmt: skip
fit = declare(
    "fit", "c", "factor of the squared misfit in another convention", "c > 0", ("1/20", 2)
)
span_rank = declare(
    "span_rank", "r", "rank of the data matrix", "1 <= r <= n", (1, 8), integer=True
)  # fmt: skip
noise_ratio = declare(
    "noise_ratio", "alpha", "size of the noise over lambda", "alpha > 0", ("1/10", 2)
)
noise_norm = declare("noise_norm", "norm(zeta)", "norm of the label noise", ">= 0", ("1/50", 2))
certificate_norm = declare(
    "certificate_norm", "norm(q_0)", "norm of the least-norm certificate", "> 0", ("1/4", 4)
)
true_variation = declare(
    "true_variation", "norm(mu_0)", "total variation of the noise-free measure", "> 0", ("1/4", 4)
)
target_size = declare("target_size", "abs(y)", "size of the targets", ">= 0", ("1/2", 4))
target_gap = declare(
    "target_gap", "abs(y_1 - y_2)", "difference of two targets at one row", ">= 0", ("1/2", 4)
)
region_count = declare(
    "region_count", "abs(cal(R))", "number of dual regions", "integer >= 1", (2, 60), integer=True
)
dead_regions = declare(
    "dead_regions", '1_("dead region")', "1 if no sample is active on some region, else 0",
    "0 or 1", (0, 1), integer=True,
)  # fmt: skip
pairs = declare("pairs", "K", "number of saturated pairs", "integer K >= 1", (2, 9), integer=True)
pair_rank = declare(
    "pair_rank", 'op("rank") {w_k}', "rank of the saturated pairs", "integer >= 1", (1, 8),
    integer=True,
)  # fmt: skip
sample_norm = declare("sample_norm", "norm(x)", "norm of one sample", "> 0", ("1/4", 4))
