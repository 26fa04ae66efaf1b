"""Which hypotheses of the second paper bear load: perturbation, descent and flow, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from theory.bias.one_sample import OneSample
from theory.bias.training import MOVEMENT, MOVEMENT_FLOW
from theory.claim import Form
from theory.formula import Formula
from theory.rigor.balls import ball
from verify.checks.bias_cells import Cell, without
from verify.engines.enclose import Side


def _flip(cell: Cell, start: int) -> tuple[arb, arb]:
    """One neuron that starts at z = start, outside the band of R = 1, moves across 0.

    Returns |(x, 1)|^2 and z after a move of `reach` along (x, 1).
    """
    square = ball(1 + Fraction(cell.get("norm", 1)) ** 2)
    step = ball(Fraction(cell.get("reach", 1))) * square.sqrt()
    after = arb(start) - step if start > 0 else arb(start) + step
    flips = after < 0 if start > 0 else after > 0
    return (square, after) if flips else (arb.nan(), arb.nan())


def _kernel_change(cell: Cell, form: Formula) -> tuple[Side, Side]:
    return _flip(cell, 2)[0], form.ball(n=1, band_share=0)


def _cross_change(cell: Cell, form: Form) -> tuple[Side, Side]:
    """|M - H(0)| = (1 - xi) |(x, 1)|^2 with the mean slope xi = 2/(2 - z)."""
    square, after = _flip(cell, 2)
    return square * (1 - 2 / (2 - after)), form[0].ball(n=1, band_share=0)


def _deviation(cell: Cell, form: Formula) -> tuple[Side, Side]:
    """An inactive neuron becomes active; its linearisation stays 0."""
    bound = form.ball(n=1, m=1, radius=1, band_share=0, active_share=0, ball_radius=0)
    return _flip(cell, -2)[1], bound


PERTURBATION = tuple(
    without(claim, name, change, sides, "a neuron outside the band crosses its boundary")
    for claim, sides in (
        ("bias.pert.kernel", _kernel_change),
        ("bias.pert.cross", _cross_change),
        ("bias.rad.flip", _deviation),
    )
    for name, change in (("ball", {"reach": "2"}), ("unit", {"norm": "3"}))
)


def _named(start: OneSample, left_out: str, movement: Formula, *, step: bool) -> dict[str, Any]:
    """The theorem's numbers; raises unless exactly the named hypothesis fails."""
    known: dict[str, Any] = {
        "n": 1, "m": start.width, "kappa": start.kappa, "gram_top": start.square,
        "initial_residual": abs(start.residual), "step_size": start.step,
    }  # fmt: skip
    radius = movement.ball(**{s.symbol.name: known[s.symbol.name] for s in movement.symbols})
    known["band_share"] = start.band(radius)
    kept = start.start_kernel()
    known["alignment"] = start.residual**2 / kept if kept else arb.nan()
    holds = {
        "Eigenvalue": kept >= Fraction(3, 4) * start.kappa,
        "Band": known["band_share"] <= start.kappa / 16,
        "Step": not step or start.step <= 1 / start.square,
        "unit": start.square == 2,
    }
    failing = [name for name, met in holds.items() if not met]
    if failing != [left_out]:
        raise ArithmeticError(f"{failing} fail where {left_out} should")
    return known


def _value(form: Formula, known: dict[str, Any]) -> arb:
    return form.ball(**{s.symbol.name: known[s.symbol.name] for s in form.symbols})


def _rate(cell: Cell, form: Form) -> tuple[Side, Side]:
    start = OneSample.of(cell)
    known = _named(start, cell["left out"], MOVEMENT, step=True)
    bound = _value(form[0], known) ** cell["steps"] * ball(abs(start.residual))
    return abs(ball(start.after(cell["steps"])[0])), bound


def _flow_rate(cell: Cell, form: Form) -> tuple[Side, Side]:
    start, time = OneSample.of(cell), Fraction(cell["time"])
    known = _named(start, cell["left out"], MOVEMENT_FLOW, step=False)
    decay = (-_value(form[0], known) * ball(time)).exp()
    return start.flow_residual(time), decay * ball(abs(start.residual))


