"""`dual`: train the infinitely wide network on data, with its dual certificate."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

HELP = "solve the TV-regularised infinite-width problem on your data, with a certificate"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `dual`."""
    parser.add_argument("source", metavar="FILE.csv|NAME", help="a CSV, or a set of scikit-learn")
    parser.add_argument("--target", help="name of the target column (default: the last one)")
    parser.add_argument("--lam", required=True, help="penalty lambda, exact (0.1 or 1/10)")
    parser.add_argument("--share", action="store_true", help="--lam is a share of lambda_max")
    parser.add_argument("--columns", help="inputs to keep, comma-separated (default: all)")
    parser.add_argument("--rows", type=int, help="keep the first so many rows (default: all)")
    parser.add_argument("--bias", action="store_true", help="append a coordinate 1 to every row")
    parser.add_argument("--figure", metavar="OUT.svg", help="draw the certificate (2 or 3 inputs)")
    parser.add_argument("--json", action="store_true", help="JSON on stdout")


def main(arguments: argparse.Namespace) -> int:
    """Load, solve, print, draw."""
    from theory.exact import InputError, between
    from verify.cli.output import check_outputs
    from verify.data.dual_training import lines_of, train
    from verify.data.load import load
    from verify.evidence import finite

    check_outputs(arguments, "figure")
    lam = between(arguments.lam, "lam", low=0, open_low=True)
    data = load(arguments.source, arguments.target)
    if arguments.columns:
        wanted = [name.strip() for name in arguments.columns.split(",")]
        missing = [name for name in wanted if name not in data.columns]
        if missing:
            raise InputError(f"no column {missing[0]!r}", ", ".join(data.columns))
        kept = [data.columns.index(name) for name in wanted]
        data = replace(data, X=data.X[:, kept], columns=tuple(wanted))
    if arguments.rows is not None:
        if arguments.rows < 1:
            raise InputError(f"rows = {arguments.rows}", "1 or more")
        data = replace(data, X=data.X[: arguments.rows], y=data.y[: arguments.rows])
    found = train(data, lam, bias=arguments.bias, share=arguments.share)
    if arguments.json:
        print(json.dumps(finite(found.as_json()), indent=1))
    else:
        inputs = ", ".join(data.columns) + (", 1" if arguments.bias else "")
        print(f"{data.name}: {len(data.X)} rows, inputs {inputs}, target {data.target}")
        print("\n".join(lines_of(found)))
    if arguments.figure:
        _draw(found.picture, Path(arguments.figure))
    return 0


def _draw(picture: dict, path: Path) -> None:
    from theory.exact import InputError

    if not picture:
        raise InputError("no picture of these data", "two or three inputs", "see --columns, --bias")
    try:
        from reports.figures.dual import circle_figure, sphere_figure
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed", "figures need the extra `report`",
            "pip install 'boundlab[report]'",
        ) from None  # fmt: skip
    circle = picture.get("circle")
    figure = circle_figure(circle) if circle else sphere_figure(picture["sphere"])
    path.write_text(figure.svg, encoding="utf-8")
    print(f"{path}: {figure.caption}", file=sys.stderr)
