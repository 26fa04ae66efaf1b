"""What the theorems on large initial bias say of a data set, as the bias B varies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb

from theory.bias.data_alignment import alignment_float
from theory.bias.data_spectrum import KernelFloat, data_spectrum
from theory.bias.generalization import MAIN_TERM
from theory.bias.orthant_ball import orthant_ball
from theory.bias.restricted import REGION, region_closed
from theory.bias.tails import TAIL
from theory.bias.training import WIDTH_BIAS, WIDTH_CONCENTRATION, WIDTH_MOVEMENT
from theory.bias.unrestricted import LOG_CLOSED, PAIR_UPPER, WORST_CASE, log_order_from
from theory.formula import Formula
from theory.rigor.balls import ball, working_precision
from theory.rigor.correlations import correlations_float
from verify.data.decimals import down, near, up
from verify.data.facts import REACHABLE, Fact
from verify.data.prepare import Prepared

PAPER = "Large initial bias (bias-generalised NTK)"
BIASES = (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3))
LOWER, UPPER = "certified lower bound", "certified upper bound"
MEASURED = ", given the measured accuracy 2e-15 of p(B, rho)"


@dataclass(frozen=True)
class _Samples:
    """Correlations of the samples as balls: r = max |rho|, r_plus = max rho, least = min rho."""

    X: np.ndarray
    delta: Fraction

    @cached_property
    def _range(self) -> tuple[arb, arb, arb]:
        table, epsilon = correlations_float(self.X)
        off = table[~np.eye(len(table), dtype=bool)]
        found = (np.abs(off).max(), off.max(), off.min())
        farthest, closest, least = (arb(float(value), epsilon) for value in found)
        return farthest, closest, least

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.X)

    @property
    def cosine(self) -> arb:
        """r, at most 1."""
        return self._range[0].min(arb(1))

    @property
    def closest(self) -> arb:
        """r_plus."""
        return self._range[1].min(arb(1))

    @property
    def farthest(self) -> arb:
        """The least correlation."""
        return self._range[2].max(arb(-1))

    @property
    def separation(self) -> arb:
        """delta = sqrt(2 - 2r), from below."""
        square = arb((2 - 2 * self.cosine).lower())
        return arb(square.sqrt().lower()) if square > 0 else arb(0)


def facts(prepared: Prepared, *, gamma: Fraction, delta: Fraction) -> Iterator[Fact]:
    """Separation, least eigenvalue, bounds, alignment and the generalization term."""
    samples = _Samples(prepared.unit[prepared.directions], delta)
    targets = {"target": prepared.y[prepared.directions]}
    if prepared.signs is not None:
        targets["labels -1, +1"] = prepared.signs[prepared.directions]
    n, d = samples.X.shape
    with working_precision(128):
        yield Fact("samples n, inputs d", f"{n}, {d}", "exact", "No two rows point the same way.")
        yield Fact(
            "separation delta of the samples",
            down(samples.separation),
            LOWER,
            "The least distance between x_i and x_j or -x_j.",
            not bool(samples.separation > 0),
        )
        terms: dict[str, list[arb]] = {name: [] for name in targets}
        for B in BIASES:
            kernel = data_spectrum(samples.X, float(B))
            for fact in _eigenvalue(samples, kernel, B):
                yield replace(fact, at=f"B = {B}")
            yield replace(_width(samples, kernel, B, targets["target"]), at=f"B = {B}")
            for name, y in targets.items():
                found = _alignment(samples, kernel, B, name, y)
                terms[name].append(found[0])
                for fact in found[1]:
                    yield replace(fact, at=f"B = {B}")
        for name, values in terms.items():
            yield _trend(name, values)
        yield Fact(
            "main term by lambda_min alone, y = +-1",
            ">= 2",
            "proved for all data",
            "y^T H^-1 y <= n/lambda_min and lambda_min <= 2 Q(B) give 2 or more, however sharp "
            "the bound of lambda_min.",
            True,
        )


def _eigenvalue(samples: _Samples, kernel: KernelFloat, B: Fraction) -> Iterator[Fact]:
    delta, n = samples.separation, samples.n
    yield Fact("active share Q(B) at the start", near(TAIL.ball(B=B)), "certified")
    least = kernel.least_eigenvalue_lower
    yield Fact(
        "lambda_min(H_inf)",
        down(max(least, 0.0)),
        LOWER + MEASURED,
        "" if least > 0 else "Float64 proves nothing: two rows are nearly the same.",
        not least > 0,
    )
    pair = PAIR_UPPER.ball(B=B, rho=samples.closest.lower())
    if not pair.is_finite():  # two opposite samples: the trace bound
        pair = 2 * TAIL.ball(B=B)
    yield Fact("  upper bound, closest pair", up(pair), UPPER)
    yield _log_bound(samples, B)
    worst = WORST_CASE.ball(B=B, separation=delta, n=n)
    yield Fact(
        "  worst case delta exp(-B^2/2)/(100 n^2)",
        down(worst.max(arb(0))),
        LOWER,
        "Of the order of 1/n^2, where the eigenvalue itself is not.",
        not bool(delta > 0),
    )
    yield from _restricted(samples, B)


def _log_bound(samples: _Samples, B: Fraction) -> Fact:
    """The explicit bound; with r_plus in place of r when samples are (nearly) antipodal."""
    one_sided = not bool(samples.separation > 0)
    r = samples.closest if one_sided else samples.cosine
    if not r < 1:
        return Fact("  explicit lower bound in log n", "0", LOWER, "", True)
    order = log_order_from(samples.n, arb(r.upper()).max(arb(0)), B, one_sided=one_sided)
    bound = LOG_CLOSED.ball(B=B, order=order)
    return Fact(
        "  explicit lower bound in log n", down(bound), LOWER, "Holds for all vectors.", False
    )


def _restricted(samples: _Samples, B: Fraction) -> Iterator[Fact]:
    """Lambda and lambda' hold on a region of vectors; both grow with the separation."""
    bias, tail = ball(B), TAIL.ball(B=B)
    near_pair, far_pair = orthant_ball(bias, samples.closest), orthant_ball(bias, samples.farthest)
    missed = (1 + samples.closest) * near_pair > tail + far_pair
    apart = samples.separation > 0
    value = REGION.ball(B=B, separation=samples.separation) if apart else arb(0)
    yield Fact(
        "Lambda(B, delta), on the region",
        down(value.max(arb(0))),
        LOWER,
        "Holds on the paper's region of vectors"
        + (", which is proved to miss the minimiser here." if missed else "."),
        True if missed or not apart else None,
    )
    closed = region_closed(bias, samples.separation**2)
    yield Fact(
        "lambda'(B, delta), its closed form",
        "0" if closed.contains(0) else down(closed),
        LOWER,
        "As transcribed here; negative says nothing, where Lambda still does.",
        not bool(closed > 0),
    )


