"""The pytest plugin: claims as proof checks.

In any repository, a test that takes the fixture `verdict` becomes one test a claim:

    from verify.pytest_plugin import explain

    def test_claim(verdict):
        assert verdict.as_expected, explain(verdict)
 The verbose line shows outcome, strength, margin
and what the check could have caught. A claim fails when its outcome is not the expected one;
UNDECIDED is a failure, and nothing is skipped.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

LINE = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of a claims run."""
    group = parser.getgroup("boundlab")
    group.addoption("--claims-profile", default="quick", choices=("quick", "full"))
    group.addoption("--claims-paper", default=None, help="only this paper's claims")
    group.addoption("--claims-ledger", default=".boundlab/ledger.db", help="finished chunks")
    group.addoption("--claims-workers", type=int, default=None, help="processes for the checks")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "claim(id): a proof check of the claim with this id")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a claim for functions that take the fixture `verdict`."""
    if "verdict" not in metafunc.fixturenames:
        return
    from theory.claim import claims

    ids = [claim.id for claim in claims(metafunc.config.getoption("--claims-paper"))]
    metafunc.parametrize(
        "verdict",
        [pytest.param(id, id=id, marks=pytest.mark.claim(id)) for id in ids],
        indirect=True,
    )


def _selected(session: pytest.Session) -> tuple[str, ...]:
    """The claims that this session really runs (after -k and ids)."""
    chosen = []
    for item in session.items:
        marker = item.get_closest_marker("claim")
        if marker:
            chosen.append(marker.args[0])
    return tuple(dict.fromkeys(chosen))


@pytest.fixture(scope="session")
def claims_run(request: pytest.FixtureRequest) -> Any:
    """The run behind all claim tests of this session, on a process pool."""
    from verify.ledger import Ledger
    from verify.run import Runner

    option = request.config.getoption
    workers = option("--claims-workers")
    under_xdist = "PYTEST_XDIST_WORKER" in os.environ
    if workers is None:
        workers = 0 if under_xdist else os.cpu_count() or 1
    ledger = Ledger(option("--claims-ledger"))
    # The workers of xdist share the ledger, and each runs only the claims it was given.
    runner = Runner(
        _selected(request.session),
        profile=option("--claims-profile"),
        workers=workers,
        ledger=ledger,
    )
    result = runner.run()
    ledger.close()
    return result


@pytest.fixture
def verdict(request: pytest.FixtureRequest, claims_run: Any) -> Any:
    """The verdict of the claim that this test is named after."""
    found = claims_run.verdicts[request.param]
    row = found.as_json()
    line = f"{row['outcome']} {row['strength']} | {row['margin']}"
    if row["could_have_caught"]:
        line += f" | could have caught {row['could_have_caught']}"
    line += f" | mutants {row['mutants']['killed']}/{row['mutants']['total']} killed"
    if row["flags"]:
        line += f" | {' '.join(row['flags'])}"
    request.node.stash[LINE] = line
    request.node.user_properties.append(("claim", request.param))
    request.node.user_properties.append(("verdict", line))
    return found


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> Any:
    """Show the verdict behind PASSED and FAILED in verbose mode."""
    status = yield
    if report.when == "call":
        line = dict(report.user_properties).get("verdict")
        if line and status:
            category, letter, word = status
            word = word if isinstance(word, str) else word[0]
            return category, letter, f"{word} {line}"
    return status


def explain(verdict: Any) -> str:
    """Why a claim test failed, for the assertion message."""
    lines = [
        f"{verdict.claim.id}: expected {verdict.claim.expected}, found {verdict.status.outcome}"
        f" ({verdict.status.strength.name})",
        verdict.claim.typeset(),
    ]
    for record in verdict.evidence:
        lines.append(f"  {record.check}: {record.outcome} {record.strength.name}, {record.margin}")
        for cell in record.cells:
            if cell.outcome not in ("HOLDS", "NOT_APPLICABLE"):
                lines.append(f"    {dict(cell.cell)}: {cell.outcome} {dict(cell.figures)}"[:400])
    return "\n".join(lines)
