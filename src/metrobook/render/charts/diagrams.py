"""Diagrams: steps of a process and concepts with their relations, as boxes and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from metrobook.render.text import LEADING, text_height, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    INK,
    MUTED,
    POINTS,
    ROLE_COLOURS,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    page_axes,
    themed,
    tint,
)

PHONE = 5.0
MARGIN = 6.0
PADDING = 7.0
ARROW = 20.0


@dataclass(frozen=True)
class Box:
    """A box with text; units are points, y runs downwards."""

    x: float
    y: float
    width: float
    height: float
    heading: str
    body: str
    colour: str

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def _content_height(heading: str, body: str) -> float:
    return text_height(heading) * bool(heading) + text_height(body, SMALL_SIZE) * bool(body)


def _draw_box(axes: Any, box: Box) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (box.x, box.y), box.width, box.height, boxstyle="round,pad=0,rounding_size=5",
            facecolor=tint(box.colour, 0.1), edgecolor=box.colour, linewidth=1.2, zorder=2,
        )
    )  # fmt: skip
    y = box.y + (box.height - _content_height(box.heading, box.body)) / 2
    if box.heading:
        axes.text(
            box.centre[0], y, box.heading, ha="center", va="top", weight="bold",
            linespacing=LEADING * 0.85, color=INK, zorder=3,
        )  # fmt: skip
        y += text_height(box.heading)
    if box.body:
        axes.text(
            box.centre[0], y, box.body, ha="center", va="top", fontsize=SMALL_SIZE,
            linespacing=LEADING * 0.85, color=INK, zorder=3,
        )  # fmt: skip


def _arrow(axes: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=10, shrinkA=2, shrinkB=2,
            color=MUTED, linewidth=1.2, zorder=1,
        )
    )  # fmt: skip


@themed
def flow_diagram(steps: pd.DataFrame, *, width: float) -> Figure:
    """Draw the steps of a process in order: from left to right on pages, down on phones.

    Parameters
    ----------
    steps : pandas.DataFrame
        Columns ``actor`` (who acts, one colour each) and ``action`` (what is done).
    width : float
        Inches.
    """
    actors = list(dict.fromkeys(steps["actor"]))
    colours = [CATEGORICAL[actors.index(actor) % len(CATEGORICAL)] for actor in steps["actor"]]
    count = len(steps)
    per_row = 1 if width < PHONE else min(count, 5)
    box_width = (width * POINTS - 2 * MARGIN - ARROW * (per_row - 1)) / per_row
    inner = box_width - 2 * PADDING
    texts = [
        (wrap(row.actor, inner, TEXT_SIZE, "bold"), wrap(row.action, inner, SMALL_SIZE))
        for row in steps.itertuples()
    ]
    heights = [_content_height(*text) + 2 * PADDING for text in texts]
    rows = [range(start, min(start + per_row, count)) for start in range(0, count, per_row)]
    boxes, y = [], MARGIN
    for row in rows:
        height = max(heights[position] for position in row)
        for column, position in enumerate(row):
            x = MARGIN + column * (box_width + ARROW)
            boxes.append(Box(x, y, box_width, height, *texts[position], colours[position]))
        y += height + ARROW
    figure = new_figure(width, (y - ARROW + MARGIN) / POINTS)
    axes = page_axes(figure)
    for box in boxes:
        _draw_box(axes, box)
    for box, following in zip(boxes, boxes[1:], strict=False):
        _arrow(axes, *_facing(box, following))
    return figure


def _facing(box: Box, other: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the points where a straight line between two boxes leaves and enters them."""
    if other.x >= box.x + box.width:
        return (box.x + box.width, box.centre[1]), (other.x, other.centre[1])
    if other.x + other.width <= box.x and abs(other.y - box.y) < box.height:
        return (box.x, box.centre[1]), (other.x + other.width, other.centre[1])
    if other.y >= box.y + box.height:
        return (box.centre[0], box.y + box.height), (other.centre[0], other.y)
    return (box.centre[0], box.y), (other.centre[0], other.y + other.height)


