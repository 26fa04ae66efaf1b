"""Checks of recovery (phase.*) and of the figures on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import scipy
from flint import fmpz_mat

from theory.claim import Form
from theory.formula import Formula
from verify.checks.lottery_problems import SIMULATED, Array, Cell, blocks
from verify.engines import Follow, Sample, Search, Slope
from verify.engines.sample import Means
from verify.networks.student_batch import Runs, heavy_ball
from verify.statistics.models import Bounded

GRID = (0.85, 1.0, 1.1, 1.25, 1.5)  # sample sizes, in units of s/(1 - 2^-K)
MAP = {1: (*range(12, 80, 6),), 2: (*range(8, 61, 4),)}  # sample sizes of the maps, by K


def _mask(cell: Cell) -> Array:
    K, r = cell["K"], cell["r"]
    return np.ones((K, r)) if cell["masks"] == "dense" else np.array(blocks(K, r), float)


def _integer_sample(rng: np.random.Generator) -> Cell:
    """Integer inputs and a teacher; entries up to 10^6 make accidental minors unlikely (1e-5)."""
    K = int(rng.integers(1, 4))
    dense = bool(rng.integers(0, 2))
    sizes = [int(rng.integers(1, 4))] * K if dense else rng.integers(1, 4, K).tolist()
    width = sizes[0] if dense else sum(sizes)
    teacher = np.zeros((K, width), int)
    for j in range(K):
        start = 0 if dense else sum(sizes[:j])
        teacher[j, start : start + sizes[j]] = rng.integers(1, 10, sizes[j]) * rng.choice([-1, 1])
    inputs = rng.integers(-(10**6), 10**6, (int(rng.integers(1, 16)), width))
    return {
        "teacher": teacher.tolist(), "inputs": inputs.tolist(), "sizes": sizes, "dense": dense,
    }  # fmt: skip


def _rank_gap(cell: Cell, form: Callable[..., int]) -> int:
    """|exact rank of the integer feature matrix - formula|."""
    teacher, inputs = np.array(cell["teacher"]), np.array(cell["inputs"])
    active = (inputs @ teacher.T > 0).astype(int)
    features = (active[:, :, None] * inputs[:, None, :]).reshape(len(inputs), -1)
    chosen = np.ones(teacher.size, bool) if cell["dense"] else (teacher != 0).ravel()
    rank = fmpz_mat(features[:, chosen].tolist()).rank()
    patterns = [tuple(row) for row in active.tolist()]
    return abs(rank - form(patterns, cell["sizes"], dense=cell["dense"]))


def _identified(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Whether the feature matrix at a random (orthonormal or disjoint) teacher has rank s."""
    mask = _mask(cell) > 0
    teacher = np.eye(*mask.shape) if cell["masks"] == "dense" else mask.astype(float)
    rows, columns = np.nonzero(mask)
    found = []
    for _ in range(size):
        x = rng.standard_normal((cell["N"], mask.shape[1]))
        features = (x @ teacher.T > 0)[:, rows] * x[:, columns]
        found.append(float(np.linalg.matrix_rank(features) == len(rows)))
    return np.array(found)


def _identified_target(cell: Cell, form: Form) -> Any:
    return form(cell["N"], cell["K"], int(_mask(cell).sum()))


def trained(
    mask: Array, n: int, runs: int, rng: np.random.Generator, *, distance: float = 0.3,
    teacher: Array | None = None, steps: int = 3000, momentum: float = 0.9,
) -> Runs:  # fmt: skip
    """Noiseless runs of heavy ball from a relative distance, each with its own sample.

    teacher: rows inside the mask; by default unit rows, orthonormal for dense masks.
    """
    K, d = mask.shape
    if teacher is None:
        goal = rng.standard_normal((runs, K, d)) * mask
        if K > 1 and mask.all():
            goal = np.linalg.qr(goal.swapaxes(1, 2))[0].swapaxes(1, 2)
        goal /= np.linalg.norm(goal, axis=2, keepdims=True)
    else:
        goal = np.repeat(teacher[None], runs, axis=0)
    x = rng.standard_normal((runs, n, d))
    y = np.maximum(x @ goal.swapaxes(1, 2), 0).mean(axis=2)
    move = rng.standard_normal(goal.shape) * mask
    move *= (
        distance
        * (np.linalg.norm(goal, axis=(1, 2)) / np.linalg.norm(move, axis=(1, 2)))[:, None, None]
    )
    # Movements of 1e-7 in 25 steps add up to 1.2e-5 in 3000 at most: nothing against 1e-3.
    return heavy_ball(
        goal + move, x, y, goal, mask=mask, steps=steps, momentum=momentum, still=1e-7
    )


