"""Why the scaling is as it is: statements on the weights, at weights of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.asymmetric import prop3_3
from theory.asymmetric.convergence import RELU_NTG_CHANGE
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.departure import departure
from theory.asymmetric.kernel import mean_ntg
from theory.asymmetric.one_sample import relu_kappa
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks.asymmetric_hypotheses import dropped
from verify.engines.enclose import Side

Cell = Mapping[str, Any]

HALF = Fraction(1, 2)


def _listed(cell: Cell, name: str = "weights") -> list[Fraction]:
    return [Fraction(entry) for entry in cell[name]]


def _power_sum(cell: Cell, r: Fraction) -> arb:
    """Sum of the r-th powers of the listed weights."""
    return sum((ball(entry) ** ball(r) for entry in _listed(cell)), arb(0))


def _claimed(cell: Cell, form: Formula) -> Side:
    """A side of Proposition A.2 at the cell's gamma and masses, r = 2."""
    masses = _listed(cell, "masses")
    total = sum(masses, Fraction(0))
    squares = sum((mass**2 for mass in masses), Fraction(0))
    known: dict[str, Any] = {
        "gamma": Fraction(cell["gamma"]), "m": len(masses), "exponent": 2,
        "partial_mass": total, "partial_squares": squares,
        "mass_norm": ball(squares / total**2).sqrt(),
    }  # fmt: skip
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _geometric_squares(m: int) -> Fraction:
    """Sum of the squared weights for the masses 2^-j and gamma = 0."""
    total = 1 - Fraction(1, 2**m)
    return sum((Fraction(1, 4**j) for j in range(1, m + 1)), Fraction(0)) / total**2


