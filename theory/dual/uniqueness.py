"""When there is only one minimiser, and the even phase, in which there are many.

dual.unique: a minimiser carried by the indices I among the saturated points is the only one
iff no h != 0 has Phi h = 0 and h_i >= 0 outside I; Phi has the signed neuron evaluations of
the saturated points as columns. Full column rank of Phi is sufficient, not necessary.

dual.even: if X^T p = 0 the certificate is even, saturated points come in pairs +-w_k, and mass
c_k can move from -w_k to w_k without a trace whenever sum_k s_k c_k w_k = 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import combinations
from math import isqrt

from flint import fmpq_mat

from theory.dual.certificate_function import project, to_fmpq, to_fraction
from theory.dual.problem import Dirac, forward
from theory.exact import InputError, Matrix, Vector, dot


def signed_evaluations(X: Matrix, points: Sequence[Dirac]) -> Matrix:
    """Columns of Phi: sign * phi(u) for every point, at the scale of its u.

    A positive factor of a column changes neither kernel nor signs, so u need not be a unit.
    """
    return tuple(forward(X, [point]) for point in points)


def kernel(columns: Matrix) -> Matrix:
    """A basis of {h : sum_k h_k columns_k = 0}, exactly.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> kernel(((one, zero), (zero, one), (one, one)))
    ((Fraction(-1, 1), Fraction(-1, 1), Fraction(1, 1)),)
    """
    count = len(columns)
    if count == 0:
        return ()
    rows = [[to_fmpq(column[j]) for column in columns] for j in range(len(columns[0]))]
    reduced, rank = fmpq_mat(rows).rref()
    pivots = [next(k for k in range(count) if reduced[i, k] != 0) for i in range(rank)]
    basis = []
    for free in (k for k in range(count) if k not in pivots):
        h = [Fraction(0)] * count
        h[free] = Fraction(1)
        for i, pivot in enumerate(pivots):
            h[pivot] = -to_fraction(reduced[i, free])
        basis.append(tuple(h))
    return tuple(basis)


def independent(columns: Matrix) -> bool:
    """Whether the columns are linearly independent (the sufficient condition)."""
    return not kernel(columns)


def other_direction(columns: Matrix, support: Collection[int]) -> Vector | None:
    """A direction h != 0 from one minimiser to others, or None when there is no other.

    columns: signed evaluations of ALL saturated points. support: indices that carry mass.
    The cone of such h is {0} iff the projections of all +-basis vectors on it vanish, because
    then its polar cone is the whole space.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> square = ((one, one, zero), (zero, one, one), (one, zero, one), (one, one, one))
    >>> other_direction(square, support=(0,)) is None
    True
    """
    basis = kernel(columns)
    walls = [tuple(vector[i] for vector in basis) for i in range(len(columns)) if i not in support]
    for k in range(len(basis)):
        for sign in (1, -1):
            unit = tuple(Fraction(sign * (i == k)) for i in range(len(basis)))
            point, _ = project(unit, walls)
            if any(point):
                return tuple(dot(point, row) for row in zip(*basis, strict=True))
    return None


def prune(columns: Matrix, weights: Sequence[Fraction]) -> Vector:
    """An extreme solution with the same outputs and the same total weight or less.

    columns: signed evaluations at UNIT points; weights >= 0 with minimal total (dual.representer).
    Carathéodory's argument: move along the kernel on the support until a weight vanishes.
    """
    current = list(weights)
    while True:
        support = [k for k, weight in enumerate(current) if weight > 0]
        basis = kernel(tuple(columns[k] for k in support))
        if not basis:
            return tuple(current)
        h = basis[0] if any(a < 0 for a in basis[0]) else tuple(-a for a in basis[0])
        step = min(current[k] / -a for k, a in zip(support, h, strict=True) if a < 0)
        for k, a in zip(support, h, strict=True):
            current[k] += step * a


def extreme_solutions(columns: Matrix, outputs: Vector) -> set[Vector]:
    """All a >= 0 with independent support and sum_k a_k columns_k = outputs, by brute force.

    The minimisers are their convex hull, so there is one minimiser iff this has one element.
    Exponential in the number of columns: the truth against which criteria are checked.
    """
    found = set()
    count = len(columns)
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            part = tuple(columns[k] for k in chosen)
            if kernel(part):
                continue
            relation = kernel((*part, outputs))
            if not relation and any(outputs):
                continue
            weights = [Fraction(0)] * count
            for k, a in zip(chosen, relation[0] if relation else (), strict=False):
                weights[k] = -a / relation[0][-1]
            if all(a >= 0 for a in weights):
                found.add(tuple(weights))
    return found


def odd_part(X: Matrix, p: Vector) -> Vector:
    """X^T p; eta_p(w) - eta_p(-w) = <X^T p, w>, so it vanishes iff the certificate is even."""
    return tuple(
        sum((c * row[k] for c, row in zip(p, X, strict=True)), Fraction(0))
        for k in range(len(X[0]))
    )


def move_within_pairs(
    pairs: Sequence[tuple[Dirac, Dirac]], shifts: Sequence[Fraction]
) -> list[Dirac]:
    """Move mass from the second to the first Dirac of antipodal pairs.

    pairs: Diracs of one sign at u_k and at a negative multiple of it, u_k = a_k w_k with
    rational mass a_k (see `rational_norm`); shifts: c_k, so that the masses become a_k + c_k and
    b_k - c_k. When sum_k sign_k c_k w_k = 0 the outputs K mu do not change, nor does the total
    variation. Raises InputError when a mass would turn negative.
    """
    moved = []
    for (first, second), shift in zip(pairs, shifts, strict=True):
        norm = rational_norm(first.u)
        w = tuple(a / norm for a in first.u)
        other = rational_norm(second.u) if any(second.u) else Fraction(0)
        if norm + shift < 0 or other - shift < 0:
            raise InputError(
                f"shift {shift} empties a pair of masses {norm}, {other}",
                f"shifts from {-norm} to {other}",
            )
        moved.append(Dirac(first.sign, tuple((norm + shift) * a for a in w)))
        moved.append(Dirac(first.sign, tuple((shift - other) * a for a in w)))
    return [atom for atom in moved if any(atom.u)]


def rational_norm(u: Sequence[Fraction]) -> Fraction:
    """|u| when it is rational; raises InputError otherwise.

    >>> rational_norm((Fraction(3), Fraction(4)))
    Fraction(5, 1)
    """
    square = dot(u, u)
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    if root**2 != square:
        raise InputError(f"|u|^2 = {square} is not the square of a fraction", "rational norms")
    return root
