"""What `data` prints, against the exact calculator on the same float rows taken as exact."""

import json
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.asymmetric.convergence import initial_width, relu_ntg_change, relu_width
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.data_spectrum import mean_ntg_float
from theory.asymmetric.departure import departure
from theory.asymmetric.eigenvalue import (
    greatest_squared_cosine,
    kappa,
    kappa_lower,
    kappa_lower_closed,
)
from theory.bias.data_alignment import alignment_float
from theory.bias.data_spectrum import data_spectrum
from theory.bias.generalization import alignment, main_term
from theory.bias.kernel import kernel_least_eigenvalue
from theory.bias.unrestricted import log_lower
from theory.dual.lambda_max import lambda_max_squared
from theory.dual.lambda_max_float import lambda_max_float
from theory.dual.problem import problem
from theory.dual.training import certified_optimum
from theory.exact import InputError, dot
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import (
    greatest_eigenvalue_upper_float,
    least_eigenvalue_lower_float,
    least_eigenvalue_upper_float,
    squared_norm_upper_float,
)
from verify.cli import main
from verify.data import table
from verify.data.decimals import down, near, up
from verify.data.facts import Fact, facts
from verify.data.load import load
from verify.data.lottery_facts import most_identifiable
from verify.data.prepare import prepare

BITS = 200


def exact(X):
    """Float rows as the fractions they are."""
    return tuple(tuple(map(Fraction, row)) for row in np.asarray(X).tolist())


def floats(X):
    return np.array([[float(a) for a in row] for row in X])


def random_rows(seed, n, d):
    """Rows of norm at most 1; the last one almost parallel to the first."""
    X = np.random.default_rng(seed).normal(size=(n, d))
    X[-1] = X[0] + 1e-2 * X[1]
    return X / (1.01 * np.linalg.norm(X, axis=1).max())


SAMPLES = {name: floats(data.X) for name, data in DATA_SETS.items()}
SAMPLES |= {f"random{seed}": random_rows(seed, 5 + seed, 3) for seed in range(3)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Seven rows, three inputs, a target of two values; no two rows proportional."""
    path = tmp_path_factory.mktemp("data") / "small.csv"
    rng = np.random.default_rng(5)
    rows = [[*map(float, row), float(row[0] + row[1] > 0)] for row in rng.normal(size=(7, 3))]
    lines = ["a,b,c,y", *(",".join(map(repr, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return prepare(load(str(path)))


@pytest.fixture(scope="module")
def told(prepared):
    """(name, at) -> fact, over all papers."""
    found = facts(prepared, None, gamma="1/2", delta="1/10")
    return {(fact.name, fact.at): fact for fact in found}


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.integers(1, 8))
def test_decimals_keep_their_side(value, digits):
    low, high = Fraction(down(value, digits)), Fraction(up(value, digits))
    assert low <= value <= high
    assert high - low <= Fraction(abs(value)) * Fraction(10) ** (1 - digits) * Fraction(11, 10)
    assert low <= Fraction(near(value, digits)) <= high


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7))
def test_eigenvalue_bounds_of_integer_matrices(seed, n):
    """Both sides meet LAPACK's values to their own accuracy."""
    A = np.random.default_rng(seed).integers(-4, 5, size=(n, n)).astype(float)
    A = A + A.T
    values = np.linalg.eigvalsh(A)
    allowance = 1e-12 * (1 + np.abs(A).sum())  # n = 7 and entries of at most 8: 1e3 roundings
    low, high = least_eigenvalue_lower_float(A), least_eigenvalue_upper_float(A)
    assert low <= values[0] + allowance and values[0] - allowance <= high
    assert low <= high < low + 2 * allowance
    top = greatest_eigenvalue_upper_float(A)
    assert values[-1] - allowance <= top <= values[-1] + 2 * allowance
    square = float(np.linalg.norm(A, 2)) ** 2
    assert square * (1 - 1e-12) <= squared_norm_upper_float(A) <= square * (1 + 1e-10) + 1e-10


@pytest.mark.parametrize("name", SAMPLES)
def test_kappa_and_departure_enclose_the_exact_values(name):
    X = SAMPLES[name]
    found = mean_ntg_float(X)
    with working_precision(BITS):
        truth, spread = kappa(exact(X)), departure(exact(X))
        assert arb(found.least_eigenvalue_lower) <= truth <= arb(found.least_eigenvalue_upper)
        value, error = found.departure
        assert abs(spread - arb(value)) <= arb(error)
        least = min(dot(x, x) for x in exact(X))
        square = greatest_squared_cosine(exact(X))
        assert ball(square) <= ball(Fraction(found.cosine_bound) ** 2)
        closed = kappa_lower_closed(len(X), X.shape[1], least, square)
        assert 0 < closed < kappa_lower(exact(X)) < truth
    # Narrow against kappa >= 1e-4, so that a wrong constant would show.
    assert found.least_eigenvalue_upper - found.least_eigenvalue_lower < 1e-13
    assert error < 1e-12 * value


@pytest.mark.parametrize("B", ["0", "1", "2"])
def test_alignment_encloses_the_exact_value(B):
    X = SAMPLES["F"]
    y = [0.5, -1, 0.25, 2, -0.75, 1, 0, 3]
    with working_precision(BITS):
        truth = alignment(exact(X), tuple(map(Fraction, y)), Fraction(B))
        low, high = alignment_float(data_spectrum(X, float(B)), np.array(y))
        assert arb(low) <= truth <= arb(high)
    assert high - low < 1e-11 * high


def test_alignment_without_certificate_is_infinite():
    """Two equal directions: singular, nothing is proved, and nothing is invented."""
    twice = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert alignment_float(data_spectrum(twice, 0.0), np.ones(3)) == (0.0, np.inf)
    with pytest.raises(InputError, match="3 finite floats"):
        alignment_float(data_spectrum(np.eye(3), 0.0), np.ones(2))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 6))
