"""Does the engine err as rarely as it promises? Synthetic claims of known truth, judged for real.

Each member is a claim whose law is known exactly: true (often just), or false by its tolerance
(just) or more. It goes through the same engines as the papers' claims, many times with fresh
seeds. Counted: true claims REFUTED, false ones that HOLD, with exact (Clopper-Pearson)
intervals. The promised rates are far too small to be seen in such a population, so it is run
twice: at rates inflated to 5 %, where an excess would show, and at the promised ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import e, sqrt
from typing import Any

import numpy as np
from scipy.stats import beta

from theory.claim import Claim, Direction, Quantifier
from verify.check import Check, Job
from verify.engines import Sample, Slope
from verify.engines.sample import Means, Violations
from verify.run import run_inline
from verify.statistics.budget import Budget
from verify.statistics.mean_claims import Relation
from verify.statistics.models import Bounded, Model, SubGaussian, Variance

INFLATED = 0.05
CONFIDENCE = 0.99
SEED = 0
REPETITIONS = {"quick": 12, "full": 400}
RATES = {"inflated": (INFLATED, INFLATED), "promised": Budget().share()}
RUNS = 300  # most runs a check: enough to decide claims false by a factor at either rate
CELL = {"population": 1}


@dataclass(frozen=True)
class Member:
    """A synthetic claim; `true` says whether it is, else it is false by its tolerance or more."""

    kind: str
    name: str
    true: bool
    check: Check
    form: Any


def population() -> list[Member]:
    """Claims of every statistical kind on both sides of, and at, their boundaries."""
    return [*_probabilities(), *_orderings(), *_means(), *_exponents()]


def _chance(p: float, cell: Mapping[str, Any], rng: np.random.Generator, size: int) -> np.ndarray:
    return (rng.random(size) < p).astype(float)


def _yes_no(kind: str, name: str, test: Violations, p: float, *, true: bool) -> Member:
    check = _sample(f"{kind}.{name}", partial(_chance, p), test)
    return Member(kind, name, true, check, Fraction(1, 2))


def _probabilities() -> list[Member]:
    """P(violation) <= delta with violations at given multiples of delta; tolerance 1/4."""
    delta, tolerance = 0.2, 0.25
    truths = {0.5: True, 1.0: True, 1 + tolerance: False, 2.0: False, 3.0: False}
    return [
        _yes_no("probability", f"p = {k:g} delta", Violations(delta, tolerance), k * delta, true=t)
        for k, t in truths.items()
    ]


def _orderings() -> list[Member]:
    """A below B for at least half of the paired seeds: ties and reversals violate."""
    truths = {0.25: True, 0.5: True, 0.55: False, 0.8: False}
    return [
        _yes_no("ordering", f"reversed at {p:g} of seeds", Violations(0.5, 0.1), p, true=t)
        for p, t in truths.items()
    ]


def _lognormal(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.exp(rng.standard_normal(size) - 0.5)  # mean 1, variance e - 1


LAWS: dict[str, tuple[Callable[..., np.ndarray], float, Model, float, Relation]] = {
    # draws, their mean, the declared model, relative tolerance, relation
    "uniform": (lambda rng, size: rng.random(size), 0.5, Bounded(0, 1), 0.3, "=="),
    "rare": (lambda rng, size: rng.binomial(1, 0.1, size) * 1.0, 0.1, Bounded(0, 1), 1.0, "<="),
    "normal": (lambda rng, size: 1 + rng.standard_normal(size), 1.0, SubGaussian(1), 0.4, "=="),
    "lognormal": (_lognormal, 1.0, Variance(sqrt(e - 1)), 0.5, "<="),
    "exponential": (lambda rng, size: rng.exponential(size=size), 1.0, Bounded(0), 0.5, "<="),
}


def _means() -> list[Member]:
    """E X = c or E X <= c under each model: exact, or too small by one or two tolerances."""
    members = []
    for law, (draw, mean, model, tolerance, relation) in LAWS.items():
        test = Means(relation, partial(_constant, model), tolerance)
        for times in (0, 1, 2):
            check = _sample(f"mean.{law}.{times}", partial(_at, draw), test)
            form = Fraction(mean) / (1 + times * Fraction(tolerance))
            members.append(
                Member("mean", f"{law}, off by {times} tolerances", not times, check, form)
            )
    return members


def _constant(model: Model, cell: Mapping[str, Any]) -> Model:
    return model


def _at(
    draw: Callable[..., np.ndarray], cell: Mapping[str, Any], rng: np.random.Generator, size: int
) -> np.ndarray:
    return draw(rng, size)


def _sample(name: str, draw: Callable[..., np.ndarray], test: Violations | Means) -> Sample:
    return Sample(
        claim=f"calibration.{name}",
        cells=(CELL,),
        draw=draw,
        target=lambda cell, form: form,
        test=test,
        n_max=RUNS,
    )


def _exponents() -> list[Member]:
    """A power law of slope -1/2 with normal noise, claimed at the slope and away from it."""
    allowance = 0.05
    truths = {0.0: True, 1.0: True, -1.0: True, 1.5: False, -3.0: False}
    return [
        Member(
            "exponent",
            f"off by {times:g} allowances",
            true,
            Slope(
                claim=f"calibration.exponent.{times}",
                cells=(CELL,),
                replicate=_power_law,
                exponent=_claimed,
                allowance=allowance,
                allowance_because="declared: claims off by at most this much count as true",
            ),
            -0.5 + times * allowance,
        )
        for times, true in truths.items()
    ]


def _claimed(form: Any) -> float:
    return float(form)


def _power_law(cell: Mapping[str, Any], rng: np.random.Generator) -> dict[str, np.ndarray]:
    sizes = np.log([10, 100, 1000])
    return {"x": sizes, "y": -0.5 * sizes + 0.1 * rng.standard_normal(3)}


def calibrate(profile: str = "quick", *, seed: int = SEED) -> dict[str, Any]:
    """Error rates of the engine on the population, as plain data for the evidence file.

    profile: "quick" judges each member 12 times, "full" 400 times. `inside` is False when the
    interval of any kind, or of any single member (listed as `exceeding`), lies above its rate.
    """
    repetitions = REPETITIONS[profile]
    members = population()
    rows: list[dict[str, Any]] = []
    exceeding: list[str] = []
    for rates, (alpha, beta_) in RATES.items():
        kinds: dict[str, Counter[str]] = {}
        for member in members:
            tally = tally_of(member, alpha, beta_, range(seed, seed + repetitions))
            kinds.setdefault(member.kind, Counter()).update(tally)
            if not row(rates, member.kind, tally, alpha, beta_)["inside"]:
                exceeding.append(f"{rates} {member.kind}: {member.name}")
        kinds["all"] = sum(kinds.values(), Counter())
        rows += [row(rates, kind, tally, alpha, beta_) for kind, tally in kinds.items()]
    return {
        "repetitions": repetitions,
        "members": len(members),
        "confidence": CONFIDENCE,
        "rows": rows,
        "exceeding": exceeding,
        "inside": not exceeding and all(item["inside"] for item in rows),
    }


def tally_of(member: Member, alpha: float, beta_: float, seeds: Iterable[int]) -> Counter[str]:
    """Outcomes of one member over seeds, as "true HOLDS", "false REFUTED", …"""
    truth = "true" if member.true else "false"
    return Counter(f"{truth} {judge(member, alpha, beta_, seed)}" for seed in seeds)


def judge(member: Member, alpha: float, beta_: float, seed: int) -> str:
    """One member through its engine; its outcome."""
    claim = Claim(
        id=member.check.claim,
        title=member.name,
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=member.form,
    )
    return run_inline(Job(member.check.claim, member.check, claim, alpha, beta_), seed).outcome


def row(rates: str, kind: str, tally: Counter[str], alpha: float, beta_: float) -> dict[str, Any]:
    """Counts of one kind at one pair of rates, with the intervals of both error rates."""
    true = {name: tally[f"true {name}"] for name in ("HOLDS", "REFUTED", "UNDECIDED")}
    false = {name: tally[f"false {name}"] for name in ("HOLDS", "REFUTED", "UNDECIDED")}
    refuted = clopper_pearson(true["REFUTED"], sum(true.values()))
    held = clopper_pearson(false["HOLDS"], sum(false.values()))
    return {
        "rates": rates,
        "kind": kind,
        "alpha": alpha,
        "beta": beta_,
        "true": true,
        "false": false,
        "false_refutation": list(refuted),
        "false_hold": list(held),
        "inside": refuted[0] <= alpha and held[0] <= beta_,
    }


def clopper_pearson(k: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Exact interval of a probability from k of n; [0, 1] when n = 0.

    >>> [round(end, 4) for end in clopper_pearson(0, 100, confidence=0.95)]
    [0.0, 0.0362]
    """
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, k, n - k + 1)) if k else 0.0
    high = float(beta.isf(tail, k + 1, n - k)) if k < n else 1.0
    return low, high
