"""The whole report as plain data: what is counted, listed and drawn, page by page."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from reports import words
from reports.bibliography import methods
from reports.claim_view import claim_view
from reports.evidence_view import evidence_view
from reports.figures import paper_figures
from reports.frontier_view import paper_frontiers
from reports.glance_view import Keep, bounds_of, glance, tally
from reports.graph_view import graph_view
from reports.legend import guarantee, legend
from reports.plots import plot
from reports.plots.slack import LABELLED, slack_axis
from reports.plots.style import Figure
from theory.claim import Claim, claims, paper
from theory.notation import table
from verify.evidence import Outcome, Strength
from verify.ledger import code_digest
from verify.record import Record

LISTED = 60


def report_view(record: Record, keep: Keep) -> dict[str, Any]:
    """Everything the templates print; `keep` stores the figures' drawings."""
    known = {claim.id: claim for claim in claims()}
    order = [id for id in known if id in record.verdicts]
    order += sorted(id for id in record.verdicts if id not in known)
    prefixes = list(dict.fromkeys(id.split(".", 1)[0] for id in order))
    used_by: dict[str, list[str]] = {}
    for id in order:
        for lemma in known[id].rests_on if id in known else ():
            used_by.setdefault(lemma, []).append(id)
    views = {id: claim_view(id, record, known, used_by) for id in order}
    chapters = [chapter(p, views, record, known, keep) for p in prefixes]
    return {
        "digest": digest(record),
        "cover": cover(record, views, prefixes),
        "glance": glance(record, views, prefixes, known, keep),
        "legend": legend(),
        "guarantee": guarantee(record.budget, _statistical(record)),
        "chapters": chapters,
        "ledger": [id for id, view in views.items() if view.get("discrepancy")],
        "notation": notation(prefixes),
        "environment": environment(record, known, [c["problem"] for c in chapters if c["problem"]]),
        "bibliography": [_entry(prefix) for prefix in prefixes],
        "methods": methods({evidence.engine for evidence in record.evidence}),
    }


def digest(record: Record) -> str:
    """Sixteen hexadecimal digits that identify the evidence."""
    data = {name: getattr(record, name) for name in type(record).__dataclass_fields__}
    data["evidence"] = [item.as_json() for item in record.evidence]
    text = json.dumps(data, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cover(record: Record, views: Mapping[str, Any], prefixes: Sequence[str]) -> dict[str, Any]:
    """Counts and provenance."""
    all_views = list(views.values())
    counts = Counter((view["strength"], view["outcome"]) for view in all_views)
    outcomes = [outcome.value for outcome in Outcome]
    strengths = [strength.name for strength in reversed(Strength)]
    return {
        "papers": [_entry(prefix) for prefix in prefixes],
        "counts": tally(all_views) | {"checks": len(record.evidence)},
        "outcomes": outcomes,
        "matrix": [
            {"strength": s, "rank": int(Strength[s]), "counts": [counts[s, o] for o in outcomes]}
            for s in strengths
        ],
        "profile": record.profile,
        "seed": str(record.seed),
        "code": record.code,
        "complete": record.complete,
        "problems": len(record.problems),
        "versions": dict(record.environment),
    }


def chapter(
    prefix: str,
    views: Mapping[str, Any],
    record: Record,
    known: Mapping[str, Claim],
    keep: Keep,
) -> dict[str, Any]:
    """One paper: its claims with evidence and figures, its graph, its bounds, their frontiers."""
    mine = {id: view for id, view in views.items() if id.split(".", 1)[0] == prefix}
    extra, problem = paper_figures(prefix, record)
    for id, view in mine.items():
        pieces = []
        for evidence in record.of(id):
            figure = plot(evidence)
            picture = keep(figure) if figure else None
            pieces.append(evidence_view(evidence, picture))
        view["evidence"] = pieces
        view["figures"] = [keep(figure) for figure in extra if figure.claim == id]
    return {
        "paper": _entry(prefix),
        "counts": tally(list(mine.values())),
        "claims": list(mine.values()),
        "figures": [keep(figure) for figure in extra if figure.claim not in mine],
        "slack": [keep(figure) for figure in labelled_slack(views, mine, record)],
        "frontiers": paper_frontiers(prefix, record, list(mine)),
        "graph": graph_view(prefix, record, known),
        "problem": problem,
    }


def labelled_slack(
    views: Mapping[str, Any], mine: Mapping[str, Any], record: Record
) -> list[Figure]:
    """The paper's bounds with their ids, when the figure of all papers has no room for them."""
    everywhere = bounds_of(views, record)
    if len(everywhere) <= LABELLED:
        return []
    mine_only = (item for item in everywhere if item.claim in mine)
    bounds = sorted(mine_only, key=lambda item: (item.low, item.claim))
    chunks = [bounds[k : k + LABELLED] for k in range(0, len(bounds), LABELLED)]
    return [figure for chunk in chunks if (figure := slack_axis(chunk)) is not None]


def notation(prefixes: Sequence[str]) -> dict[str, Any]:
    """Declared symbols with what each paper calls them; without those of other papers."""
    return {
        "papers": [{"prefix": p, "short": paper(p).short} for p in prefixes],
        "rows": [
            {
                "symbol": [{"math": declared.typst}],
                "meaning": words.rich(declared.meaning),
                "domain": words.greek(declared.domain),
                "papers": [
                    [{"math": declared.papers[p]}] if p in declared.papers else [] for p in prefixes
                ],
            }
            for declared in table()
            if not declared.papers or not declared.papers.keys().isdisjoint(prefixes)
        ],
    }


def environment(
    record: Record, known: Mapping[str, Claim], drawing: Sequence[str]
) -> dict[str, Any]:
    """Seed, versions, budget, problems (drawing: those of figures), and what is missing."""
    problems = [*record.problems, *drawing]
    missing = [id for id in known if id not in record.verdicts]
    untested = [id for id, v in record.verdicts.items() if v["strength"] == "UNTESTED"]
    return {
        "rows": [
            ["profile", record.profile],
            ["seed", str(record.seed)],
            ["code digest", record.code],
            *([name, version] for name, version in sorted(record.environment.items())),
            *([f"budget: {name}", words.number(v)] for name, v in sorted(record.budget.items())),
        ],
        "complete": record.complete,
        "problems": [words.plain(problem) for problem in problems[:LISTED]],
        "problems_more": max(0, len(problems) - LISTED),
        "same_code": record.code == code_digest(),
        "registered": len(known),
        "missing": [words.breakable(id) for id in missing[:LISTED]],
        "missing_more": max(0, len(missing) - LISTED),
        "untested": [words.breakable(id) for id in sorted(untested)[:LISTED]],
        "untested_more": max(0, len(untested) - LISTED),
    }


def _entry(prefix: str) -> dict[str, str]:
    return {"prefix": prefix, **asdict(paper(prefix))}


def _statistical(record: Record) -> int:
    return sum(evidence.strength is Strength.STATISTICAL for evidence in record.evidence)
