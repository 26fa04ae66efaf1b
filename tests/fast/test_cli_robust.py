"""What a command line meets: Ctrl-C, closed pipes, full disks, damaged files, poor terminals."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flint import acb

from theory.exact import InputError
from theory.quantity import quantity
from verify.adversary import attack as attack_module
from verify.check import job
from verify.cli import main
from verify.executors import Inline
from verify.ledger import Ledger
from verify.record import load

CLAIM = "asym.zipf.exact"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with the ledger and the evidence of a small run."""
    folder = tmp_path_factory.mktemp("finished")
    files = ["--ledger", str(folder / "ledger.db"), "--evidence", str(folder / "run.json")]
    assert main(["run", CLAIM, "--workers", "0", *files]) == 0
    return folder


def ctrl_c_inside_an_integrand():
    """FLINT loses what an integrand raises; the error that comes instead is an Exception."""

    def integrand(z, analytic):
        signal.raise_signal(signal.SIGINT)
        return z

    return acb.integral(integrand, acb(0), acb(1))


def taken_for_a_wrong_formula():
    try:
        return ctrl_c_inside_an_integrand()
    except Exception as error:
        return type(error).__name__


def test_a_chunk_that_swallowed_ctrl_c_has_no_result():
    before = signal.getsignal(signal.SIGINT)
    executor = Inline()
    with pytest.raises(KeyboardInterrupt):
        executor.submit(taken_for_a_wrong_formula)
    executor.shutdown()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("work", [taken_for_a_wrong_formula, ctrl_c_inside_an_integrand])
def test_an_attack_ends_with_a_ctrl_c_inside_an_integrand(work, monkeypatch):
    def interrupted(*arguments):
        return {"found": {"claim": work()}}

    monkeypatch.setattr(attack_module, "work", interrupted)
    result = attack_module.attack([job("bias.lmin.upper/Search")], seconds=60, seed=1)
    assert result.stopped == "stopped by the user" and result.tried == 0


def test_a_ctrl_c_inside_an_integrand_stops_any_command(monkeypatch, capsys):
    weight = quantity("asym.zipf.weight")
    monkeypatch.setattr(type(weight), "__call__", lambda *_, **__: ctrl_c_inside_an_integrand())
    assert main(["evaluate", weight.name, "alpha=1/2", "j=1"]) == 130
    assert capsys.readouterr().err == "boundlab: stopped\n"


def boundlab(*words, out=subprocess.PIPE, **more):
    """The command with its output buffered, as for a user."""
    unset = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-m", "verify", *words],
        stdout=out, stderr=subprocess.PIPE, text=True, env=unset | more,
    )  # fmt: skip


SHORT, LONG = ["evaluate", "dual.regions", 'X=[["1","0"]]'], ["evaluate", "--list"]


@pytest.mark.parametrize("words", [SHORT, LONG, ["--help"]])
def test_a_reader_that_went_away_is_no_error(words):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as gone:
        ran = boundlab(*words, out=gone)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [SHORT, LONG, ["--help"]])
def test_a_full_device_is_one_line(words):
    with open("/dev/full", "w") as full:
        ran = boundlab(*words, out=full)
    assert ran.returncode == 2 and ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("boundlab: No space left on device; allowed: ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_unicode_reads_typst(encoding):
    ran = boundlab("show", "asym.thm4_1.T3", PYTHONIOENCODING=encoding)
    assert ran.returncode == 0 and not ran.stderr
    assert "$T_3 = frac(2^(32) n^(6)" in ran.stdout and ran.stdout.isascii()


@pytest.mark.parametrize(
    "words",
    [
        ["run", CLAIM, "--ledger", "."],
        ["run", CLAIM, "--ledger", ""],
        ["experiment", "asym.simulated", "--seeds", "1", "--json", "."],
        ["experiment", "asym.simulated", "--seeds", "1", "--figure", "."],
        ["experiment", "asym.simulated", "--seeds", "1", "--evidence", "."],
        ["dual", "iris", "--lam", "1", "--figure", "."],
    ],
)
def test_outputs_are_refused_before_the_work(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("boundlab: cannot write ") and captured.err.count("\n") == 1
    assert not captured.out and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["show", "asym"], "see `list asym`"),
        (["show", "asym.thm4_1"], "did you mean asym.thm4_1.T1 or asym.thm4_1.T2"),
        (["evaluate", "asym.zipf"], "did you mean asym.zipf.power_sum or asym.zipf.tail"),
        (["run", CLAIM, "--budget", ""], "a positive time"),
    ],
)
def test_part_of_a_name_is_answered_with_what_begins_so(words, advice, capsys):
    assert main(words) == 2
    assert advice in capsys.readouterr().err


