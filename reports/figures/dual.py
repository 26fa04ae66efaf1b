"""Figures of the chapter on dual certificates: the circle, the sphere, the rates."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians, sin
from typing import Any

from matplotlib.axes import Axes

from reports.plots.style import DATA, FAINT, GREY, THEORY, Figure, drawing, linear_ticks, log_axis
from verify.record import Record

SIGN_COLOURS = {1: DATA, -1: THEORY}


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
        f"The certificate over λ around the circle. {picture['kink_count']} kinks (grey lines, if "
        f"not too many) bound the dual regions. Dots: the {len(diracs)} Diracs, at +1 (positive) "
        "and −1 (negative), their area in proportion to the mass."
    )
    alt = "; ".join(f"{_sign(s)} Dirac of mass {mass:g} at {angle:g}°" for angle, s, mass in diracs)
    return Figure("Certificate on the circle", caption, svg, alt or "no Dirac", claim)


def _along(axes: Axes, picture: Mapping[str, Any]) -> None:
    axes.vlines(picture["kinks"], -1.15, 1.15, color=FAINT, linewidth=0.6)
    for level in (-1, 0, 1):
        axes.axhline(level, color=GREY, linewidth=0.5, linestyle="-" if level else ":")
    axes.plot(picture["angle"], picture["eta"], color="#1f2933")
    for angle, sign, mass in picture["diracs"]:
        size, colour = _area(mass, picture), SIGN_COLOURS[sign]
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
    for radius, style in ((0.75, "-"), (1, ":"), (1.25, "-")):
        ring = [_polar(5 * k, radius) for k in range(73)]
        axes.plot(*zip(*ring, strict=True), color=GREY, linewidth=0.5, linestyle=style)
    axes.plot(*zip(*points, strict=True), color="#1f2933")
    for angle, sign, mass in picture["diracs"]:
        x, y = _polar(angle, 1 + sign / 4)
        axes.scatter([x], [y], s=_area(mass, picture), color=SIGN_COLOURS[sign], zorder=3)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _polar(degrees: float, radius: float) -> tuple[float, float]:
    return radius * cos(radians(degrees)), radius * sin(radians(degrees))


def _area(mass: float, picture: Mapping[str, Any]) -> float:
    largest = max(dirac[-1] for dirac in picture["diracs"])
    return 8 + 52 * mass / largest


def _sign(sign: int) -> str:
    return "positive" if sign > 0 else "negative"


def sphere_figure(picture: Mapping[str, Any], claim: str = "") -> Figure:
    """The certificate of a problem in space on a map of the sphere."""
    diracs = picture["diracs"]
    with drawing(3.2) as page:
        axes: Axes = page.axes[0]
        levels = [-1 + k / 5 for k in range(11)]
        axes.contourf(
            picture["longitude"], picture["latitude"], picture["eta"], levels=levels,
            cmap="RdBu", alpha=0.45, extend="both",
        )  # fmt: skip
        for longitude, latitude in picture["circles"]:
            axes.plot(longitude, latitude, color=GREY, linewidth=0.5)
        for longitude, latitude, sign, mass in diracs:
            axes.scatter(
                [longitude], [latitude], s=_area(mass, picture), color=SIGN_COLOURS[sign],
                edgecolor="white", linewidth=0.5, zorder=3,
            )  # fmt: skip
        axes.set_xlim(-180, 180)
        axes.set_ylim(-90, 90)
        axes.set_xticks([-180, -90, 0, 90, 180])
        axes.set_yticks([-90, -45, 0, 45, 90])
        axes.set_xlabel("longitude in degrees")
        axes.set_ylabel("latitude")
        linear_ticks(axes)
        svg = page.svg()
    caption = (
        "The certificate over λ on the sphere (blue: positive, red: negative). Grey: the great "
        f"circles of the samples, which bound the dual regions. Dots: the {len(diracs)} Diracs, "
        "their area in proportion to the mass."
    )
    alt = "; ".join(
        f"{_sign(s)} Dirac of mass {mass:g} at longitude {a:g}°, latitude {b:g}°"
        for a, b, s, mass in diracs
    )
    return Figure("Certificate on the sphere", caption, svg, alt or "no Dirac", claim)


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
