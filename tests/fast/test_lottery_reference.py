"""Every reference value of the paper on sparse teacher-student recovery, and its bad input."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb

from theory.exact import InputError
from theory.quantity import quantity
from theory.rigor.balls import ball, working_precision

RECORDS = json.loads((Path(__file__).parents[1] / "reference" / "lottery.json").read_text())
TEACHER = [["3/5", "4/5", "0"], ["0", "5/13", "12/13"]]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["quantity"])
def test_reference(record):
    value = quantity(record["quantity"])(digits=record["digits"] + 2, **record["inputs"])
    with working_precision(300):
        expected = arb(record["value"])
        error = abs(ball(value.result) - expected) / abs(expected)
        assert error < arb(10) ** -record["digits"]  # certain: the ball of the value is inside


@pytest.mark.parametrize(
    ("name", "inputs", "says"),
    [
        ("loss", {"teacher": TEACHER, "student": [["1", "0", "0"], ["0", "0", "0"]]}, "2 is zero"),
        ("loss", {"teacher": TEACHER, "student": [["1", "0", "0"]]}, "student is 1 x 3"),
        ("loss", {"teacher": [["1", "0"], ["1"]], "student": [["1"]]}, "row 2 has 1 entries"),
        ("loss", {"teacher": [[0.5]], "student": [["1"]]}, "binary float"),
        ("hessian.condition", {"teacher": TEACHER, "mask": [[1, 1, 1], [0, 0, 0]]}, "2 is empty"),
        ("hessian.condition", {"teacher": TEACHER, "mask": [[1, 1, 1], [0, 2, 0]]}, "(2, 2) = 2"),
        ("hessian.condition", {"teacher": TEACHER, "mask": [[1, 1], [1, 1]]}, "mask is 2 x 2"),
        (
            "hessian.min_eigenvalue",
            {"teacher": TEACHER, "student": TEACHER, "mask": [[1, 1, 0], [0, 0, 1]]},
            "student weight (2, 2) = 5/13 lies outside",
        ),
        ("hessian.condition", {"teacher": [["1", "2"], ["2", "4"]]}, "positive definite"),
        ("hessian.entry", {"teacher": TEACHER, "row": 7, "column": 1}, "row = 7"),
        ("gradient", {"teacher": TEACHER, "student": TEACHER, "neuron": 3, "coordinate": 1}, "= 3"),
        ("heavy_ball.rate", {"kappa": "1/2"}, "1 <= kappa"),
        ("identifiability", {"N": 3, "K": 0, "s": 1}, "K = 0"),
        ("identifiability", {"N": 3, "K": 1, "s": -1}, "s = -1"),
        ("hessian.condition", {"teacher": [["1"], ["2"]], "student": [["1"], ["3"]]}, "value is 0"),
        ("literal_convexity_radius.mean", {"r": 0, "N": 5}, "r = 0"),
    ],
)  # fmt: skip
def test_bad_input_is_named(name, inputs, says):
    with pytest.raises(InputError) as caught:
        quantity(f"lottery.{name}")(**inputs)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mask_that_cuts_the_teacher_is_allowed_and_flagged():
    value = quantity("lottery.hessian.min_eigenvalue")(
        teacher=TEACHER, mask=[[1, 0, 1], [0, 1, 1]], digits=10
    )
    assert "cuts the teacher's support" in value.note
    assert quantity("lottery.hessian.min_eigenvalue")(teacher=TEACHER).note == ""


def test_exact_zeros_and_fractions():
    swapped = [TEACHER[1], TEACHER[0]]
    assert quantity("lottery.loss")(teacher=TEACHER, student=swapped).result == 0
    gradient = quantity("lottery.gradient")
    assert gradient(teacher=TEACHER, student=swapped, neuron=2, coordinate=3).result == 0
    # relu(a) + relu(b) + relu(-a-b) is even up to a linear part that vanishes here
    a, b, c = ["1", "2"], ["-3", "1"], ["2", "-3"]
    negative = [[str(-Fraction(x)) for x in row] for row in (a, b, c)]
    assert quantity("lottery.loss")(teacher=[a, b, c], student=negative).result == 0
    # the pair w, 3w is the same function as 2w, 2w
    split = [["1", "1"], ["3", "3"]]
    assert quantity("lottery.loss")(teacher=split, student=[["2", "2"], ["2", "2"]]).result == 0
    entry = quantity("lottery.hessian.entry")(teacher=TEACHER, row=1, column=1)
    assert entry.result == Fraction(1, 8)
    singular = quantity("lottery.hessian.min_eigenvalue")(teacher=[["1", "2"], ["2", "4"]])
    assert singular.result == 0
    opposed = quantity("lottery.hessian.min_eigenvalue")(teacher=[["1", "2"], ["-1", "-2"]])
    assert float(ball(opposed.result)) == pytest.approx(1 / 8, rel=1e-12)
    assert quantity("lottery.heavy_ball.rate")(kappa=1).result == 0
    assert quantity("lottery.disjoint.condition")(K=1).result == 1
    assert quantity("lottery.literal_convexity_radius.mean")(r=1, N=9).result == 1
    assert quantity("lottery.identifiability")(N=4, K=2, s=5).result == 0


@pytest.mark.parametrize(
    ("teacher", "student", "mask"),
    [
        ([["1"], ["2"]], [["1"], ["3"]], None),  # one input: parallel neurons, another student
        ([["1", "1"], ["3", "3"]], [["2", "2"], ["2", "2"]], None),  # the same function, split
        ([["1", "1"], ["2", "-1"]], [["1", "0"], ["2", "0"]], [[1, 0], [1, 0]]),  # teacher is cut
        ([["-4/5"], ["3/2"], ["6/7"]], [["4/5"], ["-3/2"], ["-6/7"]], None),  # all signs changed
    ],
)
def test_a_singular_hessian_away_from_the_teacher_is_an_exact_zero(teacher, student, mask):
    least = quantity("lottery.hessian.min_eigenvalue")
    assert least(teacher=teacher, student=student, mask=mask).result == Fraction(0)


def test_ends_of_the_counting_quantities():
    identified = quantity("lottery.identifiability")
    assert identified(N=10**4, K=3, s=0).result == 1
    assert identified(N=0, K=1, s=1).result == 0
    assert identified(N=10**4, K=1, s=10**4).result == Fraction(1, 2 ** (10**4))
    radius = quantity("lottery.literal_convexity_radius.mean")
    assert radius(r=3, N=0).result == 1
    assert radius(r=2, N=0).result.overlaps(arb(1))
    # beyond the integers that Python prints, the closed form of r = 3 is a ball
    assert radius(r=3, N=10**5, digits=30).value.startswith("1.99998000019999800001999")
