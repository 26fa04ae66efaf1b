"""Dual regions: classical counts, three ways of counting, witnesses."""

from itertools import combinations, permutations, product

import numpy as np
import pytest

from theory.dual.arrangement import general_position, regions
from theory.dual.counting import count_regions, count_without_broken_circuit
from theory.dual.rank import evaluation_rank
from theory.exact import InputError, dot, matrix
from verify.checks.dual_problems import integer_rows


def _unit(n, i, sign=1):
    return [sign * (k == i) for k in range(n)]


def _sum(u, v):
    return [a + b for a, b in zip(u, v, strict=True)]


def _graph(vertices, edges):
    return [_sum(_unit(vertices, i), _unit(vertices, j, -1)) for i, j in edges]


BRAID_5 = _graph(5, combinations(range(5), 2))
D4 = [_sum(_unit(4, i), _unit(4, j, s)) for i, j in combinations(range(4), 2) for s in (1, -1)]
B4 = D4 + [_unit(4, i) for i in range(4)]
F4 = B4 + [[1, *signs] for signs in product((1, -1), repeat=3)]
CLASSICAL = {
    "A4": (BRAID_5, 120),
    "B4": (B4, 384),
    "D4": (D4, 192),
    "F4": (F4, 1152),
    "threshold functions of 2": ([[1, *v] for v in product((0, 1), repeat=2)], 14),
    "threshold functions of 3": ([[1, *v] for v in product((0, 1), repeat=3)], 104),
    "threshold functions of 4": ([[1, *v] for v in product((0, 1), repeat=4)], 1882),
    "resonance 2": ([list(v) for v in product((0, 1), repeat=2) if any(v)], 6),
    "resonance 3": ([list(v) for v in product((0, 1), repeat=3) if any(v)], 32),
    "resonance 4": ([list(v) for v in product((0, 1), repeat=4) if any(v)], 370),
    "acyclic orientations C5": (_graph(5, [(i, (i + 1) % 5) for i in range(5)]), 30),
    "acyclic orientations K4": (_graph(4, combinations(range(4), 2)), 24),
    "acyclic orientations K33": (_graph(6, product(range(3), range(3, 6))), 230),
}


@pytest.mark.parametrize("name", CLASSICAL)
def test_classical_counts(name):
    rows, expected = CLASSICAL[name]
    X = matrix([[int(a) for a in row] for row in rows], "X")
    assert len(regions(X)) == expected
    assert count_regions(X) == expected


def test_three_counts_agree_on_degenerate_data():
    for seed in range(150):
        n, d = 1 + seed % 7, 1 + seed % 4
        X = integer_rows(np.random.default_rng(seed), n, d, size=1)
        assert len(regions(X)) == count_regions(X) == count_without_broken_circuit(X), X


def test_witnesses_lie_inside_their_regions():
    for seed, (n, d) in enumerate([(6, 1), (9, 2), (8, 3), (7, 4), (6, 5)] * 3):
        X = integer_rows(np.random.default_rng(seed), n, d, size=1 + seed % 3)
        cells = regions(X)
        assert len({mask for mask, _ in cells.cells}) == len(cells)
        for k in range(len(cells)):
            heights = [dot(row, cells.witness(k)) for row in X]
            assert all(h != 0 or not any(row) for h, row in zip(heights, X, strict=True))
            assert [h > 0 for h in heights] == cells.active[k].tolist()


@pytest.mark.parametrize(("n", "d"), [(1, 1), (5, 2), (7, 3), (9, 5), (6, 9), (14, 4)])
def test_general_position(n, d):
    X = matrix(
        np.vander(range(1, n + 1), d).tolist(), "X"
    )  # Vandermonde rows are in general position
    assert count_regions(X) == general_position(n, d)


def test_the_affine_count_is_wrong_here():
    # sum_{k<=d} C(n, k) counts affine arrangements: 7 for three lines in the plane, not 6.
    assert general_position(3, 2) == 6


def test_too_many_regions_are_refused_with_their_number():
    X = integer_rows(np.random.default_rng(1), 300, 3, size=99)
    with pytest.raises(InputError, match=r"X has \d{5} dual regions; allowed: at most 20000"):
        regions(X)
    with pytest.raises(InputError, match="too many to count"):
        count_regions(integer_rows(np.random.default_rng(1), 50, 10, size=99))


def test_rank_of_the_evaluations_is_the_rank_of_enough_of_them():
    for seed in range(60):
        X = integer_rows(np.random.default_rng(seed), 1 + seed % 6, 1 + seed % 3, size=1 + seed % 2)
        # phi on 200 directions spans what phi spans: it is piecewise linear, and 200 random
        # directions hit every region of these small arrangements several times.
        w = np.random.default_rng(seed).standard_normal((200, len(X[0])))
        phi = np.maximum(w @ np.array([[float(a) for a in row] for row in X]).T, 0)
        assert evaluation_rank(X) == np.linalg.matrix_rank(phi, tol=1e-9)


def test_order_of_rows_does_not_matter():
    rows = [[1, 2, 0], [0, 1, 1], [1, 0, -1], [2, 4, 0]]
    assert {count_regions(matrix(list(p), "X")) for p in permutations(rows)} == {8}
