"""Certificates against exact rationals, on random, singular, near-singular and hostile cases.

What is exact is decided without any rounding: the characteristic polynomial of a rational
symmetric matrix has real roots only, so the signs of its coefficients count its negative
eigenvalues (Descartes' rule is exact for such polynomials), and Sturm's chain counts the roots
of a polynomial in an interval. A certificate may be wide; it may never be wrong.

The fast slice runs always; the deep one (at least 10^5 cases) with `pytest -m deep`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial

import numpy as np
import pytest
import sympy
from flint import arb, fmpq, fmpq_mat, fmpq_poly

from theory.dual.certificate import prove
from theory.dual.problem import Dirac, problem
from theory.formula import BallReader
from theory.rigor.balls import ball, ball_matrix, exact_midpoint, working_precision
from theory.rigor.inertia import eigenvalues_below
from theory.rigor.spectra import least_eigenvalue, least_eigenvalue_lower_float
from verify.engines.cover import branch_and_bound

Rows = list[list[Fraction]]


# --- exact truth


def shifted_signs(rows: Rows, shift: Fraction) -> list[int]:
    """Signs of the coefficients of det(y I - (A - shift I)), constant term first."""
    matrix = fmpq_mat(
        [
            [exact(a - shift if i == j else a) for j, a in enumerate(row)]
            for i, row in enumerate(rows)
        ]
    )
    return [(c > 0) - (c < 0) for c in matrix.charpoly().coeffs()]


def exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def eigenvalues_less(rows: Rows, shift: Fraction) -> int:
    """Number of eigenvalues below the shift: negative roots, by Descartes' rule for p(-y)."""
    signs = [(-1) ** k * sign for k, sign in enumerate(shifted_signs(rows, shift)) if sign]
    return sum(a != b for a, b in pairwise(signs))


def is_eigenvalue(rows: Rows, shift: Fraction) -> bool:
    return shifted_signs(rows, shift)[0] == 0


def ends(value: arb) -> tuple[Fraction, Fraction]:
    """Exact ends of a ball (midpoint and radius are dyadic)."""
    return (exact_midpoint(value) - exact_midpoint(value.rad()),
            exact_midpoint(value) + exact_midpoint(value.rad()))  # fmt: skip


def roots_between(poly: fmpq_poly, low: fmpq, high: fmpq) -> int:
    """Number of distinct roots in (low, high] by Sturm's chain."""
    chain = [poly, poly.derivative()]
    while chain[-1].degree() > 0:
        rest = chain[-2] % chain[-1]
        if rest.degree() < 0:
            break
        chain.append(-rest)

    def changes(x: fmpq) -> int:
        signs = [value > 0 for part in chain if (value := part(x)) != 0]
        return sum(a != b for a, b in pairwise(signs))

    return changes(low) - changes(high)


# --- hostile matrices


def integers(rng: np.random.Generator, shape: tuple[int, int], bound: int) -> Rows:
    return [[Fraction(int(a)) for a in row] for row in rng.integers(-bound, bound + 1, shape)]


def gram(rows: Rows) -> Rows:
    return [[sum(a * b for a, b in zip(u, v, strict=True)) for v in rows] for u in rows]


