"""Reasons of survivors of both papers' claims, recomputed by hand: no engine, no balls.

Each row writes truth, bound and wrong bound at its cells in plain numbers with mpmath; what the
engine says of the mutant at these cells must be the least and largest quotient of these.
"""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from mpmath import binomial, erfc, exp, log, mp, mpf, pi, sqrt, zeta

from verify.check import job
from verify.engines import survivors
from verify.evidence import AUTOMATIC
from verify.run import run_inline

mp.dps = 40


def real(text):
    return mpf(Fraction(text).numerator) / Fraction(text).denominator


def Q(x):
    return erfc(x / sqrt(2)) / 2


def more_than(bound, m, p):
    """P(Bin(m, p) > m bound), summed from the first integer above."""
    first = int(mp.floor(m * bound)) + 1
    return sum(binomial(m, k) * p**k * (1 - p) ** (m - k) for k in range(max(first, 0), m + 1))


def at_most(most, trials, p):
    return sum(binomial(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(most + 1))


def shares(wrong):
    """bias.sp.init: delta beside n P(share > bound), bound and wrong bound by Bernstein."""

    def row(cell):
        n, m, q = cell["n"], cell["m"], Q(real(cell["B"]))
        delta = real(cell.get("delta", "1/20"))
        L = log(n / delta)
        right = q + sqrt(2 * q * (1 - q) * L / m) + L / (3 * m)
        left = wrong(q, n, m, delta)
        return delta / (n * more_than(right, m, q)), delta / (n * more_than(left, m, q))

    return row


def third(q, n, m, delta):
    L = log(n / delta)
    return q + sqrt(2 * q * (1 - q) * L / m) + L / (6 * m)


def squared_n(q, n, m, delta):
    return q + sqrt(2 * q * (1 - q) * log(n**2 / delta) / m) + log(n / delta) / (3 * m)


def none_active_above(cell):
    n, missing = cell["n"], (1 - Q(real(cell["B"]))) ** cell["m"]
    truth = 1 - (1 - missing) ** n
    return n * missing / truth, n**2 * missing / truth


def none_active_below(cell):
    n, B = cell["n"], real(cell["B"])
    missing = (1 - Q(B)) ** cell["m"]
    truth = 1 - (1 - missing) ** n
    return truth / missing, truth / (1 - erfc(B / 2) / 2) ** cell["m"]  # sqrt(2) dropped


def complexity(cell):
    """Mean over the four choices of signs of two features, from their 2 x 2 Gram matrix."""
    first, second = cell["active"]
    width, rho, D = len(first), real(cell["rho"]), real(cell.get("D", "1"))
    both = [[mpf(sum(a == b == "1" for a, b in zip(p, q, strict=True))) / width
             for q in (first, second)] for p in (first, second)]  # fmt: skip
    g11, g22, g12 = 2 * both[0][0], 2 * both[1][1], (1 + rho) * both[0][1]
    mean = (sqrt(g11 + g22 + 2 * g12) + sqrt(g11 + g22 - 2 * g12)) / 2
    return D * mean / 2, D, (both[0][0] + both[1][1]) / 2


def complexity_above(cell):
    found, D, share = complexity(cell)
    return D * sqrt(2 * share / 2) / found, D * sqrt(4 * share / 2) / found


def complexity_below(cell):
    found, D, share = complexity(cell)
    return found / (D * sqrt(share / 2)), found / (D * share / sqrt(2))


def samples(cell):
    """bias.gen.poly: the main term 2 sqrt(2 Q (1/Q^2)/n) at n just above 8/Q, or 16/Q."""
    q = Q(real(cell["B"]))
    return tuple(1 / (2 * sqrt(2 / q / (mp.ceil(c / q) + 1))) for c in (8, 16))


def worst_case(cell):
    """Two orthogonal samples: K is the identity, so that lambda_min(K o P) = Q(B)."""
    B = real(cell["B"])
    bound = sqrt(2) * exp(-(B**2) / 2) / 400
    return Q(B) / bound, Q(B) / (2 * bound)


def log_bound(B, order, constant):
    return constant * exp(-(B**2) / 2) / (2 * pi * sqrt(exp(1)) * sqrt(order - 1))


def axes(cell):
    """Three orthogonal samples: H = 2 Q on the diagonal, Q^2 off it; k = max(2, 1 + B^2/2)."""
    B = real(cell["B"])
    least, order = 2 * Q(B) - Q(B) ** 2, max(2, 1 + mp.ceil(B**2 / 2))
    return tuple(least / log_bound(B, order, c) for c in (mpf(2) / 5, mpf(4) / 5))


def opposite(cell):
    """Two antipodal samples: H = 2 Q I; r_+ = 0 and (n - 1)/e < 1 leave k = 2 for B <= 1."""
    B = real(cell["B"])
    return 2 * Q(B) / log_bound(B, 2, mpf(2) / 5), 2 * Q(B) / log_bound(B, 2, mpf(1) / 5)


def chernoff(wrong):
    def row(cell):
        n, p = cell.get("size", 1), real(cell["success"])
        mean = cell["trials"] * p
        eps = 1 - cell["most"] / mean
        truth = 1 - (1 - at_most(cell["most"], cell["trials"], p)) ** n
        bound = n * (exp(-eps) * (1 - eps) ** (eps - 1)) ** mean
        return bound / truth, wrong(n, eps, mean) / truth

    return row


def one_sample(wrong):
    """One sample x, d = 1: the mean square is lam x^2 (y^2/2 + x^2/2), kappa = x^2/2.

    The network's output has mean square x^2/2, and sigma' is active half of the time; of the
    unit itself the square of its output counts twice: E sigma^2 sigma'^2 = x^2/2, not x^2/4.
    """

    def row(cell):
        x, y, lam = (real(entry) for entry in (cell["X"][0][0], cell["y"][0], cell["weight"]))
        # (1 - lam) of the other units, independent: x^2/4; lam of its own: x^2/2
        truth = lam * x**2 * (y**2 / 2 + (1 - lam) * x**2 / 4 + lam * x**2 / 2)
        right = lam * x**2 / 2 * (y**2 + (1 - lam) * x**2 / 2)
        return truth / right, truth / (lam * x**2 / 2 * (y**2 + wrong(x, lam)))

    return row


def first_unit(cell):
    """lambda_1 = gamma/m + (1 - gamma)/(sum of j^(-1/alpha) up to m); the bound in the limit."""
    gamma, alpha, m = real(cell["gamma"]), real(cell["alpha"]), cell["m"]
    lam = gamma / m + (1 - gamma) / sum(mpf(j) ** (-1 / alpha) for j in range(1, m + 1))
    truth = lam * (mpf(9) / 2 + (1 - lam) / 4 + lam / 2)  # one_sample at x = 1, y = 3
    bound = (1 - gamma) / zeta(1 / alpha) * mpf(1) / 2 * 9
    return truth / bound, truth / (bound / zeta(1 / alpha))


def power_sum(cell):
    gamma, alpha, m = real(cell["gamma"]), real(cell["alpha"]), cell["m"]
    norm = sum(mpf(j) ** (-1 / alpha) for j in range(1, m + 1))
    truth = sum((gamma / m + (1 - gamma) * mpf(j) ** (-1 / alpha) / norm) ** 1.5
                for j in range(1, m + 1))  # fmt: skip
    bound = ((1 - gamma) / zeta(1 / alpha)) ** 1.5 * zeta(1.5 / alpha)
    return truth / bound, truth / (bound * (1 - gamma))


ONE = {"X": [["1"]], "y": ["3"]}
TAILS = [
    {"trials": 60, "success": "1/4", "most": 5, "size": 10},
    {"trials": 10, "success": "1/2", "most": 4},
]
PATTERNS = [
    {"rho": "99/100", "active": ["11110000", "11110000"]},
    {"rho": "-9/10", "active": ["11110000", "00011111"], "D": "2"},
]
SHARES = [{"n": n, "m": 400, "B": B} for n in (5, 20) for B in ("0", "1")]
NEED = [{"n": 3, "m": 50, "B": "1"}, {"n": 10, "m": 50, "B": "2"}]
BIASES = [{"B": B} for B in ("1/4", "1", "3")]

ROWS = [
    ("bias.sp.init/Enclose/3", "constant 1/3 to 1/6", SHARES, shares(third)),
    ("bias.sp.init/Enclose/3", "n to n^2 (1)", SHARES, shares(squared_n)),
    ("bias.conc.need/Enclose", "0: factor sqrt(2) dropped", NEED, none_active_below),
    ("bias.conc.need/Enclose/2", "1: n to n^2", NEED, none_active_above),
    (
        "bias.rad.linear/Enclose/2",
        "0: active_share to active_share^2",
        PATTERNS,
        complexity_below,
    ),
    ("bias.rad.linear/Enclose/3", "1: constant 2 to 4", PATTERNS, complexity_above),
    ("bias.gen.poly/Enclose/3", "2: constant 16 to 32", BIASES, samples),
    (
        "bias.lmin.worst.moderate/Enclose",
        "constant 1/100 to 1/50",
        [{"data": "orthogonal", "B": B} for B in ("0", "1", "4")],
        worst_case,
    ),
    (
        "bias.lmin.log/Enclose",
        "constant 1/5 to 2/5",
        [{"data": "axes", "B": B} for B in ("0", "1", "3")],
        axes,
    ),
    (
        "bias.lmin.onesided/Enclose",
        "constant 1/5 to 1/10",
        [{"data": "opposite pair", "B": B} for B in ("0", "1")],
        opposite,
    ),
    (
        "asym.propA1/Enclose/4",
        "n to n^2",
        TAILS,
        chernoff(lambda n, e, mean: n**2 * (exp(-e) * (1 - e) ** (e - 1)) ** mean),
    ),
    (
        "asym.propA1/Enclose/4",
        "factor exp(-deviation) dropped",
        TAILS,
        chernoff(lambda n, e, mean: n * ((1 - e) ** (e - 1)) ** mean),
    ),
    (
        "asym.gap.G6.repair/Enclose",
        "constant 1/2 to 1/4",
        [
            {"X": [["1"]], "y": ["3"], "weight": "1/10"},
            {"X": [["1/2"]], "y": ["0"], "weight": "1/2"},
        ],
        one_sample(lambda x, lam: (1 - lam) * x**2 / 4),
    ),
    (
        "asym.gap.G6.repair/Enclose",
        "factor 1 - weight dropped",
        [{"X": [["1"]], "y": ["1/4"], "weight": w} for w in ("1/10", "1/2")],
        one_sample(lambda x, lam: x**2 / 2),
    ),
    (
        "asym.gap.G11/Enclose",
        "exponent of zeta(1/alpha) from -1 to -2",
        [ONE | {"gamma": "1/5", "alpha": a, "m": 10} for a in ("1/2", "7/10")],
        first_unit,
    ),
    (
        "asym.gap.G4/Enclose",
        "exponent of 1 - gamma from 3/2 to 5/2",
        [{"gamma": g, "alpha": "1/2", "m": 100} for g in ("1/2", "1/5")],
        power_sum,
    ),
]


def expected(slacks):
    """What the reason must say of (claim's slack, mutant's slack) at the cells."""
    factors = [(wrong / right, right) for right, wrong in slacks]
    low, slack = min(factors)
    high = max(factors)[0]
    return ("weaker", low, high) if low > 1 - mpf(10) ** -20 else ("inside", 1 / low, slack)


def told(reason):
    kind = "weaker" if reason.startswith("weaker") else "inside"
    pattern = (
        r"by a factor (\S+?)(?: to (\S+))?, " if kind == "weaker" else r"up to (\S+), .* (\S+),"
    )
    first, second = re.search(pattern, reason).groups()
    return kind, float(first), float(second or first)


@pytest.mark.parametrize("check, mutant, cells, row", ROWS)
def test_the_figures_of_a_reason_are_those_of_a_computation_by_hand(
    check, mutant, cells, row, monkeypatch
):
    monkeypatch.setattr(survivors, "TRIALS", 0)  # these cells only
    listed = job(check)
    listed = replace(listed, check=replace(listed.check, cells=tuple(cells), vary={}))
    found = {m.name: m for m in run_inline(listed).mutants}[AUTOMATIC + mutant]
    assert not found.killed and found.proposed is None
    kind, *figures = told(found.reason)
    wanted, *by_hand = expected([row(cell) for cell in cells])
    assert kind == wanted
    for figure, value in zip(figures, by_hand, strict=True):
        assert figure == pytest.approx(float(value), rel=6e-3)  # three digits are printed


def records(listed, cells):
    changed = replace(listed, check=replace(listed.check, cells=tuple(cells)))
    return {m.name: m for m in run_inline(changed).mutants}


@pytest.mark.parametrize(
    "check",
    [
        "asym.gap.G6.repair/Enclose",
        "asym.gap.G11/Enclose",
        "bias.lmin.worst.moderate/Enclose",
        "bias.lmin.log/Enclose",
        "bias.lmin.onesided/Enclose",
    ],
)
def test_without_its_tightest_cell_a_check_is_told_where_to_look(check):
    listed = job(check)
    found = run_inline(listed)
    killed = {m.name for m in found.mutants if m.killed}
    slack = {i: r.figures["slack"][0] for i, r in enumerate(found.cells) if r.figures.get("slack")}
    tightest = min(slack, key=lambda index: slack[index])
    rest = [cell for index, cell in enumerate(listed.check.cells) if index != tightest]
    without = records(listed, rest)
    lost = {name: m.proposed for name, m in without.items() if name in killed and not m.killed}
    assert lost and all(lost.values())  # something survives now, and its cell is proposed
    again = records(listed, [*rest, *lost.values()])
    assert all(again[name].killed for name in lost)
