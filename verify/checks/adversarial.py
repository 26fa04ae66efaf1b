"""An adversary against deterministic inequalities that hold for all data.

Points on the sphere, weights and integer samples in the configurations that make bounds of this
field tight; every candidate is exact, and both sides are enclosed at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
from flint import arb

from theory.asymmetric.eigenvalue import greatest_squared_cosine, kappa
from theory.bias.kernel import kernel_least_eigenvalue, kernel_matrix, orthant_matrix
from theory.bias.samples import greatest_correlation
from theory.dual.counting import count_regions
from theory.dual.lines import hyperplanes
from theory.exact import Matrix, matrix
from theory.formula import Formula
from theory.rigor.balls import ball
from theory.rigor.spectra import least_eigenvalue
from verify.adversary.chart import on_sphere
from verify.adversary.generators import Draw, node_weights, source, sphere_points
from verify.engines import Search
from verify.engines.enclose import Side

Candidate = Mapping[str, Any]
Certify = Callable[[Candidate, Formula], tuple[Side, Side]]
NEARLY_PARALLEL = Fraction(
    99, 100
)  # squared cosine: beyond it the constructive bound is a long sum


def _at(form: Formula, **values: Any) -> arb:
    """A formula at those of the values that it contains."""
    return form.ball(**{s.symbol.name: values[s.symbol.name] for s in form.symbols})


def _charts(rng: np.random.Generator, n: int, dimension: int) -> Iterator[list[list[str]]]:
    draw = source(rng)
    return (sphere_points(draw, n, dimension) for _ in count())


def _apart(rng: np.random.Generator) -> list[list[str]]:
    """Three to five points of the sphere in R^3, no two of them nearly parallel."""
    charts = _charts(rng, int(rng.integers(3, 6)), 3)
    return next(c for c in charts if greatest_squared_cosine(on_sphere(c)) <= NEARLY_PARALLEL)


def _distinct(rng: np.random.Generator) -> list[list[str]]:
    """Two to five points of the sphere in R^3."""
    return next(_charts(rng, int(rng.integers(2, 6)), 3))


def _of_two_norms(rng: np.random.Generator) -> Candidate:
    """Points apart, the first of them shortened."""
    return {"chart": _apart(rng), "norm": str(Fraction(int(rng.integers(1, 17)), 16))}


def _with_bias(rng: np.random.Generator) -> Candidate:
    """Points of the sphere and a bias up to 4."""
    return {"chart": _distinct(rng), "B": str(Fraction(int(rng.integers(0, 17)), 4))}


def _shortened(candidate: Candidate) -> Matrix:
    first, *rest = on_sphere(candidate["chart"])
    norm = Fraction(candidate["norm"])
    return (tuple(norm * entry for entry in first), *rest)


def _kappa_lower(chart: Any, form: Any) -> tuple[Side, Side]:
    rows = on_sphere(chart)
    return form(rows), kappa(rows)


def _kappa_upper(candidate: Candidate, form: Formula) -> tuple[Side, Side]:
    rows = _shortened(candidate)
    square = Fraction(candidate["norm"]) ** 2
    return kappa(rows), _at(form, squared_norm=square, d=len(rows[0]))


def _closest_pair(candidate: Candidate, form: Formula) -> tuple[Side, Side]:
    rows, bias = on_sphere(candidate["chart"]), Fraction(candidate["B"])
    least = kernel_least_eigenvalue(rows, bias)
    return least, _at(form, B=bias, rho=greatest_correlation(rows))


def _schur(candidate: Candidate, form: Fraction) -> tuple[Side, Side]:
    rows, bias = on_sphere(candidate["chart"]), Fraction(candidate["B"])
    below = ball(form) * least_eigenvalue(orthant_matrix(rows, bias))
    return below, least_eigenvalue(kernel_matrix(rows, bias))


def _weights(rng: np.random.Generator) -> Candidate:
    """Masses of sum 1 in falling order, the uniform share, and the exponent of a power sum."""
    masses = node_weights(source(rng), int(rng.integers(2, 9)))
    return {
        "masses": sorted(masses, key=Fraction, reverse=True),
        "gamma": str(Fraction(int(rng.integers(0, 17)), 16)),
        "r": str(Fraction(int(rng.integers(5, 17)), 4)),
    }


def _power_sum(power: Fraction | None, *, above: bool) -> Certify:
    """The sum of the weights' powers beside a bound from above or below.

    power: exponent of the weights; None for the candidate's own.
    """

    def sides(candidate: Candidate, form: Formula) -> tuple[Side, Side]:
        masses, gamma = list(map(Fraction, candidate["masses"])), Fraction(candidate["gamma"])
        m, r = len(masses), Fraction(candidate["r"]) if power is None else power
        total = sum((ball(gamma / m + (1 - gamma) * z) ** ball(r) for z in masses), arb(0))
        powers = sum((ball(z) ** ball(r) for z in masses if z), arb(0))
        bound = _at(form, m=m, gamma=gamma, exponent=r, mass_norm=powers ** ball(1 / r))
        return (total, bound) if above else (bound, total)

    return sides


def _integer_rows(rng: np.random.Generator) -> list[list[str]]:
    """Two to eight small integer samples in up to four dimensions, some of them repeated."""
    draw: Draw = source(rng)
    n, d = draw(2, 8), draw(1, 4)
    return [[str(draw(-2, 2)) for _ in range(d)] for _ in range(n)]


def _regions(rows: Any, form: Formula) -> tuple[Side, Side]:
    X = matrix(rows, "X")
    rank = hyperplanes(X).rank
    if rank == 0:  # all samples zero: one region, no rank to speak of
        return 0, 1
    values = {"n": len(X), "span_rank": rank}
    return count_regions(X), form.ball(
        **{s.symbol.name: values[s.symbol.name] for s in form.symbols}
    )


HALF = Fraction(1, 2)
CHECKS = (
    Search(
        claim="asym.kappa.lower",
        propose=_apart,
        certify=_kappa_lower,
        batches=2,
        tries=40,
        fails_if="an adversary finds points whose least eigenvalue is below the constructive bound",
    ),
    Search(
        claim="asym.kappa.upper",
        propose=_of_two_norms,
        certify=_kappa_upper,
        batches=2,
        tries=40,
        fails_if="an adversary finds points whose least eigenvalue exceeds a diagonal entry",
    ),
    Search(
        claim="bias.lmin.upper",
        propose=_with_bias,
        certify=_closest_pair,
        batches=2,
        tries=40,
        fails_if="an adversary finds points whose least eigenvalue exceeds the closest pair's",
    ),
    Search(
        claim="bias.h.schur",
        propose=_with_bias,
        certify=_schur,
        batches=2,
        tries=40,
        fails_if="an adversary finds points whose kernel is below twice the orthant matrix",
    ),
    *(
        Search(
            claim=f"asym.A2.{name}",
            propose=_weights,
            certify=_power_sum(power, above=name.endswith("upper")),
            batches=2,
            tries=60,
            fails_if="an adversary finds weights whose power sum is on the other side",
        )
        for name, power in (
            ("eq16.lower", HALF),
            ("eq16.upper", HALF),
            ("eq17.lower", None),
            ("eq17.upper", None),
        )
    ),
    Search(
        claim="dual.regions.bound",
        propose=_integer_rows,
        certify=_regions,
        batches=2,
        tries=100,
        fails_if="an adversary finds samples with more regions",
    ),
)
