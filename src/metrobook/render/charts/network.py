"""Network: who took over applications from whom, and how well that is documented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    INK,
    MUTED,
    POINTS,
    ROLE_COLOURS,
    SMALL_SIZE,
    new_figure,
    page_axes,
    themed,
)

PHONE = 5.0
MARGIN = 6.0
NODE = 3.5
DASHES = {"documented": "solid", "claimed": (0, (4, 2.5))}


@themed
def network(
    nodes: pd.DataFrame, edges: pd.DataFrame, *, width: float, labels: Mapping[str, str]
) -> Figure:
    """Draw origins with the governments that replicated their applications.

    Origins stand in the middle on pages and at the left on phones; adopters follow in the
    order of ``nodes`` in a column at each side (phones: one column).

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns ``node`` (key), ``label`` and ``role`` (for the colour; may be empty).
    edges : pandas.DataFrame
        Columns ``source`` (origin), ``target`` (adopter) and ``quality``:
        ``documented`` is drawn solid, ``claimed`` dashed.
    width : float
        Inches.
    labels : mapping
        Legend texts for ``documented``, ``claimed`` and the roles that shall be explained.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes["node"])
    graph.add_edges_from(zip(edges["source"], edges["target"], strict=True))
    origins = [node for node in nodes["node"] if graph.out_degree(node) > 0]
    adopters = [node for node in nodes["node"] if node not in origins and graph.in_degree(node) > 0]
    columns = 1 if width < PHONE else 2
    origin_width = width * POINTS * (0.24 if columns == 1 else 0.16)
    text_room = _text_room(width, columns, origin_width)
    names = nodes.set_index("node")["label"]
    texts = {node: wrap(names[node], text_room, SMALL_SIZE) for node in adopters}
    texts |= {node: wrap(names[node], origin_width, SMALL_SIZE, "bold") for node in origins}
    half = -(-len(adopters) // columns)
    sides = [adopters[start : start + half] for start in range(0, len(adopters), half)]
    heights = {node: max(15.0, text_height(texts[node], SMALL_SIZE) + 4) for node in texts}
    tall = max(
        *(sum(heights[node] for node in side) for side in sides),
        sum(heights[node] + 16 for node in origins),
    )
    top = legend_height(list(labels.values()), width) + MARGIN
    figure = new_figure(width, (top + tall + MARGIN) / POINTS)
    axes = page_axes(figure)
    places = _column(origins, {node: heights[node] + 16 for node in origins}, top, tall)
    colours = {row.node: ROLE_COLOURS.get(row.role, MUTED) for row in nodes.fillna("").itertuples()}
    ends: dict[str, tuple[float, float, int]] = {}
    for side, members in enumerate(sides):
        right = columns == 1 or side == 1
        x = width * POINTS - MARGIN - text_room - 8 if right else MARGIN + text_room + 8
        for node, y in _column(members, heights, top, tall).items():
            ends[node] = (x, y, 1 if right else -1)
            _adopter(axes, x, y, 1 if right else -1, texts[node], colours[node])
    middle = MARGIN + origin_width / 2 if columns == 1 else width * POINTS / 2
    boxes = {node: (middle, y, text_width(texts[node], SMALL_SIZE, "bold") / 2 + 6)
             for node, y in places.items()}  # fmt: skip
    for edge in edges.itertuples():
        style = DASHES[edge.quality]
        if edge.target in ends:
            _curve(axes, boxes[edge.source], ends[edge.target], colours[edge.target], style)
        else:
            _between_origins(axes, boxes[edge.source], boxes[edge.target], style)
    for node, (x, y, _half_width) in boxes.items():
        axes.text(
            x, y, texts[node], ha="center", va="center", fontsize=SMALL_SIZE, weight="bold",
            color="white", zorder=5,
            bbox={"boxstyle": "round,pad=0.5", "facecolor": colours[node], "edgecolor": "white"},
        )  # fmt: skip
    place_legend(figure, [_handle(key) for key in labels], list(labels.values()))
    return figure


def _text_room(width: float, columns: int, origin_width: float) -> float:
    fan = 0.15 * width * POINTS
    return (width * POINTS - origin_width - 2 * MARGIN) / columns - fan - 16


def _column(
    members: list[str], heights: Mapping[str, float], top: float, tall: float
) -> dict[str, float]:
    """Return the middle of each member, the column centred within ``tall``."""
    free = tall - sum(heights[node] for node in members)
    y, places = top + free / 2, {}
    for node in members:
        places[node] = y + heights[node] / 2
        y += heights[node]
    return places


def _adopter(axes: Any, x: float, y: float, side: int, text: str, colour: str) -> None:
    axes.plot(x, y, "o", color=colour, markersize=2 * NODE, zorder=4)
    axes.text(
        x + side * 8, y, text, ha="left" if side > 0 else "right", va="center",
        fontsize=SMALL_SIZE, color=INK,
    )  # fmt: skip


def _curve(
    axes: Any,
    origin: tuple[float, float, float],
    end: tuple[float, float, int],
    colour: str,
    style: Any,
) -> None:
    start = origin[0] + end[2] * origin[2]
    bend = (start + end[0]) / 2
    points = [(start, origin[1]), (bend, origin[1]), (bend, end[1]), (end[0], end[1])]
    axes.add_patch(
        PathPatch(
            Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]),
            facecolor="none", edgecolor=colour, linewidth=1.1, linestyle=style, zorder=2,
        )
    )  # fmt: skip


def _between_origins(
    axes: Any,
    origin: tuple[float, float, float],
    other: tuple[float, float, float],
    style: Any,
) -> None:
    axes.plot(
        (origin[0], other[0]), (origin[1], other[1]), color=MUTED, linewidth=1.1, linestyle=style
    )


def _handle(key: str) -> Line2D:
    if key in DASHES:
        return Line2D([], [], color=MUTED, linewidth=1.4, linestyle=DASHES[key])
    return Line2D([], [], linestyle="none", marker="o", markersize=7, color=ROLE_COLOURS[key])
