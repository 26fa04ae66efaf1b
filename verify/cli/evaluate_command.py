"""`evaluate`: the calculator."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HELP = "evaluate a number of a theorem, with its error proved"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `evaluate`."""
    parser.add_argument("name", nargs="?", help="quantity, for instance asym.zipf.power_sum")
    parser.add_argument("inputs", nargs="*", metavar="key=value", help="exact inputs")
    parser.add_argument("--digits", default="15", help="certain digits wanted (default 15)")
    parser.add_argument("--json", action="store_true", help="one JSON record on stdout")
    parser.add_argument("--from", dest="file", metavar="FILE.json", help="a list of records")
    parser.add_argument("--list", action="store_true", help="list the names")


def main(arguments: argparse.Namespace) -> int:
    """Evaluate one quantity, or every record of a file."""
    from theory.exact import InputError

    if arguments.list:
        from theory.quantity import quantities

        print("\n".join(quantities()))
        return 0
    if arguments.file:
        if arguments.name:
            raise InputError(f"both {arguments.name} and --from are given", "one of the two")
        return _from_file(arguments.file, arguments.digits)
    if not arguments.name:
        raise InputError("evaluate needs a name", "NAME key=value ... or --from FILE.json")
    from theory.quantity import quantity

    value = quantity(arguments.name)(digits=arguments.digits, **_pairs(arguments.inputs))
    if arguments.json:
        print(json.dumps(value.as_json()))
    else:
        digits = "exact" if value.radius == "0" else f"{value.digits} certain digits"
        print(f"{value.value}  +/- {value.radius}  ({digits})")
        if value.note:
            print(value.note, file=sys.stderr)
    return 0


def _pairs(words: list[str]) -> dict[str, Any]:
    from theory.exact import InputError

    inputs = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign:
            raise InputError(f"{word!r} is not key=value", "inputs such as alpha=1/2")
        if name in inputs:
            raise InputError(f"{name} is given twice", "one value an input", "drop one of them")
        inputs[name] = _read(text)
    return inputs


def _read(text: str) -> Any:
    """JSON lists for vectors and matrices; bare numbers stay text, so nothing becomes a float."""
    if not text.lstrip().startswith("["):
        return text
    from theory.exact import InputError

    try:
        return json.loads(text, parse_float=str, parse_constant=str)
    except json.JSONDecodeError:
        raise InputError(
            f"{text[:60]!r} is not a JSON list", '[["1","0"],["3/5","4/5"]]', "quote the fractions"
        ) from None


def _parts(record: Any) -> tuple[str, dict[str, Any]]:
    """Name and inputs of a record of a file."""
    from theory.exact import InputError

    form = '{"quantity": "NAME", "inputs": {...}}'
    if not isinstance(record, dict) or "quantity" not in record:
        raise InputError("a record has no quantity", form)
    name, inputs = record["quantity"], record.get("inputs", {})
    if not isinstance(name, str):
        raise InputError(f"the quantity {str(name)[:40]!r} is no name", form)
    if not isinstance(inputs, dict) or "digits" in inputs:
        found = "hold 'digits'" if isinstance(inputs, dict) else f"are {str(inputs)[:40]!r}"
        raise InputError(f"the inputs of {name} {found}", form, "digits stand beside the inputs")
    return name, inputs


def _from_file(path: str, digits: str) -> int:
    """One JSON line a record; a record that cannot be evaluated says why and the rest goes on."""
    from theory.exact import InputError
    from theory.quantity import quantity

    try:
        records = json.loads(
            Path(path).read_text(encoding="utf-8-sig"), parse_float=str, parse_constant=str
        )
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not JSON: {error}", "a list of records") from None
    if not isinstance(records, list):
        raise InputError(f"{path} holds no list", 'a list of {"quantity": ..., "inputs": {...}}')
    failed = 0
    for record in records:
        try:
            name, inputs = _parts(record)
            value = quantity(name)(digits=record.get("digits", digits), **inputs)
            print(json.dumps(value.as_json()), flush=True)
        except InputError as error:
            failed += 1
            asked = record.get("quantity") if isinstance(record, dict) else None
            print(json.dumps({"quantity": asked, "error": str(error)}), flush=True)
    return 1 if failed else 0
