"""Hypotheses: which bear load, what they ask for, and that they never touch the status."""

from dataclasses import replace
from fractions import Fraction

import pytest
from flint import arb

from theory.claim import Claim, Direction, Hypothesis, Quantifier
from theory.rigor.balls import ball
from verify.ablation import LOAD_BEARING, MEANING, NOT_SHOWN, UNTESTED, ablation
from verify.check import Job
from verify.engines import Enclose, Search
from verify.evidence import CellRecord, Evidence, Flag, Outcome, Scope, Strength
from verify.growth import written
from verify.reach import asks_for, hypotheses_met, reach
from verify.run import run_inline
from verify.verdict import fold

POSITIVE = Hypothesis("positive", "x > 0", lambda cell: Fraction(cell["x"]))
SMALL = Hypothesis("small", "x <= 1", lambda cell: 1 - Fraction(cell["x"]))
WIDE = Hypothesis("wide", "m >= 41 10^25 n", lambda cell: cell["m"] - 41 * 10**25 * cell["n"])


def claim(*hypotheses, **fields):
    """x <= x^2 + 1/4 fails nowhere; x <= x^2 fails between 0 and 1."""
    return Claim(
        id="asym.test",
        title="",
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        form=lambda x: (abs(x), x),
        hypotheses=hypotheses,
        **fields,
    )


def enclose(role, *cells):
    return Enclose(
        claim="asym.test",
        role=role,
        cells=tuple({"x": x} for x in cells),
        fails_if="x is negative",
        sides=lambda cell, form: form(Fraction(cell["x"])),
    )


def judged(item, *checks):
    jobs = [Job(f"asym.test/{i}", check, item, 1e-6, 1e-5) for i, check in enumerate(checks)]
    evidence = [run_inline(job) for job in jobs]
    return fold([item], evidence)["asym.test"]


def test_a_needed_hypothesis_is_load_bearing_with_its_witness():
    """|x| <= x needs x >= 0, and does not need x <= 1."""
    verdict = judged(
        claim(POSITIVE, SMALL),
        enclose("direct", "1/2", "1"),
        enclose("without positive", "1/3", "-1/2"),
        enclose("without small", "2", "5"),
    )
    assert verdict.status.outcome is Outcome.HOLDS
    needed, free = verdict.as_json()["hypotheses"]
    assert (needed["status"], needed["strength"]) == (LOAD_BEARING, "CERTIFIED")
    assert needed["witness"]["cell"] == {"x": "-1/2"}
    assert needed["because"] == "x is negative" and free["because"] == ""
    assert float(needed["witness"]["left"]) > float(needed["witness"]["right"])
    assert (free["status"], free["witness"]) == (NOT_SHOWN, None) and free["budget"]


def test_a_hypothesis_without_evidence_is_untested():
    verdict = judged(claim(POSITIVE), enclose("direct", "1/2"))
    assert verdict.as_json()["hypotheses"][0]["status"] == UNTESTED


def test_a_hypothesis_that_gives_the_meaning_says_why():
    """Evidence speaks before the reason: who could drop the hypothesis has shown that it can be."""
    defined = replace(POSITIVE, meaning="the root is not real")
    alone = judged(claim(defined), enclose("direct", "1/2")).as_json()["hypotheses"][0]
    assert (alone["status"], alone["meaning"]) == (MEANING, "the root is not real")
    dropped = enclose("without positive", "-1/2")
    beside = judged(claim(defined), enclose("direct", "1/2"), dropped).as_json()["hypotheses"][0]
    assert beside["status"] == LOAD_BEARING


def test_a_search_without_the_hypothesis_gives_a_certified_witness():
    search = Search(
        claim="asym.test",
        role="without positive",
        propose=lambda rng: str(Fraction(int(rng.integers(-8, 9)), 8)),
        ratio=lambda x, form: 1.0 if Fraction(x) >= 0 else 2.0,
        certify=lambda x, form: form(Fraction(x)),
    )
    verdict = judged(claim(POSITIVE), enclose("direct", "1/2"), search)
    need = verdict.as_json()["hypotheses"][0]
    assert need["status"] == LOAD_BEARING and Fraction(need["witness"]["witness"]) < 0
    assert verdict.status.outcome is Outcome.HOLDS


