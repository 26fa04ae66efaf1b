"""Finite networks in floating point: training, tangent kernels and exact gradient flow.

Nothing here is a certificate. These are the simulated objects that checks compare with theory.
"""
