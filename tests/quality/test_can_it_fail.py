"""Controls: what each engine must refuse. A check that cannot fail is caught here.

For every engine: a false claim is REFUTED (or at least never HOLDS), an undecidable one stays
UNDECIDED, and nothing broken (NaN, a wide ball, a chunk without result) is ever a pass.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import alpha, n
from theory.rigor.balls import ball
from verify.check import Job
from verify.engines import Cover, Derive, Enclose, Follow, Sample, Search, Slope
from verify.engines.common import QUARANTINED
from verify.engines.sample import Means, Violations
from verify.evidence import Flag, Outcome, Strength
from verify.run import run_inline
from verify.statistics.models import Bounded
from verify.verdict import fold

WIDE = ball(-1).union(ball(1))
CELLS = ({"m": 1}, {"m": 2})


def claim(form, mutants=(), hypotheses=()):
    return Claim(
        id="asym.control",
        title="",
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=form,
        mutants=tuple(mutants),
        hypotheses=tuple(hypotheses),
    )


def job(check, form, **fields):
    return Job("asym.control/X", check, claim(form, **fields), 1e-6, 1e-5)


def slopes(cell, rng):
    sizes = np.log([10, 100, 1000])
    return {"x": sizes, "y": -0.5 * sizes + 0.01 * rng.standard_normal(3)}


def only_finite(value):
    """A simulation that returned a value that is none."""
    return lambda cell, rng, size: np.where(rng.random(size) < 0.01, value, rng.random(size))


# Each engine with a check whose form is a number: the claim is true of `good`, false of `bad`.
ENGINES = {
    "Derive": (
        Derive(claim="asym.control", residual=lambda form: alpha * (form - 1)), 1, 2,
    ),
    "Enclose": (
        Enclose(claim="asym.control", cells=CELLS, sides=lambda c, f: (arb.pi(), ball(f) * c["m"])),
        4, 3,
    ),
    "Cover": (
        Cover(claim="asym.control", gap=lambda at, f: ball(f) - at["x"] ** 2, box={"x": (0, 1)}),
        2, Fraction(1, 2),
    ),
    "Sample of probabilities": (
        Sample(
            claim="asym.control", cells=CELLS, draw=lambda cell, rng, size: rng.random(size),
            target=lambda cell, form: form, test=Violations(0.2),
        ),
        Fraction(9, 10), Fraction(1, 2),
    ),
    "Sample of means": (
        Sample(
            claim="asym.control", cells=CELLS, draw=lambda cell, rng, size: rng.random(size),
            target=lambda cell, form: form, n_max=4000,
            test=Means("==", lambda cell: Bounded(0, 1), 0.2),
        ),
        Fraction(1, 2), Fraction(4, 5),
    ),
    "Follow": (
        Follow(
            claim="asym.control", cells=CELLS, observe=lambda cell, rng: {"loss": 1.0},
            margin=lambda figures, cell, form: float(form) - figures["loss"],
            allowance=0.01, allowance_because="chosen for the test",
        ),
        2, Fraction(1, 2),
    ),
    "Slope": (
        Slope(
            claim="asym.control", cells=CELLS, replicate=slopes,
            exponent=float, allowance=0.05, allowance_because="chosen for the test",
        ),
        Fraction(-1, 2), Fraction(-1),
    ),
    "Search": (
        Search(
            claim="asym.control", propose=lambda rng: str(Fraction(int(rng.integers(0, 101)), 100)),
            ratio=lambda candidate, form: float(Fraction(candidate) / form),
            certify=lambda candidate, form: (Fraction(candidate), Fraction(form)),
        ),
        1, Fraction(1, 2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_a_true_claim_holds_and_a_false_one_is_refuted(engine):
    check, good, bad = ENGINES[engine]
    assert run_inline(job(check, good)).outcome is Outcome.HOLDS
    refuted = run_inline(job(check, bad))
    assert refuted.outcome is Outcome.REFUTED
    assert refuted.strength >= Strength.NUMERIC


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_evidence_kills_the_wrong_version(engine):
    check, good, bad = ENGINES[engine]
    found = run_inline(job(check, good, mutants=[Mutant("wrong", bad), Mutant("same", good)]))
    wrong, same = (mutant for mutant in found.mutants if not mutant.automatic)
    assert wrong.killed and not same.killed and same.reason


@pytest.mark.parametrize("engine", ENGINES)
def test_chunks_without_result_never_pass(engine):
    """A chunk that killed its worker, or raised, or was never run."""
    check, good, _ = ENGINES[engine]
    task = job(check, good)
    state = check.engine.State(task)
    assert state.evidence().outcome is Outcome.UNDECIDED
    for key in state.wanted():
        state.add(key, QUARANTINED)
    while keys := state.wanted():  # what is still asked for may well succeed
        for key in keys:
            state.add(key, check.engine.work(task, key, 1))
    assert state.evidence().outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("engine", ENGINES)
def test_one_lost_chunk_is_not_made_up_for_by_the_others(engine):
    check, good, _ = ENGINES[engine]
    task = job(check, good)
    state = check.engine.State(task)
    first, *rest = state.wanted()
    state.add(first, QUARANTINED)
    while rest:
        for key in rest:
            state.add(key, check.engine.work(task, key, 1))
        rest = state.wanted()
    assert state.evidence().outcome is Outcome.UNDECIDED


FEW = {"max_boxes": 200}
BROKEN = {
    "Enclose, NaN": (ENGINES["Enclose"], {"sides": lambda c, f: (arb.nan(), ball(f))}),
    "Enclose, infinite": (ENGINES["Enclose"], {"sides": lambda c, f: (ball(f), arb.pos_inf())}),
    "Enclose, wide": (ENGINES["Enclose"], {"sides": lambda c, f: (WIDE, WIDE)}),
    "Enclose, wide equality": (
        ENGINES["Enclose"], {"sides": lambda c, f: (WIDE, WIDE), "relation": "=="},
    ),
    "Enclose, equality of nearby numbers": (
        ENGINES["Enclose"],
        {"sides": lambda c, f: (ball(1), ball(1) + arb(0, "1e-15")), "relation": "=="},
    ),
    "Cover, NaN": (ENGINES["Cover"], {"gap": lambda at, f: arb.nan(), **FEW}),
    "Cover, wide": (ENGINES["Cover"], {"gap": lambda at, f: WIDE, **FEW}),
    "Cover, zero at the edge": (ENGINES["Cover"], {"gap": lambda at, f: 1 - at["x"], **FEW}),
    "Derive, unknown": (ENGINES["Derive"], {"residual": lambda f: None}),
    "Derive, nothing": (ENGINES["Derive"], {"residual": lambda f: []}),
    "Sample, NaN": (ENGINES["Sample of means"], {"draw": only_finite(np.nan)}),
    "Sample, infinite": (ENGINES["Sample of probabilities"], {"draw": only_finite(np.inf)}),
    "Sample, NaN target": (
        ENGINES["Sample of probabilities"], {"target": lambda c, f: float("nan")},
    ),
    "Follow, NaN": (ENGINES["Follow"], {"margin": lambda g, c, f: float("nan")}),
    "Follow, inside its allowance": (ENGINES["Follow"], {"margin": lambda g, c, f: 0.005}),
    "Slope, noise": (
        ENGINES["Slope"],
        {"replicate": lambda c, rng: {"x": [1.0, 2.0], "y": rng.standard_normal(2)}},
    ),
    "Slope, NaN": (
        ENGINES["Slope"], {"replicate": lambda c, rng: {"x": [1.0, 2.0], "y": [np.nan, 1.0]}},
    ),
    "Slope, no spread": (
        ENGINES["Slope"], {"replicate": lambda c, rng: {"x": [1.0, 2.0], "y": [0.0, -0.5]}},
    ),
    "Search, NaN": (ENGINES["Search"], {"ratio": lambda c, f: float("nan")}),
    "Search, a candidate only": (
        ENGINES["Search"], {"ratio": lambda c, f: 2.0, "certify": lambda c, f: (WIDE, ball(0))},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_or_vague_is_undecided(name):
    (check, good, _), changes = BROKEN[name]
    assert run_inline(job(replace(check, **changes), good)).outcome is Outcome.UNDECIDED


def test_a_search_that_floats_call_violated_but_balls_call_true_holds():
    """Rounding invents violations; the balls say so, and the claim is not left in doubt."""
    check = replace(ENGINES["Search"][0], ratio=lambda c, f: 1 + 1e-15, tries=5)
    assert run_inline(job(check, 1)).outcome is Outcome.HOLDS
    many = replace(check, tries=200)  # more than are brought to the balls
    assert run_inline(job(many, 1)).outcome is Outcome.UNDECIDED


def test_cells_outside_the_hypotheses_support_nothing():
    check = replace(ENGINES["Enclose"][0], applies=lambda cell: False)
    found = run_inline(job(check, 4))
    verdict = fold([claim(4)], [found])["asym.control"]
    assert verdict.status.outcome is not Outcome.HOLDS


def test_a_dropped_hypothesis_gives_a_witness_and_a_kept_one_none():
    """x <= x^2 for x >= 1; below, every x is a witness."""
    at_least_one = Hypothesis("at least one", "x >= 1", lambda cell: Fraction(cell["x"]) - 1)
    check = Enclose(
        claim="asym.control",
        cells=({"x": "3/2"}, {"x": "2"}),
        sides=lambda cell, form: (Fraction(cell["x"]), Fraction(cell["x"]) ** form),
    )
    dropped = replace(check, role="without at least one", cells=({"x": "1/2"},))
    item = claim(2, mutants=[Mutant("square", 1)], hypotheses=[at_least_one])
    evidence = [run_inline(Job("asym.control/X", c, item, 1e-6, 1e-5)) for c in (check, dropped)]
    row = fold([item], evidence)["asym.control"].as_json()
    assert row["outcome"] == "HOLDS"
    assert row["hypotheses"][0]["status"] == "load-bearing"
    assert row["hypotheses"][0]["witness"]["cell"] == {"x": "1/2"}


def test_a_bound_nobody_can_miss_is_flagged():
    """Without a killed mutant a claim is TOOTHLESS; no better than what holds for free, TRIVIAL."""
    check = replace(
        ENGINES["Enclose"][0],
        sides=lambda cell, form: (ball("1/2"), ball(form)),
        free=lambda cell: ball(1),
    )
    item = claim(10**6, mutants=[Mutant("half", 5 * 10**5)])
    found = run_inline(Job("asym.control/X", check, item, 1e-6, 1e-5))
    flags = fold([item], [found])["asym.control"].flags
    assert {Flag.TOOTHLESS, Flag.TRIVIAL} <= set(flags)


def test_the_census_sees_most_slips_in_an_identity():
    """sum of 1..n = n (n + 1) / 2: every automatic mutant is wrong, and dies at n = 7."""
    check = Enclose(
        claim="asym.control",
        cells=({"n": 7},),
        sides=lambda cell, form: (form.ball(n=cell["n"]), Fraction(28)),
        relation="==",
    )
    found = run_inline(job(check, Formula(n * (n + 1) / 2)))
    automatic = [mutant for mutant in found.mutants if mutant.automatic]
    assert found.outcome is Outcome.HOLDS and len(automatic) >= 6
    assert all(mutant.killed for mutant in automatic)
