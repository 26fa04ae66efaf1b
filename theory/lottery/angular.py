"""Exact numbers of the form a + sum r_i sqrt(q_i)/pi + sum s_i arctan(sqrt(q_i))/pi.

Every population object of a ReLU network with rational weights is of this form: it is linear
in (pi - theta)/(2 pi) and |u| |v| sin(theta)/(2 pi) for the angles theta of its neurons, with
rational coefficients. Keeping the form makes zeros exact: a ball around zero never would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt

from flint import arb

from theory.exact import dot
from theory.rigor.balls import ball

Vector = Sequence[Fraction]

# The only arctan(sqrt(q))/pi, q > 0 rational, that are rational themselves (Niven: the
# cosine of the double angle, (1-q)/(1+q), must be 0 or +-1/2).
RATIONAL_ARCS = {
    Fraction(1): Fraction(1, 4),
    Fraction(3): Fraction(1, 3),
    Fraction(1, 3): Fraction(1, 6),
}


@dataclass(frozen=True)
class Angular:
    """constant + sum roots[q] sqrt(q)/pi + sum arcs[q] arctan(sqrt(q))/pi, all rational."""

    constant: Fraction = Fraction(0)
    roots: Mapping[Fraction, Fraction] = field(default_factory=dict)
    arcs: Mapping[Fraction, Fraction] = field(default_factory=dict)

    def exact(self) -> Fraction | None:
        """The value when it is rational, else None."""
        return self.constant if not self.roots and not self.arcs else None

    def ball(self) -> arb:
        """Enclosure at the working precision."""
        total = arb(0)
        for q, factor in self.roots.items():
            total += ball(factor) * ball(q).sqrt()
        for q, factor in self.arcs.items():
            total += ball(factor) * ball(q).sqrt().atan()
        return ball(self.constant) + (total / arb.pi() if self.roots or self.arcs else 0)

    def value(self) -> arb | Fraction:
        """The exact fraction when there is one, else the ball."""
        exact = self.exact()
        return self.ball() if exact is None else exact


def combine(terms: Iterable[tuple[Fraction | int, Angular]]) -> Angular:
    """Linear combination with rational coefficients, like terms collected exactly.

    >>> u, v = (Fraction(3), Fraction(4)), (Fraction(1), Fraction(0))
    >>> sine = scaled_sine(u, v)
    >>> combine([(2, sine), (-1, scaled_sine((6, 8), v))]).exact()
    Fraction(0, 1)
    """
    constant = Fraction(0)
    roots: dict[Fraction, Fraction] = {}
    arcs: dict[Fraction, Fraction] = {}
    for factor, term in terms:
        if not factor:
            continue
        constant += factor * term.constant
        for q, coefficient in term.roots.items():
            like, ratio = like_root(q, roots)
            roots[like] = roots.get(like, Fraction(0)) + factor * coefficient * ratio
        for q, coefficient in term.arcs.items():
            arcs[q] = arcs.get(q, Fraction(0)) + factor * coefficient
    return Angular(
        constant, {q: c for q, c in roots.items() if c}, {q: c for q, c in arcs.items() if c}
    )


def like_root(q: Fraction, known: Mapping[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """A known p with sqrt(q)/sqrt(p) rational, and that ratio; q itself and 1 if none.

    >>> like_root(Fraction(8), {Fraction(2): Fraction(1)})
    (Fraction(2, 1), Fraction(2, 1))
    """
    if q in known:
        return q, Fraction(1)
    for p in known:
        ratio = _rational_root(q / p)
        if ratio is not None:
            return p, ratio
    return q, Fraction(1)


def _rational_root(q: Fraction) -> Fraction | None:
    top, bottom = isqrt(q.numerator), isqrt(q.denominator)
    exact = top * top == q.numerator and bottom * bottom == q.denominator
    return Fraction(top, bottom) if exact else None


def squared_area(u: Vector, v: Vector) -> Fraction:
    """(|u| |v| sin(theta))^2, exactly; zero when and only when u and v are parallel."""
    return dot(u, u) * dot(v, v) - dot(u, v) ** 2


def active_share(u: Vector, v: Vector) -> Angular:
    """(pi - theta)/(2 pi), the probability that both neurons are active.

    >>> active_share((Fraction(1), Fraction(0)), (Fraction(-1), Fraction(1))).exact()
    Fraction(1, 8)
    """
    product, area = dot(u, v), squared_area(u, v)
    if product == 0:
        return Angular(Fraction(1, 4))
    q = area / product**2
    if q == 0:
        acute = Angular(Fraction(0))
    elif q in RATIONAL_ARCS:
        acute = Angular(RATIONAL_ARCS[q])
    else:
        acute = Angular(arcs={q: Fraction(1)})
    half = Fraction(1, 2)
    return combine([(half, acute)] if product < 0 else [(1, Angular(half)), (-half, acute)])


def scaled_sine(u: Vector, v: Vector) -> Angular:
    """|u| |v| sin(theta)/(2 pi)."""
    area = squared_area(u, v)
    return Angular(roots={area: Fraction(1, 2)}) if area else Angular()
