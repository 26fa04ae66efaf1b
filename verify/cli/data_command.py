"""`data`: what the theorems say about a data set."""

from __future__ import annotations

import argparse
import json

HELP = "say what the theorems assert about your data"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `data`."""
    parser.add_argument("source", metavar="FILE.csv|NAME", help="a CSV, or a set of scikit-learn")
    parser.add_argument("--target", help="name of the target column (default: the last one)")
    parser.add_argument("--rows", type=int, default=200, help="use at most so many rows (200)")
    parser.add_argument("--gamma", default="1/2", help="uniform share of the node scaling")
    parser.add_argument("--delta", default="1/10", help="failure probability")
    parser.add_argument("--paper", help="asym, bias, lottery or dual; default all")
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Load, prepare, and print every paper's facts."""
    from verify.cli.progress import Status
    from verify.data.facts import facts
    from verify.data.load import load
    from verify.data.prepare import prepare
    from verify.data.table import lines_of
    from verify.evidence import finite

    prepared = prepare(load(arguments.source, arguments.target), rows=arguments.rows)
    with Status() as say:
        found = facts(
            prepared,
            arguments.paper,
            gamma=arguments.gamma,
            delta=arguments.delta,
            watch=lambda fact: say(f"{fact.paper}: {fact.name} {fact.at}"),
        )
    if arguments.json:
        record = {
            "data": prepared.name,
            "rows": len(prepared.X),
            "inputs": prepared.X.shape[1],
            "gamma": arguments.gamma,
            "delta": arguments.delta,
            "preparation": list(prepared.steps),
            "facts": [fact.as_json() for fact in found],
        }
        print(json.dumps(finite(record), indent=1))
        return 0
    print("\n".join(prepared.steps))
    print("\n".join(lines_of(found)))
    return 0
