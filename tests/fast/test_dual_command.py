"""`dual`: every way of solving, its figure, its JSON, and its errors."""

import json
from fractions import Fraction

import numpy as np
import pytest

from verify.cli import main
from verify.data.dual_training import train
from verify.data.load import load

SMALL = "a,b,y\n1,0,1\n0,1,-1\n1,1,2\n"


def write(path, X, y):
    header = ",".join([f"x{k}" for k in range(X.shape[1])] + ["y"])
    rows = [",".join(map(repr, [*map(float, row), float(t)])) for row, t in zip(X, y, strict=True)]
    path.write_text("\n".join([header, *rows]) + "\n")
    return str(path)


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(SMALL)
    return str(path)


def test_small_data_are_certified(small, capsys):
    assert main(["dual", small, "--target", "y", "--lam", "0.1", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    facts = {fact["name"]: fact["value"] for fact in record["facts"]}
    # The first digits of the reference value of this problem.
    assert facts["optimal value"].startswith("0.3258673112174843")
    assert facts["total variation"].startswith("2.4778613976939045")
    assert facts["Diracs of an extreme minimiser"] == "2"
    assert float(facts["proved duality gap"]) < 1e-60
    assert len(record["diracs"]) == 2
    assert all(abs(np.linalg.norm(d["direction"]) - 1) < 1e-12 for d in record["diracs"])


def test_figures_of_two_and_three_inputs(small, tmp_path, capsys):
    for bias in ([], ["--bias"]):
        out = tmp_path / f"out{len(bias)}.svg"
        assert main(["dual", small, "--lam", "1/10", "--figure", str(out), *bias]) == 0
        assert out.read_text().lstrip().startswith("<?xml")
    assert main(["dual", small, "--lam", "1/10", "--columns", "a", "--figure", "x.svg"]) == 2
    assert "two or three inputs" in capsys.readouterr().err


def test_above_lambda_max_nothing_is_learned(small, capsys):
    assert main(["dual", small, "--lam", "50"]) == 0
    printed = capsys.readouterr().out
    assert "lambda >= lambda_max" in printed and "1.0000000000000000000" in printed


def test_large_data_in_the_plane_and_in_space(tmp_path):
    rng = np.random.default_rng(0)
    for n, d, way in [(11_000, 2, "sweep"), (260, 3, "proved on")]:
        X = rng.standard_normal((n, d))
        y = np.maximum(X[:, 0], 0) - np.abs(X[:, -1])
        found = train(load(write(tmp_path / f"{d}.csv", X, y)), Fraction(1, 20))
        assert any(way in known for _, _, known in found.facts)
        known = {name: value for name, value, _ in found.facts}
        assert float(known["relative duality gap"]) < 1e-9


def test_share_scales_the_penalty(small, capsys):
    assert main(["dual", small, "--lam", "1/2", "--share", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    facts = {fact["name"]: float(fact["value"]) for fact in record["facts"][:3]}
    assert facts["lambda"] == pytest.approx(facts["lambda_max"] / 2, rel=1e-9)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--lam", "0"], "0 < lam"),
        (["--lam", "0.1", "--columns", "a,z"], "no column 'z'"),
        (["--lam", "0.1", "--rows", "0"], "1 or more"),
        (["--lam", "x"], "not an exact finite number"),
    ],
)
def test_wrong_use_is_one_line(small, words, message, capsys):
    assert main(["dual", small, *words]) == 2
    assert message in capsys.readouterr().err


def test_too_large_data_are_refused(tmp_path, capsys):
    rng = np.random.default_rng(0)
    path = write(tmp_path / "wide.csv", rng.standard_normal((60, 8)), rng.standard_normal(60))
    assert main(["dual", path, "--lam", "0.1"]) == 2
    assert "dual regions" in capsys.readouterr().err
