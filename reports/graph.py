"""A small layered layout of the proof graph: lemmas on the left, what rests on them on the right.

Coordinates are in centimetres for the page; nothing here judges a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Edges = Mapping[str, Sequence[str]]  # claim -> what it rests on

PAGE_WIDTH, PAGE_HEIGHT = 16.4, 21.0
BOX_WIDTH, BOX_HEIGHT, PITCH = 3.1, 0.44, 0.6
SWEEPS = 6
SHARE = 0.84  # of the distance of two columns is box, the rest is for lines


@dataclass(frozen=True)
class Layout:
    """Positions of the nodes' left upper corners, and the drawing's size."""

    positions: Mapping[str, tuple[float, float]]
    width: float
    height: float
    box_width: float
    box_height: float


def components(edges: Edges) -> list[list[str]]:
    """Connected sets of claims, each in the given order; claims without any edge are left out.

    >>> components({"a": [], "b": ["a"], "c": [], "d": ["e"]})
    [['b', 'a'], ['d', 'e']]
    """
    neighbours: dict[str, list[str]] = {}
    for node, lemmas in edges.items():
        for lemma in lemmas:
            neighbours.setdefault(node, []).append(lemma)
            neighbours.setdefault(lemma, []).append(node)
    seen: set[str] = set()
    found = []
    for start in neighbours:
        if start in seen:
            continue
        group, todo = [], [start]
        seen.add(start)
        while todo:
            node = todo.pop()
            group.append(node)
            fresh = [other for other in neighbours[node] if other not in seen]
            seen.update(fresh)
            todo += reversed(fresh)
        found.append(group)
    return found


def layers(nodes: Iterable[str], edges: Edges) -> list[list[str]]:
    """Nodes by the length of the longest chain of lemmas below them.

    >>> layers(["thm", "lemma", "fact"], {"thm": ["lemma", "fact"], "lemma": ["fact"]})
    [['fact'], ['lemma'], ['thm']]

    Raises ValueError for a circular proof.
    """
    depth: dict[str, int] = {}

    def visit(node: str, path: tuple[str, ...]) -> int:
        if node in path:
            raise ValueError(f"the proof graph has a cycle at {node}")
        if node not in depth:
            below = [visit(lemma, (*path, node)) for lemma in edges.get(node, ())]
            depth[node] = 1 + max(below, default=-1)
        return depth[node]

    result: list[list[str]] = []
    for node in nodes:
        visit(node, ())
        while len(result) <= depth[node]:
            result.append([])
        result[depth[node]].append(node)
    return result


def layout(nodes: Sequence[str], edges: Edges) -> Layout:
    """Place the nodes of one component so that lines cross little."""
    columns = _untangled(layers(nodes, edges), edges)
    tallest = max(map(len, columns))
    pitch = min(PITCH, PAGE_HEIGHT / tallest)
    step = min(PAGE_WIDTH / (len(columns) - 1 + SHARE), 4.45)
    width = min(BOX_WIDTH, SHARE * step)
    box_height = min(BOX_HEIGHT, 0.75 * pitch)
    height = pitch * tallest
    positions = {
        node: (step * x, (height - pitch * len(column)) / 2 + pitch * y)
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }
    total = step * (len(columns) - 1) + width
    return Layout(positions, total, height, width, box_height)


def _untangled(columns: list[list[str]], edges: Edges) -> list[list[str]]:
    """Sort every layer by the mean place of its neighbours, back and forth."""
    neighbours: dict[str, list[str]] = {node: [] for column in columns for node in column}
    for node in neighbours:
        for lemma in edges.get(node, ()):
            neighbours[node].append(lemma)
            neighbours[lemma].append(node)
    place = {node: y / len(column) for column in columns for y, node in enumerate(column)}
    for sweep in range(SWEEPS):
        order = columns if sweep % 2 == 0 else list(reversed(columns))
        for column in order:
            mean = {
                node: sum(place[other] for other in neighbours[node]) / len(neighbours[node])
                if neighbours[node]
                else place[node]
                for node in column
            }
            column.sort(key=lambda node: (mean[node], node))
            place |= {node: (y + 0.5) / len(column) for y, node in enumerate(column)}
    return columns
