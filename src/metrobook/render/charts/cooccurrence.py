"""Co-occurrence: codes below each other, joined by arcs where they are given together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import LEADING, text_height, text_width, wrap
from metrobook.render.theme import (
    INK,
    MUTED,
    POINTS,
    SMALL_SIZE,
    categorical,
    new_figure,
    page_axes,
    themed,
)

MARGIN = 6.0
LABEL_SHARE = 0.45
ROW = 20.0
LARGEST_NODE = 8.0
SMALLEST_NODE = 2.5
WIDEST_ARC = 6.0
REACH = 4 / 3
"""How far the control points of an arc stand beyond its outermost point."""


@themed
def cooccurrence_network(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    width: float,
    strength_title: str,
    fmt: Callable[[float], str] = str,
    fmt_items: Callable[[float], str] = str,
) -> Figure:
    """Draw codes below each other, in the order of the frame, with an arc per pair.

    The area of a node shows its items, the width of an arc its strength.

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns ``code`` (key), ``label``, ``group`` (text of its category, for the colour and
        the legend) and ``items``.
    edges : pandas.DataFrame
        Columns ``code``, ``other`` and ``strength`` (above zero), for instance the Jaccard
        index; the caller chooses which pairs are strong enough to be drawn.
    width : float
        Inches.
    strength_title : str
        What the width of an arc shows.
    fmt, fmt_items : callable
        Write a strength and a number of items.

    Notes
    -----
    An arc diagram (Wattenberg 2002): the same data always give the same places.
    """
    groups = list(dict.fromkeys(nodes["group"]))
    colours = dict(zip(groups, categorical(len(groups)), strict=True))
    strengths = sorted({edges["strength"].min(), edges["strength"].max()} if len(edges) else ())
    strongest = strengths[-1] if strengths else 1.0
    legend = groups + [f"{strength_title} {fmt(strength)}" for strength in strengths]
    texts = [
        wrap(f"{row.label} ({fmt_items(row.items)})", LABEL_SHARE * width * POINTS, SMALL_SIZE)
        for row in nodes.itertuples()
    ]
    heights = [max(ROW, text_height(text, SMALL_SIZE) + 4) for text in texts]
    top = legend_height(legend, width) + MARGIN
    figure = new_figure(width, (top + sum(heights) + MARGIN) / POINTS)
    axes = page_axes(figure)
    x = MARGIN + max((text_width(text, SMALL_SIZE) for text in texts), default=0) + 2 * LARGEST_NODE
    y = dict(zip(nodes["code"], top + np.cumsum(heights) - np.array(heights) / 2, strict=True))
    longest = max((abs(y[edge.code] - y[edge.other]) for edge in edges.itertuples()), default=1.0)
    depth = REACH * (width * POINTS - x - MARGIN - WIDEST_ARC / 2) / longest
    for edge in edges.sort_values("strength", kind="stable").itertuples():
        _arc(axes, x, y[edge.code], y[edge.other], depth, edge.strength / strongest)
    most = max(nodes["items"].max(), 1) if len(nodes) else 1
    for row, text in zip(nodes.itertuples(), texts, strict=True):
        radius = max(SMALLEST_NODE, LARGEST_NODE * np.sqrt(row.items / most))
        axes.plot(
            x, y[row.code], "o", color=colours[row.group], markersize=2 * radius,
            markeredgecolor="white", markeredgewidth=0.8, zorder=4,
        )  # fmt: skip
        axes.text(
            x - LARGEST_NODE - 5, y[row.code], text, ha="right", va="center",
            fontsize=SMALL_SIZE, linespacing=LEADING * 0.85, color=INK,
        )  # fmt: skip
    handles = [
        Line2D([], [], linestyle="none", marker="o", markersize=7, color=colours[group])
        for group in groups
    ]
    handles += [Line2D([], [], **_stroke(strength / strongest)) for strength in strengths]
    if legend:
        place_legend(figure, handles, legend)
    return figure


def _stroke(strength: float) -> dict[str, Any]:
    return {"color": MUTED, "linewidth": WIDEST_ARC * strength, "alpha": 0.3 + 0.5 * strength}


def _arc(axes: Any, x: float, start: float, end: float, depth: float, strength: float) -> None:
    out = x + depth * abs(start - end)
    axes.add_patch(
        PathPatch(
            Path([(x, start), (out, start), (out, end), (x, end)],
                 [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]),
            fill=False, capstyle="round", zorder=2, **_stroke(strength),
        )
    )  # fmt: skip
