"""Bring data into the form the theorems ask for, and say what was done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.exact import InputError
from verify.data.load import DataSet

# Standardising rounds: rows closer than this, relative to the largest, cannot be told from rows
# at the origin, nor two directions closer than this from one.
ROUNDING = 1e-10


@dataclass(frozen=True)
class Prepared:
    """Data as the theorems need it.

    X: n x d, rows distinct, norms in (0, 1]; unit: the same rows with norm 1 (to rounding);
    y: targets with mean 0 and variance 1 (a constant target other than 0 becomes 1 or -1).
    lines: indices of rows no two of which are proportional. directions: indices of rows no two
    of which point the same way (opposite ones are kept). steps: what was done, one sentence each.
    """

    name: str
    X: np.ndarray
    unit: np.ndarray
    y: np.ndarray
    lines: np.ndarray
    directions: np.ndarray
    steps: tuple[str, ...]

    @property
    def signs(self) -> np.ndarray | None:
        """Labels -1 and +1 if the target has exactly two values, else None."""
        values = np.unique(self.y)
        return np.where(self.y == values[1], 1.0, -1.0) if len(values) == 2 else None


def prepare(data: DataSet, *, rows: int = 200) -> Prepared:
    """Standardise, drop duplicate inputs, keep the first `rows`, scale into the unit ball.

    Raises InputError when fewer than two distinct non-zero rows are left.
    """
    if rows < 2:
        raise InputError(f"rows = {rows}", "2 or more")
    steps = [f"{data.name}: {len(data.X)} rows, {data.X.shape[1]} inputs, target {data.target!r}"]
    X, y = _without_duplicates(data.X, data.y, steps)
    if len(X) > rows:
        steps.append(f"kept the first {rows} of {len(X)} rows (--rows)")
        X, y = X[:rows], y[:rows]
    _enough(X, data)
    X = _standardised_inputs(X, data, steps)
    norms = np.linalg.norm(X, axis=1)
    scale = float(norms.max())
    near = norms <= ROUNDING * scale
    if near.any():
        steps.append(f"dropped {_rows(int(near.sum()))} at the origin")
        X, y, norms = X[~near], y[~near], norms[~near]
    _enough(X, data)
    # Rounding up the divisor keeps every norm at most 1 whatever the rounding of the quotient.
    scale *= 1 + 4 * X.shape[1] * np.finfo(float).eps
    steps.append(f"divided by the largest norm {scale:.6g}, so that every |x| <= 1")
    y = _standardised_target(y, steps)
    steps.append("the float64 rows after these steps are taken as exact")
    unit = X / norms[:, None]
    lines, directions = distinct(unit, opposite=False), distinct(unit, opposite=True)
    if len(lines) < len(X):
        steps.append(
            f"asymmetrical scaling: dropped {_rows(len(X) - len(lines))} proportional to an "
            "earlier one (its hypothesis H1 forbids them)"
        )
    if len(directions) < len(X):
        steps.append(
            f"large bias: dropped {_rows(len(X) - len(directions))} with the direction of an "
            "earlier one (its samples have norm 1)"
        )
    return Prepared(data.name, X / scale, unit, y, lines, directions, tuple(steps))


def _enough(X: np.ndarray, data: DataSet) -> None:
    if len(X) < 2:
        raise InputError(
            f"{data.name} has {len(X)} usable row{'s' * (len(X) != 1)}",
            "2 or more rows with different inputs",
            "add rows, or raise --rows",
        )


def distinct(unit: np.ndarray, *, opposite: bool) -> np.ndarray:
    """Indices of rows whose directions differ from those of the rows kept before.

    unit: n x d, rows of norm 1. opposite: whether opposite directions count as different.
    """
    kept: list[int] = []
    for i, row in enumerate(unit):
        before = unit[kept]
        apart = np.linalg.norm(before - row, axis=1)
        if not opposite:
            apart = np.minimum(apart, np.linalg.norm(before + row, axis=1))
        if not (apart <= ROUNDING).any():
            kept.append(i)
    return np.array(kept)


def _standardised_inputs(X: np.ndarray, data: DataSet, steps: list[str]) -> np.ndarray:
    constant = X.min(axis=0) == X.max(axis=0)
    if constant.all():
        raise InputError(
            f"{data.name} has no input that varies over the {len(X)} rows used",
            "one varying input or more",
            "check the columns, or raise --rows",
        )
    if constant.any():
        names = ", ".join(np.array(data.columns)[constant][:6])
        count = int(constant.sum())
        steps.append(f"dropped {count} constant column{'s' * (count != 1)} ({names})")
    X = _comparable(X[:, ~constant])
    steps.append("standardised every column (mean 0, variance 1)")
    return (X - X.mean(axis=0)) / X.std(axis=0)


def _standardised_target(y: np.ndarray, steps: list[str]) -> np.ndarray:
    y = _comparable(y[:, None])[:, 0]
    if np.ptp(y) > 0:
        steps.append("standardised the target (mean 0, variance 1)")
        return (y - y.mean()) / y.std()
    steps.append(f"the target is constant; it counts as {np.sign(y[0]):g}")
    return np.sign(y)


def _comparable(X: np.ndarray) -> np.ndarray:
    """Columns times powers of two, entries at most 1: squares neither over- nor underflow."""
    exponents = np.frexp(np.abs(X).max(axis=0))[1]
    return np.ldexp(X, -exponents)


def _without_duplicates(
    X: np.ndarray, y: np.ndarray, steps: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """A repeated input makes every Gram matrix singular: the first of each is kept."""
    _, first = np.unique(X, axis=0, return_index=True)
    keep = np.sort(first)
    dropped = len(X) - len(keep)
    if dropped:
        steps.append(f"dropped {_rows(dropped)} whose inputs repeat an earlier row")
    return X[keep], y[keep]


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"
