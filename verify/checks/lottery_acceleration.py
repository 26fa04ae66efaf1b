"""Checks of heavy ball on quadratics and near the teacher (agd.*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import acb_mat
from sympy import sqrt

from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.acceleration import RADIUS, RATE, companion, transient_at
from theory.lottery.symbols import (
    condition,
    eigenvalue,
    greatest_hessian,
    kept,
    least_hessian,
    momentum,
    rate,
    samples,
    step,
    steps,
)
from theory.rigor.balls import ball
from verify.checks.lottery_problems import Array, Cell, unit_rows
from verify.engines import Derive, Enclose, Follow, Search
from verify.engines.enclose import Side
from verify.networks.student_batch import gradients


def _parameters(cell: Cell) -> dict[str, Fraction]:
    return {name: Fraction(cell[name]) for name in ("momentum", "step", "eigenvalue")}


def _radius_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """The formula, and the greatest eigenvalue of the step's matrix, certified."""
    at = _parameters(cell)
    a, b = ball(1 + at["momentum"] - at["step"] * at["eigenvalue"]), ball(at["momentum"])
    sizes = [abs(root) for root in acb_mat([[a, -b], [1, 0]]).eig()]
    known = {s.symbol.name for s in form.symbols}
    return form.ball(**{k: v for k, v in at.items() if k in known}), sizes[0].max(sizes[1])


def _optimal_residual(form: tuple[Formula, ...]) -> Iterator[sympy.Expr]:
    """Both ends of the spectrum are double roots of size sqrt(beta), or balanced for descent."""
    eta, beta, best, eta_gd, best_gd, beta_plain, best_plain = (
        item.expr.subs(greatest_hessian, condition * least_hessian) for item in form
    )
    mu, L = least_hessian, condition * least_hessian
    for end in (mu, L):
        yield (1 + beta - eta * end) ** 2 - 4 * beta
    yield beta - best**2
    yield 1 - eta_gd * mu - best_gd
    yield eta_gd * L - 1 - best_gd
    yield (1 + beta_plain - 1 / condition) ** 2 - 4 * beta_plain
    yield beta_plain - best_plain**2


def _any_parameters(rng: np.random.Generator) -> Cell:
    kappa = Fraction(int(rng.integers(5, 400)), 4)
    near = 4 / (float(kappa) ** 0.5 + 1) ** 2 * rng.uniform(0.5, 1.6)
    best = ((float(kappa) ** 0.5 - 1) / (float(kappa) ** 0.5 + 1)) ** 2
    beta = min(0.999, max(0.0, best + rng.normal() * 0.2))
    return {
        "kappa": str(kappa),
        "step": str(Fraction(near).limit_denominator(1000)),
        "momentum": str(Fraction(beta).limit_denominator(1000)),
    }


def _competitor(cell: Cell, form: tuple[Formula, ...], *, exact: bool) -> tuple[Any, Any]:
    """(claimed best rate, rate of the candidate): mu = 1, L = kappa."""
    kappa, eta, beta = (Fraction(cell[name]) for name in ("kappa", "step", "momentum"))
    read = Formula.ball if exact else (lambda f, **values: f.float64(**values))
    known = {"condition": kappa, "least_hessian": Fraction(1), "greatest_hessian": kappa}
    best = read(form[2], **{s.symbol.name: known[s.symbol.name] for s in form[2].symbols})
    ends = [read(RADIUS, eigenvalue=end, step=eta, momentum=beta) for end in (Fraction(1), kappa)]
    return best, ends[0].max(ends[1]) if exact else max(map(float, ends))


def _competitor_ratio(cell: Cell, form: tuple[Formula, ...]) -> float:
    best, other = _competitor(cell, form, exact=False)
    return float(best) / other


