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
    from verify.data.facts import facts
    from verify.data.load import load
    from verify.data.prepare import prepare

    prepared = prepare(load(arguments.source, arguments.target), rows=arguments.rows)
    found = facts(prepared, arguments.paper, gamma=arguments.gamma, delta=arguments.delta)
    if arguments.json:
        record = {"preparation": list(prepared.steps), "facts": [fact.as_json() for fact in found]}
        print(json.dumps(record, indent=1))
        return 0
    print("\n".join(prepared.steps))
    paper = ""
    for fact in found:
        if fact.paper != paper:
            paper = fact.paper
            print(f"\n{paper}")
        print(f"  {fact.name:<46} {fact.value:<24} {fact.known}")
        if fact.meaning:
            print(f"  {'':<46} {fact.meaning}")
    return 0
