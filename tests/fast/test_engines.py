"""Each engine says HOLDS of a true claim, REFUTED of a false one and UNDECIDED of the rest."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb

from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import alpha
from theory.rigor.balls import ball
from verify.check import Job
from verify.engines import Cover, Derive, Enclose, Follow, Sample, Search, Slope
from verify.engines.sample import Means, Violations
from verify.evidence import Outcome, Scope, Strength
from verify.run import run_inline
from verify.statistics.models import Bounded

SQUARES = Formula(sympy.zeta(2 / alpha) / sympy.zeta(1 / alpha) ** 2)
WRONG = Formula(sympy.zeta(2 / alpha) / sympy.zeta(1 / alpha))


def claim(form, **wrong):
    mutants = tuple(Mutant(name, value) for name, value in wrong.items())
    return Claim(
        id="asym.test",
        title="",
        location="",
        statement="",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=form,
        mutants=mutants,
    )


def outcome(check, form, **wrong):
    """Evidence of a check about a claim with this form and these mutants."""
    return run_inline(Job("asym.test/X", check, claim(form, **wrong), 1e-6, 1e-5))


def test_derive_proves_refutes_and_leaves_open():
    check = Derive(claim="asym.test", residual=lambda form: form)
    x = sympy.Symbol("x", positive=True)
    proved = outcome(check, sympy.expand((x + 1) ** 2) - (x + 1) ** 2, shifted=x, open=None)
    assert (proved.outcome, proved.strength, proved.scope) == ("HOLDS", Strength.PROVED, Scope.ALL)
    assert [m.outcome for m in proved.mutants] == [Outcome.REFUTED, Outcome.UNDECIDED]
    assert outcome(check, x - 1).outcome is Outcome.REFUTED


def test_derive_never_passes_an_undecidable_residual():
    unknown = sympy.Function("f")(sympy.Symbol("x", positive=True))
    assert outcome(Derive(claim="asym.test", residual=lambda f: f), unknown).outcome == "UNDECIDED"
    assert outcome(Derive(claim="asym.test", residual=lambda f: ()), 0).outcome == "UNDECIDED"


def enclose(**fields):
    fields = {
        "claim": "asym.test",
        "cells": ({"alpha": "1/2"},),
        "sides": lambda cell, form: (form.ball(alpha=Fraction(cell["alpha"])), ball("2/5")),
        "relation": "==",
    } | fields
    return Enclose(**fields)


def test_enclose_decides_equalities_by_narrow_overlapping_balls():
    found = outcome(enclose(), SQUARES, square=WRONG)
    assert found.outcome is Outcome.HOLDS and found.mutants[0].killed
    wide = enclose(sides=lambda cell, form: (ball(0).union(ball(1)), ball("2/5")))
    assert outcome(wide, SQUARES).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("relation", "right", "expected"),
    [
        ("<=", "2/5", "UNDECIDED"),  # equal, but only known as a ball
        ("<=", "1/2", "HOLDS"),
        ("<", "1/3", "REFUTED"),
        (">=", "1/3", "HOLDS"),
        (">", "1/2", "REFUTED"),
    ],
)
def test_enclose_decides_inequalities(relation, right, expected):
    check = enclose(
        relation=relation,
        sides=lambda cell, form: (form.ball(alpha=Fraction(1, 2)), ball(right)),
        max_bits=256,
    )
    assert outcome(check, SQUARES).outcome == expected


def test_enclose_never_passes_a_nan():
    for relation in ("==", "<="):
        check = enclose(relation=relation, sides=lambda cell, form: (arb.nan(), ball(1)))
        assert outcome(check, SQUARES).outcome is Outcome.UNDECIDED


def test_enclose_does_not_count_cells_outside_the_hypotheses():
    check = enclose(applies=lambda cell: False)
    assert outcome(check, SQUARES).outcome is not Outcome.HOLDS


def test_enclose_flags_trivial_bounds():
    check = enclose(
        relation="<=", sides=lambda c, f: (ball("1/3"), ball(2)), free=lambda c: ball(1)
    )
    assert outcome(check, SQUARES).trivial


def test_cover_proves_a_box_and_finds_a_point_outside():
    check = Cover(
        claim="asym.test",
        gap=lambda at, form: form.ball(**at),
        box={"alpha": ("1/10", "9/10")},
    )
    found = outcome(check, Formula(1 - alpha), tight=Formula(sympy.Rational(1, 2) - alpha))
    assert (found.outcome, found.scope) == ("HOLDS", Scope.BOX) and found.mutants[0].killed
    assert outcome(check, Formula(sympy.Rational(1, 2) - alpha)).outcome is Outcome.REFUTED


def test_cover_is_undecided_when_the_boxes_run_out():
    check = Cover(
        claim="asym.test",
        gap=lambda at, form: (at["alpha"] - ball("1/2")) ** 2,
        box={"alpha": ("0", "1")},
        max_boxes=50,
    )
    assert outcome(check, None).outcome is Outcome.UNDECIDED


def sample(**fields):
    fields = {
        "claim": "asym.test",
        "cells": ({"alpha": "1/2"},),
        "draw": lambda cell, rng, size: 0.8 * rng.random(size),
        "target": lambda cell, form: form,
        "test": Means("==", lambda cell: Bounded(0, 1), 0.1),
        "n_max": 20000,
    } | fields
    return Sample(**fields)


def test_sample_judges_claim_and_mutants_on_one_sample():
    found = outcome(sample(), Fraction(2, 5), high=Fraction(1, 2), close=Fraction(41, 100))
    assert found.outcome is Outcome.HOLDS and found.strength is Strength.STATISTICAL
    assert found.mutants[0].killed and not found.mutants[1].killed
    assert 0 < found.error < 1e-4


def test_sample_violations():
    check = sample(test=Violations(0.1), n_max=4000)
    found = outcome(check, Fraction(3, 4), tight=Fraction(1, 2))
    assert found.outcome is Outcome.HOLDS and found.mutants[0].killed
    low, high = found.slack
    assert low <= 0.75 / 0.72 <= high  # 0.72 is the 90 % quantile of the draws


def test_sample_never_passes_nan_draws():
    check = sample(draw=lambda cell, rng, size: np.full(size, np.nan), n_max=200)
    assert outcome(check, Fraction(2, 5)).outcome is Outcome.UNDECIDED


def test_sample_refuses_a_plan_that_can_never_hold():
    from theory.exact import InputError

    with pytest.raises(InputError, match="can never say HOLDS"):
        outcome(sample(test=Violations(0.01), n_max=50), Fraction(1))


def test_sample_is_the_same_in_any_order():
    check = sample(cells=({"alpha": "1/2"}, {"alpha": "1/3"}))
    once = outcome(check, Fraction(2, 5))
    swapped = outcome(replace(check, cells=check.cells[::-1]), Fraction(2, 5))
    assert once.cells == swapped.cells[::-1]


def follow(value):
    return Follow(
        claim="asym.test",
        cells=({"m": 2},),
        observe=lambda cell, rng: {"value": value},
        margin=lambda figures, cell, form: form - figures["value"],
        allowance=0.1,
        allowance_because="chosen for the test",
    )


def test_follow_keeps_its_allowance():
    assert outcome(follow(0.5), 1.0, tight=0.2).mutants[0].killed
    assert outcome(follow(0.5), 1.0).outcome is Outcome.HOLDS
    assert outcome(follow(0.95), 1.0).outcome is Outcome.UNDECIDED
    assert outcome(follow(float("nan")), 1.0).outcome is Outcome.UNDECIDED
    assert outcome(follow(2.0), 1.0).outcome is Outcome.REFUTED


def test_slope_finds_the_exponent():
    def replicate(cell, rng):
        sizes = np.log([10, 100, 1000])
        return {"x": sizes, "y": -0.5 * sizes + 0.01 * rng.standard_normal(3)}

    check = Slope(
        claim="asym.test",
        cells=({"m": 2},),
        replicate=replicate,
        exponent=float,
        allowance=0.02,
        allowance_because="chosen for the test",
    )
    found = outcome(check, -0.5, steep=-1.0)
    assert found.outcome is Outcome.HOLDS and found.mutants[0].killed


def search(bound):
    return Search(
        claim="asym.test",
        propose=lambda rng: str(Fraction(int(rng.integers(0, 101)), 100)),
        ratio=lambda candidate, form: float(Fraction(candidate) / form),
        certify=lambda candidate, form: (Fraction(candidate), Fraction(form)),
        batches=1,
    )


def test_search_refutes_only_with_a_certificate():
    found = outcome(search(1), Fraction(1), low=Fraction(1, 2))
    assert (found.outcome, found.strength) == ("HOLDS", Strength.SEARCHED)
    assert found.mutants[0].killed
    candidate_only = replace(search(1), certify=lambda c, f: (ball(0).union(ball(2)), ball(1)))
    assert outcome(candidate_only, Fraction(1, 2)).outcome is Outcome.UNDECIDED


def test_the_census_of_enclose_is_recorded_with_reasons():
    """Automatic mutants are judged at the first cell that applies, and kept."""
    check = enclose(
        cells=({"alpha": "1/3"}, {"alpha": "1/2"}),
        applies=lambda cell: cell["alpha"] == "1/2",
        relation="<=",
        sides=lambda cell, form: (form.ball(alpha=Fraction(cell["alpha"])), ball("1/2")),
    )
    found = outcome(check, SQUARES)
    automatic = [mutant for mutant in found.mutants if mutant.automatic]
    assert any(mutant.killed for mutant in automatic)
    survivors = [mutant.reason for mutant in automatic if not mutant.killed]
    assert survivors and all(survivors)
    assert any("weaker" in reason or "inside the slack" in reason for reason in survivors)
