"""Checks of the complexity and of the generalisation bound: exact sign averages, networks."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import sympy
from flint import arb

from theory.bias.generalization import (
    RADEMACHER_FLIP,
    RADEMACHER_LINEAR,
)
from theory.bias.region import quadratic_form
from theory.bias.symbols import ball_radius, band_share, radius
from theory.claim import Form
from theory.formula import Formula
from theory.notation import delta, m, n
from theory.rigor.balls import ball, ball_matrix
from verify.checks import bias_runs as runs
from verify.checks.bias_cells import grid
from verify.checks.bias_networks import active_shares, bias_of, network_of, sphere
from verify.checks.bias_witness import witness
from verify.engines import Derive, Enclose, Follow
from verify.engines.enclose import Side
from verify.networks.descent import GradientDescent
from verify.networks.tangent import tangent_gram

Cell = Mapping[str, Any]
# Active neurons of each sample, as words: 1 where neuron r is active. rho: of every pair. D: 1.
PATTERNS = (
    {"rho": "0", "active": ("111100", "110011", "001111")},
    {"rho": "1/2", "active": ("111000", "000111", "101010", "110011")},
    {"rho": "99/100", "active": ("11110000", "11110000")},
    # Nearly attained above: orthogonal features, so that every choice of signs gives the same.
    {"rho": "-9/10", "active": ("11110000", "00011111"), "D": "2"},
    {"rho": "-99/100", "active": ("1100000000", "0111000000"), "D": "1/3"},
    # Nearly attained below: two features that are nearly one.
    {"rho": "99/100", "active": ("1110000", "1110000"), "D": "3"},
    {"rho": "999/1000", "active": ("1100000000", "1100000000"), "D": "1/2"},
    {"rho": "1/2", "active": ("10000", "01000", "00100", "00010", "11111"), "D": "3/2"},
)


def _empirical(cell: Cell) -> tuple[arb, dict[str, Any]]:
    """E D |sum of eps_i Z_i|/n over all signs, Z_i the features of the linear network."""
    words, rho = cell["active"], Fraction(cell["rho"])
    size, width = len(words), len(words[0])
    both = [
        [sum(a == b == "1" for a, b in zip(first, second, strict=True)) for second in words]
        for first in words
    ]
    gram = ball_matrix(
        tuple(
            tuple(Fraction(both[i][k], width) * (2 if i == k else 1 + rho) for k in range(size))
            for i in range(size)
        )
    )
    total = arb(0)
    for choice in product((1, -1), repeat=size):
        total += quadratic_form(gram, [arb(sign) for sign in choice]).sqrt()
    mean_share = Fraction(sum(word.count("1") for word in words), size * width)
    radius = Fraction(cell.get("D", 1))
    known = {"n": size, "active_share": mean_share, "ball_radius": radius}
    return ball(radius) * total / 2**size / size, known


def _rademacher(cell: Cell, form: Form, side: int) -> tuple[Side, Side]:
    """The complexity beside one side of the bracket."""
    (found, known), formula = _empirical(cell), form[side]
    return found, formula.ball(**{s.symbol.name: known[s.symbol.name] for s in formula.symbols})


def _observe_rademacher(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """All 2^n signs for one network."""
    X = sphere(cell["n"], cell["d"], rng)
    network = network_of(cell, cell["d"], rng)
    choices = np.array(list(product((1.0, -1.0), repeat=cell["n"])))
    squares = np.einsum("ki,ij,kj->k", choices, tangent_gram(network, X), choices)
    return {
        "n": cell["n"],
        "ball_radius": 1.0,
        "active_share": float(active_shares(network, X).mean()),
        "complexity": float(np.sqrt(np.maximum(squares, 0)).mean() / cell["n"]),
    }


def _rademacher_margin(figures: Cell, cell: Cell, form: Form, side: int) -> float:
    quotient = figures["complexity"] / runs.value(form[side], figures)
    return (quotient if side == 0 else 1 / quotient) - 1


def _observe_deviation(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Output minus linearised output, when each neuron of one sample moves into its boundary.

    The witness's neuron sits just inside; reflected it sits as far outside, and a move by R
    towards the sample makes all copies active, of which the linearisation knows nothing.
    """
    size, reach = cell["n"], 0.1
    network, X, _ = witness(size, bias_of(cell["B"]), reach)
    x, features = X[:1], network.features(X[:1])
    inside = network.preactivations(x)[0, 0]
    outside = network.weights[:1] - inside * features  # |features|^2 = 2: now -inside
    start = network.with_weights(np.repeat(outside, size, axis=0))
    moved = start.with_weights(start.weights + reach * features / sqrt(2))
    linear = start.slopes(x) * moved.preactivations(x) @ start.coefficients
    return {
        "n": size,
        "m": size,
        "radius": reach,
        "ball_radius": 0.0,
        "active_share": 0.0,
        "band_share": float((np.abs(start.preactivations(x)) <= sqrt(2) * reach).mean()),
        "deviation": float(abs(moved.outputs(x) - linear)[0]),
    }


