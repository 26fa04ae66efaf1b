"""The repository itself: arrows run one way, FLINT's precision has one owner, floats stay out."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"theory": {"verify", "reports", "tests"}, "verify": {"reports", "tests"}}
# The command line is the roof: it may call the report builder and its drawings.
ROOF = {
    "verify/cli/report_command.py",
    "verify/cli/dual_command.py",
    "verify/cli/experiment_command.py",
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_arrows_run_one_way(folder):
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(folder)
        for name in imports(path) & FORBIDDEN[folder]
        if str(path.relative_to(ROOT)) not in ROOF
    ]
    assert not wrong


def test_theory_has_no_randomness():
    wrong = [str(p) for p in sources("theory") if imports(p) & {"random", "secrets", "socket"}]
    wrong += [str(p) for p in sources("theory") if "np.random" in p.read_text()]
    assert not wrong


def test_working_precision_has_one_owner():
    owner = ROOT / "theory/rigor/balls.py"
    users = [
        str(path.relative_to(ROOT))
        for folder in ("theory", "verify", "reports")
        for path in sources(folder)
        if path != owner and ("ctx.prec" in path.read_text() or "ctx.dps" in path.read_text())
    ]
    assert not users


def test_reports_compute_no_mathematics():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("reports")
        for name in imports(path) & {"flint", "mpmath", "scipy", "sympy"}
    ]
    assert not wrong


def test_no_tests_in_the_wheel_and_every_package_is_named():
    text = (ROOT / "pyproject.toml").read_text()
    assert 'packages = ["theory", "verify", "reports"]' in text


def test_files_stay_small_enough_to_read():
    long = {
        str(path.relative_to(ROOT)): count
        for folder in ("theory", "verify", "reports")
        for path in sources(folder)
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_no_mark_of_an_unfinished_merge():
    marks = tuple(sign * 7 + " " for sign in "<>")
    folders = ("theory", "verify", "reports", "tests", "docs", "benchmarks")
    texts = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    wrong = [
        str(path.relative_to(ROOT))
        for path in texts
        if path.suffix in {".py", ".md", ".typ", ".json"}
        and any(line.startswith(marks) for line in path.read_text(encoding="utf-8").splitlines())
    ]
    assert texts and not wrong
