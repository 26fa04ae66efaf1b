"""Cells that the checks of the second paper share."""

from __future__ import annotations

from itertools import product


def grid(**values: tuple[object, ...]) -> tuple[dict[str, object], ...]:
    """All combinations of the given values, as cells.

    >>> grid(B=("0", "1"), n=(2,))
    ({'B': '0', 'n': 2}, {'B': '1', 'n': 2})
    """
    return tuple(dict(zip(values, row, strict=True)) for row in product(*values.values()))
