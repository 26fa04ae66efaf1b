"""Checks of the limits for small penalty and noise (dual.stab.limit in theory.dual.small_noise).

The bounds on outputs and total variation are tested from above, and where they are attained.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.examples import noisy
from theory.dual.stability import vanishing_derivative_certificate
from theory.dual.training import certified_optimum
from theory.exact import Vector
from theory.rigor.balls import ball
from verify.checks.dual_noise import BITS, Cell, enclose, examples, norm, setting, solved

Sides = Callable[[Cell, Any], tuple[arb, arb]]


def _limit(cell: Cell, form: Any) -> tuple[arb, arb]:
    """|p/lam - limit| <= 10^4 lam at lam = 10^-8: the first-order term is of order lam."""
    mu, noise = setting(cell)
    found = solved(cell, 8)
    lam = found.task.lam
    limit = form.certificate(mu, Fraction(1), noise)
    shift = tuple(a / lam - b for a, b in zip(found.p, limit, strict=True))
    return norm(shift) + found.dual_radius() / ball(lam), ball(10**4 * lam)


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
        noise_norm=norm(zeta),
        certificate_norm=norm(vanishing_derivative_certificate(mu)),
    )
    return norm(miss) + arb(0, (found.task.n * found.dual_radius()).abs_upper()), bound


def _variation(cell: Cell, form: Any) -> tuple[arb, arb]:
    found, zeta = _noisy_solution(cell)
    mu, _ = setting(cell)
    bound = form.variation.ball(
        n=found.task.n,
        penalty=found.task.lam,
        noise_norm=norm(zeta),
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
    reached = (norm(found.p) + found.dual_radius()) / ball(found.task.lam)
    return reached, form.norm.ball(certificate_norm=norm(vanishing_derivative_certificate(mu)))


def _noisy_solution(cell: Cell) -> tuple[Certificate, Vector]:
    mu, noise = setting(cell)
    lam = Fraction(cell.get("lam", "1/1000"))
    zeta = tuple(lam * a for a in noise)
    return certified_optimum(noisy(mu, zeta, lam), bits=BITS), zeta


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
)
