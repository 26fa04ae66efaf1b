"""The bias-generalised NTK (Yang et al.; arXiv 2301.00327 and its journal version)."""

from theory.claim import Paper

PAPER = Paper(
    short="Bias-generalised tangent kernel",
    title="Neural Networks with Sparse Activation Induced by Large Bias: "
    "Tighter Analysis with Bias-Generalized NTK",
    authors="H. Yang, Z. Jiang, R. Zhang, Y. Liang, Z. Wang",
    reference="arXiv 2301.00327; Journal of Machine Learning Research 25(321), 2024",
    url="https://arxiv.org/abs/2301.00327",
    about="Biases that start at B > 0 and are trained keep most units silent. The questions: "
    "how sparse the network stays, what becomes of the least eigenvalue of its kernel, and "
    "what that buys in width and generalisation.",
)

# Chapters in the order of the argument; modules that are not named follow by name.
READING_ORDER = (
    "tails",
    "orthant_identities",
    "orthant_bounds",
    "positivity",
    "restricted",
    "region",
    "claims_eigenvalue",
    "claims_sparsity",
    "claims_descent",
    "claims_generalization",
    "claims_experiments",
    "orderings",
)
