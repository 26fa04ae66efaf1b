"""The four readings of every formula in the project agree.

The formulas are found, not listed: module-level Formula objects (also inside tuples and
dictionaries) and the forms of all claims.

Allowances. Inputs are dyadic, so they are exact in every reading. The mpmath reading carries
30 digits and five guard digits; what its own rounding may cost is read off the ball that the
same formula gets at the same precision, whose radius bounds the rounding of these operations.
The float64 reading is compared with 16 times the radius of the ball at 53 bits, for the same
reason (numpy and scipy functions are good to a few ulp where FLINT's are good to one), plus
64 ulp of the value for the functions that scipy evaluates by series of its own. Inputs at which
an intermediate value leaves the range of float64 are no inputs of that reading.
"""

import importlib.util
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from theory.claim import claims
from theory.formula import BallReader, Formula
from theory.quantity import load_paper, papers
from theory.rigor.balls import ball, working_precision
from theory.typeset import typst

DIGITS = 30
GRID = 1024  # inputs are multiples of 1/GRID
ULP = arb(2) ** -52


def found(value):
    """Formula objects in a value, one level of containers deep."""
    if isinstance(value, Formula):
        return [value]
    if isinstance(value, Mapping):
        value = tuple(value.values())
    return [item for item in value if isinstance(item, Formula)] if type(value) is tuple else []


def all_formulas():
    modules = ["theory.gaussian"] if importlib.util.find_spec("theory.gaussian") else []
    modules += [name for prefix in papers() for name in load_paper(prefix)]
    formulas = {}
    for name in modules:
        for key, value in vars(importlib.import_module(name)).items():
            for i, formula in enumerate(found(value)):
                formulas.setdefault(formula, f"{name.removeprefix('theory.')}.{key}[{i}]")
    for claim in claims():
        for formula in found(claim.form):
            formulas.setdefault(formula, claim.id)
    return formulas


FORMULAS = all_formulas()
MUTANTS = {form for claim in claims() for mutant in claim.mutants for form in found(mutant.form)}
EVALUATED = [formula for formula in FORMULAS if formula.symbols]


def inputs(formula):
    """Random exact inputs from the declared sample ranges, all dyadic."""

    def dyadic(entry):
        low, high = entry.sample
        if entry.integer:
            return st.integers(int(low), int(high)).map(Fraction)
        first, last = -(-low * GRID // 1), high * GRID // 1
        return st.integers(int(first), int(last)).map(lambda k: Fraction(k, GRID))

    return st.fixed_dictionaries({entry.symbol.name: dyadic(entry) for entry in formula.symbols})


def as_ball(value):
    """An mpf, exactly."""
    mantissa, exponent = value.man_exp
    size = arb(fmpq(int(mantissa))) * arb(2) ** int(exponent)
    return -size if value < 0 else size


def fits_float64(formula, values):
    """Whether no intermediate value leaves the range of float64, where that reading ends."""
    reader = BallReader({name: ball(value) for name, value in values.items()})
    skip = sympy.preorder_traversal(formula.expr)
    for node in skip:
        if isinstance(node, sympy.Sum):
            skip.skip()
        size = abs(reader.read(node))
        if size > arb(10) ** 300 or (size != 0 and size < arb(10) ** -300):
            return False
    return True


@pytest.mark.parametrize("formula", EVALUATED, ids=[FORMULAS[f] for f in EVALUATED])
@given(data=st.data())
@settings(max_examples=6, deadline=None)
def test_readings_agree(formula, data):
    values = data.draw(inputs(formula))
    with working_precision(120):
        same_digits = formula.ball(**values)
    with working_precision(300):
        truth = formula.ball(**values)
        if not truth.is_finite():  # only wrong versions may leave their domain, as at a pole
            assert formula in MUTANTS, values
            assume(False)
        scale = abs(truth).upper()
        assert same_digits.overlaps(truth)
        mp = as_ball(formula.mp(digits=DIGITS, **values))
        allowance = 16 * same_digits.rad() + arb(10) ** -DIGITS * scale
        assert abs(mp - truth) <= allowance, (values, mp, truth)
    with working_precision(53):
        assume(fits_float64(formula, values))
        rounding = formula.ball(**values).rad()
    reading = np.asarray(formula.float64(**{name: float(v) for name, v in values.items()}))
    with working_precision(300):
        allowance = 16 * rounding + 64 * ULP * scale
        assert abs(arb(float(reading)) - truth) <= allowance, (values, reading, truth)


def test_float64_reading_is_vectorised():
    for formula in EVALUATED:
        middle = {e.symbol.name: float(sum(e.sample) // 2 or e.sample[1]) for e in formula.symbols}
        one = np.asarray(formula.float64(**middle))
        many = formula.float64(**{name: np.full(3, v) for name, v in middle.items()})
        assert np.shape(many) == (3,)
        assert np.array_equal(np.asarray(many), np.full(3, one), equal_nan=True), formula


def test_every_typeset_reading_compiles():
    compiler = pytest.importorskip("typst", reason="the report extra")
    lines = [f"$ {typst(formula.expr)} $" for formula in FORMULAS]
    pdf = compiler.compile("\n\n".join(lines).encode())
    assert pdf.startswith(b"%PDF")


def test_formulas_are_found():
    assert len(FORMULAS) >= 20
