"""Which hypotheses of the dual-certificate paper bear load: statements where one of them fails.

All witnesses are exact: rational data, rational measures, certified optima.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from theory.dual.certificate_function import certificate_value
from theory.dual.clusters import cluster_error, clusters, located
from theory.dual.dirac_count import dirac_set
from theory.dual.duality import OptimalityTest
from theory.dual.examples import dirac, interpolant, noisy
from theory.dual.known_optima import one_sample_value
from theory.dual.problem import Dirac, Problem, objective, problem, total_variation
from theory.dual.saturation import saturated_points
from theory.dual.training import certified_optimum
from theory.dual.uniqueness import other_direction, signed_evaluations
from theory.exact import dot, matrix, vector
from theory.rigor.balls import ball
from verify.checks.dual_extremes import CERTIFICATES
from verify.checks.dual_noise import BITS, ONE, enclose, examples, same_rate, solved
from verify.checks.dual_small_noise import least_norm, second_order

Cell = Mapping[str, Any]

# One sample at 1 in dimension one: the unit at -1 is dead. With lam = 0 it may weigh anything.
FREE = Problem(matrix([[1]], "X"), vector([1], "y"), Fraction(0))
FIT, FIT_AND_DEAD = [dirac(1, 1)], [dirac(1, 1), dirac(1, -1)]

# In the plane all of {w : w_1 <= 0} is dead for the sample (1, 0).
HALF_PLANE = matrix([[1, 0]], "X")
DEAD = [dirac(1, -1, 0), dirac(1, "-3/5", "4/5"), dirac(1, "-3/5", "-4/5"), dirac(1, 0, 1)]

# phi of (+-3, +-4)/5 on the rows +-e_1, +-e_2 is dependent; both diagonals have one output.
DEPENDENT = interpolant(
    [[1, 0], [-1, 0], [0, 1], [0, -1]],
    (1, "1/4", ["3/5", "4/5"]),
    (1, "1/4", ["3/5", "-4/5"]),
    (1, "1/4", ["-3/5", "4/5"]),
    (1, "1/4", ["-3/5", "-4/5"]),
)
FIRST_DIAGONAL = (dirac(1, "3/5", "4/5"), dirac(1, "-3/5", "-4/5"))


def _first_diagonal(lam: Fraction) -> list[Dirac] | None:
    """A minimiser of the noise-free dependent problem: masses 1/2 - 4 lam on one diagonal."""
    mass = Fraction(1, 2) - 4 * lam
    measure = [Dirac(atom.sign, tuple(mass * a for a in atom.u)) for atom in FIRST_DIAGONAL]
    task = noisy(DEPENDENT, (Fraction(0),) * 4, lam)
    return measure if OptimalityTest()(task, measure) else None


def _masses(measure: list[Dirac]) -> list[Fraction]:
    """Mass of the minimiser at each neuron of the dependent interpolant."""
    return [
        sum((dot(atom.u, neuron.w) for atom in measure if dot(atom.u, neuron.w) ** 2
             == dot(atom.u, atom.u) and dot(atom.u, neuron.w) > 0), Fraction(0))
        for neuron in DEPENDENT.neurons
    ]  # fmt: skip


def _dependent_rate(cell: Cell, form: Any) -> tuple[arb, arb]:
    penalties = [Fraction(1, 10**k) for k in (cell["power"], cell["power"] + 1)]
    errors = []
    for lam in penalties:
        measure = _first_diagonal(lam)
        if measure is None:
            return arb.nan(), arb(0)
        pairs = zip(_masses(measure), DEPENDENT.neurons, strict=True)
        errors.append(ball(sum((abs(a - b.mass) for a, b in pairs), Fraction(0))))
    return same_rate(errors, penalties, form)


def _dependent_count(cell: Cell, form: Any) -> tuple[Any, int]:
    """Neurons without exactly one Dirac, in a minimiser without noise."""
    measure = _first_diagonal(Fraction(1, 10 ** cell["power"]))
    return (arb.nan(), 0) if measure is None else (_masses(measure).count(Fraction(0)), 0)


def _large_noise_rate(cell: Cell, form: Any) -> tuple[arb, arb]:
    """One sample, zeta = sqrt(lam): the mass is 2 + sqrt(lam) - lam."""
    penalties = [Fraction(1, 10**k) for k in (cell["power"], cell["power"] + 2)]
    errors = []
    for lam, power in zip(penalties, (cell["power"], cell["power"] + 2), strict=True):
        found = certified_optimum(noisy(ONE, (Fraction(1, 10 ** (power // 2)),), lam), bits=BITS)
        errors.append(cluster_error(clusters(found, ONE), ONE))
    return same_rate(errors, penalties, form)


def _shared_variation(cell: Cell, form: Any) -> tuple[Any, Any]:
    """Differences of outputs and of total variation between two exact interpolants."""
    outputs = sum((abs(a) for a in form(FREE.X, FIT, FIT_AND_DEAD)), Fraction(0))
    change = abs(total_variation(FIT) - total_variation(FIT_AND_DEAD))
    return ball(outputs) + change, Fraction(0)


def _derivative(cell: Cell, form: Any) -> tuple[Any, Fraction]:
    """|(J*(h) - J*(0))/h - TV| <= h, with J*(h) = h - h^2/2 and TV of a minimiser at 0."""
    step = Fraction(cell["step"])
    slope = 1 - step / 2
    claimed = total_variation(FIT_AND_DEAD) * ball(form.variation)
    return abs(ball(slope) - claimed), step


def _another_minimiser(cell: Cell, form: Any) -> tuple[int, int]:
    """Minimisers seen at lam = lambda_max = 0: the zero measure and a Dirac."""
    task = Problem(FREE.X, (Fraction(0),), form(FREE.X, (Fraction(0),)))
    return sum(OptimalityTest()(task, measure) for measure in ([], [dirac(1, -1)])), 1


def _level_zero(cell: Cell, form: Any) -> tuple[int, int]:
    """Saturated points of eta = 0 = lam in one closed region, beside what the law allows."""
    inside = [atom for atom in DEAD if dot(atom.u, HALF_PLANE[0]) <= 0]
    flat = all(certificate_value((Fraction(1),), HALF_PLANE, atom.u) == 0 for atom in inside)
    return int(flat and not form.admissible(len(inside), 0, False)), 0


def _dead_diracs(cell: Cell, form: Any) -> tuple[int, arb]:
    """Diracs of a minimiser for y = 0, lam = 0, beside the bound (two regions, one dead)."""
    task = Problem(HALF_PLANE, (Fraction(0),), Fraction(0))
    count = len(DEAD) if OptimalityTest()(task, DEAD) else 0
    return count, form.ball(n=1, region_count=2, dead_regions=1)


def _unseparated(cell: Cell, form: Any) -> tuple[int, int]:
    task = Problem(HALF_PLANE, (Fraction(0),), Fraction(0))
    first, second = DEAD[:2]
    apart = any(dot(row, first.u) * dot(row, second.u) < 0 for row in task.X)
    minimal = OptimalityTest()(task, DEAD[:2])
    return int(minimal and form(first.sign, second.sign) and not apart), 0


def _unbounded(cell: Cell, form: Any) -> tuple[int, int]:
    """1 when a ray of minimisers exists: h >= 0, h != 0 with Phi h = 0 (no polytope)."""
    ray = other_direction(signed_evaluations(FREE.X, FIT_AND_DEAD), support=())
    return int(ray is not None and OptimalityTest()(FREE, FIT_AND_DEAD)), 0


def _negative_penalty(cell: Cell, form: Any) -> tuple[arb, arb]:
    """The closed form beside J of an explicit measure: interpolation and a heavy dead unit."""
    task = Problem(matrix([[3, 4]], "X"), vector([2], "y"), Fraction(cell["lam"]))
    heavy = [dirac(1, "6/25", "8/25"), dirac(1, -300, -400)]
    return one_sample_value(task, form), objective(task, heavy)


def _not_the_maximum(cell: Cell, form: Any) -> tuple[Fraction, int]:
    """eta(e_1) = lam = 1 on the kink of the second sample, where eta is no maximum."""
    X, p = matrix([[1, 0], [0, 1]], "X"), vector([1, 1], "p")
    level = certificate_value(p, X, (Fraction(1), Fraction(0)))
    return (form * p[1], 0) if level == 1 else (Fraction(0), 0)


def _unpaired(cell: Cell, form: Any) -> tuple[int, int]:
    """Saturated points whose antipode is not saturated with the same sign."""
    X, p = CERTIFICATES[cell["certificate"]]
    points = saturated_points(p, X)
    return sum((sign, tuple(-a for a in u)) not in points for sign, u in points), 0


def _fixed_data(cell: Cell, form: Any) -> tuple[int, Fraction]:
    """Probability of dependent evaluations when the data are certain: 0 or 1."""
    task = problem(cell["X"], cell["y"], Fraction(cell["lam"]))
    found = dirac_set(certified_optimum(task, bits=BITS))
    return int(not found.unique), Fraction(9, 10)


def _massless_count(cell: Cell, form: Any) -> tuple[int, int]:
    return len(located(solved(cell, cell["power"]))), 1


def _without(
    claim: str, hypothesis: str, sides: Any, cells: tuple[Cell, ...], **fields: Any
) -> Any:
    return enclose(claim, sides, cells, role=f"without {hypothesis}", **fields)


NO_PENALTY: tuple[Cell, ...] = ({"lam": "0"},)

CHECKS = (
    _without(
        "dual.exist", "penalty", _shared_variation, NO_PENALTY,
        relation="==",
        fails_if="delta_1 and delta_1 + delta_(-1) fit one sample with different total variations",
    ),
    _without(
        "dual.value", "penalty", _derivative, ({"lam": "0", "step": "1/100"},),
        fails_if="at lambda = 0 the slope of J* is not the total variation of a minimiser",
    ),
    _without(
        "dual.lambda_max", "penalty", _another_minimiser, NO_PENALTY,
        relation="==",
        fails_if="for y = 0 and lambda = lambda_max = 0 a dead unit is a minimiser too",
    ),
    _without(
        "dual.region", "penalty", _level_zero, NO_PENALTY,
        relation="==",
        fails_if="a dead region is saturated everywhere at the level 0",
    ),
    _without(
        "dual.count", "penalty", _dead_diracs, NO_PENALTY,
        fails_if="for y = 0 a minimiser has any number of dead Diracs",
    ),
    _without(
        "dual.sep", "penalty", _unseparated, NO_PENALTY,
        relation="==",
        fails_if="two dead Diracs of a minimiser share a region",
    ),
    _without(
        "dual.representer", "penalty", _unbounded, NO_PENALTY,
        relation="==",
        fails_if="the minimisers contain a ray",
    ),
    _without(
        "dual.closed", "penalty", _negative_penalty, ({"lam": "-1/10"},),
        fails_if="a heavy dead unit has a smaller objective than the closed form",
    ),
    _without(
        "dual.kinksign", "feasible", _not_the_maximum, ({"level": "1"},),
        fails_if="eta = lambda at a kink where the certificate goes on rising",
    ),
    _without(
        "dual.even", "even certificate", _unpaired, ({"certificate": "pair"},),
        relation="==",
        fails_if="a saturated point has no saturated antipode of its sign",
    ),
    _without(
        "dual.even.generic", "Gaussian data", _fixed_data,
        ({"X": [[1, 0], [0, 1], [1, 1]], "y": [1, -1, 2], "lam": "1/10"},),
        relation=">=",
        fails_if="the minimiser of three fixed samples is proved unique",
    ),
    _without(
        "dual.precert", "feasible", least_norm, examples("split"),
        fails_if="the certificates tend to another vector than the least-norm solution",
    ),
    _without(
        "dual.stab.cluster", "independence", _dependent_rate, ({"power": 4},),
        fails_if="a minimiser of two Diracs stays 1/4 away from the masses of four",
    ),
    _without(
        "dual.stab.cluster", "noise", _large_noise_rate, ({"power": 4},),
        fails_if="noise sqrt(lambda) moves a mass by sqrt(lambda)",
    ),
    _without(
        "dual.stab.number", "independence", _dependent_count, ({"power": 4},),
        relation="==",
        fails_if="a minimiser has two Diracs where mu_0 has four",
    ),
    _without(
        "dual.stab.number", "no massless saturation", _massless_count,
        ({"example": "massless", "noise": ["1/5", "-1/5", "0", "0"], "power": 8},),
        relation="==",
        fails_if="a second Dirac appears at the massless point for little noise",
    ),
    _without(
        "dual.stab.firstorder", "no massless saturation", second_order,
        examples("massless", power=6),
        fails_if="what is left after the first-order motion falls more slowly",
    ),
    _without(
        "dual.stab.firstorder", "noise", second_order,
        ({"example": "interior", "noise": ["0", "0", "0", "3"], "power": 6},),
        fails_if="beyond the threshold 128/53 what is left is of first order",
    ),
    _without(
        "dual.stab.threshold", "independence", _dependent_count, ({"power": 4},),
        relation="==",
        fails_if="the number is not preserved without any noise",
    ),
)  # fmt: skip
