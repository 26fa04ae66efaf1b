"""Checks on real inputs: planted sparse teachers on scikit-learn's digits (digits.*)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from theory.claim import Form
from theory.formula import Formula
from theory.lottery import arrays
from verify.checks.lottery_problems import Array, Cell
from verify.data.load import load
from verify.engines import Follow, Sample
from verify.engines.sample import Means
from verify.networks.local_fit import local_minimiser
from verify.statistics.models import Bounded, Variance

NEURONS, SUPPORT = 2, 6
LEVELS = (40, 30, 20, 12, 9, 6)  # kept weights a neuron along the pruning path


@cache
def pixels() -> Array:
    """The images, one row each, pixels of deviation above 1 standardised."""
    raw = load("digits").X
    kept = raw[:, raw.std(axis=0) > 1]
    return np.asarray((kept - kept.mean(axis=0)) / kept.std(axis=0))


def _planted(rng: np.random.Generator, d: int) -> Array:
    teacher = np.zeros((NEURONS, d))
    for j in range(NEURONS):
        chosen = rng.choice(d, SUPPORT, replace=False)
        teacher[j, chosen] = rng.choice([-1, 1], SUPPORT) * rng.uniform(0.5, 1.5, SUPPORT)
    return teacher


def _outputs(weights: Array, inputs: Array) -> Array:
    return np.asarray(np.maximum(inputs @ weights.T, 0).mean(axis=1))


def _condition(teacher: Array, inputs: Array, kept: Array) -> float:
    g = arrays.features(teacher, inputs, kept)
    values = np.linalg.eigvalsh(g.T @ g / len(inputs))
    return float(values[-1] / values[0])


def _largest(weights: Array, kept: Array, count: int) -> Array:
    """The `count` largest kept weights of every neuron."""
    sizes = np.where(kept, np.abs(weights), -1.0)
    order = np.argsort(-sizes, axis=1)[:, :count]
    chosen = np.zeros(kept.shape, bool)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen


def _path(cell: Cell, rng: np.random.Generator) -> dict[str, Any]:
    """Dense noisy fit, then prune and refit: excess on fresh images, mask accuracy, condition."""
    images, n, sigma = pixels(), cell["N"], float(Fraction(cell["sigma"]))
    teacher = _planted(rng, images.shape[1])
    order = rng.permutation(len(images))
    train, test = images[order[:n]], images[order[n:]]
    y = _outputs(teacher, train) + sigma * rng.standard_normal(n)
    kept = np.ones(teacher.shape, bool)
    move = rng.standard_normal(teacher.shape)
    weights = teacher + 0.5 * np.linalg.norm(teacher) / np.linalg.norm(move) * move
    levels = [images.shape[1], *LEVELS]
    figures: dict[str, list[float]] = {"kept": [], "excess": [], "accuracy": [], "condition": []}
    for count in levels:
        kept = _largest(weights, kept, count)
        fitted = local_minimiser(np.where(kept, weights, 0.0), train, y, kept)
        weights = np.where(kept, weights, 0.0) if fitted is None else fitted
        excess = float(np.mean((_outputs(weights, test) - _outputs(teacher, test)) ** 2))
        figures["kept"].append(count)
        figures["excess"].append(excess)
        figures["accuracy"].append(float((kept & (teacher != 0)).sum() / (NEURONS * SUPPORT)))
        figures["condition"].append(_condition(teacher, train, kept))
    return figures


def _condition_margin(figures: Mapping[str, Any], cell: Cell, form: int) -> float:
    """Least relative fall of the condition number over the whole path, up to rounding."""
    falls = np.diff(-np.log(figures["condition"]))
    return float(form * falls.sum() if form < 0 else falls.min()) + 1e-6


def _pruning_margin(figures: Mapping[str, Any], cell: Cell, form: int) -> float:
    """Room of mask accuracy above 0.74 and of the excess ratio above 2 (form -1: below 1/2)."""
    gain = form * np.log(figures["excess"][0] / figures["excess"][-1]) - np.log(2)
    return float(min(gain, figures["accuracy"][-1] - 0.74))


@cache
def _fixed_design(n: int) -> tuple[Array, Array, Array]:
    """Training images, a planted teacher and a mask of twice its size, fixed once."""
    rng = np.random.default_rng(7)
    images = pixels()
    teacher = _planted(rng, images.shape[1])
    kept = _largest(np.abs(teacher) + 0.1 * rng.random(teacher.shape), teacher == teacher, 8)
    return images[rng.permutation(len(images))[:n]], teacher, kept


def _in_sample(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """N times the excess risk on the training images over sigma^2."""
    sigma = float(Fraction(cell["sigma"]))
    inputs, teacher, kept = _fixed_design(cell["N"])
    clean = _outputs(teacher, inputs)
    found: list[float] = []
    while len(found) < size:
        y = clean + sigma * rng.standard_normal(len(inputs))
        fitted = local_minimiser(teacher, inputs, y, kept)
        if fitted is not None:
            found.append(float(((_outputs(fitted, inputs) - clean) ** 2).sum()) / sigma**2)
    return np.array(found)


def _in_sample_target(cell: Cell, form: Formula) -> float:
    kept = _fixed_design(cell["N"])[2]
    values = {
        "noise": Fraction(cell["sigma"]),
        "samples": cell["N"],
        "kept_total": int(kept.sum()),
        "neurons": NEURONS,
    }
    value = form.ball(**{s.symbol.name: values[s.symbol.name] for s in form.symbols})
    return float(value) * cell["N"] / float(Fraction(cell["sigma"])) ** 2


def _selected_margin(figures: Mapping[str, Any], cell: Cell, form: Formula) -> float:
    index = figures["kept"].index(20)
    law = form.ball(noise=Fraction(cell["sigma"]), samples=cell["N"], kept_total=NEURONS * 20)
    return 0.5 - abs(figures["excess"][index] / float(law) - 1)


def _curvature(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Least eigenvalue of A-hat for two neurons that read one random pixel each."""
    images = pixels()
    teacher = np.zeros((NEURONS, images.shape[1]))
    teacher[[0, 1], rng.choice(images.shape[1], 2, replace=False)] = 1.0
    g = arrays.features(teacher, images)
    return {"least": float(np.linalg.eigvalsh(g.T @ g / len(images))[0])}


