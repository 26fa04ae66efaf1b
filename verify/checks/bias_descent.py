"""Checks of gradient descent: perturbation with witnesses, constants by derivation, runs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, sqrt
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias.claims_descent import BAND
from theory.bias.data_sets import data_set
from theory.bias.kernel import OUTPUT_VARIANCE, kernel_least_eigenvalue
from theory.bias.orthant_ball import tail_ball
from theory.bias.symbols import B, band_share, gram_top, initial_residual, step_size
from theory.bias.training import CROSS_CHANGE, KERNEL_CHANGE
from theory.claim import Form
from theory.formula import Formula
from theory.gaussian import density, tail
from theory.notation import delta, kappa, m, n
from theory.rigor.balls import ball
from theory.rigor.binomial import share_above
from verify.checks import bias_runs as runs
from verify.checks.bias_cells import grid
from verify.checks.bias_networks import bias_of, network_of, rows
from verify.checks.bias_witness import observe_gradient_step, observe_witness
from verify.engines import Derive, Enclose, Follow, Sample
from verify.engines.enclose import Side
from verify.engines.sample import Means
from verify.statistics.models import Variance

Array = np.ndarray
Cell = Mapping[str, Any]
_R = sympy.Rational

OWN_WIDTH = {"data": "orthogonal", "m": 1_406_000, "B": "0"}
ENLARGED = (
    {"data": "cloud 10 in 5", "m": 20_000, "B": "0", "scale": 10_000},
    {"data": "cloud 20 in 20", "m": 20_000, "B": "1", "scale": 10_000},
)
SMALL = (
    {"data": "pair", "m": 4000, "B": "0", "scale": 10_000},
    {"data": "orthogonal", "m": 4000, "B": "1", "scale": 10_000},
)
FLOWS = (
    {"data": "pair", "m": 4000, "B": "0", "scale": 300},
    {"data": "orthogonal", "m": 4000, "B": "1", "scale": 300},
)
FULL = (
    {"data": "orthogonal", "m": 4_720_000, "B": "1/2"},
    *grid(
        data=("spread", "cloud 10 in 5", "cloud 20 in 20"),
        m=(20_000,),
        B=("0", "1/2", "1", "2"),
        scale=(10_000,),
    ),
)
ROUNDING = (
    "sums of m terms of size at most the scale over sqrt(m) carry a relative error below m 2^-53: "
    "10^-4 of a residual of a hundredth of its start for m = 20000 and scale 10^4, and less at "
    "the other cells"
)
# The first width is the greatest at the large starts, the third at the small ones.
WIDTHS = (
    {"n": 2, "B": "0", "kappa": "3/4", "S": "3/2"},
    {"n": 2, "B": "0", "kappa": "3/4", "S": "1/40"},
    {"n": 20, "B": "0", "kappa": "1/4", "S": "1/20"},
    {"n": 20, "B": "1", "kappa": "1/5", "S": "1/20"},
    {"n": 5, "B": "2", "kappa": "1/50", "S": "1/100"},
)


def _rate_margin(figures: Cell, cell: Cell, form: Form) -> float:
    """Least of the three relative margins; NaN where a hypothesis fails."""
    return _unconditional(figures, cell, form) if runs.applies(figures) else float("nan")


def _unconditional(figures: Cell, cell: Cell, form: Form) -> float:
    factor, moved, kept = (runs.value(part, figures) for part in form)
    return min(
        factor / figures["factor"] - 1, moved / figures["moved"] - 1, figures["least"] / kept - 1
    )


def _flow_margin(figures: Cell, cell: Cell, form: Form) -> float:
    if not runs.applies(figures):
        return float("nan")
    rate, moved = (runs.value(part, figures) for part in form)
    return min(figures["rate"] / rate - 1, moved / figures["moved"] - 1)


def _bound_margin(name: str) -> Any:
    def margin(figures: Cell, cell: Cell, form: Formula) -> float:
        if not runs.applies(figures):
            return float("nan")
        return runs.value(form, figures) / figures[name] - 1

    return margin


def _chain() -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """Least eigenvalue kept, contraction of one step, and eta times the sum of its powers."""
    at_band = {band_share: BAND.expr}
    kept = _R(3, 4) * kappa - KERNEL_CHANGE.expr.subs(at_band)
    factor = 1 - step_size * kept + step_size * CROSS_CHANGE.expr.subs(at_band)
    return sympy.simplify(kept), sympy.expand(factor), sympy.simplify(step_size / (1 - factor))


def _convergence(form: Form) -> list[sympy.Expr]:
    kept, factor, total = _chain()
    speed = sympy.sqrt(gram_top / m) * initial_residual
    return [form[0].expr - factor, form[1].expr / (speed * total) - 1, form[2].expr - kept]


def _flow(form: Form) -> list[sympy.Expr]:
    kept = _chain()[0]
    speed = sympy.sqrt(gram_top / m) * initial_residual
    return [form[0].expr - kept, form[1].expr * kept / speed - 1]


def _one_neuron(form: Formula) -> sympy.Expr:
    return form.expr / (sympy.sqrt(gram_top / m) * initial_residual * _chain()[2]) - 1


def _all_parameters(form: Formula) -> sympy.Expr:
    """Residuals differ by 6 n nu eta (sum) a step, features by at most sqrt(2 n nu)."""
    total = _chain()[2]
    cross = KERNEL_CHANGE.expr + CROSS_CHANGE.expr
    pattern = sympy.sqrt(2 * n * band_share)
    alignment = sympy.Symbol("alignment", nonnegative=True)
    found = [s for s in form.expr.free_symbols if s.name == "alignment"]
    main = sympy.sqrt(found[0] if found else alignment)
    return sympy.expand(
        form.expr
        - main
        - initial_residual * total * (cross * sympy.sqrt(gram_top) * total + pattern)
    )


def _widths(form: Form) -> list[sympy.Expr]:
    """Solve 2 r phi(B) sqrt(e) = kappa/(32 n), B r = 1/2 and Chernoff's bound for m.

    r is sqrt(2) times the movement bound with L = 2 n.
    """
    reach = sympy.sqrt(2) * sympy.sqrt(2 * n) * _R(8, 3) * initial_residual / kappa
    by_band = (reach * 2 * density(B) * sympy.exp(_R(1, 2)) * 32 * n / kappa) ** 2
    by_bias = (2 * B * reach) ** 2
    chernoff = n * sympy.exp(-form[2].expr * kappa / (32 * n) / 3)
    return [
        sympy.simplify(form[0].expr / by_band) - 1,
        sympy.simplify(form[1].expr / by_bias) - 1,
        sympy.simplify(chernoff - delta),
    ]


def _second_never_greatest(form: Form) -> bool:
    """As kappa <= 2 Q(B) <= 2 phi(B)/B, the first width exceeds n^2 c times the second, c > 1."""
    ratio = sympy.simplify((form[0].expr / form[1].expr).subs(kappa, 2 * density(B) / B) / n**2)
    return bool(ratio.is_number and ratio > 1)


def _crowded(cell: Cell, form: Form) -> tuple[Side, Side]:
    """n times the exact probability that the band holds more than kappa/(16 n), at that width."""
    known = {
        "n": cell["n"], "B": Fraction(cell["B"]), "kappa": Fraction(cell["kappa"]),
        "initial_residual": Fraction(cell["S"]), "delta": Fraction(1, 20),
    }  # fmt: skip
    widths = [f.ball(**{s.symbol.name: known[s.symbol.name] for s in f.symbols}) for f in form]
    width = max(1, *(ceil(float(w.upper())) for w in widths))
    size, least, start = cell["n"], ball(known["kappa"]), ball(known["initial_residual"])
    reach = (arb(4 * size) / width).sqrt() * ball(Fraction(8, 3)) * start / least
    bias = ball(known["B"])
    near = tail_ball(bias - reach) - tail_ball(bias + reach)
    return size * share_above(least / (16 * size), width, near), known["delta"]


def _speed(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """log of the contraction at B over that of the dense network, at the same constant."""
    samples, bias = data_set(cell["data"]), Fraction(cell["B"])
    now, dense = (
        kernel_least_eigenvalue(samples, bias),
        kernel_least_eigenvalue(samples, Fraction(0)),
    )
    step = form.ball(**({"B": bias} if form.symbols else {}))
    return abs((step * now**2 / dense**2).log()), arb(2).log()


def _outputs(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|f(0)|^2/n of fresh networks."""
    X = rows(cell["data"])
    found = [np.mean(network_of(cell, X.shape[1], rng).outputs(X) ** 2) for _ in range(size)]
    return np.array(found)


