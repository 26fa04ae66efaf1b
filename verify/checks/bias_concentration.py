"""Checks of concentration at the start: exact binomial tails, a witness and networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias.claims_sparsity import entry_deviation
from theory.bias.data_sets import data_set
from theory.bias.orthant_ball import orthant_ball, tail_ball
from theory.bias.samples import correlations
from theory.bias.symbols import B, gram_top
from theory.bias.tails import HALF_EXPONENTIAL
from theory.bias.training import WIDTH_KERNEL
from theory.claim import Form
from theory.formula import Formula
from theory.gaussian import tail
from theory.notation import delta, kappa, n
from theory.rigor.balls import ball
from theory.rigor.binomial import share_above, share_below
from verify.checks.bias_cells import at_cell, bias_of, grid, share_of
from verify.checks.bias_networks import (
    active_shares,
    limit_kernel,
    network_of,
    rows,
    sphere,
)
from verify.engines import Derive, Enclose, Sample
from verify.engines.enclose import Side
from verify.engines.sample import Means, Violations
from verify.networks.tangent import tangent_gram
from verify.statistics.mean_claims import Relation
from verify.statistics.models import Bounded

Array = np.ndarray
Cell = Mapping[str, Any]
PAIRS = (
    *grid(data=("spread",), m=(1000, 20_000), B=("0", "2")),
    # Few neurons or rare events, where the term in 1/m of the bound counts.
    *grid(data=("close pair",), m=(200,), B=("1/2", "3")),
    {"data": "orthogonal", "m": 100, "B": "2"},
    {"data": "orthogonal", "m": 1, "B": "5/2", "delta": "1/100"},
    {"data": "pair", "first": 1, "m": 1, "B": "2", "delta": "1/100"},
    {"data": "triple", "m": 20, "B": "1", "delta": "1/2"},
)
# One sample attains both sides; B = 0 and 1 alone would not tell B from its square.
ORTHONORMAL = (
    *grid(n=(3, 10), m=(50, 200), B=("1", "2")),
    {"n": 1, "m": 1, "B": "0"},
    *grid(n=(2,), m=(5,), B=("1/10", "1/2")),
    {"n": 3, "m": 1, "B": "1"},
)
TINY = Fraction(1, 10**30)
# Name of the bracket's side, its relation to an exact value, and a mean's relation to it.
SIDES: tuple[tuple[str, str, Relation], ...] = (("lower", "<=", ">="), ("upper", ">=", "<="))


def _entries(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Sum over all entries of the exact probability of leaving the bound, beside delta."""
    samples = data_set(cell["data"])[: cell.get("first")]
    table, total = correlations(samples), arb(0)
    bias, size = ball(bias_of(cell)), len(samples)
    # the entries on the diagonal have the same law
    for rho, count in [(1, size), *((rho, 1) for i, row in enumerate(table) for rho in row[:i])]:
        p = orthant_ball(bias, ball(rho))
        width = at_cell({**cell, "n": size}, form, rho=rho)
        total += count * share_above(p + width, cell["m"], p)
        total += count * share_below(p - width, cell["m"], p)
    return total, share_of(cell)


def _too_few(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """One sample: H(0) = 2 Bin(m, Q)/m, and its exact probability of losing a quarter."""
    active = tail_ball(ball(bias_of(cell)))
    known: dict[str, Any] = {"n": 1, "gram_top": 2, "kappa": 2 * active, "delta": TINY}
    width = form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})
    return share_below(3 * active / 4, ceil(float(width.upper())), active), TINY


