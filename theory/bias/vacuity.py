"""What holds for free beside the bounds of the paper.

Probabilities and shares of neurons lie in [0, 1], an orthant probability is at most that of one
of its half-planes, the entries of the limit kernel are at most 2, the least eigenvalue of a Gram
matrix is not negative, a loss in [0, 1] is at most 1. One step of gradient descent multiplies the
residual by I - eta M, |M| <= L, so that it grows by 1 + eta L at most; the loss of a flow does not
grow. Of widths there is none that suffices for free: theirs are compared with a simpler proof's.
"""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb
from sympy import Integer, Rational, erfc, sqrt

from theory.bias.data_sets import data_set
from theory.bias.kernel import kernel_least_eigenvalue, orthant_matrix
from theory.bias.orthant_ball import tail_ball
from theory.bias.symbols import B, ball_radius, gram_top, initial_residual, radius, step_size
from theory.bias.training import WIDTH_BIAS
from theory.claim import Cell, Form
from theory.exact import Matrix, rational
from theory.formula import Formula
from theory.gaussian import density
from theory.notation import delta, kappa, m, n
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from theory.vacuity import Ends, NoFrontier, Vacuity, values

ONE, ZERO = Formula(Integer(1)), Formula(Integer(0))
TAIL = Formula(erfc(B / sqrt(2)) / 2)
SEMIDEFINITE = "a Gram matrix has no negative eigenvalue"
LIKELY = "a probability is not negative"
PAIRS = "two samples active are no likelier than one: $p_min <= Q(B)$"
MARGINAL = "both samples active is at most one of them: $Q(B)$"
SHARE = "a share is at most 1"
BIASES: Ends = ("1/16", 8)
WIDTHS: Ends = (1, 10**12)
SAMPLES: Ends = (1, 10**9)
FAILURES = ("1/1000000", "99/100")


def _first(cell: Cell, form: Form) -> Any:
    """The first of a claim's formulas, its main bound."""
    return form[0].ball(**values(form[0], cell))


def _flips(cell: Cell, form: Form) -> Any:
    """The bound c R exp(-B^2/2) of a flip, c the claim's constant."""
    factor = Formula(sympy.exp(-(B**2) / 2))
    return form.ball() * factor.ball(**values(factor, cell)) * _exact(cell["radius"])


def _exact(value: Any) -> Any:
    return Formula(Rational(str(value))).ball()


def _rows(cell: Cell) -> Matrix:
    return data_set(cell["data"])


def _least(cell: Cell) -> arb:
    """lambda, the least eigenvalue of H_inf on a data set."""
    return kernel_least_eigenvalue(_rows(cell), rational(cell["B"]))


def _restricted(cell: Cell) -> arb:
    """Q(B) - p_min on a data set."""
    matrix = orthant_matrix(_rows(cell), rational(cell["B"]))
    least = matrix[0, 0]
    for i in range(matrix.nrows()):
        for k in range(i):
            least = least.min(matrix[i, k])
    return tail_ball(ball(rational(cell["B"]))) - least


def _through_orthants(cell: Cell, form: Form) -> arb:
    """The claim's factor times the least eigenvalue of P."""
    return ball(form) * least_eigenvalue(orthant_matrix(_rows(cell), rational(cell["B"])))


def _flow(cell: Cell, form: Form) -> arb:
    """exp(-r t), r the rate that the claim states."""
    return (-form[0].ball(**values(form[0], cell)) * _exact(cell["time"])).exp()


def _greatest(cell: Cell, form: Form) -> arb:
    """The width that meets all three conditions."""
    first, *rest = (width.ball(**values(width, cell)) for width in form)
    for width in rest:
        first = first.max(width)
    return first


def _growth(cell: Cell) -> arb:
    """(1 + eta L)^k - 1: k free steps move the parameters by at most S/sqrt(L) times this."""
    return (1 + _exact(cell["step_size"]) * _exact(cell["gram_top"])) ** int(cell["k"]) - 1


def _walked(scale: Formula) -> Any:
    """The length of k steps, up to the growth of the residual."""
    return lambda cell: scale.ball(**values(scale, cell)) * _growth(cell)


START = {"B": 1, "n": 10, "m": 1000, "delta": "1/20"}
STARTED: dict[str, Ends] = {"m": WIDTHS, "n": SAMPLES, "delta": FAILURES, "B": BIASES}
MODERATE: Ends = ("1/16", 4)

