"""Cost of one training step: against two bare matrix products, PyTorch autograd, and skipping.

    python benchmarks/training_step.py

One BLAS thread, processor time. All contestants take turns in short rounds, so that a busy machine
slows them alike; a ratio is the median over rounds of the ratio within one round, and the ratio of
the fastest rounds stands beside it. The two products are those of the faster of two layouts.
Writes results/training_step.json.
"""

from __future__ import annotations

import json
import os
import platform
import time
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from verify.networks.active_descent import ActiveSetDescent
from verify.networks.descent import GradientDescent
from verify.networks.shallow import asymmetric_network, bias_network
from verify.networks.tangent import tangent_gram

N, D, M = 100, 50, 2000
ROUNDS, REPEATS = 80, 5
RESULT = Path(__file__).parent / "results" / "training_step.json"


def sphere(rng, n, d):
    x = rng.standard_normal((n, d))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def rounds(contestants):
    """Microseconds a call of each contestant in every round, (ROUNDS,) each."""
    spent = {name: np.empty(ROUNDS) for name in contestants}
    for k in range(ROUNDS):
        for name, call in contestants.items():
            call()  # the caches are then its own
            start = time.process_time()
            for _ in range(REPEATS):
                call()
            spent[name][k] = (time.process_time() - start) / REPEATS * 1e6
    return spent


def two_products(descent):
    """The forward and the backward product of the same shapes into given buffers, two layouts."""
    features, weights = descent.features, np.ascontiguousarray(descent.weights)
    columns, z = (
        np.ascontiguousarray(weights.T),
        np.empty((len(features), len(weights)), weights.dtype),
    )
    by_rows, by_columns = np.empty_like(weights), np.empty_like(columns)

    def rows():
        np.matmul(features, weights.T, out=z)
        np.matmul(z.T, features, out=by_rows)

    def cols():
        np.matmul(features, columns, out=z)
        np.matmul(features.T, z, out=by_columns)

    return {"products, weights by rows": rows, "products, weights by columns": cols}


def torch_loop(network, x, y, step):
    """A plain PyTorch step on the same network; None if PyTorch is not installed."""
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: its column is left out (pip install torch)")
        return None
    torch.set_num_threads(1)
    weights = torch.tensor(network.weights, requires_grad=True)
    features, targets = torch.tensor(network.features(x)), torch.tensor(y)
    coefficients = torch.tensor(network.coefficients)
    activation = {"relu": torch.relu, "tanh": torch.tanh}[network.activation.name]

    optimizer = torch.optim.SGD([weights], lr=step)

    def call():
        optimizer.zero_grad()
        outputs = activation(features @ weights.T) @ coefficients
        loss = 0.5 * ((outputs - targets) ** 2).sum()
        loss.backward()
        optimizer.step()

    return call


def version(package):
    """The version measured with, None if there is none."""
    return metadata.version(package) if find_spec(package) else None


def dense_rows():
    rng = np.random.default_rng(0)
    x, y = sphere(rng, N, D), rng.standard_normal(N)
    for dtype in ("float32", "float64"):
        for sigma in ("relu", "tanh"):
            network = asymmetric_network(np.full(M, 1 / M), D, rng=rng, sigma=sigma, dtype=dtype)
            targets = y.astype(dtype)
            descents = {
                passes: GradientDescent(network, x, targets, step=0.1)
                for passes in ("NumPy", "compiled")
            }
            descents["NumPy"]._fused = None
            if descents["compiled"]._fused is None:  # no ReLU, or Numba is not installed
                del descents["compiled"]
            calls = two_products(descents["NumPy"])
            calls |= {passes: descent.step for passes, descent in descents.items()}
            autograd = torch_loop(network, x, targets, 0.1)
            if autograd:
                calls["torch"] = autograd
            spent = rounds(calls)
            for passes in descents:
                row = {"sigma": sigma, "dtype": dtype, "passes": passes}
                yield row | compared(spent | {"step": spent[passes]})


