"""Figures of the chapter on asymmetrical node scaling."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from reports.plots.reach import Reach, reach_axis
from reports.plots.style import (
    DATA,
    FAINT,
    GREY,
    THEORY,
    Figure,
    drawing,
    linear_ticks,
    log_axis,
    tick_label,
)
from reports.words import finite
from verify.evidence import CellRecord
from verify.record import Record


def figures(record: Record) -> list[Figure]:
    """Asked and seen widths, where the width goes, the kernel along training, Zipf's V."""
    drawn = (_reach(record), _ladder(record), _kept(record), _zipf(record))
    return [figure for figure in drawn if figure is not None]


def _reach(record: Record) -> Figure | None:
    rows = []
    for theorem in ("4_1", "4_2"):
        for letter in "abc":
            verdict = record.verdicts.get(f"asym.thm{theorem}.{letter}", {})
            known = verdict.get("reach") or {}
            if known.get("seen_from") or known.get("asks_for"):
                cell = known.get("cell") or {}
                where = [cell[name] for name in ("data", "activation") if name in cell]
                where.append(f"γ = {cell.get('gamma')}")
                setting = f"{theorem.replace('_', '.')} ({letter}) · {', '.join(where)}"
                rows.append(Reach(setting, known.get("seen_from"), finite(known.get("asks_for"))))
    return reach_axis(rows, size="width m", title="The width asked for and the width seen")


def _cells(record: Record, claim: str, *, engine: str = "", part: str = "") -> list[CellRecord]:
    """Cells of a claim's evidence, what speaks of a hypothesis left out included."""
    return [
        cell
        for evidence in record.evidence
        if evidence.claim == claim
        and engine in ("", evidence.engine)
        and part in ("", evidence.part)
        for cell in evidence.cells
    ]


def _ladder(record: Record) -> Figure | None:
    rows: list[tuple[str, float]] = []
    for cell in _cells(record, "asym.ladder", part="gain"):
        width, canonical = finite(cell.figures.get("left")), finite(cell.figures.get("right"))
        if width is None or canonical is None:
            continue
        if not rows:
            rows.append(("as in the theorem", canonical))
        rows.append((str(cell.cell["step"]), width))
    if not rows:
        return None
    with drawing(0.6 + 0.2 * len(rows), left=2.1) as page:
        axes: Axes = page.axes[0]
        widths = [width for _, width in rows]
        log_axis(axes, "x", [min(widths) / 10, max(widths) * 100])
        start = axes.get_xlim()[0]
        for y, (_, width) in enumerate(rows):
            axes.plot([start, width], [y, y], color=FAINT, linewidth=5, solid_capstyle="butt")
            axes.plot([width], [y], "D", color=THEORY, markersize=4)
            axes.annotate(
                tick_label(float(f"{width:.1e}")), (width, y), (7, -2.5),
                textcoords="offset points", fontsize=7, color=THEORY,
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [name for name, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("width m that the proof of Theorem 4.1 asks for")
        svg = page.svg()
    caption = (
        "Set E, γ = 1/2, δ = 1/10: one step of the proof sharpened at a time, each row with those "
        "above it except that the last three bound the kernel entry by entry."
    )
    return Figure("Where the width goes", caption, svg, f"{len(rows)} widths on a log axis")


def _kept(record: Record) -> Figure | None:
    found: dict[str, list[tuple[float, float]]] = {}
    for cell in _cells(record, "asym.thm4_1.a", engine="Follow"):
        m, kept = finite(cell.cell.get("m")), finite(cell.figures.get("kept"))
        if m and kept:
            found.setdefault(str(cell.cell["gamma"]), []).append((m, kept))
    if not found:
        return None
    with drawing(2.3) as page:
        axes: Axes = page.axes[0]
        points = [point for series in found.values() for point in series]
        log_axis(axes, "x", [m for m, _ in points])
        log_axis(axes, "y", [kept for _, kept in points] + [0.7])
        axes.axhline(1, color=THEORY, linewidth=0.9)
        for (gamma, series), (mark, colour) in zip(
            sorted(found.items()), (("o", DATA), ("s", GREY), ("^", THEORY)), strict=False
        ):
            axes.plot(*_columns(series), mark, color=colour, markersize=3.5, label=f"γ = {gamma}")
        axes.set_xlabel("width m")
        axes.set_ylabel("least eigenvalue over γκ/4")
        axes.grid(axis="y", color=FAINT, linewidth=0.4)
        axes.legend(loc="lower right")
        svg = page.svg()
    caption = (
        "Least eigenvalue of the tangent Gram matrix over all t ≥ 0, each mark one ReLU network, "
        "relative to conclusion (a) (red line); below the line (a) fails at that width."
    )
    alt = f"Relative least eigenvalue of {len(points)} networks over their width"
    return Figure("The kernel along training", caption, svg, alt, "asym.thm4_1.a")


def _zipf(record: Record) -> Figure | None:
    curve = sorted(_values(_cells(record, "asym.zipf.square_sum", engine="Enclose")))
    exact = sorted(_values(_cells(record, "asym.zipf.exact", engine="Enclose")))
    if len(curve) < 3:
        return None
    with drawing(2.2) as page:
        axes: Axes = page.axes[0]
        axes.plot(*_columns(curve), color=DATA)
        axes.plot(*_columns(exact), "o", color=THEORY, markersize=4)
        for (alpha, value), name in zip(exact, _names(record), strict=False):
            axes.annotate(name, (alpha, value), (5, 4), textcoords="offset points", color=THEORY)
        axes.set_xlabel("α")
        axes.set_ylabel("V(α)")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.05)
        axes.grid(color=FAINT, linewidth=0.4)
        linear_ticks(axes)
        svg = page.svg()
    caption = "The departure from a fixed kernel is proportional to V(α); red: rational values."
    alt = f"V at {len(curve)} values of alpha, decreasing from 1 to 0"
    return Figure("The Zipf constant", caption, svg, alt, "asym.zipf.square_sum")


def _values(cells: Iterable[CellRecord]) -> list[tuple[float, float]]:
    """(alpha, V) of the cells of an equality about V."""
    found = []
    for cell in cells:
        top, _, bottom = str(cell.cell["alpha"]).partition("/")
        value = finite(cell.figures.get("left"))
        if value is not None:
            found.append((int(top) / int(bottom or 1), value))
    return found


def _names(record: Record) -> list[str]:
    """The rational values as written in the cells, in the order of alpha."""
    cells = _cells(record, "asym.zipf.exact", engine="Enclose")
    ordered = sorted(cells, key=lambda cell: _values([cell])[0])
    return [str(cell.cell["value"]) for cell in ordered]


def _columns(points: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
