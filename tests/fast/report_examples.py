"""A small run with every engine, outcome and flag, for tests of the report."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import sympy
from flint import arb

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.formula import Formula
from theory.notation import alpha, delta, n
from theory.rigor.balls import ball
from verify.check import Check, Job
from verify.engines import Cover, Derive, Enclose, Follow, Sample, Search, Slope
from verify.engines.sample import Means, Violations
from verify.evidence import Evidence, Outcome, Part, Scope, Strength
from verify.record import Record, record
from verify.run import RunResult, run_inline
from verify.statistics.models import Bounded
from verify.verdict import fold

SQUARES = Formula(sympy.zeta(2 / alpha) / sympy.zeta(1 / alpha) ** 2)
TAIL = Formula(sympy.sqrt(sympy.log(1 / delta) / (2 * n)))


def made(id: str, **fields) -> Claim:
    """A claim with defaults for what a test does not care about."""
    defaults = {
        "title": "A statement about $lambda_(m,j)$",
        "location": "Section 3, after eq. (12)",
        "statement": "For every $m >= 1$, $sum_(j <= m) lambda_(m,j) = 1$.",
        "direction": Direction.UPPER,
        "quantifier": Quantifier.PROBABILITY,
    }
    return Claim(id=id, **{**defaults, **fields})


CLAIMS = (
    made(
        "asym.zipf.square_sum",
        title="Sum of the squared Zipf weights",
        statement="$sum_(j>=1) tilde(lambda)_j^2 = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=SQUARES,
        mutants=(
            Mutant("square missing", Formula(sympy.zeta(2 / alpha) / sympy.zeta(1 / alpha))),
            Mutant("same thing", SQUARES, "weaker"),
        ),
        mark=Mark.SOURCE,
    ),
    made(
        "asym.hoeffding",
        title="Deviation of a mean of bounded variables",
        statement="With probability at least $1 - delta$, $ bar(X) - E X <= {formula}. $",
        form=TAIL,
        hypotheses=(Hypothesis("bounded", "$0 <= X_i <= 1$ for all $i <= n$"),),
        rests_on=("asym.zipf.square_sum",),
        mutants=(Mutant("half", TAIL), Mutant("dimension factor", TAIL, "inside the slack")),
    ),
    made("asym.mean", title="Mean of a uniform variable", direction=Direction.IDENTITY, form=0.5),
    made(
        "asym.gap",
        title="A gap that is positive on a box",
        form=1,
        direction=Direction.LOWER,
        rests_on=("asym.refuted", "asym.zipf.square_sum"),
    ),
    made("asym.rate", title="The error decays like $m^(-1 slash 2)$", form=-0.5),
    made("asym.flow", title="The loss decreases along the flow", form=1.0),
    made("asym.search", title="No configuration beats the constant", form=1.0),
    made(
        "asym.refuted",
        title="Activation functions that satisfy the assumption",
        form=1,
        expected="REFUTED",
        discrepancy=Discrepancy(
            "leaky ReLU and linear activations satisfy the assumption",
            "for a linear activation $Theta^* = X X^top / d$ has rank at most $d$, so "
            "$kappa_n = 0$ when $n > d$",
            "ask for an activation that is analytic and no polynomial",
        ),
    ),
    made("asym.surprise", title="A claim that came out otherwise", form=1),
    made("asym.beyond", title="Hypotheses that no cell meets", form=1),
    made("asym.untested", title="A claim without a check", rests_on=("asym.gap",)),
)


def _hoeffding(cell, rng, size):
    return rng.uniform(size=(size, cell["n"])).mean(axis=1) - 0.5


def _decay(cell, rng):
    times = [0.25 * k for k in range(40)]
    rate = 0.5 + rng.uniform()
    return {"times": times, "loss": [2.0 ** (-rate * t) for t in times], "rate": rate}


def _errors(cell, rng):
    sizes = [2.0 * k for k in range(1, 7)]
    return {"x": sizes, "y": [-0.5 * x + 0.05 * rng.normal() for x in sizes]}


def _holds_by(text):
    return lambda cell, form: (ball(form), ball(text))


CHECKS: tuple[Check, ...] = (
    Enclose(
        claim="asym.zipf.square_sum",
        cells=({"alpha": "1/2"},),
        sides=lambda cell, form: (form.ball(alpha="1/2"), ball("2/5")),
        relation="==",
        fails_if="the closed form misses an exact value by more than 10^-20",
    ),
    Derive(
        claim="asym.zipf.square_sum",
        residual=lambda form: form.expr - SQUARES.expr,
        fails_if="the residual is not identically zero",
    ),
    Sample(
        claim="asym.hoeffding",
        cells=({"n": 5}, {"n": 20}, {"n": 80}),
        draw=_hoeffding,
        target=lambda cell, form: form.ball(n=cell["n"], delta="1/5"),
        test=Violations(0.2, 0.5),
        n_max=300,
        fails_if="deviations beyond the bound are more frequent than delta",
    ),
    Sample(
        claim="asym.mean",
        cells=({"law": "uniform"},),
        draw=lambda cell, rng, size: rng.uniform(size=size),
        target=lambda cell, form: form,
        test=Means("==", lambda cell: Bounded(0, 1), 0.1),
        n_max=3000,
        assumptions=("observations lie in $[0, 1]$",),
    ),
    Cover(
        claim="asym.gap",
        box={"B": (0, 2), "rho": (0, 1)},
        gap=lambda at, form: arb("1.2") - at["B"] * at["rho"] / 2,
        pieces=2,
    ),
    Slope(
        claim="asym.rate",
        cells=({"gamma": "1"}, {"gamma": "1/2"}),
        replicate=_errors,
        exponent=lambda form: form,
        allowance=0.05,
        allowance_because="the sizes are finite",
        replicates=8,
    ),
    Follow(
        claim="asym.flow",
        cells=({"m": 100},),
        observe=_decay,
        margin=lambda figures, cell, form: 0.3,
        allowance=1e-6,
        allowance_because="step halved",
    ),
    Search(
        claim="asym.search",
        propose=lambda rng: [str(rng.integers(1, 9))],
        ratio=lambda candidate, form: 1 / (1 + int(candidate[0])),
        certify=lambda candidate, form: (0, 1),
        batches=1,
        tries=20,
    ),
    Enclose(
        claim="asym.refuted",
        cells=({"activation": "linear"},),
        sides=_holds_by("1/2"),
    ),
    Enclose(
        claim="asym.surprise",
        cells=tuple({"n": k} for k in (2, 4, 8, 100)),
        sides=lambda cell, form: (ball(cell["n"]), ball("5")),
    ),
    Enclose(
        claim="asym.beyond",
        cells=({"m": "4e26"},),
        sides=_holds_by("2"),
        applies=lambda cell: False,
    ),
)


@cache
def example_evidence() -> tuple[Evidence, ...]:
    """Evidence of every check of the small run."""
    by_id = {claim.id: claim for claim in CLAIMS}
    found = []
    for check in CHECKS:
        id = f"{check.claim}/{check.engine_name}"
        found.append(run_inline(Job(id, check, by_id[check.claim], 1e-3, 1e-3)))
    return tuple(found)


def made_record(claims=CLAIMS, evidence: tuple[Evidence, ...] | None = None, **fields) -> Record:
    """The record of these claims and evidence."""
    evidence = example_evidence() if evidence is None else evidence
    result = RunResult(fold(claims, evidence), evidence, {})
    return replace(record(result, seed=7, profile="quick"), **fields)


def many_claims(count: int) -> tuple[tuple[Claim, ...], tuple[Evidence, ...]]:
    """Copies of the small run under many ids, some of them very long."""
    claims, evidence = [], []
    originals: Mapping[str, Claim] = {claim.id: claim for claim in CLAIMS}
    for k in range(count):
        original = CLAIMS[k % len(CLAIMS)]
        prefix = ("asym", "bias", "lottery", "dual")[k * 4 // count]
        tail = "x" * 60 if k % 17 == 0 else f"part_{k}"
        id = f"{prefix}.{original.id.split('.', 1)[1]}.{tail}.{k}"
        lemmas = (claims[-1].id,) if originals[original.id].rests_on and claims else ()
        lemmas = tuple(lemma for lemma in lemmas if lemma.startswith(prefix))
        claims.append(replace(original, id=id, rests_on=lemmas))
        evidence += [replace(e, claim=id) for e in example_evidence() if e.claim == original.id]
    return tuple(claims), tuple(evidence)


def bare(claim: str, outcome: Outcome, strength: Strength) -> Evidence:
    """Evidence with nothing but an outcome and a strength."""
    part = Part(outcome, strength, Scope.CELLS)
    return Evidence(claim, f"{claim}/X", "X", part.outcome, part.strength, part.scope)


CALIBRATION = {
    "repetitions": 12, "members": 29, "confidence": 0.99, "inside": False,
    "exceeding": ["inflated mean: uniform"],
    "rows": [{
        "rates": "inflated", "kind": "mean", "alpha": 0.05, "beta": 0.05, "inside": False,
        "true": {"HOLDS": 50, "REFUTED": 9, "UNDECIDED": 1},
        "false": {"HOLDS": 0, "REFUTED": 118, "UNDECIDED": 2},
        "false_refutation": [0.06, 0.3], "false_hold": [0.0, 0.0432],
    }],
}  # fmt: skip


def with_verdict(record: Record, id: str, **fields) -> Record:
    """The record with some fields of one verdict replaced."""
    return replace(record, verdicts={**record.verdicts, id: {**record.verdicts[id], **fields}})
