"""Images with classes: reading them, and drawing stand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from theory.exact import InputError
from verify.experiments.experiment import Streams
from verify.experiments.scaling import Split
from verify.networks.activations import Array

CLASSES = 10
Labelled = tuple[Array, Array]  # inputs (n, d), classes (n,)


def read_arrays(path: str, inputs: str, classes: str) -> Labelled:
    """Two arrays of an .npz file, inputs flattened; nothing in it is ever unpickled.

    Raises InputError when the file is missing, is no .npz or lacks the arrays.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            X, y = file[inputs], file[classes]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path} cannot be used: {error}", f"an .npz file with {inputs} and {classes}"
        ) from None
    if len(X) != len(y) or not np.isin(y, np.arange(CLASSES)).all():
        raise InputError(f"{path} has {len(X)} inputs, {len(y)} classes", "classes 0 to 9")
    return X.reshape(len(X), -1), y.astype(int)


def prototypes(n: int, d: int, noise: float, rng: np.random.Generator) -> Labelled:
    """n noisy copies of ten random points of the unit cube, in equal shares."""
    centres = rng.random((CLASSES, d))
    classes = rng.permutation(np.arange(n) % CLASSES)
    return centres[classes] + noise * rng.standard_normal((n, d)), classes


def take(
    data: Labelled | None, parameters: Mapping[str, Any], streams: Streams
) -> tuple[Labelled, Labelled, Labelled, Labelled]:
    """Training, test, further and last parts of one seed: n, n_test, n, n_test samples.

    Raises InputError when there are too few.
    """
    rng, n, n_test = streams("data"), parameters["n"], parameters["n_test"]
    total = 2 * (n + n_test)
    X, y = prototypes(total, 30, parameters["noise"], rng) if data is None else data
    if len(X) < total:
        raise InputError(f"the data have {len(X)} samples", f"{total} or more at this scale")
    order = rng.permutation(len(X))
    parts = np.split(order[:total], np.cumsum([n, n_test, n]))
    first, second, third, fourth = ((X[part], y[part]) for part in parts)
    return first, second, third, fourth


def one_hot(classes: Array) -> Array:
    """Rows of the unit matrix."""
    return np.eye(CLASSES)[classes]


def split_of(parts: tuple[Labelled, ...]) -> Split:
    """The parts as inputs and one-hot targets."""
    (X, y), (X_test, y_test), (X_more, y_more), _ = parts
    return Split(X, one_hot(y), X_test, one_hot(y_test), X_more, one_hot(y_more))