def damaged(finished, tmp_path, statement):
    path = tmp_path / "ledger.db"
    path.write_bytes((finished / "ledger.db").read_bytes())
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()
    return path


@pytest.mark.parametrize(
    "statement", ["UPDATE chunks SET result = '{'", "ALTER TABLE chunks RENAME COLUMN key TO k"]
)
def test_a_ledger_that_is_damaged_inside_is_one_line(statement, finished, tmp_path, capsys):
    path = damaged(finished, tmp_path, statement)
    words = ["--workers", "0", "--evidence", str(tmp_path / "run.json")]
    assert main(["run", CLAIM, "--ledger", str(path), *words]) == 2
    error = capsys.readouterr().err
    assert f"ledger {path} cannot be used" in error and error.count("\n") == 1


def test_a_ledger_that_cannot_grow_is_an_input_error(tmp_path):
    ledger = Ledger(tmp_path / "ledger.db")
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(InputError, match="is full"):
        ledger.put(1, "check", "key", {"long": "x" * 100_000}, 0.0)
    ledger.close()


def change(data, what):
    item, verdict = data["evidence"][0], next(iter(data["verdicts"].values()))
    match what:
        case "a name is missing":
            del data["budget"]
        case "a name is new":
            data["mood"] = "good"
        case "no list of evidence":
            data["evidence"] = None
        case "evidence without strength":
            del item["strength"]
        case "an unknown outcome":
            item["outcome"] = "MAYBE"
        case "a verdict without strength":
            del verdict["strength"]


DAMAGES = (
    "a name is missing", "a name is new", "no list of evidence", "evidence without strength",
    "an unknown outcome", "a verdict without strength",
)  # fmt: skip


@pytest.mark.parametrize("what", DAMAGES)
def test_evidence_of_another_version_is_one_line(what, finished, tmp_path, capsys):
    data = json.loads((finished / "run.json").read_text())
    load(finished / "run.json")
    change(data, what)
    path = tmp_path / "old.json"
    path.write_text(json.dumps(data))
    for words in (["report", "--out", str(tmp_path)], ["show", CLAIM]):
        assert main([*words, "--evidence", str(path)]) == 2
        captured = capsys.readouterr()
        assert "damaged or of another version" in captured.err and "run again" in captured.err
        assert captured.err.count("\n") == 1 and not captured.out


def test_a_verdict_of_an_older_version_is_shown(finished, tmp_path, capsys):
    data = json.loads((finished / "run.json").read_text())
    thin = {name: data["verdicts"][CLAIM][name] for name in ("outcome", "strength")}
    path = tmp_path / "thin.json"
    path.write_text(json.dumps(data | {"verdicts": {CLAIM: thin}}))
    assert main(["show", CLAIM, "--evidence", str(path)]) == 0
    assert "found         HOLDS PROVED\n" in capsys.readouterr().out


def test_a_claim_is_shown_beside_a_stale_evidence_file(tmp_path, monkeypatch, capsys):
    (tmp_path / ".boundlab").mkdir()
    (tmp_path / ".boundlab/run.json").write_text('{"format": 1, "verd')
    monkeypatch.chdir(tmp_path)
    assert main(["show", CLAIM]) == 0
    captured = capsys.readouterr()
    assert CLAIM in captured.out and "not an evidence file" in captured.err
    assert main(["show", CLAIM, "--evidence", "nowhere.json"]) == 2


def test_json_on_stdout_is_json(monkeypatch, capsys):
    """No -Infinity for the best ratio of an attack that was stopped before its first batch."""

    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(attack_module, "work", stopped)
    assert main(["attack", "bias.lmin.upper", "--json"]) == 0

    def refuse(name):
        raise ValueError(name)

    assert json.loads(capsys.readouterr().out, parse_constant=refuse)["best"] is None
