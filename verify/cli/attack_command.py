"""`attack`: search for a counter-example of one claim."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.adversary.attack import Attack
    from verify.check import Job

HELP = "search for a counter-example of one claim until the budget is spent"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `attack`."""
    parser.add_argument("claim", help="id of a claim that has a Search check")
    parser.add_argument("--budget", default="60s", metavar="TIME", help="e.g. 30s, 10m, 2h")
    parser.add_argument("--seed", type=int, help="another seed is another attack")
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Attack; status 1 when a claim that should hold has a certified counter-example."""
    from theory.exact import InputError
    from verify.adversary.attack import attack
    from verify.cli.duration import seconds
    from verify.evidence import finite
    from verify.run import DEFAULT_SEED

    budget = seconds(arguments.budget)
    seed = DEFAULT_SEED if arguments.seed is None else arguments.seed
    if seed < 0:
        raise InputError(f"seed = {seed}", "integers from 0")
    jobs = searches(arguments.claim)
    result = attack(jobs, seconds=budget, seed=seed, watch=_progress)
    print(file=sys.stderr)
    if arguments.json:
        print(json.dumps(finite(result.as_json()), indent=1))
    else:
        _show(result)
    return int(result.witness is not None and jobs[0].claim.expected != "REFUTED")


def searches(claim_id: str) -> list[Job]:
    """Jobs of a claim's Search checks; raises InputError when it has none."""
    from theory.claim import claim
    from theory.exact import InputError
    from verify.check import all_checks, job
    from verify.engines import Search

    known = {id: check for id, check in all_checks().items() if isinstance(check, Search)}
    mine = [id for id, check in known.items() if check.claim == claim(claim_id).id]
    if not mine:
        others = sorted({check.claim for check in known.values()})
        raise InputError(
            f"{claim_id} has no Search check", f"claims with one: {', '.join(others) or 'none'}"
        )
    return [job(id) for id in mine if known[id].role == "direct"] or [job(id) for id in mine]


def _progress(result: Attack) -> None:
    print(
        f"\r{result.tried} candidates, best ratio {result.best:.6g}, "
        f"{result.candidates} beyond 1 in floating point",
        end="", file=sys.stderr, flush=True,
    )  # fmt: skip


def _show(result: Attack) -> None:
    print(f"claim       {result.claim}")
    print(f"best ratio  {result.best:.6g} (the claim is violated above 1)")
    print(f"tried       {result.tried} candidates in {result.batches} batches, climbing aside")
    print(f"candidates  {result.candidates} violations in floating point, which decide nothing")
    if result.proof is None:
        print(f"witness     none ({result.stopped})")
    else:
        proof = result.proof
        print(f"witness     {json.dumps(result.witness)}")
        print(f"proof       {proof['left']} > {proof['right']} at {proof['bits']} bits")
