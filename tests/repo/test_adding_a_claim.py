"""A claim touches one theory module and one check module: the guide's own example does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/adding_a_claim.md"


def test_the_example_of_the_guide_works_as_it_stands(tmp_path):
    for folder in ("theory", "verify"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    statement, check = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    (tmp_path / "theory/asymmetric/example.py").write_text(statement)
    (tmp_path / "verify/checks/example.py").write_text(check)

    def boundlab(*words):
        command = [sys.executable, "-m", "verify", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)

    listed = boundlab("list", "asym")
    assert "asym.example.square_sum" in listed.stdout, listed.stderr
    ran = boundlab("run", "asym.example.square_sum", "--workers", "0")
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"asym\.example\.square_sum +HOLDS +CERTIFIED +mutants 1/1", ran.stdout)
