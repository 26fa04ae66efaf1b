"""Where the width of Theorem 4.1 goes: the same proof with one step sharpened at a time.

Every row bounds the change of Theta^(1) by linear * x + root * sqrt(x) at x = mass/sqrt(m), asks
for at most gamma kappa/4 and solves for m: (mass/x)^2. With p = delta/4 for Lemma D.2, G the sum
of |x_i.x_k| and N the sum of |x_i|^2 over the samples,

- Markov: x is the mean flip mass over the failure probability, K sqrt(2/pi) c from Lemma D.2;
- Hoeffding: the flips of different units are independent, each unit carries at most gamma/m of
  the mass, so a deviation gamma sqrt(log(1/p)/(2m)) is added to the mean instead;
- entrywise: the sum of |entries| is linear in the mass, without Lemma D.2's square root;
- the movement constant K is 4 n D_0/(kappa sqrt(d delta)) in the theorem, and
  4 |X|_2 sqrt(2 E|y - u_0|^2/delta)/(kappa sqrt(d)) with the true mean square residual.

Conclusions (a) to (c) follow from each row as in Lemma D.3 (together with T1, which is smaller).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import sympy
from flint import arb

from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import relu_width
from theory.asymmetric.data_sets import DATA_SETS
from theory.asymmetric.eigenvalue import kappa
from theory.asymmetric.hypotheses import GAMMA_POSITIVE, H1, H2A, H3
from theory.claim import Cell, Claim, Direction, Mutant, Quantifier
from theory.exact import dot, gram
from theory.formula import Formula
from theory.notation import gamma, m
from theory.rigor.balls import ball, ball_matrix
from theory.rigor.spectra import greatest_eigenvalue

CANONICAL = "as in the theorem"


@dataclass(frozen=True)
class Problem:
    """A data set with gamma, delta and C, and the numbers of it that the rows use."""

    name: str
    gamma: Fraction = Fraction(1, 2)
    delta: Fraction = Fraction(1, 10)
    labels: Fraction = Fraction(1)

    @property
    def sizes(self) -> tuple[arb, arb, arb]:
        """|X|_2^2, sum |x_i|^2 and sum |x_i.x_k|."""
        products = gram(DATA_SETS[self.name].X)
        entries = sum(abs(entry) for row in products for entry in row)
        trace = sum(products[i][i] for i in range(len(products)))
        return greatest_eigenvalue(ball_matrix(products)), ball(trace), ball(entries)

    @property
    def residual(self) -> arb:
        """The true mean of |y - u_0|^2 for the ReLU, sum y_i^2 + |x_i|^2/(2d)."""
        entry = DATA_SETS[self.name]
        outputs = sum((dot(x, x) for x in entry.X), Fraction(0)) / (2 * entry.d)
        return ball(dot(entry.y, entry.y) + outputs)

    @property
    def kappa(self) -> arb:
        """kappa_n of the ReLU."""
        return kappa(DATA_SETS[self.name].X)

    @property
    def allowance(self) -> arb:
        """gamma kappa/4, by how much the least eigenvalue may fall."""
        return ball(self.gamma) * self.kappa / 4


@dataclass(frozen=True)
class Row:
    """One version of the proof: linear * x + root * sqrt(x) with x = mass/sqrt(m)."""

    linear: arb
    root: arb
    mass: arb

    def change(self, m: arb) -> arb:
        """The bound of the change of Theta^(1) at width m."""
        x = self.mass / m.sqrt()
        return self.linear * x + self.root * x.sqrt()

    def width(self, allowance: arb) -> arb:
        """The m at which the bound is the allowance."""
        half = self.root / 2
        # of the two forms of the positive solution, the one without cancellation
        root_of_x = allowance / (half + (half**2 + self.linear * allowance).sqrt())
        return (self.mass / root_of_x**2) ** 2


def ladder(at: Problem) -> dict[str, Row]:
    """The rows, each with one step of the proof sharpened; the canonical width is no row."""
    entry = DATA_SETS[at.name]
    n, d, share, delta = entry.n, entry.d, ball(at.gamma), ball(at.delta)
    norm, trace, entries = at.sizes
    flips, p = (2 / arb.pi()).sqrt(), delta / 4
    D0 = ball(2 * at.labels**2 + Fraction(1, d)).sqrt()
    K = 4 * n * D0 / (at.kappa * (d * delta).sqrt())
    true_K = 4 * norm.sqrt() * (2 * at.residual / delta).sqrt() / (at.kappa * arb(d).sqrt())
    deviation = share * ((1 / p).log() / 2).sqrt()

    solved = Row(8 * n / (d * delta), 16 * n * share.sqrt() / (d * delta), K)
    kept = replace(solved, mass=flips * K)
    once = replace(kept, linear=kept.linear / 2, root=kept.root / 2)
    size = 2 * (norm * trace * share).sqrt() / d
    norms = replace(once, linear=trace / d / p, root=size / p)
    moved = replace(norms, mass=flips * true_K)
    return {
        "sum of both terms solved exactly": solved,
        "sqrt(2/π) kept": kept,
        "Markov for one part only": once,
        "norms of X for n": norms,
        "true residual": moved,
        "Markov before the root": replace(moved, root=size / p.sqrt()),
        "Hoeffding for the flips": Row(trace / d, size, flips * true_K + deviation),
        "entrywise, Markov, n": Row(2 * arb(n) ** 2 / d / p, arb(0), flips * K),
        "entrywise, Markov": Row(2 * entries / d / p, arb(0), flips * true_K),
        "entrywise, Hoeffding": Row(2 * entries / d, arb(0), flips * true_K + deviation),
    }


def problem(cell: Cell) -> Problem:
    """The problem of a cell with "data"."""
    return Problem(cell["data"])


def width_of(cell: Cell) -> arb:
    """Width of the cell's row, or of the theorem."""
    at = problem(cell)
    if cell["step"] == CANONICAL:
        X = DATA_SETS[at.name].X
        return relu_width(X, at.gamma, at.delta, at.labels, 3)
    return ladder(at)[cell["step"]].width(at.allowance)


