"""What training under different initial biases shows, as orderings of the biases (section 9).

The arms are B = 0, 1/2, 1, 2, named B0, B1/2, B1, B2.
"""

from __future__ import annotations

from theory.ordering import ordering

_LOCATION = "Experiments; derived here on random samples of the sphere"

CLAIMS = (
    ordering(
        "bias.exp.active",
        "Fewer neurons are active under a larger bias",
        _LOCATION,
        "The mean active share at the start falls strictly from $B = 0$ over $1\\/2$ and $1$ to "
        "$2$ on the same weights.",
        (("B2", "B1"), ("B1", "B1/2"), ("B1/2", "B0")),
    ),
    ordering(
        "bias.exp.steps",
        "A larger bias trains in fewer steps, while enough neurons are active",
        _LOCATION,
        "At $eta = 1\\/lambda_max (H(0))$ the steps to a loss of $10^(-6)$ its start fall from "
        "$B = 0$ to $1\\/2$ and from there to $1$ in the median run.",
        (("B1", "B1/2"), ("B1/2", "B0")),
    ),
    ordering(
        "bias.exp.kept_eigenvalue",
        "A larger bias keeps less of the least eigenvalue",
        _LOCATION,
        "The ratio of the least eigenvalue of the tangent kernel after training to that before "
        "falls from $B = 0$ to $1$ and from there to $2$ in the median run.",
        (("B2", "B1"), ("B1", "B0")),
    ),
)