def test_lambda_max_encloses_the_exact_value(seed, d, n):
    rng = np.random.default_rng(seed)
    X = rng.integers(-3, 4, size=(n, d)).astype(float)
    y = rng.integers(-3, 4, size=n).astype(float)
    found = lambda_max_float(X, y)
    square = lambda_max_squared(exact(X), tuple(map(Fraction, y.tolist())))
    assert Fraction(found.low) ** 2 <= square <= Fraction(found.high) ** 2
    assert found.high <= found.low * 1.0011 + 1e-300


def test_lambda_max_of_many_columns_uses_norms():
    """Orthogonal rows: lambda_max = max(|y+|, |y-|)/n, and the norm bound meets it."""
    y = np.array([3.0, 4.0, -12.0] + 9 * [0.0])
    found = lambda_max_float(np.eye(12), y)
    assert found.how == "norms"
    assert found.low <= 1.0 <= found.high < 1 + 1e-12


def test_asymmetrical_facts(prepared, told):
    X, C = exact(prepared.X), Fraction(float(np.abs(prepared.y).max()))
    half, tenth = Fraction(1, 2), Fraction(1, 10)
    with working_precision(BITS):
        truth = kappa(X)
        below(told, "kappa_n, least mean eigenvalue", truth)
        below(told, "constructive lower bound of kappa_n", kappa_lower(X), 2)
        limit = min(dot(x, x) for x in X) / 6
        above(told, "upper bound min|x|^2/(2d) of kappa_n", ball(limit))
        above(told, "width of Proposition C.1", initial_width(X, tenth))
        for k in (1, 2, 3):
            above(told, f"width term T{k} of Theorem 4.1", relu_width(X, half, tenth, C, k))
        change = relu_ntg_change(X, half, Fraction(7, 10), 2000, tenth, C)
        fact = told["|X|^2/d bounds |Theta_t-Theta_0| for free", ""]
        free = Fraction(fact.value)
        assert abs(float(free) - np.linalg.norm(prepared.X, 2) ** 2 / 3) < 1e-3 * float(free)
        ratio = Fraction(told["(d) of Theorem 4.1 over |X|^2/d", "m = 2,000"].value)
        assert abs(ball(ratio) * ball(free) / change - 1) < arb("2e-3")
        # At gamma = 1 and the width told, (d) is what holds for free (both to four digits).
        m = int(Fraction(told["width from which (d) speaks at gamma = 1", ""].value))
        there = relu_ntg_change(X, Fraction(1), None, m, tenth, C)
        assert abs(there / ball(free) - 1) < arb("1e-3")
    assert told["width term T3 of Theorem 4.1", ""].vacuous
    assert told["(d) of Theorem 4.1 over |X|^2/d", "every m"].vacuous


