"""Diracs of a noisy solution grouped around those of the noise-free measure, as enclosures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import arb

from theory.dual.certificate import Certificate
from theory.dual.dirac_count import dirac_set
from theory.dual.stability import Interpolant, Neuron
from theory.exact import InputError
from theory.rigor.balls import ball, working_precision


@dataclass(frozen=True)
class Located:
    """One Dirac of the unique minimiser: enclosures of its mass and unit vector."""

    sign: int
    mass: arb
    w: tuple[arb, ...]

    def along(self, neuron: Neuron) -> arb:
        """<w, w_i>."""
        return sum((a * ball(b) for a, b in zip(self.w, neuron.w, strict=True)), arb(0))

    def moved(self, neuron: Neuron) -> tuple[arb, ...]:
        """w - w_i."""
        return tuple(a - ball(b) for a, b in zip(self.w, neuron.w, strict=True))

    def distance(self, neuron: Neuron) -> arb:
        """|w - w_i|."""
        return root(sum((a * a for a in self.moved(neuron)), arb(0)))

    def tangent(self, neuron: Neuron) -> arb:
        """Tangent of the angle with w_i."""
        along = self.along(neuron)
        rest = [a - along * ball(b) for a, b in zip(self.w, neuron.w, strict=True)]
        across = sum((a * a for a in rest), arb(0))  # a**2 is nan when the ball of a holds 0
        return root(across) / along


def root(square: arb) -> arb:
    """Enclosure of the square root of a number >= 0, also when its ball reaches below 0."""
    return square.sqrt() if square > 0 else arb(0, square.abs_upper().sqrt().abs_upper())


@lru_cache(maxsize=256)
def located(certificate: Certificate) -> tuple[Located, ...]:
    """The Diracs of the unique minimiser.

    Raises InputError when uniqueness, or that a candidate carries mass, is not proved.
    """
    found = dirac_set(certificate)
    if not found.unique or found.least != found.most:
        raise InputError(
            f"between {found.least} and {found.most} Diracs",
            "problems with independent evaluations at the saturated points",
            "raise the precision of the certificate",
        )
    return tuple(
        Located(point.sign, weight, point.location)
        for point, weight in zip(found.candidates, found.weights, strict=True)
    )


def clusters(certificate: Certificate, mu: Interpolant) -> tuple[tuple[Located, ...], ...]:
    """The Diracs nearest to each neuron of mu, neuron by neuron."""
    groups: list[list[Located]] = [[] for _ in mu.neurons]
    with working_precision(certificate.bits):
        for dirac in located(certificate):
            distances = [float(dirac.distance(neuron)) for neuron in mu.neurons]
            groups[distances.index(min(distances))].append(dirac)
    return tuple(tuple(group) for group in groups)


def cluster_error(groups: Sequence[Sequence[Located]], mu: Interpolant) -> arb:
    """Sum over neurons of |mass of the cluster - a_i| and the greatest distance in it."""
    total = arb(0)
    for neuron, group in zip(mu.neurons, groups, strict=True):
        mass = sum((dirac.mass for dirac in group), arb(0))
        total += abs(mass - ball(neuron.mass))
        for dirac in group:
            total += dirac.distance(neuron)
    return total
