"""Wrong versions that were not refuted, sorted by why: figures in a reason do not split a group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reports import words
from verify.evidence import AUTOMATIC

_FIGURES = re.compile(r" \(([^()]*)\)| (?:of|by) ([\d.]+(?:e[-+]?\d+)?)$")
_FACTOR = re.compile(r"by a factor (\S+)")
UNKNOWN = "no reason recorded"


def kind(reason: str) -> str:
    """A reason without its figures.

    >>> kind("weaker than the claim (by a factor 1.8e+03)")
    'weaker than the claim'
    """
    return _FIGURES.sub("", reason or "") or UNKNOWN


def figures(reason: str) -> str:
    """The figures of a reason, as printed behind the name of a survivor.

    >>> figures("weaker than the claim (by a factor 1.8e+03)")
    '×1800'
    """
    found = "; ".join(inside or last for inside, last in _FIGURES.findall(reason or ""))
    return words.plain(_FACTOR.sub(r"×\1", found))


def grouped(survivors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One group a kind of reason, the largest first; what has figures is named last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for survivor in survivors:
        reason = survivor.get("reason") or ""
        named = (survivor["name"], figures(reason))
        groups.setdefault(kind(reason), []).append(named)
    return [
        {
            "reason": words.plain(reason),
            "names": [{"name": name_of(name), "figures": text} for name, text in members],
        }
        for reason, members in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def name_of(name: str) -> list[words.Segment]:
    """A wrong version's name; formulae in names of automatic ones lose their stars."""
    if name.startswith(AUTOMATIC):
        return words.rich(words.formula(name.removeprefix(AUTOMATIC)))
    return words.rich(name)
