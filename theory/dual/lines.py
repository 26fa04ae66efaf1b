"""The distinct hyperplanes {w : <w, x_j> = 0} of a data set, in exact integers.

Zero rows cut nothing; parallel and antipodal rows share a hyperplane ("line" below, for the
line their normals span).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from flint import fmpq, fmpq_mat, fmpz_mat

from theory.exact import Matrix

IntVector = tuple[int, ...]
Basis = list[IntVector]


@dataclass(frozen=True)
class Lines:
    """The distinct hyperplanes of the data.

    normals: one primitive integer normal a line, first non-zero entry positive.
    line_of: for every row its line, -1 for a zero row.
    orientation: +1 or -1 where the row points along or against the normal, 0 for a zero row.
    columns: rank-many independent columns of X; they decide all signs.
    """

    normals: tuple[IntVector, ...]
    line_of: tuple[int, ...]
    orientation: tuple[int, ...]
    columns: tuple[int, ...]
    dimension: int

    @property
    def rank(self) -> int:
        """Dimension of the span of the rows."""
        return len(self.columns)


def primitive(vector: Sequence[int]) -> tuple[IntVector, int]:
    """The primitive integer vector of a line with positive leading entry, and the sign taken out.

    >>> primitive((-4, 6))
    ((2, -3), -1)
    """
    divisor = gcd(*vector)
    lead = next(entry for entry in vector if entry)
    sign = 1 if lead > 0 else -1
    return tuple(sign * entry // divisor for entry in vector), sign


def hyperplanes(X: Matrix) -> Lines:
    """Read the distinct hyperplanes off the rows of X.

    >>> from theory.exact import matrix
    >>> lines = hyperplanes(matrix([[1, 0], [-3, 0], [0, 0], [1, 2]], "X"))
    >>> lines.normals, lines.line_of, lines.orientation, lines.rank
    (((1, 0), (1, 2)), (0, 0, -1, 1), (1, -1, 0, 1), 2)
    """
    found: dict[IntVector, int] = {}
    line_of, orientation = [], []
    for row in X:
        if not any(row):
            line_of.append(-1)
            orientation.append(0)
            continue
        scale = 1
        for entry in row:
            scale *= entry.denominator // gcd(scale, entry.denominator)
        normal, sign = primitive([int(entry * scale) for entry in row])
        line_of.append(found.setdefault(normal, len(found)))
        orientation.append(sign)
    columns = independent_columns(tuple(found))
    return Lines(tuple(found), tuple(line_of), tuple(orientation), columns, len(X[0]))


def independent_columns(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Pivot columns of an integer matrix; their number is its rank."""
    if not rows:
        return ()
    reduced, rank = fmpq_mat([[fmpq(entry) for entry in row] for row in rows]).rref()
    return tuple(next(k for k in range(reduced.ncols()) if reduced[i, k] != 0) for i in range(rank))


def integer_face_basis(lines: Lines, held: Sequence[int]) -> Basis:
    """A reduced integer basis of the subspace where the lines `held` vanish."""
    if not held:
        return [tuple(int(i == k) for i in range(lines.dimension)) for k in range(lines.dimension)]
    kernel, nullity = fmpz_mat([list(lines.normals[k]) for k in held]).nullspace()
    vectors = []
    for k in range(nullity):
        column = [int(kernel[i, k]) for i in range(kernel.nrows())]
        divisor = gcd(*column)
        vectors.append([entry // divisor for entry in column])
    reduced = fmpz_mat(vectors).lll() if vectors else fmpz_mat(0, lines.dimension)
    return [tuple(int(reduced[i, k]) for k in range(reduced.ncols())) for i in range(nullity)]
