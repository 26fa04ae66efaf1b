"""The hypotheses of the paper as predicates with a slack.

A slack is positive when the hypothesis holds with room, zero on its boundary, negative when
it fails. Cells name a data set ("data") or carry the parameter itself.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import greatest_squared_cosine
from theory.claim import Cell, Hypothesis
from theory.exact import dot


def _data_slack(cell: Cell) -> Fraction | None:
    """The least squared norm and squared sine; norms of exactly 1 are allowed, not slack 0."""
    if "data" not in cell:
        return None
    X = DATA_SETS[cell["data"]].X
    return min(*(dot(x, x) for x in X), 1 - greatest_squared_cosine(X))


def _gamma_slack(cell: Cell) -> Fraction | None:
    """gamma itself: positive where the hypothesis holds (gamma = 0 is where it just fails)."""
    return Fraction(cell["gamma"]) if "gamma" in cell else None


# The paper also orders the masses. Of the proofs only that of asym.gap.G4 uses it, for Zipf masses.
SCALING = Hypothesis(
    "Scaling",
    "$lambda_(m,j) = gamma\\/m + (1-gamma) tilde(lambda)_j\\/S_m$, $0 <= gamma <= 1$, masses "
    "$tilde(lambda)_j >= 0$ of sum 1, $S_m > 0$ the first $m$ of them",
)
H1 = Hypothesis(
    "H1",
    "samples $0 < norm(x_i) <= 1$, no two of them proportional, labels $abs(y_i) <= C$",
    _data_slack,
)
H2A = Hypothesis("H2a", "the activation is the ReLU")
H2B = Hypothesis(
    "H2b",
    "the activation is analytic, not a polynomial, $abs(sigma') <= 1$, $abs(sigma'') <= M$",
)
H2 = Hypothesis(
    "H2", f"{H2A.statement} (H2a), or {H2B.statement.removeprefix('the activation ')} (H2b)"
)
H3 = Hypothesis("H3", "initial weights $w_(0 j)$ independent, standard normal")
GAMMA_POSITIVE = Hypothesis(
    "gamma",
    "$gamma > 0$",
    _gamma_slack,
    meaning="at $gamma = 0$ the radii and all but the first of the widths are infinite",
)


def as_stated(*hypotheses: Hypothesis) -> tuple[Hypothesis, ...]:
    """Hypotheses of a refuted statement: its counter-example has to meet them all."""
    return tuple(
        replace(item, meaning="the counter-example meets it; without it the paper claims nothing")
        for item in hypotheses
    )
