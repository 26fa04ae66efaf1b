"""Streams: named by meaning, equal for equal names, unequal otherwise."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from theory.exact import InputError
from verify.statistics.streams import canonical_json, stream, words

atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
keys = st.recursive(
    atoms, lambda part: st.lists(part) | st.dictionaries(st.text(max_size=4), part), max_leaves=8
)


@given(keys)
def test_canonical_json_reads_back(key) -> None:
    assert json.loads(canonical_json(key)) == key


@given(st.dictionaries(st.text(max_size=4), st.integers(), min_size=2))
def test_the_order_of_parameters_is_immaterial(cell) -> None:
    assert words(cell) == words(dict(reversed(cell.items())))


def test_fractions_and_tuples() -> None:
    assert canonical_json({"gamma": Fraction(1, 3), "shape": (2, 3)}) == (
        '{"gamma":"1/3","shape":[2,3]}'
    )
    assert words(Fraction(2, 4)) == words("1/2") != words(0.5)


@pytest.mark.parametrize(
    "item",
    [float("nan"), float("inf"), np.int64(3), np.ones(2), {1, 2}, b"x", {1: 2}, object(), 1j],
    ids=lambda item: type(item).__name__,
)
def test_refusals(item) -> None:
    with pytest.raises(InputError, match=type(item).__name__):
        words("claim", {"parameter": [item]})


def test_negative_seed() -> None:
    with pytest.raises(InputError, match="run_seed = -1"):
        stream(-1, "claim")


def test_roles_runs_and_seeds_separate_streams() -> None:
    def first(seed, *key):
        return stream(seed, *key).bit_generator.random_raw()

    raws = [first(s, "c", role, i) for s in (0, 1) for role in ("data", "init") for i in (0, 20)]
    assert len(set(raws)) == len(raws)
    assert first(1, "c", "data", 20) == raws[5]


def test_neighbouring_keys_are_independent() -> None:
    """First draws of 4000 consecutive keys: uniform, no lag-1 correlation (5 standard errors)."""
    u = np.asarray([stream(7, "claim", {"n": 10}, "data", i).random() for i in range(4000)])
    assert kstest(u, "uniform").pvalue > 1e-6
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 5 / np.sqrt(4000)
