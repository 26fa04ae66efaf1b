"""The bias-generalised NTK (Yang et al.; arXiv 2301.00327 and its journal version)."""

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
