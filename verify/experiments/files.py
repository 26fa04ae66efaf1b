"""Find the data of an experiment: a given path, a folder named in the environment, a download."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from theory.exact import InputError

VARIABLE = "BOUNDLAB_DATA"
FILES = {
    "asym.regression": ("concrete.csv", "energy.csv", "airfoil.csv", "ccpp.csv"),
    "asym.mnist": ("mnist10k.npz", "mnist.npz"),
    "asym.cifar10": ("resnet18_features.npz", "effnet_lite0_features.npz"),
}
FILES["asym.pruning"] = FILES["asym.transfer"] = FILES["asym.regression"]
OPENML = {
    "concrete.csv": 44959, "energy.csv": 44960, "airfoil.csv": 44957, "mnist.npz": 554,
}  # fmt: skip
ENDINGS = {".csv", ".npz"}


def data_paths(name: str, given: str | None, *, download: bool = False) -> list[str]:
    """Paths of the data sets an experiment is to run on; [""] for data it draws itself.

    given: a file, or a folder whose fitting files are all used. Without it the folder in
    BOUNDLAB_DATA is looked at, then, when asked for, OpenML. Raises InputError when nothing
    fits or the download fails.
    """
    known = FILES.get(name, ())
    if given is None and not download:
        folder = os.environ.get(VARIABLE)
        found = [path for file in known if folder and (path := Path(folder, file)).is_file()]
        return list(map(str, found)) or [""]
    if not known:
        raise InputError(f"{name} draws its own data", "no --data and no --download")
    if given is None:
        return _download(known)
    path = Path(given)
    if path.is_file():
        return [str(path)]
    if not path.is_dir():
        raise InputError(f"no file or folder {given!r}", f"a folder with {' or '.join(known)}")
    ending = Path(known[0]).suffix
    named = [str(path / file) for file in known if (path / file).is_file()]
    found_here = named or sorted(map(str, path.glob(f"*{ending}")))
    if not found_here:
        raise InputError(f"{given} has no *{ending}", f"a folder with {' or '.join(known)}")
    return found_here


def _download(files: tuple[str, ...]) -> list[str]:
    """Fetch what OpenML has of these files into the folder of BOUNDLAB_DATA."""
    folder = Path(os.environ.get(VARIABLE) or ".boundlab/data")
    wanted = [file for file in files if file in OPENML]
    if not wanted:
        raise InputError(
            f"{' and '.join(files)} cannot be downloaded", "--data PATH", "see docs/experiments.md"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for file in wanted:
        if not (folder / file).is_file():
            _fetch(file, folder / file)
    return [str(folder / file) for file in wanted]


def _fetch(file: str, path: Path) -> None:
    try:
        from sklearn.datasets import fetch_openml
    except ImportError:
        raise InputError(
            "scikit-learn is not installed", "downloads need it", "pip install 'boundlab[data]'"
        ) from None
    try:
        raw = fetch_openml(data_id=OPENML[file], as_frame=False, parser="liac-arff")
    except Exception as error:  # scikit-learn and urllib raise many kinds
        raise InputError(
            f"{file} could not be downloaded: {error}",
            "a connection to openml.org, or the file",
            f"put it in a folder and set {VARIABLE} or give --data",
        ) from None
    X, y = np.asarray(raw.data), np.asarray(raw.target)
    if path.suffix == ".npz":
        np.savez_compressed(path, X=X.astype(np.uint8), y=y.astype(np.uint8))
        return
    header = ",".join((*raw.feature_names, "target"))
    rows = np.column_stack([X, y]).astype(float)
    np.savetxt(path, rows, delimiter=",", header=header, comments="", fmt="%.17g")
