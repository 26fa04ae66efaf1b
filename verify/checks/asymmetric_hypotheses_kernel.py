"""Why the mean kernel and its concentration need their hypotheses: certified witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.asymmetric import gap_assumptions as gap
from theory.asymmetric import initialisation, lemma_d2, prop3_1
from theory.asymmetric.convergence import INITIAL_WIDTH
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.gap_widths import SHARP_INITIAL_WIDTH
from theory.asymmetric.one_sample import relu_kappa
from theory.claim import Form
from theory.exact import Matrix, dot
from theory.formula import Formula
from verify.checks.asymmetric_hypotheses import EXACT_ZERO, dropped
from verify.engines.enclose import Side

Cell = Mapping[str, Any]

HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
UNIT_PAIR = {"first_variance": HALF, "inner_product": Fraction(1, 4), "second_variance": HALF}
EQUAL = {"weights": "all equal, active on both samples"}
SHARED = {"weights": "one standard normal, the same in all units", "m": 1000}


def _twice(_: Cell, form: Formula) -> tuple[Side, Side]:
    """A kernel at the covariances s and 2s: weights of variance 1 and 2."""
    doubled = {name: 2 * value for name, value in UNIT_PAIR.items()}
    known = [s.symbol.name for s in form.symbols]
    one, two = ({name: at[name] for name in known} for at in (UNIT_PAIR, doubled))
    return form.ball(**two), form.ball(**one)


def _twice_for(cell: Cell, form: Form) -> tuple[Side, Side]:
    s = tuple(UNIT_PAIR.values())
    return form(cell["activation"], *(2 * value for value in s)), form(cell["activation"], *s)


def _cosine_half(form: Formula) -> Side:
    known: dict[str, Any] = {"cosine": HALF, "inner_product": HALF, "leak": HALF, "d": 1}
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _binomial(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """P(sum <= mu/2) for one hundred summands of the kind, and the bound at eps = 1/2, R = 1."""
    tails: dict[str, Side] = {
        "the same coin in all summands": Fraction(9, 10),
        "1, or -8 with probability 1/10": 1 - initialisation.binomial_tail(100, TENTH, 10),
        "0, or 10 with probability 1/10": initialisation.binomial_tail(100, TENTH, 5),
    }
    return tails[cell["summands"]], form.ball(n=1, deviation=HALF, mean_over_size=int(cell["mean"]))


def _initial(width: Formula) -> Any:
    """P(no unit is active) = 1/2 against p = 1/10, if m is as large as asked.

    Of one unit, or of units that share their weight, all are inactive on the one sample with
    probability 1/2; then Theta(W_0) = 0.
    """

    def sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
        scale = Fraction(cell.get("norm", cell.get("slope", 1)))
        known: dict[str, Any] = {"n": 1, "d": 1, "failure": TENTH, "kappa": relu_kappa(scale)}
        known["squared_operator_norm"] = Fraction(cell.get("norm", 1)) ** 2
        asked = form if form.symbols else width  # Prop. C.1's own form is a share of gamma kappa
        enough = asked.ball(**{s.symbol.name: known[s.symbol.name] for s in asked.symbols})
        return HALF, TENTH if enough <= cell["m"] else Fraction(1)

    return sides


def _leaky_at_proportional(cell: Cell, _: Form) -> tuple[Side, Side]:
    """x and x/2: both slopes agree, so Theta* = (1 + a^2)/2 X X^T/d, zero at (1, -2)."""
    leak = Fraction(cell["leak"])
    x = DATA_SETS[cell["data"]].X[0]
    X: Matrix = (x, tuple(entry / 2 for entry in x))
    entries = tuple(tuple((1 + leak**2) / 2 * dot(u, v) / len(x) for v in X) for u in X)
    return EXACT_ZERO, prop3_1.rayleigh(entries, (Fraction(1), Fraction(-2)))


def _antipodal_linear(cell: Cell, form: Form) -> tuple[Side, Side]:
    X = DATA_SETS[cell["data"]].X
    return gap.linear_kernel_at_dependence(gap.with_antipodes(X)), form(X)


def _all_flip(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """All weights within c of the one sample's hyperplane: the flip mass is gamma itself."""
    c = Fraction(cell["c"])
    bound = form.ball(displacement=c, gamma=1, m=int(cell["m"]), failure=TENTH)
    return Fraction(1), bound


