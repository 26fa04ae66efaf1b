"""Times as people write them on a command line."""

from __future__ import annotations

UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    """Read a positive time.

    >>> seconds("90s"), seconds("2h"), seconds("7")
    (90.0, 7200.0, 7.0)

    Raises InputError for anything else.
    """
    from theory.exact import InputError

    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS else (text, "s")
    try:
        found = float(number) * UNITS[unit]
    except ValueError:
        found = -1.0
    if not 0 < found < float("inf"):
        raise InputError(f"budget = {text!r}", "a positive time such as 90s, 10m, 2h")
    return found
