"""Checks of the pruning claims (prune.*): nested masks, one teacher."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import arb, arb_mat
from scipy.optimize import minimize
from sympy import cos, pi, sin

from theory.claim import Form
from theory.formula import Formula
from theory.lottery import arrays
from theory.lottery.acceleration import RADIUS
from theory.lottery.network import problem, read_mask, read_weights
from theory.lottery.population import as_balls, hessian
from theory.lottery.spectrum import hessian_extremes
from theory.lottery.symbols import pruned_angle
from theory.rigor.balls import ball
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.adversary.cma import maximise
from verify.checks.lottery_problems import (
    Array,
    Cell,
    as_array,
    as_text,
    axes,
    random_nested,
    read_problem,
    unit_rows,
)
from verify.engines import Derive, Enclose, Follow, Sample, Search
from verify.engines.enclose import Side
from verify.engines.sample import Means
from verify.networks.local_fit import local_minimiser
from verify.statistics.models import Variance

ROUNDING = 1e-9  # float eigenvalues of matrices of size below 10 err by less than 1e-12
Extremes = tuple[float, float]


def _student(rng: np.random.Generator) -> Cell:
    """A nested pair with a student inside the smaller mask."""
    cell = random_nested(rng)
    small = np.array(cell["mask"], bool)
    rows = as_array(cell["teacher"]) + rng.integers(-4, 5, small.shape) / 2 * small
    rows[~rows.any(axis=1)] = as_array(cell["teacher"])[~rows.any(axis=1)]
    return {**cell, "student": as_text(rows.tolist())}


def _float_hessian(cell: Cell) -> tuple[Extremes, Extremes]:
    w, v = as_array(cell["student"]), as_array(cell["teacher"])
    full = arrays.hessian(w, v)
    return _extremes(full, cell["mask"]), _extremes(full, cell["larger"])


def _extremes(full: Array, mask: Any) -> Extremes:
    chosen = np.flatnonzero(np.array(mask).ravel())
    values = np.linalg.eigvalsh(full[np.ix_(chosen, chosen)])
    return float(values[0]), float(values[-1])


def _interlace_ratio(cell: Cell, form: Fraction) -> float:
    """Above 1 when form |least'| + ... exceeds what pruning leaves, at either end."""
    small, large = _float_hessian(cell)
    return _worst(small, large, float(form))


def _worst(small: Extremes, large: Extremes, factor: float) -> float:
    scale = max(map(abs, (*small, *large)))
    least = large[0] + (factor - 1) * abs(large[0]) - small[0]
    greatest = small[1] - large[1] / factor
    return 1 + max(least, greatest) / scale - ROUNDING


def _ball_extremes(cell: Cell, mask: str) -> tuple[arb, arb]:
    task = problem(
        read_weights(cell["teacher"], "teacher"),
        read_weights(cell["student"], "student"),
        read_mask(cell[mask]),
    )
    matrix = as_balls(hessian(task))
    return least_eigenvalue(matrix), greatest_eigenvalue(matrix)


def _worse_end(small: Any, large: Any, form: Fraction) -> tuple[arb, arb]:
    """(left, right) of the end at which `left <= right` is nearest to failing."""
    factor = ball(form)
    ends = [
        (large[0] + (factor - 1) * abs(large[0]), small[0]),
        (small[1], large[1] / factor),
    ]
    return max(ends, key=lambda pair: float(pair[0] - pair[1]))


def _interlace_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    return _worse_end(_ball_extremes(cell, "mask"), _ball_extremes(cell, "larger"), form)


def _sampled(rng: np.random.Generator) -> Cell:
    """The same with a sample of integer inputs, so that the empirical matrix is rational."""
    cell = random_nested(rng)
    d = len(cell["mask"][0])
    return {**cell, "inputs": rng.integers(-9, 10, (int(rng.integers(3, 20)), d)).tolist()}


def _sampled_matrix(cell: Cell) -> Array:
    """N times the empirical matrix at the teacher: integers, exact in float64."""
    g = arrays.features(as_array(cell["teacher"]), np.array(cell["inputs"], float))
    return np.asarray(g.T @ g)