CHECKS = (
    dropped(
        "asym.ntg.relu",
        "H2a",
        lambda cell, form: (HALF, _cosine_half(form)),
        {"activation": "linear", "rho": "1/2"},
        "for sigma(z) = z the entry is x_i.x_k/d itself",
        "==",
    ),
    dropped(
        "asym.ntg.relu",
        "H3",
        lambda cell, form: (HALF, _cosine_half(form)),
        EQUAL | {"rho": "1/2"},
        "for units active on both samples the entry is x_i.x_k/d itself",
        "==",
    ),
    *(
        dropped(
            claim,
            "H3",
            _twice,
            {"variance": "2"},
            "weights of variance 2 have another mean kernel",
            "==",
        )
        for claim in (
            "asym.ntg.smooth.sin",
            "asym.ntg.smooth.sin_shifted",
            "asym.ntg.smooth.erf_scaled",
            "asym.prop3_3.departure.smooth",
        )
    ),
    dropped(
        "asym.ntg.smooth",
        "H3",
        _twice_for,
        {"activation": "sin", "variance": "2"},
        "weights of variance 2 have another mean kernel",
        "==",
    ),
    dropped(
        "asym.prop3_3.departure",
        "H2a",
        lambda cell, form: (EXACT_ZERO, _cosine_half(form)),
        {"activation": "linear", "rho": "1/2"},
        "the slopes of sigma(z) = z do not vary",
        "==",
    ),
    dropped(
        "asym.prop3_3.departure",
        "H3",
        lambda cell, form: (EXACT_ZERO, _cosine_half(form)),
        EQUAL | {"rho": "1/2"},
        "slopes at a weight that is not random do not vary",
        "==",
    ),
    dropped(
        "asym.kappa.upper.smooth",
        "H1",
        lambda cell, form: (form("sin", Fraction(cell["norm"]) ** 2), Fraction(1)),
        {"activation": "sin", "norm": "2", "d": 1},
        "a sample of norm 2 has a diagonal entry above 1/d",
    ),
    dropped(
        "asym.kappa.upper.smooth",
        "H2b",
        # erf is 2/sqrt(pi) times the scaled one, so its entry is 4/pi times that
        lambda cell, form: (4 / arb.pi() * form("erf_scaled", TENTH), TENTH),
        {"activation": "erf", "norm": "1", "d": 10},
        "the unscaled error function has slope 1.128 at 0 and a diagonal entry above 1/d",
    ),
    dropped(
        "asym.kappa.lower",
        "H2a",
        lambda cell, form: (
            form(DATA_SETS[cell["data"]].X),
            gap.linear_kernel_at_dependence(DATA_SETS[cell["data"]].X),
        ),
        {"activation": "linear", "data": "B"},
        "for n > d the linear kernel's least eigenvalue is zero",
    ),
    *(
        dropped(claim, hypothesis, _binomial, cell, "the exact tail exceeds the bound")
        for claim in ("asym.propA1", "asym.propA1.simple")
        for hypothesis, cell in (
            ("independent", {"summands": "the same coin in all summands", "mean": 10}),
            ("positive", {"summands": "1, or -8 with probability 1/10", "mean": 10}),
            ("size", {"summands": "0, or 10 with probability 1/10", "mean": 100}),
        )
    ),
    *(
        dropped(
            claim,
            hypothesis,
            _initial(width),
            cell,
            "one in two networks starts with Theta = 0, although m is as large as asked",
        )
        for claim, width, hypothesis, cell in (
            ("asym.propC1.width", INITIAL_WIDTH, "H1", {"norm": "10", "m": 1}),
            ("asym.propC1.width", INITIAL_WIDTH, "H2", {"slope": "10", "m": 1}),
            ("asym.propC1.width", INITIAL_WIDTH, "H3", SHARED),
            ("asym.propC1", INITIAL_WIDTH, "H1", {"norm": "10", "m": 1}),
            ("asym.propC1", INITIAL_WIDTH, "H2", {"slope": "10", "m": 1}),
            ("asym.gap.G10", SHARP_INITIAL_WIDTH, "H2", {"slope": "10", "m": 1}),
            ("asym.gap.G10", SHARP_INITIAL_WIDTH, "H3", SHARED),
        )
    ),
    dropped(
        "asym.gap.G1.leaky",
        "H1",
        _leaky_at_proportional,
        {"data": "A", "second": "half of the first", "leak": "1/2"},
        "for x_2 = x_1/2 a Rayleigh quotient of the leaky kernel is not positive",
        "<",
    ),
    dropped(
        "asym.gap.G1.leaky",
        "H3",
        lambda cell, form: (Fraction(1), _cosine_half(form)),
        EQUAL | {"rho": "1/2", "leak": "1/2"},
        "for units active on both samples the mean is 1",
        "==",
    ),
    dropped(
        "asym.gap.G8.repair",
        "H3",
        lambda cell, form: (
            lemma_d2.FLIP_EXACT.ball(radius_bound=Fraction(cell["c"]) * 10),
            form.ball(radius_bound=Fraction(cell["c"]), squared_norm=1),
        ),
        {"c": "1/10", "norm": "1", "deviation": "1/10"},
        "weights of a smaller deviation flip more often",
    ),
    dropped(
        "asym.gap.G9.antipodal",
        "H2a",
        _antipodal_linear,
        {"activation": "linear", "data": "A"},
        "the linear kernel of a sample and its antipode is singular",
        "==",
    ),
    dropped(
        "asym.ladder.flips",
        "H3",
        _all_flip,
        {"weights": "all within c of the hyperplane", "c": "1/1000", "m": 100},
        "weights that start beside the hyperplane all flip",
    ),
)