def violated(strength):
    return Evidence(
        "asym.test", "asym.test/9", "Follow", Outcome.REFUTED, strength, Scope.CELLS,
        role="without positive", margin="-0.2", slack=(0.1, 9.0), trivial=True,
        cells=(CellRecord({"x": "-1"}, Outcome.REFUTED, {"margin": -0.2}),),
    )  # fmt: skip


def test_a_violation_in_floating_point_is_no_witness():
    assert ablation(claim(POSITIVE), [violated(Strength.NUMERIC)])[0]["status"] == NOT_SHOWN
    assert ablation(claim(POSITIVE), [violated(Strength.STATISTICAL)])[0]["status"] == LOAD_BEARING


@pytest.mark.parametrize("outcome", Outcome)
def test_evidence_without_a_hypothesis_never_touches_the_verdict(outcome):
    """Status, flags, slack, mutants and the line that speaks are those of the rest."""
    item = claim(POSITIVE)
    job = Job("asym.test/0", enclose("direct", "1/2"), item, 1e-6, 1e-5)
    own = run_inline(job)
    other = replace(violated(Strength.PROVED), outcome=outcome)
    plain, beside = (fold([item], e)["asym.test"] for e in ([own], [other, own]))
    one, two = plain.as_json(), beside.as_json()
    one.pop("hypotheses"), two.pop("hypotheses")
    assert one == two and plain.status == beside.status
    assert Flag.INCOMPLETE not in beside.flags and Flag.CONFLICT not in beside.flags
    alone = fold([item], [other])["asym.test"]
    assert alone.status.outcome is Outcome.UNDECIDED


def test_the_least_size_is_found_in_exact_integers():
    item = claim(WIDE, reach="m")
    assert asks_for(item, {"n": 3, "m": 40}) == 3 * 41 * 10**25
    assert hypotheses_met(item, {"n": 3, "m": 3 * 41 * 10**25 - 1}) is False
    assert asks_for(claim(Hypothesis("", "", lambda c: c["m"] - 1), reach="m"), {}) == 1


def test_what_no_size_meets_and_what_cells_cannot_say():
    never = claim(Hypothesis("never", "", lambda cell: -1), reach="m")
    assert asks_for(never, {"m": 2}) is None
    assert hypotheses_met(claim(POSITIVE), {"y": 1}) is None
    assert hypotheses_met(claim(), {}) is None
    assert asks_for(claim(POSITIVE, reach="m"), {"m": 1}) is None


def test_a_slack_in_balls_counts_only_when_certain():
    def slack(value):
        return claim(Hypothesis("", "", lambda cell: value), reach="m")

    assert hypotheses_met(slack(ball(1).union(ball(2))), {})
    assert not hypotheses_met(slack(ball(-1).union(ball(1))), {})
    assert not hypotheses_met(slack(arb.nan()), {})
    assert not hypotheses_met(slack(float("nan")), {})


def test_reach_puts_the_demand_beside_the_least_size_seen():
    item = claim(WIDE, reach="m")
    cells = [
        CellRecord({"n": 1, "m": 20}, Outcome.UNDECIDED),
        CellRecord({"n": 1, "m": 40}, Outcome.HOLDS),
        CellRecord({"n": 2, "m": 80}, Outcome.HOLDS),
    ]
    record = Evidence(
        "asym.test", "c", "Sample", Outcome.HOLDS, Strength.STATISTICAL, Scope.CELLS,
        cells=tuple(cells),
    )  # fmt: skip
    assert reach(item, [record]) == {
        "met": 0, "listed": 3, "parameter": "m", "cell": {"n": 1},
        "asks_for": "4.1e26", "seen_from": 40,
    }  # fmt: skip
    unseen = reach(item, [replace(record, cells=tuple(cells[:1]))])
    assert (unseen["asks_for"], unseen["seen_from"]) == ("4.1e26", None)
    without = replace(record, role="without wide")
    assert reach(item, [without])["seen_from"] == 40 and reach(item, [without])["listed"] == 0
    assert reach(claim(reach="m"), [record]) is None
    assert fold([item], [record])["asym.test"].as_json()["reach"]["seen_from"] == 40


def test_sizes_are_written_for_readers():
    assert [written(n) for n in (1, 999_999, 10**6, 15 * 10**99)] == [
        "1", "999999", "1.0e6", "1.5e100",
    ]  # fmt: skip
