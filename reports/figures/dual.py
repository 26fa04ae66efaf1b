"""Figures of the chapter on dual certificates: the circle, the sphere, the rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, radians, sin
from typing import Any

from matplotlib.axes import Axes

from reports.plots.style import (
    DATA,
    FAINT,
    GREY,
    INK,
    THEORY,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
)
from verify.record import Record

SIGN_COLOURS = {1: DATA, -1: THEORY}
LEVELS = [k / 5 for k in range(-5, 6)]
COLOURS = "RdBu"


def figures(record: Record) -> list[Figure]:
    """Pictures kept by the checks of optimality, and the rates of the degenerate example."""
    found = []
    for evidence in record.of("dual.kkt"):
        for cell in evidence.cells:
            if "circle" in cell.figures:
                found.append(circle_figure(cell.figures["circle"], "dual.kkt"))
            if "sphere" in cell.figures:
                found.append(sphere_figure(cell.figures["sphere"], "dual.kkt"))
    for evidence in record.of("dual.rate.massless"):
        pictures = [c.figures["rates"] for c in evidence.cells if "rates" in c.figures]
        found += [rates_figure(picture) for picture in pictures[:1]]
    return found


def circle_figure(picture: Mapping[str, Any], claim: str = "") -> Figure:
    """The certificate of a problem in the plane: along the angle, and on the circle."""
    diracs = picture["diracs"]
    with drawing(2.5, columns=2) as page:
        _along(page.axes[0], picture)
        _around(page.axes[1], picture)
        svg = page.svg()
    caption = (
        f"The certificate over λ around the circle. {picture['kink_count']} kinks"
        f"{' (grey lines)' if picture['kinks'] else ''} bound the dual regions. "
        f"{_dots(len(diracs))}, at +1 (positive) and −1 (negative)."
    )
    alt = "; ".join(f"{_sign(s)} Dirac of mass {mass:g} at {angle:g}°" for angle, s, mass in diracs)
    return Figure("Certificate on the circle", caption, svg, alt or "no Dirac", claim)


def _dots(count: int) -> str:
    if count == 0:
        return "There is no Dirac"
    return f"Dots: {count} Dirac{'s' * (count > 1)}, the area in proportion to the mass"


def _along(axes: Axes, picture: Mapping[str, Any]) -> None:
    axes.vlines(picture["kinks"], -1.15, 1.15, color=FAINT, linewidth=0.6)
    for level in (-1, 0, 1):
        axes.axhline(level, color=GREY, linewidth=0.5, linestyle="-" if level else ":")
    axes.plot(picture["angle"], picture["eta"], color=INK)
    largest = _largest(picture["diracs"])
    for angle, sign, mass in picture["diracs"]:
        size, colour = _area(mass, largest), SIGN_COLOURS[sign]
        axes.scatter([angle], [sign], s=size, color=colour, zorder=3, clip_on=False)
    axes.set_xlim(-180, 180)
    axes.set_xticks([-180, -90, 0, 90, 180])
    axes.set_xlabel("angle in degrees")
    axes.set_ylabel("certificate / λ")
    linear_ticks(axes)


def _around(axes: Axes, picture: Mapping[str, Any]) -> None:
    """The same on the circle: radius 1 + eta/4."""
    points = [_polar(a, 1 + e / 4) for a, e in zip(picture["angle"], picture["eta"], strict=True)]
    for angle in picture["kinks"]:
        axes.plot(*zip(_polar(angle, 0.6), _polar(angle, 1.4), strict=True), color=FAINT, lw=0.6)
    for level, style in ((-1, "-"), (0, ":"), (1, "-")):
        radius = 1 + level / 4
        ring = [_polar(5 * k, radius) for k in range(73)]
        axes.plot(*zip(*ring, strict=True), color=GREY, linewidth=0.5, linestyle=style)
        text = f"{level:+d}".replace("-", "−") if level else "0"
        axes.text(
            0, -radius, text, fontsize=6.5, ha="center", va="center", zorder=2,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
    axes.plot(*zip(*points, strict=True), color=INK)
    largest = _largest(picture["diracs"])
    for angle, sign, mass in picture["diracs"]:
        x, y = _polar(angle, 1 + sign / 4)
        axes.scatter([x], [y], s=_area(mass, largest), color=SIGN_COLOURS[sign], zorder=3)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _polar(degrees: float, radius: float) -> tuple[float, float]:
    return radius * cos(radians(degrees)), radius * sin(radians(degrees))


def _largest(diracs: Sequence[Sequence[Any]], mass: int = -1) -> float:
    return max((dirac[mass] for dirac in diracs), default=1.0)


def _area(mass: float, largest: float) -> float:
    return 8 + 52 * mass / largest


def _sign(sign: int) -> str:
    return "positive" if sign > 0 else "negative"


def sphere_figure(picture: Mapping[str, Any], claim: str = "") -> Figure:
    """The certificate of a problem in space on two hemispheres, and the scale of its colours."""
    diracs = [dirac for disc in picture["discs"] for dirac in disc["diracs"]]
    largest = _largest(diracs, mass=3)
    with drawing(3.4, columns=2, left=0.12, below=0.55) as page:
        for axes, disc in zip(page.axes, picture["discs"], strict=True):
            _hemisphere(axes, picture, disc, largest)
        _scale(page)
        svg = page.svg()
    circles = " (grey)" if any(disc["circles"] for disc in picture["discs"]) else ""
    caption = (
        "The certificate over λ on the sphere (blue: positive, red: negative), as two hemispheres "
        f"in maps of equal area. The great circles of the {picture['circle_count']} samples"
        f"{circles} bound the dual regions. {_dots(len(diracs))}."
    )
    if picture.get("cell_count"):
        caption += (
            f" Grey lines: the covering by {picture['cell_count']} cells on each of which the "
            "certificate is proved to stay below λ, up to the excess stated."
        )
    alt = "; ".join(
        f"{_sign(s)} Dirac of mass {mass:g} at ({', '.join(f'{a:g}' for a in w)})"
        for _, _, s, mass, w in diracs
    )
    return Figure("Certificate on the sphere", caption, svg, alt or "no Dirac", claim)


def _hemisphere(
    axes: Axes, picture: Mapping[str, Any], disc: Mapping[str, Any], largest: float
) -> None:
    rim = picture["radius"][-1]
    grid = [[_polar(t, r) for t in picture["turn"]] for r in picture["radius"]]
    x, y = ([[point[k] for point in row] for row in grid] for k in (0, 1))
    axes.contourf(x, y, disc["eta"], levels=LEVELS, cmap=COLOURS, alpha=0.6, extend="both")
    for places in disc["circles"]:
        axes.plot(*places, color=GREY, linewidth=0.4)
    for places in disc.get("cells", ()):
        axes.plot(*places, color=GREY, linewidth=0.3)
    ring = [_polar(3 * k, rim) for k in range(121)]
    axes.plot(*zip(*ring, strict=True), color=INK, linewidth=0.6)
    for right, up, sign, mass, _ in disc["diracs"]:
        axes.scatter(
            [right], [up], s=_area(mass, largest), color=SIGN_COLOURS[sign],
            edgecolor="white", linewidth=0.6, zorder=3, clip_on=False,
        )  # fmt: skip
    side = "positive" if disc["side"] > 0 else "negative"
    axes.text(0, -1.12 * rim, f"third coordinate {side}", ha="center", va="center")
    axes.text(1.07 * rim, 0, "first", va="center", color=GREY)
    axes.text(0, 1.07 * rim, "second", ha="center", va="center", color=GREY)
    axes.set_xlim(-1.2 * rim, 1.2 * rim)
    axes.set_ylim(-1.2 * rim, 1.15 * rim)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _scale(page: Any) -> None:
    """The colours from -1 to 1, under both maps."""
    axes = page.canvas.add_axes((0.3, 0.1, 0.4, 0.025))
    for low, high in pairwise(LEVELS):
        middle = [[(low + high) / 2] * 2] * 2
        axes.contourf(
            [low, high], [0, 1], middle, levels=LEVELS, cmap=COLOURS, alpha=0.6, extend="both"
        )
    axes.set_yticks([])
    axes.set_xticks([-1, -0.5, 0, 0.5, 1])
    axes.set_xlabel("certificate / λ", labelpad=1)
    linear_ticks(axes, "x")


def rates_figure(picture: Mapping[str, Any]) -> Figure:
    """Powers of lambda in the example with a massless saturated point."""
    with drawing(2.4) as page:
        axes: Axes = page.axes[0]
        log_axis(axes, "x", picture["lam"])
        log_axis(axes, "y", [value for series in picture["series"].values() for value in series])
        for (name, values), colour in zip(
            picture["series"].items(), (DATA, THEORY, GREY), strict=False
        ):
            axes.plot(picture["lam"], values, "o-", color=colour, markersize=2.5, label=name)
        axes.set_xlabel("λ")
        axes.legend(loc="lower right")
        svg = page.svg()
    caption = (
        "Certified masses and distances between λ = 10⁻³ and 10⁻¹² where a point is saturated "
        "without mass: the exponents are 2/3, 2/3 and 1/3, not 1."
    )
    alt = "three straight lines on logarithmic axes"
    return Figure("Slower than linear", caption, svg, alt, "dual.rate.massless")
