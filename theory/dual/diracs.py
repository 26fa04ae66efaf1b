"""Where the Diracs of a minimiser can be, how much they weigh, and how many there are.

A certificate puts the optimal dual point p* into a ball of radius rho. Regions whose extreme
value stays below lam all over that ball carry no Dirac. On the others the extreme point moves
by at most rho |D_A X| / lam (projections are non-expansive), and when its multipliers and its
distances to the other walls are positive all over the ball, the face it lies on is known for
certain; two extreme points of one face and one side pattern are the same point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from flint import arb, arb_mat, fmpq, fmpq_mat

from theory.dual.arrangement import Arrangement, regions
from theory.dual.certificate import Certificate, LoudRegion, loud_regions
from theory.dual.certificate_function import exact_walls, to_fmpq
from theory.dual.problem import Problem
from theory.exact import dot
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import positive_definite

Face = tuple[int, frozenset[int], tuple[int, ...]]


@dataclass(frozen=True)
class Candidate:
    """A point of the sphere that may be saturated: eta = sign * lam.

    location: enclosure of the unit vector. evaluation: enclosure of sign * phi(w).
    face: (sign, lines through w, sides of the other lines) when certain, else None; distinct
    faces are distinct points.
    """

    sign: int
    location: tuple[arb, ...]
    evaluation: tuple[arb, ...]
    face: Face | None


@dataclass(frozen=True)
class DiracSet:
    """Candidates that contain every saturated point, and what follows about the Diracs.

    unique: the evaluations are proved independent, so there is one minimiser and `weights`
    encloses its masses. Extreme minimisers have at least `least` and at most `most` Diracs.
    """

    candidates: tuple[Candidate, ...]
    unique: bool
    weights: tuple[arb, ...]
    least: int
    most: int


def candidates(certificate: Certificate) -> tuple[Candidate, ...]:
    """Every point that can be saturated for the optimal dual point, one a face.

    Raises nothing: with a wide certificate there are just more candidates, without a face.
    """
    task, cells = certificate.task, regions(certificate.task.X)
    found: dict[object, Candidate] = {}
    with working_precision(2 * certificate.bits + 64):
        radius = certificate.dual_radius() / ball(task.lam)
        for loud in loud_regions(task, certificate.p):
            shift = radius * _active_norm(task, cells, loud.region)
            height = ball(loud.height_squared).sqrt()
            if height + shift < 1:
                continue
            face = _certain_face(task, cells, loud, shift)
            candidate = _candidate(task, cells, loud, shift, face)
            found[face or (loud.region, loud.sign)] = candidate
    return tuple(_paired(cells, found).values())


def _paired(cells: Arrangement, found: Mapping[object, Candidate]) -> Mapping[object, Candidate]:
    """Join a candidate without a face to the one of known face in the same closed region.

    A closed region holds at most one saturated point of a sign (dual.region), so the two are
    one point, at most; its enclosures are their union. (Around a point with several such
    regions no two need to be the same, and they stay apart.)
    """
    homes: dict[Face, list[object]] = {}
    for key, candidate in found.items():
        if candidate.face is None:
            faces = [c.face for c in found.values() if c.face and _on_closure(cells, key, c.face)]
            for face in faces[:1]:
                homes.setdefault(face, []).append(key)
    joined = dict(found)
    for face, (key, *more) in homes.items():
        if not more:
            joined[face] = _union(joined[face], joined.pop(key))
    return joined


def _on_closure(cells: Arrangement, key: object, face: Face) -> bool:
    """Whether a face lies in the closed region of a key (region, sign), for the same sign."""
    region, sign = cast(tuple[int, int], key)
    beside = [side for k, side in enumerate(cells.signs[region].tolist()) if k not in face[1]]
    return face[0] == sign and tuple(beside) == face[2]


def _union(first: Candidate, second: Candidate) -> Candidate:
    location, evaluation = (
        tuple(a.union(b) for a, b in zip(one, other, strict=True))
        for one, other in (
            (first.location, second.location),
            (first.evaluation, second.evaluation),
        )
    )
    return Candidate(first.sign, location, evaluation, first.face)


def _active_norm(task: Problem, cells: Arrangement, region: int) -> arb:
    """Upper bound of the spectral norm of D_A X (Frobenius)."""
    active = cells.active[region]
    squares = (dot(row, row) for row, on in zip(task.X, active, strict=True) if on)
    return ball(sum(squares)).sqrt()


def _certain_face(task: Problem, cells: Arrangement, loud: LoudRegion, shift: arb) -> Face | None:
    """The face of the extreme point, if it is the same for all v within `shift`."""
    walls = exact_walls(cells, loud.region)
    held = list(loud.held)
    if held:
        gram = fmpq_mat([[_inner(walls[i], walls[j]) for j in held] for i in held]).inv()
        for k, j in enumerate(held):
            # z = -gram^-1 G v, and row k of gram^-1 G has length sqrt(gram^-1[k, k]).
            if not arb(loud.held[j]) > shift * arb(gram[k, k]).sqrt():
                return None
    spanning = _span_of_extremes(task, cells, loud)
    through, sides = set(held), []
    for line, wall in enumerate(walls):
        if line in through:
            continue
        if all(_inner(wall, vector) == 0 for vector in spanning):
            through.add(line)
        elif arb(_inner(wall, loud.point)) > shift * arb(_inner(wall, wall)).sqrt():
            sides.append(int(cells.signs[loud.region][line]))
        else:
            return None
    return loud.sign, frozenset(through), tuple(sides)


def _span_of_extremes(task: Problem, cells: Arrangement, loud: LoudRegion) -> list[list[fmpq]]:
    """Vectors whose span holds the extreme point whatever p is: v_A is a combination of the
    active rows, and the projection takes off their parts along the normals held."""
    normals = [[fmpq(entry) for entry in cells.lines.normals[j]] for j in loud.held]
    basis: list[list[fmpq]] = []
    for normal in normals:
        basis.append(_orthogonal_part(normal, basis))
    active = cells.active[loud.region]
    rows = ([to_fmpq(a) for a in row] for row, on in zip(task.X, active, strict=True) if on)
    return [_orthogonal_part(row, basis) for row in rows]


def _orthogonal_part(vector: list[fmpq], basis: Sequence[Sequence[fmpq]]) -> list[fmpq]:
    """The vector less its components along an orthogonal basis."""
    for axis in basis:
        share = _inner(vector, axis) / _inner(axis, axis)
        vector = [a - share * b for a, b in zip(vector, axis, strict=True)]
    return vector


def _candidate(
    task: Problem, cells: Arrangement, loud: LoudRegion, shift: arb, face: Face | None
) -> Candidate:
    spread = arb(0, shift.abs_upper())
    location = tuple(arb(a) + spread for a in loud.point)
    evaluation = []
    for row, line, on in zip(task.X, cells.lines.line_of, cells.active[loud.region], strict=True):
        on_face = face is not None and line in face[1]
        if not on or on_face or line < 0:
            evaluation.append(arb(0))
            continue
        exact = _inner([to_fmpq(a) for a in row], loud.point)
        reach = shift * ball(dot(row, row)).sqrt()
        evaluation.append(loud.sign * (arb(exact) + arb(0, reach.abs_upper())))
    return Candidate(loud.sign, location, tuple(evaluation), face)


def _inner(u: Sequence[fmpq], v: Sequence[fmpq]) -> fmpq:
    return sum((a * b for a, b in zip(u, v, strict=True)), fmpq(0))


def independent(points: Sequence[Candidate]) -> bool:
    """True when the evaluations of the candidates are proved linearly independent."""
    if not points:
        return True
    if len(points) > len(points[0].evaluation):
        return False
    columns = arb_mat([list(point.evaluation) for point in points])
    return positive_definite(columns * columns.transpose())


def unique_weights(certificate: Certificate, points: Sequence[Candidate]) -> tuple[arb, ...]:
    """Enclosures of the masses of the only minimiser (the evaluations must be independent).

    Its outputs are K mu* = y - n p*, known up to n times the dual radius.
    """
    if not points:
        return ()
    task = certificate.task
    spread = arb(0, certificate.dual_radius().abs_upper())
    outputs = arb_mat(
        [
            [ball(a) - task.n * (ball(b) + spread)]
            for a, b in zip(task.y, certificate.p, strict=True)
        ]
    )
    columns = arb_mat([list(point.evaluation) for point in points])
    solved = (columns * columns.transpose()).solve(columns * outputs)
    return tuple(solved[k, 0] for k in range(len(points)))