def _output_model(cell: Cell) -> Variance:
    """Var of the mean of f_i^2 is at most E f^4 - s^4 <= 2 s^4 + E (g - B)_+^4/m, E <= 3/2."""
    square = float(OUTPUT_VARIANCE.float64(B=bias_of(cell["B"])))
    return Variance(sqrt(2 * square**2 + 1.5 / cell["m"]))


def _threshold_margin(figures: Cell, cell: Cell, form: int) -> float:
    """1 when exactly the steps below form/lambda_max descend monotonically, else -1."""
    expected = [c < 100 * form for c in cell["multiples"]]
    return 1.0 if figures["monotone"] == expected else -1.0


def _moments(form: Formula) -> list[sympy.Expr]:
    """s^2 = E (g - B)_+^2 is what has second derivative 2 Q, s^2(0) = 1/2 and slope -2 phi(0)."""
    expr = form.expr
    return [
        expr.diff(B, 2) - 2 * tail(B),
        expr.subs(B, 0) - _R(1, 2),
        expr.diff(B).subs(B, 0) + 2 * density(sympy.Integer(0)),
    ]


def _followed(claim: str, observe: Any, margin: Any, cells: Any, **more: Any) -> Follow:
    return Follow(
        claim=claim,
        observe=observe,
        margin=margin,
        cells=cells,
        allowance=1e-3,
        allowance_because=ROUNDING,
        **more,
    )