def half_width(cell: Cell) -> arb:
    """Mutant: half of it."""
    return width_of(cell) / 2


def root_forgotten(cell: Cell) -> arb:
    """Mutant: only the linear part is solved for."""
    at = problem(cell)
    return replace(ladder(at)[cell["step"]], root=arb(0)).width(at.allowance)


_MEAN = sympy.sqrt(2 / sympy.pi) * sym.displacement
FLIP_MASS = Formula(_MEAN + gamma * sympy.sqrt(sympy.log(1 / sym.failure) / (2 * m)))


def flip_mass_by_hoeffding() -> sympy.Expr:
    """The mean, and the t with exp(-2 t^2/(m (gamma/m)^2)) = p."""
    t = sympy.Symbol("t", positive=True)
    (deviation,) = sympy.solve(2 * t**2 / (m * (gamma / m) ** 2) - sympy.log(1 / sym.failure), t)
    return sympy.sqrt(2 / sympy.pi) * sym.displacement + deviation


CLAIMS = (
    Claim(
        id="asym.ladder.flips",
        title="Flip mass by Hoeffding's inequality",
        location="Lemma D.2, proof, sharpened",
        statement="With $Delta = sum_j lambda^((1))_j c_j$ and probability at least $1 - p$, the "
        "share of $sum_(i j) lambda^((1))_j norm(x_i)^2$ with $abs(w_(0 j) dot x_i) <= c_j "
        "norm(x_i)$ is at most ${formula}$: $m$ independent terms of size at most "
        "$gamma\\/m$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=FLIP_MASS,
        hypotheses=(H3,),
        rests_on=("asym.lemD2.flips",),
        mutants=(Mutant("the mean alone", Formula(_MEAN)),),
    ),
    Claim(
        id="asym.ladder",
        title="Where the width goes",
        location="Theorem 4.1, proof",
        statement="Sharpening one step of the proof at a time lowers the width that (a) to (c) "
        "ask for; at each row's width the change of $Theta^((1))$ is bounded by "
        "$gamma kappa_n\\/4$.",
        direction=Direction.UPPER,
        quantifier=Quantifier.PROBABILITY,
        form=width_of,
        hypotheses=(H1, H2A, H3, GAMMA_POSITIVE),
        rests_on=(
            "asym.lemD2.algebra",
            "asym.lemD2.flips",
            "asym.ladder.flips",
            "asym.lemD3.radius",
            "asym.residual",
        ),
        mutants=(Mutant("half of it", half_width), Mutant("the root forgotten", root_forgotten)),
    ),
)
