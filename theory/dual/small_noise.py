"""Claims for small penalty and small label noise, y = K mu_0 + zeta (section 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from sympy import Rational, sqrt

from theory.claim import Claim, Direction, Discrepancy, Hypothesis, Mutant, Quantifier
from theory.dual.examples import INTERIOR_THRESHOLD
from theory.dual.lines import hyperplanes
from theory.dual.stability import (
    Interpolant,
    first_order,
    least_norm,
    noise_direction,
    vanishing_derivative_certificate,
)
from theory.dual.symbols import (
    certificate_norm,
    noise_norm,
    penalty,
    true_variation,
)
from theory.exact import Vector, dot
from theory.formula import Formula
from theory.notation import n

SOURCE = Hypothesis(
    "interpolant",
    "$mu_0$ is an interpolant of least total variation",
    meaning="Otherwise mu_0 has no certificate, and q_0 is not defined.",
)
REGULAR = Hypothesis(
    "independence",
    "$phi(w_1), ..., phi(w_N)$ are linearly independent",
    meaning="The linear system of the first-order motion is regular exactly then.",
)
STRICT = Hypothesis(
    "no massless saturation",
    "${abs(eta_(q_0)) = 1} = {w_1, ..., w_N}$",
    meaning="Otherwise not even alpha = 0 qualifies, and alpha* is a supremum over nothing.",
)
FEASIBLE = Hypothesis("feasible", "$abs(eta_q) <= 1$ for the least-norm solution $q$")
INDEPENDENT = Hypothesis("independence", "$phi(w_1), ..., phi(w_N)$ are linearly independent")
NO_MASSLESS = Hypothesis("no massless saturation", "${abs(eta_(q_0)) = 1} = {w_1, ..., w_N}$")
NON_DEGENERATE = Hypothesis(
    "non-degeneracy at boundaries",
    "the zero set of the derivative of $eta_(q_0)$ at each $w_i$ lies in one closed local cone",
)
BOUNDED_NOISE = Hypothesis("noise", "$norm(zeta) <= alpha lambda$ with $alpha$ small enough")


def limit_certificate(mu: Interpolant, alpha: Fraction, e: Vector) -> Vector:
    """The limit of p/lam for zeta = alpha lam e, below the threshold: q_0 + alpha Pi_perp e/n."""
    q, step = vanishing_derivative_certificate(mu), noise_direction(mu, e)
    return tuple(a + alpha * b for a, b in zip(q, step, strict=True))


def limit_without_noise(mu: Interpolant, alpha: Fraction, e: Vector) -> Vector:
    """Wrong for noise of order lam: the limit is q_0 whatever the ratio."""
    return vanishing_derivative_certificate(mu)


def another_certificate(mu: Interpolant, alpha: Fraction, e: Vector) -> Vector:
    """Wrong: any certificate will do (here the one for one more unit of noise)."""
    return limit_certificate(mu, alpha + 1, e)


THRESHOLD = Rational(INTERIOR_THRESHOLD.numerator, INTERIOR_THRESHOLD.denominator)
OUTPUTS = Formula(noise_norm + n * penalty * certificate_norm)
NORM = Formula(certificate_norm)
VARIATION = Formula(true_variation + noise_norm**2 / (4 * n * penalty))


@dataclass(frozen=True)
class Limits:
    """Limit of p/lam; bounds of |K mu - y_0|, of the total variation, of |p/lam| without noise."""

    certificate: Callable[[Interpolant, Fraction, Vector], Vector] = limit_certificate
    outputs: Formula = OUTPUTS
    variation: Formula = VARIATION
    norm: Formula = NORM


def one_equation_each(mu: Interpolant) -> Vector:
    """Wrong: the least-norm q with eta_q(w_i) = s_i only."""
    columns = [tuple(max(dot(row, neuron.w), Fraction(0)) for row in mu.X) for neuron in mu.neurons]
    return least_norm(columns, [Fraction(neuron.sign) for neuron in mu.neurons], len(mu.X))


def stays_on_its_face(mu: Interpolant) -> bool:
    """ND-b for q_0 = q_V: no multiplier sum s_i sum_Z q_j |x_j| vanishes at a kink of mu."""
    q = vanishing_derivative_certificate(mu)
    lines = hyperplanes(mu.X)
    for neuron in mu.neurons:
        for line in range(len(lines.normals)):
            rows = [j for j, at in enumerate(lines.line_of) if at == line]
            if dot(mu.X[rows[0]], neuron.w) != 0:
                continue
            normal = tuple(map(Fraction, lines.normals[line]))
            # |x_j| = |<x_j, normal>| / |normal|: a common positive factor does not matter.
            if sum(q[j] * abs(dot(mu.X[j], normal)) for j in rows) == 0:
                return False
    return True


Moves = list[tuple[Fraction, Vector]]


@dataclass(frozen=True)
class FirstOrder:
    """First-order motion (da_i, dw_i) for noise zeta at penalty lam, and wrong variants."""

    penalty_factor: Callable[[int], Fraction] = lambda n: Fraction(1)
    divided: bool = True

    def __call__(self, mu: Interpolant, zeta: Vector, lam: Fraction) -> Moves:
        moves = []
        scaled = lam * self.penalty_factor(len(mu.X))
        for neuron, du in zip(mu.neurons, first_order(mu, zeta, scaled), strict=True):
            da = dot(du, neuron.w)
            scale = neuron.mass if self.divided else Fraction(1)
            moves.append(
                (da, tuple((a - da * b) / scale for a, b in zip(du, neuron.w, strict=True)))
            )
        return moves


CLAIMS = (
    Claim(
        id="dual.stab.limit",
        title="Limits of certificate, outputs and total variation",
        location="Small noise and regularisation in the abstract",
        statement="With $q = p\\/lambda$: for $zeta = alpha lambda e$, $q -> Pi_F (alpha e\\/n)$ "
        "over the certificates $F$; without noise $norm(q) <= norm(q_0)$ and $q -> q_0$, the one "
        "of least norm; $norm(K mu - y_0) <= "
        'norm(zeta) + n lambda norm(q_0)$; $norm(mu)_"TV" <= norm(mu_0)_"TV" + '
        "norm(zeta)^2\\/(4 n lambda)$.",
        direction=Direction.TIGHT,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(SOURCE,),
        form=Limits(),
        rests_on=("dual.proj",),
        mutants=(
            Mutant("any certificate", Limits(certificate=another_certificate)),
            Mutant("q_0 for noise of order lambda", Limits(certificate=limit_without_noise)),
            Mutant(
                "n missing in the outputs",
                Limits(outputs=Formula(noise_norm + penalty * certificate_norm)),
            ),
            Mutant(
                "half the noise in the outputs",
                Limits(outputs=Formula(noise_norm / 2 + n * penalty * certificate_norm)),
            ),
            Mutant("half the norm of q_0", Limits(norm=Formula(certificate_norm / 2))),
            Mutant(
                "1/8 for 1/4 in the total variation",
                Limits(variation=Formula(true_variation + noise_norm**2 / (8 * n * penalty))),
            ),
        ),
    ),
    Claim(
        id="dual.precert",
        title="Vanishing-derivative certificate",
        location="Derived; analogue of the pre-certificate of sparse spikes",
        statement="With $G = [s_i D_(A_i) X]_i$ (columns along the face of each $w_i$) every "
        "certificate solves $G^T q = hat(u)$; the least-norm solution is $q_0$ as soon as "
        "$abs(eta_q) <= 1$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(SOURCE, FEASIBLE),
        form=vanishing_derivative_certificate,
        rests_on=("dual.stab.limit",),
        mutants=(Mutant("one equation for each Dirac", one_equation_each),),
    ),
    Claim(
        id="dual.stab.cluster",
        title="Clusters converge linearly, at boundaries too",
        location="Convergence of locations and amplitudes in the abstract",
        statement="For small $lambda$ and $norm(zeta) <= alpha lambda$ all Diracs lie in balls "
        "$B(w_i, C lambda)$ with the sign of $w_i$, and $abs(abs(mu)(B_i) - a_i) <= C lambda$, "
        "whether or not $w_i$ is inside a dual region.",
        direction=Direction.RATE,
        quantifier=Quantifier.ALWAYS,
        form=Formula(penalty),
        hypotheses=(SOURCE, INDEPENDENT, NO_MASSLESS, BOUNDED_NOISE),
        rests_on=("dual.stab.limit", "dual.gap"),
        mutants=(
            Mutant("exponent 1/2", Formula(sqrt(penalty))),
            Mutant("exponent 2/3", Formula(penalty ** Rational(2, 3))),
            Mutant("exponent 2", Formula(penalty**2)),
        ),
    ),
    Claim(
        id="dual.stab.number",
        title="The number of Diracs is preserved",
        location="Non-degeneracy along the boundaries in the abstract",
        statement="If for each $i$ the zero set of the derivative of $eta_(q_0)$ at $w_i$ lies in "
        "one closed local cone, then for small $lambda$ and noise each cluster is one Dirac; "
        "for one line $Z$ through $w_i$ the condition is $s_i sum_Z q_(0,j) norm(x_j) != 0$. "
        "With strict slopes on both sides the Dirac stays exactly on its face.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=stays_on_its_face,
        hypotheses=(SOURCE, INDEPENDENT, NO_MASSLESS, NON_DEGENERATE, BOUNDED_NOISE),
        rests_on=("dual.stab.cluster", "dual.region"),
        mutants=(Mutant("without a condition at boundaries", lambda mu: True),),
    ),
    Claim(
        id="dual.stab.firstorder",
        title="First-order motion of the Diracs",
        location="Convergence of locations and amplitudes in the abstract",
        statement="$delta u = (G^T G)^(-1) (G^T zeta - n lambda hat(u))$ for $u_i = a_i w_i$, "
        "$delta a_i = chevron.l delta u_i, w_i chevron.r$, $delta w_i = (delta u_i)_perp \\/ a_i$; "
        "the remainder is of second order.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=FirstOrder(),
        hypotheses=(SOURCE, REGULAR, NO_MASSLESS, BOUNDED_NOISE),
        rests_on=("dual.stab.number",),
        mutants=(
            Mutant("factor n missing", FirstOrder(lambda n: Fraction(1, n))),
            Mutant("sign of the penalty's term", FirstOrder(lambda n: Fraction(-1))),
            Mutant("delta w not divided by a", FirstOrder(divided=False)),
        ),
    ),
    Claim(
        id="dual.stab.threshold",
        title="How much noise preserves the number of Diracs",
        location="Preservation of the number of Diracs in the abstract",
        statement="For interior $w_i$ and $zeta = alpha lambda e$ with $lambda -> 0$ the number "
        "is preserved for $alpha < alpha^*$ and not for $alpha > alpha^*$, $alpha^* = "
        'sup {alpha : abs(eta_(q(t))) < 1 " off the " w_i " for " 0 <= t <= alpha}$ for $q(t) = '
        "q_0 + t Pi_perp e\\/n$; in the example with eight samples and the fourth unit vector, "
        "$alpha^* = {formula}$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.EXISTS,
        form=Formula(THRESHOLD),
        hypotheses=(SOURCE, INDEPENDENT, STRICT),
        rests_on=("dual.stab.limit", "dual.precert"),
        mutants=(
            Mutant("half of it", Formula(THRESHOLD / 2)),
            Mutant("127/53", Formula(THRESHOLD - Rational(1, 53))),
            Mutant("129/53", Formula(THRESHOLD + Rational(1, 53))),
        ),
    ),
    Claim(
        id="dual.stab.any_noise",
        title="The number of Diracs is preserved for any small noise",
        location="Preservation of the number of Diracs in the abstract",
        statement="As $(lambda, zeta) -> 0$ the number of Diracs is eventually that of $mu_0$.",
        direction=Direction.STRUCTURE,
        quantifier=Quantifier.ALWAYS,
        form=Fraction(1, 2),
        expected="REFUTED",
        toothless="A statement that is itself refuted; `dual.stab.threshold` has the mutants.",
        discrepancy=Discrepancy(
            transcribed="For small label noise and small lam the number of Diracs is unchanged, "
            "read without a bound on their ratio.",
            witness="The example of dual.stab.threshold with zeta = sqrt(lam) e: five or six "
            "Diracs instead of two for lam = 10^-3, 10^-4, 10^-5.",
            repair="Ask for |zeta| <= alpha lam with alpha below the threshold alpha*.",
        ),
    ),
)