def _sampled_ratio(cell: Cell, form: Fraction) -> float:
    full = _sampled_matrix(cell)
    small, large = (_extremes(full, cell[name]) for name in ("mask", "larger"))
    return _worst(small, large, float(form)) if large[1] > 0 else 0.0


def _sampled_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    full = _sampled_matrix(cell)
    ends = []
    for name in ("mask", "larger"):
        chosen = np.flatnonzero(np.array(cell[name]).ravel())
        matrix = arb_matrix(full[np.ix_(chosen, chosen)])
        ends.append((least_eigenvalue(matrix), greatest_eigenvalue(matrix)))
    return _worse_end(ends[0], ends[1], form)


def arb_matrix(rows: Array) -> Any:
    """Integers held in float64, as an exact ball matrix."""
    return arb_mat([[int(x) for x in row] for row in rows.tolist()])


def convex_radius(teacher: Array, kept: Array, rng: np.random.Generator, starts: int = 3) -> float:
    """Smallest distance at which an adversary finds a Hessian that is not positive semidefinite.

    An upper bound of the radius of the convex region: directions are improved at a fixed
    distance, then the distance is cut along the best direction, until neither helps.
    """

    def least(move: Array) -> float:
        student = teacher.copy()
        student[kept] += move
        if (np.linalg.norm(student, axis=1) < 1e-9).any():
            return np.inf
        return float(np.linalg.eigvalsh(arrays.hessian(student, teacher, kept))[0])

    best = 1.2 * float(np.linalg.norm(teacher, axis=1).min())
    for _ in range(starts):
        direction, distance = rng.standard_normal(int(kept.sum())), best
        for _ in range(12):
            direction, value = maximise(
                lambda d, r=distance: -least(r * d / np.linalg.norm(d)),
                direction / np.linalg.norm(direction),
                rng=rng,
                evaluations=150,
            )
            if value <= 0:
                break
            unit = direction / np.linalg.norm(direction)
            low, high = 0.0, distance
            while high - low > 1e-4 * high:
                middle = (low + high) / 2
                low, high = (low, middle) if least(middle * unit) < 0 else (middle, high)
            distance, direction = high * 0.998, unit
            best = min(best, high)
    return best


