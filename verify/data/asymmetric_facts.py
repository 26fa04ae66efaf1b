"""What the theorems on asymmetrical node scaling say of a data set (ReLU)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from theory.asymmetric.convergence import INITIAL_WIDTH, RELU_NTG_CHANGE, RELU_WIDTHS
from theory.asymmetric.data_spectrum import TangentFloat, mean_ntg_float
from theory.asymmetric.eigenvalue import kappa_lower_closed, kappa_lower_from
from theory.asymmetric.scaling import scaling_power_sum, zipf_power_sum
from theory.exact import InputError
from theory.formula import Formula
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import UNIT_ROUNDOFF, squared_norm_upper_float
from verify.data.decimals import down, near, up
from verify.data.facts import REACHABLE, Fact
from verify.data.prepare import Prepared

PAPER = "Asymmetrical node scaling (ReLU)"
ALPHA = Fraction(7, 10)  # the Zipf exponent of the paper's own experiments at gamma = 1/2
WIDTHS = (2000, 10**6)
MOST_TERMS = 20_000
LOWER, UPPER = "certified lower bound", "certified upper bound"


@dataclass(frozen=True)
class _Setting:
    """The rows used and the numbers that enter the theorems."""

    X: np.ndarray
    tangent: TangentFloat
    least_square: Fraction
    gamma: Fraction
    delta: Fraction
    label_bound: Fraction

    @property
    def proved(self) -> bool:
        """Whether kappa_n is proved positive by its certificate."""
        return self.tangent.least_eigenvalue_lower > 0

    def at_least(self, formula: Formula, **more: Fraction | int | arb) -> arb:
        """A formula that falls in kappa, from below: at the upper bound of kappa_n."""
        return self._evaluate(formula, arb(self.tangent.least_eigenvalue_upper), more)

    def at_most(self, formula: Formula, **more: Fraction | int | arb) -> arb:
        """The same from above: at the lower bound of kappa_n, which must be proved."""
        return self._evaluate(formula, arb(self.tangent.least_eigenvalue_lower), more)

    def _evaluate(self, formula: Formula, kappa: arb, more: dict[str, Fraction | int | arb]) -> arb:
        n, d = self.X.shape
        values: dict[str, Fraction | int | arb] = {
            "n": n,
            "d": d,
            "kappa": kappa,
            "gamma": self.gamma,
            "delta": self.delta,
            "label_bound": self.label_bound,
            **more,
        }
        return formula.ball(**{s.symbol.name: values[s.symbol.name] for s in formula.symbols})


def facts(prepared: Prepared, *, gamma: Fraction, delta: Fraction) -> Iterator[Fact]:
    """kappa_n and its bounds, the widths asked for, and what conclusion (d) says."""
    X, y = prepared.X[prepared.lines], prepared.y[prepared.lines]
    n, d = X.shape
    # A sum of d squares loses at most (d + 2) u of itself.
    least = Fraction(float((X**2).sum(axis=1).min())) * (1 - Fraction(2 * (d + 2) * UNIT_ROUNDOFF))
    bound = Fraction(float(np.abs(y).max()))
    setting = _Setting(X, mean_ntg_float(X), least, gamma, delta, bound)
    with working_precision(128):
        yield Fact(
            "samples n, inputs d",
            f"{n}, {d}",
            "exact",
            "No two rows are proportional, as hypothesis H1 asks.",
        )
        yield from _eigenvalue(setting)
        yield from _departure(setting)
        yield from _widths(setting)
        yield from _movement_of_the_matrix(setting)


def _eigenvalue(setting: _Setting) -> Iterator[Fact]:
    tangent, (n, d) = setting.tangent, setting.X.shape
    if setting.proved:
        meaning = f"Float64 Cholesky proof; kappa_n <= {up(tangent.least_eigenvalue_upper)} too."
    else:
        meaning = (
            f"Nothing is proved in float64: kappa_n <= {up(tangent.least_eigenvalue_upper)}, two "
            f"rows have |cosine| up to {up(tangent.cosine_bound, 12)}; drop one of them."
        )
    value = down(tangent.least_eigenvalue_lower) if setting.proved else "0"
    yield Fact("kappa_n, least mean eigenvalue", value, LOWER, meaning)
    constructive = _constructive(n, d, setting.least_square, Fraction(tangent.cosine_bound) ** 2)
    yield Fact(
        "constructive lower bound of kappa_n",
        down(constructive),
        LOWER,
        "From the closest pair of directions alone (Proposition 3.1 made explicit).",
        not bool(constructive > 0),
    )
    yield Fact(
        "upper bound min|x|^2/(2d) of kappa_n",
        up(setting.least_square / (2 * d) * (1 + Fraction(4 * (d + 2) * UNIT_ROUNDOFF))),
        UPPER,
    )


def _constructive(n: int, d: int, least_square: Fraction, square: Fraction) -> arb:
    if square >= 1:
        return arb(0)
    closed = kappa_lower_closed(n, d, least_square, square).max(arb(0))
    try:
        return kappa_lower_from(n, d, least_square, square, most_terms=MOST_TERMS).max(closed)
    except InputError:  # nearly parallel rows: the sum is too long
        return closed


def _departure(setting: _Setting) -> Iterator[Fact]:
    value, error = setting.tangent.departure
    yield Fact(
        "C_0(X), variance of the tangent matrix",
        near(value),
        f"float64, error at most {up(error, 2)}",
        "E|Theta - Theta*|_F^2 = C_0(X) times the sum of the squared node weights.",
    )


def _widths(setting: _Setting) -> Iterator[Fact]:
    delta = setting.delta
    yield _width(
        "width of Proposition C.1",
        setting,
        INITIAL_WIDTH,
        f"From it on the matrix at the start keeps gamma kappa/2 with probability 1 - {delta}.",
    )
    said = {
        3: f"All three at gamma = {setting.gamma}, delta = {delta}, C = {up(setting.label_bound)}. "
        "Below the greatest, T3, nothing is asserted; T1 and T2 never bind, as kappa <= 1/(2d)."
    }
    for k, formula in RELU_WIDTHS.items():
        yield _width(f"width term T{k} of Theorem 4.1", setting, formula, said.get(k, ""))
    yield Fact(
        "T3/T1, the binding term over the first",
        down(setting.at_least(RELU_WIDTHS[3]) / setting.at_least(RELU_WIDTHS[1])),
        LOWER,
    )


def _width(name: str, setting: _Setting, formula: Formula, meaning: str) -> Fact:
    """A width with kappa_n from below, or what it is at least when nothing is proved below."""
    least = setting.at_least(formula, failure=setting.delta)
    if not setting.proved:
        return Fact(name, down(least), LOWER, meaning, True if least > REACHABLE else None)
    most = setting.at_most(formula, failure=setting.delta)
    vacuous = True if least > REACHABLE else None if most > REACHABLE else False
    return Fact(name, up(most), UPPER, meaning, vacuous)


def _movement_of_the_matrix(setting: _Setting) -> Iterator[Fact]:
    """Conclusion (d) beside what holds for free: |Theta_t - Theta_0| <= |X|_2^2/d."""
    free = arb(squared_norm_upper_float(setting.X)) / setting.X.shape[1]
    yield Fact("|X|^2/d bounds |Theta_t-Theta_0| for free", up(free), UPPER)
    for at, total in _power_sums(setting.gamma):
        ratio = setting.at_least(RELU_NTG_CHANGE, weight_sum_three_halves=total) / free
        yield Fact(
            "(d) of Theorem 4.1 over |X|^2/d",
            down(ratio),
            LOWER,
            f"gamma = {setting.gamma}, Zipf weights with alpha = {ALPHA}. Above 1 conclusion (d) "
            "says less than what holds for free.",
            True if ratio > 1 else None,
            at=at,
        )
    m = _speaking_width(setting, free)
    yield Fact(
        "width from which (d) speaks at gamma = 1",
        down(m),
        LOWER,
        "There the sum of lambda^(3/2) is m^(-1/2); below gamma = 1 it stays away from 0.",
        bool(m > REACHABLE),
    )


def _power_sums(gamma: Fraction) -> Iterator[tuple[str, arb]]:
    """Sums of lambda^(3/2) at some widths, and below gamma = 1 a lower bound at every width.

    By eq. 17 the sum is at least (1-gamma)^(3/2) (sum_{j<=m} w^(3/2))/S_m^(3/2). That ratio
    falls in m: a new weight a <= w_j adds a^r/P <= a/S to the numerator P and a/S to S.
    """
    for m in WIDTHS:
        yield f"m = {m:,}", scaling_power_sum(gamma, ALPHA, m, Fraction(3, 2))
    if gamma < 1:
        limit = zipf_power_sum(ALPHA, Fraction(3, 2))
        yield "every m", ball(1 - gamma) ** arb("1.5") * limit


def _speaking_width(setting: _Setting, free: arb) -> arb:
    """At least the m with A m^(-1/2) + B m^(-1/4) = free, for gamma = 1.

    There the sum of lambda^(3/2) is m^(-1/2). A and B are the two terms of (d) for a sum of 1,
    told apart by its values at the sums 1 and 1/16: A + B and A/16 + B/4.
    """
    whole = setting.at_least(RELU_NTG_CHANGE, gamma=Fraction(1), weight_sum_three_halves=1)
    sixteenth = Fraction(1, 16)
    part = setting.at_least(RELU_NTG_CHANGE, gamma=Fraction(1), weight_sum_three_halves=sixteenth)
    B = (16 * part - whole) / 3
    A = whole - B
    root = 2 * free / (B + (B * B + 4 * A * free).sqrt())
    return root ** (-4)
