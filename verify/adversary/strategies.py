"""The adversary's generators as Hypothesis strategies; needs the package hypothesis.

    from hypothesis import given
    from verify.adversary.strategies import sphere_points

    @given(sphere_points(n=5, dimension=3))
    def test_bound(chart): ...

Every integer behind a configuration is drawn by Hypothesis, so that it shrinks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from theory.exact import InputError
from verify.adversary import generators

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def sphere_points(
    *, n: int, dimension: int, families: tuple[str, ...] = ()
) -> SearchStrategy[list[list[str]]]:
    """n distinct points on the sphere of R^dimension, in stereographic coordinates.

    families: see `generators.FAMILIES`; all when empty. `chart.on_sphere` gives the vectors.
    """
    return _drawn(lambda draw: generators.sphere_points(draw, n, dimension, families=families))


def node_weights(*, m: int) -> SearchStrategy[list[str]]:
    """m nonnegative fractions that sum to one."""
    return _drawn(lambda draw: generators.node_weights(draw, m))


def masks(*, m: int) -> SearchStrategy[list[int]]:
    """0/1 masks of length m that keep something."""
    return _drawn(lambda draw: generators.mask(draw, m))


def teachers(*, neurons: int, dimension: int) -> SearchStrategy[dict[str, list]]:
    """Shallow teachers: inner weights on the sphere, outer weights of either sign."""
    return _drawn(lambda draw: generators.teacher(draw, neurons, dimension))


def _drawn(generate: Callable[[generators.Draw], Any]) -> SearchStrategy[Any]:
    try:
        from hypothesis import strategies
    except ImportError:
        raise InputError(
            "the package hypothesis is missing", "installations with the extra `test`",
            "pip install 'boundlab[test]', or use verify.adversary.generators",
        ) from None  # fmt: skip

    @strategies.composite
    def composed(draw: Callable[[Any], Any]) -> Any:
        return generate(lambda low, high: draw(strategies.integers(low, high)))

    return composed()
