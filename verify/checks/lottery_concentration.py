"""Checks of the concentration claims (conc.*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
import scipy
import sympy
from flint import arb
from sympy import exp

from theory.claim import Form
from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.concentration import fourth_moment
from theory.lottery.symbols import distance, kept_total, neurons, samples
from theory.rigor.balls import ball
from verify.checks.lottery_problems import (
    BATCH,
    SIMULATED,
    TRIPLE,
    Array,
    Cell,
    as_array,
    axes,
    blocks,
    read_problem,
)
from verify.engines import Derive, Follow, Sample
from verify.engines.sample import Means, Violations
from verify.statistics.models import Bounded, Variance

DENSE = {"teacher": axes(2, 3)}
APART = {"teacher": [["1", "2", "0", "0"], ["0", "0", "1", "1"]], "mask": blocks(2, 2)}


def _setting(cell: Cell) -> tuple[Array, Array, Array]:
    """Teacher, mask and A of a cell, in float64."""
    task = read_problem(cell)
    teacher, kept = as_array(task.teacher), np.array(task.mask, bool)
    return teacher, kept, arrays.teacher_matrix(teacher, kept)


def _squares(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|g g^T - A|_F^2, the case N = 1, means of BATCH draws."""
    teacher, kept, matrix = _setting(cell)
    g = arrays.features(teacher, rng.standard_normal((size * BATCH, kept.shape[1])), kept)
    values = (g**2).sum(axis=1) ** 2 - 2 * ((g @ matrix) * g).sum(axis=1) + (matrix**2).sum()
    return np.asarray(values.reshape(size, BATCH).mean(axis=1))


def _squares_deviation(cell: Cell) -> Variance:
    """X <= |g|^4 + |A|^2 and |g|^2 <= K |x|^2 (|x|^2 for disjoint masks), E |x|^8 known."""
    _, kept, matrix = _setting(cell)
    d, overlap = kept.shape[1], kept.sum(axis=0).max()
    eighth = d * (d + 2) * (d + 4) * (d + 6)
    size = overlap**2 * np.sqrt(eighth) + (matrix**2).sum()
    return Variance(float(size / np.sqrt(BATCH)))


def _bernstein_residual(form: Formula) -> Iterator[sympy.Expr]:
    """Moments E <a,g>^2p <= K^p (2p-1)!! <= p!/2 (2K)^p: Bernstein with v = 4 K^2, c = 2 K.

    A quarter-net of the sphere has at most 9^s points and loses a factor 2 in the norm.
    """
    for p in range(2, 12):
        surplus = sympy.factorial2(2 * p - 1) - 2 ** (p - 1) * factorial(p)
        yield sympy.Max(surplus, 0)
    v, c = (2 * neurons) ** 2, 2 * neurons
    tail = exp(-samples * distance**2 / (2 * (v + c * distance)))
    yield form.expr - 2 * 9**kept_total * tail