def test_no_width_brings_the_tangent_bound_back(prepared, told):
    """The sums of lambda^(3/2) fall with m towards a positive limit, so the ratios fall too."""
    name = "(d) of Theorem 4.1 over |X|^2/d"
    ratios = [float(told[name, at].value) for at in ("m = 2,000", "m = 1,000,000", "every m")]
    assert ratios == sorted(ratios, reverse=True) and ratios[-1] > 1


def test_bias_facts(prepared, told):
    unit, y = exact(prepared.unit), tuple(map(Fraction, prepared.y.tolist()))
    signs = tuple(map(Fraction, prepared.signs.tolist()))
    with working_precision(BITS):
        for B in ("0", "1", "3"):
            at = f"B = {B}"
            truth = kernel_least_eigenvalue(unit, Fraction(B))
            below(told, "lambda_min(H_inf)", truth, at=at)
            below(told, "  explicit lower bound in log n", log_lower(unit, Fraction(B)), at=at)
            assert ball(Fraction(told["  upper bound, closest pair", at].value)) >= truth
            above(told, "y^T H^-1 y (target)", alignment(unit, y, Fraction(B)), at=at)
            term = main_term(unit, signs, Fraction(B))
            above(told, "main term T (labels -1, +1)", term, at=at)
            assert told["main term T (labels -1, +1)", at].vacuous == bool(term >= 1)
    assert told["lambda'(B, delta), its closed form", "B = 1"].vacuous
    assert not told["lambda'(B, delta), its closed form", "B = 0"].vacuous


def test_lottery_facts(told):
    """The largest s with even odds, by summing the binomial law."""
    from math import comb

    for K in (1, 2, 3):
        p = Fraction(2**K - 1, 2**K)
        mass = [comb(7, k) * p**k * (1 - p) ** (7 - k) for k in range(8)]
        most = max(s for s in range(8) if sum(mass[s:]) >= Fraction(1, 2))
        assert told["kept weights s, at most", f"K = {K}"].value == str(most)
        dense = told["weights of the dense student, K d", f"K = {K}"]
        assert dense.value == str(3 * K) and dense.vacuous == (most < 3 * K)
    assert [most_identifiable(n, 1) for n in (1, 2, 3, 399)] == [1, 1, 2, 200]


def test_dual_facts(prepared, told):
    low = Fraction(told["lambda_max, from below", ""].value)
    high = Fraction(told["lambda_max, from above", ""].value)
    X, y = exact(prepared.X), tuple(map(Fraction, prepared.y.tolist()))
    assert low**2 <= lambda_max_squared(X, y) <= high**2
    (at,) = {key[1] for key in told if key[0] == "J at the minimiser"}
    lam = lambda_max_float(prepared.X, prepared.y).low / 10
    assert at == f"lambda = {near(lam)}"
    best = certified_optimum(problem(X, y, Fraction(lam)), bits=120)
    shown = Fraction(told["J at the minimiser", at].value)
    assert abs(best.optimal_value() / ball(shown) - 1) < arb("1e-5")
    assert told["Diracs (neurons)", at].value == str(len(best.measure))


def below(told, name, truth, looseness=1.001, at=""):
    """The printed bound is at most the truth, and within `looseness` of it."""
    value = ball(Fraction(told[name, at].value))
    assert value <= truth <= value * arb(str(looseness)) + arb("1e-12"), name


def above(told, name, truth, at=""):
    value = ball(Fraction(told[name, at].value))
    assert truth <= value <= truth * arb("1.0011"), name


