"""The finite convex program over the dual regions (dual.lift).

Blocks (region, sign, u), u in the closed cone of the region, stand for the measure of their
Diracs; K is linear on a cone, so blocks of one region and sign may be added up, which keeps
the outputs and does not raise the sum of norms. Minimal J is the least value over all blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from theory.dual.arrangement import regions
from theory.dual.problem import Dirac, Measure, Problem, objective, total_variation
from theory.exact import Matrix, Vector, dot

Block = tuple[int, Dirac]


def closed_regions(X: Matrix, u: Sequence[Fraction]) -> list[int]:
    """The closed regions that contain u."""
    cells = regions(X)
    heights = [
        sum((a * b for a, b in zip(u, normal, strict=True)), Fraction(0))
        for normal in cells.lines.normals
    ]
    return [
        k
        for k in range(len(cells))
        if all(int(side) * h >= 0 for side, h in zip(cells.signs[k], heights, strict=True))
    ]


def split_over_regions(X: Matrix, measure: Measure) -> list[Block]:
    """Blocks of a measure, each Dirac shared equally by all closed regions that contain it."""
    blocks = []
    for atom in measure:
        homes = closed_regions(X, atom.u)
        share = tuple(a / len(homes) for a in atom.u)
        blocks += [(home, Dirac(atom.sign, share)) for home in homes]
    return blocks


def lifted_value(task: Problem, blocks: Sequence[Block]) -> arb:
    """Value of the finite program: fit of the summed blocks plus lam times the sum of norms."""
    return objective(task, [atom for _, atom in blocks])


def aggregate(blocks: Sequence[Block]) -> list[Block]:
    """Add up the blocks of one region and sign."""
    sums: dict[tuple[int, int], Vector] = {}
    for region, atom in blocks:
        old = sums.get((region, atom.sign), (Fraction(0),) * len(atom.u))
        sums[region, atom.sign] = tuple(a + b for a, b in zip(old, atom.u, strict=True))
    return [(region, Dirac(sign, u)) for (region, sign), u in sums.items() if any(u)]


def distinct_diracs(blocks: Sequence[Block]) -> int:
    """Number of Diracs of the measure that the blocks stand for: distinct signed rays."""
    rays: list[Dirac] = []
    for _, atom in blocks:
        if not any(atom.sign == ray.sign and same_ray(atom.u, ray.u) for ray in rays):
            rays.append(atom)
    return len(rays)


def same_ray(u: Vector, v: Vector) -> bool:
    """Whether u is a positive multiple of v, exactly."""
    return dot(u, v) > 0 and dot(u, v) ** 2 == dot(u, u) * dot(v, v)


def sum_of_norms(blocks: Sequence[Block]) -> arb:
    """Sum of |u| over the blocks."""
    return total_variation([atom for _, atom in blocks])
