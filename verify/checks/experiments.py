"""The papers' experiments at small scale, on data they draw themselves."""

from __future__ import annotations

from dataclasses import replace

from verify.engines import Order
from verify.experiments import experiment

SMALL = (
    "asym.simulated",
    "asym.regression",
    "asym.pruning",
    "asym.transfer",
    "asym.cifar10",
    "bias.sparsity",
    "lottery.phase",
)
# elsewhere at small scale these claims are judged already, and for less
ONLY = {"asym.cifar10": ("asym.exp.accuracy",)}
# this pair is ordered in about two seeds of three at small scale: deciding it takes hundreds
SLOW = {"asym.exp.transfer": (("s1", "g1"),)}


def _checks(name: str) -> tuple[Order, ...]:
    quick = [
        check
        for check in experiment(name).orderings(scale="small", n_max=100)
        if check.claim in ONLY.get(name, (check.claim,))
    ]
    full = experiment(name).orderings(scale="small", n_max=600)
    return (
        *(replace(check, without=(*check.without, *SLOW.get(check.claim, ()))) for check in quick),
        *(replace(check, profile="full") for check in full if check.claim in SLOW),
    )


CHECKS = tuple(check for name in SMALL for check in _checks(name))
