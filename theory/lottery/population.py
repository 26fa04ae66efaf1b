"""Population loss of masked ReLU regression: value, gradient, Hessian (section 2).

x standard normal, f(x) = (1/K) sum_j relu(<w_j, x>), loss = half the mean square. With theta
the angle of u and v, and per pair the two numbers of `theory.lottery.angular`,

    kernel    k(u, v) = E relu(ux) relu(vx)     = |u||v|(sin theta + (pi-theta)cos theta)/(2 pi)
    field     G(u, v) = E 1{ux>0} relu(vx) x    = (|v| sin theta u/|u| + (pi-theta) v)/(2 pi)
    overlap   Q(u, v) = E 1{ux>0} 1{vx>0} x x^T
                      = (pi-theta)/(2 pi) I + sin theta (mm^T - nn^T)/(2 pi)
    jump      J(u, v) = dG/du = E delta(ux) relu(vx) x x^T

(m, n the unit bisectors). The Hessian has Q off its diagonal blocks; the jumps, which the
Gauss-Newton matrix lacks, enter the diagonal ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb_mat

from theory.exact import Matrix, dot
from theory.lottery.angular import Angular, active_share, combine, scaled_sine, squared_area
from theory.lottery.network import Problem

Vector = Sequence[Fraction]
Rows = list[list[Fraction]]
Term = tuple[Fraction | int, Angular]


def kernel(u: Vector, v: Vector) -> Angular:
    """k(u, v) = E relu(ux) relu(vx).

    >>> kernel((Fraction(1), Fraction(0)), (Fraction(-1), Fraction(0))).exact()
    Fraction(0, 1)
    """
    return combine([(1, scaled_sine(u, v)), (dot(u, v), active_share(u, v))])


def loss(task: Problem) -> Angular:
    """Population loss without noise: half of E (student - teacher)^2."""
    terms: list[Term] = []
    student, teacher = task.student, task.teacher
    factor = Fraction(1, 2 * task.neurons**2)
    for rows, columns, sign in (
        (student, student, 1),
        (student, teacher, -2),
        (teacher, teacher, 1),
    ):
        terms += [(factor * sign, kernel(u, v)) for u in rows for v in columns]
    return combine(terms)


def field(u: Vector, v: Vector, coordinate: int) -> Angular:
    """Coordinate (from 0) of G(u, v) = E 1{ux>0} relu(vx) x."""
    return combine(
        [
            (u[coordinate] / Fraction(dot(u, u)), scaled_sine(u, v)),
            (v[coordinate], active_share(u, v)),
        ]
    )


def gradient(task: Problem, neuron: int, coordinate: int) -> Angular:
    """Derivative of the loss along one weight of the student (indices from 0)."""
    u = task.student[neuron]
    factor = Fraction(1, task.neurons**2)
    terms = [(factor, field(u, v, coordinate)) for v in task.student]
    return combine(terms + [(-factor, field(u, v, coordinate)) for v in task.teacher])


def bisector_difference(u: Vector, v: Vector) -> Rows:
    """(mm^T - nn^T)/(|u||v| sin theta), m and n the unit bisectors; zero for parallel vectors."""
    d, area = len(u), squared_area(u, v)
    if area == 0:
        return [[Fraction(0)] * d for _ in range(d)]
    uu, vv, uv = (Fraction(dot(a, b)) for a, b in ((u, u), (v, v), (u, v)))
    return [
        [
            (u[a] * v[b] + v[a] * u[b] - uv * (u[a] * u[b] / uu + v[a] * v[b] / vv)) / area
            for b in range(d)
        ]
        for a in range(d)
    ]


def jump_shape(u: Vector, v: Vector) -> Rows:
    """(I - uu^T/|u|^2 + nn^T)/|u|^2, n the unit part of v orthogonal to u; zero if parallel."""
    d, area = len(u), squared_area(u, v)
    if area == 0:
        return [[Fraction(0)] * d for _ in range(d)]
    uu = Fraction(dot(u, u))
    across = [b - dot(u, v) / uu * a for a, b in zip(u, v, strict=True)]
    return [
        [((a == b) - u[a] * u[b] / uu + across[a] * across[b] * uu / area) / uu for b in range(d)]
        for a in range(d)
    ]


Block = Callable[[int, int], Angular]


def overlap(u: Vector, v: Vector) -> Block:
    """Q(u, v), as a function of row and column."""
    share, sine, shape = active_share(u, v), scaled_sine(u, v), bisector_difference(u, v)
    return lambda a, b: combine([(int(a == b), share), (shape[a][b], sine)])


def jump(u: Vector, v: Vector) -> Block:
    """J(u, v) = dG/du, as a function of row and column."""
    sine, shape = scaled_sine(u, v), jump_shape(u, v)
    return lambda a, b: combine([(shape[a][b], sine)])


def gauss_newton(task: Problem) -> list[list[Angular]]:
    """Mean of the empirical Hessian, which exists almost everywhere: (1/K^2) E g g^T.

    Order: neuron by neuron, kept coordinates only. It is the Hessian of the loss where
    student = teacher, and differs from it elsewhere by the jumps.
    """
    factor = Fraction(1, task.neurons**2)
    blocks = {
        (j, k): overlap(task.student[j], task.student[k])
        for j in range(task.neurons)
        for k in range(j, task.neurons)
    }
    return _symmetric(task, lambda j, a, k, b: [(factor, blocks[j, k](a, b))])


def hessian(task: Problem) -> list[list[Angular]]:
    """Hessian of the population loss, jumps included, on the kept weights."""
    factor = Fraction(1, task.neurons**2)
    base = gauss_newton(task)
    jumps = [_jump_sum(task, j) for j in range(task.neurons)]
    index = {place: i for i, place in enumerate(task.support)}

    def entry(j: int, a: int, k: int, b: int) -> list[Term]:
        terms: list[Term] = [(1, base[index[j, a]][index[k, b]])]
        return terms + [(factor * sign, block(a, b)) for sign, block in jumps[j] if j == k]

    return _symmetric(task, entry)


def _jump_sum(task: Problem, j: int) -> list[tuple[int, Block]]:
    others = [(1, v) for k, v in enumerate(task.student) if k != j]
    pairs = others + [(-1, v) for v in task.teacher]
    return [(sign, jump(task.student[j], v)) for sign, v in pairs]


def _symmetric(
    task: Problem, entry: Callable[[int, int, int, int], list[Term]]
) -> list[list[Angular]]:
    support = task.support
    rows = [[Angular()] * len(support) for _ in support]
    for i, (j, a) in enumerate(support):
        for h, (k, b) in enumerate(support[i:], start=i):
            rows[i][h] = rows[h][i] = combine(entry(j, a, k, b))
    return rows


def as_balls(rows: list[list[Angular]]) -> arb_mat:
    """The matrix in balls at the working precision."""
    n = len(rows)
    upper = [[rows[i][k].ball() for k in range(i, n)] for i in range(n)]
    return arb_mat([[upper[min(i, k)][abs(i - k)] for k in range(n)] for i in range(n)])


def nullity_at_teacher(directions: Matrix, support: Sequence[tuple[int, int]]) -> int:
    """Dimension of the kernel of E g g^T, exactly.

    It vanishes on (a_j) when sum_j 1{w_j x > 0} a_j x = 0 almost everywhere, that is when
    sum +-a_j = 0 over the neurons of every line (signs by orientation) and the active a_j sum
    to zero at one point. Coordinate by coordinate these are one equation a line, and one more
    if some line carries both orientations.

    >>> two = ((1, 0), (-1, 0), (0, 1), (0, -1))
    >>> nullity_at_teacher(two, [(j, c) for j in range(4) for c in range(2)])
    2
    """
    total = 0
    for c in {coordinate for _, coordinate in support}:
        here = [j for j, coordinate in support if coordinate == c]
        lines: list[list[int]] = []
        for j in here:
            same = (line for line in lines if squared_area(directions[line[0]], directions[j]) == 0)
            line = next(same, None)
            lines.append([j]) if line is None else line.append(j)
        opposed = any(
            dot(directions[line[0]], directions[j]) < 0 for line in lines for j in line[1:]
        )
        total += len(here) - len(lines) - opposed
    return total