# Entries of H(0) have variance 1/m at most, n^2 of them make its norm.
CHEBYSHEV = Formula(16 * n**2 / (kappa**2 * delta))
# The band's mean share times n over what is allowed, at most delta; Chernoff is not used.
MARKOV = Formula(
    sympy.Max(
        (Rational(512, 3) * n * n * initial_residual * density(B) / (kappa**2 * delta)) ** 2
        * sympy.E * n,
        WIDTH_BIAS.expr,
    )
)  # fmt: skip
DESCENT = {"kappa": "1/10", "gram_top": 12, "initial_residual": 3, "step_size": "1/12", "n": 10}
STEPS = "each step multiplies the residual by at most $1 + eta L$"
BALL = Formula(
    sympy.Min(sqrt(2) * ball_radius, sqrt(2 * m) * radius)
)  # an output's change over the ball

VACUITIES = (
    Vacuity("bias.tail.halfexp", Formula(Rational(1, 2)), "half of a normal law is positive",
            {"B": 1}, {"B": BIASES}),
    Vacuity("bias.tail.linear", ZERO, LIKELY, {"B": "1/2"}, {"B": BIASES}),
    Vacuity("bias.tail.maxlb", ZERO, LIKELY, {"B": "1/2"}, {"B": BIASES}),
    Vacuity("bias.flip.rec", ONE, "a probability is at most 1", {"B": 1, "radius": "1/2"},
            {"radius": ("1/1000", 1), "B": ("1/16", 2)}, _flips),
    Vacuity("bias.p.upper.paper", TAIL, MARGINAL, {"B": 1, "rho": "1/2"},
            {"B": BIASES, "rho": ("-9/10", "999/1000")}),
    Vacuity("bias.p.upper.dir", TAIL, MARGINAL, {"B": 1, "rho": "1/2"},
            {"B": BIASES, "rho": ("-9/10", "999/1000")}),
    Vacuity("bias.h.trace", ONE, "an entry is at most twice the tail at 0, $2 Q(0) = 1$",
            {"B": 1}, {"B": BIASES}),
    Vacuity("bias.h.largeB", ONE, "on the low side: the eigenvalues are not negative",
            {"data": "spread", "B": 3}, {"B": ("1/16", 12)},
            lambda cell, form: form(_rows(cell), rational(cell["B"]))),
    Vacuity("bias.lmin.region.explicit", ZERO, PAIRS, {"B": 1, "separation": "1/2"},
            {"B": BIASES, "separation": ("1/1000", "7/5")}),
    Vacuity("bias.lmin.region.closed", ZERO, PAIRS, {"B": "1/2", "separation": 1},
            {"B": BIASES, "separation": ("1/1000", "7/5")}),
    Vacuity("bias.lmin.worst.moderate", ZERO, SEMIDEFINITE, {"B": 1, "separation": "1/2", "n": 10},
            {"B": MODERATE, "separation": ("1/1000", "7/5"), "n": (2, 10**9)}),
    Vacuity("bias.lmin.log", ZERO, SEMIDEFINITE, {"B": 1, "order": 10},
            {"B": MODERATE, "order": (2, 10**6)}),
    Vacuity("bias.lmin.onesided", ZERO, SEMIDEFINITE, {"B": 1, "order": 10},
            {"B": MODERATE, "order": (2, 10**6)}),
    Vacuity("bias.lmin.upper", Formula(erfc(B / sqrt(2))), "a diagonal entry: $2 Q(B)$",
            {"B": 1, "rho": "1/2"}, {"B": BIASES, "rho": ("-9/10", "999/1000")}),
    Vacuity("bias.lmin.scaling", ONE, "$2 Q(B) e^(B^2\\/2) <= 1$", {"B": 2}, {"B": BIASES}),
    Vacuity("bias.sp.init", ONE, SHARE, START, STARTED),
    Vacuity("bias.sp.train", ONE, SHARE, {**START, "radius": "1/20"},
            {**STARTED, "radius": ("1/1000", 4)}, _first),
    Vacuity("bias.conc.entry", ONE, "two shares differ by at most 1", {**START, "rho": "1/2"},
            {**STARTED, "rho": ("-9/10", "9/10")}),
    Vacuity("bias.conc.fro", Formula(2 * n), "$n^2$ entries between 0 and 2", START, STARTED,
            _first),
    Vacuity("bias.pert.kernel", Formula(2 * n), "$n^2$ entries between 0 and 2",
            {"band_share": "1/10", "n": 10}, {"band_share": ("1/1000", 1)}),
    Vacuity("bias.gen.bound", ONE, "the loss is at most 1",
            {"active_share": "1/10", "ball_radius": 3, "n": 10**4, "band_share": "1/10000",
             "m": 10**6, "radius": "1/10000", "delta": "1/20"},
            {"n": SAMPLES, "ball_radius": (1, 1000), "m": WIDTHS, "radius": ("1/1000000000", 1),
             "band_share": ("1/1000000000", 1)}),
    Vacuity("bias.h.schur", ZERO, SEMIDEFINITE, {"data": "antipodal", "B": 1}, {"B": ("0", 8)},
            _through_orthants),
    Vacuity("bias.lmin.region", _least, "the least eigenvalue holds for all vectors",
            {"data": "spread", "B": 1}, {"B": ("0", 8)}, lambda cell, form: _restricted(cell)),
    Vacuity("bias.lmin.hermite", ZERO, SEMIDEFINITE, {"data": "cloud 10 in 5", "B": 1},
            {"B": ("0", 8)}, lambda cell, form: form(_rows(cell), rational(cell["B"]))),
    Vacuity("bias.lmin.diff", ZERO, SEMIDEFINITE, {"data": "spread", "B": 1, "s": "1/2"},
            {"s": (0, "999/1000"), "B": ("0", 8)},
            lambda cell, form: form(_rows(cell), rational(cell["B"]), rational(cell["s"]))),
    Vacuity("bias.conc.chernoff", CHEBYSHEV, "Chebyshev for the $n^2$ entries of variance $1\\/m$",
            {"n": 10, "gram_top": 12, "kappa": "1/10", "delta": "1/20"},
            {"delta": FAILURES, "kappa": ("1/1000000", 1), "n": (6, 10**9)}),
    Vacuity("bias.conv.gd", Formula(1 + step_size * gram_top), STEPS,
            {"kappa": "1/10", "gram_top": 12, "step_size": "1/24"},
            {"step_size": ("0", "1/12"), "kappa": ("1/1000000", 1)}, _first),
    Vacuity("bias.conv.gf", ONE, "the loss does not grow along the flow",
            {"kappa": "1/10", "time": 10}, {"time": ("0", 1000), "kappa": ("0", 1)}, _flow),
    Vacuity("bias.width.explicit", MARKOV, "Markov for the share of neurons in the band",
            {"n": 10, "kappa": "1/100", "B": 1, "initial_residual": 3, "delta": "1/20"},
            {"n": SAMPLES, "initial_residual": ("1/100", 100), "delta": FAILURES,
             "B": ("1/16", 2)}, _greatest),
    Vacuity("bias.move.neuron", _walked(Formula(initial_residual / sqrt(gram_top * m))), STEPS,
            {**DESCENT, "m": 10**6, "k": 10}, {"k": (1, 1000), "kappa": ("1/1000000", 1)}),
    Vacuity("bias.move.frob", _walked(Formula(initial_residual / sqrt(gram_top))), STEPS,
            {**DESCENT, "alignment": 30, "band_share": "1/2000", "k": 10},
            {"k": (1, 1000), "band_share": ("0", "1/1600"), "alignment": ("0", 120)}),
    Vacuity("bias.rad.flip", BALL, "outputs move by at most $sqrt(2) D$ and $sqrt(2 m) R$",
            {"active_share": "1/10", "ball_radius": 3, "n": 100, "band_share": "1/100",
             "m": 10**6, "radius": "1/100"},
            {"n": SAMPLES, "band_share": ("1/1000000", 1), "m": WIDTHS,
             "radius": ("1/1000000", 1)}),
    Vacuity("bias.gen.region_solved", lambda cell: 1 / _least(cell),
            "through the least eigenvalue, $norm(y)^2\\/lambda$", {"data": "spread", "B": 1},
            {"B": ("0", 8)}, lambda cell, form: 1 / _restricted(cell)),
    Vacuity("bias.gen.poly", Formula(n / kappa), "through the least eigenvalue, $n c^2\\/lambda$",
            {"n": 10, "kappa": "1/10", "B": 1},
            {"n": SAMPLES, "B": ("0", "3/2"), "kappa": ("1/1000000", "3/10")}, _first),
    Vacuity("bias.gen.largeB", ONE, "on the low side: $T$ is not negative", {"g": "1/10"},
            {"g": ("1/1000", "999/1000")}, lambda cell, form: form(_exact(cell["g"]))),
)  # fmt: skip

NO_FRONTIERS = (
    NoFrontier("bias.p.alg.float",
               "One number, $2 dot 10^(-15)$, about one program, measured at listed inputs: it has "
               "no parameter that could make it empty."),
    NoFrontier("bias.lmin.region.notglobal",
               "Refuted as transcribed: outside the region the closed form bounds nothing; inside "
               "it there is a frontier (bias.lmin.region.closed)."),
    NoFrontier("bias.lmin.worst",
               "Refuted as transcribed for $B > 100 n^2\\/(sqrt(2 pi) delta_X)$; for moderate bias "
               "there is a frontier (bias.lmin.worst.moderate)."),
    NoFrontier("bias.gen.lambda_vacuous",
               "It says itself that another bound is vacuous: the main term is at least 2, where "
               "a loss is at most 1, for every $B$, $n$ and data set."),
    NoFrontier("bias.gen.region_gap",
               "Refuted as transcribed: labels in the region do not give the bound; its repair "
               "has a frontier (bias.gen.region_solved)."),
)  # fmt: skip
