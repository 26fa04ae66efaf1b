"""Dimension of the span of the neuron evaluations phi(w) = (max(<w, x_j>, 0))_j.

dual.range: it is m + rank{x_j on two-sided lines}, m the number of distinct lines; a line is
two-sided when it carries rows of both orientations. All targets y can be interpolated iff
the dimension is n.
"""

from __future__ import annotations

from theory.dual.lines import hyperplanes, independent_columns
from theory.exact import Matrix


def evaluation_rank(X: Matrix) -> int:
    """Dimension of the span of {phi(w) : |w| = 1}, exactly.

    >>> from theory.exact import matrix
    >>> rows = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]]
    >>> evaluation_rank(matrix(rows, "X"))
    5
    """
    lines = hyperplanes(X)
    sides: dict[int, set[int]] = {}
    for line, orientation in zip(lines.line_of, lines.orientation, strict=True):
        sides.setdefault(line, set()).add(orientation)
    two_sided = [lines.normals[line] for line, seen in sides.items() if len(seen) == 2]
    return len(lines.normals) + len(independent_columns(two_sided))
