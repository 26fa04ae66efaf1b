"""Loading and preparing data: every bad input is one clear line, every step is said."""

import numpy as np
import pytest

from theory.exact import InputError
from verify.data.load import load
from verify.data.prepare import prepare


def write(tmp_path, text):
    path = tmp_path / "data.csv"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n3\n", "line 3 has 1 cells, the header 2"),
        ("a,b\n1,2\nred,4\n", "line 3, column 'a': 'red'"),
        ("a,b\n1,nan\n3,4\n", "column 'b': 'nan'"),
        ("a,b\n1,inf\n3,4\n", "column 'b': 'inf'"),
        ("a,b\n1,\n3,4\n", "column 'b': ''"),
        ("1,2\n3,4\n5,6\n", "starts with numbers"),
        ("a,a\n3,4\n5,6\n", "columns of the same name 'a'"),
        ("a;b\n3;4\n5;6\n", "replace ';' by a comma"),
        ("a\n3\n5\n", "add the target as a column"),
        ("a,b\n", "0 rows"),
        ("a,b\n1,2\n", "has 1 row;"),
        (",a,y\n0,1,2\n1,5,3\n", "column 1 has no name.*if it numbers the rows"),
        ("a,b\n1_0,2\n3,4\n", "column 'a': '1_0'"),
        ("", "0 rows"),
    ],
)
def test_bad_files(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        load(write(tmp_path, text))


def test_missing_file_and_column(tmp_path):
    with pytest.raises(InputError, match="no file"):
        load("nowhere.csv")
    with pytest.raises(InputError, match="no column 'z'"):
        load(write(tmp_path, "a,b\n1,2\n3,4\n"), "z")


def test_a_wrong_target_is_told_shortly_in_a_wide_file(tmp_path):
    header = ",".join(f"col{i}" for i in range(600))
    cells = ",".join("1" for _ in range(600))
    with pytest.raises(InputError, match="did you mean 'col7'") as error:
        load(write(tmp_path, f"{header}\n{cells}\n{cells}\n"), "col_7")
    assert len(str(error.value)) < 400


def test_target_by_name(tmp_path):
    data = load(write(tmp_path, "y,a,b\n1,2,3\n4,5,6\n"), "y")
    assert data.y.tolist() == [1, 4] and data.columns == ("a", "b")


def test_preparation_meets_the_hypotheses(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 3)) * [1e-8, 1, 1e8]
    rows = [*map(list, X), list(X[0]), list(X[1])]
    lines = ["a,b,c,k,y"] + [",".join(map(repr, map(float, [*row, 1.0, row[0]]))) for row in rows]
    prepared = prepare(load(write(tmp_path, "\n".join(lines) + "\n")), rows=20)
    assert prepared.X.shape == (20, 3)
    assert np.linalg.norm(prepared.X, axis=1).max() <= 1
    assert np.allclose(np.linalg.norm(prepared.unit, axis=1), 1, rtol=1e-15 * 8)
    said = " ".join(prepared.steps)
    for words in ("dropped 2 rows", "1 constant column (k)", "first 20 of 30", "standardised"):
        assert words in said


def test_extreme_magnitudes(tmp_path):
    """Squares of 1e300 overflow, squares of 1e-300 vanish: neither may show."""
    rows = [("1e300", "1e-300", "0"), ("-1e300", "2e-300", "1e-300"), ("3e299", "5e-300", "-1e300")]
    rows.append(("1.7e308", "-1e-300", "1e300"))
    text = "a,b,y\n" + "\n".join(",".join(row) for row in rows) + "\n"
    prepared = prepare(load(write(tmp_path, text)))
    assert len(prepared.X) == 4
    for array in (prepared.X, prepared.unit, prepared.y):
        assert np.isfinite(array).all()
    assert np.allclose(prepared.y.std(), 1) and np.linalg.norm(prepared.X, axis=1).max() <= 1


def test_proportional_rows_and_signs(tmp_path):
    """-x is one line but another direction; a third row on the line repeats a direction."""
    text = "a,b,y\n1,2,0\n-1,-2,1\n2,4,1\n-2,-4,0\n3,-1,1\n-3,1,0\n"
    prepared = prepare(load(write(tmp_path, text)))
    assert prepared.lines.tolist() == [0, 4]
    assert prepared.directions.tolist() == [0, 1, 4, 5]
    assert prepared.signs.tolist() == [-1, 1, 1, -1, 1, -1]
    said = " ".join(prepared.steps)
    assert "dropped 4 rows proportional" in said and "dropped 2 rows with the direction" in said


def test_constant_target(tmp_path):
    prepared = prepare(load(write(tmp_path, "a,y\n1,-7\n2,-7\n4,-7\n")))
    assert prepared.y.tolist() == [-1, -1, -1] and prepared.signs is None


def test_too_little_data(tmp_path):
    same = write(tmp_path, "a,y\n1,2\n1,3\n")
    with pytest.raises(InputError, match="1 usable row"):
        prepare(load(same))
    with pytest.raises(InputError, match="rows = 1"):
        prepare(load(same), rows=1)
