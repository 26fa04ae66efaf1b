"""Checks for small penalty and noise (theory.dual.small_noise, theory.dual.small_noise_degenerate).

Solutions are followed from lam = 1/1000 to far smaller penalties, each with its own proof;
masses and locations are enclosures for the unique minimiser.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.clusters import clusters, located
from theory.dual.dirac_count import dirac_set
from theory.dual.examples import (
    INTERIOR,
    noisy,
)
from theory.dual.lambda_max import max_certificate_squared
from theory.dual.stability import (
    noise_direction,
    vanishing_derivative_certificate,
)
from theory.dual.training import certified_optimum
from theory.exact import rational
from theory.rigor.balls import ball
from verify.checks.dual_noise import BITS, Cell, enclose, examples, norm, rate, setting, solved


def least_norm(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The claimed q_0 against p/lam at lam = 10^-8, within 10^4 lam."""
    mu, _ = setting(cell)
    found = solved({**cell, "kind": "none"}, 8)
    lam = found.task.lam
    shift = tuple(a / lam - b for a, b in zip(found.p, form(mu), strict=True))
    return norm(shift) + found.dual_radius() / ball(lam), ball(10**4 * lam)


def _number(cell: Cell, form: Any) -> tuple[int, int]:
    """Where the condition holds: one Dirac a neuron, on its face when the slopes are strict."""
    mu, _ = setting(cell)
    if not form(mu):
        return 0, 0
    groups = clusters(solved(cell, cell["power"]), mu)
    wrong = sum(len(group) != 1 for group in groups)
    if cell["example"] == "strict kink":
        wrong += not _exactly_on_face(solved(cell, cell["power"]))
    return wrong, 0


def _exactly_on_face(found: Certificate) -> bool:
    """Whether a Dirac is proved to lie exactly on the kink of the first sample."""
    return any(point.face and 0 in point.face[1] for point in dirac_set(found).candidates)


def _split_clusters(cell: Cell, form: Any) -> tuple[int, int]:
    mu, _ = setting(cell)
    return sum(len(group) != 1 for group in clusters(solved(cell, cell["power"]), mu)), 0


def second_order(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The remainder falls by 100 from lam to lam/10, up to 10 %."""
    first, second = (_remainder(cell, form, power) for power in (cell["power"], cell["power"] + 1))
    return abs(100 * second / first - 1), arb("0.1")


def _remainder(cell: Cell, form: Any, power: int) -> arb:
    mu, noise = setting(cell)
    found = solved(cell, power)
    lam = found.task.lam
    moves = form(mu, tuple(lam * a for a in noise), lam)
    total = arb(0)
    for neuron, group, (da, dw) in zip(mu.neurons, clusters(found, mu), moves, strict=True):
        dirac = max(group, key=lambda dirac: float(dirac.mass))
        total += abs(dirac.mass - ball(neuron.mass + da))
        for a, b in zip(dirac.moved(neuron), dw, strict=True):
            total += abs(a - ball(b))
    return total


FOURTH = tuple(Fraction(j == 3) for j in range(8))


def _threshold(cell: Cell, form: Any) -> tuple[int, int]:
    """|eta| <= 1 at the threshold, exceeded 10^-12 beyond it: both decided exactly."""
    claimed = rational(form.expr)
    q, step = vanishing_derivative_certificate(INTERIOR), noise_direction(INTERIOR, FOURTH)

    def allowed(alpha: Fraction) -> bool:
        moved = tuple(a + alpha * b for a, b in zip(q, step, strict=True))
        return max_certificate_squared(moved, INTERIOR.X) <= 1

    return int(allowed(claimed)) + int(not allowed(claimed + Fraction(1, 10**12))), 2


def _counts_around(cell: Cell, form: Any) -> tuple[int, int]:
    """Certified counts half a percent below and above the threshold, at lam = 10^-5."""
    lam, claimed = Fraction(1, 10**5), rational(form.expr)
    counts = []
    for share in (Fraction(199, 200), Fraction(201, 200)):
        task = noisy(INTERIOR, tuple(claimed * share * lam * a for a in FOURTH), lam)
        counts.append(len(located(certified_optimum(task, bits=BITS))))
    return int(counts[0] == 2) + int(counts[1] > 2), 2


def _any_noise(cell: Cell, form: Any) -> tuple[int, int]:
    """zeta = lam^(1/2) e, at penalties that are even powers of ten."""
    lam = Fraction(1, 10 ** cell["power"])
    root = Fraction(1, 10 ** (cell["power"] // 2))
    task = noisy(INTERIOR, tuple(root * a for a in FOURTH), lam)
    return dirac_set(certified_optimum(task, bits=BITS)).least, len(INTERIOR.neurons)


CHECKS = (
    enclose(
        "dual.precert",
        least_norm,
        examples("interior", "strict kink", "split in halves", "one sample"),
        part="limit",
        fails_if="the certificates for lam -> 0 do not tend to the vector",
    ),
    enclose(
        "dual.precert",
        lambda cell, form: (max_certificate_squared(form(setting(cell)[0]), setting(cell)[0].X), 1),
        examples("interior", "strict kink", "massless", "split in halves", "one sample"),
        part="feasible",
        relation="==",
        fails_if="|eta_q| exceeds 1, or stays below it everywhere",
    ),
    enclose(
        "dual.stab.cluster",
        rate,
        examples("interior", "strict kink", "split", "split in halves", "fan", power=6),
        fails_if="masses and distances of clusters fall by another power of lambda",
    ),
    enclose(
        "dual.stab.cluster",
        rate,
        examples("massless", power=9),
        role="without no massless saturation",
        fails_if="a massless saturated point slows the rate down",
    ),
    enclose(
        "dual.stab.number",
        _number,
        examples("interior", "strict kink", "split", "one sample", power=6),
        relation="==",
        fails_if="a cluster splits, or a Dirac leaves a face with strict slopes",
    ),
    enclose(
        "dual.stab.number",
        _split_clusters,
        examples("split", "split in halves", "fan", power=6),
        relation="==",
        role="without non-degeneracy at boundaries",
        fails_if="a Dirac on a flat kink splits",
    ),
    enclose(
        "dual.stab.number",
        _any_noise,
        tuple({"power": power} for power in (4, 6)),
        relation="<=",
        role="without noise",
        fails_if="noise of order sqrt(lam) brings more Diracs",
    ),
    enclose(
        "dual.stab.firstorder",
        second_order,
        examples("interior", "strict kink", power=6),
        fails_if="what is left after the first-order motion is not of second order",
    ),
    enclose(
        "dual.stab.threshold",
        _threshold,
        ({"example": "interior"},),
        part="exact",
        relation="==",
        fails_if="the certificate exceeds 1 before, or not after",
    ),
    enclose(
        "dual.stab.threshold",
        _counts_around,
        ({"example": "interior"},),
        part="counts",
        relation="==",
        fails_if="the certified number of Diracs does not change across it",
    ),
    enclose(
        "dual.stab.any_noise",
        _any_noise,
        tuple({"power": power} for power in (4, 6)),
        relation="<=",
        fails_if="noise of order sqrt(lam) brings more Diracs",
    ),
)
