"""The pictures show what the numbers say: values, great circles, Diracs and cells in place."""

import numpy as np

from theory.dual.picture import certificate_picture
from theory.dual.sphere_bound import bound_on_sphere

RNG = np.random.default_rng(0)
X, P = RNG.standard_normal((9, 3)), RNG.standard_normal(9)
DIRACS = [(1, np.array([0.3, 0.4, 1.2])), (-1, np.array([1.0, 0.0, -1.0]))]


def lifted(x, y, side):
    """The point of the sphere at a place of a map of equal area."""
    square = np.asarray(x) ** 2 + np.asarray(y) ** 2
    factor = np.sqrt(1 - square / 4)
    return np.stack([factor * x, factor * y, side * (1 - square / 2)], axis=-1)


def test_hemispheres_show_the_certificate():
    picture = certificate_picture(X, P, 2.0, DIRACS)["sphere"]
    for disc in picture["discs"]:
        for radius, row in zip(picture["radius"], disc["eta"], strict=True):
            turn = np.radians(picture["turn"])
            w = lifted(radius * np.cos(turn), radius * np.sin(turn), disc["side"])
            # places are rounded to 1e-4, eta has slope |P| |X| / 2 at most
            slope = np.abs(P) @ np.linalg.norm(X, axis=1) / 2
            assert np.allclose(np.maximum(w @ X.T, 0) @ P / 2, row, atol=1e-3 * slope)
        assert len(disc["circles"]) == len(X)
        for x, y in disc["circles"]:
            w = lifted(np.array(x), np.array(y), disc["side"])
            heights = np.abs(w @ X.T).max(axis=0) / np.linalg.norm(X, axis=1)
            assert heights.min() < 5e-3  # one sample vanishes along the whole arc
    first, second = (disc["diracs"] for disc in picture["discs"])
    assert [d[2:4] for d in first] == [[1, 1.3]] and [d[2:4] for d in second] == [[-1, 1.41421]]
    assert np.allclose(lifted(*first[0][:2], 1), first[0][4], atol=1e-3)


def test_cells_of_a_proof_lie_on_the_map():
    limit = 1.01 * np.abs(P) @ np.linalg.norm(X, axis=1) / 2
    found = bound_on_sphere(P, X, float(limit))
    picture = certificate_picture(X, P, 2.0, [], found.covering)["sphere"]
    assert picture["cell_count"] == len(found.covering) >= 6
    for disc in picture["discs"]:
        for x, y in disc["cells"]:
            assert np.hypot(x, y).max() <= np.sqrt(2) + 1e-3


def test_too_many_great_circles_are_counted_not_drawn():
    many = RNG.standard_normal((60, 3))
    picture = certificate_picture(many, np.ones(60), 1.0, [])["sphere"]
    assert picture["circle_count"] == 60
    assert all(not disc["circles"] for disc in picture["discs"])
