"""Every reference value of the first paper, at the digits it states."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, fmpq

from theory.quantity import quantity
from theory.rigor.balls import working_precision

RECORDS = json.loads((Path(__file__).parents[1] / "reference" / "asymmetric.json").read_text())


@pytest.mark.parametrize(
    "record", RECORDS, ids=[f"{i}-{entry['quantity']}" for i, entry in enumerate(RECORDS)]
)
def test_value(record):
    value = quantity(record["quantity"])(digits=record["digits"], **record["inputs"])
    with working_precision(200):
        reference = arb(record["value"])
        result = value.result
        if isinstance(result, Fraction):
            result = arb(fmpq(result.numerator, result.denominator))
        # The record promises this relative error; the ball must be as narrow and overlap it.
        error = abs(reference) * arb(10) ** -record["digits"]
        assert result.rad() <= error
        assert abs(result - reference) <= error