def _width(samples: _Samples, kernel: KernelFloat, B: Fraction, y: np.ndarray) -> Fact:
    name = "width asked for by gradient descent"
    meaning = f"For delta = {samples.delta} and f(0) = 0, so that |f(0) - y| = |y|."
    least = kernel.least_eigenvalue_lower
    if not least > 0:
        return Fact(name, "unknown", "no certificate", meaning)
    # n + 2 roundings of a sum of squares and its root
    length = Fraction(float(np.linalg.norm(y))) * (1 + Fraction(len(y) + 4, 2**53))
    values: dict[str, Fraction | int | arb] = {
        "B": B,
        "n": samples.n,
        "kappa": arb(least),
        "delta": samples.delta,
        "initial_residual": length,
    }
    widest = arb(0)
    for formula in (WIDTH_MOVEMENT, WIDTH_BIAS, WIDTH_CONCENTRATION):
        widest = widest.max(_evaluate(formula, values))
    return Fact(name, up(widest), UPPER, meaning, bool(widest > REACHABLE))


def _evaluate(formula: Formula, values: dict[str, Fraction | int | arb]) -> arb:
    return formula.ball(**{s.symbol.name: values[s.symbol.name] for s in formula.symbols})


def _alignment(
    samples: _Samples, kernel: KernelFloat, B: Fraction, name: str, y: np.ndarray
) -> tuple[arb, list[Fact]]:
    low, high = alignment_float(kernel, y)
    if not np.isfinite(high):
        unknown = [
            Fact(f"y^T H^-1 y ({name})", "unknown", "no certificate"),
            Fact(f"main term T ({name})", "unknown", "no certificate"),
        ]
        return arb.nan(), unknown
    value = arb(low).union(arb(high))
    term = MAIN_TERM.ball(B=B, alignment=value, n=samples.n)
    return term, [
        Fact(
            f"y^T H^-1 y ({name})",
            up(high),
            UPPER + MEASURED,
            "One solve in float64, enclosed by its residual.",
        ),
        Fact(
            f"main term T ({name})",
            up(term),
            UPPER,
            "2 sqrt(2 Q y^T H^-1 y/n) in the generalization bound, for losses from 0 to 1: at 1 or "
            "more it says nothing.",
            True if term >= 1 else False if term < 1 else None,
        ),
    ]


def _trend(name: str, values: list[arb]) -> Fact:
    """How the main term moves with B, in one sentence."""
    ends = f"{near(values[0])} to {near(values[-1])}"
    least = min(range(len(values)), key=lambda k: float(values[k]))
    speaking = [str(B) for B, value in zip(BIASES, values, strict=True) if value < 1]
    says = f"Below 1 at B = {', '.join(speaking)}." if speaking else "Never below 1."
    return Fact(
        f"T from B = {BIASES[0]} to {BIASES[-1]} ({name})",
        ends,
        "float64",
        f"Least at B = {BIASES[least]}. {says} As B grows T tends to 2 rms(y), for any target.",
        not speaking,
    )
