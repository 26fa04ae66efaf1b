"""The dual certificate eta_p(w) = sum_j p_j max(<w, x_j>, 0) and its extreme values on regions.

On a dual region C it is linear, eta_p(w) = <v_A, w>, with v_A the sum of p_j x_j over the
active samples. By Moreau's decomposition (dual.region) its maximum over C and the unit sphere,
when positive, is |P_C v_A|, attained only at P_C v_A / |P_C v_A|; P_C projects on the cone C.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from theory.dual.arrangement import Arrangement
from theory.exact import Vector, dot


def certificate_value(
    p: Sequence[Fraction], X: Sequence[Vector], w: Sequence[Fraction]
) -> Fraction:
    """eta_p(w), exactly; positively homogeneous in w.

    >>> X = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    >>> certificate_value((Fraction(2), Fraction(3)), X, (Fraction(1), Fraction(-1)))
    Fraction(2, 1)
    """
    heights = (dot(w, row) for row in X)
    return sum((c * t for c, t in zip(p, heights, strict=True) if t > 0), Fraction(0))


def active_vector(p: Sequence[Fraction], X: Sequence[Vector], active: Sequence[bool]) -> Vector:
    """v_A, the gradient of the certificate on a region with the given active samples."""
    return tuple(
        sum((c * row[k] for c, row, on in zip(p, X, active, strict=True) if on), Fraction(0))
        for k in range(len(X[0]))
    )


def to_fmpq(value: Fraction) -> fmpq:
    """A fraction as FLINT's rational."""
    return fmpq(value.numerator, value.denominator)


def to_fraction(value: fmpq) -> Fraction:
    """FLINT's rational as a fraction."""
    return Fraction(int(value.p), int(value.q))


def project(v: Sequence[Fraction], walls: Sequence[Sequence[Fraction]]) -> tuple[Vector, Vector]:
    """Euclidean projection of v on the cone {w : <g, w> >= 0 for all walls g}, exactly.

    v: a rational vector. walls: rational vectors. Returns (P v, z) with
    P v = v + sum_j z_j g_j, z >= 0 and z_j <g_j, P v> = 0, which proves the projection.
    Lawson and Hanson's active-set method in rationals: a wall that enters is independent of
    those held, and the distance falls at each step, so it ends.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> project((one, -one), [(zero, one)])
    ((Fraction(1, 1), Fraction(0, 1)), (Fraction(1, 1),))
    """
    point = [to_fmpq(Fraction(a)) for a in v]
    normals = [[to_fmpq(Fraction(a)) for a in wall] for wall in walls]
    weights = project_rational(point, normals)
    for j, weight in weights.items():
        point = [a + weight * b for a, b in zip(point, normals[j], strict=True)]
    multipliers = tuple(to_fraction(weights.get(j, fmpq(0))) for j in range(len(walls)))
    return tuple(to_fraction(a) for a in point), multipliers


def project_rational(v: Sequence[fmpq], walls: Sequence[Sequence[fmpq]]) -> dict[int, fmpq]:
    """The positive multipliers of the projection, wall by wall (see `project`)."""
    weights: dict[int, fmpq] = {}
    while True:
        residual = list(v)
        for j, weight in weights.items():
            residual = [a + weight * b for a, b in zip(residual, walls[j], strict=True)]
        heights = [_inner(wall, residual) for wall in walls]
        entering = min(range(len(walls)), key=heights.__getitem__, default=None)
        if entering is None or heights[entering] >= 0:
            return weights
        weights[entering] = fmpq(0)
        _solve_held_walls(v, walls, weights)


def project_on_region(
    v: Sequence[Fraction], cells: Arrangement, region: int, sign: int
) -> tuple[tuple[fmpq, ...], dict[int, fmpq]]:
    """Projection of sign * v on a dual region's cone, and the multipliers of its lines."""
    walls = exact_walls(cells, region)
    start = [to_fmpq(sign * a) for a in v]
    held = project_rational(start, walls)
    for j, weight in held.items():
        start = [a + weight * b for a, b in zip(start, walls[j], strict=True)]
    return tuple(start), held


def exact_walls(cells: Arrangement, region: int) -> list[list[fmpq]]:
    """Inner normals of a region's cone, exactly."""
    return [
        [fmpq(int(side) * entry) for entry in normal]
        for side, normal in zip(cells.signs[region], cells.lines.normals, strict=True)
    ]


def _solve_held_walls(
    v: Sequence[fmpq], walls: Sequence[Sequence[fmpq]], weights: dict[int, fmpq]
) -> None:
    """Minimise over the multipliers held, dropping those that would turn negative."""
    while True:
        held = list(weights)
        system = fmpq_mat([[_inner(walls[i], walls[j]) for j in held] for i in held])
        target = fmpq_mat([[-_inner(walls[i], v)] for i in held])
        solved = system.solve(target)
        wanted = {j: solved[k, 0] for k, j in enumerate(held)}
        if all(value > 0 for value in wanted.values()):
            weights.update(wanted)
            return
        step = min(weights[j] / (weights[j] - wanted[j]) for j in held if wanted[j] <= 0)
        for j in held:
            weights[j] += step * (wanted[j] - weights[j])
            if weights[j] == 0 and wanted[j] <= 0:
                del weights[j]


def _inner(u: Sequence[fmpq], v: Sequence[fmpq]) -> fmpq:
    return sum((a * b for a, b in zip(u, v, strict=True)), fmpq(0))
