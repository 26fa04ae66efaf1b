"""Exponents have teeth: the slope of log slack predicts where a wrong one fails, and it does.

The example is Hoeffding's: a mean of n variables exceeds its expectation by more than
sqrt(log(1/delta)/(2n)) with probability at most delta. A bound of order n^-0.6 is true at small
n and must fail at some size; at sizes where no test could refute it, its slope says which.
"""

from dataclasses import replace
from fractions import Fraction
from math import log, sqrt

import pytest
from flint import arb
from scipy.stats import norm

from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.rigor.balls import ball
from verify.check import Job
from verify.engines import Enclose, Sample
from verify.engines.sample import Violations
from verify.evidence import Outcome, Strength
from verify.run import run_inline
from verify.verdict import fold

DELTA = 0.05


def hoeffding(mutants=(), power=Fraction(1, 2)):
    return Claim(
        id="asym.hoeffding",
        title="",
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=power,
        mutants=tuple(mutants),
    )


def bound(cell, power):
    return sqrt(log(1 / DELTA) / 2) * cell["n"] ** -float(power)


def coins(cell, rng, size):
    """Deviation of the mean of n fair coins: the law for which Hoeffding's bound is sharpest."""
    return rng.binomial(cell["n"], 0.5, size) / cell["n"] - 0.5


def normals(cell, rng, size):
    """Deviation of a mean of n normal variables of variance 1/4; no lattice at small n."""
    return rng.standard_normal(size) / (2 * sqrt(cell["n"]))


def sample(draw, sizes, **fields):
    return Sample(
        claim="asym.hoeffding",
        cells=tuple({"n": n} for n in sizes),
        draw=draw,
        target=bound,
        test=Violations(DELTA),
        slack_within=1.2,
        **{"n_max": 12_000} | fields,
    )


def judged(check, claim):
    return run_inline(Job("asym.hoeffding/Sample", check, claim, 1e-2, 1e-2), 5)


@pytest.mark.parametrize(
    "power, reading", [("1/2", "sharp"), ("3/5", "shrinking"), ("2/5", "loose")]
)
def test_the_slope_of_log_slack_reads_the_exponent(power, reading):
    """VERDICTS 8.3: sizes 25 to 6400, all intervals at once at 99 %."""
    sizes = (25, 100, 400, 1600, 6400)
    found = judged(sample(coins, sizes), hoeffding(power=Fraction(power)))
    (growth,) = found.growth
    assert growth["reading"] == reading and not growth["certain"]
    expected = 0.5 - float(Fraction(power))
    assert growth["low"] <= expected <= growth["high"]
    if reading == "shrinking":
        assert found.outcome is Outcome.REFUTED
        assert 40 <= growth["failure_size"] <= 100  # 64 in VERDICTS; coins make a lattice
    else:
        assert growth["failure_size"] is None or reading == "sharp"


def test_a_mutant_that_survives_is_refuted_at_the_size_its_slope_predicts():
    mutant = Mutant("n^-0.6", Fraction(3, 5))
    claim, sizes = hoeffding([mutant]), (1, 3, 9, 27)
    found = judged(sample(normals, sizes), claim)
    (record,) = found.mutants
    # True at every size listed: its slack is 1.488 n^-0.1, above 1 up to n = 53.
    least = sqrt(log(1 / DELTA) / 2) * 2 / norm.isf(DELTA) * 27**-0.1
    assert least > 1 and not record.killed
    assert record.reason.startswith("predicted to fail at a cell that is not listed (from n = ")
    failure = float(record.reason.split("n = ")[1].split(";")[0])
    truth = (sqrt(log(1 / DELTA) / 2) * 2 / norm.isf(DELTA)) ** 10
    assert 0.5 < failure / truth < 2
    size = record.proposed["n"]
    assert failure < size <= 64 * 27
    run = judged(sample(normals, (size,), n_max=40_000), claim)
    assert run.outcome is Outcome.HOLDS and run.mutants[0].killed


