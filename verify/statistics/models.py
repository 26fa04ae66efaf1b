"""Declared models under which a mean can be judged, and their bets against "E X <= c".

No test of a mean is valid for every law and has power (Bahadur and Savage 1956, Ann. Math.
Stat. 27), so a verdict on a mean names its model. Each model turns an observation into factors
exp g, one for each bet b, with E exp g <= 1 whenever E X <= c:

Bounded      g = log(1 - b + b (x - low)/(c - low))       affine in x, mean at most 1
SubGaussian  g = u (x - c)/sigma - u^2/2,  u = 2 b        the definition of sub-Gaussian
Variance     g = phi(u (x - c)/sigma) - log(1 + u^2/2),  phi(z) = sign(z) log(1 + |z| + z^2/2)
             E exp phi(z) <= 1 + E z + E z^2/2 gives it for E X = c (Catoni 2012, Ann. IHP 48);
             phi increases, so a smaller mean only lowers it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import ClassVar, Protocol

import numpy as np

from theory.exact import InputError
from verify.statistics.inputs import Array, positive, within


class Model(Protocol):
    """What a judge of means needs to know of a law."""

    @property
    def low(self) -> float:
        """Certain lower end of the observations, -inf if none."""

    @property
    def high(self) -> float:
        """Certain upper end, inf if none."""

    @property
    def sigma(self) -> float:
        """Upper bound of the standard deviation, inf if none."""

    def reflected(self) -> Model:
        """Model of -X."""

    def along(self, direction: Array) -> Model:
        """Model of the inner product of a direction with an array of such observations."""

    def log_wealth(self, x: Array, c: Array, bets: Sequence[float]) -> Array:
        """Log wealth of every bet against "E X[...] <= c[...]" after the sample x[i, ...]."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """Observations certainly in [low, high]; either end may be infinite.

    `Bounded(0)` (nonnegative observations) refutes "E X <= c" with no other assumption, but can
    never certify it.

    >>> Bounded(0, 1).log_wealth(np.array([0.1, 0.9, 0.4]), np.array(0.2), (1.0, 0.5)).round(6)
    array([1.504077, 1.129384])

    Raises InputError unless low < high, and for observations outside the range.
    """

    low: float = 0.0
    high: float = inf

    def __post_init__(self) -> None:
        if isnan(self.low) or isnan(self.high) or not self.low < self.high:
            raise InputError(f"range [{self.low}, {self.high}]", "low < high", "declare the range")

    @property
    def sigma(self) -> float:
        """Largest standard deviation that the range allows (Popoviciu)."""
        return (self.high - self.low) / 2

    def reflected(self) -> Bounded:
        """Model of -X."""
        return Bounded(-self.high, -self.low)

    def along(self, direction: Array) -> Bounded:
        """Model of the inner product; the direction must not vanish."""
        up, down = direction[direction > 0], direction[direction < 0]
        low = np.sum(up * self.low) + np.sum(down * self.high)
        high = np.sum(up * self.high) + np.sum(down * self.low)
        return Bounded(float(low), float(high))

    def log_wealth(self, x: Array, c: Array, bets: Sequence[float]) -> Array:
        """Log wealth of every bet; inf where c < low, 0 where no lower end is known."""
        within(x, self.low, self.high)
        shape = (len(bets), *np.broadcast_shapes(x.shape[1:], c.shape))
        if self.low == -inf:
            return np.zeros(shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            payoff = (x - self.low) / (c - self.low)
            # c = low says X = low almost surely: x = low keeps the stake, anything else ends it.
            payoff = np.where(np.isnan(payoff), 1.0, payoff)
            wealth = [np.sum(np.log(1.0 - b + b * payoff), axis=0) for b in bets]
        # c < low is refuted before any observation; the formula would give NaN and never refute.
        return np.where(c < self.low, inf, np.broadcast_to(wealth, shape))


@dataclass(frozen=True, slots=True)
class _Scaled:
    """Unbounded observations with a declared scale sigma, 0 < sigma < infinity."""

    sigma: float
    low: ClassVar[float] = -inf
    high: ClassVar[float] = inf

    def __post_init__(self) -> None:
        positive(self.sigma, "sigma")


@dataclass(frozen=True, slots=True)
class SubGaussian(_Scaled):
    """Observations with E exp(u (X - E X)) <= exp(u^2 sigma^2 / 2) for every real u.

    >>> SubGaussian(0.5).log_wealth(np.array([0.1, 0.9, 0.4]), np.array(0.2), (1.0, 0.5)).round(6)
    array([-2.8,  0.1])

    Raises InputError unless 0 < sigma < infinity.
    """

    def reflected(self) -> SubGaussian:
        """Model of -X."""
        return self

    def along(self, direction: Array) -> SubGaussian:
        """Model of the inner product: scales add at worst (Hölder)."""
        return SubGaussian(self.sigma * float(np.sum(np.abs(direction))))

    def log_wealth(self, x: Array, c: Array, bets: Sequence[float]) -> Array:
        """Log wealth of every bet; only the sum of the sample enters."""
        n, excess = len(x), (np.sum(x, axis=0) - len(x) * c) / self.sigma
        return np.asarray([u * excess - n * u * u / 2 for u in (2 * b for b in bets)])


@dataclass(frozen=True, slots=True)
class Variance(_Scaled):
    """Observations with variance at most sigma^2, declared by its root.

    >>> Variance(0.5).log_wealth(np.array([0.1, 0.9, 0.4]), np.array(0.2), (1.0, 0.5)).round(6)
    array([-0.892649,  0.194672])

    Raises InputError unless 0 < sigma < infinity.
    """

    def reflected(self) -> Variance:
        """Model of -X."""
        return self

    def along(self, direction: Array) -> Variance:
        """Model of the inner product: standard deviations add at worst (Minkowski)."""
        return Variance(self.sigma * float(np.sum(np.abs(direction))))

    def log_wealth(self, x: Array, c: Array, bets: Sequence[float]) -> Array:
        """Log wealth of every bet."""
        z = (x - c) / self.sigma
        sign, size = np.sign(z), np.abs(z)
        influence = [
            np.sum(sign * np.log1p(u * size * (1 + u * size / 2)), axis=0)
            - len(x) * np.log1p(u * u / 2)
            for u in (2 * b for b in bets)
        ]
        return np.asarray(influence)


@dataclass(frozen=True, slots=True)
class Average:
    """All the given models hold; their e-values are averaged.

    Costs at most log(number of models) against the best of them: a wide certain range can make
    one model blind where a variance sees, and the reverse.

    >>> both = Average((Bounded(0, 1), Variance(0.25)))
    >>> both.low, both.sigma
    (0, 0.25)

    Raises InputError when no model is given.
    """

    models: tuple[Model, ...]

    def __post_init__(self) -> None:
        if not self.models:
            raise InputError("no models", "at least one", "declare a model")

    @property
    def low(self) -> float:
        """Largest certain lower end."""
        return max(model.low for model in self.models)

    @property
    def high(self) -> float:
        """Smallest certain upper end."""
        return min(model.high for model in self.models)

    @property
    def sigma(self) -> float:
        """Smallest bound of the standard deviation."""
        return min(model.sigma for model in self.models)

    def reflected(self) -> Average:
        """Model of -X."""
        return Average(tuple(model.reflected() for model in self.models))

    def along(self, direction: Array) -> Average:
        """Model of the inner product."""
        return Average(tuple(model.along(direction) for model in self.models))

    def log_wealth(self, x: Array, c: Array, bets: Sequence[float]) -> Array:
        """Log wealth of every bet under every model, all models alike."""
        return np.concatenate([model.log_wealth(x, c, bets) for model in self.models])
