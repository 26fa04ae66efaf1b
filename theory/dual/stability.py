"""Small noise and small penalty: y = K mu_0 + zeta, lam -> 0.

mu_0 = sum_i s_i a_i delta_{w_i} is the interpolant of least total variation; its certificates
are the q with |eta_q| <= 1 and eta_q(w_i) = s_i, and q_0 is the one of least norm.

dual.precert: an atom inside a region forces v_A(q) = s w, d equations; an atom on a face
forces them along the face. The least-norm solution q_V is q_0 as soon as |eta_{q_V}| <= 1.
dual.stab.firstorder: du = (G^T G)^{-1} (G^T zeta - n lam u^) when G has full column rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mat

from theory.dual.certificate_function import to_fmpq, to_fraction
from theory.dual.lambda_max import max_certificate_squared
from theory.dual.lines import hyperplanes, integer_face_basis
from theory.dual.problem import Dirac, forward
from theory.exact import InputError, Matrix, Vector, dot


@dataclass(frozen=True)
class Neuron:
    """sign * mass at the unit vector w (rational coordinates, |w| = 1 exactly)."""

    sign: int
    mass: Fraction
    w: Vector

    def __post_init__(self) -> None:
        if dot(self.w, self.w) != 1:
            raise InputError(
                f"|w|^2 = {dot(self.w, self.w)}", "unit vectors, for instance (3/5, 4/5)"
            )

    @property
    def dirac(self) -> Dirac:
        """The same as a weighted direction."""
        return Dirac(self.sign, tuple(self.mass * a for a in self.w))


@dataclass(frozen=True)
class Interpolant:
    """Noise-free data: X and the measure mu_0 behind the targets y_0 = K mu_0."""

    X: Matrix
    neurons: tuple[Neuron, ...]

    @property
    def targets(self) -> Vector:
        """y_0 = K mu_0."""
        return forward(self.X, [neuron.dirac for neuron in self.neurons])


@dataclass(frozen=True)
class Linearisation:
    """The outputs of mu_0 to first order in its Diracs, moved along their faces.

    columns: of G (one a coordinate, n entries); target: the matching entries of u^, such that
    every certificate solves G^T q = target. bases: one face basis (vectors of R^d) a neuron.
    """

    columns: Matrix
    target: Vector
    bases: tuple[Matrix, ...]


def linearise(mu: Interpolant) -> Linearisation:
    """G and u^ of the noise-free measure, exactly; faces are read off the data."""
    lines = hyperplanes(mu.X)
    columns, target, bases = [], [], []
    for neuron in mu.neurons:
        held = [k for k, normal in enumerate(lines.normals) if _inner(normal, neuron.w) == 0]
        basis = integer_face_basis(lines, held)
        bases.append(tuple(tuple(Fraction(a) for a in vector) for vector in basis))
        for vector in bases[-1]:
            columns.append(
                tuple(
                    neuron.sign * dot(row, vector) if dot(row, neuron.w) > 0 else Fraction(0)
                    for row in mu.X
                )
            )
            target.append(dot(vector, neuron.w))
    return Linearisation(tuple(columns), tuple(target), tuple(bases))


def _inner(normal: Sequence[int], w: Vector) -> Fraction:
    return sum((a * b for a, b in zip(normal, w, strict=True)), Fraction(0))


def vanishing_derivative_certificate(mu: Interpolant) -> Vector:
    """q_V, the least-norm solution of G^T q = u^, exactly.

    It is q_0 when `is_certificate(mu.X, q_V)`. Raises InputError when the equations contradict
    each other: then mu_0 has no certificate and is no interpolant of least total variation.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> mu = Interpolant(((one, zero),), (Neuron(1, Fraction(2), (one, zero)),))
    >>> vanishing_derivative_certificate(mu)
    (Fraction(1, 1),)
    """
    linear = linearise(mu)
    return least_norm(linear.columns, linear.target, len(mu.X))


def least_norm(columns: Sequence[Vector], target: Sequence[Fraction], size: int) -> Vector:
    """The q in R^size of least norm with <column, q> = target for all columns, exactly.

    Raises InputError when the equations contradict each other.
    """
    kept = _independent(columns)
    chosen = [columns[k] for k in kept]
    q = _combine(chosen, _solve_gram(chosen, [target[k] for k in kept]), size)
    for column, value in zip(columns, target, strict=True):
        if dot(column, q) != value:
            raise InputError(
                "no q has eta_q = s_i with vanishing derivative at every Dirac",
                "interpolants of least total variation",
            )
    return q


def is_certificate(X: Matrix, q: Vector) -> bool:
    """Whether |eta_q| <= 1 on the sphere, exactly."""
    return max_certificate_squared(q, X) <= 1


def first_order(mu: Interpolant, zeta: Vector, lam: Fraction) -> tuple[Vector, ...]:
    """du_i of u_i = a_i w_i to first order in (zeta, lam), exactly; one vector a Dirac.

    da_i = <du_i, w_i>, dw_i = (du_i - da_i w_i)/a_i. Solves the saddle system of
    dual.stab.firstorder; with independent columns of G the curvature of the norm drops out.
    Raises InputError when the neuron evaluations are dependent.
    """
    linear = linearise(mu)
    size, n = len(linear.columns), len(mu.X)
    kept = _independent(linear.columns)
    chosen = [linear.columns[k] for k in kept]
    # G^T (zeta - n lam q_0) = G^T zeta - n lam u^ on the columns kept.
    right = [dot(linear.columns[k], zeta) - n * lam * linear.target[k] for k in kept]
    curvature = _curvature(mu, linear)
    rows = []
    for i, column in enumerate(linear.columns):
        # -T du + G^T dq = 0, dq = sum of the kept columns times unknowns.
        rows.append([-curvature[i][k] for k in range(size)] + [dot(column, c) for c in chosen])
    for c in chosen:
        rows.append([dot(c, column) for column in linear.columns] + [Fraction(0)] * len(chosen))
    solved = _solve(rows, [Fraction(0)] * size + right)
    moves, start = [], 0
    for basis in linear.bases:
        part = solved[start : start + len(basis)]
        start += len(basis)
        moves.append(_combine(basis, part, len(mu.X[0])))
    return tuple(moves)


def _curvature(mu: Interpolant, linear: Linearisation) -> list[list[Fraction]]:
    """T = blockdiag((I - w w^T)/a) in the coordinates of the face bases."""
    size = len(linear.columns)
    T = [[Fraction(0)] * size for _ in range(size)]
    start = 0
    for neuron, basis in zip(mu.neurons, linear.bases, strict=True):
        for i, u in enumerate(basis):
            for k, v in enumerate(basis):
                bend = dot(u, v) - dot(u, neuron.w) * dot(v, neuron.w)
                T[start + i][start + k] = bend / neuron.mass
        start += len(basis)
    return T


def noise_direction(mu: Interpolant, e: Vector) -> Vector:
    """Pi_perp e / n: how the least-norm certificate moves with zeta = alpha lam e."""
    linear = linearise(mu)
    chosen = [linear.columns[k] for k in _independent(linear.columns)]
    inside = _combine(chosen, _solve_gram(chosen, [dot(c, e) for c in chosen]), len(e))
    return tuple((a - b) / len(e) for a, b in zip(e, inside, strict=True))


def noise_threshold(mu: Interpolant, e: Vector, *, bits: int = 60) -> tuple[Fraction, Fraction]:
    """A bracket of alpha*, the largest alpha with |eta_q| <= 1 for q = q_0 + alpha Pi_perp e / n.

    dual.stab.threshold: for zeta = alpha lam e and lam -> 0 the number of Diracs is kept below
    alpha* and not above. All Diracs of mu must be inside regions and q_V must be q_0.
    Every comparison is exact; the bracket has relative width 2^-bits.
    Raises InputError when q_V is no certificate, or when no alpha up to 2^20 exceeds alpha*.
    """
    q, step = vanishing_derivative_certificate(mu), noise_direction(mu, e)
    if not is_certificate(mu.X, q):
        raise InputError("q_V exceeds 1 somewhere", "interpolants with q_0 = q_V")

    def allowed(alpha: Fraction) -> bool:
        moved = tuple(a + alpha * b for a, b in zip(q, step, strict=True))
        return is_certificate(mu.X, moved)

    high = Fraction(1)
    while allowed(high):
        high *= 2
        if high > 2**20:
            raise InputError("no threshold up to 2^20", "noise that moves the certificate")
    low = Fraction(0)
    while high - low > high / 2**bits:
        middle = (low + high) / 2
        low, high = (middle, high) if allowed(middle) else (low, middle)
    return low, high


def _independent(columns: Sequence[Vector]) -> list[int]:
    """Indices of the first maximal independent set of columns."""
    if not columns:
        return []
    rows = [[to_fmpq(column[j]) for column in columns] for j in range(len(columns[0]))]
    reduced, rank = fmpq_mat(rows).rref()
    return [next(k for k in range(len(columns)) if reduced[i, k] != 0) for i in range(rank)]


def _solve_gram(columns: Sequence[Vector], right: Sequence[Fraction]) -> list[Fraction]:
    return _solve([[dot(u, v) for v in columns] for u in columns], right)


def _solve(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    if not rows:
        return []
    system = fmpq_mat([[to_fmpq(a) for a in row] for row in rows])
    try:
        solved = system.solve(fmpq_mat([[to_fmpq(a)] for a in right]))
    except ZeroDivisionError:
        raise InputError(
            "the linear system of the first-order motion is singular",
            "measures with independent neuron evaluations",
        ) from None
    return [to_fraction(solved[i, 0]) for i in range(len(rows))]


def _combine(vectors: Sequence[Vector], weights: Sequence[Fraction], size: int) -> Vector:
    return tuple(
        sum((c * vector[j] for c, vector in zip(weights, vectors, strict=True)), Fraction(0))
        for j in range(size)
    )
