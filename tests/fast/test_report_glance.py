"""The first pages: what they count is what the record says, claim by claim."""

import json
from dataclasses import replace

import pytest
from report_examples import CALIBRATION, CLAIMS, bare, made_record, with_verdict

import reports.figures
from reports.build import build
from reports.frontier_view import exponents, frontiers, paper_frontiers, without_slack
from reports.glance_view import calibration, glance
from reports.graph_view import proofs
from reports.needs_view import growth_view, reach_view, vacuity_view, witness
from reports.plots import plot
from reports.report_view import report_view
from reports.survivors import figures, grouped, kind
from verify.evidence import CellRecord, Outcome, Strength

NEEDED = {
    "name": "bounded", "statement": "", "status": "load-bearing", "strength": "CERTIFIED",
    "witness": {"cell": {"n": 2}, "left": "3", "right": "1"}, "budget": "",
}  # fmt: skip
REACH = {"parameter": "m", "cell": {"gamma": "1/2"}, "asks_for": "4.1e26", "seen_from": 40,
         "met": 0, "listed": 12}  # fmt: skip


@pytest.fixture
def view(monkeypatch):
    """The report's data of a record, with the names of its figures in place of drawings."""
    monkeypatch.setattr("reports.report_view.claims", lambda: CLAIMS)
    return lambda record: report_view(record, lambda figure: {"path": figure.title})


def claim_of(view, id):
    return next(c for chapter in view["chapters"] for c in chapter["claims"] if c["id"] == id)


def test_figures_in_a_reason_do_not_split_a_group():
    reason = "weaker than the claim (by a factor 1.8e+03)"
    assert (kind(reason), figures(reason)) == ("weaker than the claim", "×1800")
    assert kind("no candidate beyond a ratio of 0.2") == "no candidate beyond a ratio"
    assert kind("") == "no reason recorded"
    found = grouped(
        [
            {"name": "automatic: factor 2*n**2 dropped", "reason": "weaker (by a factor 2)"},
            {"name": "b", "reason": "inside the slack"},
            {"name": "c", "reason": "weaker (by a factor 3)"},
        ]
    )
    assert [(g["reason"], len(g["names"])) for g in found] == [
        ("weaker", 2), ("inside the slack", 1),
    ]  # fmt: skip
    assert found[0]["names"][0] == {"name": [{"text": "factor 2·n² dropped"}], "figures": "×2"}


def test_survivors_on_the_first_page_are_all_survivors(view):
    record = made_record()
    seen = view(record)["glance"]["survivors"]
    verdicts = record.verdicts.values()
    expected = sum(v[k]["total"] - v[k]["killed"] for v in verdicts for k in ("mutants", "census"))
    assert sum(row["total"] for row in seen["rows"]) + seen["more"] == expected > 0
    assert all(sum(row["counts"]) == row["total"] for row in seen["rows"])


def test_a_load_bearing_hypothesis_carries_its_witness(view):
    seen = view(with_verdict(made_record(), "asym.hoeffding", hypotheses=[NEEDED]))
    needs = seen["glance"]["needs"]
    assert needs["statuses"] == [
        "load-bearing", "part of its meaning", "not shown to be needed", "untested",
    ]  # fmt: skip
    assert needs["rows"][0]["counts"] == [1, 0, 0, 0]
    assert needs["bearing"][0]["witness"] == "n = 2: left = 3, right = 1"
    (shown,) = claim_of(seen, "asym.hoeffding")["hypotheses"]
    assert (shown["status"], shown["witness"]) == ("load-bearing", "n = 2: left = 3, right = 1")


def test_a_hypothesis_without_a_record_is_untested(view):
    seen = view(with_verdict(made_record(), "asym.hoeffding", hypotheses=[]))
    (shown,) = claim_of(seen, "asym.hoeffding")["hypotheses"]
    assert (shown["status"], shown["witness"]) == ("untested", "")
    assert witness(None) == ""


def test_reach_is_drawn_and_said(view):
    record = with_verdict(made_record(), "asym.flow", reach=REACH)
    seen = view(record)
    reach = seen["glance"]["reach"]
    assert (reach["claims"], reach["met"], len(reach["never"])) == (1, 0, 1)
    assert reach["figure"] == {"path": "Asked for and seen"}
    line = claim_of(seen, "asym.flow")["reach"]
    assert (line["asks_for"], line["seen_from"], line["cell"]) == ("4.1·10²⁶", "40", "γ = 1/2")
    endless = view(with_verdict(record, "asym.flow", reach=REACH | {"asks_for": None}))
    assert len(endless["glance"]["reach"]["endless"]) == 1
    assert reach_view({}) is None
    assert view(made_record())["glance"]["reach"]["figure"] is None


