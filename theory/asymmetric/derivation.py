"""From the lemmas to the widths of Theorems 4.1 and 4.2, step by step and symbolically.

The chain for the ReLU, with failure budgets p_C, p_D, p_E (whose sum is at most delta) and a
slack s >= 1 in the radii c_j = s R'_j:

1. Residual. E|y - u_0|^2 <= n D_0^2/2; Markov at p_E gives |y - u_0|^2 < n D_0^2/(2 p_E).
2. Movement (Lemma D.1 with kappa' = gamma kappa/2): R'_j = (4/(gamma kappa)) sqrt(n lambda_j/d)
   |y - u_0|, so c_j = K sqrt(lambda_j)/gamma.
3. Flip mass. sum_j lambda^(1)_j c_j = (K/m) sum_j sqrt(lambda_j) <= K/sqrt(m) (equation 16).
4. Perturbation (Lemma D.2 at p_D): A x + B sqrt(x) at x = K/sqrt(m), each part at most
   gamma kappa/8, half of the distance from gamma kappa/2 (Prop. C.1 at p_C) to gamma kappa/4.
5. Solve each equation for m.

Theorem 4.2 is the same with sum_j lambda^(1)_j c_j^2 = K^2/(gamma m) (equation 15) and the
deterministic Lemma D.4. Every step is a function of the one before; nothing is typed twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy
from sympy import Integer, Rational, sqrt

from theory.asymmetric import symbols as sym
from theory.asymmetric.convergence import D0, D1, M
from theory.notation import d, declare, delta, gamma, kappa, m, n

s = declare("slack", "s", "slack factor of the movement radii", "s >= 1", (1, 4))
p_C = declare("p_initial", "p_C", "failure budget of Prop. C.1", "0 < p_C < 1", ("1/100", "1/4"))
p_D = declare("p_flips", "p_D", "failure budget of Lemma D.2", "0 < p_D < 1", ("1/100", "1/4"))
p_E = declare(
    "p_residual", "p_E", "failure budget of the residual", "0 < p_E < 1", ("1/100", "1/2")
)


@dataclass(frozen=True)
class Choices:
    """What a proof of Theorem 4.1 or 4.2 may choose.

    budgets: (p_C, p_D, p_E). slack: s. residual: the bound of E|y - u_0|^2 over n.
    keep_share: whether Lemma D.2 keeps sqrt(gamma_1) in its cross term.
    """

    budgets: tuple[sympy.Expr, sympy.Expr, sympy.Expr] = (p_C, p_D, p_E)
    slack: sympy.Expr = s
    residual: sympy.Expr = D0**2 / 2
    keep_share: bool = True


GENERAL = Choices()
CANONICAL = Choices(budgets=(delta / 4, delta / 4, delta / 2), slack=Integer(1))
SMOOTH_CANONICAL = Choices(
    budgets=(delta / 2, Integer(0), delta / 2), slack=Integer(1), residual=D1**2 / 2
)


@dataclass(frozen=True)
class Steps:
    """The outcome of every step of the chain."""

    K: sympy.Expr
    perturbation: tuple[sympy.Expr, sympy.Expr]
    widths: tuple[sympy.Expr, ...]
    movement: sympy.Expr
    ntg_change: sympy.Expr


def residual_bound(choices: Choices) -> sympy.Expr:
    """Step 1: what |y - u_0| stays below with probability 1 - p_E (Markov)."""
    return sqrt(n * choices.residual / choices.budgets[2])


def movement_constant(choices: Choices) -> sympy.Expr:
    """Step 2: K with c_j = K sqrt(lambda_j)/gamma; Lemma D.1 integrates exp(-kappa' t/2)."""
    decay = gamma * kappa / 2
    per_root_weight = 2 / decay * sqrt(n / d) * residual_bound(choices)
    return sympy.simplify(choices.slack * gamma * per_root_weight)


def initial_width(failure: sympy.Expr) -> sympy.Expr:
    """Step 4, first half: Chernoff with eps = 1/2, R = gamma n/(m d), mu = gamma kappa."""
    epsilon = Rational(1, 2)
    exponent = epsilon**2 * (gamma * kappa) / (2 * gamma * n / (m * d))
    # n exp(-exponent) = failure, the exponent linear in m
    return sympy.log(n / failure) / sympy.diff(exponent, m)


def _solve_width(condition: sympy.Expr) -> sympy.Expr:
    """The m at which a decreasing function of sqrt(m) is zero."""
    root = sympy.Symbol("root", positive=True)
    (solution,) = sympy.solve(condition.subs(sqrt(m), root).subs(m, root**2), root)
    return sympy.simplify(solution**2)


def relu_steps(choices: Choices = CANONICAL) -> Steps:
    """The chain of Theorem 4.1 for given choices."""
    budget_c, budget_d, _ = choices.budgets
    K = movement_constant(choices)
    first = 2 * n / (d * budget_d)
    share = sqrt(gamma) if choices.keep_share else Integer(1)
    cross = 4 * n * share / (d * budget_d)
    mass = K / sqrt(m)
    allowance = gamma * kappa / 8
    widths = (
        initial_width(budget_c),
        _solve_width(first * mass - allowance),
        _solve_width((cross * sqrt(mass) / allowance) ** 2 - 1),
    )
    # all of lambda, not only its first part: sum_j lambda_j c_j; the two cross terms add up by
    # Cauchy-Schwarz, to 1 with the shares sqrt(gamma_k) and to sqrt 2 without them
    total = K * sym.weight_sum_three_halves / gamma
    full_cross = 4 * n * (1 if choices.keep_share else sqrt(2)) / (d * budget_d)
    change = first * total + full_cross * sqrt(total)
    return Steps(K, (first, cross), widths, K * sqrt(sym.weight) / gamma, change)


def smooth_steps(choices: Choices = SMOOTH_CANONICAL) -> Steps:
    """The chain of Theorem 4.2; p_D plays no part, because Lemma D.4 is deterministic."""
    K = movement_constant(choices)
    first = n * M**2 / d**2
    cross = 2 * n * M * sqrt(gamma) / d ** Rational(3, 2)
    mass = K**2 / (gamma * m)
    allowance = gamma * kappa / 8
    widths = (
        initial_width(choices.budgets[0]),
        _solve_width(cross * sqrt(mass) - allowance),
        _solve_width(first * mass - allowance),
    )
    total = K**2 * sym.weight_sum_squares / gamma**2
    full_cross = 2 * n * M / d ** Rational(3, 2)
    change = first * total + full_cross * sqrt(total)
    return Steps(K, (first, cross), widths, K * sqrt(sym.weight) / gamma, change)


ALTERNATIVES = {
    "E|y-u_0|^2 <= n D_0^2": replace(CANONICAL, residual=D0**2),
    "slack s = 2": replace(CANONICAL, slack=Integer(2)),
    "both": replace(CANONICAL, residual=D0**2, slack=Integer(2)),
    "sqrt(gamma_k) not kept": replace(CANONICAL, keep_share=False),
    "(p_D, p_E) = (4/5, 1/5) delta": replace(
        CANONICAL, budgets=(delta / 4, 4 * delta / 5, delta / 5)
    ),
}


def alternatives() -> dict[str, tuple[sympy.Expr, sympy.Expr]]:
    """Factors on T2 and T3 of the other ways to spend the budgets.

    >>> alternatives()["both"]
    (8, 8)
    """
    base = relu_steps().widths
    table = {}
    for name, choices in ALTERNATIVES.items():
        widths = relu_steps(choices).widths
        table[name] = tuple(sympy.simplify(widths[i] / base[i]) for i in (1, 2))
    return table


def eigenvalue_left() -> sympy.Expr:
    """gamma kappa/2 of Prop. C.1 minus the two allowances: conclusion (a)."""
    return gamma * kappa / 2 - 2 * (gamma * kappa / 8)


def decay_rate() -> sympy.Expr:
    """Lemma D.1 with kappa'/2 = gamma kappa/4: conclusion (b)."""
    return 2 * eigenvalue_left()
