"""Train the infinitely wide network of the dual-certificate paper on a data set.

Three ways, by size: every dual region enumerated, with exact proofs; in the plane a sweep of
the circle, in floats with a measured gap; in 3 to 6 dimensions a local search whose certificate
is bounded on the whole sphere by branch and bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from theory.dual.arrangement import MAX_REGIONS, general_position, regions
from theory.dual.circle import CircleOracle, solve_circle
from theory.dual.dirac_count import dirac_set
from theory.dual.lambda_max import lambda_max_squared
from theory.dual.lines import hyperplanes
from theory.dual.local_search import LocalSearchOracle, solve_large
from theory.dual.picture import certificate_picture
from theory.dual.problem import Problem, problem
from theory.dual.solver import Solution
from theory.dual.sphere_bound import Covering
from theory.dual.training import certified_optimum
from theory.exact import InputError
from theory.rigor.balls import accurate_digits, ball, working_precision
from verify.data.load import DataSet

MAX_ENTRIES = 5_000_000  # regions times samples
# Rows for which the search and its proof take about a minute, by dimension.
MOST_SEARCHED = {3: 1500, 4: 600, 5: 80, 6: 40}
BITS = 256
NOTHING = "lambda >= lambda_max: the minimiser is 0"


@dataclass
class Trained:
    """What is printed: facts (name, value, how it is known), Diracs, and a picture's data."""

    facts: list[tuple[str, str, str]] = field(default_factory=list)
    diracs: list[tuple[int, list[float], float]] = field(default_factory=list)
    picture: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "facts": [dict(zip(("name", "value", "known"), f, strict=True)) for f in self.facts],
            "diracs": [
                {"sign": sign, "direction": direction, "mass": mass}
                for sign, direction, mass in self.diracs
            ],
        }


def exact_rows(data: DataSet, *, bias: bool) -> tuple[list[list[Fraction]], list[Fraction]]:
    """The data as the decimals they print as; `bias` appends a coordinate 1."""
    rows = [[Fraction(repr(float(a))) for a in row] + [Fraction(1)] * bias for row in data.X]
    return rows, [Fraction(repr(float(a))) for a in data.y]


def train(data: DataSet, lam: Fraction, *, bias: bool = False, share: bool = False) -> Trained:
    """Solve the problem in the strongest way its size allows.

    lam: the penalty, or its share of lambda_max when `share` is set. Raises InputError when the
    data have too many dual regions and too many rows for a search in their dimension.
    """
    rows, targets = exact_rows(data, bias=bias)
    task = problem(rows, targets, lam)
    lines = hyperplanes(task.X)
    bound = general_position(len(lines.normals), lines.rank)
    if bound <= MAX_REGIONS and bound * task.n <= MAX_ENTRIES:
        return _exact(task, share)
    if task.d == 2:
        return _circle(task, share)
    if task.n <= MOST_SEARCHED.get(task.d, 0):
        return _search(task, share)
    allowed = ", ".join(f"{rows} rows in {d}" for d, rows in MOST_SEARCHED.items())
    fit = max(MOST_SEARCHED.get(task.d, 0), _enumerable(task.d))
    raise InputError(
        f"{task.n} rows in {task.d} dimensions have up to {bound:.3g} dual regions",
        f"{MAX_REGIONS} regions, or at most {allowed} dimensions, or any number in 2",
        f"use --rows {fit}, or fewer columns (--columns)",
    )


def _enumerable(d: int) -> int:
    """The most rows in general position whose regions are enumerated."""
    rows = 1
    while general_position(rows + 1, d) <= MAX_REGIONS:
        rows += 1
    return rows