@themed
def concept_diagram(nodes: pd.DataFrame, edges: pd.DataFrame, *, width: float) -> Figure:
    """Draw concepts in layers, with arrows for their relations.

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns ``node`` (key), ``label``, and if wanted ``layer`` (0, 1, …; else from the
        direction of the edges) and ``role`` (for the colour).
    edges : pandas.DataFrame
        Columns ``source``, ``target`` and, if wanted, ``label``.
    width : float
        Inches. Layers are columns on pages and rows on phones.
    """
    layers = _layers(nodes, edges)
    rows = nodes.set_index("node")
    colours = _node_colours(nodes)
    boxes, height = (_stacked if width < PHONE else _side_by_side)(
        layers, rows["label"], colours, edges, width
    )
    figure = new_figure(width, height / POINTS)
    axes = page_axes(figure)
    for box in boxes.values():
        _draw_box(axes, box)
    for edge in edges.to_dict("records"):
        start, end = _facing(boxes[edge["source"]], boxes[edge["target"]])
        _arrow(axes, start, end)
        text = edge.get("label")
        if isinstance(text, str) and text:
            limit = _label_width(width) if width >= PHONE else width * POINTS / 3
            axes.text(
                (start[0] + end[0]) / 2, (start[1] + end[1]) / 2, wrap(text, limit, SMALL_SIZE),
                ha="center", va="center", fontsize=SMALL_SIZE, color=MUTED, zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
    return figure


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


def _label_width(width: float) -> float:
    return 0.11 * width * POINTS


def _side_by_side(
    layers: list[list[str]],
    labels: pd.Series,
    colours: dict[str, str],
    edges: pd.DataFrame,
    width: float,
) -> tuple[dict[str, Box], float]:
    gap = _label_width(width) + 2 * ARROW if "label" in edges else 2 * ARROW
    box_width = (width * POINTS - 2 * MARGIN - gap * (len(layers) - 1)) / len(layers)
    boxes, tallest = {}, 0.0
    columns = [
        [(node, wrap(labels[node], box_width - 2 * PADDING, SMALL_SIZE)) for node in layer]
        for layer in layers
    ]
    heights = [
        [text_height(text, SMALL_SIZE) + 2 * PADDING for _, text in column] for column in columns
    ]
    totals = [sum(column) + 12 * (len(column) - 1) for column in heights]
    tallest = max(totals)
    for index, column in enumerate(columns):
        y = MARGIN + (tallest - totals[index]) / 2
        for (node, text), height in zip(column, heights[index], strict=True):
            x = MARGIN + index * (box_width + gap)
            boxes[node] = Box(x, y, box_width, height, "", text, colours[node])
            y += height + 12
    return boxes, tallest + 2 * MARGIN


def _stacked(
    layers: list[list[str]],
    labels: pd.Series,
    colours: dict[str, str],
    edges: pd.DataFrame,
    width: float,
) -> tuple[dict[str, Box], float]:
    gap = 46.0 if "label" in edges else 30.0
    boxes, y = {}, MARGIN
    for layer in layers:
        for start in range(0, len(layer), 2):
            row = layer[start : start + 2]
            box_width = (width * POINTS - 2 * MARGIN - 10 * (len(row) - 1)) / len(row)
            texts = [wrap(labels[node], box_width - 2 * PADDING, SMALL_SIZE) for node in row]
            height = max(text_height(text, SMALL_SIZE) for text in texts) + 2 * PADDING
            for column, (node, text) in enumerate(zip(row, texts, strict=True)):
                x = MARGIN + column * (box_width + 10)
                boxes[node] = Box(x, y, box_width, height, "", text, colours[node])
            y += height + 10
        y += gap - 10
    return boxes, y - gap + MARGIN
