"""The adversary finds the planted false inequality, proves it, and settles the true one.

lambda_min(H) >= s/(2 pi T) for n unit vectors, H_ij = x_i.x_j (pi - arccos x_i.x_j)/(2 pi),
s the least |x_i -+ x_j|. Equally spaced collinear points shrinking to one reach the ratio
1 + cos(pi/n): n = 5 refutes T = 3/2 and 7/4, and T = 2 is true of them.
"""

import json
from fractions import Fraction
from itertools import combinations, pairwise
from math import cos, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given

from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.exact import InputError, dot
from theory.rigor.balls import ball, working_precision
from theory.rigor.spectra import least_eigenvalue
from verify.adversary import generators, strategies
from verify.adversary.chart import floats as chart_floats
from verify.adversary.chart import moved_to_origin, on_sphere, on_sphere_float, read
from verify.adversary.cma import maximise
from verify.adversary.shrink import local_coordinates, shrink_chart
from verify.check import Job
from verify.engines import Search
from verify.engines.enclose import decide
from verify.evidence import Outcome, Strength
from verify.run import run_inline

REFERENCE = json.loads((Path(__file__).parents[1] / "reference/statistics.json").read_text())
KNOWN = REFERENCE["collinear_cluster"]
SHARP = 1 + cos(pi / 5)


def ratio(chart, constant):
    """s/(2 pi T) over lambda_min, in floats; angles from chords, which keep their digits."""
    x = on_sphere_float(chart_floats(chart))
    chord = np.linalg.norm(x[:, None] - x[None], axis=2)
    sum_ = np.linalg.norm(x[:, None] + x[None], axis=2)
    off = ~np.eye(len(x), dtype=bool)
    separation = np.minimum(chord, sum_)[off].min()
    angle = 2 * np.arctan2(chord, sum_)
    least = np.linalg.eigvalsh(np.cos(angle) * (np.pi - angle) / (2 * np.pi))[0]
    if least <= 1e-13:  # lost in the rounding of H
        return 0.0
    return float(separation / (2 * np.pi * float(constant)) / least)


def sides(chart, constant):
    """The same two sides in balls, from exact points."""
    x = on_sphere(chart)
    squares = [2 - 2 * abs(dot(u, v)) for u, v in combinations(x, 2)]
    products = [[ball(dot(u, v)) for v in x] for u in x]
    kernel = [
        [c * (arb.pi() - (arb(0) if i == j else c.acos())) / (2 * arb.pi())
         for j, c in enumerate(row)]
        for i, row in enumerate(products)
    ]  # fmt: skip
    bound = ball(min(squares)).sqrt() / (2 * arb.pi() * ball(constant))
    return bound, least_eigenvalue(arb_mat(kernel))


def search(families=(), **fields):
    def propose(rng):
        draw = generators.source(rng)
        return generators.sphere_points(draw, 5, 3, families=families)

    return Search(
        claim="asym.control",
        propose=propose,
        ratio=ratio,
        certify=sides,
        coordinates=local_coordinates,
        shrink=shrink_chart,
        **fields,
    )


def judged(check, constant, **mutants):
    claim = Claim(
        id="asym.control",
        title="separation bounds the least eigenvalue",
        location="",
        statement="",
        direction=Direction.LOWER,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(constant),
        mutants=tuple(Mutant(name, Fraction(value)) for name, value in mutants.items()),
    )
    return run_inline(Job("asym.control/Search", check, claim, 1e-6, 1e-5))


def test_the_planted_false_inequality_is_refuted_by_balls():
    found = judged(search(("cluster",), batches=1, tries=100), "3/2")
    assert (found.outcome, found.strength) == (Outcome.REFUTED, Strength.CERTIFIED)
    figures = found.cells[0].figures
    witness = figures["witness"]
    assert max(entry.denominator for row in read(witness) for entry in row) <= 64
    with working_precision(figures["proof"]["bits"]):
        assert decide(*sides(witness, Fraction(3, 2)), "<=", 0)[0] is Outcome.REFUTED
        assert decide(*sides(witness, Fraction(2)), "<=", 0)[0] is Outcome.HOLDS


def test_the_true_inequality_is_settled_with_its_sharpness():
    found = judged(search(batches=1, tries=100), 2, tight="3/2", tighter="7/4", at_the_edge="9/5")
    assert (found.outcome, found.strength) == (Outcome.HOLDS, Strength.SEARCHED)
    best = 2 * found.cells[0].figures["best"]
    assert SHARP - 0.01 < best < SHARP + 1e-4
    assert all(mutant.killed for mutant in found.mutants)
    assert found.slack == (1.0, pytest.approx(2 / best))


def test_the_climber_reaches_what_clusters_alone_do_not():
    """T = 7/4 is false in a tiny corner: a cluster has to be stretched to a line."""
    rng = np.random.default_rng(2)
    draw = generators.source(rng)
    tried = [generators.sphere_points(draw, 5, 3, families=("cluster",)) for _ in range(100)]
    best = max(tried, key=lambda chart: ratio(chart, 1))
    assert ratio(best, 1) < 1.75
    start, rebuild = local_coordinates(best)
    _, reached = maximise(lambda x: ratio(rebuild(x), 1), start, rng=rng, evaluations=2000)
    assert reached > 1.75