def _transient_residual(form: Formula) -> Iterator[sympy.Expr]:
    """|e_t| at lambda = L obeys f(t+1) = 2 q f(t) - q^2 f(t-1), f(0) = 1, f(1) = q (2 + q)."""
    q, f = rate, form.expr
    yield f.subs(steps, 0) - 1
    yield f.subs(steps, 1) - q * (2 + q)
    yield f.subs(steps, steps + 1) - 2 * q * f + q**2 * f.subs(steps, steps - 1)


def _transient_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    q, count = Fraction(cell["q"]), cell["t"]
    error = transient_at(sympy.Rational(cell["share"]), rate, count)
    exact = Fraction(str(sympy.Rational(error.subs(rate, sympy.Rational(cell["q"])))))
    return abs(exact), form.ball(rate=q, steps=count)


def _norm_residual(form: Formula) -> Iterator[sympy.Expr]:
    """A root of the characteristic polynomial of M^T M; that polynomial at 1 is -a^2 <= 0."""
    a = 1 + momentum - step * eigenvalue
    x = sympy.Dummy("x")
    matrix = companion(a, momentum)
    polynomial = (matrix.T * matrix - x * sympy.eye(2)).det()
    yield polynomial.subs(x, form.expr**2)
    yield polynomial.subs(x, 1) + a**2