def compared(spent):
    """Medians, minima and the two ratios of both kinds."""
    layouts = [name for name in spent if name.startswith("products")]
    spent["products"] = spent[min(layouts, key=lambda name: np.median(spent[name]))]
    row = {
        "microseconds": {name: float(np.median(times)) for name, times in spent.items()},
        "fastest": {name: float(times.min()) for name, times in spent.items()},
    }
    for above, below in (("step", "products"), ("torch", "step")):
        if above in spent:
            row[f"{above} / {below}"] = float(np.median(spent[above] / spent[below]))
            row[f"{above} / {below}, fastest"] = float(spent[above].min() / spent[below].min())
    return row


def skipping_rows():
    """Runs of 200 steps, counts and copies of the units alive included; their making is not."""
    for n, d, m in ((100, 50, 5_000), (20, 20, 20_000)):
        for dtype in ("float32", "float64"):
            for bias in (0.0, 1.0, 2.0, 3.0):
                rng = np.random.default_rng(1)
                x, y = sphere(rng, n, d), np.sign(rng.standard_normal(n))
                network = bias_network(m, d, bias=bias, rng=rng, dtype=dtype)
                top = np.linalg.eigvalsh(tangent_gram(network, x).astype(float))[-1]
                spent = {"dense": np.inf, "skipping": np.inf}
                for _ in range(4):
                    runs = {
                        "dense": GradientDescent(network, x, y, step=0.1 / top),
                        "skipping": ActiveSetDescent(network, x, y, step=0.1 / top),
                    }
                    total = dict.fromkeys(runs, 0.0)
                    for _ in range(20):  # in turns, so that a busy machine slows both alike
                        for name, run in runs.items():
                            start = time.process_time()
                            for _ in range(10):
                                run.step()
                            total[name] += time.process_time() - start
                    spent = {name: min(spent[name], total[name]) for name in spent}
                yield {
                    "n": n, "d": d, "m": m, "dtype": dtype, "bias": bias,
                    "active fraction": float((network.preactivations(x) > 0).mean()),
                    "units alive at the end": runs["skipping"].alive / m,
                    "loss at the end / start": runs["dense"].loss()
                    / GradientDescent(network, x, y, step=1.0).loss(),
                    "dense / skipping": spent["dense"] / spent["skipping"],
                    "copies": runs["skipping"].copies,
                    "largest difference": float(
                        np.abs(runs["dense"].weights - runs["skipping"].weights).max()
                    ),
                }  # fmt: skip


def main():
    with threadpool_limits(1):
        dense, skipping = list(dense_rows()), list(skipping_rows())
    print(f"one step, n={N}, d={D}, m={M}, one thread")
    for row in dense:
        ratios = "   ".join(f"{k} {v:.2f}" for k, v in row.items() if " / " in k)
        print(
            f"  {row['sigma']:5} {row['dtype']}  {row['passes']:8}"
            f" {row['microseconds']['step']:7.0f} us   {ratios}"
        )
    print("200 steps, dense against skipping inactive units")
    for row in skipping:
        print(
            f"  n={row['n']:3} m={row['m']:5} {row['dtype']}  B={row['bias']:.0f}"
            f"  active {row['active fraction']:6.2%}  dense/skipping"
            f" {row['dense / skipping']:5.2f}  difference {row['largest difference']:.1e}"
        )
    RESULT.parent.mkdir(exist_ok=True)
    record = {
        "processor": platform.processor() or platform.machine(),
        "numpy": np.__version__,
        "blas": sorted(
            {
                f"{pool['internal_api']} {pool['version']} {pool['architecture']}"
                for pool in threadpool_info()
                if pool["user_api"] == "blas"
            }
        ),
        "torch": version("torch"),
        "numba": version("numba"),
        "load": os.getloadavg()[0],
        "dense": dense,
        "skipping": skipping,
    }
    RESULT.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