def even_odds(sizes: Sequence[int], successes: Sequence[int], runs: int) -> float:
    """Sample size of even odds: logistic regression on log N, with a weak prior on the slope."""
    x, k = np.log(np.array(sizes, float)), np.array(successes, float)
    centre = x.mean()

    def cost(p: Array) -> float:
        odds = np.clip(scipy.special.expit(p[1] * (x - centre - p[0])), 1e-9, 1 - 1e-9)
        likelihood = (k * np.log(odds) + (runs - k) * np.log1p(-odds)).sum()
        return float(-likelihood + 0.5 * (p[1] / 40) ** 2)

    best = scipy.optimize.minimize(cost, np.array([0.0, 15.0]), method="Nelder-Mead")
    return float(np.exp(centre + best.x[0]))


def success_map(
    mask: Array, runs: int, rng: np.random.Generator, sizes: Sequence[int] = ()
) -> tuple[list[int], list[int], float, float]:
    """(sample sizes, successes, N_50, identifiability limit (s - 1)/(1 - 2^-K)).

    sizes: by default GRID around the limit.
    """
    s, active = float(mask.sum()), 1 - 2.0 ** -len(mask)
    limit = (s - 1) / active
    sizes = list(sizes) or sorted({max(1, round(share * s / active)) for share in GRID})
    successes = [int(trained(mask, n, runs, rng, steps=1500).reached.sum()) for n in sizes]
    return sizes, successes, even_odds(sizes, successes, runs), limit


def _threshold_over_weights(cell: Cell, rng: np.random.Generator) -> dict[str, list[float]]:
    y = []
    for r in cell["r"]:
        mask = np.array(blocks(cell["K"], r), float)
        y.append(float(np.log(success_map(mask, cell["runs"], rng)[2])))
    return {"x": np.log(cell["r"]).tolist(), "y": y}


def _threshold_over_neurons(cell: Cell, rng: np.random.Generator) -> dict[str, list[float]]:
    y = []
    for K in cell["K"]:
        mask = np.array(blocks(K, cell["r"]), float)
        y.append(float(np.log(success_map(mask, cell["runs"], rng)[2] * (1 - 2.0**-K))))
    return {"x": np.log(cell["K"]).tolist(), "y": y}


def _end_slope(figures: Mapping[str, Any]) -> float:
    """Slope from the first to the last point."""
    return float(np.diff(figures["y"])[-1] / np.diff(figures["x"])[-1])