def _none_active(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """Orthonormal samples are active independently of each other."""
    missing = (1 - tail_ball(ball(bias_of(cell)))) ** cell["m"]
    # 1 - (1 - missing)^n without cancellation; exact for one sample, which attains both sides
    some = missing if cell["n"] == 1 else -(cell["n"] * (-missing).log1p()).expm1()
    return at_cell(cell, form), some


def _one_side(function: Callable[[Cell, Formula], Any], index: int) -> Callable[[Cell, Form], Any]:
    """The function at one of the two formulas of a bracket."""
    return lambda cell, form: function(cell, form[index])


def _draw_entries(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Greatest deviation over the pairs of ten samples with the same correlation 1/2."""
    count = cell["n"]
    X = np.linalg.cholesky((np.eye(count) + 1) / 2)
    with np.errstate(all="raise"):
        p = float(orthant_ball(ball(bias_of(cell)), arb(1) / 2).mid())
    found = []
    for _ in range(size):
        active = (network_of(cell, count, rng).preactivations(X) > 0).astype(float)
        shares = active @ active.T / cell["m"]
        found.append(np.abs(shares[np.triu_indices(count, 1)] - p).max())
    return np.array(found)


def _draw_distance(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    X, limit = rows(cell["data"]), limit_kernel(cell["data"], cell["B"])
    found = [
        np.linalg.norm(tangent_gram(network_of(cell, X.shape[1], rng), X) - limit)
        for _ in range(size)
    ]
    return np.array(found)


def _draw_least(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Least eigenvalue of H(0) over that of H_inf, negated, at the width asked for or given."""
    X, limit = rows(cell["data"]), limit_kernel(cell["data"], cell["B"])
    count = len(X)
    least = float(np.linalg.eigvalsh(limit)[0])
    top = float(np.linalg.eigvalsh(X @ X.T + 1)[-1])
    width = WIDTH_KERNEL.float64(n=count, gram_top=top, kappa=least, delta=float(share_of(cell)))
    wide = {"m": ceil(float(width)), **cell}
    found = [
        -np.linalg.eigvalsh(tangent_gram(network_of(wide, X.shape[1], rng), X))[0] / least
        for _ in range(size)
    ]
    return np.array(found)


def _draw_singular(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """1 where a sample has no active neuron; its row of H(0) must then vanish."""
    found = []
    for _ in range(size):
        X = sphere(cell["n"], cell["d"], rng)
        network = network_of(cell, cell["d"], rng)
        dead = active_shares(network, X) == 0
        singular = not tangent_gram(network, X)[dead].any()
        found.append(float(dead.any() and singular))
    return np.array(found)


def _frobenius_residuals(form: Form) -> list[sympy.Expr]:
    half = HALF_EXPONENTIAL.expr
    return [
        form[0].expr - n * entry_deviation(tail(B), 2),
        sympy.expand(sympy.powdenest(form[1].expr - n * entry_deviation(half, 2), force=True)),
    ]


def _failure(form: Formula) -> sympy.Expr:
    """Matrix Chernoff with summands at most L/m: n exp(-t^2 m kappa/(2L)), t = 1/4."""
    exponent = form.expr * kappa / (2 * gram_top) / 16
    return sympy.simplify(n * sympy.exp(-exponent) - delta)


CHECKS = (
    Enclose(
        claim="bias.conc.entry",
        sides=_entries,
        cells=PAIRS,
        fails_if="the exact binomial tails of all entries add up to more than delta",
    ),
    Sample(
        claim="bias.conc.entry",
        draw=_draw_entries,
        target=lambda cell, form: at_cell(cell, form, rho=Fraction(1, 2)),
        test=Violations(lambda cell: float(share_of(cell))),
        cells=grid(n=(10,), m=(1000,), B=("0", "2")),
        n_max=600,
        fails_if="more than 1 network in 20 has an entry farther from p(B, 1/2)",
    ),
    Derive(
        claim="bias.conc.fro",
        role="step",
        residual=_frobenius_residuals,
        fails_if="n^2 entries, each at most twice the deviation at rho = 1, give another constant",
    ),
    Sample(
        claim="bias.conc.fro",
        draw=_draw_distance,
        target=lambda cell, form: at_cell({**cell, "n": len(rows(cell["data"]))}, form[0]),
        test=Violations(lambda cell: float(share_of(cell))),
        cells=grid(data=("cloud 10 in 5",), m=(1000,), B=("0", "2")),
        n_max=600,
        fails_if="more than 1 network in 20 is farther from the limit kernel",
    ),
    Derive(
        claim="bias.conc.chernoff",
        role="step",
        residual=_failure,
        assumptions=("the matrix Chernoff bound (Tropp 2012)",),
        fails_if="the matrix Chernoff bound at this width is not delta",
    ),
    Enclose(
        claim="bias.conc.chernoff",
        sides=_too_few,
        cells=grid(B=("1", "2", "3")),
        fails_if="one sample: an exact binomial tail exceeds delta = 10^-30",
    ),
    Sample(
        claim="bias.conc.chernoff",
        draw=_draw_least,
        target=lambda cell, form: Fraction(-3, 4),
        test=Violations(lambda cell: float(share_of(cell))),
        cells=grid(data=("orthogonal", "axes"), B=("0", "1")),
        n_max=600,
        fails_if="more than 1 network in 20 of that width loses a quarter of the eigenvalue",
    ),
    Sample(
        claim="bias.conc.chernoff",
        role="without Width",
        draw=_draw_least,
        target=lambda cell, form: Fraction(-3, 4),
        test=Violations(lambda cell: float(share_of(cell))),
        cells=({"data": "orthogonal", "B": "0", "m": 240},),
        n_max=600,
        fails_if="at half the width more than 1 network in 20 loses a quarter of the eigenvalue",
    ),
    *(
        check
        for index, (side, below, above) in enumerate(SIDES)
        for check in (
            Enclose(
                claim="bias.conc.need",
                part=side,
                sides=_one_side(_none_active, index),
                relation=below,
                cells=ORTHONORMAL,
                vary={"n": (1, 20), "m": (1, 400), "B": (0, 4)},
                fails_if="orthonormal samples, where the probability is known exactly, leave it",
            ),
            Sample(
                claim="bias.conc.need",
                part=side,
                draw=_draw_singular,
                target=_one_side(at_cell, index),
                test=Means(above, lambda cell: Bounded(0, 1)),
                cells=({"n": 10, "d": 2, "m": 100, "B": "2"},),
                n_max=2000,
                fails_if="the share of singular kernels leaves the bracket",
            ),
        )
    ),
)
