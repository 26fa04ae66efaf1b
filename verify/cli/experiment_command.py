"""`experiment`: run one of the papers' experiments and judge its orderings."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from verify.cli.run_command import LEDGER

HELP = "run a paper's experiment and judge its orderings seed by seed"
SMALL_SEEDS = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `experiment`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="such as asym.simulated")
    parser.add_argument("--scale", default="small", choices=("small", "paper"))
    parser.add_argument("--data", metavar="PATH", help="a file, or a folder of files")
    parser.add_argument("--download", action="store_true", help="fetch the data from OpenML")
    parser.add_argument("--seeds", type=int, help="most seeds; default 100, or the source's own")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes; 0: none"
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="a dask.distributed scheduler")
    parser.add_argument("--seed", type=int, help="seed of the whole run")
    parser.add_argument("--budget", metavar="TIME", help="stop after this time, e.g. 90s, 10m, 2h")
    parser.add_argument("--ledger", default=LEDGER, help=f"finished trials (default {LEDGER})")
    parser.add_argument("--figure", metavar="FILE.svg", help="draw the curves (several data: -2 …)")
    parser.add_argument("--json", metavar="FILE", help="write curves and verdicts; - for stdout")
    parser.add_argument("--evidence", metavar="FILE", help="write evidence for `report`")


def main(arguments: argparse.Namespace) -> int:
    """Run, print every ordering; status 1 when one is refuted or the run is not complete."""
    from theory.exact import InputError
    from verify.cli.duration import seconds
    from verify.cli.output import check_outputs
    from verify.cli.progress import Watcher
    from verify.experiments import experiment, experiments
    from verify.experiments.conduct import jobs, summary
    from verify.experiments.files import data_paths
    from verify.ledger import Ledger
    from verify.record import record, save
    from verify.run import DEFAULT_SEED, Runner

    if arguments.name is None:
        for name, found in experiments().items():
            print(f"{name:<16} {found.title}")
        return 0
    found = experiment(arguments.name)
    paths = data_paths(found.name, arguments.data, download=arguments.download)
    seeds = arguments.seeds or (SMALL_SEEDS if arguments.scale == "small" else found.seeds)
    seed = DEFAULT_SEED if arguments.seed is None else arguments.seed
    if min(seeds, seed, arguments.workers) < 0:
        raise InputError("--seeds, --seed and --workers must not be negative", "0 or more")
    check_outputs(arguments, "ledger", "evidence", "figure", "json")
    tasks, execute = jobs(found, arguments.scale, paths, seeds)
    ledger = Ledger(arguments.ledger)
    with Watcher() as watch:
        result = Runner(
            jobs=tasks,
            seed=seed,
            workers=arguments.workers,
            cluster=arguments.cluster,
            ledger=ledger,
            seconds=None if arguments.budget is None else seconds(arguments.budget),
            watch=watch,
            execute=execute,
        ).run()
    told = summary(
        found,
        scale=arguments.scale,
        paths=paths,
        seeds=seeds,
        seed=seed,
        ledger=ledger,
        result=result,
    )
    ledger.close()
    if arguments.evidence:
        save(record(result, seed=seed, profile="quick"), arguments.evidence)
    _write(told, arguments.json, arguments.figure)
    if arguments.json != "-":
        _print(told)
    for problem in result.problems:
        print(f"problem: {problem}", file=sys.stderr)
    if not result.complete:
        print("not complete: the same command resumes from the ledger", file=sys.stderr)
    outcomes = [row["outcome"] for data in told["data"] for row in data["orderings"]]
    return 1 if "REFUTED" in outcomes or result.problems else 0


def _write(told: dict[str, Any], file: str | None, figure: str | None) -> None:
    from verify.evidence import finite

    if file:
        text = json.dumps(finite(told), indent=1)
        if file == "-":
            print(text)
        else:
            Path(file).write_text(text + "\n")
    if figure:
        from reports.plots.panels import panels

        target = Path(figure)
        for k, data in enumerate(told["data"], 1):
            path = target if k == 1 else target.with_stem(f"{target.stem}-{k}")
            path.write_text(panels(told, data))
            print(f"{data['data']}: {path}", file=sys.stderr)


def _print(told: dict[str, Any]) -> None:
    """Verdicts by data set, one line a pair of arms."""
    arms = told["arms"]
    print(f"{told['title']} ({told['experiment']}, scale {told['scale']}, seed {told['seed']})")
    for data in told["data"]:
        counts = sorted(set(data["seeds"].values()))
        seeds = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
        print(f"\n{data['data']}: {seeds} seeds an arm, {data['seconds']:.0f} s of trials")
        for row in data["orderings"]:
            below, above = arms[row["below"]], arms[row["above"]]
            found = "no verdict: trials missing or not finite"
            if "n" in row:
                means = f"means {row['below_mean']:.3g} and {row['above_mean']:.3g}"
                found = f"{row['k']} of {row['n']} seeds, {means}"
            print(f"  {row['outcome']:<10} {row['claim']:<24} {below} below {above}: {found}")
    print("\nDepartures from the source:")
    for line in told["departures"]:
        print(f"  {line}")