def test_parallel_rows_are_dropped_and_opposite_ones_kept(tmp_path):
    path = tmp_path / "parallel.csv"
    path.write_text("a,b,y\n1,2,0\n-1,-2,1\n2,4,1\n-2,-4,0\n3,-1,1\n-3,1,0\n")
    found = {
        (fact.paper[:4], fact.name, fact.at): fact
        for fact in facts(prepare(load(str(path))), None, gamma="1", delta="1/10")
    }
    assert found["Asym", "samples n, inputs d", ""].value == "2, 2"
    assert found["Larg", "samples n, inputs d", ""].value == "4, 2"
    assert float(found["Larg", "lambda_min(H_inf)", "B = 0"].value) > 0
    assert found["Larg", "separation delta of the samples", ""].vacuous
    assert not any("nan" in fact.value for fact in found.values())


def test_almost_equal_rows_are_never_overclaimed():
    """Certificates of nearly singular data may fail but never exceed the truth.

    Without the radius of the entries' errors they would, so this can fail.
    """
    overclaims = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(12, 3))
        X[1] = X[0] + 10.0 ** -rng.uniform(6, 11) * X[2]
        X /= 1.01 * np.linalg.norm(X, axis=1).max()
        found = mean_ntg_float(X)
        with working_precision(BITS):
            truth = kappa(exact(X))
            assert arb(found.least_eigenvalue_lower) <= truth <= arb(found.least_eigenvalue_upper)
            bare = arb(least_eigenvalue_lower_float(found.matrix))
            overclaims += bare > truth
    assert overclaims > 0


def test_json_has_every_field(capsys):
    assert main(["data", "iris", "--rows", "12", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert {"data", "rows", "inputs", "gamma", "delta", "preparation", "facts"} == set(record)
    assert len({fact["paper"] for fact in record["facts"]}) == 4
    for fact in record["facts"]:
        assert set(fact) == set(Fact.__dataclass_fields__)
        assert fact["vacuous"] in (True, False, None)
        assert all(isinstance(fact[k], str) for k in ("name", "value", "known", "meaning", "at"))
        assert fact["name"] and fact["value"] and fact["known"] and fact["paper"]
        assert "nan" not in fact["value"]


def test_text_fits_and_marks_what_is_vacuous(told):
    lines = list(table.lines_of(list(told.values())))
    assert max(map(len, lines)) <= table.WIDTH
    marked = [line for line in lines if line.strip().startswith("width term T3")]
    assert len(marked) == 1 and "*" in marked[0]
    for fact in told.values():
        assert any(fact.name in line and fact.value in line for line in lines), fact


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a,b\n1,red\n2,blue\n", "'red'"),
        (b"a,b\n1,2\n3\n", "complete or drop that line"),
        (b"a,b\n1,nan\n2,3\n", "'nan'"),
        (b"a,b\n1,2\n", "has 1 row;"),
        (b"a,b\n", "has 0 rows"),
        (b"", "has 0 rows"),
        (b"a,b,y\n1,2,3\n1,2,4\n1,2,5\n", "1 usable row;"),
        (b"a;b;y\n1;2;3\n2;3;4\n", "replace ';' by a comma"),
        (bytes(range(255, 0, -1)), "save it as UTF-8 CSV"),
        (b"a,b,y\n1e999,2,3\n2,3,4\n", "'1e999'"),
    ],
)
def test_bad_files_are_one_line_and_status_2(tmp_path, capsys, text, message):
    path = tmp_path / "bad.csv"
    path.write_bytes(text)
    assert main(["data", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert message in captured.err and "allowed: " in captured.err


@pytest.mark.parametrize(
    "text",
    [
        "a,b,k,y\n1,2,0,1\n2,3,0,0\n5,-1,0,3\n",
        "a,b,y\n1e300,2,1e300\n-1e300,3,2e300\n5e299,-1e300,-1e300\n",
        "a,b,y\n1e-300,2e-300,1e-300\n-1e-300,3e-300,2e-300\n5e-301,-1e-300,3\n",
        "a,y\n1,3\n2,3\n4,3\n",
        "a,b,y\n0,0,0\n1,2,0\n3,1,0\n",
    ],
    ids=["constant column", "huge", "tiny", "constant target, one input", "target 0"],
)
def test_odd_but_valid_data_give_numbers(tmp_path, text):
    path = tmp_path / "odd.csv"
    path.write_text(text)
    found = facts(prepare(load(str(path))), None, gamma="1/2", delta="1/10")
    assert len(found) > 60
    assert not any("nan" in fact.value or "inf" in fact.value for fact in found)
