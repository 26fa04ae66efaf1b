"""An experiment: arms that differ in one setting, trials on common random numbers, orderings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from theory.exact import InputError
from verify.engines.order import Order, Pair
from verify.experiments.sources import Source, no_data
from verify.statistics.streams import stream

Curves = dict[str, list[float]]


@dataclass(frozen=True)
class Streams:
    """Random streams of one seed by role: what two arms ask for under one role they share."""

    run_seed: int
    experiment: str
    scale: str
    number: int

    def __call__(self, role: str) -> np.random.Generator:
        """The stream of a role such as "data" or "weights"."""
        return stream(self.run_seed, self.experiment, self.scale, role, self.number)


@dataclass(frozen=True)
class Reading:
    """One ordering to be judged: a claim, read off a figure.

    since, until: fractions of the curve between which it must hold. without: pairs of the
    claim that the source does not support in this experiment.
    """

    claim: str
    figure: str
    since: float = 1.0
    until: float = 1.0
    without: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Panel:
    """One figure: what a curve shows, against what, and how it is drawn.

    x: name of the curve that holds the horizontal positions. digitised: from arm to points
    (x, mean) read off the published figure, empty where it was not read.
    """

    figure: str
    label: str
    x: str = "step"
    x_label: str = "step"
    log: bool = False
    digitised: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Experiment:
    """Everything about one experiment.

    arms: name -> its setting, as drawn. scales: name -> parameters of the trial. trial: from
    (arm, parameters, data, streams) to curves. load: where data come from. departures: how
    this differs from the source, one sentence each. seeds: what the source averages over.
    trials: name of the trials, for experiments that look at the same ones.
    """

    name: str
    title: str
    arms: Mapping[str, str]
    scales: Mapping[str, Mapping[str, Any]]
    trial: Callable[[str, Mapping[str, Any], Any, Streams], Curves]
    readings: tuple[Reading, ...]
    panels: tuple[Panel, ...]
    load: Source = no_data
    departures: tuple[str, ...] = ()
    seeds: int = 5
    trials: str = ""

    @property
    def streams(self) -> str:
        """The name under which trials draw and are remembered."""
        return self.trials or self.name

    def parameters(self, scale: str) -> Mapping[str, Any]:
        """Parameters of a scale; raises InputError for an unknown one."""
        if scale not in self.scales:
            raise InputError(f"scale = {scale!r}", " or ".join(self.scales))
        return self.scales[scale]

    def run_trial(self, arm: str, number: int, seed: int, scale: str, data: str = "") -> Curves:
        """One arm on one seed; raises InputError when the data cannot be had."""
        parameters = self.parameters(scale)
        loaded = self.load(data, parameters)
        return self.trial(arm, parameters, loaded, Streams(seed, self.streams, scale, number))

    def owner(self, scale: str, data: str = "") -> str:
        """What the trials are called in the ledger."""
        return " ".join(("trials", self.streams, scale, self.load.digest(data))).strip()

    def orderings(self, *, scale: str, data: str = "", n_max: int = 40) -> tuple[Order, ...]:
        """The checks of this experiment at one scale on one data set.

        data: a path, or empty for what the experiment makes itself.
        """
        setting = {"experiment": self.name, "scale": scale, "data": self.load.describe(data)}
        return tuple(
            Order(
                claim=reading.claim,
                part=f"{self.name} {reading.figure}",
                fails_if="the order of the arms is another one for half of the seeds or more",
                assumptions=("the arms of one seed share data, initial weights and signs",),
                shares=self.owner(scale, data),
                trial=lambda arm, number, seed: self.run_trial(arm, number, seed, scale, data),
                figure=reading.figure,
                x=next((panel.x for panel in self.panels if panel.figure == reading.figure), ""),
                since=reading.since,
                until=reading.until,
                without=reading.without,
                setting=setting,
                n_max=n_max,
            )
            for reading in self.readings
        )
