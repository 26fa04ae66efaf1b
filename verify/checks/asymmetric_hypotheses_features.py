"""Why the statements on feature learning need their hypotheses, or are not seen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import arb

from theory.asymmetric import one_sample as one
from theory.asymmetric import prop3_1
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.features import first_kernel_change, relu_second_moment
from theory.asymmetric.scaling import scaling_weight
from theory.claim import Form
from theory.exact import dot
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks import asymmetric_features, asymmetric_gap_learning
from verify.checks.asymmetric_hypotheses import EXACT_ZERO, UPDATE, dropped
from verify.engines import Enclose, Slope
from verify.engines.enclose import Side

Cell = Mapping[str, Any]

HALF = Fraction(1, 2)
UNIT, NO_LABEL, LABEL = ((Fraction(1),),), (Fraction(0),), (Fraction(1),)
# lambda_{2,1} at gamma = alpha = 1/2: 1/4 + (1/2)/(1 + 1/4)
FIRST_OF_TWO = Fraction(13, 20)


def _named(form: Formula, **known: Any) -> arb:
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _linear_square(cell: Cell, form: Form) -> tuple[Side, Side]:
    """All slopes are 1: E|dw/dt|^2 = lambda/d sum x_i.x_k (y_i y_k + x_i.x_k/d)."""
    entry = DATA_SETS[cell["data"]]
    X, y, d = entry.X, entry.y, entry.d
    found = Fraction(0)
    for i, x in enumerate(X):
        for k, z in enumerate(X):
            found += dot(x, z) * (y[i] * y[k] + dot(x, z) / d)
    return FIRST_OF_TWO / d * found, form(cell)


def _variance_two(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Weights of variance 2 double the part without labels, as K_0 stays and J_1 doubles."""
    X = DATA_SETS[cell["data"]].X
    unlabelled = relu_second_moment(X, tuple(Fraction(0) for _ in X), FIRST_OF_TWO)
    claimed = form(cell)
    return claimed + unlabelled, claimed


def _weights_of_sum_two(_: Cell, __: Form) -> tuple[Side, Side]:
    """Weights 1 and 1, x = 1, y = 0: K_0 = J_1 = 1/2, and the other unit adds K_0 J_1 = 1/4."""
    claimed = relu_second_moment(UNIT, NO_LABEL, Fraction(1))
    return claimed + arb(1) / 4, claimed


def _variance_four(cell: Cell, form: Form) -> tuple[Side, Side]:
    """Weights 2 w act on x as w on 2 x, whose inner products carry the factor 4 twice."""
    X = tuple(tuple(2 * entry for entry in row) for row in DATA_SETS[cell["data"]].X)
    at = (cell["activation"], HALF, HALF, int(cell["m"]), cell["i"], cell["k"])
    return ball(first_kernel_change(X, *at)) / 16, form(cell)


def _sine_square(weight: arb, y: int) -> arb:
    """E|dw/dt|^2 of a sine unit at the sample 1: lambda (K (y^2 + (1-lambda) J) + lambda L).

    K = E cos^2, J = E sin^2 and L = E sin^2 cos^2 = (1 - exp(-8))/8 at variance 1.
    """
    K, J = one.sine_kappa(Fraction(1)), one.sine_moment(Fraction(1))
    both = (1 - arb(-8).exp()) / 8
    return weight * (K * (y**2 + (1 - weight) * J) + weight * both)


