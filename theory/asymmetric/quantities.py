"""The calculator's names for the paper on asymmetrical node scaling."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb

from theory.asymmetric import convergence, features, scaling
from theory.asymmetric.activations import activation_name, smooth_name
from theory.asymmetric.data_sets import admissible
from theory.asymmetric.departure import departure
from theory.asymmetric.eigenvalue import kappa, kappa_lower
from theory.asymmetric.kernel import mean_ntg_entry
from theory.exact import InputError, Matrix, between, integer, rational
from theory.quantity import Input, define

Result: TypeAlias = arb | Fraction


def _open_unit(name: str) -> Callable[[Any], Fraction]:
    return lambda value: between(value, name, low=0, high=1, open_low=True, open_high=True)


def _count(name: str) -> Callable[[Any], int]:
    return lambda value: integer(value, name, low=1)


def _relu_only(value: Any) -> str:
    if activation_name(value) != "relu":
        raise InputError(f"activation = {value!r} has no such bound", "relu")
    return "relu"


def _term(allowed: tuple[int, ...]) -> Callable[[Any], tuple[int, ...]]:
    def read(value: Any) -> tuple[int, ...]:
        if value == "max":
            return allowed
        if str(value).strip() in map(str, allowed):
            return (int(value),)
        raise InputError(f"term = {value!r} is unknown", ", ".join([*map(str, allowed), "max"]))

    return read


ALPHA = Input(_open_unit("alpha"), help="1/2")
ALPHA_OR_NONE = Input(_open_unit("alpha"), default=None, help="1/2")
GAMMA = Input(lambda v: between(v, "gamma", low=0, high=1), help="1/2")
GAMMA_POSITIVE = Input(lambda v: between(v, "gamma", low=0, high=1, open_low=True), help="1/2")
DELTA = Input(_open_unit("delta"), help="1/10")
FAILURE = Input(_open_unit("p"), help="1/10")
WIDTH = Input(_count("m"), help="2000")
UNIT = Input(_count("j"), help="1")
ROW_I = Input(_count("i"), help="1")
INDEX_K = Input(_count("k"), help="1")
EXPONENT = Input(lambda v: rational(v, "r"), help="2")
LABELS = Input(lambda v: between(v, "C", low=0), help="1")
DATA = Input(admissible, help='[["1","0"],["3/5","4/5"]]')
ACTIVATION = Input(activation_name, default="relu", help="relu")
SMOOTH_ACTIVATION = Input(smooth_name, help="tanh")


def _index(value: int, name: str, high: int) -> int:
    return integer(value, name, low=1, high=high)


@define("asym.zipf.weight", alpha=ALPHA, j=UNIT)
def _zipf_weight(alpha: Fraction, j: int) -> Result:
    """Zipf weight of unit j: j^(-1/alpha)/zeta(1/alpha)."""
    return scaling.zipf_weight(alpha, j)


@define("asym.zipf.power_sum", alpha=ALPHA, r=EXPONENT)
def _zipf_power_sum(alpha: Fraction, r: Fraction) -> Result:
    """Sum over all units of the r-th powers of the Zipf weights."""
    return Fraction(1) if r == 1 else scaling.zipf_power_sum(alpha, r)


@define("asym.zipf.tail", alpha=ALPHA, m=WIDTH)
def _zipf_tail(alpha: Fraction, m: int) -> Result:
    """Zipf mass beyond the first m units."""
    return scaling.zipf_tail(alpha, m)


@define("asym.scaling.weight", gamma=GAMMA, alpha=ALPHA_OR_NONE, m=WIDTH, j=UNIT)
def _scaling_weight(gamma: Fraction, alpha: Fraction | None, m: int, j: int) -> Result:
    """Scaling weight lambda_{m,j} of unit j."""
    return scaling.scaling_weight(gamma, alpha, m, j)


@define("asym.scaling.power_sum", gamma=GAMMA, alpha=ALPHA_OR_NONE, m=WIDTH, r=EXPONENT)
def _scaling_power_sum(gamma: Fraction, alpha: Fraction | None, m: int, r: Fraction) -> Result:
    """Sum over the units of lambda_{m,j}^r."""
    return Fraction(1) if r == 1 else scaling.scaling_power_sum(gamma, alpha, m, r)


@define("asym.ntg.entry", X=DATA, activation=ACTIVATION, i=ROW_I, k=INDEX_K)
def _ntg_entry(X: Matrix, activation: str, i: int, k: int) -> Result:
    """Entry of the mean neural tangent Gram matrix."""
    n = len(X)
    return mean_ntg_entry(X, activation, _index(i, "i", n), _index(k, "k", n))


@define("asym.ntg.min_eigenvalue", X=DATA, activation=ACTIVATION)
def _min_eigenvalue(X: Matrix, activation: str) -> Result:
    """kappa_n: least eigenvalue of the mean neural tangent Gram matrix."""
    return kappa(X, activation)


@define("asym.ntg.min_eigenvalue_lower", X=DATA, activation=Input(_relu_only, default="relu"))
def _min_eigenvalue_lower(X: Matrix, activation: str) -> Result:
    """Constructive lower bound of kappa_n for the ReLU."""
    return kappa_lower(X)


@define("asym.ntg.departure", X=DATA, activation=ACTIVATION)
def _departure(X: Matrix, activation: str) -> Result:
    """C_0(X): variance constant of the limiting tangent Gram matrix."""
    return departure(X, activation)


@define("asym.propC1.width", X=DATA, p=FAILURE, activation=ACTIVATION)
def _initial_width(X: Matrix, p: Fraction, activation: str) -> Result:
    """Width that Proposition C.1 asks for: 8 n log(n/p)/(kappa d)."""
    return convergence.initial_width(X, p, activation)


@define(
    "asym.thm4_1.width",
    X=DATA,
    gamma=GAMMA_POSITIVE,
    delta=DELTA,
    C=LABELS,
    term=Input(_term((1, 2, 3)), help="max"),
)
def _relu_width(
    X: Matrix, gamma: Fraction, delta: Fraction, C: Fraction, term: tuple[int, ...]
) -> Result:
    """Width that Theorem 4.1 (ReLU) asks for: one of its terms, or their maximum."""
    return _greatest(convergence.relu_width(X, gamma, delta, C, one) for one in term)


@define(
    "asym.thm4_1.movement",
    X=DATA,
    gamma=GAMMA_POSITIVE,
    alpha=ALPHA_OR_NONE,
    m=WIDTH,
    delta=DELTA,
    C=LABELS,
    j=UNIT,
)
def _movement(
    X: Matrix,
    gamma: Fraction,
    alpha: Fraction | None,
    m: int,
    delta: Fraction,
    C: Fraction,
    j: int,
) -> Result:
    """Bound (c) of Theorem 4.1 on the movement of unit j."""
    return convergence.relu_movement(X, gamma, alpha, m, delta, C, j)


@define(
    "asym.thm4_1.ntg_change",
    X=DATA,
    gamma=GAMMA_POSITIVE,
    alpha=ALPHA_OR_NONE,
    m=WIDTH,
    delta=DELTA,
    C=LABELS,
)
def _ntg_change(
    X: Matrix, gamma: Fraction, alpha: Fraction | None, m: int, delta: Fraction, C: Fraction
) -> Result:
    """Bound (d) of Theorem 4.1 on the change of the tangent Gram matrix."""
    return convergence.relu_ntg_change(X, gamma, alpha, m, delta, C)


@define(
    "asym.thm4_2.width",
    X=DATA,
    activation=SMOOTH_ACTIVATION,
    gamma=GAMMA_POSITIVE,
    delta=DELTA,
    C=LABELS,
    term=Input(_term((1, 2)), help="max"),
)
def _smooth_width(
    X: Matrix,
    activation: str,
    gamma: Fraction,
    delta: Fraction,
    C: Fraction,
    term: tuple[int, ...],
) -> Result:
    """Width that Theorem 4.2 (smooth) asks for: one of its terms, or their maximum."""
    return _greatest(convergence.smooth_width(X, activation, gamma, delta, C, one) for one in term)


@define(
    "asym.thm5_1.mean",
    X=DATA,
    activation=ACTIVATION,
    gamma=GAMMA,
    alpha=ALPHA_OR_NONE,
    m=WIDTH,
    j=UNIT,
    k=INDEX_K,
)
def _first_update(
    X: Matrix,
    activation: str,
    gamma: Fraction,
    alpha: Fraction | None,
    m: int,
    j: int,
    k: int,
) -> Result:
    """Mean of the first update of a weight (Theorem 5.1)."""
    k = _index(k, "k", len(X[0]))
    return features.first_update_mean(X, activation, gamma, alpha, m, j, k)


@define(
    "asym.thm5_2.entry",
    X=DATA,
    activation=SMOOTH_ACTIVATION,
    gamma=GAMMA,
    alpha=ALPHA_OR_NONE,
    m=WIDTH,
    i=ROW_I,
    k=INDEX_K,
)
def _first_kernel_change(
    X: Matrix,
    activation: str,
    gamma: Fraction,
    alpha: Fraction | None,
    m: int,
    i: int,
    k: int,
) -> Result:
    """Mean of the first change of a tangent kernel entry (Theorem 5.2)."""
    n = len(X)
    i, k = _index(i, "i", n), _index(k, "k", n)
    return features.first_kernel_change(X, activation, gamma, alpha, m, i, k)


def _greatest(values: Any) -> arb:
    first, *rest = values
    for value in rest:
        first = first.max(value)
    return first
