"""Every reference value of the dual.* quantities, at the digits stated."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb

import theory
from theory.dual.problem import problem
from theory.dual.training import certified_optimum
from theory.rigor.balls import ball, working_precision

RECORDS = json.loads((Path(__file__).parents[1] / "reference" / "dual.json").read_text())
TRAINED = [record["inputs"] for record in RECORDS if "lam" in record["inputs"]]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["quantity"])
def test_reference_value(record):
    found = theory.quantity(record["quantity"])(digits=record["digits"], **record["inputs"])
    with working_precision(400):
        expected = ball(Fraction(record["value"]))
        error = abs(ball(found.result) - expected)
        assert error <= abs(expected) * arb(10) ** -record["digits"]
    assert found.digits >= record["digits"]


@pytest.mark.parametrize("inputs", TRAINED, ids=lambda inputs: f"{len(inputs['X'])} rows")
def test_gap_of_every_reference_problem_is_proved_small(inputs):
    # 60 digits are 200 bits; the proved gap is linear in the accuracy of the refinement.
    task = problem(inputs["X"], inputs["y"], inputs["lam"])
    assert certified_optimum(task, bits=200).gap() < arb("1e-46")
    assert certified_optimum(task, bits=366).gap() < arb("1e-97")
