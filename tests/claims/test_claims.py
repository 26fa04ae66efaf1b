"""Proof checks: one test a claim, named by its id."""

from verify.pytest_plugin import explain


def test_claim(verdict):
    assert verdict.as_expected, explain(verdict)
