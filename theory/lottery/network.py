"""Teacher, student and mask: exact, checked, in one place.

f(x) = (1/K) sum_j relu(<w_j, x>), x standard normal in d dimensions; a 0/1 mask says which
weights of the student were kept. All neurons are non-zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.exact import InputError, Matrix, matrix

Mask = tuple[tuple[int, ...], ...]
Support = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Problem:
    """Rows are neurons. The student lies inside the mask unless it is the teacher itself."""

    teacher: Matrix
    student: Matrix
    mask: Mask

    @property
    def neurons(self) -> int:
        """K."""
        return len(self.teacher)

    @property
    def dimension(self) -> int:
        """d."""
        return len(self.teacher[0])

    @property
    def support(self) -> Support:
        """The (neuron, coordinate) pairs that were kept, neuron by neuron."""
        return tuple(
            (j, c) for j, row in enumerate(self.mask) for c, entry in enumerate(row) if entry
        )

    @property
    def cuts_teacher(self) -> bool:
        """Whether the mask removes a non-zero weight of the teacher."""
        return bool(outside_mask(self.teacher, self.mask))


def outside_mask(weights: Matrix, mask: Mask) -> list[tuple[int, int]]:
    """Non-zero weights the mask removes, as (neuron, coordinate) pairs that start at 1."""
    return [
        (j, c)
        for j, (row, kept) in enumerate(zip(weights, mask, strict=True), start=1)
        for c, (weight, entry) in enumerate(zip(row, kept, strict=True), start=1)
        if weight and not entry
    ]


def read_weights(value: object, name: str) -> Matrix:
    """Read one row a neuron; raises InputError for a zero neuron, which has no direction."""
    rows = matrix(value, name)
    for j, row in enumerate(rows, start=1):
        if not any(row):
            raise InputError(
                f"{name} neuron {j} is zero",
                "non-zero neurons",
                "leave it out and lower K, or give it a direction",
            )
    return rows


def read_mask(value: object) -> Mask:
    """Read a 0/1 matrix; raises InputError for other entries and for an empty row."""
    rows = matrix(value, "mask")
    for j, row in enumerate(rows, start=1):
        for c, entry in enumerate(row, start=1):
            if entry not in (0, 1):
                raise InputError(f"mask entry ({j}, {c}) = {entry}", "0 (pruned) or 1 (kept)")
        if not any(row):
            raise InputError(
                f"mask row {j} is empty", "at least one 1 a row", f"keep a weight of neuron {j}"
            )
    return tuple(tuple(int(entry) for entry in row) for row in rows)


def problem(teacher: Matrix, student: Matrix | None = None, mask: Mask | None = None) -> Problem:
    """Put the parts together; student defaults to the teacher, mask to all ones.

    A mask that cuts the teacher's support is allowed (`Problem.cuts_teacher` says so): the
    teacher is then no student, and what is computed at it is restricted to the kept weights.
    Raises InputError when shapes disagree or a given student has weights outside the mask.

    >>> problem(((1, 0),), ((1, 2),), ((1, 0),))
    Traceback (most recent call last):
    ...
    theory.exact.InputError: student weight (1, 2) = 2 lies outside the mask; allowed: zero \
weights outside the mask; set it to 0 or keep it in the mask
    """
    shape = (len(teacher), len(teacher[0]))
    kept = mask or tuple((1,) * shape[1] for _ in range(shape[0]))
    for name, rows in (("student", student or teacher), ("mask", kept)):
        if (len(rows), len(rows[0])) != shape:
            raise InputError(
                f"{name} is {len(rows)} x {len(rows[0])}, teacher is {shape[0]} x {shape[1]}",
                "equal shapes",
                "one row a neuron, one column an input",
            )
    if student is not None and (outside := outside_mask(student, kept)):
        j, c = outside[0]
        raise InputError(
            f"student weight ({j}, {c}) = {student[j - 1][c - 1]} lies outside the mask",
            "zero weights outside the mask",
            "set it to 0 or keep it in the mask",
        )
    return Problem(teacher, student or teacher, kept)
