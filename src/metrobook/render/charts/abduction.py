"""The loop of an abductive analysis, from a frame through surprises back to the frame."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

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
from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import text_height, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    POINTS,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    page_axes,
    themed,
    tint,
)

SIDES = {"theory": CATEGORICAL[0], "material": CATEGORICAL[1]}
STAGES = ("theory", "theory", "material", "theory", "material", "theory")
"""Frame, expectation, surprise, rivals, evidence, revised frame: which side each belongs to."""

PAGE_RING = ((0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1))
PHONE_RING = ((0, 0), (1, 0), (1, 1), (1, 2), (0, 2), (0, 1))


@themed
def abduction_loop(stages: pd.DataFrame, *, width: float, labels: Mapping[str, str]) -> Figure:
    """Draw the loop of abduction as six boxes in a ring, clockwise.

    Parameters
    ----------
    stages : pandas.DataFrame
        Six rows in the order frame, expectation, surprise, rivals, evidence, revised frame.
        Columns ``name`` (heading) and ``text`` (what the study has of it, such as a count; may
        be empty).
    width : float
        Inches.
    labels : mapping
        What the colours mean: ``"theory"``, ``"material"``.

    Raises
    ------
    ValueError
        If there are not six stages.
    """
    if len(stages) != len(STAGES):
        raise ValueError(f"{len(stages)} stages were given; the loop has {len(STAGES)}.")
    ring = PHONE_RING if width < PHONE else PAGE_RING
    columns = 1 + max(column for column, _row in ring)
    box_width = (width * POINTS - 2 * MARGIN - ARROW * (columns - 1)) / columns
    inner = box_width - 2 * PADDING
    names = [wrap(name, inner, TEXT_SIZE, "bold") for name in stages["name"]]
    texts = [wrap(text, inner, SMALL_SIZE) for text in stages["text"].fillna("")]
    heights = [
        text_height(name) + bool(text) * text_height(text, SMALL_SIZE) + 2 * PADDING
        for name, text in zip(names, texts, strict=True)
    ]
    rows = 1 + max(row for _column, row in ring)
    tallest = [
        max(height for height, (_column, at) in zip(heights, ring, strict=True) if at == row)
        for row in range(rows)
    ]
    key = [labels[side] for side in SIDES]
    top = MARGIN + legend_height(key, width)
    tops = [top + sum(tallest[:row]) + ARROW * row for row in range(rows)]
    boxes = [
        Box(
            MARGIN + column * (box_width + ARROW), tops[row], box_width, tallest[row],
            name, text, SIDES[side],
        )
        for (column, row), name, text, side in zip(ring, names, texts, STAGES, strict=True)
    ]  # fmt: skip
    figure = new_figure(width, (tops[-1] + tallest[-1] + MARGIN) / POINTS)
    axes = page_axes(figure)
    for box, following in zip(boxes, [*boxes[1:], boxes[0]], strict=True):
        draw_box(axes, box)
        arrow(axes, *facing(box, following))
    swatches = [
        Patch(facecolor=tint(colour, 0.1), edgecolor=colour, linewidth=1.2)
        for colour in SIDES.values()
    ]
    place_legend(figure, swatches, key)
    return figure
