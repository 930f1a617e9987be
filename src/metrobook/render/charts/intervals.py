"""Intervals: estimates as dots with their intervals, beside the thresholds that they may pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import place_legend
from metrobook.render.charts.rows import BAR, MARGIN, RowPage
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    MUTED,
    NOT_COLLECTED,
    POINTS,
    SMALL_SIZE,
    categorical,
    new_figure,
    themed,
)

MARKERS = "osD^vPX*"
MOST_ROOM = 0.5


@themed
def intervals(
    frame: pd.DataFrame,
    *,
    width: float,
    fmt: Callable[[float], str] = str,
    thresholds: Mapping[float, str] | None = None,
    value_title: str = "",
    missing: str = "–",
) -> Figure:
    """Draw estimates as dots with their intervals, one row per label.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``label``, ``value``, ``low`` and ``high`` (missing where there is no interval)
        and, if wanted, ``series`` (name, for instance of a year): each has a colour and a marker.
    width : float
        Inches.
    fmt : callable
        Writes a value; each is written at the right of its row, with its interval.
    thresholds : mapping of float to str, optional
        Values marked by a dashed line, with what they mean.
    value_title : str
        What is estimated.
    missing : str
        Written where the estimate is missing.
    """
    if frame.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    marks = thresholds or {}
    rows = frame if "series" in frame else frame.assign(series="")
    names = list(dict.fromkeys(rows["series"]))
    looks = dict(zip(names, zip(categorical(len(names)), MARKERS, strict=False), strict=True))
    grouped = [(label, part) for label, part in rows.groupby("label", sort=False)]
    page = RowPage(
        [label for label, _part in grouped], [len(part) for _label, part in grouped], width,
        value_title, above=True,
    )  # fmt: skip
    written = {row.Index: _written(row, fmt, missing) for row in rows.itertuples()}
    room = max(text_width(text, SMALL_SIZE) for text in written.values()) + 10
    notes = [
        wrap(f"{fmt(mark)}: {text}", page.plot_width, SMALL_SIZE) for mark, text in marks.items()
    ]
    legend = names if len(names) > 1 else []
    axes = page.axes(legend, bottom=24 + sum(text_height(note, SMALL_SIZE) for note in notes))
    start, end = _reach(rows, list(marks))
    pad = 0.03 * (end - start)
    share = min(room / page.plot_width, MOST_ROOM)
    axes.set_xlim(start - pad, start - pad + (end - start + 2 * pad) / (1 - share))
    for order, (_label, part) in enumerate(grouped):
        top, floor = page.y(order, 0), page.y(order, len(part) - 1)
        axes.vlines(
            list(marks), top - BAR / 2, floor + BAR / 2, color=MUTED, linewidth=1,
            linestyle=(0, (4, 3)), zorder=1,
        )  # fmt: skip
        for position, row in enumerate(part.itertuples()):
            y, (colour, marker) = page.y(order, position), looks[row.series]
            axes.plot((start, end), (y, y), color=NOT_COLLECTED, linewidth=1, zorder=0)
            if pd.notna(row.low) and pd.notna(row.high):
                axes.plot((row.low, row.high), (y, y), color=colour, linewidth=2.5, alpha=0.6)
            if pd.notna(row.value):
                axes.plot(row.value, y, marker, color=colour, markersize=7)
            axes.annotate(
                written[row.Index], (end + pad, y), xytext=(4, 0), textcoords="offset points",
                va="center", fontsize=SMALL_SIZE,
            )  # fmt: skip
    _scale(axes, start, end, fmt)
    height = axes.figure.get_size_inches()[1] * POINTS
    axes.figure.text(
        (page.label_width + 2 * MARGIN) / (width * POINTS), 3 / height, "\n".join(notes),
        va="bottom", fontsize=SMALL_SIZE, color=MUTED,
    )  # fmt: skip
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=7, linewidth=2.5)
        for colour, marker in looks.values()
    ]
    if legend:
        place_legend(axes.figure, handles, legend)
    return axes.figure


def _written(row: Any, fmt: Callable[[float], str], missing: str) -> str:
    if pd.isna(row.value):
        return missing
    if pd.isna(row.low) or pd.isna(row.high):
        return fmt(row.value)
    return f"{fmt(row.value)} ({fmt(row.low)}–{fmt(row.high)})"


def _reach(rows: pd.DataFrame, marks: list[float]) -> tuple[float, float]:
    """Return the ends of the scale: from zero, or below, to beyond all that is drawn."""
    values = [0.0, *marks, *rows[["value", "low", "high"]].stack().dropna()]
    return min(values), max(values) if max(values) > min(values) else min(values) + 1


def _scale(axes: Any, start: float, end: float, fmt: Callable[[float], str]) -> None:
    ticks = [tick for tick in MaxNLocator(3).tick_values(start, end) if start <= tick <= end]
    axes.set_xticks(ticks, [fmt(tick) for tick in ticks])
    axes.tick_params(axis="x", length=3, pad=3)
