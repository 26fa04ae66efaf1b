"""`doctor`: is everything here that is needed?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

HELP = "check this installation and say what is missing"
OPTIONAL = {
    "typst": "report", "matplotlib": "report", "sklearn": "data", "distributed": "cluster",
    "array_api_compat": "arrays", "hypothesis": "test", "pytest": "test",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `doctor`."""
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Print one line a finding; status 1 when something needed does not work."""
    findings = list(_findings())
    if arguments.json:
        print(json.dumps([dict(zip(("ok", "what", "detail"), f, strict=True)) for f in findings]))
    else:
        for ok, what, detail in findings:
            print(f"{'ok  ' if ok else 'MISS'} {what:<18} {detail}")
    needed = [what for ok, what, detail in findings if not ok and "extra" not in detail]
    return 1 if needed else 0


def _findings() -> Iterator[tuple[bool, str, str]]:
    import importlib.util

    yield sys.version_info >= (3, 11), "python", f"{sys.version.split()[0]} (3.11 or newer)"
    from verify.record import environment

    for name, version in environment().items():
        if name not in ("python", "platform"):
            yield True, name, version
    for module, extra in OPTIONAL.items():
        there = importlib.util.find_spec(module) is not None
        yield there, module, "installed" if there else f"missing: extra `{extra}`"
    from theory.quantity import quantity

    value = quantity("asym.zipf.power_sum")(alpha="1/2", r=2, digits=30)
    yield value.value.startswith("0.4000000"), "calculator", f"sum of squares {value.value[:12]}"
    import tempfile

    from verify.ledger import Ledger

    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(f"{folder}/ledger.db")
        ledger.put(0, "doctor", "0", {}, 0.0)
        yield ledger.count() == 1, "ledger", "writes and reads"
        ledger.close()
    from verify.executors import open_executor

    with open_executor(1) as pool:
        yield pool.submit(abs, -1).result(timeout=60) == 1, "workers", "start and answer"
    from theory.claim import claims
    from verify.check import all_checks

    yield True, "registry", f"{len(claims())} claims, {len(all_checks())} checks"
