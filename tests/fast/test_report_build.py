"""The report as a file: same bytes twice, every claim compiles, nothing is interpreted."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
import typst
from report_examples import CLAIMS, bare, made, made_record, many_claims

import reports.report_view
from reports import build as builder
from reports.build import build
from reports.typesetting import unsettable
from reports.words import rich
from theory.claim import claims
from theory.exact import InputError
from theory.notation import table
from verify.evidence import Flag, Outcome, Strength
from verify.record import load, save


@pytest.fixture
def registered(monkeypatch):
    """Make the report see these claims instead of the registered ones."""

    def register(items):
        monkeypatch.setattr(reports.report_view, "claims", lambda: tuple(items))

    register(CLAIMS)
    return register


@pytest.fixture
def page_data(monkeypatch):
    """What the templates were given in the last build."""
    seen = {}
    original = typst.compile

    def compile(path, **options):
        data = Path(path).with_name("report.json")
        if data.exists():
            seen["view"] = json.loads(data.read_text(encoding="utf-8"))
        return original(path, **options)

    monkeypatch.setattr(builder.typst, "compile", compile)
    return seen


def html(record, tmp_path):
    return build(record, tmp_path, format="html").read_text(encoding="utf-8")


def test_the_same_record_gives_the_same_bytes(registered, tmp_path):
    first = build(made_record(), tmp_path / "a.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert build(made_record(), tmp_path / "b.pdf").read_bytes() == first


def test_a_saved_record_gives_the_same_bytes(registered, tmp_path):
    save(made_record(), tmp_path / "run.json")
    direct = build(made_record(), tmp_path / "a.pdf").read_bytes()
    assert build(load(tmp_path / "run.json"), tmp_path / "b.pdf").read_bytes() == direct


def test_a_folder_gets_the_default_name(registered, tmp_path):
    assert build(made_record(), tmp_path / "new" / "out") == tmp_path / "new/out/boundlab.pdf"


def test_numbers_of_the_budget_are_in_the_promise(registered, tmp_path):
    page = html(made_record(budget={"checks": 77, "refute": 0.003, "hold": 0.02}), tmp_path)
    assert "capacity 77" in page
    assert "at most 0.003" in page and "0.02 divided by 77" in page


def test_every_chip_and_flag_is_printed(registered, tmp_path):
    items, evidence = [], []
    for outcome in Outcome:
        for strength in Strength:
            id = f"asym.{outcome.name.lower()}.{strength.name.lower()}"
            items.append(made(id))
            evidence.append(bare(id, outcome, strength))
    registered(items)
    record = made_record(tuple(items), tuple(evidence))
    first = next(iter(record.verdicts))
    flagged = record.verdicts[first] | {"flags": list(Flag)}
    record = replace(record, verdicts={**record.verdicts, first: flagged})
    page = html(record, tmp_path)
    for outcome in Outcome:
        assert f">{outcome.value.replace('_', ' ')}</span>" in page
    for strength in Strength:
        assert strength.name.lower() in page
    for flag in Flag:
        assert f">{flag.value.replace('_', ' ')}</span>" in page
    assert ">UNEXPECTED</span>" in page


def test_text_from_evidence_is_not_interpreted(registered, tmp_path):
    nasty = 'a $x^2$ #panic("no") *bold* <label> @ref `raw` // comment \\ end'
    evidence = replace(
        bare("asym.mean", Outcome.HOLDS, Strength.NUMERIC),
        margin=nasty,
        could_have_caught=nasty,
        part=nasty,
    )
    page = html(made_record(evidence=(evidence,), problems=(nasty,)), tmp_path)
    assert "$x^2$" in page or "$x²$" in page
    assert 'panic("no")' in page.replace("&quot;", '"')
    assert "*bold*" in page


def test_a_formula_that_cannot_be_set_costs_only_itself(registered, page_data, tmp_path):
    wrong = made("asym.wrong", statement="$frac(1$ and $undefinedname$", title="odd $frac(1, 2$")
    registered((*CLAIMS, wrong))
    build(made_record((*CLAIMS, wrong)), tmp_path)
    unset = {item["source"]: item["why"] for item in page_data["view"]["unset"]}
    assert set(unset) == {wrong.statement, "frac(1, 2"}
    assert all(unset.values())


def test_statements_of_all_registered_claims_compile():
    fragments = {("markup", claim.typeset()): claim.id for claim in claims()}
    for claim in claims():
        texts = [claim.title, claim.location]
        texts += [text for h in claim.hypotheses for text in (h.name, h.statement)]
        texts += [mutant.name for mutant in claim.mutants]
        if claim.discrepancy:
            note = claim.discrepancy
            texts += [note.transcribed, note.witness, note.repair]
        for segment in (segment for text in texts for segment in rich(text)):
            if "math" in segment:
                fragments["math", segment["math"]] = claim.id
    for entry in table():
        for source in (entry.typst, *entry.papers.values()):
            fragments["math", source] = f"symbol {entry.symbol}"
    refused = unsettable(fragments)
    assert not {fragments[fragment]: (fragment, why) for fragment, why in refused.items()}


def test_statements_do_not_use_bar_as_an_accent():
    """`bar(x)` is the absolute value in Typst; a mean is `overline(x)`."""
    assert not [claim.id for claim in claims() if "bar(" in claim.typeset().replace("overbar", "")]


def test_an_empty_and_an_incomplete_record(registered, page_data, tmp_path):
    empty = made_record((), (), complete=False, problems=("stopped by the user",))
    build(empty, tmp_path)
    view = page_data["view"]
    assert view["cover"]["counts"]["claims"] == 0
    assert not view["environment"]["complete"]
    assert len(view["environment"]["missing"]) == len(CLAIMS)


def test_claims_that_are_registered_no_more_are_shown_as_such(registered, tmp_path):
    registered(CLAIMS[:1])
    assert "no longer registered" in html(made_record(), tmp_path)


def test_fields_without_a_value(registered, tmp_path):
    record = made_record()
    verdict = dict(record.verdicts["asym.search"])
    thin = {key: verdict[key] for key in ("claim", "paper", "outcome", "strength")}
    odd = verdict | {"slack": [2.0, None], "margin": None, "mutants": None}
    record = replace(
        record, verdicts={**record.verdicts, "asym.search": thin, "asym.flow": odd},
        budget={}, environment={},
    )  # fmt: skip
    assert "at least ×2" in html(record, tmp_path)


def test_many_claims_with_long_ids_stay_affordable(registered, tmp_path):
    """40 claims here; 300 take less than eight times as long, against a limit of 30 s."""
    items, evidence = many_claims(40)
    registered(items)
    started = time.process_time()
    build(made_record(items, evidence), tmp_path)
    assert time.process_time() - started < 10


def test_bad_requests_are_one_line(registered, tmp_path):
    with pytest.raises(InputError, match="docx"):
        build(made_record((), ()), tmp_path, format="docx")
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match="cannot write"):
        build(made_record((), ()), blocked / "x.pdf")
