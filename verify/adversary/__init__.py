"""The adversary: bad inputs by domain knowledge, a local optimiser, shrinking.

What it proposes is exact and JSON-able; what it finds in floating point is a candidate, and
only a certificate of the `Search` engine makes a counter-example of it.
"""
