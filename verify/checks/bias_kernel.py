"""Checks of the limiting kernel."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import acb, arb, arb_mat

from theory.bias import positivity
from theory.bias.data_sets import data_set
from theory.bias.kernel import (
    KERNEL_ENTRY,
    kernel_matrix,
    orthant_matrix,
    weights_only_matrix,
)
from theory.bias.orthant_ball import tail_ball
from theory.bias.positivity import HEXAGON, TWICE_TAIL
from theory.bias.samples import correlations
from theory.bias.symbols import rho
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.checks.bias_cells import Cell, bias_of, grid
from verify.engines import Derive, Enclose, Sample
from verify.engines.enclose import Side
from verify.engines.sample import Means
from verify.statistics.models import Average, Bounded, Variance

SETS = ("orthogonal", "opposite pair", "triple", "nearly twins", "antipodal", "simplex",
        "nine points", "cloud 10 in 5")  # fmt: skip


# For antipodal pairs alone H = 2Q I: equalities that balls cannot decide.
STRICT_SETS = tuple(name for name in SETS if name != "opposite pair")


def draw_entry(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """<(x,1),(z,1)> 1{active on both} for fresh neurons."""
    cosine, bias = float(Fraction(cell["rho"])), float(bias_of(cell))
    w = rng.standard_normal((2, size))
    second = cosine * w[0] + np.sqrt(1 - cosine**2) * w[1]
    return (1 + cosine) * ((w[0] >= bias) & (second >= bias))


def _entry_model(cell: Cell) -> Average:
    """Observations are 0 or 1 + rho, so their variance is at most (1+rho) times their mean."""
    top = float(1 + Fraction(cell["rho"]))
    mean = float(KERNEL_ENTRY.float64(B=float(bias_of(cell)), rho=top - 1))
    return Average((Bounded(0, top), Variance(1.1 * np.sqrt(top * mean))))


def _defining_integral(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """(1 + rho) int_B^oo phi(t) P(g_2 >= B | g_1 = t) dt, cut where the rest is below Q(T)."""
    bias, cosine = ball(bias_of(cell)), ball(Fraction(cell["rho"]))
    spread = (2 * (1 - cosine**2)).sqrt()
    end = bias + ball(40)

    def integrand(t: acb, analytic: bool) -> acb:
        return (-t * t / 2).exp() * ((acb(bias) - cosine * t) / spread).erfc() / 2

    body = acb.integral(integrand, acb(bias), acb(end)).real / (2 * arb.pi()).sqrt()
    rest = tail_ball(end).union(arb(0))
    return (1 + cosine) * (body + rest), _entry(cell, form)


def _entry(cell: Cell, form: Formula) -> Side:
    return form.ball(**{s.symbol.name: Fraction(cell[s.symbol.name]) for s in form.symbols})


def _least_of_entries(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Least eigenvalue of the kernel with these entries, beside 0."""
    table, bias = correlations(data_set(cell["data"])), bias_of(cell)
    entries = arb_mat([[form.ball(B=bias, rho=rho) for rho in row] for row in table])
    return least_eigenvalue(entries), Fraction(0)


