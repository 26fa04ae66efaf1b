"""Claims on problems whose optimum is known in closed form, and on zero and repeated rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb
from sympy import Integer, Rational

from theory.claim import Claim, Direction, Mutant, Quantifier
from theory.dual.duality import POSITIVE
from theory.dual.problem import Problem
from theory.dual.symbols import penalty, sample_norm, target_gap, target_size
from theory.exact import dot
from theory.formula import Formula
from theory.notation import n
from theory.rigor.balls import ball

ONE_SAMPLE = Formula(penalty * target_size / sample_norm - penalty**2 / (2 * sample_norm**2))
ZERO_ROW = Formula(target_size**2 / (2 * n))
REPEATED_ROW = Formula(target_gap**2 / (4 * n))
ONE_AXIS = Formula(penalty * target_size - n * penalty**2 / 2)


def soft_threshold(slope: Fraction, lam: Fraction) -> Fraction:
    """max(|slope| - lam, 0)."""
    return max(abs(slope) - lam, Fraction(0))


@dataclass(frozen=True)
class ClosedForms:
    """J* for one sample, and the share of each sign of y for X = I above its threshold."""

    one_sample: Formula = ONE_SAMPLE
    axis: Formula = ONE_AXIS
    soft: Callable[[Fraction, Fraction], Fraction] = soft_threshold


def one_sample_value(task: Problem, form: ClosedForms) -> arb:
    """n = 1, lam <= |y| |x|: lam |y|/|x| - lam^2/(2 |x|^2)."""
    norm = ball(dot(task.X[0], task.X[0])).sqrt()
    return form.one_sample.ball(penalty=task.lam, target_size=abs(task.y[0]), sample_norm=norm)


def identity_value(task: Problem, form: ClosedForms) -> arb:
    """X = I_n: the positive and the negative part of y decouple."""
    total = arb(0)
    for sign in (1, -1):
        square = sum((c * c for c in task.y if sign * c > 0), Fraction(0))
        if square > (task.n * task.lam) ** 2:
            norm = ball(square).sqrt()
            total += form.axis.ball(n=task.n, penalty=task.lam, target_size=norm)
        else:
            total += ball(square / (2 * task.n))
    return total


def one_dimension_value(task: Problem, form: ClosedForms) -> Fraction:
    """d = 1: the two directions decouple; each weight is a soft threshold."""
    misfit, variation = dot(task.y, task.y), Fraction(0)
    for side in (1, -1):
        features = [max(side * row[0], Fraction(0)) for row in task.X]
        curvature = dot(features, features) / task.n
        slope = dot(features, task.y) / task.n
        if curvature == 0:
            continue
        weight = form.soft(slope, task.lam) / curvature
        variation += weight
        # |y - phi a|^2 = |y|^2 - 2 n |slope| a + n curvature a^2, a of the sign of the slope.
        misfit += task.n * (curvature * weight**2 - 2 * abs(slope) * weight)
    return misfit / (2 * task.n) + task.lam * variation


@dataclass(frozen=True)
class RowRules:
    """What a zero row and a repeated row add to J*, both over n, the larger number of rows."""

    zero: Formula = ZERO_ROW
    repeated: Formula = REPEATED_ROW

    def with_zero_row(self, task: Problem, target: Fraction) -> tuple[Problem, Problem, arb]:
        """(problem with a zero row, problem without it, constant): J* = n/(n+1) J*' + constant."""
        grown = replace(task, X=(*task.X, (Fraction(0),) * task.d), y=(*task.y, target))
        plain = replace(task, lam=task.lam * (task.n + 1) / task.n)
        return grown, plain, self.zero.ball(n=task.n + 1, target_size=abs(target))

    def with_repeated_row(self, task: Problem, gap: Fraction) -> tuple[Problem, Problem, arb]:
        """(first row twice with targets y -+ gap/2, the same at the mean, constant)."""
        rows, (y, *rest) = (task.X[0], *task.X), task.y
        apart = replace(task, X=rows, y=(y + gap / 2, y - gap / 2, *rest))
        mean = replace(task, X=rows, y=(y, y, *rest))
        return apart, mean, self.repeated.ball(n=task.n + 1, target_gap=abs(gap))


CLAIMS = (
    Claim(
        id="dual.closed",
        title="Optimal values in closed form",
        location="Derived: test problems",
        statement="One sample, $lambda <= abs(y) norm(x)$: $J^* = lambda abs(y) \\/ norm(x) - "
        "lambda^2 \\/ (2 norm(x)^2)$. $X = I_n$: $J^*$ is the sum over the signs of $lambda "
        "norm(y^plus.minus) - n lambda^2\\/2$ if $norm(y^plus.minus) > n lambda$, else "
        "$norm(y^plus.minus)^2\\/(2 n)$. $d = 1$: two soft thresholds.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        hypotheses=(POSITIVE,),
        form=ClosedForms(),
        rests_on=("dual.kkt",),
        mutants=(
            Mutant(
                "1/2 missing for one sample",
                ClosedForms(
                    one_sample=Formula(
                        penalty * target_size / sample_norm - penalty**2 / sample_norm**2
                    )
                ),
            ),
            Mutant(
                "n missing for the identity",
                ClosedForms(axis=Formula(penalty * target_size - penalty**2 * Rational(1, 2))),
            ),
            Mutant(
                "no threshold in one dimension", ClosedForms(soft=lambda slope, lam: abs(slope))
            ),
        ),
    ),
    Claim(
        id="dual.edge.rows",
        title="Zero rows and repeated rows",
        location="Derived: edge cases",
        statement="A zero row with target $y$ adds $y^2\\/(2 n)$ and no hyperplane; two rows $x$ "
        "with targets $y_1, y_2$ are two rows with their mean plus the constant "
        "$(y_1 - y_2)^2\\/(4 n)$.",
        direction=Direction.IDENTITY,
        quantifier=Quantifier.ALWAYS,
        form=RowRules(),
        mutants=(
            Mutant("zero row adds y^2/n", RowRules(zero=Formula(target_size**2 / n))),
            Mutant("repeated row adds a half", RowRules(repeated=Formula(target_gap**2 / (2 * n)))),
            Mutant("repeated row adds nothing", RowRules(repeated=Formula(Integer(0)))),
        ),
    ),
)
