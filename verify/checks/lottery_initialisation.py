"""Checks of the initialisation (init.*) and of the figure on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import sympy

from theory.lottery.initialisation import relu_coefficient
from theory.lottery.symbols import neurons
from verify.checks.lottery_problems import SIMULATED, Array, Cell, unit_rows
from verify.engines import Derive, Enclose, Follow, Slope
from verify.engines.enclose import Side
from verify.networks.student_batch import heavy_ball
from verify.networks.tensor_start import relative_error, tensor_start


def _tensor_errors(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Relative errors of the start by the tensors of order 3 and 4, same sample."""
    teacher, x, y = _orthonormal_sample(cell["K"], cell["d"], cell["N"], rng)
    return {
        f"order_{order}": relative_error(
            tensor_start(x, y, cell["K"], order=order, rng=rng), teacher
        )
        for order in (3, 4)
    }


def _orthonormal_sample(
    K: int, d: int, n: int, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    teacher = np.linalg.qr(rng.standard_normal((d, K)))[0].T
    x = rng.standard_normal((n, d))
    return teacher, x, np.maximum(x @ teacher.T, 0).mean(axis=1)


def _tensor_slope(cell: Cell, rng: np.random.Generator) -> dict[str, list[float]]:
    y = []
    for n in cell["N"]:
        errors = []
        for _ in range(12):
            teacher, x, targets = _orthonormal_sample(cell["K"], cell["d"], n, rng)
            found = tensor_start(x, targets, cell["K"], order=4, rng=rng)
            errors.append(relative_error(found, teacher))
        y.append(float(0.5 * np.log(np.mean(np.square(errors)))))
    return {"x": np.log(cell["N"]).tolist(), "y": y}


def _end_to_end(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    """Success of heavy ball from the tensor start and from a random Gaussian start."""
    K, d, n, hits = cell["K"], cell["d"], cell["N"], {"tensor": 0, "random": 0}
    for _ in range(cell["runs"]):
        teacher, x, y = _orthonormal_sample(K, d, n, rng)
        starts = {
            "tensor": tensor_start(x, y, K, order=4, rng=rng),
            "random": unit_rows(rng, K, d),
        }
        for name, start in starts.items():
            run = heavy_ball(
                start[None], x[None], y[None], teacher[None], mask=np.ones((K, d)), steps=2000,
                tolerance=0.0,
            )  # fmt: skip
            hits[name] += relative_error(run.weights[0], teacher) < 1e-3
    return {name: count / cell["runs"] for name, count in hits.items()}


def _moment_residual(form: Callable[[int], sympy.Expr]) -> Iterator[sympy.Expr]:
    yield from (form(k) - relu_coefficient(k) for k in range(1, 9))


def _third_sides(cell: Cell, form: int) -> tuple[Side, Side]:
    return 0, abs(Fraction(str(relu_coefficient(form))))


CHECKS = (
    Derive(
        claim="lottery.init.moments",
        residual=_moment_residual,
        fails_if="an integral E[relu(z) He_k(z)], k up to 8, is another",
    ),
    Enclose(
        claim="lottery.init.third_order",
        cells=({},),
        sides=_third_sides,
        relation="<",
        fails_if="the third Hermite coefficient of ReLU vanishes",
    ),
    Derive(
        claim="lottery.init.disjoint_m1",
        residual=lambda form: form.expr * relu_coefficient(1) / neurons - 1,
        fails_if="the first moment restricted to a mask is another multiple of the neuron",
    ),
    Follow(
        claim="lottery.init.algorithm",
        part="tensor",
        cells=({"K": 2, "d": 10, "N": 50000}, {"K": 3, "d": 10, "N": 200000}),
        observe=_tensor_errors,
        margin=lambda figures, cell, form: 0.3 - figures[f"order_{form}"],
        allowance=1e-3,
        allowance_because="power iterations end at 1e-10; the rest is the sample's own error",
        repetitions=3,
        assumptions=(SIMULATED,),
        fails_if="the start is farther than 0.3 from the teacher",
    ),
    Follow(
        claim="lottery.init.end_to_end",
        cells=({"K": 2, "d": 10, "N": 300, "runs": 30}, {"K": 3, "d": 10, "N": 300, "runs": 30}),
        observe=_end_to_end,
        margin=lambda figures, cell, form: float(form) - figures["tensor"] + figures["random"],
        allowance=0.1,
        allowance_because="two shares of thirty paired runs near one: standard error below 0.05",
        repetitions=1,
        assumptions=(SIMULATED,),
        fails_if="random starts fail where tensor starts succeed",
    ),
    Slope(
        claim="lottery.fig.init",
        cells=({"K": 1, "d": 5, "N": [1000, 4000, 16000, 64000]},),
        replicate=_tensor_slope,
        exponent=float,
        allowance=0.1,
        allowance_because="the recalled criterion: -1/2 to 0.1",
        replicates=24,
        assumptions=(SIMULATED,),
        fails_if="the error of the start falls with another exponent",
    ),
)
