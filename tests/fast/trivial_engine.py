"""An engine with tiny chunks, for tests of the scheduler."""

from dataclasses import dataclass

from trivial_worker import number

from theory.claim import Claim, Direction, Quantifier
from verify.check import Check, Job
from verify.engines.common import Independent, evidence
from verify.evidence import CellRecord, Outcome, Part, Scope, Strength


@dataclass(frozen=True, kw_only=True)
class Trivial(Check):
    """`count` chunks, each one random number."""

    count: int = 5


def work(job, key, seed):
    return number(job.id, key, seed)


class State(Independent):
    def __init__(self, job):
        super().__init__(job, map(str, range(job.check.count)))

    def evidence(self):
        found = self.ordered()
        outcome = Outcome.HOLDS if all("x" in r for r in found) else Outcome.UNDECIDED
        part = Part(outcome, Strength.NUMERIC, Scope.CELLS)
        figures = {"x": [result.get("x") for result in found]}
        return evidence(self.job, part, cells=(CellRecord({}, outcome, figures),))


def job(name, *, count=5, shares=""):
    """A job of the claim asym.`name`."""
    claim = Claim(
        id=f"asym.{name}",
        title="",
        location="",
        statement="",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
    )
    check = Trivial(claim=claim.id, count=count, shares=shares)
    return Job(f"asym.{name}/Trivial", check, claim, 1e-3, 1e-3)


def jobs(*, count=5):
    """Two checks that share their chunks and two with chunks of their own."""
    made = [job(name, count=count) for name in ("one", "two")]
    made += [job(name, count=count + extra, shares="both") for extra, name in enumerate("ab")]
    return {made.id: made for made in made}
