"""Parts of the report: plots, graph, counts."""

import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from report_examples import CLAIMS, example_evidence, made_record

from reports.figures import paper_figures
from reports.graph import components, layers, layout
from reports.plots import plot
from reports.plots.reach import Reach, reach_axis
from reports.plots.slack import bound, slack_axis
from reports.plots.style import tick_label
from reports.report_view import digest, report_view
from reports.words import breakable, pretty, rich
from verify.evidence import CellRecord, Outcome


def of(engine):
    return next(item for item in example_evidence() if item.engine == engine)


def with_figures(evidence, **figures):
    cells = [CellRecord(c.cell, c.outcome, {**c.figures, **figures}) for c in evidence.cells]
    return replace(evidence, cells=tuple(cells))


@pytest.mark.parametrize("engine", ["Sample", "Cover", "Slope", "Follow"])
def test_every_engine_with_figures_is_drawn_the_same_twice(engine):
    figure = plot(of(engine))
    assert figure is not None and figure.alt and figure.caption
    ElementTree.fromstring(figure.svg)
    assert plot(of(engine)) == figure
    assert "STIX" not in figure.svg  # the labels are set in the report's own font


def test_engines_without_figures_have_no_plot():
    assert plot(of("Derive")) is None
    assert plot(of("Search")) is None
    assert plot(of("Enclose")) is None  # an equality: both sides coincide


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, "", []])
def test_missing_figures_are_left_out_not_guessed(nothing):
    names = ("estimate", "target", "delta", "x", "y", "loss", "times", "covering", "parameters")
    for engine in ("Sample", "Cover", "Slope", "Follow"):
        assert plot(with_figures(of(engine), **dict.fromkeys(names, nothing))) is None


def test_inequalities_at_named_cells_and_along_a_parameter():
    named = of("Enclose")
    cells = tuple(
        CellRecord({"set": f"set {k}"}, Outcome.HOLDS, {"left": str(k), "right": f"1e{k}"})
        for k in range(1, 40)
    )
    assert "the first 10 of 39 cells" in plot(replace(named, cells=cells)).caption
    along = tuple(CellRecord({"m": 10**k}, c.outcome, c.figures) for k, c in enumerate(cells[:5]))
    assert plot(replace(named, cells=along)) is not None


def test_slack_axis_takes_unknown_ends_and_leaves_out_what_is_no_factor():
    assert bound("a.b", "a", None) is None
    assert bound("a.b", "a", [None, 2]) is None
    assert bound("a.b", "a", [0.0, 2]) is None
    assert bound("a.b", "a", [2.0, None]).high is None
    assert bound("a.b", "a", [2.0, math.inf]).high is None
    assert slack_axis([]) is None
    rows = [bound(f"a.{k}", "a", [1 + k, 3 + k]) for k in range(100)]
    assert "100 bounds" in slack_axis(rows).caption
    assert "a.3" in slack_axis(rows[:10]).svg


def test_reach_says_nothing_without_numbers():
    assert reach_axis([Reach("x", None, math.nan)], size="width m", title="Reach") is None
    figure = reach_axis([Reach("γ = 1", 40, 4.2e26)], size="width m", title="Reach")
    assert "4.2·10²⁶" in figure.svg and ">40<" in figure.svg


def test_layers_put_every_lemma_left_of_what_rests_on_it():
    edges = {"e": ["c", "d"], "d": ["b"], "c": ["a"], "b": ["a"], "z": []}
    (group,) = components(edges)
    placed = layout(group, edges).positions
    for node, lemmas in edges.items():
        assert all(placed[lemma][0] < placed[node][0] for lemma in lemmas)
    assert len(set(placed.values())) == 5
    with pytest.raises(ValueError, match="cycle"):
        layers(["a"], {"a": ["b"], "b": ["a"]})


def test_a_refuted_lemma_is_a_red_line(monkeypatch):
    view = seen(monkeypatch, made_record())
    drawing = view["chapters"][0]["graph"]["drawings"][0]
    assert sum(edge["broken"] for edge in drawing["edges"]) == 1


def seen(monkeypatch, record):
    monkeypatch.setattr("reports.report_view.claims", lambda: CLAIMS)
    return report_view(record, lambda figure: {"path": figure.title})


def test_counts_are_those_of_the_record(monkeypatch):
    record = made_record()
    view = seen(monkeypatch, record)
    counts = view["cover"]["counts"]
    verdicts = record.verdicts.values()
    assert counts["claims"] == len(CLAIMS)
    assert counts["killed"] == sum(v["mutants"]["killed"] for v in verdicts) > 0
    assert counts["census"] == sum(v["census"]["total"] for v in verdicts) > 0
    assert sum(map(sum, (row["counts"] for row in view["cover"]["matrix"]))) == len(CLAIMS)
    expected = sum(v["outcome"] == v["expected"] for v in verdicts)
    assert counts["expected"] == expected < len(CLAIMS)
    assert len(view["glance"]["unexpected"]) == len(CLAIMS) - expected
    assert view["ledger"] == ["asym.refuted"]
    assert [item["prefix"] for item in view["bibliography"]] == ["asym"]


def test_what_did_not_hold_stands_first_in_a_table_of_cells(monkeypatch):
    view = seen(monkeypatch, made_record())
    claim = next(c for c in view["chapters"][0]["claims"] if c["id"] == "asym.surprise")
    outcomes = [row["outcome"] for row in claim["evidence"][0]["cells"]["rows"]]
    assert outcomes == ["REFUTED", "REFUTED", "HOLDS", "HOLDS"]


def test_the_digest_names_the_evidence():
    assert digest(made_record()) == digest(made_record())
    assert digest(made_record()) != digest(made_record(seed=8))


def test_papers_without_own_figures_have_none():
    assert paper_figures("nobody", made_record()) == ([], "")


def test_dollars_that_do_not_pair_are_text():
    assert rich("costs 5 $") == [{"text": "costs 5 $"}]
    assert rich("") == []


def test_long_words_break_and_keep_their_letters():
    word = "asym." + "x" * 90
    assert breakable(word).replace("\u200b", "") == word
    assert max(map(len, breakable(word).split("\u200b"))) <= 19


def test_signs_inside_ids_and_ranges_stay():
    assert pretty("x-1 and [-1, 2] and 1e-05") == "x-1 and [−1, 2] and 10⁻⁵"
    assert [tick_label(v) for v in (0, -2, 0.05, 1e26)] == ["0", "−2", "0.05", "10²⁶"]
