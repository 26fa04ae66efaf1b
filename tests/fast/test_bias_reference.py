"""Every reference value of the second paper, and the calculator's refusals."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb

from theory import InputError, quantity
from theory.bias import restricted
from theory.rigor.balls import ball, working_precision

RECORDS = json.loads((Path(__file__).parents[1] / "reference/bias.json").read_text())
PAIR = [["1", "0"], ["3/5", "4/5"]]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{r['quantity']} {r['inputs']}"[:70])
def test_reference_value(record):
    found = quantity(record["quantity"])(digits=record["digits"], **record["inputs"])
    with working_precision(400):
        result = ball(found.result) if isinstance(found.result, Fraction) else found.result
        known = arb(record["value"])
        assert abs(result / known - 1) < arb(10) ** (-record["digits"])


@pytest.mark.parametrize(
    ("name", "inputs", "message"),
    [
        ("bias.tail", {"B": "-1/2"}, "B = -1/2 is out of range; allowed: 0 <= B"),
        ("bias.orthant", {"B": 1, "rho": "11/10"}, "-1 <= rho <= 1"),
        ("bias.orthant", {"B": 1, "rho": 0.5}, "binary float"),
        ("bias.lmin.region", {"B": 1, "delta": "0"}, r"0 < delta <= sqrt\(2\)"),
        ("bias.lmin.region", {"B": 1, "delta": "1.415"}, r"0 < delta <= sqrt\(2\)"),
        ("bias.lmin.region", {"B": 1, "delta": "sqrt(2.1)"}, r'"sqrt\(2\)"'),
        ("bias.lmin.region", {"B": 1, "delta": "sqrt(-1)"}, r"0 < delta <= sqrt\(2\)"),
        ("bias.ntk.entry", {"X": PAIR, "B": 0, "i": 1, "k": 0}, "k = 0 is out of range"),
        ("bias.lmin.vacuous_below", {"B": "6/5"}, "no delta.*1.04151.*bias.lmin.region"),
        ("bias.ntk.entry", {"X": PAIR, "B": 0, "i": 1, "k": 3}, "k = 3 exceeds .* 1 to 2"),
        ("bias.ntk.min_eigenvalue", {"X": [[1, 0], [3, 4]], "B": 0}, r"\(3/5, 4/5\), or add norm"),
        ("bias.ntk.min_eigenvalue", {"X": [[1, 1]], "B": 0}, "squared norm 2; .*normalize=yes"),
        ("bias.ntk.min_eigenvalue", {"X": [[0, 0]], "B": 0}, "row 1 is zero"),
        ("bias.ntk.min_eigenvalue", {"X": [*PAIR, [1, 0]], "B": 0}, "rows 1 and 3 have the same"),
        ("bias.alignment", {"X": PAIR, "y": [1], "B": 0}, "exactly 2 entries"),
    ],
)
def test_refusals_name_value_range_and_next_step(name, inputs, message):
    with pytest.raises(InputError, match=message):
        quantity(name)(**inputs)


def test_the_largest_admissible_separation_is_read_exactly():
    value = quantity("bias.lmin.region")(B=1, delta="1.41421356237309504880168872420969807")
    assert value.digits >= 15


def test_the_square_root_of_two_is_exact():
    """Lambda(B, sqrt 2) = Q - Q^2."""
    tail = quantity("bias.tail")(B=1, digits=60).result
    with working_precision(250):
        value = quantity("bias.lmin.region")(B=1, delta="sqrt(2)", digits=60).result
        assert value.overlaps(tail - tail**2) and abs(value - tail + tail**2) < arb("1e-58")


@pytest.mark.parametrize("bias", ["0", "1", "40"])
@pytest.mark.parametrize("delta", ["1/10", "7/5", "1e-30"])
def test_the_restricted_bound_by_owens_t_is_the_difference(bias, delta):
    value = quantity("bias.lmin.region")(B=bias, delta=delta, digits=30).result
    with working_precision(3000):
        known = restricted.REGION.ball(B=Fraction(bias), separation=Fraction(delta))
    with working_precision(200):
        assert abs(value / known - 1) < arb("1e-30")


def test_tiny_separations_cost_no_time():
    """Nothing cancels: one evaluation, where Q - p would need 1400 bits and seconds."""
    value = quantity("bias.lmin.region")(B=40, delta="1e-400", digits=30)
    assert 30 <= value.digits < 60


def test_identical_samples_have_an_entry_but_no_least_eigenvalue():
    twice = [["1", "0"], ["1", "0"]]
    entry = quantity("bias.ntk.entry")(X=twice, B=1, i=1, k=2).result
    tail = quantity("bias.tail")(B=1).result
    assert entry.overlaps(2 * tail)
    with pytest.raises(InputError, match="singular"):
        quantity("bias.alignment")(X=twice, y=[1, -1], B=1)


def test_normalize_uses_the_directions_exactly():
    far = [["5", "0"], ["3", "4"], ["-1/2", "2/3"]]
    near = [["1", "0"], ["3/5", "4/5"], ["-3/5", "4/5"]]
    name = "bias.ntk.min_eigenvalue"
    scaled = quantity(name)(X=far, B=1, normalize="yes", digits=30).result
    assert scaled.overlaps(quantity(name)(X=near, B=1, digits=30).result)
    irrational = [["1", "1"], ["1", "0"]]  # the correlation is 1/sqrt 2
    value = quantity("bias.ntk.entry")(X=irrational, B=0, i=1, k=2, normalize="yes", digits=30)
    with working_precision(200):  # p(0, cos(pi/4)) = (pi - pi/4)/(2 pi) = 3/8
        assert value.result.overlaps((1 + 1 / arb(2).sqrt()) * 3 / 8)


def test_nothing_is_vacuous_without_bias_and_the_vacuous_interval_has_its_ends():
    assert quantity("bias.lmin.vacuous_below")(B=0).result == 0
    ends = [quantity(f"bias.lmin.vacuous_{end}")(digits=16).value for end in ("from", "to")]
    assert [end[:18] for end in ends] == ["1.0415121210561723", "1.2488458890967065"]
    below, above = (quantity("bias.lmin.vacuous_below")(B=b).value for b in ("1.0415", "1.2489"))
    assert 1.41 < float(below) < 1.4143 and 1.41 < float(above) < 1.4143


def test_exact_zeros_stay_exact():
    assert quantity("bias.orthant")(B=2, rho=-1).value == "0"
    assert quantity("bias.nngp")(B=2, rho=-1).value == "0"
    assert quantity("bias.alignment")(X=PAIR, y=[0, 0], B=1).result == 0


@pytest.mark.parametrize(("bias", "low", "high"), [("0", 7.02e5, 7.04e5), ("1/2", 2.35e6, 2.37e6)])
def test_two_orthogonal_samples_ask_for_the_known_width(bias, low, high):
    inputs = {"X": [[1, 0], [0, 1]], "B": bias, "squared_residual": 2, "delta": "1/20"}
    sharp = float(quantity("bias.conv.width_sharp")(**inputs).value)
    assert low < sharp < high
    closed = float(quantity("bias.conv.width")(**inputs).value)
    assert closed > sharp  # L <= 2n and e^(BR) <= sqrt(e) were rounded up
    terms = [float(quantity("bias.conv.width")(**inputs, term=k).value) for k in (1, 2, 3)]
    assert max(terms) == closed