def _deviations(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|A-hat - A| in the spectral norm."""
    teacher, kept, matrix = _setting(cell)
    found = []
    for _ in range(size):
        g = arrays.features(teacher, rng.standard_normal((cell["N"], kept.shape[1])), kept)
        found.append(np.abs(np.linalg.eigvalsh(g.T @ g / cell["N"] - matrix)).max())
    return np.array(found)


def _deviation_bound(cell: Cell, form: Formula) -> float:
    """2 t with tail(t) = delta."""
    teacher, kept, _ = _setting(cell)
    values = {"samples": cell["N"], "kept_total": int(kept.sum()), "neurons": len(teacher)}
    known = {s.symbol.name for s in form.symbols}
    values = {name: value for name, value in values.items() if name in known}

    def excess(t: float) -> float:
        # far out the bound underflows to 0; a wrong version may be negative, its logarithm NaN
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.log(form.float64(distance=t, **values))) - float(np.log(cell["delta"]))

    return float(2 * scipy.optimize.brentq(excess, 1e-6, 50))


def _kept_curvature(cell: Cell, form: Fraction) -> float:
    """form times epsilon times the least eigenvalue of A."""
    matrix = _setting(cell)[2]
    share = float(form) * float(Fraction(cell["accuracy"]))
    return share * float(np.linalg.eigvalsh(matrix)[0])


def _wishart_draws(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Whether a statistic of N A-hat is at most the threshold, for one neuron."""
    n, r, limit = cell["N"], cell["r"], float(Fraction(cell["limit"]))
    found = []
    for _ in range(size):
        x = rng.standard_normal((n, r))
        x = x[x[:, 0] > 0]  # the neuron is the first axis
        if cell["statistic"] == "trace":
            value = float((x**2).sum())
        else:
            a, b = x[:, 0], x[:, 1]
            value = float((a @ b) ** 2 / ((a @ a) * (b @ b))) if len(x) else 1.0
        found.append(float(value <= limit))
    return np.array(found)


def _wishart_target(cell: Cell, form: Form) -> arb:
    """The same probability: chi^2 with r n degrees, or Beta(1/2, (n-1)/2), mixed over n."""
    limit, r = ball(Fraction(cell["limit"])), cell["r"]
    total = arb(0)
    for n, share in form(r, cell["N"]).items():
        if cell["statistic"] == "trace":
            given = arb(1) if n == 0 else (limit / 2).gamma_lower(arb(r * n) / 2, regularized=1)
        else:
            given = (
                arb(0) if n < 2 else limit.beta_lower(arb(1) / 2, arb(n - 1) / 2, regularized=True)
            )
        total += ball(share) * given
    return total


def _edge(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Least eigenvalue of A^(-1/2) A-hat A^(-1/2) for an orthonormal teacher, dense masks."""
    K, d, n = cell["K"], cell["d"], cell["N"]
    teacher = np.eye(K, d)
    g = arrays.features(teacher, rng.standard_normal((n, d)))
    root = np.linalg.cholesky(arrays.teacher_matrix(teacher))
    white = np.linalg.solve(root, (g.T @ g / n))
    white = np.linalg.solve(root, white.T)
    return {"edge": float(np.linalg.eigvalsh((white + white.T) / 2)[0])}


def _edge_margin(figures: Mapping[str, Any], cell: Cell, form: Formula) -> float:
    known = {s.symbol.name for s in form.symbols}
    values = {"kept_total": cell["K"] * cell["d"], "samples": cell["N"], "neurons": cell["K"]}
    predicted = float(form.ball(**{k: v for k, v in values.items() if k in known}))
    return 0.03 - abs(figures["edge"] - predicted)


def _noise_gradients(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """|grad f-hat - grad f|^2 with N fresh noisy samples, means of BATCH draws."""
    student, teacher = as_array(cell["student"]), as_array(cell["teacher"])
    sigma, n = float(Fraction(cell["sigma"])), cell["N"]
    mean = arrays.gradient(student, teacher).ravel()
    x = rng.standard_normal((size * BATCH * n, student.shape[1]))
    residual = np.maximum(x @ student.T, 0).mean(axis=1) - np.maximum(x @ teacher.T, 0).mean(axis=1)
    residual -= sigma * rng.standard_normal(len(x))
    g = arrays.features(student, x) / len(student)
    slopes = (residual[:, None] * g).reshape(size * BATCH, n, -1).mean(axis=1)
    values = ((slopes - mean) ** 2).sum(axis=1)
    return np.asarray(values.reshape(size, BATCH).mean(axis=1))


def _gradient_target(cell: Cell, form: Formula) -> float:
    student, teacher = as_array(cell["student"]), as_array(cell["teacher"])
    return float(
        form.float64(
            samples=cell["N"],
            neurons=len(student),
            kept_total=student.size,
            noise=float(Fraction(cell["sigma"])),
            distance=float(np.linalg.norm(student - teacher)),
        )
    )


def _gradient_deviation(cell: Cell) -> Variance:
    """E |residual g/K|^4 <= sqrt(E residual^8 E |g|^8)/K^4, residual a sum of Gaussians at most.

    |residual| <= mean |delta_j x| + |noise|, so its eighth moment is at most 105 times the eighth
    power of mean |delta_j| + sigma; |g|^2 <= K |x|^2. At the teacher E |g|^4 is exact.
    """
    student, teacher = as_array(cell["student"]), as_array(cell["teacher"])
    K, d, sigma = *student.shape, float(Fraction(cell["sigma"]))
    moved = float(np.linalg.norm(student - teacher, axis=1).mean())
    if moved == 0:
        fourth = float(fourth_moment(read_problem({"teacher": cell["teacher"]})).ball())
        # E |mean of N|^4 <= E |v|^4/N^3 + 3 (E |v|^2)^2/N^2 and (E |v|^2)^2 <= E |v|^4/3: the
        # variance of |mean|^2 is at most E |v|^4/N^2 for N = 1 and N >= 3.
        return Variance(float(np.sqrt(3 * fourth) * sigma**2 / K**2 / cell["N"] / np.sqrt(BATCH)))
    # A mean of N independent centred terms has at most the L^4 norm of one.
    eighth = 105 * (moved + sigma) ** 8 * K**4 * d * (d + 2) * (d + 4) * (d + 6)
    # centring at most doubles the L^4 norm, hence the factor 4
    return Variance(float(4 * eighth**0.25 / K**2 / np.sqrt(BATCH)))


CHECKS = (
    Sample(
        claim="lottery.conc.frobenius",
        cells=(DENSE, APART),
        draw=_squares,
        target=lambda cell, form: form(read_problem(cell)),
        test=Means("==", _squares_deviation, tolerance=0.1),
        n_max=6000,
        assumptions=("standard deviation at most that of the eighth-moment bound",),
        fails_if="the mean squared distance at N = 1 is another",
    ),
    Derive(
        claim="lottery.conc.bernstein",
        residual=_bernstein_residual,
        fails_if="moments, net or exponent give another constant",
    ),
    Sample(
        claim="lottery.conc.bernstein",
        cells=(
            {**DENSE, "N": 500, "delta": 0.2},
            {"teacher": axes(4, 5), "N": 500, "delta": 0.2},
        ),
        draw=_deviations,
        target=_deviation_bound,
        test=Violations(lambda cell: cell["delta"]),
        n_max=500,
        fails_if="more than a fifth of the samples deviate beyond the bound",
    ),
    Sample(
        claim="lottery.conc.samples",
        cells=({**DENSE, "N": 16000, "accuracy": "1/2", "delta": 0.2},),
        draw=_deviations,
        target=_kept_curvature,
        test=Violations(lambda cell: cell["delta"]),
        n_max=600,
        fails_if="the curvature at the listed N is lost more often than delta",
    ),
    Sample(
        claim="lottery.conc.samples",
        role="without enough samples",
        cells=({**DENSE, "N": 500, "accuracy": "1/2", "delta": 0.2},),
        draw=_deviations,
        target=_kept_curvature,
        test=Violations(lambda cell: cell["delta"]),
        n_max=400,
        fails_if="few samples lose more of the curvature",
    ),
    Sample(
        claim="lottery.conc.wishart_k1",
        cells=(
            {"statistic": "trace", "N": 10, "r": 5, "limit": "17"},
            {"statistic": "correlation", "N": 8, "r": 2, "limit": "1/5"},
        ),
        draw=_wishart_draws,
        target=_wishart_target,
        test=Means("==", lambda cell: Bounded(0, 1), tolerance=0.2),
        n_max=4000,
        fails_if="trace or correlation of the empirical matrix has another law",
    ),
    Follow(
        claim="lottery.conc.whitened_edge",
        # At s = 600 the edge spreads by 0.008, and other laws in K are 0.05 and more away.
        cells=({"K": 1, "d": 600, "N": 4800}, {"K": 2, "d": 300, "N": 2400}),
        observe=_edge,
        margin=_edge_margin,
        allowance=0.001,
        allowance_because="float eigenvalues; the 0.03 in the margin is the claim's own accuracy",
        repetitions=3,
        assumptions=(SIMULATED,),
        fails_if="the whitened edge is off by more than 0.03",
    ),
    Sample(
        claim="lottery.conc.grad",
        part="noise",
        cells=(
            {"teacher": axes(2, 3), "student": axes(2, 3), "sigma": "1/2", "N": 3},
            {"teacher": TRIPLE["teacher"], "student": TRIPLE["teacher"], "sigma": "1/2", "N": 1},
        ),
        draw=_noise_gradients,
        target=_gradient_target,
        test=Means("==", _gradient_deviation, tolerance=0.1),
        n_max=3000,
        assumptions=("standard deviation exactly that of the fourth moment of g",),
        fails_if="the score at the teacher has another mean square",
    ),
    Sample(
        claim="lottery.conc.grad",
        part="away",
        cells=({**TRIPLE, "sigma": "1/2", "N": 1},),
        draw=_noise_gradients,
        target=_gradient_target,
        test=Means("<=", _gradient_deviation, tolerance=0.1),
        n_max=3000,
        assumptions=("standard deviation at most that of the eighth-moment bound",),
        fails_if="the gradient away from the teacher varies more than the bound",
    ),
)
