"""What recovery of pruned teachers shows, as orderings of the number of kept weights.

The arms are r = 5, 10, 20 kept weights a neuron, named r5, r10, r20.
"""

from __future__ import annotations

from theory.claim import Mark
from theory.ordering import ordering

CLAIMS = (
    ordering(
        "lottery.exp.samples",
        "Fewer kept weights are recovered from fewer samples",
        "Figure (recalled): success rate over $N$ and $r$",
        "The least sample size from which on gradient descent with momentum recovers the teacher "
        "grows from $r = 5$ over $10$ to $20$ kept weights a neuron in the median run.",
        (("r5", "r10"), ("r10", "r20")),
        mark=Mark.RECALLED,
    ),
)
