"""Gradient descent on a single sample, exactly: where the convergence theorem's hypotheses fail.

All signs are +1 and the width is a square. With z_r = <v_r, (x, 1)> and |(x, 1)|^2 = square,

    f = sum of relu(z_r)/sqrt(m),  z_r <- z_r - eta square (f - y)/sqrt(m) where z_r > 0,

and v_r moves along (x, 1), by |change of z_r|/sqrt(square). Equal neurons form a group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from theory.bias.samples import rational_root
from theory.rigor.balls import ball

EXACT_STEPS = 3  # the groups that die do so within these; then the rest follow one power


@dataclass(frozen=True)
class OneSample:
    """Start of a run at B = 0. counts, starts: size and z of each group; residual = f(0) - y."""

    counts: Sequence[int]
    starts: Sequence[Fraction]
    residual: Fraction
    step: Fraction
    square: Fraction = Fraction(2)

    @classmethod
    def of(cls, cell: Mapping[str, Any]) -> OneSample:
        """From a cell's entries of the same names; `norm` stands for square = 1 + norm^2."""
        return cls(
            tuple(cell["counts"]),
            tuple(Fraction(start) for start in cell["starts"]),
            Fraction(cell["residual"]),
            Fraction(cell["step"]),
            1 + Fraction(cell.get("norm", 1)) ** 2,
        )

    @property
    def width(self) -> int:
        """m."""
        return sum(self.counts)

    @property
    def root(self) -> Fraction:
        """sqrt(m)."""
        root = rational_root(Fraction(self.width))
        if root is None:
            raise ValueError(f"the width {self.width} is not a square")
        return root

    @property
    def kappa(self) -> Fraction:
        """The least (and only) eigenvalue of H_inf at B = 0: (1 + |x|^2)/2."""
        return self.square / 2

    def start_kernel(self) -> Fraction:
        """H(0)."""
        return self.square * self._active(self.starts) / self.width

    def band(self, radius: arb) -> Fraction:
        """nu: the share of neurons with |z_r| <= sqrt(2) R; R must be decided against each."""
        near = [abs(ball(start)) <= arb(2).sqrt() * radius for start in self.starts]
        far = [abs(ball(start)) > arb(2).sqrt() * radius for start in self.starts]
        if not all(a or b for a, b in zip(near, far, strict=True)):
            raise ArithmeticError("a neuron lies on the edge of the band")
        inside = sum(c for c, a in zip(self.counts, near, strict=True) if a)
        return Fraction(inside, self.width)

    def _active(self, z: Sequence[Fraction]) -> int:
        return sum(count for count, value in zip(self.counts, z, strict=True) if value > 0)

    def _output(self, z: Sequence[Fraction]) -> Fraction:
        return (
            sum(
                (c * max(value, Fraction(0)) for c, value in zip(self.counts, z, strict=True)),
                Fraction(0),
            )
            / self.root
        )

    def after(self, steps: int) -> tuple[arb | Fraction, list[arb | Fraction]]:
        """Residual, and change of z of every group, after that many steps.

        >>> OneSample((1,), (Fraction(9),), Fraction(1), Fraction(1, 4)).after(2)
        (Fraction(1, 4), [Fraction(-3, 4)])
        """
        z, target = list(self.starts), self._output(self.starts) - self.residual
        for _ in range(min(steps, EXACT_STEPS)):
            pull = self.step * self.square * (self._output(z) - target) / self.root
            z = [value - pull if value > 0 else value for value in z]
        residual = self._output(z) - target
        changes = [value - start for value, start in zip(z, self.starts, strict=True)]
        if steps <= EXACT_STEPS:
            return residual, list(changes)
        # no further flip: each step multiplies the residual by 1 - q
        q = self.step * self.square * self._active(z) / self.width
        left = ball(1 - q) ** (steps - EXACT_STEPS)
        pulled = self.step * self.square / self.root * residual / q if q else Fraction(0)
        if not 0 <= q <= 1 or any(0 < value <= pulled for value in z):
            raise ArithmeticError("a neuron may flip after the exact steps")
        coasted = ball(pulled) * (1 - left)
        return ball(residual) * left, [
            ball(change) - coasted if value > 0 else change
            for change, value in zip(changes, z, strict=True)
        ]

    def moved(self, steps: int) -> arb:
        """How far the neuron that moves farthest has moved."""
        farthest = arb(0)
        for change in self.after(steps)[1]:
            farthest = farthest.max(abs(ball(change)))
        return farthest / ball(self.square).sqrt()

    def travelled(self, steps: int) -> arb:
        """How far all parameters together have moved."""
        total = arb(0)
        for count, change in zip(self.counts, self.after(steps)[1], strict=True):
            total += count * ball(change) ** 2
        return (total / ball(self.square)).sqrt()

    def flow_residual(self, time: Fraction) -> arb:
        """|f(t) - y| under gradient flow for one neuron that starts above a target below 0.

        z falls like y + S exp(-square t) until it is 0, and f stays 0 from then on.
        """
        start = self.starts[0]
        if start <= 0:
            return ball(abs(self.residual))
        falling = ball(self.residual) * (-ball(self.square) * ball(time)).exp()
        return falling.max(ball(self.residual - start))