def hostile_matrix(rng: np.random.Generator, reach: int) -> Rows:
    """A symmetric rational matrix of order 1 to 5; magnitudes within 2^(+-reach)."""
    n, kind = int(rng.integers(1, 6)), int(rng.integers(0, 6))
    square = integers(rng, (n, n), 9)
    symmetric = [[square[i][j] + square[j][i] for j in range(n)] for i in range(n)]
    singular = gram(integers(rng, (n, max(1, n - 1)), 5))
    tiny = Fraction(1, 2 ** int(rng.integers(10, 120)))
    if kind == 0:
        rows = [[a / int(rng.integers(1, 50)) for a in row] for row in symmetric]
        rows = [[rows[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    elif kind == 1:
        rows = singular
    elif kind == 2:  # singular up to a tiny perturbation of either sign
        rows = [[a + tiny * b for a, b in zip(u, v, strict=True)]
                for u, v in zip(singular, symmetric, strict=True)]  # fmt: skip
    elif kind == 3:  # a multiple eigenvalue, exact or nearly
        vector = [Fraction(int(a)) for a in rng.integers(-3, 4, n)]
        size = Fraction(int(rng.integers(0, 2))) * tiny + Fraction(int(rng.integers(0, 2)))
        centre = Fraction(int(rng.integers(-3, 4)))
        rows = [[size * vector[i] * vector[j] + centre * (i == j) for j in range(n)]
                for i in range(n)]  # fmt: skip
    elif kind == 4:  # graded over many magnitudes
        scales = [Fraction(2) ** int(rng.integers(-40, 41)) for _ in range(n)]
        rows = [[symmetric[i][j] * scales[i] * scales[j] for j in range(n)] for i in range(n)]
    else:  # nearly rank one, like the kernel of a cluster
        rows = [[Fraction(1) - tiny * abs(i - j) * int(rng.integers(1, 3)) for j in range(n)]
                for i in range(n)]  # fmt: skip
        rows = [[rows[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    factor = Fraction(2) ** int(rng.integers(-reach, reach + 1)) if rng.random() < 0.3 else 1
    return [[a * factor for a in row] for row in rows]


# --- cases: each returns what it was, and asserts that no certificate is wrong


def ball_case(rng: np.random.Generator) -> str:
    rows = hostile_matrix(rng, 600)
    with working_precision(int(rng.choice([24, 53, 64, 120, 200]))):
        found = least_eigenvalue(ball_matrix(tuple(map(tuple, rows))))
    if not found.is_finite():
        return "unbounded"
    low, high = ends(found)
    assert eigenvalues_less(rows, low) == 0, (rows, found)
    assert eigenvalues_less(rows, high) > 0 or is_eigenvalue(rows, high), (rows, found)
    scale = sum(abs(rows[i][i]) for i in range(len(rows)))
    return "narrow" if high - low <= scale / 1000 else "wide"


def float_case(rng: np.random.Generator) -> str:
    rows = hostile_matrix(rng, int(rng.choice([0, 60, 480])))
    matrix = np.array([[float(a) for a in row] for row in rows])
    taken = [[Fraction(float(a)) for a in row] for row in matrix]
    radius = float(rng.choice([0.0, 0.0, 1e-9, 3.0]))
    found = least_eigenvalue_lower_float(matrix, radius)
    if found == -np.inf:
        return "none"
    assert eigenvalues_less(taken, Fraction(found) + Fraction(radius)) == 0, (matrix, found)
    # Within 1e-9 of the trace of the truth, which is what makes the bound of use.
    near = (
        Fraction(found)
        + Fraction(radius)
        + sum(abs(taken[i][i]) for i in range(len(taken))) / 10**9
    )
    return "sharp" if eigenvalues_less(taken, near) else "loose"


def inertia_case(rng: np.random.Generator) -> str:
    rows = hostile_matrix(rng, 60)
    shift = rows[0][0] if rng.random() < 0.3 else Fraction(int(rng.integers(-40, 41)), 8)
    with working_precision(int(rng.choice([24, 64, 200]))):
        found = eigenvalues_below(ball_matrix(tuple(map(tuple, rows))), ball(shift))
    if found is None:
        return "undecided"
    assert found == eigenvalues_less(rows, shift) and not is_eigenvalue(rows, shift), (rows, shift)
    return "decided"


x, y = sympy.symbols("x y", real=True)
j = sympy.Symbol("j", integer=True, nonnegative=True)
Tree = tuple[sympy.Expr, Callable[[dict[str, Fraction]], Fraction]]


def tree(rng: np.random.Generator, depth: int) -> Tree:
    """A random expression with an exact evaluator of its own."""
    if depth == 0:
        kind = int(rng.integers(0, 3))
        if kind == 2:
            value = Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 10)))
            return sympy.Rational(value.numerator, value.denominator), lambda at: value
        symbol = (x, y)[kind]
        return symbol, lambda at: at[symbol.name]
    kind = int(rng.integers(0, 12))
    a, f = tree(rng, depth - 1)
    if kind <= 3:
        b, g = tree(rng, depth - 1)
        return (
            (a + b, lambda at: f(at) + g(at)),
            (a - b, lambda at: f(at) - g(at)),
            (a * b, lambda at: f(at) * g(at)),
            (a / (1 + b**2), lambda at: f(at) / (1 + g(at) ** 2)),
        )[kind]
    if kind == 4:
        power = int(rng.integers(2, 4))
        return a**power, lambda at: f(at) ** power
    if kind == 5:
        return sympy.sqrt((a * a + 1) ** 2), lambda at: f(at) ** 2 + 1
    if kind == 6:
        b, g = tree(rng, depth - 1)
        return sympy.Max(a, b), lambda at: max(f(at), g(at))
    if kind == 7:
        b, g = tree(rng, depth - 1)
        return sympy.Min(a, b), lambda at: min(f(at), g(at))
    if kind == 8:
        return sympy.Abs(a), lambda at: abs(f(at))
    if kind == 9:
        return sympy.floor(a), lambda at: Fraction(f(at).__floor__())
    if kind == 10:
        k = int(rng.integers(0, 5))
        counted = sympy.binomial(j, k) + sympy.factorial(j)
        return a + counted, lambda at: f(at) + comb(int(at["j"]), k) + factorial(int(at["j"]))
    index = sympy.Symbol("k", integer=True)
    last = int(rng.integers(1, 6))
    total = sympy.Sum(a * index, (index, 1, last))
    return total, lambda at: f(at) * (last * (last + 1) // 2)


def formula_case(rng: np.random.Generator) -> str:
    expr, truth = tree(rng, int(rng.integers(1, 4)))
    narrow = 0
    for _ in range(5):  # values that are balls only, exact dyadic ones, and coincidences
        at = {
            name: Fraction(int(rng.integers(-60, 61)), int(rng.choice([1, 2, 3, 7, 1024])))
            for name in ("x", "y")
        } | {"j": Fraction(int(rng.integers(0, 12)))}
        value = truth(at)
        with working_precision(int(rng.choice([24, 53, 128]))):
            found = BallReader({name: ball(v) for name, v in at.items()}).read(expr)
        if not found.is_finite():
            continue
        low, high = ends(found)  # `found.contains(fmpq)` would round the fraction first
        assert low <= value <= high, (expr, at, found, value)
        narrow += bool(high - low <= 1 + abs(value) / 1000)
    return "narrow" if narrow == 5 else "wide"


def polynomial(rng: np.random.Generator) -> fmpq_poly:
    """Random, or with a double root (almost) inside the box: the hardest to bound away from 0."""
    line = fmpq_poly([0, 1])
    free = fmpq_poly([fmpq(int(a), 4) for a in rng.integers(-12, 13, int(rng.integers(1, 5)))])
    if rng.random() < 0.4:
        return free + int(rng.integers(0, 4))
    root = fmpq(int(rng.integers(-1, 10)), int(rng.choice([8, 7])))
    lift = fmpq(int(rng.integers(-1, 2)), 2 ** int(rng.integers(2, 40)))
    return (line - root) ** 2 * (1 + free * free) + lift


def cover_case(rng: np.random.Generator) -> str:
    poly = polynomial(rng)
    coefficients = [ball(Fraction(int(c.p), int(c.q))) for c in poly.coeffs()]

    def gap(at: dict[str, arb]) -> arb:
        total = arb(0)
        for c in reversed(coefficients):
            total = total * at["t"] + c
        return total

    found = branch_and_bound(gap, {"t": (Fraction(0), Fraction(1))}, 120, 64)
    if found.witness is not None:
        assert poly(exact(Fraction(found.witness["t"]))) < 0, (poly, found.witness)
        return "refuted"
    if found.left:
        return "undecided"
    assert poly(fmpq(0)) > 0, poly
    assert poly.degree() < 1 or roots_between(poly, fmpq(0), fmpq(1)) == 0, poly
    return "proved"


PYTHAGOREAN = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (1, 0, 1), (0, 2, 2))


def dual_case(rng: np.random.Generator) -> str:
    """Opposite inputs are fitted one by one, so min J is rational: soft thresholding."""
    a, b, size = PYTHAGOREAN[int(rng.integers(0, len(PYTHAGOREAN)))]
    n = int(rng.integers(1, 3))
    rows = [[a, b], [-a, -b]][:n]
    targets = [Fraction(int(t), 8) for t in rng.integers(-40, 41, n)]
    lam = Fraction(int(rng.integers(1, 80)), 16)
    least, right = Fraction(0), []
    for row, target in zip(rows, targets, strict=True):
        mass = (abs(target) * size - n * lam) / Fraction(size) ** 2
        if mass <= 0:
            least += target**2 / (2 * n)
            continue
        least += lam * abs(target) / size - n * lam**2 / (2 * Fraction(size) ** 2)
        right.append((1 if target > 0 else -1, [mass * entry / size for entry in row]))
    shake = Fraction(int(rng.integers(-9, 10)), 2 ** int(rng.integers(3, 60)))
    measure = [Dirac(sign, tuple(entry * (1 + shake) for entry in u)) for sign, u in right]
    if rng.random() < 0.3:  # a measure that has nothing to do with the problem
        u = tuple(Fraction(int(c), 4) for c in rng.integers(-8, 9, 2))
        measure.append(Dirac(int(rng.choice([-1, 1])), u if any(u) else (Fraction(1), Fraction(0))))
    certificate = prove(problem(rows, targets, lam), measure)
    assert certificate.lower <= least, (rows, targets, lam, measure)
    assert not certificate.upper() < ball(least), (rows, targets, lam, measure)
    excess = certificate.upper() - ball(least)
    assert not certificate.gap() < excess, (rows, targets, lam, measure)
    return "tight" if certificate.gap() < arb("1e-3") else "loose"


# name: (case, fast count, deep count, a result that must not be rare)
KINDS: dict[str, tuple[Callable[[np.random.Generator], str], int, int, str]] = {
    "least eigenvalue, ball": (ball_case, 400, 20_000, "narrow"),
    "least eigenvalue, float64": (float_case, 500, 30_000, "sharp"),
    "inertia": (inertia_case, 400, 20_000, "decided"),
    "formula": (formula_case, 250, 12_000, "narrow"),
    "branch and bound": (cover_case, 300, 15_000, "proved"),
    "dual gap": (dual_case, 150, 5_000, "tight"),
}


def run(kind: str, cases: int, seed: int) -> None:
    case, *_, wanted = KINDS[kind]
    rng = np.random.default_rng([seed, *kind.encode()])
    seen = Counter(case(rng) for _ in range(cases))
    # A certificate that never says anything is sound and useless: a fifth must say something.
    assert seen[wanted] >= cases / 5, seen
    print(f"{kind}: {cases} cases, none wrong, {dict(seen)}")


def test_the_fast_slice_has_two_thousand_cases_and_the_deep_one_a_hundred_thousand():
    assert sum(fast for _, fast, _, _ in KINDS.values()) >= 2000
    assert sum(deep for _, _, deep, _ in KINDS.values()) >= 100_000


@pytest.mark.parametrize("kind", KINDS)
def test_certificates_are_never_wrong(kind):
    run(kind, KINDS[kind][1], seed=1)


@pytest.mark.deep
@pytest.mark.parametrize("kind", KINDS)
def test_certificates_are_never_wrong_in_many_cases(kind):
    run(kind, KINDS[kind][2], seed=2)


def test_an_indefinite_matrix_without_diagonal_is_enclosed():
    """Its trace is zero, so that no bound of its norm may come from the diagonal."""
    for entry in (Fraction(2048, 3), Fraction(-1, 2**24), Fraction(2) ** 2000):
        with working_precision(64):
            found = least_eigenvalue(ball_matrix(((0, entry), (entry, 0))))
        low, high = ends(found)
        assert low <= -abs(entry) <= high < 0
    with working_precision(64):
        assert not least_eigenvalue(ball_matrix(((0, 1), (1, 0))) * arb.pos_inf()).is_finite()


# --- controls: the same comparisons catch certificates that are wrong


def test_control_exact_counts_are_right():
    rows = [[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]]
    assert [eigenvalues_less(rows, Fraction(s)) for s in (0, 1, 2, 3, 4)] == [0, 0, 1, 1, 2]
    assert is_eigenvalue(rows, Fraction(3)) and not is_eigenvalue(rows, Fraction(2))
    assert roots_between(fmpq_poly([-1, 0, 4]), fmpq(0), fmpq(1)) == 1
    assert roots_between(fmpq_poly([1, -4, 4]), fmpq(0), fmpq(1)) == 1


def test_control_plain_floats_are_wrong_on_these_cases():
    """eigvalsh as a "lower bound" fails on them, so the cases do bite."""
    rng, wrong = np.random.default_rng(3), 0
    for _ in range(200):
        matrix = np.array([[float(a) for a in row] for row in hostile_matrix(rng, 0)])
        taken = [[Fraction(float(a)) for a in row] for row in matrix]
        wrong += eigenvalues_less(taken, Fraction(float(np.linalg.eigvalsh(matrix)[0]))) > 0
    assert wrong >= 20


@pytest.mark.parametrize(
    ("kind", "name", "broken"),
    [
        ("least eigenvalue, ball", "least_eigenvalue", lambda m: arb(m[0, 0].mid())),
        ("least eigenvalue, float64", "least_eigenvalue_lower_float",
         lambda matrix, radius: float(np.linalg.eigvalsh(matrix)[0]) - radius),
        ("inertia", "eigenvalues_below", lambda matrix, bound: 1),
    ],
)  # fmt: skip
def test_control_a_broken_certificate_is_found(kind, name, broken, monkeypatch):
    monkeypatch.setitem(globals(), name, broken)
    with pytest.raises(AssertionError):
        run(kind, 200, seed=1)
