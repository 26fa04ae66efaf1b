"""Checks of the effective width and of block sums (conc.rtilde_*, conc.blocksum, conc.scaling)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat

from theory.lottery import arrays
from theory.lottery.concentration import overlap_factor, unbalanced_ratio
from theory.rigor.balls import ball
from theory.rigor.spectra import greatest_eigenvalue
from verify.checks.lottery_problems import (
    SIMULATED,
    Cell,
    blocks,
    unit_rows,
)
from verify.engines import Enclose, Follow, Search, Slope
from verify.engines.enclose import Side


def _mean_deviation(rng: np.random.Generator, neurons_: int, kept: int, n: int) -> float:
    """Median of |A-hat - A| for a random teacher with disjoint masks of equal size."""
    mask = np.array(blocks(neurons_, kept), bool)
    teacher = np.where(mask, rng.standard_normal(mask.shape), 0.0)
    matrix = arrays.teacher_matrix(teacher, mask)
    found = []
    for _ in range(12):
        g = arrays.features(teacher, rng.standard_normal((n, mask.shape[1])), mask)
        found.append(np.abs(np.linalg.eigvalsh(g.T @ g / n - matrix)).max())
    return float(np.median(found))


def _over_samples(cell: Cell, rng: np.random.Generator) -> dict[str, list[float]]:
    sizes = cell["N"]
    y = [np.log(_mean_deviation(rng, cell["K"], cell["r"], n)) for n in sizes]
    return {"x": np.log(sizes).tolist(), "y": [float(v) for v in y]}


def _over_weights(cell: Cell, rng: np.random.Generator) -> dict[str, list[float]]:
    sizes = cell["r"]
    y = [np.log(_mean_deviation(rng, cell["K"], r, cell["N"])) for r in sizes]
    return {"x": np.log(sizes).tolist(), "y": [float(v) for v in y]}


def _block_matrix(rng: np.random.Generator) -> Cell:
    """Symmetric integer matrices of 2 x 2 blocks of size 2: full, diagonal, or one block."""
    rows = rng.integers(-5, 6, (4, 4))
    rows = rows + rows.T
    kind = int(rng.integers(0, 3))
    if kind:
        rows[:2, 2:] = rows[2:, :2] = 0
    if kind == 2:
        rows[2:, 2:] = 0
        rows[0, 0] += 1
    return {"matrix": rows.tolist()}


def _block_ratio(cell: Cell, form: tuple[Fraction, int]) -> float:
    rows = np.array(cell["matrix"], float)
    total = sum(np.linalg.norm(rows[i : i + 2, k : k + 2], 2) for i in (0, 2) for k in (0, 2))
    norm = np.abs(np.linalg.eigvalsh(rows)).max()
    return float(norm / (float(form[0]) * total)) - 1e-9 if total else 0.0


def _block_certify(cell: Cell, form: tuple[Fraction, int]) -> tuple[Side, Side]:
    rows = arb_mat(cell["matrix"])

    def norm(matrix: arb_mat) -> arb:
        return greatest_eigenvalue(matrix.transpose() * matrix).sqrt()

    parts = [
        arb_mat([[rows[i + a, k + b] for b in (0, 1)] for a in (0, 1)])
        for i in (0, 2)
        for k in (0, 2)
    ]
    total = sum((norm(part) for part in parts if any(x != 0 for x in part.entries())), arb(0))
    return norm(rows), ball(form[0]) * total


def _block_loss(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Sum of block norms over the norm, for A-hat - A."""
    K, r, n = cell["K"], cell["r"], cell["N"]
    if cell["masks"] == "disjoint":
        mask = np.array(blocks(K, r), bool)
        teacher = np.where(mask, rng.standard_normal(mask.shape), 0.0)
    else:
        mask, teacher = np.ones((K, r), bool), unit_rows(rng, K, r)
    g = arrays.features(teacher, rng.standard_normal((n, mask.shape[1])), mask)
    change = g.T @ g / n - arrays.teacher_matrix(teacher, mask)
    pieces = [np.linalg.norm(change[i * r : i * r + r, k * r : k * r + r], 2)
              for i in range(K) for k in range(K)]  # fmt: skip
    norm = float(np.linalg.norm(change, 2))
    return {"norm": norm, "block_sum": float(sum(pieces)), "loss": float(sum(pieces)) / norm}


