"""Checks of theory.dual.small_noise_degenerate: where the small-noise conditions fail."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.dual.clusters import Located, clusters, located
from theory.dual.examples import (
    MASSLESS,
    SPLIT,
    SPLIT_HALVES,
)
from theory.rigor.balls import ball, working_precision
from verify.checks.dual_noise import BITS, Cell, enclose, examples, rate, setting, solved


def _angles(cell: Cell, form: Any) -> tuple[arb, arb]:
    """Greatest and least of tan(angle) / mass^form over the Diracs of the first cluster."""
    mu, _ = setting(cell)
    group = clusters(solved(cell, cell["power"]), mu)[0]
    values = [dirac.tangent(mu.neurons[0]) / dirac.mass**form for dirac in group]
    top, least = values[0], values[0]
    for value in values[1:]:
        top, least = top.max(value), least.min(value)
    return (top, least) if len(group) > 1 else (arb.nan(), arb.nan())


def _massless(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The law extrapolated: its relative error is c lam^(1/3), so 10 x(lam/1000) - x(lam) over 9
    misses 1 by O(lam^(2/3)) = O(10^-6) at lam = 10^-9; 10^-4 is allowed."""
    readings = []
    for power in (9, 12):
        found = solved({"example": "massless"}, power)
        lam = found.task.lam
        first, second = sorted(located(found), key=lambda dirac: -float(dirac.mass))
        side = arb(2).sqrt() * (1 - second.w[0]).sqrt()  # |w - e_1| for a unit vector
        observed = (second.mass, first.distance(MASSLESS.neurons[0]), side)[cell["quantity"]]
        readings.append(observed / form[cell["quantity"]].ball(penalty=lam))
    return abs((10 * readings[1] - readings[0]) / 9 - 1), arb("1e-4")


def _rates(cell: Cell) -> dict[str, Any]:
    """The three series for the report, drawn once."""
    if cell["quantity"] != 0:
        return {}
    lam: list[float] = []
    series: dict[str, list[float]] = {
        "mass of the second Dirac": [],
        "way of the first": [],
        "way of the second": [],
    }
    with working_precision(BITS):
        for power in range(3, 13):
            found = solved({"example": "massless"}, power)
            first, second = sorted(located(found), key=lambda dirac: -float(dirac.mass))
            side = arb(2).sqrt() * (1 - second.w[0]).sqrt()
            lam.append(float(found.task.lam))
            values = (second.mass, first.distance(MASSLESS.neurons[0]), side)
            for kept, value in zip(series.values(), values, strict=True):
                kept.append(float(value))
    return {"rates": {"lam": lam, "series": series}}


def _split(cell: Cell, form: Any) -> tuple[arb, arb]:
    """Masses and distance/lam, extrapolated from lam = 10^-6 and 10^-7 (error O(lam^2))."""
    alpha = Fraction(cell["alpha"])
    setup = {"example": "split", "noise": [str(alpha), "0", "0"]}
    readings = []
    for power in (6, 7):
        found = solved(setup, power)
        diracs: list[Located] = sorted(located(found), key=lambda dirac: float(dirac.mass))
        angle = diracs[0].tangent(SPLIT.neurons[0]).atan() / ball(found.task.lam)
        readings.append((diracs[0].mass, diracs[-1].mass, angle)[cell["quantity"]])
    claimed = form[cell["quantity"]].ball(noise_ratio=alpha)
    return abs((10 * readings[1] - readings[0]) / 9 - claimed), arb("1e-8")


def _split_counts(cell: Cell, form: Any) -> tuple[int, int]:
    setup = {"example": "split", "noise": [cell["alpha"], "0", "0"]}
    return len(located(solved(setup, 6))), 2 if Fraction(cell["alpha"]) > 0 else 1


def _halves(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The companion example: masses 1/2, 1/2 at distance 2 alpha lam, extrapolated."""
    alpha = Fraction(1, 4)
    readings = []
    for power in (6, 7):
        found = solved({"example": "split in halves"}, power)
        diracs = located(found)
        angle = diracs[0].tangent(SPLIT_HALVES.neurons[0]).atan() / ball(found.task.lam)
        readings.append(abs(diracs[0].mass - arb("0.5")) + abs(angle - ball(2 * alpha)))
    return abs((10 * readings[1] - readings[0]) / 9), arb("1e-8")


CHECKS = (
    enclose(
        "dual.rate.interior",
        rate,
        examples("interior", "massless", power=8),
        fails_if="an interior location moves at another rate",
    ),
    enclose(
        "dual.cluster.angle",
        _angles,
        examples("split", "fan", "split in halves", power=4),
        relation="==",
        digits=30,
        fails_if="two Diracs of a cluster differ in their angle in the first 30 digits",
    ),
    enclose(
        "dual.rate.massless",
        _massless,
        tuple({"quantity": k} for k in range(3)),
        picture=_rates,
        fails_if="mass or distance follow another law between lam = 10^-9 and 10^-12",
    ),
    enclose(
        "dual.split",
        _split,
        tuple({"alpha": alpha, "quantity": k} for alpha in ("1/4", "1") for k in range(3)),
        part="law",
        fails_if="the limit masses or the distance differ by more than 10^-8",
    ),
    enclose(
        "dual.split",
        _split_counts,
        tuple({"alpha": alpha} for alpha in ("1/4", "1", "-1/4")),
        part="number",
        relation="==",
        fails_if="another number of Diracs is certified",
    ),
    enclose(
        "dual.split",
        _halves,
        ({"alpha": "1/4"},),
        part="companion",
        fails_if="the second example does not split in halves",
    ),
)
