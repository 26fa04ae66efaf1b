"""The training problem, its dual, and the identity that measures the gap between them.

J(mu) = |y - K mu|^2 / (2n) + lam |mu|_TV and D(p) = <p, y> - n |p|^2 / 2. For every mu and p
(dual.gap): J(mu) - D(p) = |y - K mu - n p|^2 / (2n) + (lam |mu|_TV - integral of eta_p dmu).
A fit term c |y - K mu|^2 in place of 1/(2n) only rescales lam (`convention_factor`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from theory.dual.certificate_function import certificate_value
from theory.exact import Matrix, Vector, between, dot, matrix, vector
from theory.rigor.balls import ball


@dataclass(frozen=True)
class Dirac:
    """A weighted neuron: `sign` times |u| at the unit vector u/|u|, with u rational."""

    sign: int
    u: Vector

    @property
    def mass(self) -> arb:
        """|u|, the absolute weight, as a ball at the working precision."""
        return ball(dot(self.u, self.u)).sqrt()


Measure = Sequence[Dirac]


@dataclass(frozen=True)
class Problem:
    """Data X (n x d), targets y (n) and the strength lam > 0 of the penalty; all exact."""

    X: Matrix
    y: Vector
    lam: Fraction

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.X)

    @property
    def d(self) -> int:
        """Input dimension."""
        return len(self.X[0])


def problem(X: object, y: object, lam: object) -> Problem:
    """Read a problem; raises InputError for ragged data, wrong lengths or lam <= 0.

    >>> problem([[3, 4]], [2], 0)
    Traceback (most recent call last):
    ...
    theory.exact.InputError: lam = 0 is out of range; allowed: 0 < lam
    """
    rows = matrix(X, "X")
    return Problem(
        rows, vector(y, "y", length=len(rows)), between(lam, "lam", low=0, open_low=True)
    )


def relu(value: Fraction) -> Fraction:
    """max(value, 0)."""
    return max(value, Fraction(0))


def forward(X: Matrix, measure: Measure) -> Vector:
    """K mu, exactly: the outputs of the network mu on the rows of X.

    >>> forward(((Fraction(3), Fraction(4)),), [Dirac(-1, (Fraction(1), Fraction(1, 2)))])
    (Fraction(-5, 1),)
    """
    return tuple(
        sum((atom.sign * relu(dot(atom.u, row)) for atom in measure), Fraction(0)) for row in X
    )


def residual_dual(task: Problem, measure: Measure) -> Vector:
    """p = (y - K mu)/n, the dual point that belongs to a measure."""
    outputs = forward(task.X, measure)
    return tuple((a - b) / task.n for a, b in zip(task.y, outputs, strict=True))


def total_variation(measure: Measure) -> arb:
    """Sum of |u| over the Diracs, which must sit at distinct points."""
    return sum((atom.mass for atom in measure), arb(0))


def objective(task: Problem, measure: Measure) -> arb:
    """J(mu) as a ball at the working precision."""
    p = residual_dual(task, measure)
    return ball(task.n * dot(p, p) / 2) + ball(task.lam) * total_variation(measure)


def dual_value(task: Problem, p: Sequence[Fraction]) -> Fraction:
    """D(p) = <p, y> - n |p|^2 / 2, a lower bound of min J whenever |eta_p| <= lam."""
    return dot(p, task.y) - task.n * dot(p, p) / 2


def gap_parts(task: Problem, measure: Measure, p: Sequence[Fraction]) -> tuple[Fraction, arb]:
    """The two terms of the gap identity: misfit of p, and slack of complementarity.

    Their sum equals `objective(task, measure) - dual_value(task, p)` for every measure and p.
    """
    shift = [a - b for a, b in zip(residual_dual(task, measure), p, strict=True)]
    misfit = task.n * dot(shift, shift) / 2
    paired = sum(
        (atom.sign * certificate_value(p, task.X, atom.u) for atom in measure), Fraction(0)
    )
    return misfit, ball(task.lam) * total_variation(measure) - ball(paired)


def convention_factor(fit: Fraction, n: int) -> Fraction:
    """Factor f with: minimisers under the fit term fit*|y - K mu|^2 at lam are ours at f*lam.

    fit = 1/(2n) is ours (1); fit = 1/n, without the half, gives 1/2; fit = 1/2 gives 1/n.

    >>> convention_factor(Fraction(1, 5), 5)
    Fraction(1, 2)
    """
    return 1 / (2 * n * fit)
