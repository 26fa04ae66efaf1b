"""Reasons of wrong versions that no check refuted: computed, and true."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb

from theory.claim import Claim, Direction, Hypothesis, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import gamma, m, n
from theory.rigor.balls import ball
from verify.check import Job
from verify.engines import Enclose, Sample, Search, survivors
from verify.engines.sample import Means
from verify.equivalents import EQUAL, UNDEFINED, no_mutant
from verify.evidence import Evidence, Outcome
from verify.run import run_inline
from verify.statistics.models import Bounded
from verify.verdict import fold
from verify.weaker import PROVED

CELLS = ({"n": 1, "gamma": "1/2"}, {"n": 4, "gamma": "1/2"})


def made(form, mutants=(), hypotheses=()):
    return Claim(
        id="asym.made",
        title="",
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=form,
        mutants=tuple(Mutant(name, form) for name, form in dict(mutants).items()),
        hypotheses=tuple(hypotheses),
    )


def judged(check, claim):
    return run_inline(Job("asym.made/X", check, claim, 1e-3, 1e-3))


def by_name(claim, found):
    verdict = fold([claim], [found])["asym.made"]
    return {mutant.name.removeprefix("automatic: "): mutant for mutant in verdict.mutants}


def at_most(form, cell):
    values = {"n": cell["n"], "gamma": Fraction(cell["gamma"])}
    return form.ball(**{s.symbol.name: values[s.symbol.name] for s in form.symbols})


BOUND = Enclose(
    claim="asym.made",
    cells=CELLS,
    sides=lambda cell, form: (ball(cell["n"] * Fraction(cell["gamma"]) / 2), at_most(form, cell)),
)


def test_how_a_survivor_compares_is_measured_at_every_cell():
    less = Formula(2 * n * gamma / 3)
    claim = made(Formula(n * gamma), {"twice": Formula(2 * n * gamma), "less": less})
    found = by_name(claim, judged(BOUND, claim))
    assert found["twice"].reason.startswith(f"{PROVED} (by a factor 2, ")
    assert found["less"].reason.startswith("inside the slack at every cell tried (tighter by up to")
    assert "tighter by up to 1.5, slack there 2, " in found["less"].reason
    # n^2 for n moves nothing at n = 1 and is weaker at n = 4: tried beyond the first cell.
    assert found["n to n^2"].reason.startswith(f"{PROVED} (by a factor 1 to ")
    # gamma for 1: weaker at gamma = 1/2, and at every gamma <= 1
    assert found["factor gamma dropped"].reason.startswith(f"{PROVED} (by a factor 2, ")


def test_a_census_mutant_that_the_first_cell_cannot_see_is_killed_at_another():
    claim = made(Formula(n * gamma))
    found = by_name(claim, judged(BOUND, claim))
    assert found["factor n dropped"].killed  # gamma against n gamma/2: false only at n = 4


def test_a_proposed_cell_keeps_the_hypotheses():
    claim = made(Formula(n * gamma), {"root": Formula(gamma * sympy.sqrt(n) * 3 / 2)})
    found = by_name(claim, judged(replace(BOUND, cells=CELLS[:1]), claim))
    assert (
        found["root"].proposed is None
    )  # n alone in one cell is tried at 2 only: 1.5 * 2^-0.5 > 1/2
    many = replace(BOUND, cells=tuple({"n": k, "gamma": "1/2"} for k in (1, 2, 4)))
    assert by_name(claim, judged(many, claim))["root"].proposed == {"n": 10}  # equal at n = 9
    small = Hypothesis("Small", "n at most 8", lambda cell: 8 - cell["n"])
    claim = replace(claim, hypotheses=(small,))
    kept = by_name(claim, judged(many, claim))["root"]
    assert kept.proposed is None and kept.reason.startswith("not refutable below a predicted size")


def test_a_bound_that_became_empty_is_weaker():
    lower = replace(BOUND, relation=">=", sides=lambda c, f: (arb(c["n"]), at_most(f, c)))
    claim = made(Formula(n * gamma), {"negative": Formula(-n * gamma)})
    found = by_name(claim, judged(lower, claim))["negative"]
    assert found.reason.startswith("weaker than the claim at every cell tried (empty at ")


def test_a_survivor_of_a_refuted_claim_is_a_weaker_version():
    claim = made(Formula(n * gamma / 3), {"repaired": Formula(n * gamma)})
    found = judged(BOUND, claim)
    assert found.outcome is Outcome.REFUTED
    reason = by_name(claim, found)["repaired"].reason
    assert reason == f"{PROVED}, and not refuted where the claim is"


def test_equal_and_undefined_versions_are_counted_apart():
    claim = made(
        Formula(n * gamma),
        {
            "same": Formula(sympy.exp(sympy.log(n)) * gamma),
            "no number": Formula(n * sympy.sqrt(gamma - 2)),
        },
    )
    counts = fold([claim], [judged(BOUND, claim)])["asym.made"].as_json()["mutants"]
    assert (counts["killed"], counts["total"], counts["survivors"]) == (0, 0, [])
    assert (counts["equal"], counts["undefined"]) == (1, 1)


@pytest.mark.parametrize(
    "claim, mutant, said",
    [
        (m * (m + 1), m**2 + m, EQUAL),
        (m * (m + 1), m**2 + m + 1, ""),
        (sympy.sqrt(1 - gamma), sympy.sqrt(-1 - gamma), UNDEFINED),
        (sympy.sqrt(1 - gamma), sympy.sqrt(gamma - sympy.Rational(1, 2)), ""),
    ],
)
def test_equality_is_proved_and_undefined_means_everywhere(claim, mutant, said):
    assert no_mutant(Formula(claim), Formula(mutant)) == said
    assert no_mutant((1, Formula(claim)), (1, Formula(mutant))) == said
    assert no_mutant((1, Formula(claim)), (2, Formula(mutant))) == ""
    assert no_mutant(len, Formula(mutant)) == ""


def test_a_mean_has_a_slack_from_its_confidence_sequence():
    check = Sample(
        claim="asym.made",
        cells=({"n": 1},),
        draw=lambda cell, rng, size: rng.random(size),
        target=lambda cell, form: float(form),
        test=Means("<=", lambda cell: Bounded(0, 1)),
        n_max=4000,
    )
    claim = made(1.0, {"0.9": 0.9, "0.3": 0.3, "1.5": 1.5})
    found = judged(check, claim)
    low, high = found.slack
    assert 1 < low < 2 < high < 4  # 1 against a mean of 1/2
    mutants = by_name(claim, found)
    assert mutants["0.3"].killed
    weaker = "weaker than the claim at every cell (by a factor 1.5, 1 cell)"
    assert mutants["1.5"].reason == weaker
    assert mutants["0.9"].reason.startswith("inside the slack")
    below = replace(check, test=Means(">=", lambda cell: Bounded(0, 1)))
    low, high = judged(below, made(0.25)).slack
    assert low < 2 < high


def test_an_identity_says_how_far_the_mean_was_moved():
    check = Sample(
        claim="asym.made",
        cells=({"n": 1},),
        draw=lambda cell, rng, size: rng.random(size),
        target=lambda cell, form: float(form),
        test=Means("==", lambda cell: Bounded(0, 1), tolerance=0.2),
        n_max=4000,
    )
    claim = made(0.5, {"near": 0.505, "far": 0.7})
    mutants = by_name(claim, judged(check, claim))
    assert mutants["far"].killed and "moved by 0.01" in mutants["near"].reason


def test_a_search_compares_the_best_ratios():
    check = Search(
        claim="asym.made",
        propose=lambda rng: str(Fraction(int(rng.integers(1, 100)), 100)),
        certify=lambda x, form: (ball(Fraction(x)), ball(form)),
        batches=1,
        tries=50,
    )
    claim = made(Fraction(2), {"four": Fraction(4), "one": Fraction(1), "negative": Fraction(-1)})
    mutants = by_name(claim, judged(check, claim))
    assert mutants["four"].reason.startswith("weaker than the claim on the worst candidates (best")
    assert mutants["one"].reason.startswith("inside the slack on the worst candidates (best ratio")
    assert mutants["negative"].killed  # a negative quotient is brought to the balls


def test_reasons_proposals_and_growth_survive_the_evidence_file():
    many = replace(BOUND, cells=tuple({"n": k, "gamma": "1/2"} for k in (1, 2, 4)))
    claim = made(Formula(n * gamma), {"root": Formula(gamma * sympy.sqrt(n) * 3 / 2)})
    found = judged(many, claim)
    assert Evidence.from_json(found.as_json()) == found
    (growth,) = found.growth
    assert growth["parameter"] == "n" and growth["certain"]
    assert np.isclose(growth["estimate"], 0, atol=1e-12) and growth["reading"] == "sharp"


def test_every_listed_value_is_looked_at_again():
    # Two values alternate: a stride of two would see one of them only.
    cells = tuple({"n": k, "gamma": g} for k in range(1, 31) for g in ("1", "1/2"))
    claim = made(Formula(n * gamma), {"square": Formula(n * gamma**2)})
    check = replace(BOUND, cells=cells, sides=lambda c, f: (arb(c["n"]) / 2, at_most(f, c)))
    look = survivors.SecondLook(
        judge=None, claim=None, cells=dict(enumerate(cells)), admissible=None, forms={}
    )
    assert {cells[index]["gamma"] for index in look._again()} == {"1", "1/2"}
    assert by_name(claim, judged(check, claim))["square"].killed  # n/4 < n/2 at gamma = 1/2


def test_the_tightest_cells_come_first():
    cells = dict(enumerate({"n": k} for k in range(1, 101)))
    look = survivors.SecondLook(
        judge=None, claim=None, cells=cells, admissible=None, forms={}, tight=[70, 3]
    )
    again = look._again()
    assert again[:2] == [70, 3] and len(again) == len(set(again)) == survivors.LISTED


def test_a_mutant_is_not_emptier_than_a_claim_that_is_empty_too():
    positive = replace(BOUND, relation=">", sides=lambda c, f: (at_most(f, c), Fraction(0)))
    claim = made(Formula(n * gamma), {"twice": Formula(2 * n * gamma)})
    reason = by_name(claim, judged(positive, claim))["twice"].reason
    assert reason.startswith("true at every cell tried, where no factor measures it (")


def test_a_slack_beyond_every_double_is_measured_as_empty():
    claim = made(Formula(n * gamma), {"huge": Formula(n * gamma * 10**400)})
    reason = by_name(claim, judged(BOUND, claim))["huge"].reason
    assert reason == "weaker than the claim for all parameters: proved (empty at 3, 3 cells)"


def test_a_part_that_cannot_tell_a_mutant_leaves_the_word_to_one_that_can():
    claim = made((Formula(n * gamma), Formula(n)), {"second": (Formula(n * gamma), Formula(2 * n))})
    one, two = (
        replace(BOUND, part=str(k), sides=lambda c, f, k=k: (arb(c["n"]) / 4, at_most(f[k], c)))
        for k in (0, 1)
    )
    verdict = fold([claim], [judged(one, claim), judged(two, claim)])["asym.made"]
    reason = next(m.reason for m in verdict.mutants if m.name == "second")
    assert reason.startswith("weaker than the claim at every cell tried (by a factor 2, ")


def test_made_up_cells_stay_within_their_range():
    claim = made(Formula(n * gamma), {"square": Formula(sympy.Rational(5, 4) * n * gamma**2)})
    one = replace(BOUND, cells=({"n": 1, "gamma": "1/2"},))
    assert by_name(claim, judged(one, claim))["square"].proposed is None
    low = replace(one, vary={"gamma": ("1/5", 1)})  # 5/4 gamma^2 < gamma/2 below 2/5
    assert by_name(claim, judged(low, claim))["square"].proposed == {"gamma": "1/5"}
    high = replace(one, vary={"gamma": ("9/20", 1)})
    assert by_name(claim, judged(high, claim))["square"].proposed is None


def test_no_second_look_at_a_claim_without_one_of_its_hypotheses():
    claim = made(Formula(n * gamma), {"twice": Formula(2 * n * gamma)})
    (reason,) = (m.reason for m in judged(BOUND, claim).mutants if m.name == "twice")
    assert "tried" in reason
    without = judged(replace(BOUND, role="without Small"), claim)
    (reason,) = (m.reason for m in without.mutants if m.name == "twice")
    assert "tried" not in reason
