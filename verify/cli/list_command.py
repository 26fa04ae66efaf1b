"""`list`: the claims, or the calculator's names."""

from __future__ import annotations

import argparse
import json

HELP = "list the claims (or, with --quantities, the calculator's names)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `list`."""
    parser.add_argument("paper", nargs="?", help="asym, bias, lottery or dual")
    parser.add_argument("--quantities", action="store_true", help="the calculator's names")
    parser.add_argument("--json", action="store_true", help="one JSON list on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Print one line a claim or quantity."""
    rows = _quantities(arguments.paper) if arguments.quantities else _claims(arguments.paper)
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return 0
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        print(f"{row['name']:<{width}}  {row['summary']}")
    return 0


def _claims(paper: str | None) -> list[dict[str, str]]:
    from theory.claim import claims

    return [
        {"name": claim.id, "summary": claim.title, "location": claim.location,
         "direction": claim.direction, "quantifier": claim.quantifier, "expected": claim.expected}
        for claim in claims(paper)
    ]  # fmt: skip


def _quantities(paper: str | None) -> list[dict[str, str]]:
    from theory.quantity import quantities, quantity

    return [
        {
            "name": name,
            "summary": quantity(name).summary,
            "inputs": ", ".join(quantity(name).inputs),
        }
        for name in quantities(paper)
    ]