def _exact(task: Problem, share: bool) -> Trained:
    top_squared = lambda_max_squared(task.X, task.y)
    with working_precision(BITS):
        top = ball(top_squared).sqrt()
        if share and top_squared > 0:
            lam = task.lam * Fraction(float(top)).limit_denominator(10**12)
            task = Problem(task.X, task.y, lam)
    out = Trained()
    out.facts += [
        ("dual regions", str(len(regions(task.X))), "exact"),
        ("lambda_max", _printed(top), "exact square root of a fraction"),
        ("lambda", f"{float(task.lam):.12g}", "given"),
    ]
    certificate = certified_optimum(task, bits=BITS)
    with working_precision(BITS):
        if task.lam**2 >= top_squared:
            out.facts += [
                ("optimal value", _printed(certificate.optimal_value()), "certified"),
                ("Diracs", "0", "proved: lambda >= lambda_max"),
            ]
            _finish(out, task, np.array([float(a) for a in certificate.p]), [])
            return out
        found = dirac_set(certificate)
        count = str(found.least) if found.least == found.most else f"{found.least} to {found.most}"
        unique = "proved unique" if found.unique else "evaluations dependent: not unique in general"
        out.facts += [
            ("optimal value", _printed(certificate.optimal_value()), "certified"),
            ("total variation", _printed(certificate.total_variation()), "certified"),
            ("proved duality gap", f"{float(certificate.gap()):.1e}", "exact rational arithmetic"),
            ("Diracs of an extreme minimiser", count, f"certified; minimiser {unique}"),
        ]
    atoms = [(a.sign, np.array([float(c) for c in a.u])) for a in certificate.measure]
    p = np.array([float(a) for a in certificate.p])
    _finish(out, task, p, atoms)
    return out


def _circle(task: Problem, share: bool) -> Trained:
    X, y = _floats(task)
    top = max((e.value for e in CircleOracle(X).extremes(y / task.n, 0.0)), default=0.0)
    lam = float(task.lam) * (top if share else 1.0)
    solution = solve_circle(X, y, lam)
    return _in_floats(task, solution, top, lam, "float64, sweep of the circle")


def _search(task: Problem, share: bool) -> Trained:
    X, y = _floats(task)
    found = LocalSearchOracle(X).extremes(y / task.n, 0.0)
    top = max((extreme.value for extreme in found), default=0.0)
    lam = float(task.lam) * (top if share else 1.0)
    solution, bound = solve_large(X, y, lam)
    how = f"float64; |eta| <= lambda (1 + {bound.bound / lam - 1:.0e}) proved on "
    how += f"{len(bound.covering)} cells"
    return _in_floats(task, solution, top, lam, how, bound.covering)


def _in_floats(
    task: Problem,
    solution: Solution,
    top: float,
    lam: float,
    how: str,
    covering: Covering | None = None,
) -> Trained:
    out = Trained()
    gap = solution.gap / solution.value if solution.value else 0.0
    out.facts += [
        ("lambda_max", f"{top:.12g}", "float64"),
        ("lambda", f"{lam:.12g}", "given"),
        ("optimal value", f"{solution.value:.12g}", how),
        ("total variation", f"{solution.total_variation:.6g}", how),
        ("relative duality gap", f"{gap:.1e}", "float64"),
        ("Diracs found", str(len(solution.atoms)), "float64" if solution.atoms else NOTHING),
    ]
    atoms = [(atom.sign, atom.u) for atom in solution.atoms]
    _finish(out, Problem(task.X, task.y, Fraction(lam)), solution.p, atoms, covering)
    return out


def _finish(
    out: Trained,
    task: Problem,
    p: np.ndarray,
    atoms: list[tuple[int, np.ndarray]],
    covering: Covering | None = None,
) -> None:
    X, _ = _floats(task)
    odd = float(np.linalg.norm(X.T @ p)) / float(task.lam)
    phase = "even: the certificate is symmetric" if odd < 1e-8 else "not even"
    out.facts.append(("|X^T p| / lambda", f"{odd:.3g}", f"float64; {phase}"))
    for sign, u in sorted(atoms, key=lambda atom: -float(np.linalg.norm(atom[1]))):
        mass = float(np.linalg.norm(u))
        out.diracs.append((sign, [float(a) for a in u / mass], mass))
    out.picture.update(certificate_picture(X, p, float(task.lam), atoms, covering))


def _floats(task: Problem) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.array([[float(a) for a in row] for row in task.X]),
        np.array([float(a) for a in task.y]),
    )


def _printed(value: arb) -> str:
    """At most twenty digits, all certain."""
    return str(value.str(max(1, min(20, accurate_digits(value))), radius=False))


def lines_of(out: Trained) -> Iterator[str]:
    """The table as text."""
    for name, value, known in out.facts:
        yield f"  {name:<32} {value:<24} {known}"
    if out.diracs:
        yield "  Diracs (sign, mass, direction):"
    for sign, direction, mass in out.diracs[:40]:
        shown = ", ".join(f"{a:+.6f}" for a in direction)
        yield f"    {'+' if sign > 0 else '-'}  {mass:<14.8g} ({shown})"
    if len(out.diracs) > 40:
        yield f"    and {len(out.diracs) - 40} more (--json lists them all)"
