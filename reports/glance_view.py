"""The first pages as plain data: teeth, slack, needs, frontiers, proofs, the engine's errors.

Everything here is counted or copied from the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports import words
from reports.claim_view import link
from reports.frontier_view import exponents, frontiers, without_slack
from reports.graph_view import proofs
from reports.needs_view import STATUSES, needs, witness
from reports.plots.reach import Reach, reach_axis
from reports.plots.slack import Bound, bound, slack_axis
from reports.plots.style import Figure
from reports.survivors import kind
from theory.claim import Claim, paper
from verify.ablation import LOAD_BEARING
from verify.evidence import Flag, Outcome
from verify.record import Record

Keep = Callable[[Figure], dict[str, str]]  # stores a figure, returns what the page needs of it
WITNESSES, REACH_ROWS, REASONS = 6, 24, 12  # witnesses of each paper


def glance(
    record: Record,
    views: Mapping[str, Any],
    prefixes: Sequence[str],
    known: Mapping[str, Claim],
    keep: Keep,
) -> dict[str, Any]:
    """Every paper in a row, then one block for each of the questions."""
    bounds = bounds_of(views, record)
    slack = slack_axis(bounds)
    reached = reach_figure(record, list(views))
    return {
        "papers": [
            {"prefix": p, "short": paper(p).short, **tally(views_of(p, views))} for p in prefixes
        ],
        "unexpected": [link(id, record) for id, view in views.items() if not view["as_expected"]],
        "untested": sum(not v["as_expected"] and not v["rank"] for v in views.values()),
        "flagged": flagged(record, views),
        "survivors": survivors(record, prefixes),
        "toothless": toothless(record, views),
        "slack": keep(slack) if slack else None,
        "without_slack": without_slack(views, record, [item.claim for item in bounds]),
        "exponents": exponents(record, list(views), prefixes),
        "frontiers": frontiers(record, list(views), prefixes),
        "needs": hypotheses(record, views, prefixes),
        "reach": reach(record, views, keep(reached) if reached else None),
        "calibration": calibration(record.calibration),
        "proofs": [{"short": paper(p).short, **proofs(p, record, known)} for p in prefixes],
    }


def views_of(prefix: str, views: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The claims of one paper."""
    return [view for id, view in views.items() if id.split(".", 1)[0] == prefix]


