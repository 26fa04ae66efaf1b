"""The calculator's names of the paper on large initial bias."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from theory.bias import generalization, kernel, restricted, samples, training, unrestricted
from theory.bias.orthant_ball import orthant_ball
from theory.bias.tails import TAIL
from theory.exact import InputError, Matrix, Vector, between, integer, matrix, rational, vector
from theory.quantity import Input, define
from theory.rigor.balls import ball, current_precision, working_precision


def _truth(value: object) -> bool:
    text = str(value).lower()
    if text not in ("yes", "no", "true", "false"):
        raise InputError(f"normalize = {value!r}", "yes or no")
    return text in ("yes", "true")


def _squared_separation(value: object) -> Fraction:
    """delta^2, exactly, from delta or from the text sqrt(delta^2)."""
    text = str(value).replace(" ", "")
    if text.startswith("sqrt(") and text.endswith(")"):
        square = rational(text[5:-1], "delta^2")
        positive = square > 0
    else:
        delta = rational(value, "delta")
        positive, square = delta > 0, delta * delta
    if not (positive and square <= 2):
        raise InputError(
            f"delta = {value} is out of range",
            "0 < delta <= sqrt(2)",
            'roots are written "sqrt(2)"',
        )
    return square


def _bias(value: object) -> Fraction:
    return between(value, "B", low=0)


_B = Input(_bias, help="1/2")
_RHO = Input(lambda value: between(value, "rho", low=-1, high=1), help="3/10")
_DELTA = Input(_squared_separation, help="1/2")
_X = Input(lambda value: matrix(value, "X"), help='[["1","0"],["3/5","4/5"]]')
_Y = Input(lambda value: vector(value, "y"), help="[1,-1]")
_NORMALIZE = Input(_truth, default=False, help="yes")


def _samples(X: Matrix, normalize: bool) -> Matrix:
    return samples.distinct_rows(samples.unit_rows(X, normalize=normalize))


def _labels(y: Vector, rows: Matrix) -> Vector:
    return vector(y, "y", length=len(rows))


@define("bias.tail", B=_B)
def gaussian_tail(B: Fraction) -> arb:
    """Q(B), the probability that one neuron is active on one sample at the start."""
    return TAIL.ball(B=B)


@define("bias.orthant", B=_B, rho=_RHO)
def orthant(B: Fraction, rho: Fraction) -> arb | Fraction:
    """p(B, rho), the probability that one neuron is active on two samples at the start."""
    if rho == -1:
        return Fraction(0)
    with working_precision(current_precision() + _lost_bits(B, 1 + rho)):
        return orthant_ball(ball(B), ball(rho))


def _lost_bits(B: Fraction, gap: Fraction) -> int:
    """Bits that 1 + rho = gap and the exponent B^2/gap cost, so that one evaluation suffices."""
    small = gap.denominator.bit_length() - gap.numerator.bit_length()
    return max(0, small) + int(B * B / gap).bit_length()


@define("bias.nngp", B=_B, rho=_RHO)
def output_covariance(B: Fraction, rho: Fraction) -> arb | Fraction:
    """E (g1-B)+ (g2-B)+, the covariance of the outputs on two samples at the start."""
    return kernel.output_covariance(B, rho)


@define("bias.output_variance", B=_B)
def output_variance(B: Fraction) -> arb:
    """s^2(B) = (1+B^2) Q(B) - B phi(B), the variance of the output at the start."""
    return kernel.OUTPUT_VARIANCE.ball(B=B)


def _index(name: str) -> Input:
    return Input(lambda value: integer(value, name, low=1), help="1")


@define("bias.ntk.entry", X=_X, B=_B, i=_index("i"), k=_index("k"), normalize=_NORMALIZE)
def ntk_entry(X: Matrix, B: Fraction, i: int, k: int, normalize: bool) -> arb | Fraction:
    """Entry of H_inf: (1 + <x_i, x_k>) p(B, <x_i, x_k>)."""
    rows = samples.unit_rows(X, normalize=normalize)
    for name, index in (("i", i), ("k", k)):
        if index > len(rows):
            raise InputError(f"{name} = {index} exceeds the number of rows", f"1 to {len(rows)}")
    return kernel.kernel_entry(B, samples.correlation(rows[i - 1], rows[k - 1]))


@define("bias.ntk.min_eigenvalue", X=_X, B=_B, normalize=_NORMALIZE)
def ntk_min_eigenvalue(X: Matrix, B: Fraction, normalize: bool) -> arb:
    """Least eigenvalue of H_inf; positive for distinct samples."""
    return kernel.kernel_least_eigenvalue(_samples(X, normalize), B)


@define("bias.lmin.region", B=_B, delta=_DELTA)
def region(B: Fraction, delta: Fraction) -> arb:
    """Lambda(B, delta) = Q(B) - p(B, 1 - delta^2/2), the exact restricted bound."""
    return restricted.region_exact(ball(B), ball(delta))


@define("bias.lmin.region_closed", B=_B, delta=_DELTA)
def region_closed(B: Fraction, delta: Fraction) -> arb:
    """lambda'(B, delta), the restricted bound in closed form; may be negative."""
    return restricted.region_closed(ball(B), ball(delta))