def _on_hexagon(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return positivity.quadratic_form_without_bias(HEXAGON, cell["vector"], form), Fraction(0)


def _twins(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The form of (1, -1) on two identical samples."""
    same = form.ball(B=bias_of(cell), rho=1)
    return same - 2 * same + same, arb(0)


def _schur_kernel(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    rows, bias = data_set(cell["data"]), bias_of(cell)
    below = ball(form) * least_eigenvalue(orthant_matrix(rows, bias))
    return below, least_eigenvalue(kernel_matrix(rows, bias))


def _schur_weights(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    rows, bias = data_set(cell["data"]), bias_of(cell)
    below = ball(form / 2) * least_eigenvalue(orthant_matrix(rows, bias))
    return below, least_eigenvalue(weights_only_matrix(rows, bias))


def _trace(cell: Cell, form: Formula) -> tuple[Side, Side]:
    least = least_eigenvalue(kernel_matrix(data_set(cell["data"]), bias_of(cell)))
    return least, form.ball(B=bias_of(cell))


def _spectrum_near_one(cell: Cell, form: Form) -> tuple[Side, Side]:
    rows, bias = data_set(cell["data"]), bias_of(cell)
    H, top = kernel_matrix(rows, bias), TWICE_TAIL.ball(B=bias)
    farthest = (greatest_eigenvalue(H) / top - 1).max(1 - least_eigenvalue(H) / top)
    return farthest, form(rows, bias)


CHECKS = (
    Derive(
        claim="bias.setup",
        residual=lambda form: [
            positivity.gradient_inner_product() - form.expr,
            form.expr.subs(rho, 1) - 2,
        ],
        fails_if="differentiating a (w.x - b) in w and b gives another inner product",
    ),
    Enclose(
        claim="bias.h.def",
        sides=_defining_integral,
        cells=grid(B=("0", "1", "3"), rho=("-1/2", "3/10", "99/100")),
        relation="==",
        max_bits=256,
        fails_if="a certified integral over the first pre-activation excludes the entry",
    ),
    Sample(
        claim="bias.h.def",
        draw=draw_entry,
        target=_entry,
        test=Means("==", _entry_model, 0.1),
        cells=(
            {"B": "0", "rho": "1/2"},
            {"B": "1/2", "rho": "-1/5"},
            {"B": "1", "rho": "9/10"},
        ),
        n_max=120_000,
        fails_if="the mean over drawn neurons is off by 10 %",
    ),
    Enclose(
        claim="bias.h.pd",
        sides=_least_of_entries,
        cells=grid(data=SETS, B=("0", "1", "3")),
        relation=">",
        max_bits=256,
        fails_if="the least eigenvalue for distinct samples is not positive",
    ),
    Enclose(
        claim="bias.h.pd",
        part="regular hexagon",
        sides=_on_hexagon,
        # The first annihilates the kernel without (1, 1), the second that without (1 + rho):
        # of two antipodes one is active.
        cells=tuple(
            {"data": "hexagon", "B": "0", "vector": vector}
            for vector in ((1, -1, 1, -1, 1, -1), (1, -1, 0, 1, -1, 0))
        ),
        relation=">",
        fails_if="a vector annihilates the kernel of the regular hexagon",
    ),
    Enclose(
        claim="bias.h.pd",
        part="converse",
        sides=_twins,
        cells=grid(B=("0", "1", "3")),
        relation="==",
        digits=15,
        start_bits=128,
        max_bits=256,
        fails_if="two identical samples leave the kernel regular",
    ),
    Enclose(
        claim="bias.h.schur",
        sides=_schur_kernel,
        cells=grid(data=STRICT_SETS, B=("0", "1", "3")),
        max_bits=256,
        fails_if="the kernel's least eigenvalue is below twice that of P",
    ),
    Enclose(
        claim="bias.h.schur",
        part="weights only",
        sides=_schur_weights,
        cells=grid(data=("triple", "antipodal", "nine points", "cloud 10 in 5"), B=("1", "3")),
        max_bits=256,
        fails_if="the least eigenvalue of the weights' kernel is below that of P",
    ),
    Derive(
        claim="bias.h.trace",
        residual=lambda form: KERNEL_ENTRY.expr.subs(rho, 1) - form.expr,
        fails_if="the entry for equal samples is another one",
    ),
    Enclose(
        claim="bias.h.trace",
        sides=_trace,
        cells=grid(data=STRICT_SETS, B=("0", "1", "3")),
        max_bits=256,
        fails_if="the least eigenvalue exceeds a diagonal entry",
    ),
    Enclose(
        claim="bias.h.largeB",
        sides=_spectrum_near_one,
        cells=grid(data=("close pair", "triple", "nine points"), B=("0", "2", "6")),
        max_bits=256,
        fails_if="an eigenvalue of H/(2Q) is farther from 1",
    ),
)