def _few_images(cell: Cell, rng: np.random.Generator, size: int) -> Array:
    """Whether N random images identify one neuron with s positive weights on raw pixels."""
    raw = load("digits").X
    middle = raw[:, np.argsort(-raw.mean(axis=0))[: cell["s"]]]  # the brightest pixels
    found = []
    for _ in range(size):
        x = middle[rng.choice(len(middle), cell["N"], replace=False)]
        active = x[x.sum(axis=1) > 0]
        found.append(float(np.linalg.matrix_rank(active) == cell["s"]) if len(active) else 0.0)
    return np.array(found)


def _few_images_target(cell: Cell, form: Form) -> Any:
    return form(cell["N"], 1, cell["s"])


PLANTED = "planted random teachers of two neurons with six pixels each"
PATHS = ({"N": 800, "sigma": "3/10"},)

CHECKS = (
    Follow(
        claim="lottery.digits.nested",
        cells=PATHS,
        observe=_path,
        margin=_condition_margin,
        allowance=1e-7,
        allowance_because="float eigenvalues; 1e-6 of room lets equal condition numbers pass",
        repetitions=3,
        assumptions=(PLANTED,),
        fails_if="the condition number grows at a pruning step",
    ),
    Follow(
        claim="lottery.digits.pruning",
        cells=PATHS,
        observe=_path,
        margin=_pruning_margin,
        allowance=0.01,
        allowance_because="excess risks are means over 997 fresh images, known to rounding",
        repetitions=4,
        assumptions=(PLANTED,),
        fails_if="magnitude pruning misses a quarter of the mask, or does not halve the risk",
    ),
    Sample(
        claim="lottery.digits.excess",
        cells=({"N": 400, "sigma": "1/100"},),
        draw=_in_sample,
        target=_in_sample_target,
        test=Means("==", lambda cell: Variance(1.3 * np.sqrt(32.0)), tolerance=0.2),
        n_max=1500,
        assumptions=("chi-square with s = 16 degrees: deviation sqrt(32), a third more declared",),
        fails_if="the mean excess on fixed images is not s sigma^2/N",
    ),
    Follow(
        claim="lottery.digits.selected_excess",
        cells=PATHS,
        observe=_path,
        margin=_selected_margin,
        allowance=0.05,
        allowance_because="excess risks are means over 997 fresh images, known to rounding",
        repetitions=3,
        assumptions=(PLANTED,),
        fails_if="the risk of a mask chosen by magnitude is far above s sigma^2/N",
    ),
    Follow(
        claim="lottery.digits.curvature",
        cells=({"neurons": NEURONS},),
        observe=_curvature,
        margin=lambda figures, cell, form: figures["least"] / float(form.ball()) - 1,
        allowance=1e-6,
        allowance_because="float eigenvalues of a matrix of size 10",
        repetitions=2,
        fails_if="correlated pixels leave less curvature",
    ),
    Sample(
        claim="lottery.digits.identifiability",
        cells=({"N": 7, "s": 4},),
        draw=_few_images,
        target=_few_images_target,
        test=Means("==", lambda cell: Bounded(0, 1), tolerance=0.1),
        n_max=1000,
        fails_if="images identify the neuron more, or less, often than a fair coin would",
    ),
)