def test_the_known_counterexample_decides_as_stated():
    chart = KNOWN["rational_counterexample_T_1_5"]["stereographic"]
    expected = KNOWN["rational_counterexample_T_1_5"]
    assert ratio(chart, 1) == pytest.approx(expected["float_ratio"], rel=1e-10)
    with working_precision(64):
        assert decide(*sides(chart, Fraction(3, 2)), "<=", 0)[0] is Outcome.REFUTED
        assert decide(*sides(chart, Fraction(8, 5)), "<=", 0)[0] is Outcome.HOLDS
        assert float(sides(chart, Fraction(1))[1]) == pytest.approx(expected["lambda_min"])


@pytest.mark.parametrize("n", [3, 4, 5, 6, 8])
def test_collinear_points_tend_to_the_limit_ratio(n):
    chart = [[str(Fraction(i, 2**16)), "0"] for i in range(n)]
    assert ratio(chart, 1) == pytest.approx(KNOWN["limit_ratio_values"][str(n)], rel=1e-3)


def test_shrinking_keeps_the_violation_and_simplifies():
    messy = [["1234567/16777216", "3/1048576"], ["-7/1024", "1/65536"], ["99/128", "5/7"]]

    def spread(chart):
        t = chart_floats(chart)
        return len(t) >= 2 and np.ptp(t[:, 0]) > 0.05

    simple = shrink_chart(messy, spread)
    assert spread(simple) and len(simple) == 2
    assert sum(entry != "0" for row in simple for entry in row) == 1
    assert max(entry.denominator for row in read(simple) for entry in row) <= 20


def test_shrinking_returns_what_it_cannot_simplify():
    chart = [["1/3", "0"], ["1/5", "1/7"]]
    assert shrink_chart(chart, lambda other: other == chart) == chart


def test_reflecting_to_the_origin_is_an_isometry():
    rng = np.random.default_rng(1)
    draw = generators.source(rng)
    for _ in range(50):
        chart = generators.sphere_points(draw, 4, 3)
        before = on_sphere_float(chart_floats(chart))
        after = on_sphere_float(moved_to_origin(chart))
        # Rounding is enlarged by the chart's stretch near the point that it leaves out.
        assert np.allclose(before @ before.T, after @ after.T, atol=1e-9)


@pytest.mark.parametrize("family", generators.FAMILIES)
def test_every_family_gives_distinct_exact_unit_vectors(family):
    draw = generators.source(np.random.default_rng(1))
    for n, dimension in ((1, 2), (2, 2), (5, 2), (5, 3), (9, 4), (12, 6)):
        chart = generators.sphere_points(draw, n, dimension, families=(family,))
        points = on_sphere(chart)
        assert len(set(points)) == n and all(dot(x, x) == 1 for x in points)
        assert json.loads(json.dumps(chart)) == chart


def test_families_are_what_they_say():
    draw = generators.source(np.random.default_rng(2))
    line = read(generators.sphere_points(draw, 6, 4, families=("collinear",)))
    steps = {tuple(b - a for a, b in zip(u, v, strict=True)) for u, v in pairwise(line)}
    assert len(steps) == 1
    pair = on_sphere(generators.sphere_points(draw, 2, 3, families=("antipodal",)))
    assert dot(*pair) < 0
    scales = {int(generators.scale(draw).denominator).bit_length() for _ in range(300)}
    assert len(scales) >= 15  # log-uniform: every octave is visited


@given(strategies.sphere_points(n=4, dimension=3))
def test_strategy_points_are_on_the_sphere(chart):
    assert all(dot(x, x) == 1 for x in on_sphere(chart))


@given(
    strategies.node_weights(m=6), strategies.masks(m=6), strategies.teachers(neurons=2, dimension=3)
)
def test_strategy_weights_masks_and_teachers(weights, mask, teacher):
    numbers = [Fraction(weight) for weight in weights]
    assert sum(numbers) == 1 and min(numbers) >= 0
    assert any(mask) and set(mask) <= {0, 1}
    assert len(teacher["inner"]) == len(teacher["outer"]) == 2
    assert all(Fraction(outer) for outer in teacher["outer"])


def test_impossible_requests_say_what_is_allowed():
    draw = generators.source(np.random.default_rng(1))
    with pytest.raises(InputError, match="dimension >= 2"):
        generators.sphere_points(draw, 3, 1)
    with pytest.raises(InputError, match="cluster"):
        generators.sphere_points(draw, 3, 3, families=("blob",))


def test_cma_climbs_an_ill_conditioned_ridge():
    scales = np.array([1.0, 30.0, 1000.0])
    rng = np.random.default_rng(1)
    _, best = maximise(
        lambda x: -float(sum((scales * (x - 1)) ** 2)), np.zeros(3), rng=rng, evaluations=3000
    )
    assert best > -1e-8


def test_cma_survives_undefined_values():
    rng = np.random.default_rng(1)
    x, best = maximise(lambda x: sqrt(x[0]) if x[0] > 0 else float("nan"), np.zeros(2), rng=rng)
    assert best > 0 and np.isfinite(x).all()
