"""Every claim is complete as data, and every check speaks about a claim that exists."""

from collections import Counter

from theory.claim import claims
from theory.formula import Formula
from verify.check import all_checks


def test_every_claim_has_a_check():
    checked = {check.claim for check in all_checks().values()}
    assert not {claim.id for claim in claims()} - checked


def test_every_check_has_a_claim():
    known = {claim.id for claim in claims()}
    assert not {check.claim for check in all_checks().values()} - known


def test_every_claim_has_mutants_or_a_reason():
    silent = [claim.id for claim in claims() if not claim.mutants and not claim.toothless]
    assert not silent


def test_lemmas_exist_and_there_is_no_cycle():
    by_id = {claim.id: claim for claim in claims()}
    missing = {
        f"{claim.id} -> {lemma}"
        for claim in claims()
        for lemma in claim.rests_on
        if lemma not in by_id
    }
    assert not missing
    done: set[str] = set()

    def visit(id: str, path: tuple[str, ...]) -> None:
        assert id not in path, f"cycle: {path}"
        if id not in done:
            for lemma in by_id[id].rests_on:
                visit(lemma, (*path, id))
            done.add(id)

    for id in by_id:
        visit(id, ())


def test_expected_refutations_state_their_discrepancy():
    bare = [c.id for c in claims() if c.expected == "REFUTED" and c.discrepancy is None]
    assert not bare


def test_mutants_differ_from_the_claim():
    same = [
        f"{claim.id}: {mutant.name}"
        for claim in claims()
        for mutant in claim.mutants
        if isinstance(claim.form, Formula) and mutant.form == claim.form
    ]
    assert not same


def test_mutant_names_are_unique():
    for claim in claims():
        counts = Counter(mutant.name for mutant in claim.mutants)
        assert max(counts.values(), default=1) == 1 and "claim" not in counts, claim.id


def test_the_budget_covers_the_registry():
    from verify.statistics.budget import Budget

    assert sum(check.weight for check in all_checks().values()) <= Budget().checks


def test_roles_are_known_and_hypotheses_left_out_exist():
    by_id = {claim.id: claim for claim in claims()}
    for id, check in all_checks().items():
        names = {f"without {hypothesis.name}" for hypothesis in by_id[check.claim].hypotheses}
        assert check.role in {"direct", "step", *names}, f"{id}: role {check.role!r}"


def test_a_parameter_of_reach_comes_with_slacks():
    bare = [c.id for c in claims() if c.reach and not any(h.slack for h in c.hypotheses)]
    assert not bare
