"""What a picture of a certificate shows, as plain numbers rounded for drawing.

Angles are in degrees. `eta` is the certificate over lam, so that Diracs sit at +1 and -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

POINTS = 361
MOST_KINKS = 400  # more of them would fill the picture
LATITUDES, LONGITUDES = 37, 73


def certificate_picture(
    X: np.ndarray, p: np.ndarray, lam: float, diracs: Sequence[tuple[int, np.ndarray]]
) -> Mapping[str, Any]:
    """The picture in dimension two or three; an empty one in others.

    X: n x d floats; p: n floats; diracs: (sign, u) with mass |u|.
    """
    if X.shape[1] == 2:
        return {"circle": circle_picture(X, p, lam, diracs)}
    if X.shape[1] == 3:
        return {"sphere": sphere_picture(X, p, lam, diracs)}
    return {}


def circle_picture(
    X: np.ndarray, p: np.ndarray, lam: float, diracs: Sequence[tuple[int, np.ndarray]]
) -> dict[str, Any]:
    """The certificate around the circle, its kinks, and the Diracs (angle, sign, mass)."""
    angles = np.linspace(-180.0, 180.0, POINTS)
    lengths = np.linalg.norm(X, axis=1)
    used = X[lengths > 0]
    kinks = np.degrees(np.arctan2(used[:, 1], used[:, 0]))
    kinks = np.unique(np.round(np.concatenate([_wrapped(kinks + 90), _wrapped(kinks - 90)]), 6))
    count = len(kinks)
    kinks = kinks if count <= MOST_KINKS else kinks[:0]
    # The kinks are among the points drawn, so that corners are sharp.
    angles = np.unique(np.concatenate([angles, kinks]))
    w = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=1)
    return {
        "angle": _rounded(angles, 4),
        "eta": _rounded(np.maximum(w @ X.T, 0) @ p / lam, 6),
        "kinks": _rounded(kinks, 4),
        "kink_count": count,
        "diracs": [
            [
                round(float(np.degrees(np.arctan2(u[1], u[0]))), 4),
                int(sign),
                float(f"{np.linalg.norm(u):.6g}"),
            ]
            for sign, u in diracs
        ],
    }


def sphere_picture(
    X: np.ndarray, p: np.ndarray, lam: float, diracs: Sequence[tuple[int, np.ndarray]]
) -> dict[str, Any]:
    """The certificate on a grid of longitudes and latitudes, the great circles of the samples,
    and the Diracs (longitude, latitude, sign, mass)."""
    latitude, longitude = np.linspace(-90, 90, LATITUDES), np.linspace(-180, 180, LONGITUDES)
    phi, theta = np.meshgrid(np.radians(longitude), np.radians(latitude))
    w = np.stack([np.cos(theta) * np.cos(phi), np.cos(theta) * np.sin(phi), np.sin(theta)], axis=-1)
    eta = np.maximum(w @ X.T, 0) @ p / lam
    return {
        "longitude": _rounded(longitude, 3),
        "latitude": _rounded(latitude, 3),
        "eta": [_rounded(row, 4) for row in eta],
        "circles": [line for row in X if np.any(row) for line in _great_circle(row)],
        "diracs": [
            [*(round(float(a), 4) for a in _position(u)), int(sign),
             float(f"{np.linalg.norm(u):.6g}")]
            for sign, u in diracs
        ],
    }  # fmt: skip


def _wrapped(degrees: np.ndarray) -> np.ndarray:
    return (degrees + 180) % 360 - 180


def _rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


def _position(u: np.ndarray) -> tuple[float, float]:
    longitude = float(np.degrees(np.arctan2(u[1], u[0])))
    return longitude, float(np.degrees(np.arcsin(u[2] / np.linalg.norm(u))))


def _great_circle(normal: np.ndarray) -> list[list[list[float]]]:
    """{w : <w, normal> = 0} as polylines that do not jump from one edge of the map to the other."""
    _, _, rows = np.linalg.svd(normal[None, :])
    turn = np.linspace(0, 2 * np.pi, 121)
    points = np.outer(np.cos(turn), rows[1]) + np.outer(np.sin(turn), rows[2])
    places = np.array([_position(point) for point in points])
    # A jump of the longitude is the edge of the map or a passage by a pole.
    cuts = np.flatnonzero(np.abs(np.diff(places[:, 0])) > 60) + 1
    return [
        [_rounded(piece[:, 0], 2), _rounded(piece[:, 1], 2)]
        for piece in np.split(places, cuts)
        if len(piece) > 1
    ]
