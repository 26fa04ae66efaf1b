"""Checks of Propositions A.1 and C.1 and of Lemmas D.1 to D.5."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat

from theory.asymmetric import initialisation, lemma_d1, lemma_d2
from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import C, output_moment
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.asymmetric.kernel import scaled_gram
from theory.formula import Formula
from theory.notation import d, delta, gamma, n
from theory.notation import kappa as kappa_n
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import greatest_eigenvalue
from verify.checks import asymmetric_networks as net
from verify.engines import Derive, Enclose, Sample, Search
from verify.engines.enclose import Side
from verify.engines.sample import Means, Violations
from verify.statistics.models import Bounded, Variance

Cell = Mapping[str, Any]

TAILS = (
    {"trials": 100_000, "success": "3/10000", "most": 15},
    {"trials": 1000, "success": "1/100", "most": 2},
    {"trials": 60, "success": "1/4", "most": 5},
    {"trials": 10, "success": "1/2", "most": 4},
    # Matrices of that size: independent binomials on the diagonal.
    {"trials": 1000, "success": "1/100", "most": 2, "size": 50},
    {"trials": 60, "success": "1/4", "most": 5, "size": 10},
    {"trials": 20, "success": "19/20", "most": 15, "size": 100},
    {"trials": 10_000, "success": "1/1000", "most": 1, "size": 10},
)


def _tail(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """P(the least of `size` independent binomials <= most), an eigenvalue of a diagonal sum."""
    success, size = Fraction(cell["success"]), cell.get("size", 1)
    mean = cell["trials"] * success
    bound = form.ball(n=size, deviation=1 - cell["most"] / mean, mean_over_size=mean)
    tail = initialisation.binomial_tail(cell["trials"], success, cell["most"])
    return 1 - (1 - tail) ** size, bound


def _draw_conditioning(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """-eig_min(Theta(W_0))/(gamma kappa)."""
    with working_precision(80):
        scale = float(
            (
                kappa(DATA_SETS[cell["data"]].X, cell["activation"]) * ball(Fraction(cell["gamma"]))
            ).upper()
        )
    return -net.draw_least_eigenvalue(cell, rng, size) / scale


def _draw_residual(cell: Cell, rng: np.random.Generator, size: int) -> np.ndarray:
    """|y - u_0|^2 for labels of size 1."""
    outputs = net.draw_initial_outputs(cell, rng, size)
    signs = np.where(net.inputs(cell["data"])[1] < 0, -1.0, 1.0)
    return ((signs - outputs) ** 2).sum(axis=1)


def _residual_target(cell: Cell, form: Formula) -> Side:
    entry = DATA_SETS[cell["data"]]
    values: dict[str, Any] = {"n": entry.n, "d": entry.d, "label_bound": 1}
    if cell["activation"] != "relu":
        values["output_moment"] = output_moment(cell["activation"], entry.d)
    return form.ball(**{s.symbol.name: values[s.symbol.name] for s in form.symbols})


def _residual_deviation(cell: Cell) -> Variance:
    """From E|y-u|^4 <= n sum E(y-u)^4 = n^2 (1 + 6 E u^2 + E u^4) for a ReLU and |y| = 1.

    With s^2 = 1/d: E u^2 = s^2/2, E u^4 <= 3 (s^2/2)^2 + (3/2) s^4 (a sum of independent,
    symmetric terms; E relu(z)^4 = 3 s^4/2).
    """
    entry = DATA_SETS[cell["data"]]
    s2 = 1 / entry.d
    fourth = 1 + 3 * s2 + (3 / 4 + 3 / 2) * s2**2
    return Variance(entry.n * fourth**0.5)


def _perturbation_bound(cell: Cell, form: Formula) -> float:
    entry = DATA_SETS[cell["data"]]
    weights = net.scaling_of(cell)
    mass = float((weights * float(cell["radius"]) * np.sqrt(weights)).sum())
    return float(
        form.float64(n=entry.n, d=entry.d, failure=float(cell["p"]), displacement=mass, share=1.0)
    )


WEIGHTS = (Fraction(2, 3), Fraction(1, 3))
POINTS = scaled_gram(DATA_SETS["A"].X)


def _propose(rng: np.random.Generator) -> dict[str, list[list[str]]]:
    """Weights of two units and their displacements, in hundredths."""
    scale = int(rng.choice([3, 30, 300]))
    draw = {"w": rng.integers(-200, 201, (2, 2)), "v": rng.integers(-scale, scale + 1, (2, 2))}
    return {k: [[f"{entry}/100" for entry in row] for row in value] for k, value in draw.items()}


def _kernel_change(candidate: Any, form: Formula) -> tuple[arb, arb]:
    """|Theta(W) - Theta(W_0)|_2 of a tanh network on set A, and the bound of Lemma D.4."""
    X = DATA_SETS["A"].X
    w, v = ([[Fraction(e) for e in row] for row in candidate[k]] for k in ("w", "v"))

    def gram(units: list[list[Fraction]]) -> list[list[arb]]:
        root = arb(2).sqrt()
        s = [[1 - (ball(u[0] * x[0] + u[1] * x[1]) / root).tanh() ** 2 for x in X] for u in units]
        return [
            [
                ball(POINTS[i][k]) * (ball(WEIGHTS[0]) * s[0][i] * s[0][k])
                + ball(POINTS[i][k]) * (ball(WEIGHTS[1]) * s[1][i] * s[1][k])
                for k in (0, 1)
            ]
            for i in (0, 1)
        ]

    moved = [[a + b for a, b in zip(r, s, strict=True)] for r, s in zip(w, v, strict=True)]
    difference = arb_mat(gram(moved)) - arb_mat(gram(w))
    norm = greatest_eigenvalue(difference).max(greatest_eigenvalue(-difference))
    squares = [weight * sum(e * e for e in row) for weight, row in zip(WEIGHTS, v, strict=True)]
    curvature = 4 / (3 * arb(3).sqrt())
    bound = form.ball(n=2, d=2, curvature=curvature, displacement=sum(squares), share=1)
    return norm, bound


def _change_ratio(candidate: Any, form: Formula) -> float:
    with working_precision(64):
        norm, bound = _kernel_change(candidate, form)
        return float(norm.mid()) / float(bound.mid()) if bound > 0 else 0.0


CHECKS = (
    Enclose(
        claim="asym.propA1",
        sides=_tail,
        cells=TAILS,
        fails_if="exact binomial tails, of a scalar or a diagonal sum, exceed the bound",
    ),
    Derive(
        claim="asym.propA1.simple",
        role="step",
        residual=lambda form: list(
            initialisation.exponent_gap_derivatives(initialisation.exponent_of(form))
        ),
        fails_if="eps + (1-eps) log(1-eps) minus the exponent is not convex from zero on",
    ),
    Enclose(
        claim="asym.propA1.simple",
        sides=_tail,
        cells=TAILS,
        fails_if="exact binomial tails, of a scalar or a diagonal sum, exceed the bound",
    ),
    Derive(
        claim="asym.propC1.width",
        residual=lambda form: form.expr - initialisation.chain_width(),
        fails_if="Chernoff at eps = 1/2, R = gamma n/(m d), mu = gamma kappa asks for another m",
    ),
    Derive(
        claim="asym.propC1",
        role="step",
        residual=lambda form: form.expr - (1 - initialisation.EPSILON),
        fails_if="one minus the deviation of Prop. C.1 is another share of gamma kappa",
    ),
    Sample(
        claim="asym.propC1",
        draw=_draw_conditioning,
        target=lambda cell, form: -form.ball(),
        test=Violations(0.1),
        cells=(
            {"data": "E", "activation": "relu", "gamma": "1", "alpha": "1/2", "m": 1791},
            {"data": "B", "activation": "tanh", "gamma": "1/2", "alpha": "1/2", "m": 1649},
        ),
        n_max=300,
        fails_if="more than a tenth of the networks at the required width start ill-conditioned",
    ),
    Derive(
        claim="asym.lemD1.decay",
        residual=lambda form: [
            form.expr - lemma_d1.loss_by_gronwall(),
            lemma_d1.witness_decay(form),
        ],
        fails_if="Gronwall gives another exponential, or the one-unit flow is not attained",
    ),
    Derive(
        claim="asym.lemD1.movement",
        residual=lambda form: [
            form.expr - lemma_d1.movement_by_integration(),
            lemma_d1.witness_movement(form),
        ],
        fails_if="the speed integrates to another bound, or the one-unit flow does not attain it",
    ),
    Derive(
        claim="asym.lemD2.algebra",
        residual=lambda form: [lemma_d2.gram_expansion(), lemma_d2.gram_witness(form)],
        fails_if="the expansion is wrong, or A = (1+s)B does not attain the bound",
    ),
    Derive(
        claim="asym.lemD2.flips",
        residual=lambda form: [
            form.expr - lemma_d2.flip_tangent()[0],
            lemma_d2.flip_tangent()[1],
        ],
        fails_if="the probability is not concave in c, or its tangent at 0 is another line",
    ),
    Enclose(
        claim="asym.lemD2.flips",
        sides=lambda cell, form: (
            lemma_d2.FLIP_EXACT.ball(radius_bound=Fraction(cell["c"])),
            form.ball(radius_bound=Fraction(cell["c"])),
        ),
        cells=({"c": "1/1000"}, {"c": "1/10"}, {"c": "1"}),
        fails_if="the exact probability erf(c/sqrt 2) exceeds the bound",
    ),
    Derive(
        claim="asym.lemD2",
        role="step",
        residual=lambda form: form.expr - lemma_d2.relu_change(),
        fails_if="Jensen and Markov at p/2 give other constants",
    ),
    Sample(
        claim="asym.lemD2",
        draw=net.draw_perturbation,
        target=_perturbation_bound,
        test=Violations(lambda cell: float(cell["p"])),
        cells=(
            {
                "data": "E",
                "activation": "relu",
                "gamma": "1/2",
                "alpha": "7/10",
                "m": 60,
                "radius": 0.5,
                "p": 0.2,
            },
        ),
        n_max=200,
        fails_if="an adversary beats the bound in more than a share p of the draws",
    ),
    Derive(
        claim="asym.lemD3.radius",
        role="step",
        residual=lambda form: (
            form.expr - lemma_d1.MOVEMENT.expr.subs(sym.decay, gamma * kappa_n / 2)
        ),
        fails_if="Lemma D.1 at kappa' = gamma kappa/2 gives another radius",
    ),
    Derive(
        claim="asym.lemD3",
        role="step",
        residual=lambda form: (
            form.expr - lemma_d2.RELU_CHANGE.expr.subs({sym.failure: delta / 4, sym.share: gamma})
        ),
        fails_if="Lemma D.2 at p = delta/4, k = 1, gives another condition",
    ),
    Derive(
        claim="asym.residual",
        residual=lambda form: form.expr - n * (C**2 + 1 / (2 * d)),
        fails_if="labels and the outputs' mean square |x|^2/(2d) add up to something else",
    ),
    Sample(
        claim="asym.residual",
        draw=_draw_residual,
        target=_residual_target,
        test=Means("<=", _residual_deviation),
        cells=({"data": "B", "activation": "relu", "gamma": "1/2", "alpha": "1/2", "m": 3},),
        n_max=40_000,
        fails_if="the mean square residual exceeds the bound by 5 %",
    ),
    Derive(
        claim="asym.lemD4",
        residual=lambda form: form.expr - lemma_d2.smooth_change(),
        fails_if="the algebra of D.2 with the Lipschitz bound gives other constants",
    ),
    Search(
        claim="asym.lemD4",
        propose=_propose,
        ratio=_change_ratio,
        certify=_kernel_change,
        batches=2,
        tries=150,
        fails_if="two tanh units on set A, moved by rational steps, beat the bound",
    ),
    Derive(
        claim="asym.lemD5",
        residual=lambda form: form.expr - n * (C**2 + sym.output_moment),
        fails_if="labels and the outputs' greatest mean square add up to something else",
    ),
    Sample(
        claim="asym.lemD5",
        draw=_draw_residual,
        target=_residual_target,
        test=Means("<=", lambda cell: Bounded(0, 4 * DATA_SETS[cell["data"]].n)),
        cells=({"data": "B", "activation": "tanh", "gamma": "1", "alpha": "1/2", "m": 1},),
        n_max=40_000,
        fails_if="the mean square residual of one tanh unit (outputs within 1) exceeds the bound",
    ),
)