def _moved(cell: Cell, form: Formula) -> tuple[Side, Side]:
    start = OneSample.of(cell)
    known = _named(start, cell["left out"], MOVEMENT, step=True)
    return start.moved(cell["steps"]), _value(form, known)


def _travelled(cell: Cell, form: Formula) -> tuple[Side, Side]:
    start = OneSample.of(cell)
    known = _named(start, cell["left out"], MOVEMENT, step=True)
    return start.travelled(cell["steps"]), _value(form, known)


def _second_step(cell: Cell, form: int) -> tuple[Side, Side]:
    """|r(2)| beside |r(1)| at 19/20 of the claimed threshold: both are |y|."""
    start = OneSample.of({**cell, "step": Fraction(19 * form, 40)})
    return abs(ball(start.after(2)[0])), abs(ball(start.after(1)[0]))


def _run(counts: list[int], starts: list[str], residual: str, step: str, **more: Any) -> Cell:
    return {"counts": counts, "starts": starts, "residual": residual, "step": step, **more}


_DEAD = "no neuron is active, and nothing moves"
_DIES = "the only neuron dies at the first step, and the residual stays"
_GROWS = "beyond 2/lambda_max the residual grows"
_LEFT = "all neurons but one die at the first step, and that one moves on alone"
_ALONE = "one neuron of sixteen is active, and has to move alone"
_FAST = "long samples carry neurons from outside the band across their boundary"
_SURVIVOR = ["1000", "1/1000"]

# claim, sides, hypothesis left out, cell, why
_RUNS: tuple[tuple[str, Any, str, Cell, str], ...] = (
    ("bias.conv.gd", _rate, "Eigenvalue", _run([1], ["-1000"], "1", "1/2", steps=1), _DEAD),
    ("bias.conv.gd", _rate, "Band", _run([1], ["1/100"], "101/100", "1/2", steps=2), _DIES),
    ("bias.conv.gd", _rate, "Step", _run([1], ["10"], "1", "2", steps=1), _GROWS),
    ("bias.conv.gd", _rate, "unit",
     _run([1], ["4/5"], "1", "1/101", steps=20, norm="10"), _FAST),
    ("bias.conv.gf", _flow_rate, "Eigenvalue", _run([1], ["-1000"], "1", "0", time="1"), _DEAD),
    ("bias.conv.gf", _flow_rate, "Band", _run([1], ["1/100"], "101/100", "0", time="10"), _DIES),
    ("bias.conv.gf", _flow_rate, "unit",
     _run([1], ["4/5"], "1", "0", time="1", norm="10"), _FAST),
    ("bias.move.neuron", _moved, "Eigenvalue",
     _run([1, 15], ["1000", "-1000"], "1", "1/2", steps=100), _ALONE),
    ("bias.move.neuron", _moved, "Band", _run([1, 15], _SURVIVOR, "1", "1/2", steps=100), _LEFT),
    ("bias.move.neuron", _moved, "Step", _run([1], ["1000"], "1", "2", steps=3), _GROWS),
    ("bias.move.neuron", _moved, "unit",
     _run([1, 15], ["1000", "1/50"], "1", "1/10001", steps=100, norm="100"), _FAST),
    ("bias.move.frob", _travelled, "Eigenvalue",
     _run([1, 1, 98], [*_SURVIVOR, "-1000"], "1", "1/2", steps=500),
     "one of two active neurons dies, and the other moves on alone"),
    ("bias.move.frob", _travelled, "Band",
     _run([1, 9999], ["1000", "1/1000000"], "1", "1/2", steps=100_000), _LEFT),
    ("bias.move.frob", _travelled, "Step", _run([1], ["1000"], "1", "2", steps=3), _GROWS),
    ("bias.move.frob", _travelled, "unit",
     _run([1, 15], ["1000", "1/50"], "1", "1/10001", steps=100, norm="100"), _FAST),
)  # fmt: skip

DESCENT = (
    *(
        without(claim, name, {**cell, "left out": name}, sides, why)
        for claim, sides, name, cell, why in _RUNS
    ),
    without(
        "bias.step",
        "Wide",
        {"counts": [1], "starts": ["1"], "residual": "2", "m": 1},
        _second_step,
        "the only neuron dies at the first step, and the loss stays",
        "<",
    ),
)

CHECKS = (*PERTURBATION, *DESCENT)
