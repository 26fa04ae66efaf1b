"""Which hypotheses of the first paper bear load: its statements where one of them fails."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.asymmetric import gap_assumptions as gap
from theory.asymmetric import lemma_d2, prop3_1, section_5, sliding
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.exact import matrix
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.engines import Enclose
from verify.engines.enclose import Side

Cell = Mapping[str, Any]

EXACT_ZERO = Fraction(0)
SIDEWAYS = {"X": [["1", "0"], ["0", "1"]]}
UPDATE = {
    "data": "B", "activation": "relu", "gamma": "1/2", "alpha": "1/2", "m": 2, "j": 1, "k": 2,
}  # fmt: skip


def _kept(cell: Cell, form: Formula) -> Side:
    """A lower bound of the least eigenvalue at the cell's gamma and kappa_n."""
    least = kappa(DATA_SETS[cell["data"]].X, cell.get("activation", "relu"))
    return form.ball(gamma=Fraction(cell["gamma"]), kappa=least)


def _start(cell: Cell, form: Formula) -> Side:
    """The share of gamma kappa_n that Prop. C.1 promises, gamma = 1."""
    return form.ball() * kappa(DATA_SETS[cell["data"]].X)


def _residual(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Two unit samples in d = 2, C = 1: the true mean square residual and the bound.

    Labels of the cell's size; u_i has mean square variance/(2d).
    """
    label, variance = Fraction(cell["label"]), Fraction(cell["variance"])
    return 2 * (label**2 + variance / 4), form.ball(n=2, d=2, label_bound=1)


def dropped(
    claim: str, hypothesis: str, sides: Any, cell: Cell, fails_if: str, relation: str = "<="
) -> Enclose:
    """The claim at one cell where one of its hypotheses fails."""
    return Enclose(
        claim=claim,
        role=f"without {hypothesis}",
        sides=sides,
        cells=(cell,),
        relation=relation,
        fails_if=fails_if,
    )


CHECKS = (
    Enclose(
        claim="asym.kappa.positive",
        role="without H1",
        sides=lambda cell, form: (EXACT_ZERO, prop3_1.proportional_rows(cell)),
        cells=({"data": "A", "second": "half of the first"},),
        relation="<",
        fails_if="for x_2 = x_1/2 a Rayleigh quotient of the ReLU kernel is not positive",
    ),
    Enclose(
        claim="asym.kappa.positive",
        role="without H2",
        sides=lambda cell, form: (
            EXACT_ZERO,
            gap.linear_kernel_at_dependence(DATA_SETS[cell["data"]].X),
        ),
        cells=({"data": "B", "activation": "linear"},),
        relation="<",
        fails_if="for n > d a Rayleigh quotient of the linear kernel is not positive",
    ),
    Enclose(
        claim="asym.kappa.positive",
        role="without H3",
        # (1, 3) is active on all samples of set B, so Theta* = X X^T/d
        sides=lambda cell, form: (
            EXACT_ZERO,
            gap.linear_kernel_at_dependence(DATA_SETS[cell["data"]].X),
        ),
        cells=({"data": "B", "activation": "relu", "weights": "all (1, 3)"},),
        relation="<",
        fails_if="with equal weights a Rayleigh quotient of the ReLU kernel is not positive",
    ),
    Enclose(
        claim="asym.kappa.upper",
        role="without H2a",
        sides=lambda cell, form: (
            gap.leaky_kappa(matrix(cell["X"], "X"), Fraction(cell["leak"])),
            form.ball(squared_norm=1, d=2),
        ),
        cells=(SIDEWAYS | {"leak": "1/2"},),
        fails_if="the leaky ReLU's least eigenvalue exceeds the ReLU's diagonal entry",
    ),
    Enclose(
        claim="asym.propC1",
        role="without H3",
        sides=lambda cell, form: (
            _start(cell, form),
            gap.linear_kernel_at_dependence(DATA_SETS[cell["data"]].X),
        ),
        cells=({"data": "B", "gamma": "1", "weights": "all (1, 3)", "m": 10**9},),
        fails_if="with equal weights the least eigenvalue is zero at every width",
    ),
    *(
        Enclose(
            claim=claim,
            role="without Width",
            sides=lambda cell, form: (_kept(cell, form), EXACT_ZERO),
            cells=(cell,),
            fails_if="one unit has a kernel of rank d < n, whose least eigenvalue is zero",
        )
        for claim, cell in (
            ("asym.thm4_1.a", {"data": "E", "gamma": "1/2", "alpha": "7/10", "m": 1}),
            (
                "asym.thm4_2.a",
                {"data": "B", "activation": "tanh", "gamma": "1/2", "alpha": "7/10", "m": 1},
            ),
        )
    ),
    Enclose(
        claim="asym.lemD1.decay",
        role="without H2b",
        sides=lambda cell, form: (
            sliding.loss_ratio(Fraction(cell["t"])),
            form.ball(decay=sliding.DECAY_CLAIMED, time=Fraction(cell["t"])),
        ),
        cells=({"activation": "relu", "t": "10"},),
        fails_if="the sliding ReLU unit of asym.gap.G2 keeps more than the bound",
    ),
    Enclose(
        claim="asym.lemD2.flips",
        role="without H3",
        sides=lambda cell, form: (
            lemma_d2.FLIP_EXACT.ball(
                radius_bound=Fraction(cell["c"]) / Fraction(cell["deviation"])
            ),
            form.ball(radius_bound=Fraction(cell["c"])),
        ),
        cells=({"c": "1/10", "deviation": "1/10"},),
        fails_if="weights of a smaller deviation flip more often",
    ),
    Enclose(
        claim="asym.lemD2",
        role="without H3",
        # n = d = m = 1, x = 1, w_0 = c: the step to -c flips the unit, and the kernel falls to 0
        sides=lambda cell, form: (
            Fraction(1),
            form.ball(n=1, d=1, failure=Fraction(1, 10), displacement=Fraction(cell["c"]), share=1),
        ),
        cells=({"weights": "all c", "c": "1/1000000"},),
        fails_if="weights that start beside the hyperplane flip at once",
    ),
    Enclose(
        claim="asym.lemD4",
        role="without H2b",
        # the ReLU has sigma'' = 0 off its kink; n = d = m = 1, x = 1, from w_0 = c to -c
        sides=lambda cell, form: (
            Fraction(1),
            form.ball(n=1, d=1, curvature=0, displacement=4 * Fraction(cell["c"]) ** 2, share=1),
        ),
        cells=({"activation": "relu", "c": "1/1000000"},),
        fails_if="a kink changes the kernel without curvature",
    ),
    *(
        Enclose(
            claim="asym.residual",
            role=role,
            sides=_residual,
            cells=(cell,),
            fails_if="the exact mean square residual of two unit samples exceeds the bound",
        )
        for role, cell in (
            ("without H1", {"label": "2", "variance": "1"}),
            ("without H3", {"label": "1", "variance": "2"}),
        )
    ),
    Enclose(
        claim="asym.thm5_1",
        role="without H3",
        sides=lambda cell, form: (
            ball(form(cell)),
            section_5.update_mean_variance_two(cell),
        ),
        cells=(UPDATE | {"variance": "2"},),
        relation="==",
        fails_if="weights of variance 2 have another mean first update",
    ),
)
