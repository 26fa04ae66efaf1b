"""What a picture of a certificate shows, as plain numbers rounded for drawing.

Angles are in degrees. `eta` is the certificate over lam, so that Diracs sit at +1 and -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from theory.dual.sphere_bound import Covering

POINTS = 361
MOST_KINKS = 400  # more of them would fill the picture
MOST_CIRCLES = 40
RADII, TURNS = 31, 121


def certificate_picture(
    X: np.ndarray,
    p: np.ndarray,
    lam: float,
    diracs: Sequence[tuple[int, np.ndarray]],
    covering: Covering | None = None,
) -> Mapping[str, Any]:
    """The picture in dimension two or three; an empty one in others.

    X: n x d floats; p: n floats; diracs: (sign, u) with mass |u|; covering: the cells of a
    proof by branch and bound, drawn in dimension three.
    """
    if X.shape[1] == 2:
        return {"circle": circle_picture(X, p, lam, diracs)}
    if X.shape[1] == 3:
        picture = sphere_picture(X, p, lam, diracs)
        if covering is not None:
            picture["cell_count"] = len(covering)
            for disc in picture["discs"]:
                disc["cells"] = cell_outlines(covering, disc["side"])
        return {"sphere": picture}
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
    """The certificate on the two hemispheres w_3 >= 0 and w_3 <= 0, the great circles of the
    samples, and the Diracs (x, y, sign, mass, direction).

    Both discs are maps of equal area, (w_1, w_2) sqrt(2/(1 + |w_3|)), of radius sqrt(2), so
    that a point of the rim is at the same place of both.
    """
    turn = np.linspace(0, 2 * np.pi, TURNS)
    polar = np.linspace(0, np.pi / 2, RADII)[:, None]  # angle with the axis w_3
    around = np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn)
    used = X[np.any(X != 0, axis=1)]
    drawn = used if len(used) <= MOST_CIRCLES else used[:0]
    discs = []
    for side in (1, -1):
        w = np.stack([*around, side * np.cos(polar) * np.ones(TURNS)], axis=-1)
        discs.append(
            {
                "side": side,
                "eta": [_rounded(row, 4) for row in np.maximum(w @ X.T, 0) @ p / lam],
                "circles": [arc for row in drawn if (arc := _half_circle(row, side))],
                "diracs": [_dirac(sign, u) for sign, u in diracs if (u[2] >= 0) == (side > 0)],
            }
        )
    # 2 sin(angle/2): the radius on the map of equal area.
    radii = _rounded(2 * np.sin(polar[:, 0] / 2), 4)
    return {
        "radius": radii,
        "turn": _rounded(np.degrees(turn), 3),
        "circle_count": len(used),
        "discs": discs,
    }


def cell_outlines(covering: Covering, side: int) -> list[list[list[float]]]:
    """The borders of the cells in one hemisphere, as polylines on its map."""
    found = []
    for axis, sign, centre, half in zip(
        covering.axes, covering.sides, covering.centres, covering.halves, strict=True
    ):
        ticks = np.linspace(-1, 1, 9 if half > 1 / 4 else 3)  # small cells look straight
        flat = np.ones(len(ticks))
        for edge in ((ticks, flat), (ticks, -flat), (flat, ticks), (-flat, ticks)):
            points = np.insert(centre[:, None] + half * np.array(edge), axis, sign, axis=0).T
            w = points / np.linalg.norm(points, axis=1, keepdims=True)
            seen = w[w[:, 2] * side >= -1e-12]
            if len(seen) > 1:
                places = _on_map(seen)
                found.append([_rounded(places[:, 0], 3), _rounded(places[:, 1], 3)])
    return found


def _dirac(sign: int, u: np.ndarray) -> list[Any]:
    mass = float(np.linalg.norm(u))
    w = u / mass
    x, y = (round(float(a), 4) for a in _on_map(w[None, :])[0])
    return [x, y, int(sign), float(f"{mass:.6g}"), _rounded(w, 4)]


def _on_map(points: np.ndarray) -> np.ndarray:
    return points[:, :2] * np.sqrt(2 / (1 + np.abs(points[:, 2:])))


def _half_circle(normal: np.ndarray, side: int) -> list[list[float]]:
    """The half of {w : <w, normal> = 0} in one hemisphere, as a polyline on its map."""
    _, _, rows = np.linalg.svd(normal[None, :])
    first, second = rows[1], rows[2]
    # Turned so that the half starts on the rim w_3 = 0.
    start = np.arctan2(-first[2], second[2])
    turn = start + np.linspace(0, np.pi, 61)
    points = np.outer(np.cos(turn), first) + np.outer(np.sin(turn), second)
    if points[30, 2] * side < 0:
        points = -points
    places = _on_map(points)
    return [_rounded(places[:, 0], 3), _rounded(places[:, 1], 3)]


def _wrapped(degrees: np.ndarray) -> np.ndarray:
    return (degrees + 180) % 360 - 180


def _rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]
