"""Pruning claims at exact problems, with certified eigenvalues (prune.*, fig.nested).

The searches of `lottery_pruning` try many problems in floating point; these few are proved.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, arb_mat

from theory.exact import dot
from theory.lottery.acceleration import RATE
from theory.lottery.angular import combine
from theory.lottery.network import problem, read_mask, read_weights
from theory.lottery.population import as_balls, hessian, loss
from theory.lottery.region import LIPSCHITZ
from theory.rigor.balls import ball
from theory.rigor.spectra import greatest_eigenvalue, least_eigenvalue
from verify.checks.lottery_figures import nested_certify
from verify.checks.lottery_problems import Cell, axes, read_problem
from verify.checks.lottery_pruning import (
    MASKS,
    OVERLAPPING,
    interlace_certify,
    rate_certify,
    sampled_certify,
)
from verify.engines import Enclose
from verify.engines.enclose import Side

NESTED = (
    {"teacher": OVERLAPPING, "student": OVERLAPPING, "mask": MASKS[2], "larger": MASKS[3]},
    {"teacher": OVERLAPPING, "student": OVERLAPPING, "mask": MASKS[3], "larger": MASKS[4]},
    {
        "teacher": OVERLAPPING,
        "student": [["1", "1/2", "0", "0"], ["0", "0", "-1/2", "2"]],
        "mask": MASKS[2],
        "larger": MASKS[4],
    },
    {
        "teacher": [["1", "2", "0"], ["0", "1", "-1"], ["1", "0", "3"]],
        "student": [["2", "1", "0"], ["0", "1", "-2"], ["1", "0", "1"]],
        "mask": [[1, 1, 0], [0, 1, 1], [1, 0, 1]],
        "larger": [[1, 1, 1], [0, 1, 1], [1, 1, 1]],
    },
)
AT_TEACHER = tuple({**cell, "student": cell["teacher"]} for cell in NESTED)


def _integers(cell: Cell) -> Cell:
    """The cell with its integer sample, the same in every run."""
    rng = np.random.default_rng(cell["seed"])
    width = len(cell["teacher"][0])
    return {**cell, "inputs": rng.integers(-9, 10, (cell["N"], width)).tolist()}


def _sampled_rates(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    """The pair of nested masks whose optimal rates on one integer sample are nearest."""
    whole, rates = _integers(cell), []
    for mask in cell["masks"]:
        matrix = _empirical(whole, mask)
        least, greatest = least_eigenvalue(matrix), greatest_eigenvalue(matrix)
        rates.append(RATE.ball(condition=greatest / least))
    pairs = [(ball(form) * small, large) for small, large in pairwise(rates)]
    return max(pairs, key=lambda pair: float(pair[0] - pair[1]))


def _empirical(cell: Cell, mask: Any) -> arb_mat:
    """N A-hat at the teacher: exact integers."""
    task = problem(read_weights(cell["teacher"], "teacher"), None, read_mask(mask))
    rows = [
        [int(dot(task.teacher[j], x) > 0) * x[c] for j, c in task.support] for x in cell["inputs"]
    ]
    features = arb_mat(rows)
    return features.transpose() * features


def _submatrix_misses(cell: Cell, form: Callable[[int, int], float]) -> tuple[Side, Side]:
    """Entries in which the pruned Hessian differs from the larger one's principal submatrix.

    Equal entries and interlacing give the ordering of the radii: fewer points to check, and a
    greater least eigenvalue at each of them. form: the factor the radii are claimed to obey.
    """
    teacher, student = (read_weights(cell[name], name) for name in ("teacher", "student"))
    tasks = [problem(teacher, student, read_mask(cell[name])) for name in ("mask", "larger")]
    small, large = map(hessian, tasks)
    place = {where: i for i, where in enumerate(tasks[1].support)}
    chosen = [place[where] for where in tasks[0].support]
    misses = sum(
        combine([(1, small[i][k]), (-1, large[a][b])]).exact() != 0
        for i, a in enumerate(chosen)
        for k, b in enumerate(chosen)
    )
    return misses, 0


def _obs_error(cell: Cell, form: Callable[..., Any]) -> tuple[Side, Side]:
    """Relative error of the predicted cost, at most, against 20 |w_q|.

    From above: the loss of one student without the weight. From below: with |Hess f - H| <=
    C |delta| (region.lipschitz) the loss at a distance of at most R is at least
    (1 - C R/(3 lambda)) delta^T H delta/2, and on the sphere of radius R more than that student's,
    so that the minimiser reached from it lies inside.
    """
    task = read_problem({"teacher": cell["teacher"]})
    weight = task.teacher[0][1]
    matrix = as_balls(hessian(task))
    inverse = matrix.inv()
    n, q, scale = matrix.nrows(), 1, Fraction(1, 10**6)
    # the optimal brain surgeon's step, rounded; the weight itself goes to 0 exactly
    ratio = [float(inverse[i, q] / inverse[q, q]) for i in range(n)]
    flat = [
        Fraction(0) if i == q else x - Fraction(round(ratio[i] * float(weight) / scale)) * scale
        for i, x in enumerate(x for row in task.teacher for x in row)
    ]
    d = task.dimension
    rows = tuple(tuple(flat[j * d : (j + 1) * d]) for j in range(task.neurons))
    upper = loss(problem(task.teacher, rows)).ball()
    least = least_eigenvalue(matrix)
    norm = ball(min(dot(v, v) for v in task.teacher)).sqrt()
    unit = LIPSCHITZ.ball(neurons=task.neurons, distance=1, smallest_norm=norm)
    steep = unit / task.neurons**2
    reach = ball(Fraction(cell["reach"]) * weight)
    if not least * reach**2 / 2 - steep * reach**3 / 6 > upper or not reach < norm / 2:
        return arb.nan(), arb.nan()
    lower = (1 - steep * reach / (3 * least)) * ball(weight) ** 2 / (2 * inverse[q, q])
    predicted = form(ball(weight), inverse[q, q], matrix[q, q])
    return abs(upper / predicted - 1).max(abs(lower / predicted - 1)), 20 * weight


SAMPLE_MASKS: tuple[list[list[int]], ...] = (
    [[1, 1, 0, 0], [0, 0, 1, 1]],
    [[1, 1, 1, 0], [0, 0, 1, 1]],
    [[1, 1, 1, 1], [1, 1, 1, 1]],
)
SAMPLES: tuple[dict[str, Any], ...] = tuple(
    {"teacher": [["1", "-1", "0", "0"], ["0", "0", "2", "1"]], "N": 40, "seed": seed}
    for seed in (1, 2, 3)
)

CHECKS = (
    Enclose(
        claim="lottery.prune.interlace",
        part="population",
        cells=NESTED,
        sides=interlace_certify,
        max_bits=256,
        fails_if="a certified extreme eigenvalue is worse in the smaller mask",
    ),
    Enclose(
        claim="lottery.prune.interlace",
        part="sample",
        cells=tuple(
            {**cell, "mask": SAMPLE_MASKS[0], "larger": SAMPLE_MASKS[2]} for cell in SAMPLES
        ),
        sides=lambda cell, form: sampled_certify(_integers(cell), form),
        max_bits=256,
        fails_if="the same on integer samples",
    ),
    Enclose(
        claim="lottery.prune.rate_monotone",
        cells=tuple(
            {**cell, "step": step, "momentum": momentum}
            for cell in AT_TEACHER
            for step, momentum in (("1", "0"), ("2", "0"), ("4", "1/4"))
        ),
        sides=rate_certify,
        max_bits=256,
        fails_if="a certified rate is worse in the smaller mask",
    ),
    Enclose(
        claim="lottery.prune.region_monotone",
        role="step",
        cells=NESTED,
        sides=_submatrix_misses,
        relation="==",
        fails_if="a pruned Hessian is no principal submatrix",
    ),
    Enclose(
        claim="lottery.prune.obs",
        cells=(
            {"teacher": [["3", "1/100", "0"], ["0", "0", "4"]], "reach": "4"},
            {"teacher": [["1", "1/200", "1"]], "reach": "2"},
            {"teacher": [[*axes(1, 1)[0], "1/100"]], "reach": "2"},
        ),
        sides=_obs_error,
        start_bits=128,
        max_bits=256,
        fails_if="the re-optimised cost may miss the prediction by more than 20 |w|",
    ),
    Enclose(
        claim="lottery.fig.nested",
        part="condition",
        cells=AT_TEACHER,
        sides=nested_certify,
        max_bits=256,
        fails_if="a certified condition number is worse in the smaller mask",
    ),
    Enclose(
        claim="lottery.fig.nested",
        part="rate",
        cells=tuple({**cell, "masks": list(SAMPLE_MASKS)} for cell in SAMPLES),
        sides=_sampled_rates,
        max_bits=256,
        fails_if="on an integer sample the smaller mask has a worse optimal rate",
    ),
)
