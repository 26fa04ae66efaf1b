"""Bring data into the form the theorems ask for, and say what was done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.exact import InputError
from verify.data.load import DataSet


@dataclass(frozen=True)
class Prepared:
    """Data as the theorems need it.

    X: n x d, rows distinct, norms in (0, 1]; unit: the same rows with norm 1 (to rounding);
    y: targets with mean 0 and variance 1 (a constant target stays as it is). steps: what was
    done, one sentence each.
    """

    name: str
    X: np.ndarray
    unit: np.ndarray
    y: np.ndarray
    steps: tuple[str, ...]


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
    constant = np.ptp(X, axis=0) == 0
    if constant.any():
        names = ", ".join(np.array(data.columns)[constant][:6])
        steps.append(f"dropped {int(constant.sum())} constant columns ({names})")
        X = X[:, ~constant]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    steps.append("standardised every column (mean 0, variance 1)")
    norms = np.linalg.norm(X, axis=1)
    zero = norms == 0
    if zero.any():
        steps.append(f"dropped {int(zero.sum())} rows at the origin")
        X, y, norms = X[~zero], y[~zero], norms[~zero]
    if len(X) < 2 or X.shape[1] < 1:
        raise InputError(f"{data.name} has {len(X)} usable rows", "2 or more distinct rows")
    # Rounding up the divisor keeps every norm at most 1 whatever the rounding of the quotient.
    scale = float(norms.max()) * (1 + 4 * X.shape[1] * np.finfo(float).eps)
    steps.append(f"divided by the largest norm {scale:.6g}, so that every |x| <= 1")
    spread = y.std()
    if spread > 0:
        y = (y - y.mean()) / spread
        steps.append("standardised the target (mean 0, variance 1)")
    steps.append("the float64 rows after these steps are taken as exact")
    return Prepared(data.name, X / scale, X / norms[:, None], y, tuple(steps))


def _without_duplicates(
    X: np.ndarray, y: np.ndarray, steps: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """A repeated input makes every Gram matrix singular: the first of each is kept."""
    _, first = np.unique(X, axis=0, return_index=True)
    keep = np.sort(first)
    dropped = len(X) - len(keep)
    if dropped:
        steps.append(f"dropped {dropped} rows whose inputs repeat an earlier row")
    return X[keep], y[keep]