def tally(views: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many claims, outcomes, surprises, mutants and flags."""
    return {
        "claims": len(views),
        "expected": sum(view["as_expected"] for view in views),
        "killed": sum(view["mutants"]["killed"] for view in views),
        "mutants": sum(view["mutants"]["total"] for view in views),
        "census_killed": sum(view["census"]["killed"] for view in views),
        "census": sum(view["census"]["total"] for view in views),
        "equal": sum(view["census"]["equal"] + view["mutants"]["equal"] for view in views),
        "undefined": sum(view["census"]["undefined"] for view in views),
        "outcomes": {o.value: sum(v["outcome"] == o.value for v in views) for o in Outcome},
        "flags": {f.value: sum(f.value in v["flags"] for v in views) for f in Flag},
    }


def flagged(record: Record, views: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Claims under each flag that occurs."""
    rows = [
        {"flag": flag.value, "claims": [link(id, record) for id, view in views.items()
                                        if flag.value in view["flags"]]}
        for flag in Flag
    ]  # fmt: skip
    return [row for row in rows if row["claims"]]


def survivors(record: Record, prefixes: Sequence[str]) -> dict[str, Any]:
    """How many wrong versions survived for which reason, paper by paper; frequent ones first."""
    counts: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    for id, verdict in record.verdicts.items():
        for source in ("mutants", "census"):
            for survivor in (verdict.get(source) or {}).get("survivors", ()):
                reason = kind(survivor.get("reason") or "")
                counts[reason, id.split(".", 1)[0]] += 1
                total[reason] += 1
    ordered = [reason for reason, _ in sorted(total.items(), key=lambda it: (-it[1], it[0]))]
    return {
        "rows": [
            {
                "reason": words.plain(reason),
                "total": total[reason],
                "counts": [counts[reason, prefix] for prefix in prefixes],
            }
            for reason in ordered[:REASONS]
        ],
        "more": sum(total[reason] for reason in ordered[REASONS:]),
    }


def toothless(record: Record, views: Mapping[str, Any]) -> dict[str, Any]:
    """Claims that hold without a refuted wrong version: with a stated reason, and without."""
    found = {id: view for id, view in views.items() if Flag.TOOTHLESS.value in view["flags"]}
    return {
        "stated": sum(bool(view.get("toothless")) for view in found.values()),
        "silent": [link(id, record) for id, view in found.items() if not view.get("toothless")],
    }


def hypotheses(record: Record, views: Mapping[str, Any], prefixes: Sequence[str]) -> dict[str, Any]:
    """Counts of every status by paper; the load-bearing ones with their witnesses."""
    counts: Counter[tuple[str, str]] = Counter()
    bearing: dict[str, list[dict[str, Any]]] = {prefix: [] for prefix in prefixes}
    for id in views:
        for need in needs(record.verdicts[id]):
            counts[id.split(".", 1)[0], need["status"]] += 1
            if need["status"] == LOAD_BEARING:
                bearing[id.split(".", 1)[0]].append(
                    {
                        "claim": link(id, record),
                        "name": words.rich(need["name"]),
                        "strength": (need.get("strength") or "").lower(),
                        "witness": witness(need.get("witness")),
                    }
                )
    return {
        "statuses": list(STATUSES),
        "rows": [
            {"short": paper(p).short, "counts": [counts[p, status] for status in STATUSES]}
            for p in prefixes
        ],
        "total": sum(counts.values()),
        "bearing": [item for found in bearing.values() for item in found[:WITNESSES]],
        "more": sum(max(0, len(found) - WITNESSES) for found in bearing.values()),
    }


def reach(
    record: Record, views: Mapping[str, Any], picture: Mapping[str, str] | None
) -> dict[str, Any]:
    """At how many claims the hypotheses can be met at the cells tried; sizes as a figure."""
    known = {id: r for id in views if (r := record.verdicts[id].get("reach"))}
    tried = {id: r for id, r in known.items() if r.get("listed")}
    sized = {id: r for id, r in known.items() if r.get("parameter")}
    return {
        "claims": len(tried),
        "met": sum(bool(r["met"]) for r in tried.values()),
        "never": [link(id, record) for id, r in tried.items() if not r["met"]],
        "endless": [link(id, record) for id, r in sized.items() if r.get("asks_for") is None],
        "figure": picture,
        "more": max(0, len(sized) - REACH_ROWS),
    }


def reach_figure(record: Record, ids: Sequence[str]) -> Figure | None:
    """What is asked for and what was seen, claim by claim."""
    found = {id: record.verdicts[id].get("reach") or {} for id in ids}
    rows = [
        Reach(f"{id}: {words.greek(r['parameter'])}", r.get("seen_from"), r.get("asks_for"))
        for id, r in found.items()
        if r.get("parameter")
    ]
    return reach_axis(rows[:REACH_ROWS], size="value of the parameter", title="Asked for and seen")


def bounds_of(views: Mapping[str, Any], record: Record) -> list[Bound]:
    """The slacks of all bounds as rows of the figure; other claims have sides, but no bound."""
    return [
        found
        for id, view in views.items()
        if "bound" in view.get("direction", "bound")
        and (found := _bound(id, record.verdicts[id])) is not None
    ]


def _bound(id: str, verdict: Mapping[str, Any]) -> Bound | None:
    refuted = verdict["outcome"] == Outcome.REFUTED
    return bound(id, id.split(".", 1)[0], verdict.get("slack"), refuted=refuted)


def calibration(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The engine's error rates on claims of known truth; None when they were not measured."""
    if not found:
        return None
    return {
        "repetitions": found["repetitions"],
        "members": found["members"],
        "confidence": f"{found['confidence']:.0%}",
        "inside": found["inside"],
        "exceeding": [words.plain(text) for text in found["exceeding"]],
        "rows": [_rates(row) for row in found["rows"]],
    }


def _rates(row: Mapping[str, Any]) -> dict[str, Any]:
    def share(truth: str, wrong: str) -> str:
        return f"{row[truth][wrong]} / {sum(row[truth].values())}"

    return {
        "rates": row["rates"],
        "kind": row["kind"],
        "alpha": words.short(row["alpha"]),
        "beta": words.short(row["beta"]),
        "refuted": share("true", "REFUTED"),
        "held": share("false", "HOLDS"),
        "undecided": str(row["true"]["UNDECIDED"] + row["false"]["UNDECIDED"]),
        "false_refutation": interval(row["false_refutation"]),
        "false_hold": interval(row["false_hold"]),
        "inside": row["inside"],
    }


def interval(ends: Sequence[float]) -> str:
    """Both ends to three digits."""
    return f"[{words.short(ends[0])}, {words.short(ends[1])}]"
