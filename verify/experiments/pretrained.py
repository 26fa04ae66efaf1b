"""Features of CIFAR-10 images from a ResNet-18 with ImageNet weights, as in the source.

    python -m verify.experiments.pretrained FOLDER OUT.npz

FOLDER holds the batches of CIFAR-10 as torchvision lays them out. Needs torch and torchvision,
which are no dependencies of this package, and the weights that torchvision downloads once.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from theory.exact import InputError

BATCH = 250


def tools() -> tuple[Any, Any]:
    """torch and torchvision; raises InputError when one is missing."""
    try:
        import torch
        import torchvision
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed",
            "ResNet-18 features need torch and torchvision",
            "pip install torch torchvision, or use a file of other features with --data",
        ) from None
    return torch, torchvision


def features(folder: str, *, train: bool) -> tuple[np.ndarray, np.ndarray]:
    """The 512 numbers before ResNet-18's last layer for every image, and the classes."""
    torch, torchvision = tools()
    weights = torchvision.models.ResNet18_Weights.IMAGENET1K_V1
    network = torchvision.models.resnet18(weights=weights).eval()
    network.fc = torch.nn.Identity()
    images = torchvision.datasets.CIFAR10(folder, train=train, transform=weights.transforms())
    found, classes = [], []
    with torch.no_grad():
        for batch, labels in torch.utils.data.DataLoader(images, batch_size=BATCH):
            found.append(network(batch).numpy())
            classes.append(labels.numpy())
    return np.concatenate(found), np.concatenate(classes)


def main(arguments: list[str]) -> int:
    """Write F_train, y_train, F_test, y_test."""
    if len(arguments) != 2:
        print("usage: python -m verify.experiments.pretrained FOLDER OUT.npz", file=sys.stderr)
        return 2
    try:
        train, test = (features(arguments[0], train=part) for part in (True, False))
    except (InputError, RuntimeError, OSError) as error:
        print(f"boundlab: {error}", file=sys.stderr)
        return 2
    F_train, y_train = train
    F_test, y_test = test
    np.savez_compressed(
        arguments[1],
        F_train=F_train.astype(np.float16),
        y_train=y_train,
        F_test=F_test.astype(np.float16),
        y_test=y_test,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
