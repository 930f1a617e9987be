"""Saturation: codes known after each item, with the points at which hardly any are new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    INK,
    MUTED,
    POINTS,
    RULE,
    SMALL_SIZE,
    new_figure,
    plot_axes,
    themed,
    tint,
)

MARGIN = 6.0
PLOT_HEIGHT = 190.0
MARKERS = "osD^vPX*"
BAND = tint(CATEGORICAL[0], 0.25)


@themed
def saturation_chart(
    curve: pd.DataFrame,
    *,
    width: float,
    labels: Mapping[str, str],
    points: pd.DataFrame | None = None,
    fmt: Callable[[float], str] = str,
    x_title: str = "",
    y_title: str = "",
) -> Figure:
    """Draw how many codes are known after each item.

    Parameters
    ----------
    curve : pandas.DataFrame
        Columns ``items``, ``mean``, ``low``, ``high`` (over random orders) and ``observed`` (in
        one order).
    width : float
        Inches.
    labels : mapping
        Legend texts for ``band``, ``mean`` and ``observed``.
    points : pandas.DataFrame, optional
        Points of saturation: ``items``, ``codes`` and ``label`` (legend text, for instance with
        base and run); each is drawn with a marker of its own.
    fmt : callable
        Writes a number.
    x_title, y_title : str
        What is counted along each side.
    """
    marks = [] if points is None else list(points.itertuples())
    if len(marks) > len(MARKERS):
        raise ValueError(f"{len(marks)} points of saturation: show at most {len(MARKERS)}.")
    texts = [labels[key] for key in ("band", "mean", "observed")] + [mark.label for mark in marks]
    title = wrap(y_title, width * POINTS - 2 * MARGIN, SMALL_SIZE)
    below_legend = legend_height(texts, width) + MARGIN / 2
    top = below_legend + (text_height(title, SMALL_SIZE) + 6 if title else MARGIN)
    bottom = 32.0 if x_title else 20.0
    height = top + PLOT_HEIGHT + bottom
    figure = new_figure(width, height / POINTS)
    highest = 1.0 if curve.empty else max(float(curve[["high", "observed"]].max().max()), 1.0)
    left = text_width(fmt(int(highest)), SMALL_SIZE) + 2 * MARGIN
    axes = plot_axes(figure, left, bottom, 3 * MARGIN, top)
    axes.fill_between(
        curve["items"], curve["low"], curve["high"], step="post", color=BAND, linewidth=0
    )
    axes.plot(curve["items"], curve["mean"], color=CATEGORICAL[0], linewidth=1.6)
    axes.plot(
        curve["items"], curve["observed"], color=INK, linewidth=1.2, linestyle=(0, (4, 2)),
        drawstyle="steps-post",
    )  # fmt: skip
    for mark, marker in zip(marks, MARKERS, strict=False):
        axes.plot(mark.items, mark.codes, **_marker(marker))
    _scales(axes, curve, highest, fmt)
    figure.text(
        MARGIN / (width * POINTS), 1 - below_legend / height, title, va="top",
        fontsize=SMALL_SIZE, color=MUTED,
    )  # fmt: skip
    axes.set_xlabel(x_title, fontsize=SMALL_SIZE, color=MUTED, labelpad=2)
    handles = [
        Patch(color=BAND),
        Line2D([], [], color=CATEGORICAL[0], linewidth=1.6),
        Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (4, 2))),
    ]
    handles += [
        Line2D([], [], linestyle="none", **_marker(marker))
        for _, marker in zip(marks, MARKERS, strict=False)
    ]
    place_legend(figure, handles, texts)
    return figure


def _marker(marker: str) -> dict[str, Any]:
    return {
        "marker": marker, "markersize": 8, "color": CATEGORICAL[1], "markeredgecolor": "white",
        "markeredgewidth": 0.8, "zorder": 5,
    }  # fmt: skip


def _scales(axes: Any, curve: pd.DataFrame, highest: float, fmt: Callable[[float], str]) -> None:
    axes.set_xlim(0, max(curve["items"].max(), 1) if len(curve) else 1)
    axes.set_ylim(0, highest * 1.06)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    for axis, limit in ((axes.xaxis, axes.get_xlim()[1]), (axes.yaxis, axes.get_ylim()[1])):
        ticks = [tick for tick in axis.get_ticklocs() if 0 <= tick <= limit]
        axis.set_ticks(ticks, [fmt(int(tick)) for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
