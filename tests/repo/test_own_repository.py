"""Theorems of another distribution are found: the guide's example, as it stands."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/own_repository.md").read_text()


@pytest.fixture
def repository(tmp_path):
    """The files of the guide, importable as an installed distribution would be."""
    paper, claims, checks, test = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    (toml,) = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
    points = toml.replace("project.entry-points.", "").replace('"', "")
    files = {
        "signs/__init__.py": "",
        "signs/claims/__init__.py": paper,
        "signs/claims/hoeffding.py": claims,
        "signs/checks/__init__.py": "",
        "signs/checks/hoeffding.py": checks,
        "test_signs.py": test,
        "signs-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: signs\nVersion: 1.0\n",
        "signs-1.0.dist-info/entry_points.txt": points,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def call(folder, *words):
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_claims_of_another_distribution_are_checked_and_reported(repository):
    ran = call(repository, "verify", "run", "signs", "--workers", "2", "--json", "rows.json")
    assert ran.returncode == 0, ran.stderr
    (row,) = json.loads((repository / "rows.json").read_text())
    assert (row["claim"], row["outcome"], row["strength"]) == (
        "signs.hoeffding", "HOLDS", "STATISTICAL",
    )  # fmt: skip
    assert row["mutants"] | {"equal": 0, "undefined": 0} == row["mutants"]
    assert (row["mutants"]["killed"], row["mutants"]["survivors"]) == (1, [])
    reported = call(repository, "verify", "report", "--out", "signs.pdf")
    assert reported.returncode == 0, reported.stderr
    assert (repository / "signs.pdf").stat().st_size > 10_000


def test_they_are_proof_checks_of_its_own_test_suite(repository):
    ran = call(repository, "pytest", "-v", "--claims-paper", "signs", "--claims-workers", "0")
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"test_claim\[signs\.hoeffding\] PASSED HOLDS STATISTICAL", ran.stdout)


def test_evidence_depends_on_their_source(repository):
    program = "-c", "from verify.ledger import code_digest; print(code_digest())"

    def digest():
        environment = os.environ | {"PYTHONPATH": f"{repository}{os.pathsep}{ROOT}"}
        return subprocess.check_output([sys.executable, *program], env=environment, text=True)

    before = digest()
    changed = repository / "signs/checks/hoeffding.py"
    changed.write_text(changed.read_text() + "# changed\n")
    assert digest() != before


def test_a_prefix_that_is_taken_is_refused(repository):
    points = repository / "signs-1.0.dist-info/entry_points.txt"
    points.write_text(points.read_text().replace("signs = signs.claims", "asym = signs.claims"))
    listed = call(repository, "verify", "list")
    assert listed.returncode == 2
    assert "entry point asym = signs.claims of boundlab.papers" in listed.stderr
