"""`report`: the PDF of the last run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from verify.cli.run_command import EVIDENCE

HELP = "write the PDF report of the last run"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `report`."""
    parser.add_argument("--evidence", default=EVIDENCE, help=f"evidence file (default {EVIDENCE})")
    parser.add_argument("--out", default="reports/out", help="folder (default reports/out)")


def main(arguments: argparse.Namespace) -> int:
    """Build the report; the path is printed."""
    from theory.exact import InputError
    from verify.record import load

    evidence = load(arguments.evidence)
    try:
        from reports.build import build
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed", "reports need the extra `report`",
            "pip install 'boundlab[report]'",
        ) from None  # fmt: skip
    if not evidence.complete:
        print("the run was not complete; the report says what is missing", file=sys.stderr)
    print(build(evidence, Path(arguments.out)))
    return 0
