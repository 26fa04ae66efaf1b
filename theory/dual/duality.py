"""Claims on the convention, the gap identity, optimality, and the dual solution (section 0)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sympy import Integer, Rational

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mark, Mutant, Quantifier
from theory.dual.certificate_function import certificate_value
from theory.dual.lambda_max import lambda_max_squared, largest_subset_sum, max_certificate_squared
from theory.dual.problem import Dirac, Problem, forward, residual_dual
from theory.dual.saturation import region_extremes
from theory.dual.symbols import fit, penalty
from theory.exact import Matrix, Vector, dot
from theory.formula import Formula
from theory.notation import n

POSITIVE = Hypothesis("penalty", "$lambda > 0$")
PENALISED = Hypothesis(
    "penalty", "$lambda > 0$", meaning="For lambda = 0 the quotient p/lambda is not defined."
)


def differences(X: Matrix, first: Sequence[Dirac], second: Sequence[Dirac]) -> list[Fraction]:
    """What all minimisers share: the outputs K mu (hence p, and with J the total variation)."""
    return [a - b for a, b in zip(forward(X, first), forward(X, second), strict=True)]


def differences_of_measures(
    X: Matrix, first: Sequence[Dirac], second: Sequence[Dirac]
) -> list[Fraction]:
    """Also the Diracs themselves: what a unique minimiser would share."""
    missing = sum(atom not in second for atom in first)
    return [*differences(X, first, second), Fraction(missing)]


@dataclass(frozen=True)
class OptimalityTest:
    """The conditions on p = (y - K mu)/n that decide whether mu is a minimiser, exactly."""

    everywhere: bool = True
    signed: bool = True

    def __call__(self, task: Problem, measure: Sequence[Dirac]) -> bool:
        p = residual_dual(task, measure)
        if self.everywhere and max_certificate_squared(p, task.X) > task.lam**2:
            return False
        for atom in measure:
            value = certificate_value(p, task.X, atom.u)
            if value**2 != task.lam**2 * dot(atom.u, atom.u):
                return False
            if self.signed and atom.sign * value < 0:
                return False
        return True


@dataclass(frozen=True)
class Envelope:
    """Claimed derivatives of J*: in lam, `variation` times |mu|_TV; in y, `dual`(n) times p."""

    variation: Fraction = Fraction(1)
    dual: Callable[[int], Fraction] = lambda n: Fraction(1)


def without_cone_test(X: Matrix, y: Vector) -> Fraction:
    """Wrong: the greatest |v_A|^2 over the regions, whether or not v_A lies in its region."""
    actives = {extreme.active for extreme in region_extremes(y, X)}
    lengths = []
    for active in actives:
        v = [
            sum((c * row[k] for c, row, on in zip(y, X, active, strict=True) if on), Fraction(0))
            for k in range(len(X[0]))
        ]
        lengths.append(dot(v, v))
    return max(lengths, default=Fraction(0)) / len(y) ** 2


def over_all_subsets(X: Matrix, y: Vector) -> Fraction:
    """Right for y >= 0 only: the greatest |sum_{j in A} y_j x_j|^2 over all subsets."""
    return largest_subset_sum(X, y) / len(y) ** 2


SCALING_EXPONENTS = {
    "rows permuted": 0,
    "targets negated": 0,
    "data set doubled": 0,
    "rotated": 0,
    "zero coordinate appended": 0,
    "data and penalty scaled": 0,
    "targets and penalty scaled": 2,
}

CLAIMS = (
    Claim(
        id="dual.conv",
        title="Translation between conventions of the fit term",
        location="Training problem of the abstract",
        statement='Minimisers of $c norm(y - K mu)^2 + lambda norm(mu)_"TV"$ are those of '
        "$frac(1, 2 n) norm(y - K mu)^2 + lambda' norm(mu)_\"TV\"$ at $lambda' = "
        "lambda dot {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Formula(1 / (2 * n * fit)),
        mutants=(
            Mutant("lambda unchanged between conventions", Formula(Integer(1))),
            Mutant("half missing", Formula(1 / (n * fit))),
        ),
        discrepancy=Discrepancy(
            transcribed="The summary prints the fit term as a mean of |y_j - K mu_j| without an "
            "exponent.",
            witness="With an unsquared loss and lam <= 1/(n |q|_inf), q a certificate of the "
            "interpolant, p = lam q is feasible for that loss and the interpolant itself is "
            "optimal: there would be no rate in lam to prove.",
            repair="Read with the square; a missing factor 1/2 is the case c = 1/n here, "
            "lam' = lam/2.",
        ),
    ),
    Claim(
        id="dual.exist",
        title="A minimiser exists; all share outputs and total variation",
        location="Training problem of the abstract",
        statement="For $lambda > 0$ a minimiser exists. $K mu$, $p = (y - K mu)\\/n$ and "
        '$norm(mu)_"TV"$ are the same for all minimisers.',
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=differences,
        mutants=(Mutant("the minimiser is unique", differences_of_measures),),
    ),
    Claim(
        id="dual.gap",
        title="Gap identity",
        location="Duality behind the certificate",
        statement="For all $mu$ and all $p$: $J(mu) - D(p) = frac(1, 2 n) norm(y - K mu - n p)^2 + "
        '(lambda norm(mu)_"TV" - integral eta_p d mu)$, with $D(p) = chevron.l p, y chevron.r - '
        "{formula} norm(p)^2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=Formula(n / 2),
        mutants=(
            Mutant("1/2 for n/2", Formula(Rational(1, 2))),
            Mutant("n for n/2", Formula(n)),
        ),
    ),
    Claim(
        id="dual.kkt",
        title="Optimality: the certificate saturates on the support, with its sign",
        location="Dual certificate of the abstract",
        statement="For $lambda >= 0$, $mu$ is a minimiser iff $p = (y - K mu)\\/n$ has "
        "$norm(eta_p)_infinity <= lambda$ and $eta_p = plus.minus lambda$ on the support of "
        "$mu^plus.minus$; and $min J = max {D(p) : norm(eta_p)_infinity <= lambda}$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=OptimalityTest(),
        rests_on=("dual.gap",),
        mutants=(
            Mutant("|eta| = lambda on the support, of any sign", OptimalityTest(signed=False)),
            Mutant("condition on the support only", OptimalityTest(everywhere=False)),
        ),
    ),
    Claim(
        id="dual.proj",
        title="The dual solution is a projection",
        location="Derived: completing the square in D",
        statement="With $cal(D) = {q : norm(eta_q)_infinity <= 1}$: $p\\/lambda = "
        "Pi_(cal(D))(y\\/(n lambda))$ and $J^* = norm(y)^2\\/(2 n) - frac(n lambda^2, 2) "
        'op("dist")(y\\/(n lambda), cal(D))^2$; hence $norm(q(y) - q(y\')) <= frac(1, n lambda) '
        "norm(y - y')$, even $norm(Delta q)^2 <= frac(1, n lambda) chevron.l Delta q, Delta y "
        "chevron.r$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(PENALISED,),
        form=(Formula(n * penalty**2 / 2), Formula(1 / (n * penalty))),
        rests_on=("dual.kkt",),
        mutants=(
            Mutant("1/(n^2 lambda)", (Formula(n * penalty**2 / 2), Formula(1 / (n**2 * penalty)))),
            Mutant("n lambda^2", (Formula(n * penalty**2), Formula(1 / (n * penalty)))),
        ),
    ),
    Claim(
        id="dual.value",
        title="The optimal value as a function of penalty and targets",
        location="Derived: envelope theorem",
        statement="$J^*(lambda, y)$ is concave and nondecreasing in $lambda$ with derivative "
        '$norm(mu_lambda)_"TV"$, convex in $y$ with gradient $p$; $norm(mu_lambda)_"TV"$ does '
        "not increase and $norm(y - K mu_lambda)$ does not decrease with $lambda$.",
        direction=Direction.ORDERING,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=Envelope(),
        rests_on=("dual.kkt",),
        mutants=(
            Mutant("half the total variation", Envelope(variation=Fraction(1, 2))),
            Mutant("twice the total variation", Envelope(variation=Fraction(2))),
            Mutant("gradient n p", Envelope(dual=Fraction)),
            Mutant("gradient -p", Envelope(dual=lambda n: Fraction(-1))),
        ),
    ),
    Claim(
        id="dual.lambda_max",
        title="The least penalty at which nothing is learned",
        location="Derived from the optimality conditions",
        statement="$mu = 0$ is a minimiser iff $lambda >= lambda_max = frac(1, n) max_w "
        "abs(sum_j y_j sigma(chevron.l w, x_j chevron.r)) = frac(1, n) max_(C, plus.minus) "
        "norm(Pi_C (plus.minus v_A))$ over the dual regions $C$; then it is the only one.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=lambda_max_squared,
        rests_on=("dual.kkt", "dual.region"),
        mutants=(
            Mutant("maximum over all subsets, for signed targets", over_all_subsets),
            Mutant("no test that v_A lies in its region", without_cone_test),
        ),
    ),
    Claim(
        id="dual.edge",
        title="Transformations of the data",
        location="Derived",
        statement="$J^*$ is unchanged when rows are permuted, targets negated, the data set "
        "doubled, the data rotated, a zero coordinate appended or $(X, lambda)$ multiplied by "
        "$c > 0$; multiplying $(y, lambda)$ by $c$ multiplies it by $c^2$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=SCALING_EXPONENTS,
        mutants=(
            Mutant("c for c^2", {**SCALING_EXPONENTS, "targets and penalty scaled": 1}),
            Mutant("c^2 with the data", {**SCALING_EXPONENTS, "data and penalty scaled": 2}),
            Mutant("1/c with the data", {**SCALING_EXPONENTS, "data and penalty scaled": -1}),
        ),
        mark=Mark.DERIVED,
    ),
)
