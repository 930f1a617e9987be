"""Diagrams: boxes and arrows, and the steps of a process drawn with them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from metrobook.render.text import LEADING, text_height, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    INK,
    MUTED,
    POINTS,
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


def draw_box(axes: Any, box: Box) -> None:
    """Draw a box with its heading in bold above its body."""
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


def arrow(
    axes: Any, start: tuple[float, float], end: tuple[float, float], shrink: float = 2
) -> None:
    """Draw an arrow, ending ``shrink`` points short of both points."""
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=10, shrinkA=shrink, shrinkB=shrink,
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
        draw_box(axes, box)
    for box, following in itertools.pairwise(boxes):
        arrow(axes, *facing(box, following))
    return figure


def facing(
    box: Box, other: Box, downwards: bool = False
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the points where a straight line between two boxes leaves and enters them."""
    if downwards and other.y >= box.y + box.height:
        return (box.centre[0], box.y + box.height), (other.centre[0], other.y)
    if other.x >= box.x + box.width:
        return (box.x + box.width, box.centre[1]), (other.x, other.centre[1])
    if other.x + other.width <= box.x and abs(other.y - box.y) < box.height:
        return (box.x, box.centre[1]), (other.x + other.width, other.centre[1])
    if other.y >= box.y + box.height:
        return (box.centre[0], box.y + box.height), (other.centre[0], other.y)
    return (box.centre[0], box.y), (other.centre[0], other.y + other.height)
