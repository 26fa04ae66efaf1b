"""A command imports what it is asked for: no clock, only the names of modules."""

import subprocess
import sys

import pytest

from theory.quantity import OWN_PAPERS, load_paper, quantities, quantity
from verify.check import all_checks

PROGRAM = """
import sys
from verify.cli import main
status = main(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""
HEAVY = {
    "distributed", "matplotlib", "reports", "rich", "scipy.integrate", "scipy.linalg",
    "scipy.optimize", "scipy.special", "scipy.stats", "sklearn", "typst",
}  # fmt: skip


def modules_after(*words):
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=True
    )
    return set(found.stderr.split())


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["evaluate", "asym.zipf.weight", "alpha=1/2", "j=1"], {"theory.bias", "verify.check"}),
        (["evaluate", "bias.orthant", "B=1", "rho=1/2"], {"theory.asymmetric", "verify.check"}),
        (["evaluate", "dual.regions", 'X=[["1","0"]]'], {"sympy", "theory.bias", "verify.check"}),
        (["evaluate", "--list"], {"theory.asymmetric.thm4_1", "verify.check"}),
        (["list", "asym"], {"theory.bias", "verify.check"}),
        (["show", "asym.thm4_1.T3"], {"theory.lottery", "verify.checks.bias_tails"}),
        (["experiment"], {"theory.lottery.orthonormal", "verify.checks.bias_tails"}),
    ],
)
def test_a_command_leaves_alone_what_it_does_not_need(words, without):
    loaded = modules_after(*words)
    assert "verify.cli" in loaded and not loaded & (HEAVY | without)


@pytest.mark.parametrize("paper", OWN_PAPERS)
def test_the_module_quantities_names_them_all(paper):
    """`load_quantities` imports that module only; a name defined elsewhere would be missed."""
    load_paper(paper)
    homes = {name: quantity(name).compute.__module__ for name in quantities(paper)}
    assert set(homes.values()) == {f"{OWN_PAPERS[paper]}.quantities"}, homes


@pytest.mark.parametrize("paper", OWN_PAPERS)
def test_checks_of_one_paper_are_those_of_all(paper):
    """A module named after a paper speaks of that paper alone, so none is missed, nor renamed."""
    every = {id: check for id, check in all_checks().items() if check.claim.startswith(f"{paper}.")}
    assert every and all_checks(paper) == every