def _map(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    sizes, successes, n50, limit = success_map(_mask(cell), cell["runs"], rng, cell.get("N", ()))
    return {
        "N": sizes,
        "success": [count / cell["runs"] for count in successes],
        "N50": n50,
        "limit": limit,
        "s": int(_mask(cell).sum()),
    }


def _map_margin(figures: Mapping[str, Any], cell: Cell, form: Formula) -> float:
    """Room to [1, 1.25] of N_50 over the form."""
    values = {"kept_total": figures["s"], "neurons": cell["K"]}
    target = float(form.ball(**{s.symbol.name: values[s.symbol.name] for s in form.symbols}))
    return min(figures["N50"] / target - 1, 1.25 - figures["N50"] / target)


def _basin(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Success share and median steps for nested masks around one teacher of support 5."""
    K, d = 3, 40
    support = np.array([[int((c - 13 * j) % d < 5) for c in range(d)] for j in range(K)], float)
    teacher = rng.standard_normal((K, d)) * support
    teacher /= np.linalg.norm(teacher, axis=1, keepdims=True)
    shares, medians = [], []
    for r in cell["r"]:
        mask = np.array([[int((c - 13 * j) % d < r) for c in range(d)] for j in range(K)], float)
        run = trained(
            mask, cell["N"], cell["runs"], rng, distance=1.5, teacher=teacher, steps=1500,
            momentum=0.85,
        )  # fmt: skip
        shares.append(float(run.reached.mean()))
        medians.append(float(np.median(run.steps)))
    return {"r": list(cell["r"]), "success": shares, "median_steps": medians}


def _basin_margin(figures: Mapping[str, Any], cell: Cell, form: int) -> float:
    """The smaller of the gains in success and in steps (relative) from full to pruned."""
    success = figures["success"][0] - figures["success"][-1]
    steps = 1 - figures["median_steps"][0] / figures["median_steps"][-1]
    return form * min(success, steps)


CHECKS = (
    Search(
        claim="lottery.phase.rank",
        propose=_integer_sample,
        ratio=lambda cell, form: 1.0 + _rank_gap(cell, form),
        certify=lambda cell, form: (_rank_gap(cell, form), 0),
        batches=4,
        tries=200,
        fails_if="the exact rank of an integer sample differs from the formula",
    ),
    Sample(
        claim="lottery.phase.lower",
        part="one neuron",
        cells=(
            {"K": 1, "r": 4, "N": 7, "masks": "dense"},
            {"K": 1, "r": 4, "N": 6, "masks": "dense"},
        ),
        draw=_identified,
        target=_identified_target,
        test=Means("==", lambda cell: Bounded(0, 1), tolerance=0.2),
        n_max=4000,
        fails_if="the share of identifiable samples of one neuron is not binomial",
    ),
    Sample(
        claim="lottery.phase.lower",
        part="several",
        cells=(
            {"K": 2, "r": 3, "N": 10, "masks": "dense"},
            {"K": 3, "r": 3, "N": 12, "masks": "disjoint"},
        ),
        draw=_identified,
        target=_identified_target,
        test=Means("<=", lambda cell: Bounded(0, 1), tolerance=0.1),
        n_max=4000,
        fails_if="samples are identifiable more often than rows are non-zero",
    ),
    Slope(
        claim="lottery.phase.slope",
        cells=({"K": 1, "r": [10, 20, 40], "runs": 20},),
        replicate=_threshold_over_weights,
        exponent=float,
        allowance=0.1,
        allowance_because="N_50 = 2.1 r - 0.6 makes the slope 1.02; few runs a size add 0.02",
        replicates=20,
        assumptions=(SIMULATED,),
        fails_if="the threshold over the kept weights has another exponent",
    ),
    Slope(
        claim="lottery.phase.kslope",
        cells=({"K": [1, 2, 3], "r": 12, "runs": 12},),
        replicate=_threshold_over_neurons,
        exponent=float,
        replicates=20,
        allowance=0.15,
        allowance_because="the recalled criterion, up to 1.15: (s - 1) for s alone adds 0.05",
        assumptions=(SIMULATED,),
        fails_if="the threshold over the neurons has another exponent",
    ),
    Follow(
        claim="lottery.phase.basin",
        cells=({"N": 200, "r": [5, 10, 20, 40], "runs": 12},),
        observe=_basin,
        margin=_basin_margin,
        allowance=0.3,
        allowance_because="two shares of twelve runs: standard error below 0.2 together",
        repetitions=1,
        assumptions=(SIMULATED,),
        fails_if="the full mask succeeds as often, or as fast, as the pruned one",
    ),
    Follow(
        claim="lottery.fig.phase",
        cells=(
            *(
                {"K": K, "r": r, "masks": masks, "runs": 60, "N": list(MAP[K])}
                for K, masks, kept in (
                    (1, "dense", (10, 15, 20, 25, 30)),
                    (2, "disjoint", (8, 10, 12, 15)),
                )
                for r in kept
            ),
            {"K": 2, "r": 10, "masks": "dense", "runs": 60},
            {"K": 3, "r": 6, "masks": "disjoint", "runs": 60},
        ),
        observe=_map,
        margin=_map_margin,
        allowance=0.02,
        allowance_because="N_50 of 60 runs a size has a standard error of 1 to 2 % (three seeds)",
        repetitions=1,
        assumptions=("heavy ball from relative distance 0.3, at the listed sizes",),
        fails_if="the sample size of even odds leaves [1, 1.25] times its lower bound",
    ),
    Follow(
        claim="lottery.fig.phase",
        cells=tuple(
            {"K": K, "r": r, "masks": masks, "runs": 100}
            for K, r, masks in (
                (1, 40, "dense"),
                (2, 20, "disjoint"),
                (2, 20, "dense"),
                (3, 10, "disjoint"),
                (3, 15, "disjoint"),
            )
        ),
        observe=_map,
        margin=_map_margin,
        allowance=0.01,
        allowance_because="N_50 from six sizes of 100 runs has a standard error of 1 %",
        repetitions=1,
        profile="full",
        fails_if="the same at the larger sizes",
    ),
    Follow(
        claim="lottery.fig.k",
        cells=({"K": [1, 4], "r": 12, "runs": 60},),
        observe=_threshold_over_neurons,
        margin=lambda figures, cell, form: 0.15 - abs(_end_slope(figures) - form),
        allowance=0.05,
        allowance_because="two thresholds of five sizes and 60 runs: 2 % each, 0.02 in the slope",
        repetitions=1,
        assumptions=(SIMULATED,),
        fails_if="the threshold over the neurons has another exponent",
    ),
    Slope(
        claim="lottery.fig.k",
        cells=({"K": [1, 2, 3, 5], "r": 10, "runs": 24},),
        replicate=_threshold_over_neurons,
        exponent=float,
        allowance=0.15,
        allowance_because="the recalled criterion: exponents from 0.9 to 1.15",
        profile="full",
        assumptions=(SIMULATED,),
        fails_if="the threshold over the neurons has another exponent",
    ),
)