def test_toothless_claims_are_counted_with_and_without_a_reason(monkeypatch):
    claims = [replace(c, toothless="exact") if c.id == "asym.flow" else c for c in CLAIMS]
    monkeypatch.setattr("reports.report_view.claims", lambda: tuple(claims))
    record = made_record()
    flagged = [id for id, v in record.verdicts.items() if "TOOTHLESS" in v["flags"]]
    assert "asym.flow" in flagged
    found = report_view(record, lambda figure: {"path": ""})["glance"]["toothless"]
    assert found["stated"] == 1
    assert len(found["silent"]) == len(flagged) - 1


def test_rates_of_the_engine_are_shown_as_measured():
    assert calibration(None) is None
    shown = calibration(CALIBRATION)
    (row,) = shown["rows"]
    assert (row["refuted"], row["false_refutation"]) == ("9 / 60", "[0.06, 0.3]")
    assert (row["held"], row["false_hold"]) == ("0 / 120", "[0, 0.0432]")
    assert not row["inside"] and shown["exceeding"]


def test_first_pages_of_full_and_of_thin_records_are_set(monkeypatch, tmp_path):
    monkeypatch.setattr("reports.report_view.claims", lambda: CLAIMS)
    full = with_verdict(made_record(), "asym.flow", reach=REACH)
    full = with_verdict(full, "asym.hoeffding", hypotheses=[NEEDED])
    page = build(replace(full, calibration=CALIBRATION), tmp_path, format="html")
    text = page.read_text(encoding="utf-8")
    assert "n = 2: left = 3, right = 1" in text and "4.1·10²⁶" in text
    assert "9 / 60" in text and "inflated mean: uniform" in text
    page = build(made_record(), tmp_path, format="html")
    assert "Not measured in this run" in page.read_text(encoding="utf-8")
    keys = ("claim", "paper", "outcome", "strength")
    thin = {id: {k: v[k] for k in keys} for id, v in made_record().verdicts.items()}
    seen = glance(made_record(), {}, [], {}, lambda figure: {})
    assert seen["papers"] == [] and seen["needs"]["total"] == 0
    build(replace(made_record(), verdicts=thin), tmp_path / "thin.pdf")


def test_orderings_are_drawn_with_their_counts():
    cell = {"below": "a", "above": "b", "figure": "test", "experiment": "unknown"}
    told = {"k": 5, "n": 9, "estimate": 5 / 9, "low": 0.2, "high": 0.9}
    evidence = bare("asym.mean", Outcome.UNDECIDED, Strength.STATISTICAL)
    records = (CellRecord(cell, Outcome.UNDECIDED, told),)
    figure = plot(replace(evidence, engine="Order", cells=records))
    assert "5 of 9" in figure.svg and "a &lt; b" in figure.svg
    nothing = (CellRecord(cell, Outcome.UNDECIDED, {}),)
    assert plot(replace(evidence, engine="Order", cells=nothing)) is None


def test_mean_curves_are_drawn_and_published_means_only_at_their_scale():
    curve = {"mean": [1.0, 0.5, 0.25], "deviation": [0.1, 0.1, 0.1]}
    curves = {"x": [0, 500, 1000], "arms": {"g1": curve, "s1": curve}}
    told = {"k": 9, "n": 9, "estimate": 1.0, "low": 0.6, "high": 1.0, "curves": curves}
    setting = {"below": "g1", "above": "s1", "figure": "train", "experiment": "asym.simulated"}
    evidence = replace(bare("asym.exp.train", Outcome.HOLDS, Strength.STATISTICAL), engine="Order")

    def drawn(scale):
        record = CellRecord({**setting, "scale": scale}, Outcome.HOLDS, told)
        return plot(replace(evidence, cells=(record,)))

    small, paper = drawn("small"), drawn("paper")
    assert "standard deviation" in small.caption and "published" not in small.caption
    assert paper.caption.replace("; circles: published means", "") == small.caption
    assert len(paper.svg) > len(small.svg) and ">training error<" in small.svg


def test_figures_that_cannot_be_drawn_are_a_problem_not_a_failure(view, monkeypatch):
    class Broken:
        @staticmethod
        def figures(record):
            raise KeyError("kinks")

    monkeypatch.setattr(reports.figures.importlib, "import_module", lambda name: Broken)
    monkeypatch.setattr(reports.figures, "PAPERS", {"asym"})
    problems = view(made_record())["environment"]["problems"]
    assert problems == ["figures of asym cannot be drawn: KeyError: 'kinks'"]


