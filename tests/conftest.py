"""Global numeric state is restored around every test; Hypothesis profiles."""

import os

import flint
import mpmath
import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True, database=None)
settings.register_profile("dev", deadline=None, max_examples=25)
settings.register_profile("deep", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


@pytest.fixture(autouse=True)
def restored_precision():
    bits, digits = flint.ctx.prec, mpmath.mp.dps
    yield
    assert flint.ctx.prec == bits, "a test or the code under test left FLINT's precision changed"
    mpmath.mp.dps = digits
