"""The first zero of many sums of exponentials, searched so that none is stepped over.

Between two kinks every quantity that can trigger the next event of a ReLU gradient flow is

    g(t) = g(0) + sum_k b_k phi_k(t),      phi_k(t) = (1 - exp(-rate_k t)) / rate_k.

Splitting b into positive and negative parts bounds g' and g'' for all later times by their
value now, so from any t with g(t) > 0 there is a step that provably contains no zero:

    |g'| <= D  gives  g / D,          g'' >= -M  gives the root of  g + g' h - M h^2 / 2.

The second step converges quadratically to a simple zero. Arithmetic is float64: a zero means
g <= 16 eps (|g(0)| + sum |b_k| phi_k), an allowance for the rounding of a sum of that size;
a minimum that close to 0 counts as a zero too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.exact import InputError
from verify.networks.activations import Array

ROUNDING = 16 * np.finfo(np.float64).eps
MAX_ROUNDS = 10_000


def saturation(rates: Array, times: Array | float) -> Array:
    """phi(t) = (1 - exp(-rate t)) / rate; 0 at rate 0, where no function here has a share.

    >>> saturation(np.array([0.0, 2.0]), np.inf)
    array([0. , 0.5])
    """
    return _saturated(rates, _limits(rates), times)


def _limits(rates: Array) -> Array:
    """phi(infinity)."""
    return 1 / np.where(rates > 0, rates, np.inf)


def _saturated(rates: Array, limits: Array, times: Array | float) -> Array:
    if isinstance(times, float):
        if times == np.inf:
            return limits
        times = min(times, 1e300)  # 0 * inf must be 0
    else:
        times = np.minimum(times, 1e300)
    return -np.expm1(-rates * times) * limits


@dataclass
class ExponentialSums:
    """Functions g_p: ``start`` g_p(0) > 0 (N,), ``weights`` b (N, n), ``rates`` >= 0.

    Rates are (1, n), common to all functions, or (N, n).

    Raises InputError when a weight differs from 0 at rate 0.
    """

    start: Array
    weights: Array
    rates: Array

    def __post_init__(self) -> None:
        still = self.rates == 0
        if still.any() and np.any(still & (self.weights != 0)):
            raise InputError("a weight at rate 0 is not 0", "weights that vanish at rate 0")

    def first_zero(self, end: float) -> tuple[float, int]:
        """(time, index) of the first zero in [0, end]; (end, -1) if there is none.

        >>> one = np.array([[-1.0]])
        >>> sums = ExponentialSums(np.array([0.5]), one, -one)
        >>> time, index = sums.first_zero(np.inf)       # 1/2 - (1 - exp(-t)) at log 2
        >>> print(abs(time - np.log(2)) < 1e-15, index)
        True 0
        """
        best, found = float(end), -1
        limits = _limits(self.rates)
        latest = _saturated(self.rates, limits, best)
        falling = np.maximum(-self.weights, 0)
        lowest = self.start - np.vecdot(falling, latest)
        alive = (lowest <= 0).nonzero()[0]
        if len(alive) == 0:
            return best, found
        start, falling, rates = self.start[alive], falling[alive], self.rates
        rising = self.weights[alive] + falling
        if len(rates) > 1:
            rates, limits, latest = rates[alive], limits[alive], latest[alive]
        cursor = np.zeros(len(alive))
        with np.errstate(divide="ignore", invalid="ignore"):
            for _ in range(MAX_ROUNDS):
                step = _safe_step(start, rising, falling, rates, limits, cursor, latest)
                zero = (step == 0).nonzero()[0]
                if len(zero):
                    first = zero[cursor[zero].argmin()]
                    if cursor[first] < best or found < 0:
                        best, found = float(cursor[first]), int(alive[first])
                        latest = _saturated(rates, limits, best)
                cursor = cursor + step
                going = ((step > 0) & (cursor < best)).nonzero()[0]
                if len(going) == 0:
                    return best, found
                alive, cursor, start = alive[going], cursor[going], start[going]
                rising, falling = rising[going], falling[going]
                if len(rates) > 1:
                    rates, limits, latest = rates[going], limits[going], latest[going]
        raise ArithmeticError(f"{len(alive)} functions unresolved after {MAX_ROUNDS} rounds")


def _safe_step(
    start: Array,
    rising: Array,
    falling: Array,
    rates: Array,
    limits: Array,
    cursor: Array,
    latest: Array,
) -> Array:
    """A step without zeros for each function; 0 at a zero, inf when none is left.

    start + sum_k (rising_k - falling_k) phi_k; latest = phi at the end of the search.
    """
    gone = -np.expm1(-rates * cursor[:, None])
    phi, decay = gone * limits, 1 - gone
    fallen, risen = np.vecdot(falling, phi), np.vecdot(rising, phi)
    g, size = start + risen - fallen, np.abs(start) + risen + fallen
    fall = np.vecdot(falling, decay)
    slope = np.vecdot(rising, decay) - fall
    bend = np.vecdot(rising, rates * decay)
    lowest = g - np.vecdot(falling, latest - phi)
    root = np.sqrt(slope**2 + 2 * bend * np.maximum(g, 0))
    second_order = np.where(slope < 0, 2 * g / (root - slope), (slope + root) / bend)
    step = np.fmax(g / fall, second_order)
    step[lowest > 0] = np.inf
    step[g <= ROUNDING * size] = 0.0
    return step
