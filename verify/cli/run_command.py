"""`run`: check claims."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

HELP = "check claims and remember the evidence"
EVIDENCE = ".boundlab/run.json"
LEDGER = ".boundlab/ledger.db"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `run`."""
    parser.add_argument(
        "claims", nargs="*", metavar="CLAIM", help="claim ids or papers; default all"
    )
    parser.add_argument("--profile", default="quick", choices=("quick", "full"))
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes; 0: none"
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="a dask.distributed scheduler")
    parser.add_argument("--seed", type=int, help="seed of the whole run")
    parser.add_argument("--budget", metavar="TIME", help="stop after this time, e.g. 90s, 10m, 2h")
    parser.add_argument("--ledger", default=LEDGER, help=f"finished chunks (default {LEDGER})")
    parser.add_argument("--evidence", default=EVIDENCE, help=f"evidence file (default {EVIDENCE})")
    parser.add_argument("--json", metavar="FILE", help="write the list of verdicts; - for stdout")


def main(arguments: argparse.Namespace) -> int:
    """Run, print a table, save the evidence; status 1 when a verdict is not as expected."""
    from theory.exact import InputError
    from verify.cli.duration import seconds
    from verify.cli.output import check_outputs
    from verify.cli.progress import Watcher
    from verify.evidence import finite
    from verify.ledger import Ledger
    from verify.record import record, save
    from verify.run import DEFAULT_SEED, Runner

    if arguments.workers < 0:
        raise InputError(f"workers = {arguments.workers}", "0 (in this process) or more")
    seed = DEFAULT_SEED if arguments.seed is None else arguments.seed
    if seed < 0:
        raise InputError(f"seed = {seed}", "integers from 0")
    check_outputs(arguments, "ledger", "evidence", "json")
    ledger = Ledger(arguments.ledger)
    with Watcher() as watch:
        runner = Runner(
            expand(arguments.claims),
            seed=seed,
            profile=arguments.profile,
            workers=arguments.workers,
            cluster=arguments.cluster,
            ledger=ledger,
            seconds=None if arguments.budget is None else seconds(arguments.budget),
            watch=watch,
        )
        result = runner.run()
    everything = not arguments.claims and result.complete
    calibration = calibrated(ledger, arguments.profile) if everything else None
    ledger.close()
    save(
        record(result, seed=seed, profile=arguments.profile, calibration=calibration),
        arguments.evidence,
    )
    rows = finite(verdict_rows(result))
    if arguments.json == "-":
        print(json.dumps(rows, indent=1))
    else:
        if arguments.json:
            Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")
        _table(rows)
    for problem in result.problems:
        print(f"problem: {problem}", file=sys.stderr)
    unexpected = [row for row in rows if row["outcome"] != row["expected"]]
    print(
        f"{len(rows)} claims, {len(rows) - len(unexpected)} as expected, "
        f"evidence in {arguments.evidence}",
        file=sys.stderr,
    )
    if not result.complete:
        print("not complete: the same command resumes from the ledger", file=sys.stderr)
    return 1 if unexpected or not result.complete else 0


def calibrated(ledger: Any, profile: str) -> dict[str, Any] | None:
    """The engine's own error rates, measured once for each version of the code.

    Ctrl-C leaves them out: what the run found is saved all the same.
    """
    from verify.calibration import SEED, calibrate

    known = ledger.get(SEED, "calibration", profile)
    if known:
        return known[0]
    print(f"measuring the engine's own error rates ({profile})", file=sys.stderr)
    started = time.perf_counter()
    try:
        found = calibrate(profile)
    except KeyboardInterrupt:
        return None
    ledger.put(SEED, "calibration", profile, found, time.perf_counter() - started)
    return found


def expand(names: list[str]) -> tuple[str, ...] | None:
    """Claim ids from ids and paper prefixes, with the lemmas they need; None for all."""
    if not names:
        return None
    from theory.claim import claim, claims
    from theory.quantity import papers

    found: dict[str, None] = {}
    for name in names:
        many = claims(name) if name in papers() else (claim(name),)
        found.update(dict.fromkeys(item.id for item in many))
    lemmas = [id for id in needed(tuple(found)) if id not in found]
    if lemmas:
        print(f"also checking what the proof rests on: {', '.join(lemmas)}", file=sys.stderr)
    return (*found, *lemmas)


def needed(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The lemmas of those claims that are shown through their proof alone, and theirs.

    Without them "the lemmas imply it" would say nothing of the claim.

    >>> needed(("asym.thm4_2.quadratic",))
    ('asym.kappa.upper.smooth',)
    """
    from theory.claim import claim
    from verify.check import all_checks

    wanted: dict[str, None] = {}
    ahead = list(ids)
    while ahead:
        id = ahead.pop(0)
        mine = (check for check in all_checks(claim(id).paper).values() if check.claim == id)
        if all(check.role != "direct" for check in mine):
            ahead += [lemma for lemma in claim(id).rests_on if lemma not in wanted]
            wanted.update(dict.fromkeys(claim(id).rests_on))
    return tuple(wanted)


def verdict_rows(result: Any) -> list[dict[str, Any]]:
    """The records of `run --json`."""
    return [
        verdict.as_json() | {"seconds": round(result.seconds.get(id, 0.0), 3)}
        for id, verdict in result.verdicts.items()
    ]


def _table(rows: list[dict[str, Any]]) -> None:
    """One line a claim: what, how strongly, how far from failing, teeth."""
    width = max((len(row["claim"]) for row in rows), default=0)
    for row in rows:
        mutants = row["mutants"]
        teeth = f"{mutants['killed']}/{mutants['total']}"
        mark = "" if row["outcome"] == row["expected"] else f"  EXPECTED {row['expected']}"
        flags = " ".join(row["flags"])
        print(
            f"{row['claim']:<{width}}  {row['outcome']:<14} {row['strength']:<11} "
            f"mutants {teeth:<6} {row['margin'][:60]} {flags}{mark}".rstrip()
        )