def _geometric_limit(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Distance from the Zipf limit for the masses 2^-j, against what Zipf masses may differ."""
    known: dict[str, Any] = {"gamma": Fraction(0), "alpha": HALF, "exponent": 2}
    claimed = form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})
    found = _geometric_squares(cell["m"])
    return abs(ball(found) - claimed), prop3_3.limit_gap(Fraction(0), HALF, cell["m"])


def _shared_weight(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Theta_m is one unit's kernel when all units have the same weight: C_0 itself."""
    X = DATA_SETS[cell["data"]].X
    return departure(X), form(X, "relu", HALF, HALF, cell["m"])


def _sum_two(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Weights 1 and 1: the mean of Theta_m is 2 Theta*, off by Theta* from the mean kernel."""
    X = DATA_SETS[cell["data"]].X
    theta, spread = mean_ntg(X, "relu"), 2 * departure(X)
    n = len(X)
    return spread + sum((theta[i, k] ** 2 for i in range(n) for k in range(n)), arb(0)), spread


def _bound_d(cell: Cell, form: Form) -> tuple[Side, Side]:
    """n/d = 1 and bound (d) for one unit and one sample, gamma = 1/2."""
    kappa = relu_kappa(Fraction(cell.get("norm", cell.get("slope"))))
    bound = RELU_NTG_CHANGE.ball(
        n=1, d=1, kappa=kappa, gamma=HALF, delta=Fraction(1, 10), label_bound=1,
        weight_sum_three_halves=1,
    )  # fmt: skip
    return 1, bound


CHECKS = (
    dropped(
        "asym.A2.eq15",
        "Scaling",
        lambda cell, form: (sum(_listed(cell), Fraction(0)), Fraction(1)),
        {"weights": ["1/2", "3/8"], "masses": ["1/2", "1/4"], "gamma": "1/2"},
        "weights normalised by the total mass 1, not by S_2 = 3/4, do not sum to one",
        "==",
    ),
    dropped(
        "asym.A2.eq16.lower",
        "Scaling",
        lambda cell, form: (_claimed(cell, form), _power_sum(cell, HALF)),
        {"weights": ["1", "0", "0", "0"], "masses": ["1", "0", "0", "0"], "gamma": "1/2"},
        "without the uniform share three of four weights are zero",
    ),
    dropped(
        "asym.A2.eq16.upper",
        "Scaling",
        lambda cell, form: (_power_sum(cell, HALF), _claimed(cell, form)),
        {"weights": ["1", "1"], "masses": ["1", "0"], "gamma": "1"},
        "a uniform share without 1/m makes the weights sum to two",
    ),
    dropped(
        "asym.A2.eq17.lower",
        "Scaling",
        lambda cell, form: (_claimed(cell, form), _power_sum(cell, Fraction(2))),
        {"weights": ["1/2", "1/2"], "masses": ["1", "0"], "gamma": "0"},
        "equal weights although all the mass is on the first unit",
    ),
    dropped(
        "asym.A2.eq17.upper",
        "Scaling",
        lambda cell, form: (_power_sum(cell, Fraction(2)), _claimed(cell, form)),
        {"weights": ["1", "0"], "masses": ["1", "0"], "gamma": "1"},
        "all the weight is on the first unit although gamma = 1",
    ),
    dropped(
        "asym.lam.sq",
        "Scaling",
        lambda cell, form: (_power_sum(cell, Fraction(2)), _claimed(cell, form)),
        {"weights": ["1", "0"], "masses": ["1", "0"], "gamma": "1"},
        "all the weight is on the first unit although gamma = 1",
        "==",
    ),
    *(
        dropped(
            claim,
            "Scaling",
            _geometric_limit,
            {"masses": "2^-j", "alpha": "1/2", "gamma": "0", "m": 100},
            "the squares of another law, 2^-j, sum to 1/3 and not to V(1/2) = 2/5",
        )
        for claim in ("asym.A2.eq17.limit", "asym.prop3_3.limit")
    ),
    dropped(
        "asym.prop3_3.limit",
        "H3",
        lambda cell, form: (Fraction(1), form.ball(gamma=HALF, alpha=HALF)),
        {"weights": "the same in all units", "gamma": "1/2", "alpha": "1/2"},
        "units that share their weight do not average: the share of C_0 is 1",
        "==",
    ),
    dropped(
        "asym.prop3_3.identity",
        "H3",
        _shared_weight,
        {"data": "A", "weights": "the same in all units", "m": 3},
        "units that share their weight do not average: the distance is C_0",
        "==",
    ),
    dropped(
        "asym.prop3_3.identity",
        "Scaling",
        _sum_two,
        {"data": "A", "scaling": ["1", "1"]},
        "weights of sum two have twice the mean kernel as their mean",
        "==",
    ),
    dropped(
        "asym.prop3_3.pathwise",
        "H2",
        # first unit sigma' = 2, all others 0: |4 - 4 S_1|, in units of |s_ik|
        lambda cell, form: (4 * (1 - HALF), form.ball(gamma=0, partial_mass=HALF)),
        {"activation": "2 max(0, z)", "masses": ["1/2", "1/2"], "gamma": "0", "m": 1},
        "slopes of 2 count four times",
    ),
    dropped(
        "asym.prop3_3.pathwise",
        "Scaling",
        # sigma' sigma' = 1 in the first unit and -1 in the second: |2 - (1/2 - 1/2)|
        lambda cell, form: (Fraction(2), form.ball(gamma=0, partial_mass=HALF)),
        {"scaling": ["2"], "masses": ["1/2", "1/2"], "gamma": "0", "m": 1},
        "the weight of the only unit is 2, not mass_1/S_1 = 1",
    ),
    dropped(
        "asym.gap.G4",
        "Scaling",
        lambda cell, form: (
            form.ball(gamma=HALF, alpha=Fraction(7, 10)),
            1 / arb(cell["m"]).sqrt(),
        ),
        {"scaling": "1/m", "gamma": "1/2", "alpha": "7/10", "m": 10_000},
        "equal weights: their powers 3/2 sum to m^(-1/2)",
    ),
    *(
        dropped(
            "asym.gap.G4",
            hypothesis,
            _bound_d,
            {given: "10000", "gamma": "1/2", "m": 1},
            "for kappa_1 = 5 10^7 bound (d) is below n/d = 1",
            "<",
        )
        for hypothesis, given in (("H1", "norm"), ("H2a", "slope"))
    ),
)
