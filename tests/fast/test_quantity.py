"""The calculator: every reference record, and the printed value with its radius is a proof."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb

from theory.quantity import EXACT_DIGITS, Value, quantities, quantity
from theory.rigor.balls import working_precision

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.mark.parametrize("digits", [1, 3, 16, 40, 200])
def test_the_printed_value_and_radius_contain_the_ball(digits):
    with working_precision(4 * digits + 60):
        root = arb(2).sqrt()
    value = Value("x", {}, root)
    printed, radius = Fraction(value.value), Fraction(value.radius)
    low, high = printed - radius, printed + radius
    assert low**2 <= 2 <= high**2
    assert radius <= printed * Fraction(1, 10 ** (value.digits - 1))


def test_exact_values_say_so():
    record = Value("x", {}, Fraction(2, 5)).as_json()
    assert (record["value"], record["radius"], record["exact"]) == ("2/5", "0", True)
    assert record["digits"] == EXACT_DIGITS


def test_every_quantity_is_documented():
    bare = [name for name in quantities() if not quantity(name).summary]
    assert not bare


def test_every_public_name_of_the_reference_exists():
    named = {
        record["quantity"]
        for name in ("asymmetric", "bias", "dual", "lottery")
        for record in json.loads((REFERENCE / f"{name}.json").read_text())
    }
    assert named <= set(quantities())
