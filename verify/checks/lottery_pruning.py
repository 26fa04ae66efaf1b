"""Checks of the pruning claims (prune.*): nested masks, one teacher."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from flint import arb, arb_mat

from theory.claim import Form
from theory.lottery import arrays
from theory.lottery.acceleration import RADIUS
from theory.lottery.network import problem, read_mask, read_weights
from theory.lottery.population import as_balls, hessian
from theory.lottery.spectrum import hessian_extremes
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
)
from verify.engines import Enclose, Follow, Search
from verify.engines.enclose import Side

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


def interlace_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
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


def sampled_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
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

    def at_distance(distance: float, direction: Array) -> float:
        return -least(distance * direction / np.linalg.norm(direction))

    best = 1.2 * float(np.linalg.norm(teacher, axis=1).min())
    for _ in range(starts):
        direction, distance = rng.standard_normal(int(kept.sum())), best
        for _ in range(12):
            direction, value = maximise(
                partial(at_distance, distance),
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
    # at a double root an error of 1e-15 in an eigenvalue moves the rate by its square root
    if rates[1] == 0:  # momentum 0 and eta lambda = 1 on the whole spectrum
        return 0.0 if rates[0] == 0 else np.inf
    return float(form) * rates[0] / rates[1] - 1e-6


def rate_certify(cell: Cell, form: Fraction) -> tuple[Side, Side]:
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


OVERLAPPING = [["4/5", "3/5", "0", "0"], ["0", "0", "3/5", "4/5"]]
MASKS = {
    2: [[1, 1, 0, 0], [0, 0, 1, 1]],
    3: [[1, 1, 1, 0], [0, 1, 1, 1]],
    4: [[1, 1, 1, 1], [1, 1, 1, 1]],
}
NOT_NESTED = {
    "teacher": axes(2, 2),
    "student": axes(2, 2),
    "mask": [[1, 1], [1, 1]],
    "larger": [[1, 0], [0, 1]],
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
        certify=interlace_certify,
        batches=2,
        tries=150,
        fails_if="an adversary finds nested masks of which the smaller has a worse extreme",
    ),
    Search(
        claim="lottery.prune.interlace",
        part="sample",
        propose=_sampled,
        ratio=_sampled_ratio,
        certify=sampled_certify,
        batches=2,
        tries=300,
        fails_if="the same on the empirical matrix of an integer sample",
    ),
    Enclose(
        claim="lottery.prune.interlace",
        role="without nested masks",
        cells=(NOT_NESTED,),
        sides=interlace_certify,
        fails_if="masks that are not nested order the spectra the other way",
    ),
    Enclose(
        claim="lottery.prune.rate_monotone",
        role="without nested masks",
        cells=({**NOT_NESTED, "step": "1/2", "momentum": "0"},),
        sides=rate_certify,
        fails_if="masks that are not nested order the rates the other way",
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
        certify=rate_certify,
        batches=2,
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
)
