"""Maps and figures of the second paper, from the data that its checks keep."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from flint import arb

from reports.figures.bias import figures, looseness_figure, separation_figure, size_figure
from theory.bias.data_sets import DATA_SETS, data_set, lattice
from theory.bias.maps import separation_map, size_map
from theory.bias.region import (
    circle_least_eigenvalue,
    least_probability,
    quadratic_form,
    region_matrix,
)
from theory.bias.samples import correlations
from theory.rigor.balls import working_precision
from verify.evidence import CellRecord, Evidence, Outcome, Scope, Strength


class SmallRecord:
    """Evidence by claim, as figures read it."""

    def __init__(self, *evidence):
        self.evidence = evidence

    def of(self, claim):
        return tuple(item for item in self.evidence if item.claim == claim)


def bound(claim, left, right):
    cell = CellRecord({"data": "triple", "B": "1"}, Outcome.HOLDS, {"left": left, "right": right})
    return Evidence(
        claim, f"{claim}/Enclose", "Enclose", Outcome.HOLDS, Strength.CERTIFIED, Scope.CELLS,
        cells=(cell,),
    )  # fmt: skip


def test_the_curve_rises_to_the_interval_without_separation_and_falls_after_it():
    found = separation_map(40)
    low, high = found["nowhere"]
    assert abs(low - 1.04151) < 1e-5 and abs(high - 1.24885) < 1e-5
    before = [d for b, d in zip(found["B"], found["delta_star"], strict=True) if b < low]
    after = [d for b, d in zip(found["B"], found["delta_star"], strict=True) if b > high]
    assert before == sorted(before) and after == sorted(after, reverse=True)
    assert len(before) + len(after) == len(found["B"]) < 40
    assert min(before) > 0 and max(before + after) < 2**0.5


def test_sixteen_samples_suffice_for_constant_labels_without_bias():
    found = size_map(13)
    assert found["B"][0] == 0 and found["constant"][0] == pytest.approx(16)
    assert found["constant"] == sorted(found["constant"])
    # 8 Q d/(Q^2 + phi^2) at B = 0, d = 5
    assert found["linear"][0] == pytest.approx(20 / (0.25 + 1 / 6.283185307179586))


def test_figures_are_drawn_from_evidence_alone():
    assert figures(SmallRecord()) == []
    record = SmallRecord(
        bound("bias.lmin.hermite", "0.1", "0.2"), bound("bias.lmin.upper", "0.2", "0.3")
    )
    (drawn,) = figures(record)
    assert "Hermite-Gershgorin: 0.5 to 0.5" in drawn.alt and "1.5 to 1.5" in drawn.alt


@pytest.mark.parametrize(
    ("draw", "picture"), [(separation_figure, separation_map(20)), (size_figure, size_map(9))]
)
def test_maps_are_drawn_the_same_twice(draw, picture):
    figure = draw(picture)
    ElementTree.fromstring(figure.svg)
    assert figure.caption and figure.alt and draw(picture) == figure


def test_the_same_ratios_give_the_same_picture():
    from reports.figures.bias import Ratio

    ratios = [Ratio("worst case", "axes, B = 0", 0.001), Ratio("closest pair (above)", "x", 1.2)]
    assert looseness_figure(ratios) == looseness_figure(ratios)
    assert "1.0e-03 of it at axes" in looseness_figure(ratios).caption


@pytest.mark.parametrize("name", DATA_SETS)
def test_data_sets_have_distinct_directions(name):
    table = correlations(data_set(name))
    with working_precision(80):
        off = [row[k] for i, row in enumerate(table) for k in range(i)]
        assert all(rho < 1 for rho in off)


def test_the_lattice_of_nine_points():
    points = lattice(3, 2, Fraction(1, 10))
    assert len(points) == 9 and points[-1] == (Fraction(1, 5), Fraction(1, 5), 1)


def test_the_region_matrix_vanishes_at_the_farthest_pair_and_on_the_diagonal():
    rows = data_set("triple")
    with working_precision(80):
        M = region_matrix(rows, Fraction(1))
        least = least_probability(rows, Fraction(1))
        assert least > 0 and all(M[i, i] == 0 for i in range(3))
        smallest = min((M[0, 1], M[0, 2], M[1, 2]), key=float)
        assert smallest.contains(0)
        same_sign = quadratic_form(M, [M[0, 0] + 1] * 3)
        assert same_sign > 0


def test_the_circle_away_from_two_modulo_four():
    with working_precision(80):
        eight = circle_least_eigenvalue(8, Fraction(0))
        assert eight > arb(1) / 8 and abs(float(eight) - 0.1464) < 1e-4