def _some_mask(rng: np.random.Generator) -> Cell:
    neurons_, d = int(rng.integers(1, 6)), int(rng.integers(1, 9))
    mask = rng.random((neurons_, d)) < rng.choice([0.2, 0.6, 1.0])
    mask[np.arange(neurons_), rng.integers(0, d, neurons_)] = True
    return {"mask": mask.astype(int).tolist()}


def _width(mask: Any, root: Callable[[int], Any], zero: Any) -> Any:
    """(sum (1 + delta_jk) sqrt(r_j + r_k))^2/(8 K^4) over r_ave, with a given square root."""
    sizes, K = [sum(row) for row in mask], len(mask)
    total = zero
    for j in range(K):
        for k in range(K):
            total = total + overlap_factor(mask, j, k) * root(sizes[j] + sizes[k])
    return total * total / (8 * K**4) * K / sum(sizes)


def _width_ratio(cell: Cell, form: Fraction) -> float:
    return float(_width(cell["mask"], np.sqrt, 0.0)) / float(form) - 1e-9


def mask_ratio(cell: Cell, form: Fraction) -> tuple[Side, Side]:
    return _width(cell["mask"], lambda n: arb(n).sqrt(), arb(0)), ball(form)


CHECKS = (
    Slope(
        claim="lottery.conc.scaling",
        part="samples",
        cells=({"K": 2, "r": 5, "N": [200, 400, 800, 1600]},),
        replicate=_over_samples,
        exponent=lambda form: float(form[1]),
        allowance=0.1,
        replicates=24,
        allowance_because="the next order in sqrt(s/N) is at most 0.2 and changes by a factor 2.8",
        assumptions=(SIMULATED,),
        fails_if="the deviation does not fall like N^(-1/2)",
    ),
    Slope(
        claim="lottery.conc.scaling",
        part="weights",
        cells=({"K": 2, "r": [4, 8, 16], "N": 1000},),
        replicate=_over_weights,
        exponent=lambda form: float(form[0]),
        allowance=0.15,
        replicates=24,
        allowance_because="the edge of a finite matrix lies below its limit by a share s^(-2/3)",
        assumptions=(SIMULATED,),
        fails_if="the deviation does not grow like s^(1/2)",
    ),
    Search(
        claim="lottery.conc.blocksum",
        part="bound",
        propose=_block_matrix,
        ratio=_block_ratio,
        certify=_block_certify,
        batches=2,
        tries=150,
        fails_if="a symmetric block matrix exceeds the sum of its block norms",
    ),
    Enclose(
        claim="lottery.conc.blocksum",
        part="bound",
        cells=tuple(
            {"matrix": rows}
            for rows in (
                [[1, 2, 0, 1], [2, -1, 3, 0], [0, 3, 2, 1], [1, 0, 1, 4]],
                [[5, -1, 2, 2], [-1, 3, 0, 1], [2, 0, -4, 1], [2, 1, 1, 0]],
                [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 2], [1, 1, 2, 1]],
            )
        ),
        sides=_block_certify,
        max_bits=256,
        fails_if="a certified norm exceeds the sum of the blocks' norms",
    ),
    Follow(
        claim="lottery.conc.blocksum",
        part="loss",
        cells=(
            {"K": 2, "r": 10, "N": 2000, "masks": "dense"},
            {"K": 4, "r": 10, "N": 2000, "masks": "dense"},
            {"K": 4, "r": 10, "N": 2000, "masks": "disjoint"},
        ),
        observe=_block_loss,
        margin=lambda figures, cell, form: figures["loss"] / cell["K"] ** form[1] - 1,
        allowance=1e-6,
        allowance_because="singular values of float matrices of size 1 are good to 1e-13",
        repetitions=2,
        assumptions=(SIMULATED,),
        fails_if="on a sample the sum of block norms is within K of the norm",
    ),
    Search(
        claim="lottery.conc.rtilde_bounds",
        propose=_some_mask,
        ratio=_width_ratio,
        certify=mask_ratio,
        batches=2,
        tries=150,
        fails_if="a mask has an effective width above its average one",
    ),
    Enclose(
        claim="lottery.conc.rtilde_lower",
        cells=({"K": 10, "r": 1000}, {"K": 6, "r": 10**6}),
        sides=lambda cell, form: (unbalanced_ratio(cell["K"], cell["r"]), form.ball()),
        relation=">=",
        fails_if="unbalanced masks have an effective width below an eighth of the average",
    ),
)
