"""The command line: `python -m verify` and `boundlab`.

Results go to stdout, narration to stderr. Exit status 0 when every verdict is as expected, 1
when one is not or the run is not complete, 2 for wrong usage and for files that cannot be read or
written, 3 for an error of boundlab itself, 130 when stopped by Ctrl-C.

Each command is a module here with `configure(parser)` and `main(arguments)`; heavy imports
happen inside `main`, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import signal
import sys
import threading
from typing import NoReturn

COMMANDS = (
    "list",
    "show",
    "evaluate",
    "run",
    "experiment",
    "attack",
    "data",
    "dual",
    "report",
    "doctor",
)


class _Parser(argparse.ArgumentParser):
    """Wrong usage is one line, as every other error."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"boundlab: {message}; see `{self.prog} --help`\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line as an argparse parser."""
    parser = _Parser(
        prog="boundlab",
        description="Published theorems about wide and sparse shallow networks, "
        "as claims a machine checks.",
        epilog="Exit status: 0 all as expected; 1 a verdict is not, or the run is not complete; "
        "2 wrong usage, or a file that cannot be read or written; 3 an error of boundlab; "
        "130 stopped.",
    )
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"verify.cli.{name}_command")
        sub = commands.add_parser(name, help=module.HELP, description=module.HELP)
        sub.add_argument("--debug", action="store_true", default=argparse.SUPPRESS)
        module.configure(sub)
        sub.set_defaults(main=module.main)
    return parser


def _stop(signum: int, frame: object) -> None:
    """A polite request to end is the same as Ctrl-C: what is finished is kept."""
    raise KeyboardInterrupt


def _said(error: Exception) -> str:
    """One line for a user; the system's own errors with what to do next."""
    if isinstance(error, OSError) and error.strerror:
        if not error.filename:  # what is written has no name once it is open
            return f"{error.strerror}; allowed: a place that can be written; write elsewhere"
        return f"{error.filename}: {error.strerror}; allowed: a usable file; check the path"
    return " ".join(str(error).split("\n"))


def main(argv: list[str] | None = None) -> int:
    """Run one command; user errors are one line on stderr and exit status 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal without Unicode shows \u03b4 for δ
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(argv)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # or Python does at its end, where nobody catches errors
    except BrokenPipeError:  # the reader of a pipe went away
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        print(f"boundlab: {_said(error)}", file=sys.stderr)
        return 2


def _drop_output() -> None:
    """What standard output cannot take goes nowhere, so that Python ends in silence."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _run(argv: list[str] | None) -> int:
    arguments = build_parser().parse_args(argv)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    try:
        return arguments.main(arguments)
    except KeyboardInterrupt:
        return _stopped()
    except Exception as error:
        from theory.exact import InputError

        if _interrupted(error):
            return _stopped()
        if arguments.debug or (isinstance(error, OSError) and not error.filename):
            raise
        if isinstance(error, InputError | OSError):
            print(f"boundlab: {_said(error)}", file=sys.stderr)
            return 2
        print(
            f"boundlab: internal error: {type(error).__name__}: {error} "
            "(repeat with --debug and report it)",
            file=sys.stderr,
        )
        return 3


def _interrupted(error: BaseException | None) -> bool:
    """Whether an error is what FLINT makes of a Ctrl-C that comes inside an integrand."""
    while isinstance(error, SystemError):
        error = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt)


def _stopped() -> int:
    print("boundlab: stopped", file=sys.stderr)
    return 130
