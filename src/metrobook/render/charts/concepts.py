"""Concept diagrams: ideas in layers, with arrows for how one acts on the other."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pandas as pd
from matplotlib.figure import Figure

from metrobook.render.charts.diagrams import (
    ARROW,
    MARGIN,
    PADDING,
    PHONE,
    Box,
    arrow,
    draw_box,
    facing,
)
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    MUTED,
    POINTS,
    ROLE_COLOURS,
    SMALL_SIZE,
    new_figure,
    page_axes,
    themed,
)

LABEL_ROOM = 60.0
BOX_GAP = 12.0
CELL_GAP = 6.0
ROW_GAP = 52.0
WIDEST_CELL = 190.0
GUTTER = 12.0
LANE = 5.0


@themed
def concept_diagram(nodes: pd.DataFrame, edges: pd.DataFrame, *, width: float) -> Figure:
    """Draw concepts in layers, with arrows for their relations.

    Layers are columns on pages, or rows where they are too many for that. On phones all boxes
    stand below each other; relations that fan out run along the left edge, those that come
    together along the right edge.

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns ``node`` (key), ``label``, and if wanted ``layer`` (0, 1, …; else from the
        direction of the edges) and ``role`` (for the colour).
    edges : pandas.DataFrame
        Columns ``source``, ``target`` and, if wanted, ``label``.
    width : float
        Inches.
    """
    layers = _layers(nodes, edges)
    labels = nodes.set_index("node")["label"]
    colours = _node_colours(nodes)
    relations = edges.assign(label=edges["label"].fillna("") if "label" in edges else "")
    longest = max(text_width(word, SMALL_SIZE) for label in labels for word in label.split())
    if width >= PHONE and longest <= _column_width(layers, relations, width) - 2 * PADDING:
        return _columns(layers, labels, colours, relations, width)
    if width >= PHONE and longest <= _cell_width(layers, width) - CELL_GAP:
        return _rows(layers, labels, colours, relations, width)
    return _downwards(layers, labels, colours, relations, width)


def _layers(nodes: pd.DataFrame, edges: pd.DataFrame) -> list[list[str]]:
    if "layer" in nodes:
        return [list(group["node"]) for _, group in nodes.groupby("layer", sort=True)]
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes["node"])
    graph.add_edges_from(zip(edges["source"], edges["target"], strict=True))
    order = {node: position for position, node in enumerate(nodes["node"])}
    return [sorted(layer, key=order.__getitem__) for layer in nx.topological_generations(graph)]


def _node_colours(nodes: pd.DataFrame) -> dict[str, str]:
    roles = nodes["role"].fillna("") if "role" in nodes else pd.Series("", nodes.index)
    others = [role for role in dict.fromkeys(roles) if role not in ROLE_COLOURS]
    palette = ROLE_COLOURS | {
        role: CATEGORICAL[(position + 3) % len(CATEGORICAL)] for position, role in enumerate(others)
    }
    return dict(zip(nodes["node"], (palette[role] for role in roles), strict=True))


def _gaps(layers: list[list[str]], edges: pd.DataFrame) -> list[float]:
    """Return the room between layers: more where relations are named."""
    depth = {node: position for position, layer in enumerate(layers) for node in layer}
    named = edges[edges["label"] != ""]
    starts = {depth[source] for source in named["source"]}
    return [
        2 * ARROW + (LABEL_ROOM if position in starts else 0) for position in range(len(layers) - 1)
    ]


def _column_width(layers: list[list[str]], edges: pd.DataFrame, width: float) -> float:
    return (width * POINTS - 2 * MARGIN - sum(_gaps(layers, edges))) / len(layers)


def _cell_width(layers: list[list[str]], width: float) -> float:
    widest = max(len(layer) for layer in layers)
    return min((width * POINTS - 2 * MARGIN + CELL_GAP) / widest - CELL_GAP, WIDEST_CELL)


def _texts(layers: list[list[str]], labels: pd.Series, inner: float) -> dict[str, str]:
    return {node: wrap(labels[node], inner, SMALL_SIZE) for layer in layers for node in layer}


def _box_height(text: str) -> float:
    return text_height(text, SMALL_SIZE) + 2 * PADDING


def _columns(
    layers: list[list[str]],
    labels: pd.Series,
    colours: dict[str, str],
    edges: pd.DataFrame,
    width: float,
) -> Figure:
    box_width, gaps = _column_width(layers, edges, width), [*_gaps(layers, edges), 0.0]
    texts = _texts(layers, labels, box_width - 2 * PADDING)
    heights = {node: _box_height(text) for node, text in texts.items()}
    totals = [sum(heights[node] for node in layer) + BOX_GAP * (len(layer) - 1) for layer in layers]
    boxes: dict[str, Box] = {}
    x = MARGIN
    for layer, total, gap in zip(layers, totals, gaps, strict=True):
        y = MARGIN + (max(totals) - total) / 2
        for node in layer:
            boxes[node] = Box(x, y, box_width, heights[node], "", texts[node], colours[node])
            y += heights[node] + BOX_GAP
        x += box_width + gap
    return _joined(boxes, edges, width, downwards=False)


def _rows(
    layers: list[list[str]],
    labels: pd.Series,
    colours: dict[str, str],
    edges: pd.DataFrame,
    width: float,
) -> Figure:
    box_width, gaps = _cell_width(layers, width), [*_gaps(layers, edges), 0.0]
    texts = _texts(layers, labels, box_width - CELL_GAP)
    boxes: dict[str, Box] = {}
    y = MARGIN
    for layer, gap in zip(layers, gaps, strict=True):
        height = max(_box_height(texts[node]) for node in layer)
        x = (width * POINTS - len(layer) * (box_width + CELL_GAP) + CELL_GAP) / 2
        for node in layer:
            boxes[node] = Box(x, y, box_width, height, "", texts[node], colours[node])
            x += box_width + CELL_GAP
        y += height + min(gap, ROW_GAP)
    return _joined(boxes, edges, width, downwards=True)


def _joined(boxes: dict[str, Box], edges: pd.DataFrame, width: float, downwards: bool) -> Figure:
    axes = _page(boxes, width)
    fans = edges["source"].value_counts()
    for edge in edges.itertuples():
        start, end = facing(boxes[edge.source], boxes[edge.target], downwards)
        arrow(axes, start, end)
        share = 0.62 if fans[edge.source] > 1 else 0.5
        place = [a + share * (b - a) for a, b in zip(start, end, strict=True)]
        _name(axes, *place, wrap(edge.label, LABEL_ROOM, SMALL_SIZE), "center")
    return axes.figure


def _page(boxes: dict[str, Box], width: float) -> Any:
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    axes = page_axes(new_figure(width, height / POINTS))
    for box in boxes.values():
        draw_box(axes, box)
    return axes


def _name(axes: Any, x: float, y: float, text: str, align: str) -> None:
    if text:
        axes.text(
            x, y, text, ha=align, va="center", fontsize=SMALL_SIZE, color=MUTED, zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip


def _downwards(
    layers: list[list[str]],
    labels: pd.Series,
    colours: dict[str, str],
    edges: pd.DataFrame,
    width: float,
) -> Figure:
    out, into = edges["source"].value_counts(), edges["target"].value_counts()
    fanning = [node for layer in layers for node in layer if out.get(node, 0) > 1]
    joining = [node for layer in layers for node in layer if into.get(node, 0) > 1]
    left = MARGIN + (GUTTER + LANE * len(fanning) if fanning else 0)
    right = MARGIN + (GUTTER + LANE * len(joining) if joining else 0)
    box_width = width * POINTS - left - right
    gap = 34.0 if (edges["label"] != "").any() else 26.0
    boxes: dict[str, Box] = {}
    y = MARGIN
    for layer in layers:
        for node in layer:
            text = wrap(labels[node], box_width - 2 * PADDING, SMALL_SIZE)
            height = text_height(text, SMALL_SIZE) + 2 * PADDING
            boxes[node] = Box(left, y, box_width, height, "", text, colours[node])
            y += height + BOX_GAP
        y += gap - BOX_GAP
    axes = _page(boxes, width)
    named: set[tuple[str, str]] = set()
    for edge in edges.itertuples():
        source, target = boxes[edge.source], boxes[edge.target]
        if edge.source in fanning:
            lane = left - GUTTER - LANE * fanning.index(edge.source)
            _route(axes, (source.x, source.centre[1]), (target.x, target.centre[1]), lane)
            label, hub = (left, source.y + source.height + gap / 2, "left"), edge.source
        elif edge.target in joining:
            lane = left + box_width + GUTTER + LANE * joining.index(edge.target)
            edge_x = left + box_width
            _route(axes, (edge_x, source.centre[1]), (edge_x, target.centre[1]), lane)
            label, hub = (edge_x, target.y - gap / 2, "right"), edge.target
        else:
            arrow(axes, *facing(source, target))
            label, hub = (source.centre[0], (source.y + source.height + target.y) / 2, "center"), ""
        if (hub, edge.label) not in named or not hub:
            _name(axes, label[0], label[1], edge.label, label[2])
            named.add((hub, edge.label))
    return axes.figure


def _route(axes: Any, start: tuple[float, float], end: tuple[float, float], lane: float) -> None:
    """Draw a relation out of a box, along a gutter and into another box."""
    axes.plot(
        (start[0], lane, lane), (start[1], start[1], end[1]), color=MUTED, linewidth=1.2, zorder=1
    )
    arrow(axes, (lane, end[1]), end, shrink=0)
