"""Sensitivity: what a result would be if a threshold were set elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    INK,
    MUTED,
    POINTS,
    RULE,
    SMALL_SIZE,
    categorical,
    new_figure,
    plot_axes,
    themed,
)

MARGIN = 6.0
PLOT_HEIGHT = 170.0
DASHES = ("solid", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)))

Format = Callable[[float], str]


@themed
def sensitivity(
    curve: pd.DataFrame,
    *,
    width: float,
    marked: float,
    marked_label: str,
    fmt: Format = str,
    fmt_threshold: Format = str,
    x_title: str = "",
    y_title: str = "",
    highest: float | None = None,
) -> Figure:
    """Draw a result over the thresholds it was computed for, as a step line.

    Parameters
    ----------
    curve : pandas.DataFrame
        Columns ``threshold``, ``value`` (for instance a probability or a number of zones) and, if
        wanted, ``series``, at most four, each with a colour and a dash of its own. A line ends
        where a value is missing.
    width : float
        Inches.
    marked : float
        Threshold in use: a vertical line, and a dot on each line.
    marked_label : str
        What it is, for the legend.
    fmt, fmt_threshold : callable
        Write a value and a threshold.
    x_title, y_title : str
        What is measured along each side.
    highest : float, optional
        End of the scale of values, for instance 1 for probabilities; by default the largest one.

    Raises
    ------
    ValueError
        If there are more series than dashes to tell them apart.
    """
    if curve.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    rows = curve if "series" in curve else curve.assign(series="")
    names = list(dict.fromkeys(rows["series"]))
    if len(names) > len(DASHES):
        raise ValueError(
            f"{len(names)} lines cannot be told apart: show at most {len(DASHES)} series."
        )
    looks = list(zip(categorical(len(names)), DASHES, strict=False))
    texts = [*(name for name in names if name), marked_label]
    title = wrap(y_title, width * POINTS - 2 * MARGIN, SMALL_SIZE)
    below_legend = legend_height(texts, width) + MARGIN / 2
    top = below_legend + (text_height(title, SMALL_SIZE) + 6 if title else MARGIN)
    below = wrap(x_title, width * POINTS - 8 * MARGIN, SMALL_SIZE)
    bottom = 20 + (text_height(below, SMALL_SIZE) if below else 0)
    height = top + PLOT_HEIGHT + bottom
    figure = new_figure(width, height / POINTS)
    values = rows["value"].dropna()
    reach = highest or float(values.max()) if len(values) and values.max() > 0 else 1.0
    steps = MaxNLocator(nbins=5, integer=not highest and not (values % 1).any())
    ticks = [tick for tick in steps.tick_values(0, reach) if 0 <= tick <= reach]
    left = max(text_width(fmt(tick), SMALL_SIZE) for tick in ticks) + 2 * MARGIN
    axes = plot_axes(figure, left, bottom, 4 * MARGIN, top)
    axes.set_ylim(0, reach * 1.06)
    axes.set_yticks(ticks, [fmt(tick) for tick in ticks])
    axes.axvline(marked, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    for name, (colour, dash) in zip(names, looks, strict=True):
        own = rows[rows["series"] == name].sort_values("threshold")
        axes.plot(
            own["threshold"], own["value"], drawstyle="steps-post", color=colour, linestyle=dash,
            linewidth=1.8, solid_joinstyle="miter",
        )  # fmt: skip
        at_mark = own.loc[own["threshold"] <= marked + 1e-9, "value"].tail(1)
        axes.plot([marked] * len(at_mark), at_mark, "o", color=colour, markersize=7)
    _thresholds(axes, rows["threshold"], fmt_threshold)
    axes.set_xlabel(below, fontsize=SMALL_SIZE, color=MUTED, labelpad=2)
    figure.text(
        MARGIN / (width * POINTS), 1 - below_legend / height, title, va="top",
        fontsize=SMALL_SIZE, color=MUTED,
    )  # fmt: skip
    handles = [
        Line2D([], [], color=colour, linestyle=dash, linewidth=1.8)
        for name, (colour, dash) in zip(names, looks, strict=True)
        if name
    ]
    handles.append(Line2D([], [], color=MUTED, linewidth=1, linestyle=(0, (4, 3))))
    place_legend(figure, handles, texts)
    return figure


def _thresholds(axes: Any, thresholds: pd.Series, fmt: Format) -> None:
    low, high = float(thresholds.min()), float(thresholds.max())
    axes.set_xlim(low, high if high > low else low + 1e-9)
    steps = MaxNLocator(nbins=4, steps=(1, 5, 10)).tick_values(low, high)
    ticks = [tick for tick in steps if low - 1e-9 <= tick <= high + 1e-9]
    axes.set_xticks(ticks, [fmt(tick) for tick in ticks])
    axes.tick_params(axis="x", length=3, pad=2, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