def test_a_slower_loss_of_slack_is_not_refutable_below_its_size():
    mutant = Mutant("n^-0.55", Fraction(11, 20))
    check = sample(normals, (1, 10, 100, 1000), n_max=40_000)
    (record,) = judged(replace(check, slack_within=1.08), hoeffding([mutant])).mutants
    if record.killed:
        pytest.fail("1.488 * 1000^-0.05 = 1.05 is above 1: the mutant is true at every size")
    assert record.reason.startswith(("not refutable below", "predicted to fail"))


def test_a_weaker_mutant_says_so_and_proposes_nothing():
    mutant = Mutant("n^-0.4", Fraction(2, 5))
    (record,) = judged(sample(normals, (2, 8, 32)), hoeffding([mutant])).mutants
    assert not record.killed and record.proposed is None
    assert record.reason.startswith("weaker than the claim at every cell (by a factor ")


# --- exact sides


def enclosed(sizes, **fields):
    """1/n is at most 3/n; the mutants shrink faster."""
    return Enclose(
        claim="asym.hoeffding",
        cells=tuple({"n": n} for n in sizes),
        sides=lambda cell, power: (
            1 / arb(cell["n"]),
            3 * arb(cell["n"]) ** (-2 * ball(power)),
        ),
        **fields,
    )


def exact(check, *powers):
    claim = hoeffding([Mutant(f"n^-{2 * Fraction(p)}", Fraction(p)) for p in powers])
    found = run_inline(Job("asym.hoeffding/Enclose", check, claim, 1e-6, 1e-5))
    return claim, found


def test_an_exact_survivor_is_refuted_at_a_cell_that_is_proposed():
    """3 n^-1.25 < 1/n from n = 82 on; n = 25 is the largest size listed."""
    claim, found = exact(enclosed((1, 5, 25)), "5/8")
    (record,) = found.mutants
    assert found.outcome is Outcome.HOLDS and found.strength is Strength.CERTIFIED
    assert record.proposed == {"n": 82}  # 3^4 = 81 is the size of equality
    assert record.reason == "refuted at a cell that is not listed (n = 82)"
    _, again = exact(enclosed((1, 5, 25, record.proposed["n"])), "5/8")
    assert again.mutants[0].killed
    verdict = fold([claim], [found])["asym.hoeffding"].as_json()
    assert verdict["mutants"]["survivors"][0]["proposed"] == {"n": 82}


def test_an_exact_survivor_that_fails_too_far_out_says_from_where():
    """3 n^-1.1 < 1/n from n = 3^10 = 59049 on, more than four times the largest size."""
    _, found = exact(enclosed((1, 5, 25)), "11/20")
    (record,) = found.mutants
    assert record.proposed is None
    assert record.reason.startswith("not refutable below a predicted size (n = 5.9e4; ")


def test_a_survivor_of_the_first_cell_is_killed_at_another_one():
    _, found = exact(enclosed((1, 100)), "1")
    assert found.mutants[0].killed


def test_no_second_look_without_survivors_or_at_cells_where_the_claim_fails():
    _, found = exact(enclosed((100,)), "1")
    assert found.mutants[0].killed
    wrong = replace(enclosed((1, 5)), sides=lambda cell, power: (2, 1))
    claim = hoeffding([Mutant("also wrong", Fraction(1))])
    state = wrong.engine.State(Job("asym.hoeffding/Enclose", wrong, claim, 1e-6, 1e-5))
    for key in state.wanted():
        state.add(key, wrong.engine.work(state.job, key, 0))
    assert state.wanted() == []


def test_the_state_of_a_sample_counts_the_slack_it_was_asked_for():
    rough = judged(replace(sample(normals, (4,)), slack_within=0.0), hoeffding())
    fine = judged(sample(normals, (4,)), hoeffding())
    assert fine.cells[0].figures["n"] > rough.cells[0].figures["n"]
    low, high = fine.cells[0].figures["slack"]
    assert high <= 1.2 * low and low <= 1.488 <= high
