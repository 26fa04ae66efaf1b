"""`show`: one claim with all that belongs to it."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from verify.cli.run_command import EVIDENCE

HELP = "show one claim: statement, hypotheses, checks, mutants, and what the last run found"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `show`."""
    parser.add_argument("claim", help="id of a claim, as printed by `list`")
    parser.add_argument(
        "--evidence", metavar="FILE", help=f"what a run found (default {EVIDENCE}, if there)"
    )
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Print the claim; its mathematics in Unicode, or in Typst as JSON."""
    from theory.claim import claim
    from verify.check import all_checks
    from verify.cli.plain import plain
    from verify.vacuity import frontiers

    item = claim(arguments.claim)
    mine = all_checks(item.paper).items()
    checks = {id: check for id, check in mine if check.claim == item.id}
    fields: dict[str, str | list[str]] = {
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
        "frontier": _frontier(frontiers(item.id)),
    }
    if item.discrepancy:
        fields["as transcribed here"] = item.discrepancy.transcribed
        fields["witness"] = item.discrepancy.witness
        fields["repair"] = item.discrepancy.repair
    fields |= found(item.id, arguments.evidence)
    if arguments.json:
        print(json.dumps(fields, indent=1))
        return 0
    # a terminal without Unicode reads Typst's words rather than the numbers of its letters
    said = plain if (sys.stdout.encoding or "").lower().startswith("utf") else str
    for name, value in fields.items():
        lines = value if isinstance(value, list) else [value]
        for i, line in enumerate(lines):
            label = name if i == 0 else ""
            print(
                textwrap.fill(
                    said(line), 98, initial_indent=f"{label:<14}", subsequent_indent=" " * 14
                )
            )
    return 0


def found(id: str, path: str | None) -> dict[str, str | list[str]]:
    """What an evidence file says of the claim: verdict, teeth, slack, reach.

    path: None for the file of the last run here, which may be missing or unreadable.
    """
    from theory.exact import InputError
    from verify.record import load

    if path is None and not Path(EVIDENCE).exists():
        return {}
    try:
        verdicts = load(path or EVIDENCE).verdicts
    except InputError as error:
        if path is not None:
            raise
        print(f"boundlab: {error}", file=sys.stderr)
        return {}
    if id not in verdicts:
        return {}
    verdict = verdicts[id]
    low, high = verdict.get("slack") or (None, None)
    return {
        "found": " ".join([verdict["outcome"], verdict["strength"], *verdict.get("flags", ())]),
        "margin": verdict.get("margin") or "",
        "would catch": verdict.get("could_have_caught") or "",
        "slack": f"x {low:.4g} to {high:.4g}" if low and high else "not measured",
        "slack along": [_growth(item) for item in verdict.get("growth") or ()],
        "not refuted": [
            f"{survivor['name']}: {survivor['reason']}"
            for kind in ("mutants", "census")
            for survivor in (verdict.get(kind) or {}).get("survivors", ())
        ],
    }


def _growth(item: Mapping[str, Any]) -> str:
    sizes = item["sizes"]
    return (
        f"{item['parameter']} = {sizes[0]} to {sizes[-1]}: log slack has slope "
        f"{item['estimate']:+.2g} in [{item['low']:+.2g}, {item['high']:+.2g}], "
        f"{item['reading']}"
    )


def _frontier(item: Mapping[str, Any] | None) -> list[str]:
    """Where a bound says more than what holds for free, or why it has no frontier."""
    from theory.vacuity import typeset

    if not item:
        return []
    if "no_frontier" in item:
        return [f"none: {item['no_frontier']}"]
    where = "; ".join(parameter["words"] for parameter in item["parameters"])
    cell = ", ".join(f"{name} = {value}" for name, value in item["cell"].items())
    return [
        f"says more than what holds for free ({item['because']})",
        f"for {typeset(where).replace('>=', '≥').replace('<=', '≤')}",
        f"at {typeset(cell)}",
    ]
