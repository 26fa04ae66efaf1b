"""The bias-generalised NTK (Yang et al.; arXiv 2301.00327 and its journal version)."""