def _radii(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    teacher = as_array(cell["teacher"])
    radii = [convex_radius(teacher, np.array(cell[name], bool), rng) for name in ("mask", "larger")]
    return {"radius_pruned": radii[0], "radius_full": radii[1]}


def _radius_margin(figures: Any, cell: Cell, form: Form) -> float:
    small, large = (int(np.array(cell[name]).sum()) for name in ("mask", "larger"))
    return figures["radius_pruned"] / (form(small, large) * figures["radius_full"]) - 0.97


def _rate(extremes: Extremes, step: float, momentum: float) -> float:
    """Greatest spectral radius over a spectrum: at an end, since it is quasi-convex."""
    values = np.array(extremes)
    return float(RADIUS.float64(eigenvalue=values, step=step, momentum=momentum).max())


def _tuned(rng: np.random.Generator) -> Cell:
    """A nested pair with a step and a momentum, from timid to divergent."""
    cell = random_nested(rng)
    return {
        **cell,
        "student": cell["teacher"],
        "step": str(Fraction(int(rng.integers(1, 60)), 4)),
        "momentum": str(Fraction(int(rng.integers(0, 20)), 20)),
    }


def _rate_ratio(cell: Cell, form: Fraction) -> float:
    step, momentum = (float(Fraction(cell[name])) for name in ("step", "momentum"))
    rates = [_rate(extremes, step, momentum) for extremes in _float_hessian(cell)]
    return float(form) * rates[0] / rates[1] - ROUNDING


def _rate_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    step, momentum = Fraction(cell["step"]), Fraction(cell["momentum"])
    rates = []
    for name in ("mask", "larger"):
        ends = [
            RADIUS.ball(eigenvalue=value, step=step, momentum=momentum)
            for value in _ball_extremes(cell, name)
        ]
        rates.append(ends[0].max(ends[1]))
    return ball(form) * rates[0], rates[1]


def _changed_teacher(cell: Cell, form: int) -> tuple[Side, Side]:
    """Least eigenvalue after and before zeroing a coordinate of the teacher and masking it."""
    after = read_problem({"teacher": cell["pruned"], "mask": cell["mask"]})
    before = read_problem({"teacher": cell["teacher"]})
    return form * ball(hessian_extremes(after)[0]), form * ball(hessian_extremes(before)[0])


def _pruning_problem(cell: Cell, rng: np.random.Generator) -> tuple[Array, Array]:
    """A random teacher whose weight (1, 1) has the cell's size, and the mask without it."""
    teacher = unit_rows(rng, cell["K"], cell["d"])
    teacher[0, 0] = float(Fraction(cell["weight"]))
    kept = np.ones(teacher.shape, bool)
    kept[0, 0] = False
    return teacher, kept


def _pruned_cost(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Population cost of deleting the weight, the others re-optimised from the teacher."""
    teacher, kept = _pruning_problem(cell, rng)

    def unpack(free: Array) -> Array:
        student = np.zeros_like(teacher)
        student[kept] = free
        return student

    found = minimize(
        lambda free: arrays.loss(unpack(free), teacher) * 1e4,
        teacher[kept],
        jac=lambda free: arrays.gradient(unpack(free), teacher)[kept] * 1e4,
        method="BFGS",
        options={"gtol": 1e-8},
    )
    matrix = arrays.hessian(teacher, teacher)
    return {
        "cost": float(found.fun) / 1e4,
        "inverse": float(np.linalg.inv(matrix)[0, 0]),
        "diagonal": float(matrix[0, 0]),
    }


def _cost_margin(figures: Any, cell: Cell, form: Form) -> float:
    weight = float(Fraction(cell["weight"]))
    predicted = form(weight, figures["inverse"], figures["diagonal"])
    # The factor is 1 - c w; c is about 1 to 2 at well-conditioned teachers, 20 is allowed.
    return 20 * weight - abs(figures["cost"] / predicted - 1)


def _one_neuron_cost(form: Formula) -> Any:
    """min over scales t of t^2/4 - t h + 1/4, h the kernel at the angle psi."""
    t = sympy.Dummy("t", positive=True)
    h = (sin(pruned_angle) + (pi - pruned_angle) * cos(pruned_angle)) / (2 * pi)
    half_mse = t**2 / 4 - t * h + sympy.Rational(1, 4)
    (best,) = sympy.solve(sympy.diff(half_mse, t), t)
    # The angle to the kept coordinates is least along the kept part: h falls in the angle.
    yield sympy.diff(h, pruned_angle) + (pi - pruned_angle) * sin(pruned_angle) / (2 * pi)
    yield form.expr - half_mse.subs(t, best)


def _break_even_teacher(cell: Cell) -> tuple[Array, float]:
    """A fixed teacher whose weight (1, 1) is t standard errors, and its [H^-1]_qq."""
    teacher = unit_rows(np.random.default_rng(5), 2, 5)
    teacher[0, 0] = 0.0
    inverse = float(np.linalg.inv(arrays.hessian(teacher, teacher))[0, 0])
    sigma, n = float(Fraction(cell["sigma"])), cell["N"]
    teacher[0, 0] = float(Fraction(cell["t"])) * sigma * np.sqrt(inverse / n)
    return teacher, inverse


def break_even_draws(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """N/sigma^2 times the change of the excess risk by pruning weight (1, 1), paired."""
    teacher, _ = _break_even_teacher(cell)
    sigma, n = float(Fraction(cell["sigma"])), cell["N"]
    full = np.ones(teacher.shape, bool)
    pruned = full.copy()
    pruned[0, 0] = False
    changes = []
    while len(changes) < size:
        x = rng.standard_normal((n, teacher.shape[1]))
        y = np.maximum(x @ teacher.T, 0).mean(axis=1) + sigma * rng.standard_normal(n)
        fits = [local_minimiser(teacher, x, y, kept) for kept in (full, pruned)]
        if fits[0] is not None and fits[1] is not None:
            risks = [2 * arrays.loss(fit, teacher) for fit in fits if fit is not None]
            changes.append(n / sigma**2 * (risks[1] - risks[0]))
    return np.array(changes)


def _break_even_target(cell: Cell, form: Formula) -> float:
    teacher, inverse = _break_even_teacher(cell)
    values = {
        "pruned_weight": teacher[0, 0],
        "noise": float(Fraction(cell["sigma"])),
        "samples": cell["N"],
        "inverse_entry": inverse,
    }
    return float(form.float64(**values))


OVERLAPPING = [["4/5", "3/5", "0", "0"], ["0", "0", "3/5", "4/5"]]
MASKS = {
    2: [[1, 1, 0, 0], [0, 0, 1, 1]],
    3: [[1, 1, 1, 0], [0, 1, 1, 1]],
    4: [[1, 1, 1, 1], [1, 1, 1, 1]],
}
WHY_RADII = (
    "the adversary's radius is at most 3 % above the true one (search tolerance 10^-4, two "
    "independent searches), so that equal radii give a margin of 0.03 on either side"
)

CHECKS = (
    Search(
        claim="lottery.prune.interlace",
        part="population",
        propose=_student,
        ratio=_interlace_ratio,
        certify=_interlace_certify,
        batches=4,
        tries=150,
        fails_if="an adversary finds nested masks of which the smaller has a worse extreme",
    ),
    Search(
        claim="lottery.prune.interlace",
        part="sample",
        propose=_sampled,
        ratio=_sampled_ratio,
        certify=_sampled_certify,
        batches=2,
        tries=300,
        fails_if="the same on the empirical matrix of an integer sample",
    ),
    Follow(
        claim="lottery.prune.region_monotone",
        cells=(
            {"teacher": OVERLAPPING, "mask": MASKS[2], "larger": MASKS[3]},
            {"teacher": OVERLAPPING, "mask": MASKS[3], "larger": MASKS[4]},
            {"teacher": axes(1, 4), "mask": [[1, 1, 0, 0]], "larger": [[1, 1, 1, 1]]},
        ),
        observe=_radii,
        margin=_radius_margin,
        allowance=0.0005,
        allowance_because=WHY_RADII,
        repetitions=1,
        fails_if="the adversary comes closer to the teacher in the smaller mask",
    ),
    Search(
        claim="lottery.prune.rate_monotone",
        propose=_tuned,
        ratio=_rate_ratio,
        certify=_rate_certify,
        batches=4,
        tries=150,
        fails_if="a step, a momentum and nested masks give the smaller mask a worse rate",
    ),
    Enclose(
        claim="lottery.prune.teacher_change",
        cells=(
            {
                "teacher": [["1", "1"], ["1", "-1"]],
                "pruned": [["1", "0"], ["1", "0"]],
                "mask": [[1, 0], [1, 0]],
            },
        ),
        sides=_changed_teacher,
        relation="<",
        fails_if="the Hessian of the changed teacher keeps its curvature",
    ),
    Follow(
        claim="lottery.prune.obs",
        cells=tuple({"K": K, "d": d, "weight": "1/200"} for K, d in ((2, 4), (3, 5))),
        observe=_pruned_cost,
        margin=_cost_margin,
        allowance=0.005,
        allowance_because="BFGS leaves a gradient below 1e-12, hence a cost good to 1e-8 of 1e-5",
        repetitions=2,
        fails_if="the re-optimised cost misses the prediction by more than 20 |w| (a tenth)",
    ),
    Derive(
        claim="lottery.prune.k1_exact",
        residual=_one_neuron_cost,
        fails_if="minimising over the scale gives another cost",
    ),
    Sample(
        claim="lottery.prune.breakeven",
        cells=tuple({"t": t, "sigma": "1/20", "N": 600} for t in ("1/4", "2")),
        draw=break_even_draws,
        target=_break_even_target,
        test=Means("==", lambda cell: Variance(1.8), tolerance=0.4),
        n_max=2000,
        assumptions=(
            "t^2 - z^2 with standard normal z has standard deviation sqrt(2) to first order; "
            "1.8 is declared, with room for the second",
        ),
        fails_if="paired simulations change the risk by another amount",
    ),
)