def test_data_for_the_page_is_json(view):
    record = replace(made_record(), calibration=CALIBRATION)
    assert json.dumps(view(record), allow_nan=False)


GROWTH = {
    "parameter": "n", "sizes": ["25", "100", "400"], "cell": {"p": "1/2"}, "low": -0.151,
    "estimate": -0.108, "high": -0.065, "reading": "shrinking", "failure_size": 64.0,
    "certain": False,
}  # fmt: skip
FRONTIER = {
    "because": "a probability is at most $1$",
    "cell": {"n": "10", "ball_radius": "3"},
    "parameters": [
        {
            "name": "n",
            "words": "n >= 100",
            "range": ["1", "10000"],
            "informative": [["100", "10000"]],
        },
        {
            "name": "delta",
            "words": "everywhere from delta = 0.001 to 0.5",
            "range": ["1/1000", "1/2"],
            "informative": [["1/1000", "1/2"]],
        },
    ],
}


def test_frontiers_growth_and_proposed_cells_are_told():
    survivor = {"name": "n^-0.6", "reason": "predicted (from n = 64)", "proposed": {"n": 128}}
    counts = {"killed": 1, "total": 2, "equal": 1, "undefined": 0, "survivors": [survivor]}
    record = with_verdict(
        made_record(), "asym.hoeffding", growth=[GROWTH], vacuity=FRONTIER, mutants=counts
    )
    verdict = record.verdicts["asym.hoeffding"]
    (line,) = growth_view(verdict)
    assert "n = 25 to 400: slope of log slack −0.11 in [−0.15, −0.065] with sim" in line
    assert "the slack shrinks" in line and "p = 1/2" in line
    told = vacuity_view(verdict)
    size, failure = told["parameters"]
    assert size["words"] == [{"math": "n"}, {"text": " ≥ 100"}] == size["told"]
    assert (size["low"], size["high"], size["spans"], size["share"]) == (
        "1",
        "10000",
        [[0.5, 1]],
        0.5,
    )
    assert failure["words"] == [{"math": "delta"}, {"text": ": everywhere"}]
    assert failure["share"] == 1 and {"text": " = 3"} in told["cell"] and not told["reason"]
    seen = exponents(record, ["asym.hoeffding"], ["asym"])
    assert seen["rows"][0]["counts"] == [0, 0, 0, 1] and seen["proposed"] == 1
    assert seen["cells"][0]["cells"] == ["n = 128"]


def test_frontiers_are_counted_paper_by_paper_and_the_hardest_are_shown():
    always = {**FRONTIER, "parameters": FRONTIER["parameters"][1:]}
    none = {"no_frontier": "It is attained."}
    record = made_record()
    for id, found in zip(record.verdicts, (FRONTIER, always, none), strict=False):
        record = with_verdict(record, id, vacuity=found)
    ids = list(record.verdicts)
    whole = paper_frontiers("asym", record, ids)
    assert [row["claim"]["id"] for row in whole["partly"]] == ids[:1]
    assert [row["claim"]["id"] for row in whole["always"]] == ids[1:2]
    assert whole["without"][0]["reason"] == [{"text": "It is attained."}]
    seen = frontiers(record, ids, ["asym"])
    assert seen["rows"][0]["counts"] == [1, 1, 1] and seen["claims"] == 3
    (part,) = seen["papers"]
    (row,) = part["rows"]
    assert [item["low"] for item in row["parameters"]] == ["1"] and part["more"] == 0


def test_why_a_claim_has_no_slack_is_told_by_direction_and_engine():
    record = made_record()
    views = {
        "asym.mean": {"direction": "identity"},
        "asym.hoeffding": {"direction": "upper bound"},
        "asym.gone": {},
    }
    reasons = {row["reason"] for row in without_slack(views, record, [])}
    assert {"identities", "no longer registered"} <= reasons and len(reasons) == 3
    assert without_slack(views, record, list(views)) == []


def test_proofs_are_counted_with_their_longest_chain():
    record = made_record()
    known = {item.id: item for item in CLAIMS}
    found = proofs("asym", record, known)
    # hoeffding and gap rest on the square sum, gap on what is refuted, untested on gap.
    assert (found["resting"], found["lines"], found["chain"], found["broken"]) == (3, 4, 3, 1)
