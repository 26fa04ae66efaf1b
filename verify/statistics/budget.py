"""One error budget for a whole run, spent in fixed shares."""

from __future__ import annotations

from dataclasses import dataclass

from theory.exact import InputError
from verify.statistics.inputs import Number, open_unit, positive


@dataclass(frozen=True, slots=True)
class Budget:
    """Error rates promised for all statistical checks of a registry together.

    checks  -> capacity of the registry: the weights of all checks may sum to at most this
    refute  -> probability that any true claim is REFUTED
    hold    -> probability that any claim false by more than its tolerance HOLDS

    The shares add up by the union bound, so the promise needs no independence and survives any
    stopping rules. Because the capacity is declared in advance, a new check changes no verdict.

    >>> Budget().share()
    (9.765625e-07, 9.765625e-06)
    >>> Budget(checks=100, refute=0.5, hold=0.25).share(2)
    (0.01, 0.005)
    """

    checks: int = 1024
    refute: float = 1e-3
    hold: float = 1e-2

    def __post_init__(self) -> None:
        open_unit(self.refute, "refute")
        open_unit(self.hold, "hold")
        if self.checks < 1:
            raise InputError(f"checks = {self.checks}", "checks >= 1", "declare the capacity")

    def share(self, weight: Number = 1.0) -> tuple[float, float]:
        """Return (alpha, beta) of one check of this weight.

        Raises InputError when the weight is not in (0, checks].
        """
        weight = positive(weight, "weight")
        if weight > self.checks:
            raise InputError(
                f"weight = {weight}", f"0 < weight <= {self.checks}", "raise the capacity"
            )
        return self.refute * weight / self.checks, self.hold * weight / self.checks
