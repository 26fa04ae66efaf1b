"""Checks for small penalty and noise (theory.dual.small_noise, theory.dual.small_noise_degenerate).

Solutions are followed from lam = 1/1000 to far smaller penalties, each with its own proof;
masses and locations are enclosures for the unique minimiser.
"""

from __future__ import annotations

from collections.abc import Callable
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
from theory.exact import Vector, dot, rational
from theory.rigor.balls import ball
from verify.checks.dual_noise import BITS, Cell, enclose, examples, rate, setting, solved

Sides = Callable[[Cell, Any], tuple[arb, arb]]


def _norm(values: Vector) -> arb:
    return ball(dot(values, values)).sqrt()


def _limit(cell: Cell, form: Any) -> tuple[arb, arb]:
    """|p/lam - limit| <= 10^4 lam at lam = 10^-8: the first-order term is of order lam."""
    mu, noise = setting(cell)
    found = solved(cell, 8)
    lam = found.task.lam
    limit = form.certificate(mu, Fraction(1), noise)
    shift = tuple(a / lam - b for a, b in zip(found.p, limit, strict=True))
    return _norm(shift) + found.dual_radius() / ball(lam), ball(10**4 * lam)


def _outputs(cell: Cell, form: Any) -> tuple[arb, arb]:
    found, zeta = _noisy_solution(cell)
    mu, _ = setting(cell)
    miss = tuple(
        y - found.task.n * p - y0
        for y, p, y0 in zip(found.task.y, found.p, mu.targets, strict=True)
    )
    bound = form.outputs.ball(
        n=found.task.n,
        penalty=found.task.lam,
        noise_norm=_norm(zeta),
        certificate_norm=_norm(vanishing_derivative_certificate(mu)),
    )
    return _norm(miss) + arb(0, (found.task.n * found.dual_radius()).abs_upper()), bound


def _variation(cell: Cell, form: Any) -> tuple[arb, arb]:
    found, zeta = _noisy_solution(cell)
    mu, _ = setting(cell)
    bound = form.variation.ball(
        n=found.task.n,
        penalty=found.task.lam,
        noise_norm=_norm(zeta),
        true_variation=sum(neuron.mass for neuron in mu.neurons),
    )
    return found.total_variation(), bound


def _with_room(sides: Sides) -> Sides:
    """Cells of equality are exact up to the certificate's radius, far below 1e-20 relative."""

    def roomier(cell: Cell, form: Any) -> tuple[arb, arb]:
        left, right = sides(cell, form)
        return left, right * (1 + arb("1e-20"))

    return roomier


def _certificate_norm(cell: Cell, form: Any) -> tuple[arb, arb]:
    """|p|/lam at lam = 10^-8 without noise, beside |q_0|."""
    mu, _ = setting(cell)
    found = solved({**cell, "kind": "none"}, 8)
    reached = (_norm(found.p) + found.dual_radius()) / ball(found.task.lam)
    return reached, form.norm.ball(certificate_norm=_norm(vanishing_derivative_certificate(mu)))


def _noisy_solution(cell: Cell) -> tuple[Certificate, Vector]:
    mu, noise = setting(cell)
    lam = Fraction(cell.get("lam", "1/1000"))
    zeta = tuple(lam * a for a in noise)
    return certified_optimum(noisy(mu, zeta, lam), bits=BITS), zeta


def least_norm(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The claimed q_0 against p/lam at lam = 10^-8, within 10^4 lam."""
    mu, _ = setting(cell)
    found = solved({**cell, "kind": "none"}, 8)
    lam = found.task.lam
    shift = tuple(a / lam - b for a, b in zip(found.p, form(mu), strict=True))
    return _norm(shift) + found.dual_radius() / ball(lam), ball(10**4 * lam)


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


BELOW = examples("interior", "strict kink", "massless", "one sample")

CHECKS = (
    enclose(
        "dual.stab.limit",
        _limit,
        (
            {"example": "interior", "noise": ["0", "0", "0", "2", "0", "0", "0", "0"]},
            {"example": "interior"},
            {"example": "strict kink"},
            *examples("interior", "strict kink", kind="none"),
        ),
        part="certificate",
        fails_if="p/lam stays away from the claimed limit at lam = 10^-8",
    ),
    enclose(
        "dual.stab.limit",
        _with_room(_outputs),
        (
            *BELOW,
            {"example": "one sample", "noise": ["-3"]},
            {"example": "one sample", "kind": "none", "noise": ["0"]},
            {"example": "strict kink", "noise": ["-2", "1", "0"]},
        ),
        part="outputs",
        fails_if="the outputs miss y_0 by more",
    ),
    enclose(
        "dual.stab.limit",
        _outputs,
        (
            {"example": "one sample", "noise": ["-3"]},
            {"example": "orthogonal", "noise": ["-9/5", "-12/5"]},
            {"example": "orthogonal", "noise": ["-3/5", "-4/5"], "lam": "1/50"},
            {"example": "orthogonal", "kind": "none"},
        ),
        part="outputs attained",
        relation="==",
        fails_if="for noise against y_0, and orthogonal samples, the outputs miss y_0 by less",
    ),
    enclose(
        "dual.stab.limit",
        _with_room(_variation),
        (*BELOW, {"example": "one sample", "noise": ["2"]}),
        part="total variation",
        fails_if="the total variation exceeds the bound",
    ),
    enclose(
        "dual.stab.limit",
        _variation,
        (
            {"example": "one sample", "noise": ["2"]},
            {"example": "orthogonal", "noise": ["6/5", "8/5"]},
            {"example": "orthogonal", "noise": ["6/5", "8/5"], "lam": "1/50"},
        ),
        part="total variation attained",
        relation="==",
        fails_if="for |zeta| = 2 n lam |q_0| along y_0 the total variation is smaller",
    ),
    enclose(
        "dual.stab.limit",
        _certificate_norm,
        examples("interior", "strict kink"),
        part="norm",
        fails_if="without noise the certificate is longer than the least-norm one",
    ),
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