def _norm_sides(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return form.ball(**_parameters(cell)), 1


def _descent(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Gradient descent from the teacher plus a tiny error along the extreme eigenvectors."""
    K, d, n = cell["K"], cell["d"], cell["N"]
    teacher = unit_rows(rng, K, d)
    inputs = rng.standard_normal((1, n, d))
    targets = np.maximum(inputs[0] @ teacher.T, 0).mean(axis=1)[None]
    g = arrays.features(teacher, inputs[0]) / K
    values, vectors = np.linalg.eigh(g.T @ g / n)
    error = (vectors[:, 0] + vectors[:, -1]).reshape(1, K, d)
    weights = teacher[None] + 1e-7 * error
    eta, sizes = 2 / (values[0] + values[-1]), []
    for _ in range(30):
        sizes.append(float(np.linalg.norm(weights - teacher)))
        weights = weights - eta * gradients(weights, inputs, targets)
    measured = (sizes[20] / sizes[0]) ** (1 / 20)
    return {"condition": float(values[-1] / values[0]), "measured": measured, "error": sizes}


def _descent_margin(figures: Mapping[str, Any], cell: Cell, form: Formula) -> float:
    kappa = Fraction(figures["condition"])
    return 0.01 - abs(figures["measured"] / float(form.ball(condition=kappa)) - 1)


def _rate_law_residual(form: Formula) -> Iterator[sympy.Expr]:
    """kappa = ((1 + a)/(1 - a))^2 gives the rate a, and (1 -+ a)^2/2 are the edges of n/N W/n."""
    a = sqrt(2 * kept / samples)
    yield RATE.expr.subs(sqrt(condition), (1 + a) / (1 - a)) - form.expr
    active = samples / 2
    edges = [(sqrt(active) + sign * sqrt(kept)) ** 2 / samples for sign in (1, -1)]
    yield edges[0] - (1 + form.expr) ** 2 / 2
    yield edges[1] - (1 - form.expr) ** 2 / 2


def optimal_rate(matrix: Array) -> float:
    """Best heavy-ball rate at the extreme eigenvalues of a matrix."""
    values = np.linalg.eigvalsh(matrix)
    root = float(np.sqrt(max(values[-1], 0) / values[0])) if values[0] > 0 else np.inf
    return (root - 1) / (root + 1) if np.isfinite(root) else 1.0


def one_neuron_rate(r: int, n: int, rng: np.random.Generator, draws: int) -> float:
    """Mean of that rate for A-hat of one neuron."""
    found = []
    for _ in range(draws):
        x = rng.standard_normal((n, r))
        x = x[x[:, 0] > 0]
        found.append(optimal_rate(x.T @ x / n))
    return float(np.mean(found))


def _rate_law(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    return {"rate": one_neuron_rate(cell["r"], cell["N"], rng, 8)}


def _rate_law_margin(figures: Mapping[str, Any], cell: Cell, form: Formula) -> float:
    limit = float(form.ball(kept=cell["r"], samples=cell["N"]))
    return 0.07 - abs(figures["rate"] / limit - 1)


CHECKS = (
    Enclose(
        claim="lottery.agd.radius",
        cells=tuple(
            {"momentum": b, "step": h, "eigenvalue": x}
            for b in ("1/4", "9/16", "1/10")
            for h in ("1", "1/2")
            for x in ("1/100", "1/3", "1", "7/2", "8")
        ),
        sides=_radius_sides,
        relation="==",
        max_bits=128,
        fails_if="a certified eigenvalue is larger or smaller",
    ),
    Derive(
        claim="lottery.agd.optimal",
        part="rates",
        residual=_optimal_residual,
        fails_if="the ends of the spectrum do not both contract at the stated rate",
    ),
    Search(
        claim="lottery.agd.optimal",
        part="optimality",
        propose=_any_parameters,
        ratio=_competitor_ratio,
        certify=lambda cell, form: _competitor(cell, form, exact=True),
        batches=2,
        tries=300,
        fails_if="an adversary finds a step and a momentum with a better rate",
    ),
    Derive(
        claim="lottery.agd.transient",
        part="greatest",
        residual=_transient_residual,
        fails_if="the closed form does not solve the recursion at lambda = L",
    ),
    Enclose(
        claim="lottery.agd.transient",
        part="inside",
        cells=tuple(
            {"share": share, "q": q, "t": t}
            for share in ("0", "1/3", "3/4", "19/20")
            for q in ("1/3", "2/3", "19/20")
            for t in (1, 3, 12)
        ),
        sides=_transient_sides,
        fails_if="an eigenvalue inside the spectrum exceeds the transient of its end",
    ),
    Enclose(
        claim="lottery.agd.constant_free",
        cells=({"share": "1", "q": "2/3", "t": 1}, {"share": "1", "q": "2/3", "t": 2}),
        sides=_transient_sides,
        fails_if="the error of one step exceeds nu times its start",
    ),
    Derive(
        claim="lottery.agd.norm2",
        part="formula",
        residual=_norm_residual,
        fails_if="the norm is no singular value, or the polynomial at 1 is not -a^2",
    ),
    Enclose(
        claim="lottery.agd.norm2",
        part="above one",
        cells=tuple(
            {"momentum": b, "step": "1", "eigenvalue": x}
            for b in ("1/4", "9/10")
            for x in ("1/2", "1", "3")
        ),
        sides=_norm_sides,
        relation=">",
        fails_if="a step has norm at most 1 although 1 + beta differs from eta lambda",
    ),
    Follow(
        claim="lottery.agd.local_rate",
        cells=({"K": 2, "d": 4, "N": 200}, {"K": 3, "d": 5, "N": 300}),
        observe=_descent,
        margin=_descent_margin,
        allowance=0.001,
        allowance_because="errors from 1e-7 down to above 1e-12 carry five digits",
        repetitions=3,
        fails_if="the measured rate is off by more than one per cent",
    ),
    Derive(
        claim="lottery.agd.k1_rate_law",
        part="algebra",
        residual=_rate_law_residual,
        fails_if="the edges of the Wishart spectrum give another rate",
    ),
    Follow(
        claim="lottery.agd.k1_rate_law",
        part="measured",
        cells=({"r": 80, "N": 1000}, {"r": 160, "N": 1000}),
        observe=_rate_law,
        margin=_rate_law_margin,
        allowance=0.005,
        allowance_because="means of 8 rates with deviation 1 % each; 0.07 covers finite r",
        repetitions=2,
        fails_if="simulated rates are off the limit by more than seven per cent",
    ),
)
