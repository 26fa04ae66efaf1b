"""Which hypotheses a claim needs, where it says anything, how loose: as recorded, in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log
from typing import Any

from reports import words
from theory.claim import Hypothesis
from theory.vacuity import typeset
from verify.ablation import LOAD_BEARING, MEANING, NOT_SHOWN, UNTESTED
from verify.vacuity import EVERYWHERE, NOWHERE, is_wide

STATUSES = (LOAD_BEARING, MEANING, NOT_SHOWN, UNTESTED)
LONGEST = 60  # characters of one figure of a witness
READINGS = {
    "sharp": "constant slack is possible: the exponent cannot be told from a sharp one",
    "levelling": "the slack tends to a constant",
    "loose": "the slack grows: a better exponent is possible",
    "shrinking": "the slack shrinks: the bound gets sharper, or fails farther out",
}


def need_view(hypothesis: Hypothesis, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """One hypothesis with what became of the claim when it was dropped."""
    found = next((h for h in needs(verdict) if h.get("name") == hypothesis.name), {})
    status = found.get("status", UNTESTED)
    return {
        "name": words.rich(hypothesis.name),
        "statement": words.rich(hypothesis.statement),
        "status": status,
        "strength": (found.get("strength") or "").lower(),
        "witness": witness(found.get("witness")),
        "because": words.plain(found.get("because") or ""),
        "budget": words.plain(found.get("budget") or "") if status == NOT_SHOWN else "",
        "meaning": words.rich(found.get("meaning") or "") if status == MEANING else [],
    }


def needs(verdict: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The ablation's records of a verdict."""
    return list(verdict.get("hypotheses") or ())


def witness(found: Mapping[str, Any] | None) -> str:
    """Cell and figures of a violation; the margin only when the two sides are not there.

    >>> witness({"cell": {"n": 3, "gamma": "1/2"}, "left": "0.500000", "right": "0.25"})
    'n = 3, γ = 1/2: left = 0.5, right = 0.25'
    """
    if not found:
        return ""
    left_out = {"cell"} | ({"margin"} if {"left", "right"} <= found.keys() else set())
    figures = {name: words.short(found[name]) for name in found if name not in left_out}
    parts = [settings(found.get("cell") or {}), settings(figures)]
    return words.breakable(": ".join(part for part in parts if part))


def settings(values: Mapping[str, Any]) -> str:
    """Names and values as printed, separated by commas."""
    return ", ".join(
        f"{words.greek(name)} = {words.shortened(words.number(value), LONGEST)}"
        for name, value in values.items()
    )


def reach_view(verdict: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the hypotheses ask for, where the conclusion was seen, at how many cells they hold."""
    reach = verdict.get("reach")
    if not reach:
        return None
    asks, seen = reach.get("asks_for"), reach.get("seen_from")
    return {
        "parameter": words.greek(reach["parameter"]) if "parameter" in reach else "",
        "cell": words.plain(settings(reach.get("cell") or {})),
        "asks_for": "" if asks is None else words.plain(str(asks)),
        "seen_from": "" if seen is None else words.number(seen),
        "met": reach.get("met", 0),
        "listed": reach.get("listed", 0),
    }


def vacuity_view(verdict: Mapping[str, Any]) -> dict[str, Any] | None:
    """The lines of one claim: where its bound says more than what holds for free, or a reason.

    Of each parameter: its name and words, the ends of its range, the informative parts of it as
    shares of the way from end to end (on the scale of logarithms for wide ranges), their sum.
    """
    found = verdict.get("vacuity")
    if not found:
        return None
    reason = found.get("no_frontier", "")
    return {
        "reason": words.rich(reason) if reason else [],
        "because": words.rich(found.get("because", "")),
        "cell": words.rich(typeset(_plain_settings(found.get("cell", {})))),
        "parameters": [_parameter(item) for item in found.get("parameters", ())],
    }


def _parameter(item: Mapping[str, Any]) -> dict[str, Any]:
    low, high = (Fraction(end) for end in item["range"])
    spans = [[_way(Fraction(end), low, high) for end in pair] for pair in item["informative"]]
    said = str(item["words"])
    if said.startswith((EVERYWHERE, NOWHERE)):  # the ends of the range stand beside it
        said = f"{item['name']}: {said.split(' from ')[0]}"
    return {
        "name": words.rich(typeset(item["name"])),
        "words": words.rich(typeset(said)),
        "told": words.rich(typeset(str(item["words"]))),
        "low": words.short(float(low)),
        "high": words.short(float(high)),
        "spans": spans,
        "share": sum(right - left for left, right in spans),
    }


def _way(value: Fraction, low: Fraction, high: Fraction) -> float:
    """How far a value is on the way from end to end, from 0 to 1."""
    if is_wide(low, high):
        return log(value / low) / log(high / low)
    return float((value - low) / (high - low))


def _plain_settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def growth_view(verdict: Mapping[str, Any]) -> list[str]:
    """The lines of one claim: how its slack changes along cells that differ in one parameter."""
    return [
        words.plain(
            f"{words.greek(item['parameter'])} = {item['sizes'][0]} to {item['sizes'][-1]}: "
            f"slope of log slack {_slope(item)}, {READINGS[item['reading']]}"
        )
        + (f" ({words.breakable(settings(item['cell']))})" if item["cell"] else "")
        for item in verdict.get("growth") or ()
    ]


def _slope(item: Mapping[str, Any]) -> str:
    low, high = f"{item['low']:+.2g}", f"{item['high']:+.2g}"
    if low == high:
        return f"{item['estimate']:+.2g}"
    kind = "" if item["certain"] else " with simultaneous intervals"
    return f"{item['estimate']:+.2g} in [{low}, {high}]{kind}"
