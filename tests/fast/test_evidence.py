"""How evidence combines: the reference ladder, and the rules that protect theorems."""

import json
from pathlib import Path

import pytest

from theory.claim import Claim, Direction, Mutant, Quantifier
from verify.evidence import (
    UNTESTED,
    Evidence,
    Flag,
    MutantRecord,
    Outcome,
    Part,
    Scope,
    Strength,
    best,
    conjunction,
)
from verify.verdict import fold

LADDER = json.loads((Path(__file__).parents[1] / "reference/statistics.json").read_text())["ladder"]
NAMED = {
    "proved": Part(Outcome.HOLDS, Strength.PROVED, Scope.ALL),
    "statistical": Part(Outcome.HOLDS, Strength.STATISTICAL, Scope.CELLS, 1e-5),
    "certified refutation": Part(Outcome.REFUTED, Strength.CERTIFIED, Scope.CELLS),
    "untested": UNTESTED,
}


@pytest.mark.parametrize("record", LADDER, ids=lambda record: record["parts"])
def test_conjunction_meets_the_reference(record):
    found = conjunction([NAMED[name] for name in record["parts"].split("+")])
    outcome, strength, scope, error = record["result"]
    assert found.outcome == outcome.upper()
    assert (found.strength.name, found.scope.name) == (strength, scope)
    assert found.error == pytest.approx(error)


def test_weaker_evidence_never_upgrades_stronger():
    assert best([NAMED["proved"], NAMED["statistical"]]) == NAMED["proved"]
    assert best([NAMED["proved"], NAMED["certified refutation"]]).outcome is Outcome.REFUTED
    assert best([UNTESTED]).outcome is Outcome.UNDECIDED and best([]) is UNTESTED


def claim(id, *, rests_on=(), expected="HOLDS"):
    return Claim(
        id=id,
        title="",
        location="",
        statement="",
        direction=Direction.UPPER,
        quantifier=Quantifier.ALWAYS,
        rests_on=rests_on,
        mutants=(Mutant("wrong", 1),),
        expected=expected,
    )


def evidence(id, part, *, role="direct", group="", killed=True):
    mutant = MutantRecord("wrong", Outcome.REFUTED if killed else Outcome.HOLDS, "")
    return Evidence(
        claim=id,
        check=f"{id}/X",
        engine="X",
        outcome=part.outcome,
        strength=part.strength,
        scope=part.scope,
        error=part.error,
        role=role,
        part=group,
        mutants=(mutant,),
    )


def test_a_refuted_lemma_breaks_the_proof_never_the_theorem():
    claims = [claim("a.theorem", rests_on=("a.lemma",)), claim("a.lemma")]
    found = fold(
        claims,
        [
            evidence("a.theorem", NAMED["statistical"]),
            evidence("a.theorem", NAMED["proved"], role="step"),
            evidence("a.lemma", NAMED["certified refutation"]),
        ],
    )["a.theorem"]
    assert found.status.outcome is Outcome.HOLDS
    assert found.status.strength is Strength.STATISTICAL
    assert Flag.PROOF_BROKEN in found.flags and found.broken_lemmas == ("a.lemma",)


def test_a_proof_upgrades_direct_evidence_up_to_its_weakest_lemma():
    claims = [claim("a.lemma"), claim("a.theorem", rests_on=("a.lemma",))]
    step = evidence("a.theorem", NAMED["proved"], role="step")
    proved = fold(claims, [step, evidence("a.lemma", NAMED["proved"])])["a.theorem"]
    assert proved.status.strength is Strength.PROVED
    weak = fold(claims, [step, evidence("a.lemma", NAMED["statistical"])])["a.theorem"]
    assert weak.status.strength is Strength.STATISTICAL
    nothing = fold(claims, [step])["a.theorem"]
    assert nothing.status.outcome is Outcome.UNDECIDED


def test_parts_are_conjoined_and_alternatives_are_not():
    claims = [claim("a.c")]
    undecided = Part(Outcome.UNDECIDED, Strength.NUMERIC, Scope.CELLS)
    two_parts = [evidence("a.c", NAMED["proved"], group="1"), evidence("a.c", undecided, group="2")]
    assert fold(claims, two_parts)["a.c"].status.outcome is Outcome.UNDECIDED
    same_part = [evidence("a.c", NAMED["proved"]), evidence("a.c", undecided)]
    found = fold(claims, same_part)["a.c"]
    assert found.status.strength is Strength.PROVED and Flag.INCOMPLETE in found.flags


def test_without_a_killed_mutant_a_pass_is_toothless():
    found = fold([claim("a.c")], [evidence("a.c", NAMED["proved"], killed=False)])["a.c"]
    assert Flag.TOOTHLESS in found.flags and found.as_json()["mutants"]["killed"] == 0


def test_disagreement_is_shown():
    both = [evidence("a.c", NAMED["proved"]), evidence("a.c", NAMED["certified refutation"])]
    found = fold([claim("a.c")], both)["a.c"]
    assert found.status.outcome is Outcome.REFUTED and Flag.CONFLICT in found.flags


def test_cycles_are_refused():
    loop = [claim("a.x", rests_on=("a.y",)), claim("a.y", rests_on=("a.x",))]
    with pytest.raises(ValueError, match="cycle"):
        fold(loop, [])


def test_a_claim_without_evidence_is_undecided():
    assert fold([claim("a.c")], [])["a.c"].status == UNTESTED


def test_evidence_survives_json():
    record = evidence("a.c", NAMED["statistical"])
    assert Evidence.from_json(json.loads(json.dumps(record.as_json()))) == record
