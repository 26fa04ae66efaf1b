"""The verdicts err as rarely as they promise, on populations of claims of known truth.

Every comparison is an exact binomial one: a calibrated procedure exceeds `at_most` with
probability 1e-6. Controls show that the same comparison catches procedures that are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom, norm

from verify.statistics.mean_claims import Relation, decide_mean
from verify.statistics.means import mean_limits
from verify.statistics.models import Average, Bounded, Model, SubGaussian, Variance
from verify.statistics.plans import Probability, look_schedule
from verify.statistics.probability_claims import decide_probability
from verify.statistics.streams import stream

Draw = Callable[[np.random.Generator, int], np.ndarray]
RATE = 0.05  # alpha and beta: large, so that a population of hundreds shows an excess
SURE = 1e-6


def at_most(checks: int, rate: float) -> int:
    """Errors that a procedure of this rate exceeds with probability 1e-6 at most."""
    return int(binom.isf(SURE, checks, rate))


def at_least(checks: int, rate: float) -> int:
    """Finds that a procedure of this rate stays below with probability 1e-6 at most."""
    return int(binom.ppf(SURE, checks, rate))


# --- yes/no claims


def run_probability(plan: Probability, p: float, *key: object) -> str:
    k = previous = 0
    for n in plan.looks.tolist():
        k += int(stream(1, *key, n).binomial(n - previous, p))
        outcome = decide_probability(k, n, plan.delta, plan.tol, plan.alpha, plan.beta).outcome
        if outcome != "UNDECIDED":
            return outcome
        previous = n
    return "UNDECIDED"


PLANS = [
    Probability(delta=0.3, n_max=200, alpha=RATE, beta=RATE),
    Probability(delta=0.1, tol=0.5, n_max=200, alpha=RATE, beta=RATE),
]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_probability_claims(plan: Probability) -> None:
    """True at the boundary, false at the tolerance, violated at the MDV, and well inside."""
    checks = 80
    for name, p in {
        "true": plan.delta,
        "false": plan.level,
        "violated": plan.mdv(),
        "inside": plan.resolution(),
    }.items():
        tally = Counter(run_probability(plan, p, name, plan.delta, i) for i in range(checks))
        law = plan.outcome_law(p)
        for outcome, rate in (("REFUTED", law.refuted), ("HOLDS", law.holds)):
            assert at_least(checks, rate) <= tally[outcome] <= at_most(checks, rate), (
                name,
                outcome,
            )
        if name == "true":
            assert tally["REFUTED"] <= at_most(checks, RATE)
        if name == "false":
            assert tally["HOLDS"] <= at_most(checks, RATE)
    assert plan.outcome_law(plan.mdv()).refuted > 0.89  # so the third line above bites


def test_control_clopper_pearson_at_every_look_is_caught() -> None:
    """A fixed-sample limit, looked at ten at a time, refutes true claims far too often."""
    checks, delta, looks = 400, 0.3, np.arange(10, 501, 10)
    least = binom.isf(RATE, looks, delta) + 1
    fresh = stream(2, "control").binomial(10, delta, size=(checks, len(looks)))
    refuted = int(np.sum(np.any(np.cumsum(fresh, axis=1) >= least, axis=1)))
    assert refuted > at_most(checks, RATE)


# --- means


def lognormal(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.exp(rng.standard_normal(n) - 0.5)  # mean 1, variance e - 1


LAWS: dict[str, tuple[Draw, float, Model, float, tuple[Relation, ...]]] = {
    # law, its mean, the model declared, a tolerance that 300 observations resolve, relations
    "bernoulli": (
        lambda rng, n: (rng.random(n) < 0.1).astype(float), 0.1, Bounded(0, 1), 0.1, ("<=", "=="),
    ),
    "beta": (lambda rng, n: rng.beta(0.5, 0.5, n), 0.5, Bounded(0, 1), 0.2, (">=", "==")),
    "normal": (lambda rng, n: rng.standard_normal(n), 0.0, SubGaussian(1), 0.5, ("<=", "==")),
    "lognormal": (lognormal, 1.0, Variance(sqrt(np.e - 1)), 0.7, ("<=", "==")),
    "exponential": (
        lambda rng, n: rng.exponential(size=n), 1.0,
        Average((Bounded(0), Variance(1))), 0.5, ("==",),
    ),
    "pareto": (lambda rng, n: 1 + rng.pareto(1.5, n), 3.0, Bounded(0), 1.0, ("<=",)),
}  # fmt: skip


def run_mean(draw: Draw, claim: float, relation: Relation, model: Model, tol: float, *key) -> str:
    x, rng = np.empty(0), stream(3, *key)
    for n in look_schedule(300)[::2]:
        x = np.append(x, draw(rng, n - len(x)))
        decision = decide_mean(x, claim, relation, model, tol, RATE, RATE, with_limits=False)
        if decision.outcome != "UNDECIDED":
            return decision.outcome
    return "UNDECIDED"


@pytest.mark.parametrize("name", LAWS)
def test_mean_claims(name: str) -> None:
    """True claims are refuted, and claims false by the tolerance held, at most at their rates;
    claims false by twice the tolerance are refuted, true ones held, most of the time."""
    draw, mean, model, tol, relations = LAWS[name]
    checks = 120
    for relation in relations:
        sign = 1.0 if relation == ">=" else -1.0  # makes the claim false: E X > c, or E X < c
        true, edge, false = (
            Counter(
                run_mean(draw, mean + shift, relation, model, tol, name, relation, shift, i)
                for i in range(checks)
            )
            for shift in (0.0, sign * tol, sign * 2 * tol)
        )
        assert true["REFUTED"] <= at_most(checks, RATE)
        assert edge["HOLDS"] <= at_most(checks, RATE)
        assert false["REFUTED"] >= checks * (0.5 if name != "bernoulli" else 0.9)
        if name != "pareto":  # X >= 0 alone certifies nothing
            assert true["HOLDS"] >= checks // 2
        else:
            assert true["HOLDS"] == edge["HOLDS"] == false["HOLDS"] == 0


def test_mean_limits_cover() -> None:
    """Each side misses the mean at most at its rate, at the look where it is tempted most."""
    checks, misses = 60, Counter()
    for name in ("bernoulli", "lognormal"):
        draw, mean, model, *_ = LAWS[name]
        for i in range(checks):
            x = draw(stream(4, name, i), 120)
            limits = [mean_limits(x[:n], model, RATE) for n in (20, 40, 80, 120)]
            misses["low"] += any(low > mean for low, _ in limits)
            misses["high"] += any(high < mean for _, high in limits)
    assert max(misses.values(), default=0) <= at_most(2 * checks, RATE)


def test_control_normal_approximation_is_caught() -> None:
    """ "Within k standard errors" on skewed data refutes true claims E X >= c too often."""
    checks, x = 400, lognormal(stream(5, "control"), 400 * 100).reshape(400, 100)
    looks = np.arange(20, 101, 10)
    errors = [x[:, :n].std(axis=1, ddof=1) / sqrt(n) for n in looks]
    high = [x[:, :n].mean(axis=1) + norm.isf(RATE) * e for n, e in zip(looks, errors, strict=True)]
    refuted = int(np.sum(np.any(np.asarray(high) < 1.0, axis=0)))
    assert refuted > at_most(checks, RATE)