def _square_bound(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Bound of asym.gap.G6.repair at the sample 1 without a label, and the true mean square."""
    weight = Fraction(cell["weight"])
    kappa: Side = HALF
    if cell.get("activation") == "sin":
        kappa = one.sine_kappa(Fraction(1))
        found: Side = _sine_square(ball(weight), 0)
    elif "deviation" in cell:  # without a label all of it is proportional to the variance
        variance = Fraction(cell["deviation"]) ** 2
        found = ball(variance) * relu_second_moment(UNIT, NO_LABEL, weight)
    else:  # the only unit: lambda^2 E relu^2
        found = weight**2 / 2
    claimed = _named(form, weight=weight, kappa=kappa, d=1, label_square=0, sample_square=1)
    return claimed, found


def _first_unit(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Bound of asym.gap.G11 at the sample 1 and the label 1, and the true mean square."""
    gamma, m = Fraction(cell["gamma"]), int(cell["m"])
    kappa: Side = HALF
    if cell.get("activation") == "sin":
        kappa = one.sine_kappa(Fraction(1))
        found: Side = _sine_square(ball(scaling_weight(gamma, HALF, m, 1)), 1)
    elif "weights" in cell:  # inactive
        found = EXACT_ZERO
    else:
        found = relu_second_moment(UNIT, LABEL, Fraction(1, m))
    return _named(form, gamma=gamma, alpha=HALF, kappa=kappa, label_square=1), found


def _nothing_left(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The bound at an upper bound of kappa_2 for x and x/2, exactly zero."""
    kappa = prop3_1.proportional_rows(cell)
    return EXACT_ZERO, _named(form, gamma=HALF, alpha=HALF, kappa=kappa, label_square=1)


def _slope(original: Any, hypothesis: str, change: Cell, because: str) -> Slope:
    """The same regression where a hypothesis fails."""
    cell = {**original.cells[0], **change}
    return replace(original, role=f"without {hypothesis}", cells=(cell,), allowance_because=because)


SLOPES = {
    check.claim: check for check in asymmetric_gap_learning.CHECKS if isinstance(check, Slope)
}
ORDER, LAZY = SLOPES["asym.thm5_1.order"], SLOPES["asym.gap.G11.lazy"]
SAME_LAW = (
    "the mean square is lambda (c + c' lambda) with |c'| <= 1.1 c, and lambda <= 0.035: the "
    "exponent of its root is within 0.01 of 1/2"
)
SAME_CORRECTIONS = "the corrections are of the same relative order, m^(-1/2)"

CHECKS = (
    dropped(
        "asym.thm5_1.m2",
        "H2a",
        _linear_square,
        UPDATE | {"activation": "linear"},
        "for sigma(z) = z the mean square is another fraction",
        "==",
    ),
    dropped(
        "asym.thm5_1.m2",
        "H3",
        _variance_two,
        UPDATE | {"variance": "2"},
        "weights of variance 2 have larger outputs",
        "==",
    ),
    dropped(
        "asym.thm5_1.m2",
        "Scaling",
        _weights_of_sum_two,
        {"scaling": ["1", "1"], "x": "1", "y": "0"},
        "the other units' weights sum to 1, not to 1 - lambda_j = 0",
        "==",
    ),
    dropped(
        "asym.thm5_2",
        "H3",
        _variance_four,
        asymmetric_features.SIN | {"k": 2, "variance": "4"},
        "weights of variance 4 have another mean first change",
        "==",
    ),
    dropped(
        "asym.gap.G6.parity",
        "H3",
        # with w = 1 the mean of sigma sigma' is its value there
        lambda cell, form: (arb(1).tanh() * (1 - arb(1).tanh() ** 2), EXACT_ZERO),
        {"activation": "tanh", "weights": "all 1", "s": "1"},
        "for weights that are not symmetric the odd product has a mean",
        "==",
    ),
    *(
        dropped("asym.gap.G6.repair", hypothesis, _square_bound, cell, fails_if)
        for hypothesis, cell, fails_if in (
            (
                "H2a",
                {"activation": "sin", "weight": "1/1000"},
                "the outputs of a sine unit are smaller than a ReLU's, E sin^2 = 0.43",
            ),
            (
                "H3",
                {"deviation": "1/2", "weight": "1/1000"},
                "smaller weights have smaller outputs",
            ),
            (
                "Scaling",
                {"scaling": ["1/10"], "weight": "1/10"},
                "a single unit of weight 1/10: no other units whose weights sum to 9/10",
            ),
        )
    ),
    dropped(
        "asym.gap.G11",
        "H1",
        _nothing_left,
        {"data": "A", "second": "half of the first", "gamma": "1/2", "alpha": "1/2"},
        "for x_2 = x_1/2 the bound is zero, though gamma < 1",
        "<",
    ),
    Enclose(
        claim="asym.gap.G11",
        role="without H2a",
        sides=_first_unit,
        cells=tuple(
            {"activation": "sin", "gamma": gamma, "m": m}
            for gamma in ("1/5", "1/2", "999/1000")
            for m in (10, 1000)
        ),
        fails_if="a sine unit's mean square first update lies below the bound",
    ),
    dropped(
        "asym.gap.G11",
        "H3",
        _first_unit,
        {"weights": "all -1", "gamma": "1/2", "m": 10},
        "a unit that is inactive on the sample does not move",
    ),
    dropped(
        "asym.gap.G11",
        "Scaling",
        _first_unit,
        {"scaling": "1/m", "gamma": "0", "m": 1000},
        "with equal weights the first unit moves as little as all others",
    ),
    _slope(ORDER, "H2a", {"activation": "tanh"}, SAME_LAW),
    _slope(ORDER, "H3", {"deviation": "2"}, SAME_LAW),
    _slope(LAZY, "H1", {"X": [["2", "0"], ["0", "2"]]}, SAME_CORRECTIONS),
    _slope(LAZY, "H2a", {"activation": "tanh"}, SAME_CORRECTIONS),
    _slope(LAZY, "H3", {"deviation": "2"}, SAME_CORRECTIONS),
)
