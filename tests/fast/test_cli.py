"""The command line: results on stdout, narration on stderr, exit status 0, 1 or 2."""

import json
import resource
import subprocess
import sys

import pytest

from verify.cli import main
from verify.cli.run_command import expand


def test_help_answers_at_once():
    """Processor time of the whole process, the best of five: other load does not count."""
    assert min(_processor_seconds("--help") for _ in range(5)) < 0.15


def _processor_seconds(*words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "verify", *words], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["evaluate", "asym.zipf.weigth"], "did you mean"),
        (["evaluate", "asym.zipf.weight", "alpha=3/2", "j=1"], "alpha"),
        (["evaluate", "asym.zipf.weight", "alpha"], "key=value"),
        (["evaluate", "asym.zipf.weight", "alpha=1/2"], "needs the input 'j'"),
        (["evaluate", "asym.zipf.weight", "alpha=1/2", "j=1", "k=2"], "no input 'k'"),
        (["evaluate", "asym.zipf.weight", "alpha=1/2", "j=1", "--digits", "9999"], "digits"),
        (["evaluate", "asym.zipf.weight", "alpha=1/2", "j=1", "--digits", "x"], "digits"),
        (["evaluate", "--from", "nowhere.json"], "nowhere.json"),
        (["evaluate"], "needs a name"),
        (["evaluate", "asym.zipf.weight", "alpha=1/2", "j=1", "alpha=1/3"], "given twice"),
        (["evaluate", "asym.zipf.weight", "--from", "x.json"], "one of the two"),
        (["evaluate", "asym.ntg.min_eigenvalue", "X=[[NaN,1]]"], "not an exact finite number"),
        (["evaluate", "--from", "."], "Is a directory"),
        (["list", "euclid", "--quantities"], "unknown paper"),
        (["run", "asym.zipf.exact", "--json", "."], "cannot write"),
        (["run", "asym.zipf.exact", "--evidence", "."], "cannot write"),
        (["show", "asym.thm9"], "unknown claim"),
        (["run", "asym.thm9"], "unknown claim"),
        (["run", "--budget", "soon"], "budget"),
        (["report", "--evidence", "nowhere.json"], "no evidence"),
        (["data", "nowhere.csv"], "no file"),
        (["data", "diabetes", "--gamma", "2"], "gamma"),
        (["data", "diabetes", "--paper", "euclid"], "unknown paper"),
        (["list", "euclid"], "unknown paper"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.err.count("\n") == 1 and not captured.out


@pytest.mark.parametrize(
    "words", [[], ["show"], ["data", "iris", "--rows", "x"], ["zzz"], ["doctor", "now"]]
)
def test_wrong_options_are_one_line_too(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    captured = capsys.readouterr()
    assert stopped.value.code == 2 and not captured.out
    assert captured.err.startswith("boundlab: ") and captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "record",
    ['{"quantity": 5}', '{"quantity": ["a"]}', '{"quantity": "asym.zipf.tail", "inputs": [1]}',
     '{"quantity": "asym.zipf.tail", "inputs": null}',
     '{"quantity": "asym.zipf.tail", "inputs": {"digits": 5}}',
     '{"quantity": "asym.zipf.tail", "inputs": {"alpha": NaN, "m": 1}}'],
)  # fmt: skip
def test_a_malformed_record_is_an_error_of_its_own(record, capsys, tmp_path):
    path = tmp_path / "in.json"
    good = '{"quantity": "asym.zipf.weight", "inputs": {"alpha": "1/2", "j": 1}}'
    path.write_text(f"\ufeff[{record}, {good}]")
    assert main(["evaluate", "--from", str(path)]) == 1
    bad, fine = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert bad["error"] and fine["value"].startswith("0.607")


def test_evaluate_prints_value_and_radius(capsys):
    words = ["asym.zipf.power_sum", "alpha=1/2", "r=2", "--digits", "30", "--json"]
    assert main(["evaluate", *words]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["value"].startswith("0.40000000000000000000000000000") and record["digits"] >= 30


def test_evaluate_from_a_file_goes_on_after_a_bad_record(capsys, tmp_path):
    path = tmp_path / "in.json"
    path.write_text(
        '[{"quantity": "asym.zipf.power_sum", "inputs": {"alpha": 0.5, "r": 2}},'
        ' {"quantity": "no.such"}, 7]'
    )
    assert main(["evaluate", "--from", str(path)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["value"].startswith("0.4") and "unknown" in lines[1]["error"]
    assert "no quantity" in lines[2]["error"]


def test_a_theorem_shown_through_its_proof_brings_its_lemmas(capsys):
    found = expand(["asym.thm4_1.a"])
    assert found[0] == "asym.thm4_1.a" and {"asym.propC1", "asym.lemD2", "asym.lemD3"} < set(found)
    assert "rests on" in capsys.readouterr().err
    assert expand(["asym.zipf.exact"]) == ("asym.zipf.exact",)
    assert not capsys.readouterr().err


def test_list_and_show(capsys):
    assert main(["list", "asym", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows and main(["show", rows[0]["name"]]) == 0
    assert rows[0]["name"] in capsys.readouterr().out


def test_doctor_finds_this_installation_in_order(capsys):
    assert main(["doctor"]) == 0
    assert "calculator" in capsys.readouterr().out