def _deviation_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    return runs.value(form, figures) / figures["deviation"] - 1


def _flip(form: Formula) -> sympy.Expr:
    """Each of at most m nu neurons adds at most |z| <= sqrt(2) R over sqrt(m)."""
    each = sympy.sqrt(2) * radius / sympy.sqrt(m)
    return sympy.expand(form.expr - RADEMACHER_LINEAR.expr - each * m * band_share)


def _excess(form: Formula) -> list[sympy.Expr]:
    """Contraction, symmetrisation twice, and delta shared over D as 6/(pi D)^2."""
    share = 6 * delta / (sympy.pi * ball_radius) ** 2
    integer = sympy.Symbol("k", integer=True, positive=True)
    shares = sympy.summation(6 / (sympy.pi * integer) ** 2, (integer, 1, sympy.oo))
    confidence = 3 * sympy.sqrt(sympy.log(2 / share) / (2 * n))
    return [form.expr - 2 * RADEMACHER_FLIP.expr - confidence, sympy.simplify(shares - 1)]


def _observe_gap(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Expected loss min(|f - y|, 1) on 4000 fresh samples less that on the trained ones.

    Linear labels of norm at most one; D is the movement rounded up, as in the theorem.
    """
    size, d = cell["n"], cell["d"]
    X, fresh = sphere(size, d, rng), sphere(4000, d, rng)
    network = network_of(cell, d, rng, antisymmetric=True)
    step = 1 / float(np.linalg.eigvalsh(tangent_gram(network, X))[-1])
    descent = GradientDescent(network, X, X[:, 0], step=step)
    for _ in range(cell["steps"]):
        descent.step()
    change = descent.weights - network.weights
    reach = float(np.linalg.norm(change, axis=1).max())
    trained, tested = descent.network.outputs(X), descent.network.outputs(fresh)
    loss = float(np.minimum(np.abs(tested - fresh[:, 0]), 1).mean())
    return {
        "n": size,
        "m": cell["m"],
        "delta": 0.05,
        "radius": reach,
        "ball_radius": float(np.ceil(np.linalg.norm(change))),
        "active_share": float(active_shares(network, X).mean()),
        "band_share": runs.band({}, network, X, reach),
        "gap": loss - float(np.abs(trained - X[:, 0]).mean()),
    }


def _gap_margin(figures: Cell, cell: Cell, form: Formula) -> float:
    """The bound less the gap, in units of the loss."""
    return runs.value(form, figures) - figures["gap"]


CHECKS = (
    *(
        check
        for side, (part, relation, words) in enumerate(
            (("lower", ">=", "below"), ("upper", "<=", "above"))
        )
        for check in (
            Enclose(
                claim="bias.rad.linear",
                part=part,
                sides=partial(_rademacher, side=side),
                cells=PATTERNS,
                relation=relation,
                vary={"rho": ("-99/100", "99/100"), "D": ("1/100", 100)},
                fails_if=f"the mean over all signs is {words} the bound, for listed patterns",
            ),
            Follow(
                claim="bias.rad.linear",
                part=part,
                observe=_observe_rademacher,
                margin=partial(_rademacher_margin, side=side),
                cells=grid(n=(10,), d=(5,), m=(1000,), B=("0", "2")),
                allowance=1e-9,
                allowance_because="a mean over 1024 signs of forms with 100 terms, in double "
                "precision",
                fails_if=f"the mean over all signs is {words} the bound, for fresh networks",
            ),
        )
    ),
    Derive(
        claim="bias.rad.flip",
        role="step",
        residual=_flip,
        fails_if="m nu flips of size sqrt(2) R over sqrt(m) give another second term",
    ),
    Follow(
        claim="bias.rad.flip",
        observe=_observe_deviation,
        margin=_deviation_margin,
        cells=grid(n=(5, 50), B=("0", "2")),
        repetitions=1,
        allowance=1e-6,
        allowance_because="fifty terms with weights of at most 10^3: below 10^-10 relative",
        fails_if="an output departs farther from the linearised one",
    ),
    Derive(
        claim="bias.gen.bound",
        role="step",
        residual=_excess,
        assumptions=(
            "the Rademacher bound 2 R + 3 sqrt(log(2/delta)/(2n)) (Bartlett and Mendelson 2002)",
            "the contraction lemma (Ledoux and Talagrand)",
        ),
        fails_if="twice the complexity and the share of delta for D give another bound",
    ),
    Follow(
        claim="bias.gen.bound",
        observe=_observe_gap,
        margin=_gap_margin,
        cells=grid(n=(50,), d=(3,), m=(1000,), B=("0", "2"), steps=(60,)),
        allowance=0.03,
        allowance_because="the mean over 4000 fresh samples of a loss in [0, 1] is within 0.03 of "
        "its expectation except with probability 10^-3 (Hoeffding)",
        fails_if="a trained network has a greater gap than the bound",
    ),
)