@define("bias.lmin.vacuous_below", B=_B)
def vacuous_below(B: Fraction) -> arb | Fraction:
    """delta*(B): the closed form lambda'(B, delta) is positive exactly for delta above it."""
    return restricted.vacuous_below(B)


@define("bias.lmin.vacuous_from")
def vacuous_from() -> arb:
    """Bias from which on lambda' is negative for every separation."""
    return restricted.vacuous_interval()[0]


@define("bias.lmin.vacuous_to")
def vacuous_to() -> arb:
    """Bias up to which lambda' is negative for every separation."""
    return restricted.vacuous_interval()[1]


@define("bias.lmin.worst_case", X=_X, B=_B, normalize=_NORMALIZE)
def worst_case(X: Matrix, B: Fraction, normalize: bool) -> arb:
    """delta exp(-B^2/2)/(100 n^2), the worst-case lower bound of the least eigenvalue."""
    rows = _samples(X, normalize)
    return unrestricted.WORST_CASE.ball(B=B, separation=samples.separation(rows), n=len(rows))


@define("bias.lmin.hermite", X=_X, B=_B, normalize=_NORMALIZE)
def hermite(X: Matrix, B: Fraction, normalize: bool) -> arb:
    """Hermite-Gershgorin lower bound of the least eigenvalue of H_inf."""
    return unrestricted.hermite_lower(_samples(X, normalize), B)


@define("bias.lmin.log", X=_X, B=_B, normalize=_NORMALIZE)
def log_bound(X: Matrix, B: Fraction, normalize: bool) -> arb:
    """Explicit lower bound of the least eigenvalue, in the separation up to sqrt(log n)."""
    return unrestricted.log_lower(_samples(X, normalize), B)


@define("bias.lmin.onesided", X=_X, B=_B, normalize=_NORMALIZE)
def one_sided(X: Matrix, B: Fraction, normalize: bool) -> arb:
    """Explicit lower bound of the least eigenvalue that allows antipodal samples."""
    return unrestricted.log_lower(_samples(X, normalize), B, one_sided=True)


@define("bias.lmin.upper", X=_X, B=_B, normalize=_NORMALIZE)
def upper(X: Matrix, B: Fraction, normalize: bool) -> arb:
    """Upper bound of the least eigenvalue from the closest pair of samples."""
    return unrestricted.pair_upper(_samples(X, normalize), B)


@define("bias.alignment", X=_X, y=_Y, B=_B, normalize=_NORMALIZE)
def alignment(X: Matrix, y: Vector, B: Fraction, normalize: bool) -> arb | Fraction:
    """y^T H_inf^(-1) y."""
    rows = _samples(X, normalize)
    return generalization.alignment(rows, _labels(y, rows), B)


@define("bias.generalization.main_term", X=_X, y=_Y, B=_B, normalize=_NORMALIZE)
def main_term(X: Matrix, y: Vector, B: Fraction, normalize: bool) -> arb | Fraction:
    """2 sqrt(2 Q(B) y^T H_inf^(-1) y / n)."""
    rows = _samples(X, normalize)
    return generalization.main_term(rows, _labels(y, rows), B)


_TERMS = {
    "1": training.WIDTH_MOVEMENT,
    "2": training.WIDTH_BIAS,
    "3": training.WIDTH_CONCENTRATION,
}


def _term(value: object) -> str:
    if str(value) not in (*_TERMS, "max"):
        raise InputError(f"term = {value}", "1, 2, 3 or max")
    return str(value)


_WIDTH_INPUTS = {
    "X": _X,
    "B": _B,
    "squared_residual": Input(lambda value: between(value, "squared_residual", low=0), help="2"),
    "delta": Input(
        lambda value: between(value, "delta", low=0, high=1, open_low=True, open_high=True),
        help="1/20",
    ),
    "normalize": _NORMALIZE,
}


@define("bias.conv.width", **_WIDTH_INPUTS, term=Input(_term, default="max", help="max"))
def width(
    X: Matrix,
    B: Fraction,
    squared_residual: Fraction,
    delta: Fraction,
    normalize: bool,
    term: str,
) -> arb:
    """Width the convergence theorem asks for in closed form, squared_residual = |f(0) - y|^2."""
    rows = _samples(X, normalize)
    values: dict[str, Fraction | int | arb] = {
        "B": B,
        "n": len(rows),
        "kappa": kernel.kernel_least_eigenvalue(rows, B),
        "initial_residual": ball(squared_residual).sqrt(),
        "delta": delta,
    }
    chosen = _TERMS.values() if term == "max" else [_TERMS[term]]
    balls = [
        formula.ball(**{entry.symbol.name: values[entry.symbol.name] for entry in formula.symbols})
        for formula in chosen
    ]
    greatest = balls[0]
    for value in balls[1:]:
        greatest = greatest.max(value)
    return greatest


@define("bias.conv.width_sharp", **_WIDTH_INPUTS)
def width_sharp(
    X: Matrix, B: Fraction, squared_residual: Fraction, delta: Fraction, normalize: bool
) -> arb:
    """Width the convergence theorem asks for, with the exact Gram norm and the exact strip."""
    return training.sharp_width(_samples(X, normalize), B, squared_residual, delta)
