"""`show`: one claim with all that belongs to it."""

from __future__ import annotations

import argparse
import json
import textwrap

HELP = "show one claim: statement, hypotheses, what it rests on, checks, mutants"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `show`."""
    parser.add_argument("claim", help="id of a claim, as printed by `list`")
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Print the claim; its mathematics in Unicode, or in Typst as JSON."""
    from theory.claim import claim
    from verify.check import all_checks
    from verify.cli.plain import plain

    item = claim(arguments.claim)
    checks = {id: check for id, check in all_checks().items() if check.claim == item.id}
    fields = {
        "claim": item.id,
        "title": item.title,
        "location": item.location,
        "statement": item.typeset(),
        "direction": str(item.direction),
        "quantifier": str(item.quantifier),
        "origin": str(item.mark),
        "expected": item.expected,
        "hypotheses": [f"{h.name}: {h.statement}" for h in item.hypotheses],
        "rests on": list(item.rests_on),
        "checks": [
            f"{id} ({check.profile}) {check.fails_if}".strip() for id, check in checks.items()
        ],
        "mutants": [mutant.name for mutant in item.mutants],
    }
    if item.discrepancy:
        fields["as transcribed here"] = item.discrepancy.transcribed
        fields["witness"] = item.discrepancy.witness
        fields["repair"] = item.discrepancy.repair
    if arguments.json:
        print(json.dumps(fields, indent=1))
        return 0
    for name, value in fields.items():
        lines = value if isinstance(value, list) else [value]
        for i, line in enumerate(lines):
            label = name if i == 0 else ""
            print(
                textwrap.fill(
                    plain(line), 98, initial_indent=f"{label:<14}", subsequent_indent=" " * 14
                )
            )
    return 0