def _kernel_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    return runs.value(form, figures) / figures["kernel_change"] - 1


def _cross_margin(figures: Cell, cell: Cell, form: Form) -> float:
    return runs.value(form[0], figures) / figures["cross_change"] - 1


def _identity_margin(figures: Cell, cell: Cell, form: Form) -> float:
    """1 minus the error of r(k+1) = (I - eta M) r(k) over what rounding can do."""
    return 1 - figures["errors"][form[1]] / figures["rounding"]


_WITNESSES = grid(n=(3, 10), B=("0", "2"))
_STEPS = (
    {"n": 5, "d": 3, "m": 1000, "B": "0", "steps": 20},
    {"n": 10, "d": 5, "m": 1000, "B": "1", "steps": 20},
    {"n": 10, "d": 5, "m": 1000, "B": "2", "steps": 20},
)
_SUMS = "sums of at most a thousand terms: below 10^-12 relative"


def _perturbed(claim: str, observe: Any, margin: Any, cells: Any, why: str, **more: Any) -> Follow:
    return Follow(
        claim=claim,
        observe=observe,
        margin=margin,
        cells=cells,
        allowance=1e-10,
        allowance_because=_SUMS,
        fails_if=why,
        **more,
    )


CHECKS = (
    Derive(
        claim="bias.init.out",
        residual=_moments,
        fails_if="it is not the solution of s'' = 2 Q with the values of E (g - B)_+^2 at B = 0",
    ),
    Sample(
        claim="bias.init.out",
        draw=_outputs,
        target=lambda cell, form: form.ball(B=Fraction(cell["B"])),
        test=Means("==", _output_model, tolerance=0.2),
        cells=grid(data=("spread",), m=(200,), B=("0", "1")),
        n_max=6000,
        fails_if="the mean of |f(0)|^2/n is another number",
    ),
    _perturbed(
        "bias.pert.kernel",
        observe_witness,
        _kernel_margin,
        _WITNESSES,
        "a network that is built to attain it exceeds the bound",
        part="witness",
        repetitions=1,
    ),
    _perturbed(
        "bias.pert.kernel",
        observe_gradient_step,
        _kernel_margin,
        _STEPS,
        "descent changes the kernel by more than the bound at the radius travelled",
        part="descent",
        repetitions=2,
    ),
    _perturbed(
        "bias.pert.cross",
        observe_witness,
        _cross_margin,
        _WITNESSES,
        "a network that is built to attain it exceeds the bound",
        part="witness",
        repetitions=1,
    ),
    _perturbed(
        "bias.pert.cross",
        observe_gradient_step,
        _identity_margin,
        _STEPS,
        "a step differs from (I - eta M) r by more than rounding can do",
        part="identity",
        repetitions=2,
    ),
    Derive(
        claim="bias.conv.gd",
        role="step",
        residual=_convergence,
        fails_if="the perturbation lemmas at nu = kappa/(16 n) give other constants",
    ),
    _followed(
        "bias.conv.gd",
        runs.observe_descent,
        _rate_margin,
        (OWN_WIDTH, *ENLARGED),
        repetitions=1,
        fails_if="a run whose start satisfies the hypotheses is slower or moves farther",
    ),
    _followed(
        "bias.conv.gd",
        runs.observe_descent,
        _unconditional,
        ({"data": "cloud 10 in 5", "m": 1000, "B": "0"},),
        role="without Band",
        fails_if="far below its width a run is slower than guaranteed",
    ),
    _followed(
        "bias.conv.gd",
        runs.observe_descent,
        _rate_margin,
        FULL,
        repetitions=3,
        profile="full",
        fails_if="one of many runs is slower or moves farther",
    ),
    Derive(
        claim="bias.conv.gf",
        role="step",
        residual=_flow,
        fails_if="the perturbation lemma at nu = kappa/(16 n) gives other constants",
    ),
    _followed(
        "bias.conv.gf",
        runs.observe_flow,
        _flow_margin,
        FLOWS,
        repetitions=2,
        fails_if="an exact flow whose start satisfies the hypotheses is slower or moves farther",
    ),
    Derive(
        claim="bias.width.explicit",
        role="step",
        residual=_widths,
        assumptions=("the multiplicative Chernoff bound at twice the mean",),
        fails_if="solving the conditions of the band for m gives other constants",
    ),
    Derive(
        claim="bias.width.explicit",
        part="order",
        residual=_second_never_greatest,
        fails_if="the second width could exceed the first",
    ),
    Enclose(
        claim="bias.width.explicit",
        part="band",
        sides=_crowded,
        cells=WIDTHS,
        fails_if="n times an exact binomial tail at that width exceeds delta = 1/20",
    ),
    Follow(
        claim="bias.step",
        observe=runs.observe_threshold,
        margin=_threshold_margin,
        cells=grid(
            data=("cloud 10 in 5",),
            m=(20_000,),
            B=("0", "1"),
            multiples=((150, 190, 220),),
            steps=(40,),
        ),
        allowance=0.5,
        allowance_because="the margin is 1 or -1: a loss falls at a step or it does not",
        repetitions=3,
        fails_if="descent at 1.9 is not monotone, or at 2.2 it is",
    ),
    Derive(
        claim="bias.move.neuron",
        role="step",
        residual=_one_neuron,
        fails_if="the contraction's geometric sum gives another constant",
    ),
    _followed(
        "bias.move.neuron",
        runs.observe_descent,
        _bound_margin("moved"),
        SMALL,
        fails_if="a neuron moves farther",
    ),
    Derive(
        claim="bias.move.frob",
        role="step",
        residual=_all_parameters,
        fails_if="the two non-linear parts and the geometric sums give another bound",
    ),
    _followed(
        "bias.move.frob",
        runs.observe_descent,
        _bound_margin("travelled"),
        tuple({**cell, "scale": 100_000} for cell in SMALL),
        fails_if="the parameters together move farther; without flips the main term is attained",
    ),
    Enclose(
        claim="bias.fast",
        sides=_speed,
        cells=grid(data=("cloud 10 in 5", "cloud 20 in 3", "spread"), B=("1", "2")),
        fails_if="the contraction changes by more than a factor 2",
    ),
    Enclose(
        claim="bias.fast",
        role="without Crowded",
        sides=_speed,
        cells=grid(data=("axes",), B=("1", "2")),
        fails_if="orthonormal samples: the contraction changes by more than a factor 2",
    ),
)
